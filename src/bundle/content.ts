import { Allowance, type Working } from '../allowance.ts';
import { defaultBudgets } from '../budgets.ts';
import type { Parsing } from '../formats/parsing.ts';
import { PrefetchError, type Prefetcher } from '../runtime/prefetcher.ts';
import type { ByteSource, Inflater, Take } from '../runtime/runtime.ts';
import { InflateError } from '../runtime/runtime.ts';
import { type Digests, Reread } from './reread.ts';

/** Where the bytes of one entry lie, and how they are packed. */
export interface Content {
  readonly source: ByteSource;
  readonly offset: number;
  /** Packed bytes. */
  readonly length: number;
  readonly coding: 'stored' | 'deflate';
  /** Inflated bytes as the container claims; never trusted. */
  readonly claimed: number;
}

/** How a stream of content ended. */
export interface StreamEnd {
  /** Inflated bytes handed out. */
  readonly bytes: number;
  readonly state: 'whole' | 'stopped' | 'budget' | 'broken';
  readonly detail: string | null;
  /** Packed bytes that the content took; null where it did not come whole. What is claimed beyond them is no content. */
  readonly packed: number | null;
  /** Of content that came whole, where the prefetcher computed them; else the caller has to. */
  readonly crc32: number | null;
  readonly sha256: string | null;
}

const INPUT = 128 * 1024;

const unknown = { packed: null, crc32: null, sha256: null } as const;

/** Inflating more than this many times its packed size is a bomb or padding: read to `SUSPECT_BYTES` only. */
const SUSPECT_RATIO = 100;
const SUSPECT_BYTES = 64 * 1024 * 1024;

/** Bytes of a piece that is handed out at once: between two of them the event loop may turn. */
const PIECE = 32 * 1024;

/**
 * Drives a reading over content that can be read by position: at once where the source answers at once, as files do.
 * @param streamer of whoever reads long: it gives the event loop back
 */
export function drive<T>(reading: Parsing<T>, source: ByteSource, streamer?: Streamer): T | Promise<T> {
  let step = reading.next();
  while (!step.done) {
    const got = source.read(step.value.offset, step.value.length);
    if (got instanceof Promise || streamer?.allowance.isTurn) return driveOn(reading, source, got, streamer);
    step = reading.next(got);
  }
  return step.value;
}

async function driveOn<T>(
  reading: Parsing<T>,
  source: ByteSource,
  got: Uint8Array | Promise<Uint8Array>,
  streamer: Streamer | undefined,
): Promise<T> {
  const bytes = await got;
  await streamer?.turn();
  let step = reading.next(bytes);
  while (!step.done) {
    const next = await source.read(step.value.offset, step.value.length);
    if (streamer?.allowance.isTurn) await streamer.turn();
    step = reading.next(next);
  }
  return step.value;
}

interface Prefetched {
  readonly source: ByteSource;
  readonly from: Prefetcher;
  readonly digests: Digests;
}

/** What a stream that breaks off costs in steps: an error is made of it, and the decompressor made ready again. */
const BROKEN_STEPS = 32;

/** How reading a content here ended: `broken` where it is not as it should be, `packed` bytes where it came whole. */
type Outcome = 'stopped' | { readonly broken: string } | { readonly packed: number };

/** What is said where the allowance of the whole scan ended the reading. */
export const overall = ({ mostInflated }: Allowance) => `the bundle inflates to more than ${mostInflated} bytes`;

/** One streamer per scan: it owns the input buffer and the inflate object that all entries share. */
export class Streamer {
  readonly #inflater: Inflater;
  readonly #input = new Uint8Array(INPUT);
  readonly #pause: () => Promise<void>;
  readonly allowance: Allowance;
  #prefetched: Prefetched | null = null;
  /** What the end of the content that streams now will bring; null where only its bytes come. */
  #promise: { readonly isHashed: boolean } | null = null;

  /** @param pause lets the event loop run, whenever the allowance says that it is time; may throw to end the scan */
  constructor(
    inflater: Inflater,
    pause: () => Promise<void> = async () => {},
    allowance: Allowance = new Allowance(defaultBudgets),
  ) {
    this.#inflater = inflater;
    this.#pause = pause;
    this.allowance = allowance;
  }

  /** Gives the event loop back where it is time to: for what works long without a stream. */
  async turn(): Promise<void> {
    if (!this.allowance.isTurn) return;
    await this.#pause();
    this.allowance.turned();
  }

  /** Does long work, and gives the event loop back in between. */
  async run<T>(work: Working<T>): Promise<T> {
    for (;;) {
      const step = work.next();
      if (step.done) return step.value;
      this.allowance.worked(step.value);
      if (this.allowance.isTurn) await this.turn();
    }
  }

  /** Contents of this source come from the prefetcher from now on, where it takes them. */
  prefetchFrom(source: ByteSource, from: Prefetcher, digests: Digests): void {
    this.#prefetched = { source, from, digests };
  }

  /** While `out` is called: whether the end of the stream will bring the CRC-32. */
  get computesCrc32(): boolean {
    return this.#promise !== null;
  }

  /** While `out` is called: whether the end of the stream will bring the SHA-256. */
  get computesSha256(): boolean {
    return this.#promise?.isHashed ?? false;
  }

  /**
   * Hands the inflated content to `out` in order, in pieces that are valid only during the call.
   * `out` returns false when it has enough. `limit` is the most bytes to hand out.
   */
  async stream(content: Content, limit: number, out: (bytes: Uint8Array) => boolean): Promise<StreamEnd> {
    const { allowance } = this;
    const least = Math.min(limit, allowance.bytesLeft);
    const most = Math.min(least, Math.max(SUSPECT_BYTES, content.length * SUSPECT_RATIO));
    let bytes = 0;
    let overBudget = false;
    const handOut = (piece: Uint8Array, from: number): boolean | Promise<boolean> => {
      for (let at = from; at < piece.length; at += PIECE) {
        if (!out(piece.length <= PIECE ? piece : piece.subarray(at, at + PIECE))) return false;
        if (allowance.isTurn) return this.turn().then(() => handOut(piece, at + PIECE));
      }
      return !overBudget;
    };
    const take = (piece: Uint8Array): boolean | Promise<boolean> => {
      const kept = Math.min(piece.length, most - bytes);
      overBudget = kept < piece.length;
      bytes += kept;
      allowance.inflate(kept);
      return handOut(overBudget ? piece.subarray(0, kept) : piece, 0);
    };
    const ended = (state: StreamEnd['state'], detail: string | null): StreamEnd => {
      if (state === 'broken') allowance.spend(BROKEN_STEPS);
      return { ...{ bytes, state, detail }, ...unknown };
    };
    const stopped = (): StreamEnd => {
      if (!overBudget) return ended('stopped', null);
      const detail =
        most < least
          ? `inflates more than ${SUSPECT_RATIO}-fold; read to ${most} bytes`
          : least < limit
            ? overall(allowance)
            : `more than ${limit} bytes`;
      return ended('budget', detail);
    };

    const prefetched = this.#prefetchedOf(content);
    let again: Reread | null = null;
    try {
      if (prefetched) {
        const { from } = prefetched;
        from.open(content);
        this.#promise = from;
        try {
          for (let piece = from.next(); piece; piece = from.next()) {
            if (piece === 'later') {
              await this.turn();
              continue;
            }
            const more = take(piece);
            if (!(more instanceof Promise ? await more : more)) return stopped();
          }
          const { broken, left, crc32, sha256 } = from.end;
          if (broken !== null) return ended('broken', broken);
          return { ...ended('whole', null), packed: content.length - left, crc32, sha256 };
        } catch (error) {
          // From here on the scan reads by itself; what it cannot read either, it says itself.
          if (!(error instanceof PrefetchError)) throw error;
          this.#prefetched = null;
          this.#promise = bytes > 0 ? { isHashed: from.isHashed } : null;
          if (bytes > 0) again = new Reread(bytes, prefetched.digests, from.isHashed);
        } finally {
          from.stop();
        }
      }
      const outcome = await this.#read(content, again ? (piece) => again!.pass(piece, take) : take);
      if (outcome === 'stopped') return stopped();
      if ('broken' in outcome) return ended('broken', outcome.broken);
      return { ...ended('whole', null), packed: outcome.packed, ...again?.end() };
    } finally {
      this.#promise = null;
    }
  }

  async #read(content: Content, take: Take): Promise<Outcome> {
    if (content.coding === 'deflate') this.#inflater.reset();
    try {
      for (let at = 0; at < content.length; ) {
        const wanted = Math.min(INPUT, content.length - at);
        const filled = content.source.readInto(
          wanted === INPUT ? this.#input : this.#input.subarray(0, wanted),
          content.offset + at,
        );
        const count = filled instanceof Promise ? await filled : filled;
        if (count === 0) return { broken: 'the file ends inside this entry' };
        at += count;
        const input = this.#input.subarray(0, count);
        if (content.coding === 'stored') {
          const more = take(input);
          if (!(more instanceof Promise ? await more : more)) return 'stopped';
          continue;
        }
        const pushed = this.#inflater.push(input, take);
        const state = pushed instanceof Promise ? await pushed : pushed;
        if (state === 'stopped') return 'stopped';
        if (state === 'end') return { packed: at - this.#inflater.left };
        // Blocks may be empty: what makes nothing takes its time as well.
        if (this.allowance.isTurn) await this.turn();
      }
    } catch (error) {
      if (error instanceof InflateError) return { broken: `deflate stream: ${error.message}` };
      throw error;
    }
    return { packed: content.length };
  }

  #prefetchedOf({ source, length }: Content): Prefetched | null {
    const prefetched = this.#prefetched;
    return prefetched?.source === source && prefetched.from.takes(length) ? prefetched : null;
  }

  /** The whole content, when it is at most `limit` bytes; what was read of it otherwise. */
  async collect(content: Content, limit: number): Promise<{ bytes: Uint8Array; end: StreamEnd }> {
    const pieces: Uint8Array[] = [];
    const end = await this.stream(content, limit, (piece) => {
      pieces.push(piece.slice());
      return true;
    });
    const bytes = new Uint8Array(end.bytes);
    let at = 0;
    for (const piece of pieces) {
      bytes.set(piece, at);
      at += piece.length;
    }
    return { bytes, end };
  }
}
