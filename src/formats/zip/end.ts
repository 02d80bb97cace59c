import type { AnomalyCode } from '../../types.ts';
import type { AnomalyLog } from '../anomaly.ts';
import type { ByteRange, Parsing } from '../parsing.ts';
import type { Problems } from '../problems.ts';
import {
  END_RECORD,
  END_RECORD_SIZE,
  type Listing,
  readAt,
  type Tail,
  u64,
  viewOf,
  ZIP64_END_RECORD,
  ZIP64_LOCATOR,
} from './records.ts';

const LOCATOR_SIZE = 20;
const ZIP64_END_SIZE = 56;
/** Signatures of further end records that are remembered. */
const OTHERS_KEPT = 64;

/** The end of central directory record, with what its ZIP64 twin says in its place. */
export interface EndRecord {
  /** Of the (32-bit) record. */
  readonly offset: number;
  /** Of the first of the end records: before it, the directory must end. */
  readonly start: number;
  /** Behind the comment. */
  readonly end: number;
  readonly comment: ByteRange | null;
  /** Between a ZIP64 record and its locator: its "extensible data sector", and what else lies there. */
  readonly sector: ByteRange | null;
  readonly count: number;
  readonly directorySize: number;
  /** As written: what stands before the archive is not counted in. */
  readonly directoryOffset: number;
  /** Other places that bear the signature, last first. */
  readonly others: readonly number[];
}

/** @returns null where the last 65,557 bytes hold no end record */
export function* findEnd({ tail, size, anomalies, problems }: Listing): Parsing<EndRecord | null> {
  const view = viewOf(tail.bytes);
  const { at, others } = chooseEnd(view, tail);
  if (at < 0) return null;
  const offset = tail.offset + at;
  const commentLength = view.getUint16(at + 20, true);
  const end = Math.min(offset + END_RECORD_SIZE + commentLength, size);
  if (end < offset + END_RECORD_SIZE + commentLength) problems.add(end, 'the archive comment is cut off');
  const plain = {
    start: offset,
    count: view.getUint16(at + 10, true),
    directorySize: view.getUint32(at + 12, true),
    directoryOffset: view.getUint32(at + 16, true),
  };
  const zip64 = yield* readZip64End(tail, offset, problems);
  const chosen = zip64 ? preferZip64(plain, zip64, anomalies) : plain;
  if (!zip64 && (plain.directorySize === 0xffff_ffff || plain.directoryOffset === 0xffff_ffff)) {
    problems.add(offset, 'the end record points to a ZIP64 record that is not there');
  }
  checkDisks(view, at, zip64 !== null, (code, detail) => anomalies.add(code, offset, null, detail));
  const comment = end > offset + END_RECORD_SIZE ? range(offset + END_RECORD_SIZE, end) : null;
  const sector = zip64 ? range(zip64.start + ZIP64_END_SIZE, offset - LOCATOR_SIZE) : null;
  return { ...chosen, offset, end, comment, sector, others: others.map((other) => tail.offset + other) };
}

const range = (start: number, end: number): ByteRange => ({ offset: start, length: end - start });

/**
 * libziparchive takes the last signature and refuses the file where that record does not end it. To see through fakes
 * in the comment and through appended bytes, a record that could have a directory before it wins over one that could not.
 */
function chooseEnd(view: DataView, tail: Tail): { at: number; others: number[] } {
  const bytes = tail.bytes;
  let best = -1;
  let bestRank = 0;
  const found: number[] = [];
  let i = bytes.length < END_RECORD_SIZE ? -1 : bytes.lastIndexOf(0x50, bytes.length - END_RECORD_SIZE);
  while (i >= 0) {
    if (view.getUint32(i, true) === END_RECORD) {
      if (found.length < OTHERS_KEPT) found.push(i);
      const rank = rankEnd(view, i, tail.offset);
      if (rank > bestRank) {
        best = i;
        bestRank = rank;
      }
    }
    i = i === 0 ? -1 : bytes.lastIndexOf(0x50, i - 1);
  }
  return { at: best, others: found.filter((at) => at !== best) };
}

/** Told by the `K` of the signature, which text and numbers seldom have: this is asked of every entry. */
function hasEndRecord(bytes: Uint8Array): boolean {
  for (let i = bytes.indexOf(0x4b, 1); i >= 0; i = bytes.indexOf(0x4b, i + 1)) {
    if (bytes[i + 1] === 5 && bytes[i + 2] === 6 && bytes[i - 1] === 0x50) return true;
  }
  return false;
}

/** Whether content that ends so is a ZIP, wherever that begins in it: an end record that fits, a directory, a comment to the end. */
export function endsLikeZip(bytes: Uint8Array, offset: number): boolean {
  if (!hasEndRecord(bytes)) return false;
  const tail: Tail = { offset, bytes };
  const view = viewOf(bytes);
  const { at } = chooseEnd(view, tail);
  return at >= 0 && rankEnd(view, at, offset) === 4;
}

function rankEnd(view: DataView, at: number, tailOffset: number): number {
  const reachesEnd = at + END_RECORD_SIZE + view.getUint16(at + 20, true) === view.byteLength;
  const size = view.getUint32(at + 12, true);
  const offset = view.getUint32(at + 16, true);
  const zip64 = size === 0xffff_ffff || offset === 0xffff_ffff;
  const hasDirectory = size > 0 && (zip64 || offset + size <= tailOffset + at);
  if (hasDirectory) return reachesEnd ? 4 : 3;
  return reachesEnd ? 2 : 1;
}

interface End64 {
  readonly start: number;
  readonly count: number;
  readonly directorySize: number;
  readonly directoryOffset: number;
  readonly disks: boolean;
}

/** APPNOTE 4.3.14 and 4.3.15: the locator stands directly before the end record. */
function* readZip64End(tail: Tail, endOffset: number, problems: Problems): Parsing<End64 | null> {
  const locatorOffset = endOffset - LOCATOR_SIZE;
  if (locatorOffset < ZIP64_END_SIZE) return null;
  const locator = yield* readAt(tail, locatorOffset, LOCATOR_SIZE);
  if (locator.length < LOCATOR_SIZE) return null;
  const locatorView = viewOf(locator);
  if (locatorView.getUint32(0, true) !== ZIP64_LOCATOR) return null;
  // The record ends where the locator begins; its stated offset is wrong where something was put before the archive.
  for (const start of [u64(locatorView, 8), locatorOffset - ZIP64_END_SIZE]) {
    if (start > locatorOffset - ZIP64_END_SIZE) continue;
    const record = yield* readAt(tail, start, ZIP64_END_SIZE);
    if (record.length < ZIP64_END_SIZE) continue;
    const view = viewOf(record);
    if (view.getUint32(0, true) !== ZIP64_END_RECORD) continue;
    const disks =
      view.getUint32(16, true) !== 0 || view.getUint32(20, true) !== 0 || locatorView.getUint32(4, true) !== 0;
    return {
      start,
      count: u64(view, 32),
      directorySize: u64(view, 40),
      directoryOffset: u64(view, 48),
      disks,
    };
  }
  problems.add(locatorOffset, 'the ZIP64 locator points to no ZIP64 end record');
  return null;
}

type Plain = Pick<EndRecord, 'start' | 'count' | 'directorySize' | 'directoryOffset'>;

/**
 * libziparchive looks at the ZIP64 record only where the directory's size or offset is 0xffffffff. Java's writer puts
 * 0xffff into the count alone: there the ZIP64 record is followed where it agrees about the rest.
 */
function preferZip64(plain: Plain, zip64: End64, anomalies: AnomalyLog): Plain {
  const { start, count, directorySize, directoryOffset } = zip64;
  const agrees =
    (plain.directorySize === 0xffff_ffff || plain.directorySize === directorySize) &&
    (plain.directoryOffset === 0xffff_ffff || plain.directoryOffset === directoryOffset) &&
    (plain.count === 0xffff || plain.count === count);
  const needed = count >= 0xffff || directorySize >= 0xffff_ffff || directoryOffset >= 0xffff_ffff;
  if (!agrees) anomalies.add('zip.zip64', start, null, 'the ZIP64 end record contradicts the end record');
  else if (!needed) anomalies.add('zip.zip64', start, null, 'a ZIP64 end record where nothing needs it');
  if (zip64.disks) anomalies.add('zip.disk-number', start, null, 'the ZIP64 end record names a disk other than 0');
  const followed =
    plain.directorySize === 0xffff_ffff || plain.directoryOffset === 0xffff_ffff || (plain.count === 0xffff && agrees);
  return followed ? { start, count, directorySize, directoryOffset } : { ...plain, start };
}

function checkDisks(
  view: DataView,
  at: number,
  zip64: boolean,
  say: (code: AnomalyCode, detail: string) => void,
): void {
  const disk = view.getUint16(at + 4, true);
  const directoryDisk = view.getUint16(at + 6, true);
  // 4.4.19: 0xffff stands for "see the ZIP64 record".
  const plain = (value: number) => value === 0 || (zip64 && value === 0xffff);
  if (!plain(disk) || !plain(directoryDisk)) {
    say('zip.disk-number', `disk ${disk}, directory on disk ${directoryDisk}`);
  }
  const onDisk = view.getUint16(at + 8, true);
  const count = view.getUint16(at + 10, true);
  if (onDisk !== count) say('zip.entry-count', `${onDisk} entries on the disk, ${count} in all`);
}
