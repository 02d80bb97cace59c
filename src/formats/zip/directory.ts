import { BudgetError } from '../../errors.ts';
import type { ByteRange, Parsing } from '../parsing.ts';
import { LEAST_GAP } from '../ranges.ts';
import { readName } from './names.ts';
import {
  CENTRAL_HEADER,
  CENTRAL_HEADER_SIZE,
  CUT,
  type DraftEntry,
  EMPTY,
  ENCRYPTED,
  type Gap,
  indexOfSignature,
  type Listing,
  readAt,
  readExtraFields,
  resolveZip64,
  unknownExtra,
  viewOf,
} from './records.ts';

/** More than the longest record (46 + 3 · 65,535), so that a record cut by a window fits into the next. */
const WINDOW = 256 * 1024;

/** An entry and the lengths that say how much room its header takes. */
export interface CentralRecord extends DraftEntry {
  readonly nameLength: number;
  readonly extraLength: number;
}

export interface CentralDirectory {
  readonly records: readonly CentralRecord[];
  /** Of each record's name. */
  readonly hashes: readonly number[];
  /** Behind the last record. */
  readonly end: number;
  /** Whether a budget ended the walk before the directory did. */
  readonly isCut: boolean;
  /** Comments of entries, and what of their extra fields no tool writes. */
  readonly gaps: readonly Gap[];
}

/** Where the directory stands, as far as it is known before it is read. */
export interface DirectoryPlace {
  readonly start: number;
  /** Where it must have ended. */
  readonly stop: number;
  /** Added to each header offset. */
  readonly base: number;
  /** Records that the end record declares. */
  readonly count: number;
}

/**
 * Walks the records from `start` up to `stop` at most, past the declared count too: a count that is too small hides
 * entries. Where a record is damaged, goes on at the next signature.
 */
export function* readCentralDirectory(
  listing: Listing,
  { start, stop, base, count }: DirectoryPlace,
): Parsing<CentralDirectory> {
  const { tail, budgets, problems } = listing;
  const records: CentralRecord[] = [];
  const hashes: number[] = [];
  const gaps: Gap[] = [];
  let position = start;
  let end = start;
  let nameBytes = 0;
  while (position < stop) {
    const wanted = Math.min(WINDOW, stop - position);
    const window = yield* readAt(tail, position, wanted);
    const last = window.length < wanted || position + wanted >= stop;
    const view = viewOf(window);
    let at = 0;
    let lost = false;
    while (at + CENTRAL_HEADER_SIZE <= window.length) {
      if (view.getUint32(at, true) !== CENTRAL_HEADER) {
        if (records.length >= count) return { records, hashes, end, gaps, isCut: false };
        problems.add(position + at, 'no central directory record where one must be');
        at = indexOfSignature(window, CENTRAL_HEADER, at + 1);
        lost = at < 0;
        if (lost) break;
        continue;
      }
      const length = recordLength(view, at);
      if (at + length > window.length) break;
      if (records.length >= budgets.entries) {
        problems.failed(new BudgetError('entries', budgets.entries, position + at));
        return { records, hashes, end, gaps, isCut: true };
      }
      const record = readRecord({ window, view, at, offset: position + at }, hashes, base, listing);
      nameBytes += record.name.length;
      if (nameBytes > budgets.nameBytes) {
        problems.failed(new BudgetError('nameBytes', budgets.nameBytes, position + at));
        return { records, hashes, end, gaps, isCut: true };
      }
      records.push(record);
      noteRoom(view, at, position, gaps);
      at += length;
      end = position + at;
    }
    if (last) {
      if (!lost && at + 4 <= window.length && view.getUint32(at, true) === CENTRAL_HEADER) {
        problems.add(position + at, 'the last central directory record is cut off');
      }
      return { records, hashes, end, gaps, isCut: false };
    }
    // A signature may lie across the border of two windows.
    position += lost ? window.length - 3 : at;
  }
  return { records, hashes, end, gaps, isCut: false };
}

const recordLength = (view: DataView, at: number) =>
  CENTRAL_HEADER_SIZE + view.getUint16(at + 28, true) + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);

/** Gaps of the records that are kept one by one; behind them all are one. */
const MOST_GAPS = 1000;

/** Most records have neither. */
function noteRoom(view: DataView, at: number, windowOffset: number, gaps: Gap[]): void {
  const extraLength = view.getUint16(at + 30, true);
  const commentLength = view.getUint16(at + 32, true);
  if (extraLength + commentLength < LEAST_GAP) return;
  const extraAt = at + CENTRAL_HEADER_SIZE + view.getUint16(at + 28, true);
  const add = (place: string, { offset, length }: ByteRange) => {
    const last = gaps.at(-1);
    if (length < LEAST_GAP) return;
    if (!last || gaps.length < MOST_GAPS) gaps.push({ place, offset: windowOffset + offset, length });
    else gaps[gaps.length - 1] = { ...last, length: windowOffset + offset + length - last.offset };
  };
  for (const range of unknownExtra(view, extraAt, extraLength)) add('extra field of the directory', range);
  if (commentLength > 0) add('comment of an entry', { offset: extraAt + extraLength, length: commentLength });
}

/** Where a record stands: in a window, and in the file. */
interface RecordPlace {
  readonly window: Uint8Array;
  readonly view: DataView;
  readonly at: number;
  readonly offset: number;
}

/** APPNOTE 4.3.12. The whole record lies in the window. */
function readRecord(
  { window, view, at, offset }: RecordPlace,
  hashes: number[],
  base: number,
  { anomalies }: Pick<Listing, 'anomalies'>,
): CentralRecord {
  const flags = view.getUint16(at + 8, true);
  const method = view.getUint16(at + 10, true);
  const nameLength = view.getUint16(at + 28, true);
  const extraLength = view.getUint16(at + 30, true);
  const nameBytes = window.subarray(at + CENTRAL_HEADER_SIZE, at + CENTRAL_HEADER_SIZE + nameLength);
  const { text: name, valid, isCut = false, hostile, hash } = readName(nameBytes);
  let size = view.getUint32(at + 24, true);
  let compressedSize = view.getUint32(at + 20, true);
  let headerOffset = view.getUint32(at + 42, true);
  const extra = readExtraFields(view, at + CENTRAL_HEADER_SIZE + nameLength, extraLength);
  if (extra.malformed) anomalies.add('zip.bad-extra-field', offset, name, 'the extra field runs past its end');
  if (size === 0xffff_ffff || compressedSize === 0xffff_ffff || headerOffset === 0xffff_ffff) {
    const resolved = resolveZip64(view, extra, [size, compressedSize, headerOffset]);
    if (!resolved) anomalies.add('zip.bad-extra-field', offset, name, 'the ZIP64 sizes are missing');
    else if (resolved.every((value) => value < 0xffff_ffff)) {
      anomalies.add('zip.zip64', offset, name, 'ZIP64 sizes where nothing needs them');
    }
    if (resolved) [size, compressedSize, headerOffset] = resolved as [number, number, number];
  }
  if (!valid) anomalies.add('zip.not-utf8', offset, name, 'the name is not UTF-8');
  if (hostile) anomalies.add('zip.hostile-name', offset, name, hostile);
  if ((flags & ENCRYPTED) !== 0) anomalies.add('zip.encryption-flag', offset, name, 'marked as encrypted');
  if (method !== 0 && method !== 8) anomalies.add('zip.unknown-method', offset, name, `method ${method}`);
  if (method === 0 && size !== compressedSize && (flags & ENCRYPTED) === 0) {
    anomalies.add('zip.size-mismatch', offset, name, `stored, but ${compressedSize} bytes for a content of ${size}`);
  }
  const disk = view.getUint16(at + 34, true);
  if (disk !== 0 && disk !== 0xffff) anomalies.add('zip.disk-number', offset, name, `disk ${disk}`);
  const slash = nameBytes[nameLength - 1] === 0x2f;
  if (slash && (size > 0 || compressedSize > EMPTY)) {
    const bytes = Math.max(size, compressedSize);
    anomalies.add('zip.directory-with-data', offset, name, `${bytes} bytes under a directory's name`);
  }
  hashes.push(hash);
  return {
    name,
    nameBytes: isCut ? CUT : valid ? null : nameBytes.slice(),
    index: hashes.length - 1,
    method,
    flags,
    crc32: view.getUint32(at + 16, true),
    compressedSize,
    size,
    headerOffset: headerOffset + base,
    // Set once all headers are known. A large number from the start: V8 copies each object whose field widens later.
    limit: Number.MAX_SAFE_INTEGER,
    directory: slash && size === 0 && compressedSize <= EMPTY,
    // 4.4.2: the upper byte of "version made by" names the system; 3 is Unix, 19 is macOS.
    unixMode: view.getUint8(at + 5) === 3 || view.getUint8(at + 5) === 19 ? view.getUint16(at + 40, true) : null,
    nameLength,
    extraLength,
  };
}
