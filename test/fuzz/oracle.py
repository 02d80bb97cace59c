"""What Python's own readers see in a file: kind (1 byte), length (4, big-endian), bytes in; a line of JSON out."""

import io
import json
import plistlib
import re
import struct
import sys
import zipfile

NEEDLE = re.compile(rb'fetch\("https://needle-(\d)\.example\.org/"\);')


def archive(data):
    """Needles that stand in contents which can be read and have their CRC."""
    seen = set()
    with zipfile.ZipFile(io.BytesIO(data)) as opened:
        for info in opened.infolist():
            if info.file_size > 1 << 22:
                continue
            try:
                seen.update(int(n) for n in NEEDLE.findall(opened.read(info)))
            except Exception:
                continue
    return sorted(seen)


def plain(value):
    if isinstance(value, dict):
        return {"d": sorted([str(key), plain(each)] for key, each in value.items())}
    if isinstance(value, list):
        return [plain(each) for each in value]
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, int):
        return f"i{value}"
    if isinstance(value, bytes):
        return f"x{value.hex()}"
    if isinstance(value, str):
        return f"s{value}"
    return type(value).__name__


def property_list(data):
    return plain(plistlib.loads(data))


READERS = {b"z": archive, b"p": property_list}

while head := sys.stdin.buffer.read(5):
    kind, length = head[:1], struct.unpack(">I", head[1:])[0]
    content = sys.stdin.buffer.read(length)
    try:
        answer = {"value": READERS[kind](content)}
    except Exception as error:  # whatever it does not read is no answer
        answer = {"error": type(error).__name__}
    print(json.dumps(answer), flush=True)
