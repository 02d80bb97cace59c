import { FormatError } from '../../errors.ts';
import { Bits, type Codes, codesOf, LONGEST, symbolOf } from './bzip2-codes.ts';
import type { Output, Unpacking } from './output.ts';

/** Tables of a block and what they are made from, in steps: charged for each, however little it makes. */
const BLOCK_STEPS = 48;
/** Symbols that are decoded, or places sorted, between two moments in which the decoder can be left. */
const PIECE = 32 * 1024;
const MOST_SELECTORS = 18_002;

/** What one stream's blocks share. */
interface Stream {
  readonly bits: Bits;
  readonly out: Output;
  /** Bytes that a block may have before its runs are undone. */
  readonly most: number;
  /** The block, and by the upper bits of each word the order in which it is read. */
  block: Uint32Array;
}

/**
 * bzip2, as many streams as follow one another (bzip2 1.0.8: decompress.c; "BZIP2: Format Specification", Joe Tsai 2016).
 * Check sums are not compared, and blocks that are randomised (bzip2 before 0.9.5) are refused.
 */
export function* unpackBzip2(bytes: Uint8Array, out: Output): Unpacking {
  let at = 0;
  while (isStream(bytes, at)) {
    const bits = new Bits(bytes, at + 4);
    const stream: Stream = { bits, out, most: (bytes[at + 3]! - 0x30) * 100_000, block: new Uint32Array(4096) };
    while (yield* unpackBlock(stream));
    at = bits.place;
  }
  return at;
}

const isStream = (b: Uint8Array, at: number) =>
  b[at] === 0x42 && b[at + 1] === 0x5a && b[at + 2] === 0x68 && b[at + 3]! >= 0x31 && b[at + 3]! <= 0x39;

/** @returns whether there was one: false behind the stream's last */
function* unpackBlock(stream: Stream): Generator<number, boolean> {
  const { bits } = stream;
  const magic = bits.read(48);
  bits.read(32);
  if (magic === 0x177245385090) return false;
  if (magic !== 0x314159265359) throw new FormatError('a bzip2 block that does not begin as one', bits.place);
  yield BLOCK_STEPS;
  if (bits.bit() === 1) throw new FormatError('a randomised bzip2 block', bits.place);
  const origin = bits.read(24);
  const length = yield* readSymbols(stream);
  if (origin >= length) throw new FormatError('a bzip2 block that begins outside itself', bits.place);
  yield* undoSort(stream, origin, length);
  return true;
}

function alphabet(bits: Bits): Uint8Array {
  const groups = bits.read(16);
  const used: number[] = [];
  for (let group = 0; group < 16; group++) {
    if (((groups >> (15 - group)) & 1) === 0) continue;
    const members = bits.read(16);
    for (let i = 0; i < 16; i++) if ((members >> (15 - i)) & 1) used.push(group * 16 + i);
  }
  if (used.length === 0) throw new FormatError('a bzip2 block without symbols', bits.place);
  return Uint8Array.from(used);
}

/** Which table decodes each fifty symbols, as places in a list whose last used comes first. */
function readSelectors(bits: Bits, tables: number): Uint8Array {
  const count = bits.read(15);
  if (count === 0) throw new FormatError('a bzip2 block without selectors', bits.place);
  const order = Array.from({ length: tables }, (_, i) => i);
  const selectors = new Uint8Array(Math.min(count, MOST_SELECTORS));
  for (let i = 0; i < count; i++) {
    let place = 0;
    while (bits.bit() === 1) if (++place >= tables) throw new FormatError('a bzip2 table that is none', bits.place);
    const [table = 0] = order.splice(place, 1);
    order.unshift(table);
    if (i < MOST_SELECTORS) selectors[i] = table;
  }
  return selectors;
}

function readCodes(bits: Bits, symbols: number): Codes {
  const lengths = new Uint8Array(symbols);
  let length = bits.read(5);
  for (let symbol = 0; symbol < symbols; symbol++) {
    while (bits.bit() === 1) length += bits.bit() === 0 ? 1 : -1;
    if (length < 1 || length > LONGEST) throw new FormatError('a bzip2 code of no length', bits.place);
    lengths[symbol] = length;
  }
  return codesOf(lengths);
}

/** Huffman codes to runs and places in a list, to bytes (the block as it was sorted). @returns its length */
function* readSymbols(stream: Stream): Generator<number, number> {
  const { bits, most } = stream;
  const front = alphabet(bits);
  const tables = bits.read(3);
  if (tables < 2 || tables > 6) throw new FormatError('a bzip2 block without tables', bits.place);
  const selectors = readSelectors(bits, tables);
  const codes = Array.from({ length: tables }, () => readCodes(bits, front.length + 2));
  const end = front.length + 1;
  let length = 0;
  let run = 0;
  let weight = 1;
  const write = (byte: number, count: number) => {
    if (length + count > most) throw new FormatError('a bzip2 block longer than it may be', bits.place);
    if (length + count > stream.block.length) {
      const grown = new Uint32Array(Math.min(most, Math.max(length + count, stream.block.length * 2)));
      grown.set(stream.block.subarray(0, length));
      stream.block = grown;
    }
    stream.block.fill(byte, length, length + count);
    length += count;
  };
  for (let decoded = 0; ; decoded++) {
    if (decoded % PIECE === PIECE - 1) yield 0;
    const table = codes[selectors[Math.floor(decoded / 50)] ?? -1];
    if (!table) throw new FormatError('a bzip2 block with too few selectors', bits.place);
    const symbol = symbolOf(bits, table);
    if (symbol < 2) {
      // RUNA and RUNB: digits 1 and 2 of a number in base two, the lowest first.
      run += weight << symbol;
      weight *= 2;
      if (run > most) throw new FormatError('a bzip2 run longer than its block', bits.place);
      continue;
    }
    if (run > 0) {
      write(front[0]!, run);
      run = 0;
      weight = 1;
    }
    if (symbol === end) return length;
    const byte = front[symbol - 1]!;
    front.copyWithin(1, 0, symbol - 1);
    front[0] = byte;
    write(byte, 1);
  }
}

/** Undoes the sorting (Burrows and Wheeler), and then the runs: four equal bytes are followed by how many more. */
function* undoSort({ block, out }: Stream, origin: number, length: number): Generator<number, void> {
  const next = new Uint32Array(257);
  for (let i = 0; i < length; i++) next[(block[i]! & 0xff) + 1]!++;
  for (let byte = 1; byte < 256; byte++) next[byte]! += next[byte - 1]!;
  for (let i = 0; i < length; i++) {
    if (i % PIECE === PIECE - 1) yield 0;
    block[next[block[i]! & 0xff]!++]! |= i << 8;
  }
  let at = block[origin]! >>> 8;
  let last = -1;
  let equal = 0;
  for (let i = 0; i < length; i++) {
    if (i % PIECE === PIECE - 1 || out.isDue) yield 0;
    const word = block[at]!;
    const byte = word & 0xff;
    at = word >>> 8;
    if (equal === 4) {
      out.fill(last, byte);
      equal = 0;
      continue;
    }
    equal = byte === last ? equal + 1 : 1;
    last = byte;
    out.push(byte);
  }
}
