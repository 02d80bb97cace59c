import { BudgetError, FormatError } from '../../errors.ts';

/** Bytes that are added to, up to a most. */
export class Output {
  bytes: Uint8Array;
  length = 0;
  readonly #most: number;

  constructor(expected: number, most: number) {
    this.#most = most;
    this.bytes = new Uint8Array(Math.min(expected, most));
  }

  /** @throws BudgetError beyond the most */
  reserve(count: number): void {
    const needed = this.length + count;
    if (needed > this.#most) throw new BudgetError('nestedBytes', this.#most, 0);
    if (needed <= this.bytes.length) return;
    const grown = new Uint8Array(Math.min(this.#most, Math.max(needed, this.bytes.length * 2)));
    grown.set(this.bytes.subarray(0, this.length));
    this.bytes = grown;
  }

  add(bytes: Uint8Array): void {
    this.reserve(bytes.length);
    this.bytes.set(bytes, this.length);
    this.length += bytes.length;
  }

  get whole(): Uint8Array {
    return this.bytes.subarray(0, this.length);
  }
}

/** One LZ4 block (lz4_Block_format.md): sequences of literals and a match that lies behind. @throws FormatError */
export function unpackLz4Block(input: Uint8Array, from: number, to: number, out: Output, window = 0): void {
  let at = from;
  const more = (length: number): number => {
    let sum = length;
    if (length !== 15) return sum;
    for (;;) {
      const byte = at < to ? input[at++]! : -1;
      if (byte < 0) throw new FormatError('an LZ4 block ends inside a length', at);
      sum += byte;
      if (byte !== 255) return sum;
    }
  };
  while (at < to) {
    const token = input[at++]!;
    const literals = more(token >> 4);
    if (at + literals > to) throw new FormatError('an LZ4 block ends inside its literals', at);
    out.add(input.subarray(at, at + literals));
    at += literals;
    if (at === to) return;
    if (at + 2 > to) throw new FormatError('an LZ4 block ends inside a match', at);
    const distance = input[at]! | (input[at + 1]! << 8);
    at += 2;
    const length = more(token & 15) + 4;
    if (distance === 0 || distance > out.length - window)
      throw new FormatError('an LZ4 match lies before the block', at);
    out.reserve(length);
    const { bytes } = out;
    const start = out.length;
    if (distance >= length) bytes.copyWithin(start, start - distance, start - distance + length);
    else for (let i = 0; i < length; i++) bytes[start + i] = bytes[start + i - distance]!;
    out.length += length;
  }
}

const u32 = (b: Uint8Array, at: number) =>
  ((b[at] ?? 0) | ((b[at + 1] ?? 0) << 8) | ((b[at + 2] ?? 0) << 16) | ((b[at + 3] ?? 0) << 24)) >>> 0;

/** An assembly of .NET for Android: 12 bytes of header, then one block that makes as many bytes as the header says. */
export function unpackXalz(bytes: Uint8Array, most: number): Uint8Array {
  const size = u32(bytes, 8);
  const out = new Output(Math.min(size, bytes.length * 255), most);
  unpackLz4Block(bytes, 12, bytes.length, out);
  if (out.length !== size) throw new FormatError(`an assembly of ${size} bytes unpacks to ${out.length}`, 8);
  return out.whole;
}

/** An LZ4 frame (lz4_Frame_format.md); checksums are not compared. */
export function unpackLz4Frame(bytes: Uint8Array, most: number): Uint8Array {
  const flags = bytes[4]!;
  const isLinked = (flags & 0x20) === 0;
  let at = 7 + (flags & 8 ? 8 : 0) + (flags & 1 ? 4 : 0);
  const out = new Output(Math.min(bytes.length * 4, most), most);
  for (;;) {
    if (at + 4 > bytes.length) throw new FormatError('an LZ4 frame ends without its end mark', at);
    const header = u32(bytes, at);
    at += 4;
    if (header === 0) return out.whole;
    const length = header & 0x7fffffff;
    if (at + length > bytes.length) throw new FormatError('an LZ4 block runs past the end', at);
    if (header >>> 31 === 1) out.add(bytes.subarray(at, at + length));
    else unpackLz4Block(bytes, at, at + length, out, isLinked ? 0 : out.length);
    at += length + (flags & 16 ? 4 : 0);
  }
}
