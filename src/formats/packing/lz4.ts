import { attempt } from '../../coverage.ts';
import { CutError, FormatError } from '../../errors.ts';
import type { Output, Unpacking } from './output.ts';

/** Where a block lies, and the output before which its matches may not reach. */
interface Lz4Block {
  readonly input: Uint8Array;
  readonly from: number;
  readonly to: number;
  readonly window?: number;
  /** Output at which it ends, where that is known and its input goes on. */
  readonly size?: number;
}

/** One LZ4 block (lz4_Block_format.md): sequences of literals and a match that lies behind. @throws FormatError */
export function* unpackLz4Block({ input, from, to, window = 0, size = -1 }: Lz4Block, out: Output): Unpacking {
  let at = from;
  // What ends with the bytes at hand may go on behind them.
  const broken = (message: string) => (to === input.length ? new CutError(message, at) : new FormatError(message, at));
  const more = (length: number, most: number): number => {
    let sum = length;
    if (length !== 15) return sum;
    for (;;) {
      const byte = at < to ? input[at++]! : -1;
      if (byte < 0) throw broken('an LZ4 block ends inside a length');
      sum += byte;
      // A length that cannot be is not read to its end.
      if (byte !== 255 || sum > most) return sum;
    }
  };
  while (at < to) {
    if (out.isDue) yield 0;
    const token = input[at++]!;
    const literals = more(token >> 4, to - at);
    if (at + literals > to) throw broken('an LZ4 block ends inside its literals');
    out.add(input.subarray(at, at + literals));
    at += literals;
    if (at === to || out.length === size) break;
    if (at + 2 > to) throw broken('an LZ4 block ends inside a match');
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
  const end = yield* unpackLz4Block({ input: bytes, from: 12, to: bytes.length, size }, out);
  if (out.length !== size) {
    const message = `an assembly of ${size} bytes unpacks to ${out.length}`;
    throw end === bytes.length && out.length < size ? new CutError(message, end) : new FormatError(message, 8);
  }
  return end;
}

/** Magics of a frame, of one that holds something else (any of sixteen), and of the older form. */
const FRAME = 0x184d2204;
const LEGACY = 0x184c2102;
/** What 8 MiB become at most, and their length before them. */
export const LONGEST_LEGACY_BLOCK = 4 + 8_421_520;
export const isLegacyLz4 = (bytes: Uint8Array): boolean => u32(bytes, 0) === LEGACY;
export const isSkippable = (magic: number): boolean => (magic & 0xfffffff0) >>> 0 === 0x184d2a50;

/** LZ4 frames one behind the other (lz4_Frame_format.md): tools read them as one; checksums are not compared. */
export function* unpackLz4Frames(bytes: Uint8Array, out: Output): Unpacking {
  for (let at = 0; ; ) {
    const magic = at + 8 <= bytes.length ? u32(bytes, at) : 0;
    if (isSkippable(magic)) {
      const next = at + 8 + u32(bytes, at + 4);
      if (next > bytes.length) return at;
      out.skipped.push({ offset: at + 8, length: next - at - 8 });
      yield 1;
      at = next;
    } else if (magic === FRAME) at = yield* unpackFrame(bytes, at, out);
    else if (magic === LEGACY) at = yield* unpackLegacy(bytes, at + 4, out);
    else return at;
  }
}

/** Blocks of 8 MiB, each behind its packed size, as far as sizes can be true: tools take one that is shorter, and go on. */
function* unpackLegacy(bytes: Uint8Array, from: number, out: Output): Unpacking {
  for (let at = from; ; ) {
    const length = u32(bytes, at);
    const to = at + 4 + length;
    if (at + 4 >= bytes.length || length === 0 || to > bytes.length) return at;
    yield 1;
    const start = out.length;
    const block = unpackLz4Block({ input: bytes, from: at + 4, to, window: start }, out);
    // Behind the first block, what is none is what follows it.
    const behind = at === from ? yield* block : yield* ifItIsOne(block);
    if (behind === null) {
      out.length = start;
      return at;
    }
    at = to;
  }
}

/** @throws BudgetError */
function* ifItIsOne(block: Unpacking): Generator<number, number | null> {
  let isTooMuch = false;
  let failed: unknown = null;
  const end = yield* attempt(
    () => block,
    ({ reason }, error) => {
      isTooMuch = reason === 'budget';
      failed = error;
    },
  );
  if (isTooMuch) throw failed;
  return end;
}

function* unpackFrame(bytes: Uint8Array, from: number, out: Output): Unpacking {
  const flags = bytes[from + 4]!;
  const isLinked = (flags & 0x20) === 0;
  let at = from + 7 + (flags & 8 ? 8 : 0) + (flags & 1 ? 4 : 0);
  const start = out.length;
  for (;;) {
    if (at + 4 > bytes.length) throw new CutError('an LZ4 frame ends without its end mark', at);
    const header = u32(bytes, at);
    at += 4;
    if (header === 0) return at + (flags & 4 ? 4 : 0);
    const length = header & 0x7fffffff;
    if (at + length > bytes.length) throw new CutError('an LZ4 block runs past the end', at);
    yield 1;
    if (header >>> 31 === 1) out.add(bytes.subarray(at, at + length));
    else {
      const window = isLinked ? start : out.length;
      yield* unpackLz4Block({ input: bytes, from: at, to: at + length, window }, out);
    }
    at += length + (flags & 16 ? 4 : 0);
  }
}
