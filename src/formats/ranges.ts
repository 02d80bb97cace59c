import type { ByteRange } from './parsing.ts';

/** Fewer bytes than these hold nothing that a rule looks for. */
export const LEAST_GAP = 4;

/**
 * What of `size` bytes lies in no range that a reader knows the meaning of: its format leaves room there. In ascending
 * order; ranges may overlap, and lead out of the content.
 */
export function gapsOf(ranges: readonly ByteRange[], size: number): ByteRange[] {
  const gaps: ByteRange[] = [];
  let end = 0;
  for (const { offset, length } of [...ranges].sort((a, b) => a.offset - b.offset)) {
    if (length <= 0) continue;
    if (offset >= size) break;
    if (offset > end) gaps.push({ offset: end, length: offset - end });
    end = Math.max(end, offset + length);
  }
  if (end < size) gaps.push({ offset: end, length: size - end });
  return gaps;
}

/**
 * A gap without the zeros before it, which every format pads with; null where nothing worth a look is left. Those at its
 * end stay: an image ends with zeros as well (a DEX with the high byte of an offset), and is none without them.
 */
export function withoutPadding(bytes: Uint8Array, { offset, length }: ByteRange): ByteRange | null {
  let start = offset;
  const end = Math.min(offset + length, bytes.length);
  while (start < end && bytes[start] === 0) start++;
  let last = end;
  while (last > start && bytes[last - 1] === 0) last--;
  return last - start < LEAST_GAP ? null : { offset: start, length: end - start };
}
