import { FormatError } from '../../errors.ts';
import { Output } from './lz4.ts';
import { LzmaDecoder, propertiesOf } from './lzma.ts';

/** LZMA2 (xz: lzma2_decoder.c): chunks that are stored or LZMA, each saying what it resets. @returns the place behind it */
function unpackLzma2(bytes: Uint8Array, start: number, out: Output): number {
  const decoder = new LzmaDecoder(bytes, start, out);
  for (;;) {
    const at = decoder.at;
    const control = bytes[at];
    if (control === undefined) throw new FormatError('LZMA2 ends without its end mark', at);
    if (control === 0) return at + 1;
    if (control === 1 || control >= 0xe0) decoder.resetDictionary();
    const size = (((control & 0x80 ? control & 0x1f : 0) << 16) | (bytes[at + 1]! << 8) | bytes[at + 2]!) + 1;
    if (control < 0x80) {
      if (control > 2 || at + 3 + size > bytes.length) throw new FormatError('an LZMA2 chunk that is none', at);
      out.add(bytes.subarray(at + 3, at + 3 + size));
      decoder.at = at + 3 + size;
      continue;
    }
    const packed = ((bytes[at + 3]! << 8) | bytes[at + 4]!) + 1;
    const hasProperties = control >= 0xc0;
    const data = at + (hasProperties ? 6 : 5);
    if (hasProperties) decoder.resetState(propertiesOf(bytes[at + 5] ?? 255, at + 5));
    else if (control >= 0xa0) decoder.resetState();
    decoder.at = data;
    decoder.startRange();
    decoder.decode(size);
    decoder.at = data + packed;
  }
}

/**
 * The content of an xz stream (xz-file-format 1.2.1) whose blocks are LZMA2 alone; checks are not compared, and other
 * filters are not undone. What follows the stream is not read.
 */
export function unpackXz(bytes: Uint8Array, most: number): Uint8Array {
  const out = new Output(Math.min(bytes.length * 4, most), most);
  const check = [0, 4, 4, 4, 8, 8, 8, 16, 16, 16, 32, 32, 32, 64, 64, 64][bytes[7]! & 15]!;
  let at = 12;
  // An index instead of a block ends the stream.
  while (bytes[at] !== 0) {
    const header = (bytes[at] ?? 0) * 4 + 4;
    const flags = bytes[at + 1] ?? 0xff;
    if (at + header > bytes.length) throw new FormatError('an xz stream ends inside a block', at);
    let field = at + 2;
    for (let skipped = 0; skipped < (flags & 0x40 ? 1 : 0) + (flags & 0x80 ? 1 : 0); skipped++) {
      while (bytes[field]! >= 0x80) field++;
      field++;
    }
    if ((flags & 3) !== 0 || bytes[field] !== 0x21)
      throw new FormatError('an xz block with a filter that is not undone', at);
    const block = at + header;
    const end = unpackLzma2(bytes, block, out);
    at = end + ((4 - ((end - block) & 3)) & 3) + check;
  }
  return out.whole;
}

/** LZMA alone: properties, size of the dictionary, size of the content or -1 (LZMA specification, "lzma file format"). */
export function unpackLzmaAlone(bytes: Uint8Array, most: number): Uint8Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const high = view.getUint32(9, true);
  const isOpen = high === 0xffffffff;
  const size = isOpen ? Number.POSITIVE_INFINITY : view.getUint32(5, true) + high * 2 ** 32;
  return unpackLzma(bytes, 13, propertiesOf(bytes[0]!, 0), isOpen, size, most);
}

/** lzip: a header of six bytes, LZMA with fixed properties to its end mark, a trailer of twenty. */
export function unpackLzip(bytes: Uint8Array, most: number): Uint8Array {
  return unpackLzma(bytes, 6, { lc: 3, lp: 0, pb: 2 }, true, Number.POSITIVE_INFINITY, most);
}

function unpackLzma(
  bytes: Uint8Array,
  at: number,
  properties: ReturnType<typeof propertiesOf>,
  isOpen: boolean,
  size: number,
  most: number,
): Uint8Array {
  const out = new Output(Math.min(size, bytes.length * 4, most), most);
  const decoder = new LzmaDecoder(bytes, at, out);
  decoder.resetState(properties);
  decoder.startRange();
  const marked = decoder.decode(size);
  if (isOpen && !marked) throw new FormatError('LZMA ends without its end mark', at);
  return out.whole;
}
