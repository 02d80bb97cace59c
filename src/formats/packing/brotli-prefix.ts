import { FormatError } from '../../errors.ts';

/** The bytes end before the stream does: of a part of them, that says nothing against it. */
export class CutOff extends FormatError {}

/** Bits from the lowest of each byte on. */
export class Bits {
  readonly #bytes: Uint8Array;
  /** In bits. */
  at = 0;
  readonly #end: number;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#end = bytes.length * 8;
  }

  /** The next bits without taking them, 24 at most; zeros behind the end. */
  peek(count: number): number {
    const byte = this.at >> 3;
    const bytes = this.#bytes;
    const word =
      (bytes[byte] ?? 0) |
      ((bytes[byte + 1] ?? 0) << 8) |
      ((bytes[byte + 2] ?? 0) << 16) |
      ((bytes[byte + 3] ?? 0) << 24);
    return (word >>> (this.at & 7)) & ((1 << count) - 1);
  }

  skip(count: number): void {
    this.at += count;
    if (this.at > this.#end) throw new CutOff('a brotli stream is cut off', this.#bytes.length);
  }

  /** @throws CutOff */
  read(count: number): number {
    const value = this.peek(count);
    this.skip(count);
    return value;
  }

  /** To the next whole byte. @throws FormatError where a bit on the way is set */
  align(): void {
    if (this.read(-this.at & 7) !== 0)
      throw new FormatError('a brotli stream with a bit set that may not be', this.place);
  }

  get place(): number {
    return (this.at + 7) >> 3;
  }
}

const FAST = 8;
const LONGEST = 15;
/** RFC 7932, 3.5: the order of the lengths of the code for lengths, and how each is spelled: four bits to length and value. */
const order = [1, 2, 3, 4, 0, 5, 17, 6, 16, 7, 8, 9, 10, 11, 12, 13, 14, 15];
const spelledBits = [2, 2, 2, 3, 2, 2, 2, 4, 2, 2, 2, 3, 2, 2, 2, 4];
const spelled = [0, 4, 3, 2, 0, 4, 3, 1, 0, 4, 3, 2, 0, 4, 3, 5];

/** A prefix code (RFC 7932, 3): canonical, its bits from the highest on. */
export class PrefixCode {
  readonly #counts = new Uint16Array(LONGEST + 1);
  readonly #symbols: Uint16Array;
  /** By the next eight bits: symbol and length of a code that is not longer. */
  readonly #fast = new Uint16Array(1 << FAST);

  /** @param symbols in the order of their codes @param lengthOf of each, ascending; 0 for the only symbol, which takes no bits */
  constructor(symbols: readonly number[], lengthOf: (symbol: number) => number) {
    this.#symbols = Uint16Array.from(symbols);
    let code = 0;
    let before = 0;
    for (const symbol of symbols) {
      const length = lengthOf(symbol);
      this.#counts[length]!++;
      if (length === 0) continue;
      code <<= length - before;
      before = length;
      if (length <= FAST) {
        for (let at = reversed(code, length); at < 1 << FAST; at += 1 << length)
          this.#fast[at] = (symbol << 4) | length;
      }
      code++;
    }
  }

  read(bits: Bits): number {
    if (this.#counts[0]! > 0) return this.#symbols[0]!;
    const next = bits.peek(LONGEST);
    const known = this.#fast[next & ((1 << FAST) - 1)]!;
    if (known !== 0) {
      bits.skip(known & 15);
      return known >> 4;
    }
    let code = 0;
    let first = 0;
    let index = 0;
    for (let length = 1; length <= LONGEST; length++) {
      code |= (next >> (length - 1)) & 1;
      const count = this.#counts[length]!;
      if (code - count < first) {
        bits.skip(length);
        return this.#symbols[index + code - first]!;
      }
      index += count;
      first = (first + count) << 1;
      code <<= 1;
    }
    throw new FormatError('a brotli code that is none', bits.place);
  }
}

function reversed(code: number, length: number): number {
  let result = 0;
  for (let i = 0; i < length; i++) result |= ((code >> i) & 1) << (length - 1 - i);
  return result;
}

function codeOf(lengths: Uint8Array): PrefixCode {
  const byLength: number[][] = Array.from({ length: LONGEST + 1 }, () => []);
  lengths.forEach((length, symbol) => {
    if (length > 0) byLength[length]!.push(symbol);
  });
  return new PrefixCode(byLength.flat(), (symbol) => lengths[symbol]!);
}

/** Reads a prefix code for so many symbols. @throws FormatError */
export function readPrefixCode(bits: Bits, alphabet: number): PrefixCode {
  const skipped = bits.read(2);
  return skipped === 1 ? simpleCode(bits, alphabet) : complexCode(bits, alphabet, skipped);
}

/** 3.4: up to four symbols, as they are. */
function simpleCode(bits: Bits, alphabet: number): PrefixCode {
  const count = bits.read(2) + 1;
  const width = 32 - Math.clz32(alphabet - 1);
  const symbols = Array.from({ length: count }, () => bits.read(width));
  if (symbols.some((symbol, i) => symbol >= alphabet || symbols.indexOf(symbol) !== i))
    throw new FormatError('a brotli code of symbols that are none', bits.place);
  const isDeep = count === 4 && bits.read(1) === 1;
  const lengths = [[0], [1, 1], [1, 2, 2], isDeep ? [1, 2, 3, 3] : [2, 2, 2, 2]][count - 1]!;
  const pairs = symbols.map((symbol, i) => ({ symbol, length: lengths[i]! }));
  pairs.sort((a, b) => a.length - b.length || a.symbol - b.symbol);
  const sorted = pairs.map(({ symbol }) => symbol);
  return new PrefixCode(sorted, (symbol) => pairs[sorted.indexOf(symbol)]!.length);
}

/** 3.5: the length of each symbol, in a code whose own lengths come first. */
function complexCode(bits: Bits, alphabet: number, skipped: number): PrefixCode {
  const own = new Uint8Array(18);
  let space = 32;
  let used = 0;
  for (let i = skipped; i < 18 && space > 0; i++) {
    const next = bits.peek(4);
    bits.skip(spelledBits[next]!);
    const length = spelled[next]!;
    own[order[i]!] = length;
    if (length === 0) continue;
    space -= 32 >> length;
    used++;
  }
  if (used !== 1 && space !== 0) throw new FormatError('a brotli code that does not come out even', bits.place);
  const only = own.findIndex((length) => length > 0);
  return codeOf(readLengths(bits, alphabet, used === 1 ? new PrefixCode([only], () => 0) : codeOf(own)));
}

function readLengths(bits: Bits, alphabet: number, code: PrefixCode): Uint8Array {
  const lengths = new Uint8Array(alphabet);
  let space = 1 << LONGEST;
  let before = 8;
  let repeat = 0;
  let repeated = 0;
  for (let symbol = 0; symbol < alphabet && space > 0; ) {
    const length = code.read(bits);
    if (length < 16) {
      repeat = 0;
      lengths[symbol++] = length;
      if (length === 0) continue;
      before = length;
      space -= (1 << LONGEST) >> length;
      continue;
    }
    const value = length === 16 ? before : 0;
    if (value !== repeated) repeat = 0;
    repeated = value;
    const old = repeat;
    // Repeats of the same follow one another as digits of one number.
    if (repeat > 0) repeat = (repeat - 2) << (length - 14);
    repeat += bits.read(length - 14) + 3;
    const end = symbol + repeat - old;
    if (end > alphabet) throw new FormatError('a brotli code of more symbols than there are', bits.place);
    lengths.fill(value, symbol, end);
    if (value > 0) space -= (end - symbol) << (LONGEST - value);
    symbol = end;
  }
  if (space !== 0) throw new FormatError('a brotli code that does not come out even', bits.place);
  return lengths;
}
