import { FormatError } from '../../errors.ts';
import type { Output, Unpacking } from './output.ts';

/** Where a block lies, and the output before which its matches may not reach. */
interface Lz4Block {
  readonly input: Uint8Array;
  readonly from: number;
  readonly to: number;
  readonly window?: number;
}

/** One LZ4 block (lz4_Block_format.md): sequences of literals and a match that lies behind. @throws FormatError */
export function* unpackLz4Block({ input, from, to, window = 0 }: Lz4Block, out: Output): Unpacking {
  let at = from;
  const more = (length: number, most: number): number => {
    let sum = length;
    if (length !== 15) return sum;
    for (;;) {
      const byte = at < to ? input[at++]! : -1;
      if (byte < 0) throw new FormatError('an LZ4 block ends inside a length', at);
      sum += byte;
      // A length that cannot be is not read to its end.
      if (byte !== 255 || sum > most) return sum;
    }
  };
  while (at < to) {
    if (out.isDue) yield 0;
    const token = input[at++]!;
    const literals = more(token >> 4, to - at);
    if (at + literals > to) throw new FormatError('an LZ4 block ends inside its literals', at);
    out.add(input.subarray(at, at + literals));
    at += literals;
    if (at === to) break;
    if (at + 2 > to) throw new FormatError('an LZ4 block ends inside a match', at);
    const distance = input[at]! | (input[at + 1]! << 8);
    at += 2;
    const length = more(token & 15, out.most) + 4;
    if (distance === 0 || distance > out.length - window)
      throw new FormatError('an LZ4 match lies before the block', at);
    out.copy(distance, length);
  }
  return at;
}

const u32 = (b: Uint8Array, at: number) =>
  ((b[at] ?? 0) | ((b[at + 1] ?? 0) << 8) | ((b[at + 2] ?? 0) << 16) | ((b[at + 3] ?? 0) << 24)) >>> 0;

/** An assembly of .NET for Android: 12 bytes of header, then one block that makes as many bytes as the header says. */
export function* unpackXalz(bytes: Uint8Array, out: Output): Unpacking {
  const size = u32(bytes, 8);
  const end = yield* unpackLz4Block({ input: bytes, from: 12, to: bytes.length }, out);
  if (out.length !== size) throw new FormatError(`an assembly of ${size} bytes unpacks to ${out.length}`, 8);
  return end;
}

/** An LZ4 frame (lz4_Frame_format.md); checksums are not compared. */
export function* unpackLz4Frame(bytes: Uint8Array, out: Output): Unpacking {
  const flags = bytes[4]!;
  const isLinked = (flags & 0x20) === 0;
  let at = 7 + (flags & 8 ? 8 : 0) + (flags & 1 ? 4 : 0);
  const start = out.length;
  for (;;) {
    if (at + 4 > bytes.length) throw new FormatError('an LZ4 frame ends without its end mark', at);
    const header = u32(bytes, at);
    at += 4;
    if (header === 0) return at + (flags & 4 ? 4 : 0);
    const length = header & 0x7fffffff;
    if (at + length > bytes.length) throw new FormatError('an LZ4 block runs past the end', at);
    yield 1;
    if (header >>> 31 === 1) out.add(bytes.subarray(at, at + length));
    else {
      const window = isLinked ? start : out.length;
      yield* unpackLz4Block({ input: bytes, from: at, to: at + length, window }, out);
    }
    at += length + (flags & 16 ? 4 : 0);
  }
}
