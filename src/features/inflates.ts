import type { Streamer } from '../bundle/content.ts';
import { InflateError, type Runtime } from '../runtime/runtime.ts';

/** What unpacking spends from. */
export interface Around {
  readonly runtime: Runtime;
  readonly streamer: Streamer;
}

/** What a deflate stream makes to its clean end, or to so many bytes, where it goes on; null where it breaks off. */
export async function inflatesWhole(
  bytes: Uint8Array,
  { runtime, streamer }: Around,
  most: number,
): Promise<{ readonly size: number; readonly crc32: number; readonly goesOn: boolean } | null> {
  const inflater = runtime.inflater();
  const enough = Math.min(most, streamer.allowance.bytesLeft);
  let size = 0;
  let crc32 = 0;
  const take = (piece: Uint8Array) => {
    size += piece.length;
    crc32 = runtime.crc32(piece, crc32);
    streamer.allowance.inflate(piece.length);
    return size <= enough;
  };
  try {
    for (let at = 0; at < bytes.length; at += STEP) {
      const state = await inflater.push(bytes.subarray(at, at + STEP), take);
      if (state !== 'more') return { size, crc32, goesOn: state === 'stopped' };
      await streamer.turn();
    }
    // A stream that ends with the bytes says so only when more of them come.
    const state = await inflater.push(new Uint8Array(1), take);
    return state === 'more' ? null : { size, crc32, goesOn: state === 'stopped' };
  } catch (error) {
    if (error instanceof InflateError) return null;
    throw error;
  }
}

const STEP = 64 * 1024;
