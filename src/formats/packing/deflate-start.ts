/** RFC 1950, 2.2: deflate, a window of at most 32 KiB, no dictionary, and a check by 31. */
export const isZlib = (head: Uint8Array): boolean =>
  (head[0]! & 15) === 8 && head[0]! >> 4 < 8 && (head[1]! & 0x20) === 0 && (head[0]! * 256 + head[1]!) % 31 === 0;

/** Bytes of output by which a deflate stream is told, and codes: chance seldom gets that far. */
const ENOUGH = 64;
const ENOUGH_CODES = 32;

const lengthBase = [3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115];
lengthBase.push(131, 163, 195, 227, 258);
const lengthExtra = [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0];
const order = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

/** Canonical codes (RFC 1951, 3.2.2): how many of each length, and the symbols in their order. */
interface Codes {
  readonly counts: Uint16Array;
  readonly symbols: Uint16Array;
  /** Codes that are left over; negative where there are too many. */
  readonly left: number;
}

function codesOf(lengths: Uint8Array): Codes {
  const counts = new Uint16Array(16);
  for (const length of lengths) counts[length]!++;
  const offsets = new Uint16Array(16);
  let left = 1;
  for (let length = 1; length < 16; length++) {
    left = left * 2 - counts[length]!;
    if (left < 0) break;
    if (length < 15) offsets[length + 1] = offsets[length]! + counts[length]!;
  }
  const symbols = new Uint16Array(lengths.length);
  lengths.forEach((length, symbol) => {
    if (length > 0) symbols[offsets[length]!++] = symbol;
  });
  return { counts, symbols, left };
}

const fixed = codesOf(Uint8Array.from({ length: 288 }, (_, i) => (i < 144 ? 8 : i < 256 ? 9 : i < 280 ? 7 : 8)));
const fixedDistances = codesOf(new Uint8Array(30).fill(5));

/**
 * Thrown to leave a decoder deep down: the bytes are no deflate, or there are no more of them. One for all: nearly all
 * content is none, and a stack costs more than the look at it.
 */
const ends = new Error('no deflate stream');

class Bits {
  readonly #bytes: Uint8Array;
  #at: number;
  constructor(bytes: Uint8Array, at: number) {
    this.#bytes = bytes;
    this.#at = at * 8;
  }

  read(count: number): number {
    let value = 0;
    for (let i = 0; i < count; i++, this.#at++) {
      const byte = this.#bytes[this.#at >> 3];
      if (byte === undefined) throw ends;
      value |= ((byte >> (this.#at & 7)) & 1) << i;
    }
    return value;
  }

  symbol({ counts, symbols }: Codes): number {
    let code = 0;
    let first = 0;
    let index = 0;
    for (let length = 1; length < 16; length++) {
      code |= this.read(1);
      const count = counts[length]!;
      if (code - count < first) return symbols[index + (code - first)]!;
      index += count;
      first = (first + count) << 1;
      code <<= 1;
    }
    throw ends;
  }

  align(): void {
    this.#at = (this.#at + 7) & ~7;
  }
}

/**
 * Whether a deflate stream (RFC 1951) begins here, by its first block: its codes are complete, and its first 64 bytes
 * decode. A cheap first check before anything is held or inflated; needs no inflater, so that it says the same everywhere.
 */
export function startsBlock(bytes: Uint8Array, at: number): boolean {
  const bits = new Bits(bytes, at);
  let made = 0;
  try {
    for (let last = 0; last === 0 && made < ENOUGH; ) {
      last = bits.read(1);
      made += block(bits, bits.read(2), made);
    }
    return made >= ENOUGH;
  } catch (error) {
    if (error !== ends) throw error;
    return false;
  }
}

/** @returns bytes that the block makes, at least as far as `ENOUGH` */
function block(bits: Bits, kind: number, before: number): number {
  if (kind === 3) throw ends;
  if (kind === 0) {
    bits.align();
    const length = bits.read(16);
    if ((length ^ 0xffff) !== bits.read(16)) throw ends;
    // An empty block that only flushes is as good as none.
    for (let i = 0; i < length && before + i < ENOUGH; i++) bits.read(8);
    return length;
  }
  const [literals, distances] = kind === 1 ? [fixed, fixedDistances] : dynamicCodes(bits);
  let made = 0;
  for (let codes = 0; before + made < ENOUGH || codes < ENOUGH_CODES; codes++) {
    const symbol = bits.symbol(literals);
    if (symbol === 256) break;
    if (symbol < 256) made++;
    else {
      const length = lengthBase[symbol - 257];
      if (length === undefined) throw ends;
      const copied = length + bits.read(lengthExtra[symbol - 257]!);
      const distance = bits.symbol(distances);
      const extra = distance < 4 ? 0 : (distance >> 1) - 1;
      const from = distance < 4 ? distance + 1 : ((2 + (distance & 1)) << extra) + 1 + bits.read(extra);
      if (distance > 29 || from > before + made) throw ends;
      made += copied;
    }
  }
  return made;
}

function dynamicCodes(bits: Bits): readonly [Codes, Codes] {
  const literals = bits.read(5) + 257;
  const distances = bits.read(5) + 1;
  const count = bits.read(4) + 4;
  if (literals > 286 || distances > 30) throw ends;
  const lengths = new Uint8Array(19);
  for (let i = 0; i < count; i++) lengths[order[i]!] = bits.read(3);
  const codes = codesOf(lengths);
  if (codes.left !== 0) throw ends;
  const all = new Uint8Array(literals + distances);
  for (let i = 0; i < all.length; ) {
    const symbol = bits.symbol(codes);
    if (symbol < 16) {
      all[i++] = symbol;
      continue;
    }
    if (symbol === 16 && i === 0) throw ends;
    const value = symbol === 16 ? all[i - 1]! : 0;
    const repeat = symbol === 16 ? 3 + bits.read(2) : symbol === 17 ? 3 + bits.read(3) : 11 + bits.read(7);
    if (i + repeat > all.length) throw ends;
    all.fill(value, i, i + repeat);
    i += repeat;
  }
  const literal = codesOf(all.subarray(0, literals));
  const distance = codesOf(all.subarray(literals));
  // Only a single code may be left incomplete (3.2.7).
  const isWhole = (c: Codes) => c.left === 0 || (c.left > 0 && c.counts[0]! + c.counts[1]! === c.symbols.length);
  if (all[256] === 0 || !isWhole(literal) || !isWhole(distance)) throw ends;
  return [literal, distance];
}
