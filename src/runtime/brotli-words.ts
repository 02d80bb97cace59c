/** By the length of a word: how many there are, as a power of two (RFC 7932, Appendix A). */
const wordBits = [0, 0, 0, 0, 10, 10, 11, 11, 10, 10, 10, 10, 10, 9, 9, 8, 7, 7, 8, 7, 7, 6, 6, 5, 5];

/**
 * A brotli stream (RFC 7932) that says every word of the format's own dictionary (Appendix A) once, by length and number:
 * whoever has a decoder has the dictionary, which is not written down here.
 */
export function everyWord(): Uint8Array {
  const bytes: number[] = [];
  let filled = 0;
  let value = 0;
  const put = (bits: number, count: number) => {
    value |= bits << filled;
    filled += count;
    for (; filled >= 8; filled -= 8) {
      bytes.push(value & 255);
      value >>>= 8;
    }
  };
  // A window of 2^24 bytes.
  put(15, 4);
  let made = 0;
  for (let length = 4; length < wordBits.length; length++) {
    for (let number = 0; number < 2 ** wordBits[length]!; number++) {
      // Not the last; a length of four nibbles, not stored.
      put(0, 3);
      put(length - 1, 16);
      put(0, 1);
      // One type each of literals, commands and distances; no bits behind a distance, one mode, one code each.
      put(0, 3 + 6 + 2 + 2);
      // Of each code one symbol, which then takes no bits: any literal, a command that inserts nothing, a distance.
      const copy = copyCode(length);
      const distance = distanceCode(made + 1 + number);
      for (const [symbol, width] of [
        [0, 8],
        [copy.command, 10],
        [distance.code, 6],
      ] as const) {
        put(1, 4);
        put(symbol, width);
      }
      put(copy.extra, copy.bits);
      put(distance.extra, distance.bits);
      made += length;
    }
  }
  // The last, and empty.
  put(3, 2);
  put(0, 8);
  return Uint8Array.from(bytes);
}

/** RFC 7932, 5: a command that inserts nothing and copies so much, at a distance that is said. */
function copyCode(length: number): { readonly command: number; readonly bits: number; readonly extra: number } {
  if (length < 10) return { command: 128 + length - 2, bits: 0, extra: 0 };
  const at = [10, 12, 14, 18, 22, 30].findLastIndex((base) => base <= length);
  const bits = [1, 1, 2, 2, 3, 3][at]!;
  return { command: 192 + at, bits, extra: length - [10, 12, 14, 18, 22, 30][at]! };
}

/** RFC 7932, 4, without postfix and direct distances. */
function distanceCode(distance: number): { readonly code: number; readonly bits: number; readonly extra: number } {
  const bits = 30 - Math.clz32(distance + 3);
  const high = (Math.floor((distance + 3) / 2 ** bits) & 1) as 0 | 1;
  return { code: 16 + (bits - 1) * 2 + high, bits, extra: (distance + 3) % 2 ** bits };
}
