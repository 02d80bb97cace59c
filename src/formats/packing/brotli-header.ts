import { FormatError } from '../../errors.ts';
import { type Bits, type PrefixCode, readPrefixCode } from './brotli-prefix.ts';

/** Steps of a prefix code, and codes between two moments in which the decoder can be left. */
const CODE_STEPS = 6;
const TURN = 16;

/** A number to 256 (RFC 7932, 9.2): the number of types of blocks, or of codes. */
export function readCount(bits: Bits): number {
  if (bits.read(1) === 0) return 1;
  const width = bits.read(3);
  return (1 << width) + bits.read(width) + 1;
}

const countBases = [
  1, 5, 9, 13, 17, 25, 33, 41, 49, 65, 81, 97, 113, 145, 177, 209, 241, 305, 369, 497, 753, 1265, 2289, 4337, 8433,
  16625,
];
const countBits = [2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 6, 6, 7, 8, 9, 10, 11, 12, 13, 24];

/** The blocks of one kind in a meta-block (RFC 7932, 6): which type is on, and for how many more. */
export class Blocks {
  readonly types: number;
  type = 0;
  #before = 1;
  #left = Number.POSITIVE_INFINITY;
  readonly #typeCode: PrefixCode | null = null;
  readonly #countCode: PrefixCode | null = null;
  readonly #bits: Bits;

  constructor(bits: Bits) {
    this.#bits = bits;
    this.types = readCount(bits);
    if (this.types === 1) return;
    this.#typeCode = readPrefixCode(bits, this.types + 2);
    this.#countCode = readPrefixCode(bits, 26);
    this.#left = this.#count(this.#countCode);
  }

  #count(code: PrefixCode): number {
    const symbol = code.read(this.#bits);
    return countBases[symbol]! + this.#bits.read(countBits[symbol]!);
  }

  /** Before each element. @returns whether another type is on now */
  next(): boolean {
    if (this.#left-- > 0) return false;
    if (!this.#typeCode || !this.#countCode) return false;
    const code = this.#typeCode.read(this.#bits);
    const next = code === 0 ? this.#before : code === 1 ? (this.type + 1) % this.types : code - 2;
    this.#before = this.type;
    this.type = next;
    this.#left = this.#count(this.#countCode) - 1;
    return true;
  }
}

/** Which code each context takes (RFC 7932, 7.3). */
export interface ContextMap {
  readonly codes: number;
  readonly map: Uint8Array;
}

export function readContextMap(bits: Bits, size: number): ContextMap {
  const codes = readCount(bits);
  const map = new Uint8Array(size);
  if (codes === 1) return { codes, map };
  const runs = bits.read(1) === 0 ? 0 : bits.read(4) + 1;
  const code = readPrefixCode(bits, codes + runs);
  for (let i = 0; i < size; ) {
    const symbol = code.read(bits);
    if (symbol > runs) map[i++] = symbol - runs;
    else {
      // A run of zeros, or a single one.
      i += (1 << symbol) + bits.read(symbol);
      if (i > size) throw new FormatError('a brotli context map longer than it may be', bits.place);
    }
  }
  if (bits.read(1) === 1) undoMoveToFront(map);
  return { codes, map };
}

function undoMoveToFront(map: Uint8Array): void {
  const front = Uint8Array.from({ length: 256 }, (_, i) => i);
  for (let i = 0; i < map.length; i++) {
    const place = map[i]!;
    const value = front[place]!;
    map[i] = value;
    front.copyWithin(1, 0, place);
    front[0] = value;
  }
}

/** As many codes as there are, for so many symbols each; can be left between them. */
export function* readCodes(bits: Bits, count: number, alphabet: number): Generator<number, readonly PrefixCode[]> {
  const codes: PrefixCode[] = [];
  for (let i = 0; i < count; i++) {
    codes.push(readPrefixCode(bits, alphabet));
    if (i % TURN === TURN - 1) yield TURN * CODE_STEPS;
  }
  return codes;
}
