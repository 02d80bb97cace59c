import { CutError, FormatError } from '../../errors.ts';

/** Bits of the longest code, and those by which most are told at once. */
export const LONGEST = 20;
const FAST = 10;

/** Bits from the highest of each byte on. */
export class Bits {
  readonly #bytes: Uint8Array;
  /** In bits. */
  at: number;

  constructor(bytes: Uint8Array, at: number) {
    this.#bytes = bytes;
    this.at = at * 8;
  }

  bit(): number {
    const byte = this.#bytes[this.at >> 3];
    if (byte === undefined) throw new CutError('a bzip2 stream is cut off', this.#bytes.length);
    return (byte >> (7 - (this.at++ & 7))) & 1;
  }

  read(count: number): number {
    let value = 0;
    for (let i = 0; i < count; i++) value = value * 2 + this.bit();
    return value;
  }

  /** The next ten bits without taking them; zeros behind the end. */
  peek(): number {
    const byte = this.at >> 3;
    const bytes = this.#bytes;
    const word = ((bytes[byte] ?? 0) << 16) | ((bytes[byte + 1] ?? 0) << 8) | (bytes[byte + 2] ?? 0);
    return (word >> (24 - FAST - (this.at & 7))) & ((1 << FAST) - 1);
  }

  /** Bits that were peeked at. */
  skip(count: number): void {
    this.at += count;
    if (this.at > this.#bytes.length * 8) throw new CutError('a bzip2 stream is cut off', this.#bytes.length);
  }

  get place(): number {
    return (this.at + 7) >> 3;
  }
}

/** A canonical code: the highest code of each length, what to add to one for its symbol's place, and the symbols. */
export interface Codes {
  readonly limits: Int32Array;
  readonly bases: Int32Array;
  readonly symbols: Uint16Array;
  /** By the next ten bits: symbol and length of a code that is not longer. */
  readonly fast: Uint16Array;
}

export function codesOf(lengths: Uint8Array): Codes {
  const counts = new Int32Array(LONGEST + 2);
  for (const length of lengths) counts[length]!++;
  const limits = new Int32Array(LONGEST + 1).fill(-1);
  const bases = new Int32Array(LONGEST + 1);
  let code = 0;
  let index = 0;
  for (let length = 1; length <= LONGEST; length++) {
    bases[length] = index - code;
    code += counts[length]!;
    index += counts[length]!;
    if (counts[length]! > 0) limits[length] = code - 1;
    code <<= 1;
  }
  const symbols = new Uint16Array(lengths.length);
  const next = new Int32Array(LONGEST + 2);
  for (let length = 1; length <= LONGEST; length++) next[length + 1] = next[length]! + counts[length]!;
  lengths.forEach((length, symbol) => {
    symbols[next[length]!++] = symbol;
  });
  const fast = new Uint16Array(1 << FAST);
  for (let length = 1; length <= FAST; length++) {
    const first = limits[length]! - counts[length]! + 1;
    for (let i = 0; i < counts[length]! && first + i < 1 << length; i++) {
      const from = (first + i) << (FAST - length);
      fast.fill((symbols[first + i + bases[length]!]! << 4) | length, from, from + (1 << (FAST - length)));
    }
  }
  return { limits, bases, symbols, fast };
}

/** @throws FormatError */
export function symbolOf(bits: Bits, { limits, bases, symbols, fast }: Codes): number {
  const known = fast[bits.peek()]!;
  if (known !== 0) {
    bits.skip(known & 15);
    return known >> 4;
  }
  let code = 0;
  for (let length = 1; length <= LONGEST; length++) {
    code = code * 2 + bits.bit();
    if (code <= limits[length]!) {
      const symbol = symbols[code + bases[length]!];
      if (symbol !== undefined) return symbol;
    }
  }
  throw new FormatError('a bzip2 code that is none', bits.place);
}
