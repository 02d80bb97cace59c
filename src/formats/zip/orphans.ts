import type { Budgets } from '../../budgets.ts';
import { BudgetError } from '../../errors.ts';
import type { Parsing } from '../parsing.ts';
import type { Problems } from '../problems.ts';
import { readName } from './names.ts';
import {
  CUT,
  DESCRIPTOR_FOLLOWS,
  type DraftEntry,
  EMPTY,
  indexOfSignature,
  LOCAL_HEADER,
  LOCAL_HEADER_SIZE,
  readAt,
  readExtraFields,
  resolveZip64,
  type Tail,
  viewOf,
} from './records.ts';

/** Where the bytes are searched one by one. */
const WINDOW = 1024 * 1024;
/** Where one header leads to the next: enough for nearly every header, so that a long file costs few bytes. */
const HOP = 256;
/** Header of the padding record in a virtual entry's extra field: id, size, alignment. */
const PADDING_HEADER = 6;

/** One search over several ranges: they share the bytes that may be read and the orphans that may be found. */
export interface HeaderSearch {
  readonly tail: Tail;
  readonly budgets: Budgets;
  readonly problems: Problems;
  /** Bytes that may still be read; a file of gigabytes that lost its directory is searched this far. */
  bytesLeft: number;
  nameBytesLeft: number;
  readonly found: DraftEntry[];
}

export interface RangeFindings {
  /** Offset of the first local header in the range, of a virtual entry too; -1 where there is none. */
  readonly firstHeader: number;
  /** Offset of the first byte that is not zero and lies in no entry; -1 where there is none. */
  readonly unclaimed: number;
}

/**
 * Searches `start` to `end` for local headers and adds an orphan for each.
 * @param ignored bytes at the start that may hold anything (a data descriptor)
 */
export function* findLocalHeaders(
  search: HeaderSearch,
  start: number,
  end: number,
  ignored: number,
): Parsing<RangeFindings> {
  const already = search.found.length;
  let firstHeader = -1;
  let unclaimed = -1;
  let window: Uint8Array = new Uint8Array(0);
  let windowStart = start;
  let windowEnd = start;
  let position = start;
  let reach = WINDOW;

  function* fill(from: number, wanted: number): Parsing<boolean> {
    const length = Math.min(wanted, end - from, search.bytesLeft);
    if (length <= 0) {
      search.problems.add(from, 'the bytes that may be searched for local headers are used up', 'budget');
      return false;
    }
    window = yield* readAt(search.tail, from, length);
    if (window.length < length) end = from + window.length;
    search.bytesLeft -= window.length;
    windowStart = from;
    windowEnd = from + window.length;
    return true;
  }
  const noteUnclaimed = (from: number, to: number) => {
    if (unclaimed >= 0) return;
    const at = firstNonZero(window, Math.max(from, start + ignored) - windowStart, to - windowStart);
    if (at >= 0) unclaimed = windowStart + at;
  };

  while (position < end) {
    if (position + 4 > windowEnd && windowEnd < end && !(yield* fill(position, reach))) break;
    reach = WINDOW;
    const header = indexOfSignature(window, LOCAL_HEADER, position - windowStart);
    const at = header >= 0 ? windowStart + header : windowEnd < end ? windowEnd - 3 : end;
    noteUnclaimed(position, at);
    position = at;
    if (header < 0) continue;
    let room = true;
    while (room && !fits(window, at - windowStart) && windowEnd < end) {
      const known = at + LOCAL_HEADER_SIZE <= windowEnd;
      room = yield* fill(at, known ? headerLength(viewOf(window), at - windowStart) : HOP);
    }
    if (!room) break;
    if (!fits(window, at - windowStart)) {
      // Four bytes that happen to be the signature, or a header that the end of the range cuts.
      noteUnclaimed(at, at + 4);
      position = at + 4;
      continue;
    }
    if (firstHeader < 0) firstHeader = at;
    const view = viewOf(window);
    const dataOffset = at + headerLength(view, at - windowStart);
    position = dataOffset;
    if (isVirtual(view, at - windowStart)) {
      noteUnclaimed(Math.min(at + LOCAL_HEADER_SIZE + PADDING_HEADER, dataOffset), dataOffset);
      continue;
    }
    if (search.found.length >= search.budgets.entries) {
      search.problems.failed(new BudgetError('entries', search.budgets.entries, at));
      break;
    }
    const orphan = readOrphan(window, view, at - windowStart, at);
    search.nameBytesLeft -= orphan.name.length;
    if (search.nameBytesLeft < 0) {
      search.problems.failed(new BudgetError('nameBytes', search.budgets.nameBytes, at));
      break;
    }
    search.found.push(orphan);
    const dataEnd = dataOffset + orphan.compressedSize;
    if (orphan.compressedSize <= 0 || dataEnd > end) continue;
    // A size that leads to no record is a lie or damage: then the data is searched as well.
    if (dataEnd + 2 > windowEnd && dataEnd < end && !(yield* fill(dataEnd, HOP))) break;
    const landing = dataEnd - windowStart;
    if (dataEnd === end || (window[landing] === 0x50 && window[landing + 1] === 0x4b)) {
      position = dataEnd;
      reach = HOP;
    } else if (dataOffset < windowStart && !(yield* fill(dataOffset, WINDOW))) break;
  }

  let limit = end;
  for (let i = search.found.length - 1; i >= already; i--) {
    search.found[i]!.limit = limit;
    limit = search.found[i]!.headerOffset;
  }
  return { firstHeader, unclaimed };
}

const headerLength = (view: DataView, at: number) =>
  LOCAL_HEADER_SIZE + view.getUint16(at + 26, true) + view.getUint16(at + 28, true);

/** Whether the window holds the header at `at` with its name and extra field. */
function fits(window: Uint8Array, at: number): boolean {
  if (at + LOCAL_HEADER_SIZE > window.length) return false;
  const view = viewOf(window);
  return at + headerLength(view, at) <= window.length;
}

/** AGP's zipflinger fills freed room with "virtual entries": no name, no content, zeros in the extra field. */
export const isVirtual = (view: DataView, at: number) =>
  view.getUint16(at + 26, true) === 0 &&
  view.getUint32(at + 18, true) === 0 &&
  view.getUint32(at + 22, true) === 0 &&
  (view.getUint16(at + 6, true) & DESCRIPTOR_FOLLOWS) === 0;

function firstNonZero(bytes: Uint8Array, from: number, to: number): number {
  for (let i = Math.max(from, 0); i < to && i < bytes.length; i++) if (bytes[i] !== 0) return i;
  return -1;
}

/** APPNOTE 4.3.7. */
function readOrphan(window: Uint8Array, view: DataView, at: number, offset: number): DraftEntry {
  const flags = view.getUint16(at + 6, true);
  const nameLength = view.getUint16(at + 26, true);
  const nameBytes = window.subarray(at + LOCAL_HEADER_SIZE, at + LOCAL_HEADER_SIZE + nameLength);
  const { text: name, valid, isCut = false } = readName(nameBytes);
  let compressedSize = view.getUint32(at + 18, true);
  let size = view.getUint32(at + 22, true);
  if (compressedSize === 0xffff_ffff && size === 0xffff_ffff) {
    const extra = readExtraFields(view, at + LOCAL_HEADER_SIZE + nameLength, view.getUint16(at + 28, true));
    // In a local header the original size comes first, as in the directory (4.5.3).
    [size, compressedSize] = (resolveZip64(view, extra, [size, compressedSize]) ?? [-1, -1]) as [number, number];
  }
  if ((flags & DESCRIPTOR_FOLLOWS) !== 0 && compressedSize === 0) {
    compressedSize = -1;
    size = -1;
  }
  return {
    name,
    nameBytes: isCut ? CUT : valid ? null : nameBytes.slice(),
    index: -1,
    method: view.getUint16(at + 8, true),
    flags,
    crc32: view.getUint32(at + 14, true),
    compressedSize,
    size,
    headerOffset: offset,
    limit: Number.MAX_SAFE_INTEGER,
    directory: nameBytes[nameLength - 1] === 0x2f && size === 0 && compressedSize <= EMPTY,
    unixMode: null,
  };
}
