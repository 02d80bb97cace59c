import type { Streamer } from '../bundle/content.ts';
import { adler32 } from '../formats/packing/adler.ts';
import { InflateError, type Inflater, type Runtime } from '../runtime/runtime.ts';

/** What unpacking spends from. */
export interface Around {
  readonly runtime: Runtime;
  readonly streamer: Streamer;
}

const inflaters = new WeakMap<Streamer, Inflater>();

/** The inflater of a scan, which looks into one stream after the other: its buffer is larger than most of them. */
export function inflaterOf({ runtime, streamer }: Around): Inflater {
  const inflater = inflaters.get(streamer) ?? runtime.inflater();
  inflaters.set(streamer, inflater);
  inflater.reset();
  return inflater;
}

/** Bytes of which both check sums are taken. */
const FEW = 512;

/** What came of a deflate stream: how many bytes, of how many. */
interface Inflated {
  readonly size: number;
  readonly crc32: number;
  /** Of few bytes. */
  readonly adler32: number;
  /** Where it ends, in the bytes; all of them where it goes on. */
  readonly end: number;
  readonly goesOn: boolean;
}

/**
 * What a deflate stream makes to its clean end, or to so many bytes, where it goes on; null where it breaks off.
 * @param isCut the bytes are not all of it: where they end, it goes on
 */
export async function inflatesWhole(
  bytes: Uint8Array,
  around: Around,
  most: number,
  isCut = false,
): Promise<Inflated | null> {
  const { runtime, streamer } = around;
  const inflater = inflaterOf(around);
  const enough = Math.min(most, streamer.allowance.bytesLeft);
  let size = 0;
  let crc32 = 0;
  let adler = 1;
  const take = (piece: Uint8Array) => {
    if (size + piece.length < FEW) adler = adler32(piece, adler);
    size += piece.length;
    crc32 = runtime.crc32(piece, crc32);
    streamer.allowance.inflate(piece.length);
    return size <= enough;
  };
  try {
    for (let at = 0; at < bytes.length; at += STEP) {
      const piece = bytes.subarray(at, at + STEP);
      const state = await inflater.push(piece, take);
      const end = at + piece.length - (state === 'end' ? inflater.left : 0);
      if (state !== 'more') return { size, crc32, adler32: adler, end, goesOn: state === 'stopped' };
      await streamer.turn();
    }
    const end = bytes.length;
    if (isCut) return { size, crc32, adler32: adler, end, goesOn: true };
    // A stream that ends with the bytes says so only when more of them come.
    const state = await inflater.push(new Uint8Array(1), take);
    return state === 'more' ? null : { size, crc32, adler32: adler, end, goesOn: state === 'stopped' };
  } catch (error) {
    if (error instanceof InflateError) return null;
    throw error;
  }
}

const STEP = 64 * 1024;
