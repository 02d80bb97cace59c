import { readSync } from 'node:fs';

/** One line of the central directory (APPNOTE 4.3.12). Files are trusted here: the bench made or pinned them. */
export interface ZipEntry {
  readonly name: string;
  readonly method: number;
  readonly packed: number;
  readonly size: number;
  readonly header: number;
}

export function read(fd: number, offset: number, length: number): Buffer {
  const bytes = Buffer.allocUnsafe(length);
  readSync(fd, bytes, 0, length, offset);
  return bytes;
}

export function zipEntries(fd: number, size: number): ZipEntry[] {
  const entries: ZipEntry[] = [];
  const tail = read(fd, Math.max(0, size - 65_557), Math.min(size, 65_557));
  const end = tail.lastIndexOf(Buffer.from('PK\x05\x06', 'latin1'));
  const directory = read(fd, tail.readUInt32LE(end + 16), tail.readUInt32LE(end + 12));
  for (let at = 0; at + 46 <= directory.length; ) {
    entries.push({
      name: directory.toString('latin1', at + 46, at + 46 + directory.readUInt16LE(at + 28)),
      method: directory.readUInt16LE(at + 10),
      packed: directory.readUInt32LE(at + 20),
      size: directory.readUInt32LE(at + 24),
      header: directory.readUInt32LE(at + 42),
    });
    at += 46 + directory.readUInt16LE(at + 28) + directory.readUInt16LE(at + 30) + directory.readUInt16LE(at + 32);
  }
  return entries;
}

/** Where the data of an entry starts: behind the local header, whose name and extra field have lengths of their own. */
export function dataStart(fd: number, { header }: ZipEntry): number {
  const local = read(fd, header, 30);
  return header + 30 + local.readUInt16LE(26) + local.readUInt16LE(28);
}

/** The packed bytes of an entry. */
export function packedData(fd: number, entry: ZipEntry): Buffer {
  return read(fd, dataStart(fd, entry), entry.packed);
}
