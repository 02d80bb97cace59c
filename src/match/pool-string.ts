/** Bytes of a string that are counted: behind them its two lengths have to be the same. */
const COUNTED = 256;

/**
 * Whether a string of compiled Android resources begins here, in a pool in UTF-8 (AOSP ResourceTypes.h,
 * ResStringPool_header): a NUL stands before it, then its length in UTF-16 units and its length in bytes, each in one byte
 * or in two, and a NUL behind it. What stands right before it is a length, though it may look like a letter.
 * @param high first position behind what is known of the content
 */
export function beginsPoolString(bytes: Uint8Array, at: number, high = bytes.length): boolean {
  const first = bytes[at - 1] ?? 0;
  const second = bytes[at - 2] ?? 0;
  if (second < 0x80) return bytes[at - 3] === 0 && first < 0x80 && fits(bytes, at, high, second, first);
  const length = ((second & 0x7f) << 8) | first;
  const third = bytes[at - 3] ?? 0;
  const fourth = bytes[at - 4] ?? 0;
  if (fourth < 0x80) return fourth === 0 && third < 0x80 && fits(bytes, at, high, third, length);
  return bytes[at - 5] === 0 && fits(bytes, at, high, ((fourth & 0x7f) << 8) | third, length);
}

/** Whether a string has both lengths, as far as the bytes show it. */
function fits(bytes: Uint8Array, at: number, high: number, units: number, length: number): boolean {
  if (length === 0 || units > length) return false;
  const end = at + length;
  if (end < high && bytes[end] !== 0) return false;
  if (units === length) return true;
  if (length > COUNTED || end > high) return false;
  let count = 0;
  // Each character has one byte that goes on from no other; surrogates are two characters of three bytes each.
  for (let i = at; i < end; i++) if ((bytes[i]! & 0xc0) !== 0x80) count += bytes[i]! >= 0xf0 ? 2 : 1;
  return count === units;
}
