import type { Content } from '../bundle/content.ts';
import { attempt } from '../coverage.ts';
import { deflated, LEAST_OF_ODD } from './gzip-length.ts';
import { sniff } from './kinds/index.ts';
import { ADLER, codingOf, isSum, isTried, unpacked } from './packed.ts';
import type { Within } from './packed-length.ts';

/** Fewer bytes hold no code, and more padding than this is content. */
export const LEAST_BEHIND = 64;
const MOST_PADDING = 4096;
const HEAD = 4096;

/**
 * Where something stands, right behind what ended at `at`, that is packed in a way that has no magic: with deflate, zlib,
 * brotli or LZMA. Such a stream is tried where content begins, and where content ends that tells its length.
 * @returns null where nothing does
 */
export async function packedBehind(
  { source, offset, length: size }: Content,
  at: number,
  around: Within,
): Promise<{ readonly at: number; readonly length: number } | null> {
  if (size - at < LEAST_BEHIND) return null;
  const seen = await source.read(offset + at, Math.min(MOST_PADDING + HEAD, size - at));
  const padding = seen.findIndex((byte) => byte !== 0);
  if (padding < 0 || padding > MOST_PADDING) return null;
  const head = seen.subarray(padding, padding + HEAD);
  const start = at + padding;
  const coding = sniff(head) === 'data' ? codingOf('data', head) : null;
  if (coding === null || !isTried(coding)) return null;
  const rest = { source, offset: offset + start, length: size - start };
  if (coding === 'deflate' || coding === 'zlib') {
    const skipped = coding === 'zlib' ? 2 : 0;
    const packed = await deflated({ ...rest, offset: rest.offset + skipped, length: rest.length - skipped }, around);
    // Whoever reads it says that there is no room for it.
    if (packed === 'too much') return { at: start, length: rest.length };
    if (packed === 'broken') return null;
    const end = rest.offset + skipped + packed.length;
    if (packed.size < LEAST_OF_ODD && !(coding === 'zlib' && isSum(await source.read(end, ADLER), packed.adler32)))
      return null;
    const length = skipped + packed.length + (coding === 'zlib' ? ADLER : 0);
    return { at: start, length: Math.min(length, rest.length) };
  }
  const { allowance } = around.streamer;
  const most = Math.min(rest.length, around.room());
  if (allowance.bytesLeft < most) return { at: start, length: rest.length };
  allowance.inflate(most);
  const bytes = await source.read(rest.offset, most);
  let isTooMuch = false;
  const plain = await attempt(
    () => unpacked(coding, bytes, around, around.room()),
    ({ reason }) => {
      isTooMuch = reason === 'budget';
    },
  );
  if (isTooMuch) return { at: start, length: rest.length };
  return plain !== null && plain.content.length >= LEAST_OF_ODD ? { at: start, length: plain.end } : null;
}
