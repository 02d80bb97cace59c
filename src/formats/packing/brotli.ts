import { FormatError } from '../../errors.ts';
import { Blocks, type ContextMap, readCodes, readContextMap } from './brotli-header.ts';
import { Bits, type PrefixCode } from './brotli-prefix.ts';
import { writeWord } from './brotli-words.ts';
import { basesOf } from './code-bases.ts';
import type { Output, Unpacking } from './output.ts';

const BLOCK_STEPS = 40;

/** RFC 7932, 5: the least length that a code stands for, and bits that are added to it. */
const insertBits = [0, 0, 0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 7, 8, 9, 10, 12, 14, 24];
const copyBits = [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 7, 8, 9, 10, 24];
const insertBases = basesOf(insertBits, 0);
const copyBases = basesOf(copyBits, 2);
/** By the upper bits of a command: where its codes of insertion and copy begin. */
const insertFrom = [0, 0, 0, 0, 8, 8, 0, 16, 8, 16, 16];
const copyFrom = [0, 8, 0, 8, 0, 8, 16, 0, 16, 8, 16];

/** 4: distances that are one of the last four, and what is added to it. */
const recent = [0, 1, 2, 3, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1];
const added = [0, 0, 0, 0, -1, 1, -2, 2, -3, 3, -1, 1, -2, 2, -3, 3];

/** 7.1: what the last two bytes say of the next, in the modes UTF8 and Signed. */
const utf8Last = Uint8Array.from({ length: 256 }, (_, byte) => {
  if (byte >= 128) return byte < 192 ? byte & 1 : 2 + (byte & 1);
  const letter = String.fromCharCode(byte);
  if (byte < 32 || byte === 127) return byte === 9 || byte === 10 || byte === 13 ? 4 : 0;
  if (/[a-z]/.test(letter)) return /[aeiou]/.test(letter) ? 56 : 60;
  if (/[A-Z]/.test(letter)) return /[AEIOU]/.test(letter) ? 48 : 52;
  if (/[0-9]/.test(letter)) return 44;
  const others: Readonly<Record<string, number>> = {
    ...{ ' ': 8, '!': 12, '"': 16, '%': 20, "'": 16, '(': 24, ')': 28, ',': 32, '.': 36, ':': 32, ';': 32 },
    ...{ '<': 24, '=': 40, '>': 28, '[': 24, ']': 28, '{': 24, '}': 28 },
  };
  return others[letter] ?? 12;
});
const utf8Before = Uint8Array.from({ length: 256 }, (_, byte) => {
  if (byte >= 128) return byte < 224 ? 0 : 2;
  if (byte < 33 || byte === 127) return 0;
  const letter = String.fromCharCode(byte);
  return /[a-z]/.test(letter) ? 3 : /[A-Z0-9]/.test(letter) ? 2 : 1;
});
const signed = Uint8Array.from({ length: 256 }, (_, byte) => {
  if (byte === 0) return 0;
  if (byte < 16) return 1;
  if (byte < 64) return 2;
  if (byte < 128) return 3;
  return byte < 192 ? 4 : byte < 240 ? 5 : byte < 255 ? 6 : 7;
});

function contextOf(mode: number, last: number, before: number): number {
  if (mode === 0) return last & 63;
  if (mode === 1) return last >> 2;
  return mode === 2 ? utf8Last[last]! | utf8Before[before]! : (signed[last]! << 3) | signed[before]!;
}

/** What lives on from one meta-block to the next. */
interface Stream {
  readonly bits: Bits;
  readonly out: Output;
  /** Distances reach back so far, and beyond that to words. */
  readonly window: number;
  readonly distances: [number, number, number, number];
  readonly dictionary: () => Uint8Array;
}

/**
 * Brotli (RFC 7932), a stream that begins with the bytes. The window is the output.
 * @param dictionary the words of Appendix A; asked for when the stream names one
 */
export function* unpackBrotli(bytes: Uint8Array, out: Output, dictionary: () => Uint8Array): Unpacking {
  const bits = new Bits(bytes);
  const window = 2 ** readWindow(bits) - 16;
  const stream: Stream = { bits, out, window, distances: [4, 11, 15, 16], dictionary };
  while (yield* unpackMetaBlock(stream, bytes));
  bits.align();
  return bits.place;
}

/** 9.1: 10 to 24 bits, in one, four or seven. */
function readWindow(bits: Bits): number {
  if (bits.read(1) === 0) return 16;
  const high = bits.read(3);
  if (high !== 0) return 17 + high;
  const low = bits.read(3);
  if (low === 1) throw new FormatError('a brotli window that is none', 0);
  return low === 0 ? 17 : 8 + low;
}

/** @returns whether another follows */
function* unpackMetaBlock(stream: Stream, bytes: Uint8Array): Generator<number, boolean> {
  const { bits, out } = stream;
  yield 1;
  const isLast = bits.read(1) === 1;
  if (isLast && bits.read(1) === 1) return false;
  const nibbles = bits.read(2);
  if (nibbles === 3) {
    skipMetadata(bits);
    // The last meta-block holds data, or is empty.
    return !isLast;
  }
  let length = 1;
  for (let i = 0, nibble = 0; i < nibbles + 4; i++) {
    nibble = bits.read(4);
    length += nibble * 16 ** i;
    if (i === nibbles + 3 && i > 3 && nibble === 0)
      throw new FormatError('a brotli length with a zero ahead', bits.place);
  }
  if (!isLast && bits.read(1) === 1) {
    bits.align();
    const at = bits.place;
    bits.skip(length * 8);
    out.add(bytes.subarray(at, at + length));
    return true;
  }
  yield BLOCK_STEPS;
  yield* runCommands(stream, yield* readHeader(bits), out.length + length);
  return !isLast;
}

function skipMetadata(bits: Bits): void {
  if (bits.read(1) === 1) throw new FormatError('a brotli stream with a reserved bit', bits.place);
  const size = bits.read(2);
  let length = 0;
  for (let i = 0; i < size; i++) {
    const byte = bits.read(8);
    if (i === size - 1 && i > 0 && byte === 0) throw new FormatError('a brotli length with a zero ahead', bits.place);
    length += byte * 256 ** i;
  }
  bits.align();
  if (size > 0) bits.skip((length + 1) * 8);
}

/** 9.2: types of blocks, contexts and codes. */
interface Header {
  readonly literals: Blocks;
  readonly commands: Blocks;
  readonly distances: Blocks;
  readonly postfix: number;
  readonly direct: number;
  readonly modes: readonly number[];
  readonly literalMap: ContextMap;
  readonly distanceMap: ContextMap;
  readonly literalCodes: readonly PrefixCode[];
  readonly commandCodes: readonly PrefixCode[];
  readonly distanceCodes: readonly PrefixCode[];
}

function* readHeader(bits: Bits): Generator<number, Header> {
  const literals = new Blocks(bits);
  const commands = new Blocks(bits);
  const distances = new Blocks(bits);
  const postfix = bits.read(2);
  const direct = bits.read(4) << postfix;
  const modes = Array.from({ length: literals.types }, () => bits.read(2));
  const literalMap = readContextMap(bits, literals.types * 64);
  const distanceMap = readContextMap(bits, distances.types * 4);
  yield (literalMap.map.length + distanceMap.map.length) >> 6;
  return {
    ...{ literals, commands, distances, postfix, direct, modes, literalMap, distanceMap },
    literalCodes: yield* readCodes(bits, literalMap.codes, 256),
    commandCodes: yield* readCodes(bits, commands.types, 704),
    distanceCodes: yield* readCodes(bits, distanceMap.codes, 16 + direct + (48 << postfix)),
  };
}

/** 9.3: literals and copies, until the meta-block has made what it says. */
function* runCommands(stream: Stream, header: Header, end: number): Generator<number, void> {
  const { bits, out, window } = stream;
  const { literals, literalMap, modes, literalCodes } = header;
  while (out.length < end) {
    if (out.isDue) yield 0;
    header.commands.next();
    const command = header.commandCodes[header.commands.type]!.read(bits);
    const insert = insertFrom[command >> 6]! + ((command >> 3) & 7);
    const copy = copyFrom[command >> 6]! + (command & 7);
    const inserted = insertBases[insert]! + bits.read(insertBits[insert]!);
    const copied = copyBases[copy]! + bits.read(copyBits[copy]!);
    if (out.length + inserted > end) throw new FormatError('brotli literals run past their block', bits.place);
    let last = out.bytes[out.length - 1] ?? 0;
    let before = out.bytes[out.length - 2] ?? 0;
    for (let i = 0; i < inserted; i++) {
      if (out.isDue) yield 0;
      literals.next();
      const context = contextOf(modes[literals.type]!, last, before);
      const byte = literalCodes[literalMap.map[literals.type * 64 + context]!]!.read(bits);
      out.push(byte);
      before = last;
      last = byte;
    }
    if (out.length === end) return;
    const most = Math.min(window, out.length);
    const code = command < 128 ? 0 : readDistanceCode(stream, header, copied);
    const distance = distanceOf(code, stream, header);
    if (distance <= most) {
      if (distance <= 0 || out.length + copied > end) throw new FormatError('a brotli copy that cannot be', bits.place);
      // Code 0 is the last distance again, which is no news; nor is a word.
      if (code !== 0) {
        stream.distances.unshift(distance);
        stream.distances.pop();
      }
      out.copy(distance, copied);
    } else {
      const word = { length: copied, number: distance - most - 1, most: end - out.length };
      writeWord(word, stream.dictionary, out);
    }
  }
}

function readDistanceCode({ bits }: Stream, header: Header, copied: number): number {
  header.distances.next();
  const context = header.distances.type * 4 + Math.min(copied, 5) - 2;
  return header.distanceCodes[header.distanceMap.map[context]!]!.read(bits);
}

function distanceOf(code: number, { bits, distances }: Stream, { postfix, direct }: Header): number {
  if (code < 16) return distances[recent[code]!]! + added[code]!;
  if (code < 16 + direct) return code - 15;
  const rest = code - direct - 16;
  const count = 1 + (rest >> (postfix + 1));
  const high = rest >> postfix;
  const offset = (2 + (high & 1)) * 2 ** count - 4 + bits.read(count);
  return offset * 2 ** postfix + (rest & ((1 << postfix) - 1)) + direct + 1;
}
