import type { AnomalyCode } from '../../types.ts';
import type { ByteRange, Parsing } from '../parsing.ts';
import type { CentralRecord } from './directory.ts';
import { findLocalHeaders, type HeaderSearch } from './orphans.ts';
import {
  DESCRIPTOR_FOLLOWS,
  DESCRIPTOR_MAX,
  type DraftEntry,
  type Listing,
  LOCAL_HEADER,
  LOCAL_HEADER_SIZE,
  readAt,
  type Tail,
  viewOf,
} from './records.ts';

/** Gaps between entries that are looked into: each costs a read of 30 bytes. The ends of a region always are. */
const MAX_GAPS = 20_000;
/** Real JARs overlap by a byte or two (ClamAV allows it too). */
const OVERLAP_ALLOWED = 2;

/** A stretch of the file where local headers may lie. */
export interface Region {
  readonly start: number;
  readonly end: number;
  /** The anomaly that bytes claimed by no entry are; null where somebody else reports them. */
  readonly code: AnomalyCode | null;
}

interface Gap extends Region {
  /** Whose data ends where the gap starts; null at the start of a region. */
  readonly owner: CentralRecord | null;
}

export interface Gaps {
  readonly orphans: readonly DraftEntry[];
  readonly ranges: readonly ByteRange[];
  /** What stands at the beginning of a region, where no entry comes before it, up to its first local header. */
  readonly unowned: readonly ByteRange[];
  /** Bytes before the first entry that do not begin with a local header. */
  readonly prefix: number;
}

/**
 * Looks for local headers in what no entry claims, and sets every entry's `limit`. On an ordinary file that is arithmetic
 * on the directory: a local header's extra field is not known from it, so slack up to that of the directory's record (64
 * bytes at most) plus a descriptor is taken as ordinary, and only beyond that the local header is read.
 */
export function* searchGaps(
  records: readonly CentralRecord[],
  regions: readonly Region[],
  listing: Listing,
): Parsing<Gaps> {
  const { tail, budgets, anomalies, problems } = listing;
  const search: HeaderSearch = {
    tail,
    budgets,
    problems,
    bytesLeft: 64 * 1024 * 1024,
    nameBytesLeft: budgets.nameBytes,
    found: [],
  };
  const ranges: ByteRange[] = [];
  const unowned: ByteRange[] = [];
  let prefix = 0;
  for (const gap of findGaps(records, regions, listing)) {
    const start = gap.owner ? yield* dataEnd(gap.owner, gap.end, tail) : gap.start;
    if (gap.end - start < LOCAL_HEADER_SIZE && gap.owner) continue;
    const already = search.found.length;
    const described = gap.owner !== null && (gap.owner.flags & DESCRIPTOR_FOLLOWS) !== 0;
    const { firstHeader, unclaimed } = yield* findLocalHeaders(search, start, gap.end, described ? DESCRIPTOR_MAX : 0);
    ranges.push({ offset: start, length: gap.end - start });
    for (const orphan of search.found.slice(already)) {
      anomalies.add('zip.orphan-entry', orphan.headerOffset, orphan.name, 'a local header that no directory names');
    }
    const first = search.found[already];
    if (!gap.owner) unowned.push({ offset: start, length: (first?.headerOffset ?? gap.end) - start });
    if (first && gap.owner) gap.owner.limit = Math.min(gap.owner.limit, first.headerOffset);
    // libziparchive wants a local header at offset 0, be it of an entry that the directory omits.
    if (start === 0 && firstHeader !== 0 && records.length > 0) prefix = gap.end;
    else if (unclaimed >= 0 && gap.code) {
      anomalies.add(gap.code, unclaimed, null, `${gap.end - start} bytes from ${start} belong to no entry`);
    }
  }
  return { orphans: search.found, ranges, unowned, prefix };
}

function findGaps(
  records: readonly CentralRecord[],
  regions: readonly Region[],
  { anomalies, problems }: Listing,
): Gap[] {
  const gaps: Gap[] = [];
  const sorted = byHeaderOffset(records);
  let next = 0;
  let between = 0;
  const outside = (entry: CentralRecord) => {
    entry.limit = entry.headerOffset;
    anomalies.add('zip.bad-offset', entry.headerOffset, entry.name, 'the local header would lie outside the entries');
  };
  for (const region of regions) {
    while (next < sorted.length && sorted[next]!.headerOffset < region.start) outside(sorted[next++]!);
    let sameHeader = next;
    let claimed = region.start;
    let owner: CentralRecord | null = null;
    for (; next < sorted.length && sorted[next]!.headerOffset < region.end; next++) {
      const entry = sorted[next]!;
      entry.limit = region.end;
      // Entries that share a header share its limit.
      while (sorted[sameHeader]!.headerOffset < entry.headerOffset) sorted[sameHeader++]!.limit = entry.headerOffset;
      const slack = entry.headerOffset - claimed;
      if (slack > 0 && !owner) gaps.push({ ...region, end: entry.headerOffset, owner: null });
      else if (owner && slack > ordinarySlack(owner)) {
        if (between++ < MAX_GAPS) gaps.push({ start: claimed, end: entry.headerOffset, code: region.code, owner });
      } else if (owner && slack < -OVERLAP_ALLOWED) {
        anomalies.add('zip.overlapping-entries', entry.headerOffset, entry.name, 'lies in the data of another entry');
      }
      // What libziparchive checks of the sizes.
      const claim = entry.method === 0 ? Math.max(entry.compressedSize, entry.size) : entry.compressedSize;
      const header = LOCAL_HEADER_SIZE + entry.nameLength;
      if (entry.headerOffset + header + claim > region.end + OVERLAP_ALLOWED) {
        anomalies.add('zip.bad-size', entry.headerOffset, entry.name, 'the data would run past the last entry');
      }
      const end = leastEnd(entry);
      if (end > claimed || !owner) {
        claimed = Math.max(claimed, end);
        owner = entry;
      }
    }
    if (region.end - claimed >= (owner ? LOCAL_HEADER_SIZE : 1)) {
      gaps.push({ start: claimed, end: region.end, code: region.code, owner });
    }
  }
  while (next < sorted.length) outside(sorted[next++]!);
  if (between > MAX_GAPS) {
    problems.add(0, `${between} gaps between entries: ${MAX_GAPS} of them were searched`, 'budget');
  }
  return gaps;
}

function byHeaderOffset(records: readonly CentralRecord[]): readonly CentralRecord[] {
  for (let i = 1; i < records.length; i++) {
    if (records[i]!.headerOffset < records[i - 1]!.headerOffset) {
      return [...records].sort((a, b) => a.headerOffset - b.headerOffset);
    }
  }
  return records;
}

/** No orphan fits into less than a local header. */
const ordinarySlack = (owner: CentralRecord) =>
  Math.max(LOCAL_HEADER_SIZE - 1, DESCRIPTOR_MAX + Math.min(owner.extraLength, 64));

/** Where an entry's data ends at the earliest: with no extra field in the local header. */
function leastEnd({ method, compressedSize, size, headerOffset, nameLength }: CentralRecord): number {
  const length = method === 8 ? compressedSize : Math.min(compressedSize, size);
  return headerOffset + LOCAL_HEADER_SIZE + nameLength + length;
}

/** Where the data before a gap really ends, by the local header; `gapEnd` where that cannot be told. */
function* dataEnd(entry: CentralRecord, gapEnd: number, tail: Tail): Parsing<number> {
  const header = yield* readAt(tail, entry.headerOffset, LOCAL_HEADER_SIZE);
  let start = entry.headerOffset + LOCAL_HEADER_SIZE + entry.nameLength;
  if (header.length === LOCAL_HEADER_SIZE) {
    const view = viewOf(header);
    if (view.getUint32(0, true) === LOCAL_HEADER) {
      start = entry.headerOffset + LOCAL_HEADER_SIZE + view.getUint16(26, true) + view.getUint16(28, true);
    }
  }
  const { method, compressedSize, size } = entry;
  // Android maps `size` raw bytes of an unknown method, whatever the compressed size: the larger claim that fits holds.
  const larger = method === 8 ? compressedSize : Math.max(compressedSize, size);
  if (start + larger <= gapEnd) return start + larger;
  return method === 8 ? gapEnd : Math.min(gapEnd, start + Math.min(compressedSize, size));
}
