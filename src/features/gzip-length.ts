import type { Content } from '../bundle/content.ts';
import { GZIP_TRAILER, gzipMember, isUsualGzip, startsGzip } from '../formats/gzip.ts';
import { adler32 } from '../formats/packing/adler.ts';
import { InflateError } from '../runtime/runtime.ts';
import { type Around, inflaterOf } from './inflates.ts';

/** Bytes that are read for a header: one whose name is longer is told by reading alone. */
const HEAD = 1024;
/** Bytes of packed content that are read at once: few at first, which is all that chance takes. */
const FIRST = 8 * 1024;
const STEP = 64 * 1024;

/** Behind a header that no tool writes, a few bytes that decode to a clean end are chance: no code is as short as this. */
export const LEAST_OF_ODD = 512;

/**
 * How long a gzip file is that begins inside other content: members that stand one behind the other, as its reader takes them.
 * What stands behind them is the content's, which may hold hundreds of such files beside other things (Chromium's `.pak`).
 * @returns 0 where the magic was chance; null where it is no gzip, or only reading it can tell
 */
export async function gzipLength(
  { source, offset, length }: Content,
  at: number,
  around: Around,
): Promise<number | null> {
  let end = 0;
  for (let start = at; start < length; start = at + end) {
    const head = await source.read(offset + start, Math.min(HEAD, length - start));
    const member = startsGzip(head) ? gzipMember(head, 0) : null;
    if (member === null) return end > 0 ? end : null;
    const data = start + member.data;
    const packed = await deflated({ source, offset: offset + data, length: length - data }, around);
    if (packed === 'too much') return null;
    if (packed === 'broken' || packed.size < (isUsualGzip(head) ? 1 : LEAST_OF_ODD)) return end;
    end = data + packed.length - at;
    const trailer = await source.read(offset + at + end, Math.min(GZIP_TRAILER, length - at - end));
    if (trailer.length < GZIP_TRAILER) return end;
    const { buffer, byteOffset } = trailer;
    if (new DataView(buffer, byteOffset).getUint32(4, true) !== packed.size >>> 0) return end;
    end += GZIP_TRAILER;
  }
  return end;
}

/** Bytes of a deflate stream, and of what it makes; of few bytes their check sum, which zlib puts behind them. */
export async function deflated(
  { source, offset, length }: Pick<Content, 'source' | 'offset' | 'length'>,
  around: Around,
): Promise<{ readonly length: number; readonly size: number; readonly adler32: number } | 'broken' | 'too much'> {
  const { streamer } = around;
  const { allowance } = streamer;
  const inflater = inflaterOf(around);
  let size = 0;
  let sum = 1;
  const take = (piece: Uint8Array) => {
    if (size + piece.length < LEAST_OF_ODD) sum = adler32(piece, sum);
    size += piece.length;
    allowance.inflate(piece.length);
    return allowance.bytesLeft > 0;
  };
  try {
    for (let at = 0, step = FIRST; at < length; at += step, step = STEP) {
      if (allowance.bytesLeft < step) return 'too much';
      const bytes = await source.read(offset + at, Math.min(step, length - at));
      // Any number of magics may stand before the same bytes, and nothing come of them: they are paid for as if they were inflated.
      allowance.inflate(bytes.length);
      const state = await inflater.push(bytes, take);
      if (state === 'end') return { length: at + bytes.length - inflater.left, size, adler32: sum };
      if (state === 'stopped' || allowance.bytesLeft <= 0) return 'too much';
      await streamer.turn();
    }
    // A stream that ends with the bytes says so only when more of them come.
    const state = await inflater.push(new Uint8Array(1), take);
    if (state === 'stopped') return 'too much';
    return state === 'end' ? { length, size, adler32: sum } : 'broken';
  } catch (error) {
    if (error instanceof InflateError) return 'broken';
    throw error;
  }
}
