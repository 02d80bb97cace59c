import { CutError, FormatError } from '../../errors.ts';
import { BackwardBits } from './backward-bits.ts';
import { basesOf } from './code-bases.ts';
import { type FseTable, fseOf, fseTable, readFse } from './fse.ts';
import { isSkippable } from './lz4.ts';
import type { Output, Unpacking } from './output.ts';
import { type HuffmanTable, readLiterals } from './zstandard-literals.ts';

/** What a block may make (RFC 8878, 3.1.1.2.4), and what its tables cost in steps. */
const MOST_OF_BLOCK = 128 * 1024;
const BLOCK_STEPS = 16;

type Code = 'literals' | 'offsets' | 'matches';
const codes: readonly Code[] = ['literals', 'offsets', 'matches'];

/** RFC 8878, 3.1.1.3.2.1.1: bits that follow each code, beyond those codes that are their own value. */
const literalBits = [
  ...new Array<number>(16).fill(0),
  1,
  1,
  1,
  1,
  2,
  2,
  3,
  3,
  4,
  6,
  7,
  8,
  9,
  10,
  11,
  12,
  13,
  14,
  15,
  16,
];
const matchBits = [
  ...new Array<number>(32).fill(0),
  1,
  1,
  1,
  1,
  2,
  2,
  3,
  3,
  4,
  4,
  5,
  7,
  8,
  9,
  10,
  11,
  12,
  13,
  14,
  15,
  16,
];
const literalBases = basesOf(literalBits, 0);
const matchBases = basesOf(matchBits, 3);

/** 3.1.1.3.2.2: the distributions that a block need not describe; the largest accuracy, and the number of codes. */
const ones = (count: number, value = 1) => new Array<number>(count).fill(value);
const known: Readonly<Record<Code, FseTable>> = {
  literals: fseTable([4, 3, ...ones(11, 2), 1, 1, 1, ...ones(9, 2), 3, 2, ...ones(5), ...ones(4, -1)], 6),
  offsets: fseTable([...ones(6), 2, 2, 2, ...ones(15), ...ones(5, -1)], 5),
  matches: fseTable([1, 4, 3, ...ones(6, 2), ...ones(37), ...ones(7, -1)], 6),
};
const most: Readonly<Record<Code, { readonly log: number; readonly symbols: number }>> = {
  literals: { log: 9, symbols: 36 },
  offsets: { log: 8, symbols: 32 },
  matches: { log: 9, symbols: 53 },
};

/** What lives on from block to block of a frame. */
interface Frame {
  readonly out: Output;
  /** Where its content begins in the output. */
  readonly window: number;
  readonly tables: Partial<Record<Code, FseTable>>;
  readonly offsets: [number, number, number];
  huffman: HuffmanTable | null;
}

const u32 = (b: Uint8Array, at: number) =>
  ((b[at] ?? 0) | ((b[at + 1] ?? 0) << 8) | ((b[at + 2] ?? 0) << 16) | ((b[at + 3] ?? 0) << 24)) >>> 0;

/**
 * Zstandard (RFC 8878): as many frames as follow one another. The window is the output, whatever a header asks for; check
 * sums are not compared, and a frame that needs a dictionary is refused.
 */
export function* unpackZstandard(bytes: Uint8Array, out: Output): Unpacking {
  let at = 0;
  for (;;) {
    const magic = u32(bytes, at);
    if (at + 8 <= bytes.length && isSkippable(magic)) {
      const length = u32(bytes, at + 4);
      out.skipped.push({ offset: at + 8, length });
      at += 8 + length;
    } else if (magic === 0xfd2fb528) at = yield* unpackFrame(bytes, at + 4, out);
    else return at;
    yield 1;
  }
}

function* unpackFrame(bytes: Uint8Array, start: number, out: Output): Unpacking {
  const descriptor = bytes[start] ?? 8;
  if ((descriptor & 8) !== 0) throw new FormatError('a Zstandard frame with a reserved bit', start);
  const single = (descriptor & 0x20) !== 0;
  const dictionary = start + 1 + (single ? 0 : 1);
  let at = dictionary + [0, 1, 2, 4][descriptor & 3]!;
  if (bytes.subarray(dictionary, at).some((byte) => byte !== 0))
    throw new FormatError('a Zstandard frame that needs a dictionary', dictionary);
  at += [single ? 1 : 0, 2, 4, 8][descriptor >> 6]!;
  const frame: Frame = { out, window: out.length, tables: {}, offsets: [1, 4, 8], huffman: null };
  for (let isLast = false; !isLast; ) {
    if (at + 3 > bytes.length) throw new CutError('a Zstandard frame is cut off', at);
    const header = bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16);
    const size = header >> 3;
    const kind = (header >> 1) & 3;
    isLast = (header & 1) === 1;
    at += 3;
    const end = at + (kind === 1 ? 1 : size);
    if (kind === 3 || size > MOST_OF_BLOCK) throw new FormatError('a Zstandard block that is none', at);
    if (end > bytes.length) throw new CutError('a Zstandard block runs past the end', at);
    if (kind === 0) out.add(bytes.subarray(at, end));
    else if (kind === 1) out.fill(bytes[at]!, size);
    else yield* unpackBlock(bytes, at, end, frame);
    yield kind === 2 ? BLOCK_STEPS : 1;
    at = end;
  }
  return at + (descriptor & 4 ? 4 : 0);
}

function* unpackBlock(bytes: Uint8Array, from: number, to: number, frame: Frame): Generator<number, void> {
  if (from === to) throw new FormatError('a Zstandard block without content', from);
  const literals = readLiterals(bytes, from, to, { before: frame.huffman, most: MOST_OF_BLOCK });
  frame.huffman = literals.table;
  let at = literals.end;
  const first = bytes[at++] ?? 0;
  let count = first;
  if (first >= 128 && first < 255) count = ((first - 128) << 8) + (bytes[at++] ?? 0);
  else if (first === 255) {
    count = (bytes[at] ?? 0) + ((bytes[at + 1] ?? 0) << 8) + 0x7f00;
    at += 2;
  }
  if (at > to) throw new FormatError('a Zstandard block ends before its sequences', to);
  if (count === 0) {
    frame.out.add(literals.bytes);
    return;
  }
  const end = readTables(bytes, at, to, frame);
  yield* runSequences(new BackwardBits(bytes, end, to), count, literals.bytes, frame);
}

/** @returns the place behind them */
function readTables(bytes: Uint8Array, from: number, to: number, { tables }: Frame): number {
  const modes = bytes[from] ?? 3;
  if ((modes & 3) !== 0 || from >= to) throw new FormatError('Zstandard sequences with a reserved mode', from);
  let at = from + 1;
  codes.forEach((code, i) => {
    const mode = (modes >> (6 - i * 2)) & 3;
    if (mode === 0) tables[code] = known[code];
    else if (mode === 1) {
      const symbol = at < to ? bytes[at++]! : 255;
      if (symbol >= most[code].symbols) throw new FormatError('a Zstandard code that is none', at);
      tables[code] = fseOf(symbol);
    } else if (mode === 2) ({ table: tables[code], end: at } = readFse(bytes, at, to, most[code]));
    else if (!tables[code]) throw new FormatError('a Zstandard block that repeats what was not there', at);
  });
  return at;
}

function* runSequences(bits: BackwardBits, count: number, literals: Uint8Array, frame: Frame): Generator<number, void> {
  const { out, window, tables } = frame;
  const [ll, of, ml] = codes.map((code) => tables[code]) as [FseTable, FseTable, FseTable];
  let literal = bits.read(ll.log);
  let offset = bits.read(of.log);
  let match = bits.read(ml.log);
  let used = 0;
  const start = out.length;
  for (let i = 0; i < count; i++) {
    if (out.isDue) yield 0;
    const code = of.symbols[offset]!;
    const value = 2 ** code + bits.read(code);
    const matched = ml.symbols[match]!;
    const length = matchBases[matched]! + bits.read(matchBits[matched]!);
    const before = ll.symbols[literal]!;
    const taken = literalBases[before]! + bits.read(literalBits[before]!);
    if (used + taken > literals.length)
      throw new FormatError('Zstandard sequences take more literals than there are', 0);
    if (out.length - start + taken + length > MOST_OF_BLOCK)
      throw new FormatError('a Zstandard block makes more than it may', 0);
    out.add(literals.subarray(used, used + taken));
    used += taken;
    const distance = distanceOf(value, taken, frame.offsets);
    if (distance <= 0 || distance > out.length - window)
      throw new FormatError('a Zstandard match lies before its frame', 0);
    out.copy(distance, length);
    if (i === count - 1) break;
    literal = ll.bases[literal]! + bits.read(ll.bits[literal]!);
    match = ml.bases[match]! + bits.read(ml.bits[match]!);
    offset = of.bases[offset]! + bits.read(of.bits[offset]!);
  }
  if (bits.left !== 0) throw new FormatError('Zstandard sequences that do not end with their stream', 0);
  if (out.length - start + literals.length - used > MOST_OF_BLOCK)
    throw new FormatError('a Zstandard block makes more than it may', 0);
  out.add(literals.subarray(used));
}

/** 3.1.1.5: the last three offsets have short values, shifted by one where no literals come before. */
function distanceOf(value: number, literals: number, offsets: [number, number, number]): number {
  const [first, second, third] = offsets;
  if (value > 3) {
    offsets.splice(0, 3, value - 3, first, second);
    return value - 3;
  }
  const which = value + (literals === 0 ? 1 : 0);
  if (which === 1) return first;
  if (which === 2) offsets.splice(0, 3, second, first, third);
  else if (which === 3) offsets.splice(0, 3, third, first, second);
  else offsets.splice(0, 3, first - 1, first, second);
  return offsets[0];
}
