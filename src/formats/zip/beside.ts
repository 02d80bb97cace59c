import type { ByteRange, Parsing } from '../parsing.ts';
import { LEAST_GAP, withoutPadding } from '../ranges.ts';
import { isVirtual } from './orphans.ts';
import {
  DESCRIPTOR_FOLLOWS,
  DESCRIPTOR_MAX,
  LOCAL_HEADER,
  LOCAL_HEADER_SIZE,
  viewOf,
  type ZipEntry,
} from './records.ts';

const WINDOW = 16 * 1024;
/** Header of the padding record in a virtual entry's extra field. */
const PADDING_HEADER = 6;
const DESCRIPTOR = 0x08074b50;

/**
 * What stands beside the content of an entry: what of its header nobody knows, and what lies between the end of its data
 * and the next header - behind a deflate stream inside the claimed size, too. Padding and data descriptors are left out.
 * @param end where the data really ends
 * @param size of the whole file
 */
export function* besideEntry(
  entry: ZipEntry,
  room: readonly ByteRange[],
  end: number,
  size: number,
): Parsing<readonly ByteRange[]> {
  const limit = Math.min(entry.limit, size);
  if (room.length === 0 && limit - end < LEAST_GAP) return room;
  const found: ByteRange[] = [];
  for (const range of room) {
    const gap = yield* unpadded(range);
    if (gap) found.push(gap);
  }
  if (limit - end < LEAST_GAP) return found;
  const start = end + (yield* descriptorLength(entry, end, limit));
  const gap = yield* unpadded({ offset: start, length: limit - start });
  return gap ? [...found, gap] : found;
}

/** APPNOTE 4.3.9: CRC-32 and sizes of 4 or 8 bytes, with or without a signature. Only one that says what the directory says. */
function* descriptorLength(entry: ZipEntry, at: number, limit: number): Parsing<number> {
  if ((entry.flags & DESCRIPTOR_FOLLOWS) === 0) return 0;
  const bytes = yield { offset: at, length: Math.min(DESCRIPTOR_MAX, limit - at) };
  if (bytes.length < 12) return 0;
  const view = viewOf(bytes);
  const signed = view.getUint32(0, true) === DESCRIPTOR ? 4 : 0;
  const has = (length: number) => bytes.length >= length;
  // An orphan's sizes and checksum stand here alone.
  const isKnown = entry.compressedSize >= 0;
  if (isKnown && has(signed + 4) && view.getUint32(signed, true) !== entry.crc32) return 0;
  const isWide = has(signed + 20) && view.getUint32(signed + 8, true) === 0 && view.getUint32(signed + 16, true) === 0;
  const packed = (place: number) => has(place + 4) && view.getUint32(place, true) === entry.compressedSize >>> 0;
  if (isWide && (!isKnown || packed(signed + 4)) && entry.size > 0) return signed + 20;
  return has(signed + 12) && (!isKnown || packed(signed + 4)) ? signed + 12 : 0;
}

/** A range without the zeros before it and the "virtual entries" of AGP's zipflinger; null where nothing is left. */
export function* unpadded({ offset, length }: ByteRange): Parsing<ByteRange | null> {
  const end = offset + length;
  for (let at = offset; end - at >= LEAST_GAP; ) {
    const bytes = yield { offset: at, length: Math.min(WINDOW, end - at) };
    if (bytes.length === 0) return null;
    let zeros = 0;
    while (zeros < bytes.length && bytes[zeros] === 0) zeros++;
    if (zeros > 0 && zeros + LOCAL_HEADER_SIZE > bytes.length && at + bytes.length < end) {
      at += zeros;
      continue;
    }
    const view = viewOf(bytes);
    const isHeader = zeros + LOCAL_HEADER_SIZE <= bytes.length && view.getUint32(zeros, true) === LOCAL_HEADER;
    if (isHeader && isVirtual(view, zeros)) {
      at += zeros + LOCAL_HEADER_SIZE + Math.min(PADDING_HEADER, view.getUint16(zeros + 28, true));
      continue;
    }
    // Zeros at the end of a long range cost nothing but a look.
    if (at + bytes.length < end) return { offset: at + zeros, length: end - at - zeros };
    const gap = withoutPadding(bytes, { offset: zeros, length: bytes.length - zeros });
    return gap && { offset: at + gap.offset, length: gap.length };
  }
  return null;
}
