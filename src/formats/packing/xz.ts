import { CutError, FormatError } from '../../errors.ts';
import { LzmaDecoder, type Properties, propertiesOf } from './lzma.ts';
import type { Output, Unpacking } from './output.ts';

/** A chunk may reset the model: up to 27,000 probabilities. */
const CHUNK_STEPS = 4;

/** LZMA2 (xz: lzma2_decoder.c): chunks that are stored or LZMA, each saying what it resets. @returns the place behind it */
function* unpackLzma2(bytes: Uint8Array, start: number, out: Output): Unpacking {
  const decoder = new LzmaDecoder(bytes, start, out);
  for (;;) {
    const at = decoder.at;
    const control = bytes[at];
    if (control === undefined) throw new CutError('LZMA2 ends without its end mark', at);
    if (control === 0) return at + 1;
    yield CHUNK_STEPS;
    if (control === 1 || control >= 0xe0) decoder.resetDictionary();
    const size = (((control & 0x80 ? control & 0x1f : 0) << 16) | (bytes[at + 1]! << 8) | bytes[at + 2]!) + 1;
    if (control < 0x80) {
      if (control > 2) throw new FormatError('an LZMA2 chunk that is none', at);
      if (at + 3 + size > bytes.length) throw new CutError('an LZMA2 chunk runs past the end', at);
      out.add(bytes.subarray(at + 3, at + 3 + size));
      decoder.at = at + 3 + size;
      continue;
    }
    const packed = ((bytes[at + 3]! << 8) | bytes[at + 4]!) + 1;
    const hasProperties = control >= 0xc0;
    const data = at + (hasProperties ? 6 : 5);
    if (hasProperties) {
      const properties = propertiesOf(bytes[at + 5] ?? 255, at + 5);
      if (properties.lc + properties.lp > 4) throw new FormatError('LZMA2 with more than four bits of context', at + 5);
      decoder.resetState(properties);
    } else if (control >= 0xa0) decoder.resetState();
    decoder.at = data;
    decoder.startRange();
    yield* decoder.decode(size);
    decoder.at = data + packed;
  }
}

/**
 * The content of an xz stream (xz-file-format 1.2.1) whose blocks are LZMA2 alone; checks are not compared, and other
 * filters are not undone. What follows the stream is not read.
 */
export function* unpackXz(bytes: Uint8Array, out: Output): Unpacking {
  const check = [0, 4, 4, 4, 8, 8, 8, 16, 16, 16, 32, 32, 32, 64, 64, 64][bytes[7]! & 15]!;
  let at = 12;
  let blocks = 0;
  // An index instead of a block ends the stream.
  while (bytes[at] !== 0) {
    const header = (bytes[at] ?? 0) * 4 + 4;
    const flags = bytes[at + 1] ?? 0xff;
    if (at + header > bytes.length) throw new CutError('an xz stream ends inside a block', at);
    let field = at + 2;
    for (let skipped = 0; skipped < (flags & 0x40 ? 1 : 0) + (flags & 0x80 ? 1 : 0); skipped++) {
      while (bytes[field]! >= 0x80) field++;
      field++;
    }
    if ((flags & 3) !== 0 || bytes[field] !== 0x21)
      throw new FormatError('an xz block with a filter that is not undone', at);
    const block = at + header;
    const end = yield* unpackLzma2(bytes, block, out);
    at = end + ((4 - ((end - block) & 3)) & 3) + check;
    blocks++;
  }
  return behindIndex(bytes, at, blocks);
}

/** 4.1 to 4.4: a number of records, two numbers for each, padding, a CRC-32; the footer has twelve bytes. */
function behindIndex(bytes: Uint8Array, start: number, blocks: number): number {
  let at = start + 1;
  const skip = (): number => {
    let value = 0;
    for (let shift = 1; ; shift *= 128) {
      const byte = bytes[at++] ?? 0;
      value += (byte & 0x7f) * shift;
      if (byte < 0x80) return value;
    }
  };
  // As many as were read: any other index says nothing of where it ends.
  if (skip() !== blocks) return start;
  for (let i = 0; i < 2 * blocks; i++) skip();
  return Math.min(bytes.length, at + ((4 - ((at - start) & 3)) & 3) + 4 + 12);
}

/** LZMA alone: properties, size of the dictionary, size of the content or -1 (LZMA specification, "lzma file format"). */
export function* unpackLzmaAlone(bytes: Uint8Array, out: Output): Unpacking {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const high = view.getUint32(9, true);
  const isOpen = high === 0xffffffff;
  const size = isOpen ? null : view.getUint32(5, true) + high * 2 ** 32;
  return yield* unpackLzma({ bytes, from: 13, properties: propertiesOf(bytes[0]!, 0), size }, out);
}

/** lzip: a header of six bytes, LZMA with fixed properties to its end mark, a trailer of twenty. */
export function* unpackLzip(bytes: Uint8Array, out: Output): Unpacking {
  const end = yield* unpackLzma({ bytes, from: 6, properties: { lc: 3, lp: 0, pb: 2 }, size: null }, out);
  return end + 20;
}

/** A stream of LZMA: where it begins, how it is coded, and how much it makes; null where a mark ends it. */
interface LzmaStream {
  readonly bytes: Uint8Array;
  readonly from: number;
  readonly properties: Properties;
  readonly size: number | null;
}

function* unpackLzma({ bytes, from, properties, size }: LzmaStream, out: Output): Unpacking {
  const decoder = new LzmaDecoder(bytes, from, out);
  decoder.resetState(properties);
  decoder.startRange();
  const marked = yield* decoder.decode(size ?? Number.POSITIVE_INFINITY);
  if (size === null && !marked) throw new FormatError('LZMA ends without its end mark', from);
  return decoder.at;
}
