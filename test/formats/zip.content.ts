import { constants, crc32, inflateRawSync } from 'node:zlib';
import { defaultBudgets } from '../../src/budgets.ts';
import { readBytes } from '../../src/formats/reading.ts';
import {
  type EntryRange,
  locateEntry,
  readZipDirectory,
  type ZipDirectory,
  type ZipEntry,
} from '../../src/formats/zip.ts';

export const list = (bytes: Uint8Array): ZipDirectory =>
  readBytes(readZipDirectory(bytes.length, defaultBudgets), bytes);

/** What a caller does with an entry: the first reading, and the other where that fails or has another CRC. */
export function contentOf(bytes: Uint8Array, entry: ZipEntry): Uint8Array | null {
  const data = readBytes(locateEntry(entry, bytes.length), bytes);
  const first = decode(bytes, data);
  if (first && crc32(first) === entry.crc32) return first;
  const other = data.alternative ? decode(bytes, data.alternative) : null;
  return other && crc32(other) === entry.crc32 ? other : first;
}

function decode(bytes: Uint8Array, range: EntryRange): Uint8Array | null {
  const raw = bytes.subarray(range.offset, range.offset + range.length);
  if (range.coding === 'stored') return raw;
  try {
    const options = { finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength: 1 << 24 };
    return new Uint8Array(inflateRawSync(raw, options));
  } catch {
    return null;
  }
}

/** The codes of the directory and of every entry's local header, sorted, without repeats. */
export function codesOf(bytes: Uint8Array, directory: ZipDirectory): string[] {
  const codes = new Set(directory.anomalies.map((anomaly) => anomaly.code));
  for (const entry of directory.entries) {
    // An offset outside the entries is in the directory's anomalies; there is nothing to read there.
    if (directory.anomalies.some(({ code, entry: name }) => code === 'zip.bad-offset' && name === entry.name)) continue;
    for (const { code } of readBytes(locateEntry(entry, bytes.length), bytes).anomalies) codes.add(code);
  }
  return [...codes].sort();
}
