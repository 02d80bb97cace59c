import { constants, crc32, inflateRawSync } from 'node:zlib';
import { defaultBudgets } from '../../src/budgets.ts';
import { type ByteRange, readBytes } from '../../src/formats/parsing.ts';
import {
  type EntryRange,
  locateEntry,
  readZipDirectory,
  type ZipDirectory,
  type ZipEntry,
} from '../../src/formats/zip/index.ts';
import { mulberry32 } from '../build/random.ts';
import { type BuildEntry, buildZip } from '../build/zip.ts';

export const list = (bytes: Uint8Array, budgets: Partial<typeof defaultBudgets> = {}): ZipDirectory =>
  readBytes(readZipDirectory(bytes.length, { ...defaultBudgets, ...budgets }), bytes);

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

/** Bytes that do not deflate, the same for the same seed. */
export const noise = (length: number, seed: number) => {
  const next = mulberry32(seed);
  return Uint8Array.from({ length }, () => next() * 256);
};

/** An orphan of another archive's bytes: a local header with its data, and nothing else. */
export function orphan(name: string, data: string | Uint8Array, more: Partial<BuildEntry> = {}): Uint8Array {
  const whole = buildZip([{ name, data, ...more }]);
  return whole.subarray(0, list(whole).entries[0]!.limit);
}

/** What `readZipDirectory` asks for. */
export function* requests(bytes: Uint8Array): Generator<ByteRange> {
  const reading = readZipDirectory(bytes.length, defaultBudgets);
  let step = reading.next();
  while (!step.done) {
    yield step.value;
    step = reading.next(bytes.subarray(step.value.offset, step.value.offset + step.value.length));
  }
}

export { mulberry32 };
