import type { Budgets } from '../../budgets.ts';
import { FormatError } from '../../errors.ts';
import { AnomalyLog } from '../anomaly.ts';
import type { ByteRange, Parsing } from '../parsing.ts';
import { Problems } from '../problems.ts';
import { type CentralRecord, readCentralDirectory } from './directory.ts';
import { type EndRecord, findEnd } from './end.ts';
import { type Gaps, type Region, searchGaps } from './gaps.ts';
import {
  CENTRAL_HEADER,
  CENTRAL_HEADER_SIZE,
  END_RECORD,
  END_RECORD_SIZE,
  type Gap,
  type Listing,
  LOCAL_HEADER,
  readAt,
  type Tail,
  u64,
  viewOf,
  type ZipDirectory,
} from './records.ts';

export type { FormatAnomaly } from '../anomaly.ts';
export type { Problem } from '../problems.ts';
export { besideEntry, unpadded } from './beside.ts';
export { endsLikeZip } from './end.ts';
export type { EntryData, EntryRange } from './entry.ts';
export { locateEntry } from './entry.ts';
export { isEncrypted, isLink, LOCAL_HEADER_SIZE, type ZipDirectory, type ZipEntry } from './records.ts';

/** Whether a file begins like a ZIP: a local header, or the end record of an empty archive. */
export function isZip(head: Uint8Array): boolean {
  if (head[0] !== 0x50 || head[1] !== 0x4b) return false;
  return (head[2] === 3 && head[3] === 4) || (head[2] === 5 && head[3] === 6);
}

/**
 * Lists a ZIP as Android's installer does (system/libziparchive), from its central directory; tricks are reported, and
 * what the directory hides is listed apart. Entries' data is not read, except where bytes belong to no entry: they are
 * searched for local headers, 64 MiB of them at most.
 * @param size of the whole file
 * @throws FormatError where the file holds neither an end record nor a local header
 */
export function* readZipDirectory(size: number, budgets: Budgets): Parsing<ZipDirectory> {
  const anomalies = new AnomalyLog();
  const problems = new Problems();
  // 22 bytes of end record and the longest comment.
  const tailLength = Math.min(size, END_RECORD_SIZE + 0xffff);
  const tailOffset = size - tailLength;
  const tail: Tail = { offset: tailOffset, bytes: yield { offset: tailOffset, length: tailLength } };
  const listing: Listing = { size, tail, budgets, anomalies, problems };
  const end = yield* findEnd(listing);
  if (!end) return yield* listLocalHeaders(listing);

  const found = yield* findCentralDirectory(end, tail);
  if (!found && end.count > 0) problems.add(end.offset, 'the central directory is not where the end record says');
  const start = found ? found.offset : end.start;
  const base = found ? found.base : 0;
  const directory = yield* readCentralDirectory(listing, { start, stop: end.start, base, count: end.count });
  const records = directory.records;
  // Where the budget ended the walk, counts and sizes tell nothing, and what no record names may be an entry.
  const cut = directory.isCut;
  const seen = { records: records.length, bytes: directory.end - start };
  const shown = cut ? records.length : checkCounts(end, seen, anomalies);
  checkNames(records, directory.hashes, anomalies);

  const signingBlock = yield* findSigningBlock(start, tail);
  const regions: Region[] = [
    { start: 0, end: signingBlock ? signingBlock.offset : start, code: 'zip.unclaimed-data' },
    { start: directory.end, end: end.start, code: 'zip.directory-gap' },
    { start: end.offset + END_RECORD_SIZE, end: size, code: null },
  ];
  const gaps = yield* searchGaps(records, cut ? [] : regions, listing);
  // Entries that the end record counts and nobody could list may be the ones that matter.
  const listed = records.length + gaps.orphans.length;
  if (end.count > listed && !cut)
    problems.add(directory.end, `the end record counts ${end.count} entries, ${listed} were found`);
  checkEnds(end, base, gaps, listing);
  const named = (place: string, range: ByteRange | null): Gap[] => (range ? [{ place, ...range }] : []);

  return {
    entries: shown === records.length ? records : records.slice(0, shown),
    orphans: [...records.slice(shown), ...gaps.orphans],
    signingBlock,
    comment: end.comment,
    gaps: [
      ...gaps.unowned.flatMap((range) => named('bytes of no entry', behind(range, end))),
      ...directory.gaps,
      ...named('ZIP64 end record', end.sector),
    ],
    anomalies: anomalies.list(),
    problems: problems.list,
  };
}

function* listLocalHeaders(listing: Listing): Parsing<ZipDirectory> {
  const { size, problems } = listing;
  problems.add(size, 'no end of central directory record: only local headers were found');
  const regions: Region[] = [{ start: 0, end: size, code: null }];
  const { orphans, unowned } = yield* searchGaps([], regions, listing);
  if (orphans.length === 0) throw new FormatError('neither an end of central directory record nor a local header', 0);
  // That they are orphans is the problem stated above, not a trick.
  const gaps = unowned.map((range) => ({ place: 'bytes of no entry', ...range }));
  return { entries: [], orphans, signingBlock: null, comment: null, gaps, anomalies: [], problems: problems.list };
}

/** What of a range is not the comment of the end record, which has a name of its own. */
function behind({ offset, length }: ByteRange, end: EndRecord): ByteRange {
  const start = offset > end.offset ? Math.max(offset, end.end) : offset;
  return { offset: start, length: offset + length - start };
}

/**
 * Where the directory really begins. The stated offset holds if a record is there, as for Android. Else the directory is
 * what stands before the end record: bytes were put before the archive (`base` of them), or the offset is wrong.
 */
function* findCentralDirectory(end: EndRecord, tail: Tail): Parsing<{ offset: number; base: number } | null> {
  const stated = end.directoryOffset;
  if (stated + CENTRAL_HEADER_SIZE <= end.start && (yield* hasSignature(tail, stated, CENTRAL_HEADER))) {
    return { offset: stated, base: 0 };
  }
  const offset = end.start - end.directorySize;
  if (offset < 0 || end.directorySize < CENTRAL_HEADER_SIZE) return null;
  if (!(yield* hasSignature(tail, offset, CENTRAL_HEADER))) return null;
  const first = yield* readAt(tail, offset, CENTRAL_HEADER_SIZE);
  if (first.length < CENTRAL_HEADER_SIZE) return null;
  const header = viewOf(first).getUint32(42, true);
  const base = offset - stated;
  if (yield* hasSignature(tail, header + base, LOCAL_HEADER)) return { offset, base };
  return { offset, base: (yield* hasSignature(tail, header, LOCAL_HEADER)) ? 0 : base };
}

function* hasSignature(tail: Tail, offset: number, signature: number): Parsing<boolean> {
  if (offset < 0) return false;
  const bytes = yield* readAt(tail, offset, 4);
  return bytes.length === 4 && viewOf(bytes).getUint32(0, true) === signature;
}

/** @returns how many records the installer sees: the rest stands behind the count of the end record */
function checkCounts(
  end: EndRecord,
  { records: seen, bytes }: { readonly records: number; readonly bytes: number },
  anomalies: AnomalyLog,
): number {
  if (bytes !== end.directorySize) {
    const detail = `the directory takes ${bytes} bytes, the end record says ${end.directorySize}`;
    anomalies.add('zip.directory-size', end.offset, null, detail);
  }
  // Writers without ZIP64 let the 16-bit count wrap: large IPAs of Apple's own tools do.
  if (end.count === seen || (seen > 0xffff && end.count === (seen & 0xffff))) return seen;
  const detail = `the directory holds ${seen} entries, the end record says ${end.count}`;
  anomalies.add('zip.entry-count', end.offset, null, detail);
  return Math.min(seen, end.count);
}

/**
 * libziparchive refuses duplicates; readers that do not differ in which of the two they give. Strings are compared only
 * where hashes repeat, which spares a set of every name.
 */
function checkNames(records: readonly CentralRecord[], hashes: readonly number[], anomalies: AnomalyLog): void {
  const sorted = Uint32Array.from(hashes).sort();
  const repeated = new Set(sorted.filter((hash, i) => hash === sorted[i - 1]));
  if (repeated.size === 0) return;
  const suspects = records.filter((_, i) => repeated.has(hashes[i]!));
  const seen = new Set<string>();
  for (const entry of suspects) {
    // Names that are not UTF-8 may differ though they decode alike; no valid name holds a lone surrogate.
    const key = entry.nameBytes?.length ? `\ud800${String(entry.nameBytes)}` : entry.name;
    if (seen.has(key))
      anomalies.add('zip.duplicate-name', entry.headerOffset, entry.name, 'the name stands here again');
    else seen.add(key);
  }
  for (const entry of suspects) {
    if (!entry.directory || !seen.has(entry.name.slice(0, -1))) continue;
    anomalies.add('zip.directory-named-as-file', entry.headerOffset, entry.name, 'a directory with the name of a file');
  }
}

/** "APK Signing Block" of the APK signature scheme v2: size, pairs, size, magic, directly before the directory. */
function* findSigningBlock(directory: number, tail: Tail): Parsing<ByteRange | null> {
  if (directory < 32) return null;
  const footer = yield* readAt(tail, directory - 24, 24);
  if (footer.length < 24 || String.fromCharCode(...footer.subarray(8)) !== 'APK Sig Block 42') return null;
  const size = u64(viewOf(footer), 0);
  const offset = directory - size - 8;
  if (size < 24 || offset < 0) return null;
  const head = yield* readAt(tail, offset, 8);
  return head.length === 8 && u64(viewOf(head), 0) === size ? { offset, length: size + 8 } : null;
}

function checkEnds(
  end: EndRecord,
  base: number,
  { prefix, ranges: searched }: Gaps,
  { size, anomalies, problems }: Listing,
): void {
  if (base < 0) problems.add(0, `${-base} bytes are missing before the first entry`);
  if (base > 0) anomalies.add('zip.prepended-data', 0, null, `${base} bytes stand before the archive`);
  else if (prefix > 0) anomalies.add('zip.prepended-data', 0, null, `${prefix} bytes stand before the first entry`);
  if (end.end < size) {
    anomalies.add('zip.trailing-data', end.end, null, `${size - end.end} bytes follow the end of the archive`);
  }
  // A stored archive near the end brings its own end record along: only those that lie in no entry count.
  for (const other of end.others) {
    const unclaimed = searched.some(({ offset, length }) => other >= offset && other < offset + length);
    if (unclaimed) anomalies.add('zip.second-end-record', other, null, 'a further end of central directory record');
  }
}

/** Whether the end of a file bears an end record's signature: without one, no installer takes it for an archive. */
export function* hasEndRecord(size: number): Parsing<boolean> {
  const length = Math.min(size, END_RECORD_SIZE + 0xffff);
  const bytes = yield { offset: size - length, length };
  const view = viewOf(bytes);
  for (let at = bytes.length - END_RECORD_SIZE; at >= 0; at--) {
    if (bytes[at] === 0x50 && view.getUint32(at, true) === END_RECORD) return true;
  }
  return false;
}
