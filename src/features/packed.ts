import type { Content, Streamer } from '../bundle/content.ts';
import { startsBlock } from '../formats/packing/deflate-start.ts';
import { type Packing, packingOf } from '../formats/packing/header.ts';
import { unpackLz4Frame, unpackXalz } from '../formats/packing/lz4.ts';
import { unpackLzip, unpackLzmaAlone, unpackXz } from '../formats/packing/xz.ts';
import { InflateError, memorySource, type Runtime } from '../runtime/runtime.ts';
import type { ContentFormat } from '../types.ts';

/** How content is packed; deflate and zlib have no magic, and brotli shows by its name alone: they are tried. */
export type Coding = Packing | 'deflate' | 'zlib';

/** Codings that are told by a valid header: what they pack is read, or not said to be read. */
const certain: ReadonlySet<string> = new Set<Packing>([
  'xz',
  '7z',
  'RAR',
  'bzip2',
  'Zstandard',
  'LZ4',
  'XALZ',
  'LZMA',
  'lzip',
]);

/** Bytes that a decoder of ours may make at once: nothing else runs meanwhile. */
const MOST_UNPACKED = 16 * 1024 * 1024;

/** Decoders of ours, all in JavaScript, so that every surroundings reads the same. */
const decoders: Partial<Record<Coding, (bytes: Uint8Array, most: number) => Uint8Array>> = {
  LZ4: unpackLz4Frame,
  XALZ: unpackXalz,
  xz: unpackXz,
  LZMA: unpackLzmaAlone,
  lzip: unpackLzip,
};

/** RFC 1950, 2.2: deflate, a window of at most 32 KiB, no dictionary, and a check by 31. */
const isZlib = (head: Uint8Array) =>
  (head[0]! & 15) === 8 && head[0]! >> 4 < 8 && (head[1]! & 0x20) === 0 && (head[0]! * 256 + head[1]!) % 31 === 0;

/** How content is packed, by its first bytes: a valid header, or the beginning of a stream that decodes. */
export function codingOf(format: ContentFormat, head: Uint8Array): Coding | null {
  if (format === 'packed') return packingOf(head);
  if (format !== 'data' || head.length < 8) return null;
  if (isZlib(head) && startsBlock(head, 2)) return 'zlib';
  return startsBlock(head, 0) ? 'deflate' : null;
}

export const isOpened = (coding: Coding): boolean =>
  coding === 'deflate' || coding === 'zlib' || decoders[coding] !== undefined;

export const isCertain = (coding: Coding): boolean => certain.has(coding);

/** What unpacking spends from. */
interface Around {
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

/**
 * What packed content holds, as content of its own; null where it was only tried, and does not run to a clean end.
 * @throws FormatError where a header was valid, and what follows is not
 */
export async function unpacked(
  coding: Coding,
  bytes: Uint8Array,
  around: Around,
  most: number,
): Promise<Content | null> {
  if (coding === 'deflate' || coding === 'zlib') {
    const offset = coding === 'zlib' ? 2 : 0;
    const whole = await inflatesWhole(bytes.subarray(offset), around, most);
    if (whole === null || whole.goesOn) return null;
    return { source: memorySource(bytes), offset, length: bytes.length - offset, coding: 'deflate', claimed: -1 };
  }
  const { allowance } = around.streamer;
  const plain = decoders[coding]?.(bytes, Math.min(most, allowance.bytesLeft, MOST_UNPACKED));
  if (plain === undefined) return null;
  allowance.inflate(plain.length);
  return { source: memorySource(plain), offset: 0, length: plain.length, coding: 'stored', claimed: plain.length };
}
