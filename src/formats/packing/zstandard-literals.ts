import { FormatError } from '../../errors.ts';
import { BackwardBits } from './backward-bits.ts';
import { readFse } from './fse.ts';

/** A table of Huffman codes: by the next `log` bits, the symbol, and how many of them are its code. */
export interface HuffmanTable {
  readonly log: number;
  readonly symbols: Uint8Array;
  readonly bits: Uint8Array;
}

const LONGEST = 11;

/** The literals of a block, the table that later blocks may use again, and the place behind. */
export interface Literals {
  readonly bytes: Uint8Array;
  readonly table: HuffmanTable | null;
  readonly end: number;
}

/** Reads the literals section of a block (RFC 8878, 3.1.1.3.1). @throws FormatError */
export function readLiterals(
  input: Uint8Array,
  from: number,
  to: number,
  { before, most }: { readonly before: HuffmanTable | null; readonly most: number },
): Literals {
  const kind = input[from]! & 3;
  const format = (input[from]! >> 2) & 3;
  const head = (input[from]! | ((input[from + 1] ?? 0) << 8) | ((input[from + 2] ?? 0) << 16)) >>> 0;
  if (kind < 2) {
    const [start, size] =
      format === 1 ? [2, (head & 0xffff) >> 4] : format === 3 ? [3, head >> 4] : [1, (head & 0xff) >> 3];
    checked(size, most, from);
    const at = from + start;
    const end = at + (kind === 0 ? size : 1);
    if (end > to) throw new FormatError('Zstandard literals run past their block', from);
    const bytes = kind === 0 ? input.subarray(at, end) : new Uint8Array(size).fill(input[at]!);
    return { bytes, table: before, end };
  }
  const width = format < 2 ? 10 : format === 2 ? 14 : 18;
  const start = format < 2 ? 3 : format === 2 ? 4 : 5;
  const sizes = head + (input[from + 3] ?? 0) * 2 ** 24 + (input[from + 4] ?? 0) * 2 ** 32;
  const size = checked(Math.floor(sizes / 16) % 2 ** width, most, from);
  const end = from + start + (Math.floor(sizes / 2 ** (4 + width)) % 2 ** width);
  if (end > to) throw new FormatError('Zstandard literals run past their block', from);
  let at = from + start;
  let table = before;
  if (kind === 2) ({ table, end: at } = readHuffman(input, at, end));
  if (!table) throw new FormatError('Zstandard literals without a table', from);
  const bytes = new Uint8Array(size);
  if (format === 0) decode(new BackwardBits(input, at, end), table, bytes);
  else fourStreams(input, at, end, { table, bytes });
  return { bytes, table, end };
}

function checked(size: number, most: number, at: number): number {
  if (size > most) throw new FormatError('more Zstandard literals than a block may have', at);
  return size;
}

function fourStreams(
  input: Uint8Array,
  from: number,
  to: number,
  { table, bytes }: { readonly table: HuffmanTable; readonly bytes: Uint8Array },
): void {
  const part = (bytes.length + 3) >> 2;
  let at = from + 6;
  for (let i = 0; i < 4; i++) {
    const size = (input[from + i * 2] ?? 0) | ((input[from + i * 2 + 1] ?? 0) << 8);
    const end = i < 3 ? at + size : to;
    if (end > to || part * i > bytes.length) throw new FormatError('Zstandard literals run past their streams', from);
    decode(new BackwardBits(input, at, end), table, bytes.subarray(part * i, i < 3 ? part * (i + 1) : bytes.length));
    at = end;
  }
}

function decode(bits: BackwardBits, { log, symbols, bits: lengths }: HuffmanTable, into: Uint8Array): void {
  for (let i = 0; i < into.length; i++) {
    const code = bits.peek(log);
    into[i] = symbols[code]!;
    bits.left -= lengths[code]!;
  }
  if (bits.left !== 0) throw new FormatError('Zstandard literals that do not end with their stream', 0);
}

/** RFC 8878, 4.2.1: weights as they stand or coded; that of the last symbol is what is missing to a power of two. */
function readHuffman(input: Uint8Array, from: number, to: number): { table: HuffmanTable; end: number } {
  const header = input[from] ?? 0;
  const weights: number[] = [];
  let end = from + 1;
  if (header < 128) {
    end += header;
    if (end > to) throw new FormatError('Zstandard weights run past their block', from);
    readWeights(input, from + 1, end, weights);
  } else {
    const count = header - 127;
    end += (count + 1) >> 1;
    if (end > to) throw new FormatError('Zstandard weights run past their block', from);
    for (let i = 0; i < count; i++) {
      const byte = input[from + 1 + (i >> 1)]!;
      weights.push(i % 2 === 0 ? byte >> 4 : byte & 15);
    }
  }
  return { table: huffmanOf(weights, from), end };
}

/** Two states that take turns, until one has no bits left. */
function readWeights(input: Uint8Array, from: number, to: number, weights: number[]): void {
  const { table, end } = readFse(input, from, to, { log: 6, symbols: 256 });
  const bits = new BackwardBits(input, end, to);
  const states = [bits.read(table.log), bits.read(table.log)];
  if (bits.left < 0) throw new FormatError('Zstandard weights are cut off', end);
  for (let turn = 0; ; turn = 1 - turn) {
    const state = states[turn]!;
    weights.push(table.symbols[state]!);
    states[turn] = table.bases[state]! + bits.read(table.bits[state]!);
    if (bits.left < 0) {
      weights.push(table.symbols[states[1 - turn]!]!);
      return;
    }
    if (weights.length > 255) throw new FormatError('more Zstandard weights than symbols', from);
  }
}

function huffmanOf(weights: readonly number[], at: number): HuffmanTable {
  let sum = 0;
  for (const weight of weights) {
    if (weight > LONGEST) throw new FormatError('a Zstandard weight that is none', at);
    if (weight > 0) sum += 1 << (weight - 1);
  }
  const log = 32 - Math.clz32(sum);
  const left = (1 << log) - sum;
  if (sum === 0 || log > LONGEST || (left & (left - 1)) !== 0 || weights.length > 255) {
    throw new FormatError('Zstandard weights that do not come out even', at);
  }
  const all = [...weights, 32 - Math.clz32(left)];
  const symbols = new Uint8Array(1 << log);
  const bits = new Uint8Array(1 << log);
  let place = 0;
  for (let weight = 1; weight <= log; weight++) {
    all.forEach((each, symbol) => {
      if (each !== weight) return;
      const end = place + (1 << (weight - 1));
      symbols.fill(symbol, place, end);
      bits.fill(log + 1 - weight, place, end);
      place = end;
    });
  }
  return { log, symbols, bits };
}
