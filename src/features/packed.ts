import type { Content, Streamer } from '../bundle/content.ts';
import { attempt, problemOf } from '../coverage.ts';
import { BudgetError, type FormatError } from '../errors.ts';
import { unpackBase64 } from '../formats/base64.ts';
import { unpackBrotli } from '../formats/packing/brotli.ts';
import { isWordAsked, noWords, startsBrotli } from '../formats/packing/brotli-start.ts';
import { unpackBzip2 } from '../formats/packing/bzip2.ts';
import { isZlib, startsBlock } from '../formats/packing/deflate-start.ts';
import { isOddLzma, type Packing, packingOf } from '../formats/packing/header.ts';
import { unpackLz4Frames, unpackXalz } from '../formats/packing/lz4.ts';
import { Output, type Unpacking } from '../formats/packing/output.ts';
import { unpackLzip, unpackLzmaAlone, unpackXz } from '../formats/packing/xz.ts';
import { unpackZstandard } from '../formats/packing/zstandard.ts';
import type { ByteRange } from '../formats/parsing.ts';
import type { EntryFeatures } from '../inventory/facts.ts';
import { memorySource } from '../runtime/runtime.ts';
import type { ContentFormat } from '../types.ts';
import { isBase64OfCode } from './base64.ts';
import { type Around, inflatesWhole } from './inflates.ts';
import { kindOf, sniff } from './kinds/index.ts';

/** How content is packed; deflate, zlib, brotli and LZMA with settings of its own have no magic: they are tried. Base64 is text. */
export type Coding = Packing | 'deflate' | 'zlib' | 'brotli' | 'odd LZMA' | 'base64';

/** Bytes of the Adler-32 behind a zlib stream (RFC 1950). */
export const ADLER = 4;

/** Whether the Adler-32 behind a zlib stream is that of what it makes: of a few bytes, the proof that they are no chance. */
export const isSum = (trailer: Uint8Array, sum: number): boolean =>
  trailer.length >= ADLER && new DataView(trailer.buffer, trailer.byteOffset).getUint32(0) === sum;

type Decoder = (bytes: Uint8Array, out: Output) => Unpacking;

/** Decoders of ours, all in JavaScript, so that every surroundings reads the same. */
const decoders: Partial<Record<Coding, Decoder>> = {
  LZ4: unpackLz4Frames,
  XALZ: unpackXalz,
  xz: unpackXz,
  LZMA: unpackLzmaAlone,
  'odd LZMA': unpackLzmaAlone,
  lzip: unpackLzip,
  bzip2: unpackBzip2,
  Zstandard: unpackZstandard,
  base64: unpackBase64,
};

/** How content is packed, by its first bytes: a valid header, or the beginning of a stream that decodes. */
export function codingOf(format: ContentFormat, head: Uint8Array): Coding | null {
  if (format === 'packed') return packingOf(head);
  if (format === 'text' && isBase64OfCode(head)) return 'base64';
  if (format !== 'data' || head.length < 8) return null;
  if (isZlib(head) && startsBlock(head, 2)) return 'zlib';
  if (isOddLzma(head)) return 'odd LZMA';
  if (startsBlock(head, 0)) return 'deflate';
  return startsBrotli(head) ? 'brotli' : null;
}

const tried: ReadonlySet<Coding> = new Set<Coding>(['deflate', 'zlib', 'brotli', 'odd LZMA']);

export const isTried = (coding: Coding): boolean => tried.has(coding);
export const isOpened = (coding: Coding): boolean => tried.has(coding) || decoders[coding] !== undefined;

/** Codings whose magic has seven bytes and more. */
export const hasCertainMagic = (coding: Coding): boolean =>
  coding === 'xz' || coding === 'bzip2' || coding === '7z' || coding === 'RAR';

/** Whether its packed bytes spell what they hold up to the first repetition: a URL breaks off there, and seems to be another. */
export const hasPlainLiterals = (coding: Coding): boolean => coding === 'LZ4' || coding === 'XALZ';

/** Codings that are told by a valid header: what they pack is read, or not said to be read. */
export const isCertain = (coding: Coding): boolean => !tried.has(coding) && coding !== 'base64';

/** What came of packed content. */
export interface Unpacked {
  readonly content: Content;
  /** The place behind what was read of the packed bytes. */
  readonly end: number;
  /** Whether what came out must hold something that is known, to be believed: chance makes bytes of anything. */
  readonly isDoubtful: boolean;
  /** Pieces of the packed bytes that decoders pass over. */
  readonly skipped?: readonly ByteRange[];
}

/**
 * What packed content holds, as content of its own; null where it was only tried, and does not run to a clean end.
 * @throws FormatError where a header was valid, and what follows is not, or what comes out is more than may be held
 */
export async function unpacked(
  coding: Coding,
  bytes: Uint8Array,
  around: Around,
  most: number,
): Promise<Unpacked | null> {
  if (coding === 'deflate' || coding === 'zlib') {
    const offset = coding === 'zlib' ? 2 : 0;
    const whole = await inflatesWhole(bytes.subarray(offset), around, most);
    if (whole === null) return null;
    // No chance gets that far.
    if (whole.goesOn) throw new BudgetError('nestedBytes', most, 0);
    const { length } = bytes;
    const content = {
      source: memorySource(bytes),
      offset,
      length: length - offset,
      coding: 'deflate',
      claimed: -1,
    } as const;
    const end = offset + whole.end + (coding === 'zlib' ? ADLER : 0);
    return { content, end: Math.min(end, length), isDoubtful: false };
  }
  const room = Math.min(most, around.streamer.allowance.bytesLeft);
  if (coding === 'brotli') return unpackedBrotli(bytes, around, room);
  const decoder = decoders[coding];
  if (!decoder) return null;
  const out = new Output(expected(coding, bytes), room);
  const decode = () => drive(decoder(bytes, out), out, around.streamer);
  const end = coding === 'odd LZMA' ? await ifItIsOne(decode) : await decode();
  return end === null ? null : { content: contentOf(out.whole), end, isDoubtful: false, skipped: out.skipped };
}

/** Of what was only tried: null where it breaks off. @throws BudgetError */
async function ifItIsOne(decode: () => Promise<number>): Promise<number | null> {
  let failed: FormatError | null = null;
  const end = await attempt(decode, (_, error) => {
    failed = error;
  });
  if (failed !== null && problemOf(failed).reason === 'budget') throw failed;
  return end;
}

const contentOf = (plain: Uint8Array): Content => ({
  ...{ source: memorySource(plain), offset: 0, length: plain.length },
  ...{ coding: 'stored', claimed: plain.length },
});

/** Bytes to make room for at once: what an assembly says of itself, where it can be true. */
function expected(coding: Coding, bytes: Uint8Array): number {
  if (coding === 'base64') return 0;
  if (coding !== 'XALZ') return bytes.length * 4;
  const size = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(8, true);
  return Math.min(size, bytes.length * 255);
}

/** Whether what came out is worth a word: code, or something that a rule or a flow stands on; text without is text by chance. */
export const holdsSomething = ({
  hits,
  endpoints,
  moreEndpoints,
  versions,
  native,
  packages,
  format,
}: EntryFeatures): boolean =>
  hits.length + endpoints.length + moreEndpoints + versions.length + packages.size > 0 ||
  native !== null ||
  format === 'hermes' ||
  kindOf(format).isCode;

/** Steps of a decoder's work to a value that says nothing else. */
const WORK = 1024;

/** Runs a decoder to its end, and lets the event loop turn meanwhile. @throws FormatError */
async function drive(unpacking: Unpacking, out: Output, streamer: Streamer): Promise<number> {
  const { allowance } = streamer;
  let counted = 0;
  const count = () => {
    allowance.inflate(out.length - counted);
    counted = out.length;
  };
  try {
    for (let step = unpacking.next(); ; step = unpacking.next()) {
      count();
      if (step.done) return step.value;
      if (step.value === 0) allowance.worked(WORK);
      else if (!allowance.spend(step.value)) throw new BudgetError('steps', allowance.steps, 0);
      await streamer.turn();
    }
  } finally {
    count();
  }
}

/** The words are asked for where the stream names one: content that is brotli by chance seldom gets there. */
async function unpackedBrotli(
  bytes: Uint8Array,
  { runtime, streamer }: Around,
  most: number,
): Promise<Unpacked | null> {
  const run = async (dictionary: () => Uint8Array) => {
    const out = new Output(Math.min(bytes.length * 4, 1 << 20), most);
    const end = await drive(unpackBrotli(bytes, out, dictionary), out, streamer);
    return { plain: out.whole, end };
  };
  let failed: FormatError | null = null;
  const failing = (_: unknown, error: FormatError) => {
    failed = error;
  };
  let made = await attempt(() => run(noWords), failing);
  if (isWordAsked(failed)) {
    failed = null;
    const words = await runtime.brotliDictionary();
    if (words === null) throw new BudgetError('dictionary of brotli', 0, 0);
    made = await attempt(() => run(() => words), failing);
  }
  if (made === null) {
    // What breaks off is no brotli; what is too much is not known to be none.
    if (failed !== null && problemOf(failed).reason === 'budget') throw failed;
    return null;
  }
  const format = sniff(made.plain.subarray(0, 4096));
  if (format === 'empty') return null;
  return { content: contentOf(made.plain), end: made.end, isDoubtful: format === 'data' || format === 'text' };
}
