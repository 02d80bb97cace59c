import { GZIP_TRAILER, gzipMember } from '../formats/gzip.ts';
import type { ByteRange } from '../formats/parsing.ts';
import { withoutPadding } from '../formats/ranges.ts';
import { type ByteSource, memorySource } from '../runtime/runtime.ts';
import { asideEntry } from './archive.ts';
import type { StreamEnd } from './content.ts';
import { type Entry, innerEntry } from './entry.ts';

/** Gaps of one bundle that are read as entries of their own; behind them the answer is not complete. */
export const MOST_GAPS = 20_000;

/** Members of one gzip file; one in blocks of 64 KiB (bgzip) has thousands. */
const MOST_MEMBERS = 10_000;

/** What stands beside the content of an entry in its container. */
export function besideEntries(source: ByteSource, ranges: readonly ByteRange[], path: string): Entry[] {
  return ranges.map((range) => asideEntry(source, range, `${path}!(beside it, at ${range.offset})`));
}

/** Gaps of content that is held. They are copied: what holds it is used again. */
export function gapsInside(bytes: Uint8Array, gaps: readonly ByteRange[], path: string): Entry[] {
  return gaps.map(({ offset, length }) => {
    const source = memorySource(bytes.slice(offset, offset + length));
    return asideEntry(source, { offset: 0, length: source.size }, `${path}!(gap at ${offset})`);
  });
}

/**
 * All that a gzip file holds (RFC 1952): the content of each member, and whatever stands in headers, in the place of a
 * trailer, and behind the last. Handed back is how the reading of each entry ended: where a member ends is told by it alone.
 * @returns what is left out, in words; null for nothing
 */
export function* gzipEntries(bytes: Uint8Array, path: string): Generator<Entry, string | null, StreamEnd | null> {
  const source = memorySource(bytes);
  const gap = (start: number, end: number): Entry[] => {
    const range = withoutPadding(bytes, { offset: start, length: end - start });
    return range ? [asideEntry(source, range, `${path}!(gap at ${range.offset})`)] : [];
  };
  let at = 0;
  for (let members = 0; members < MOST_MEMBERS; members++) {
    const member = gzipMember(bytes, at);
    if (!member) {
      yield* gap(at, bytes.length);
      return null;
    }
    for (const { offset, length } of member.labels) yield* gap(offset, offset + length);
    const { data } = member;
    const inner = { source, offset: data, length: bytes.length - data, coding: 'deflate', claimed: -1 } as const;
    const name = at === 0 ? `${path}!` : `${path}!(member at ${at})`;
    const end = yield innerEntry(name, inner);
    if (end === null || end.packed === null) {
      // What does not inflate stands there as it is.
      if (end?.state === 'broken') yield* gap(data, bytes.length);
      return null;
    }
    const trailer = data + end.packed;
    at = trailer + GZIP_TRAILER;
    const isTrailer =
      at <= bytes.length && new DataView(bytes.buffer, bytes.byteOffset).getUint32(at - 4, true) === end.bytes >>> 0;
    if (!isTrailer) yield* gap(trailer, Math.min(at, bytes.length));
    if (at >= bytes.length) return null;
  }
  return 'more members than are read';
}
