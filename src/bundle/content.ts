import type { Parsing } from '../formats/parsing.ts';
import { PrefetchError, type Prefetcher } from '../runtime/prefetcher.ts';
import type { ByteSource, Inflater } from '../runtime/runtime.ts';
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

/** Bytes between two moments in which timers, signals and progress run. */
const PAUSE = 8 * 1024 * 1024;

/** Inflating more than this many times its packed size is a bomb or padding: read to `SUSPECT_BYTES` only. */
const SUSPECT_RATIO = 100;
const SUSPECT_BYTES = 64 * 1024 * 1024;

/** Drives a reading over content that can be read by position. */
export async function drive<T>(reading: Parsing<T>, source: ByteSource, base = 0): Promise<T> {
  let step = reading.next();
  while (!step.done) {
    const got = source.read(base + step.value.offset, step.value.length);
    step = reading.next(got instanceof Promise ? await got : got);
  }
  return step.value;
}

interface Prefetched {
  readonly source: ByteSource;
  readonly from: Prefetcher;
  readonly digests: Digests;
}

/** How reading a content here ended: `broken` where it is not as it should be, `packed` bytes where it came whole. */
type Outcome = 'stopped' | { readonly broken: string } | { readonly packed: number };

/** One streamer per scan: it owns the input buffer and the inflate object that all entries share. */
export class Streamer {
  readonly #inflater: Inflater;
  readonly #input = new Uint8Array(INPUT);
  readonly #pause: () => Promise<void>;
  #sincePause = 0;
  #total = 0;
  #prefetched: Prefetched | null = null;
  /** What the end of the content that streams now will bring; null where only its bytes come. */
  #promise: { readonly isHashed: boolean } | null = null;

  /** @param pause lets the event loop run; called about every 8 MiB handed out, and may throw to end the scan */
  constructor(inflater: Inflater, pause: () => Promise<void> = async () => {}) {
    this.#inflater = inflater;
    this.#pause = pause;
  }

  /** Bytes handed out so far, in all streams together. */
  get total(): number {
    return this.#total;
  }

  /** Counts bytes that a caller came by without a stream. */
  charge(bytes: number): void {
    this.#total += bytes;
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
    const most = Math.min(limit, Math.max(SUSPECT_BYTES, content.length * SUSPECT_RATIO));
    let bytes = 0;
    let overBudget = false;
    const take = (piece: Uint8Array): boolean => {
      const kept = Math.min(piece.length, most - bytes);
      overBudget = kept < piece.length;
      bytes += kept;
      this.#total += kept;
      const more = kept === 0 || out(overBudget ? piece.subarray(0, kept) : piece);
      return more && !overBudget;
    };
    const ended = (state: StreamEnd['state'], detail: string | null): StreamEnd => ({
      ...{ bytes, state, detail },
      ...unknown,
    });
    const stopped = (): StreamEnd => {
      if (!overBudget) return ended('stopped', null);
      const detail =
        most === limit ? `more than ${limit} bytes` : `inflates more than ${SUSPECT_RATIO}-fold; read to ${most} bytes`;
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
            this.#sincePause += piece.length;
            if (!take(piece)) return stopped();
            if (this.#sincePause < PAUSE) continue;
            this.#sincePause = 0;
            await this.#pause();
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

  async #read(content: Content, take: (piece: Uint8Array) => boolean): Promise<Outcome> {
    let paused = this.#total;
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
        if (this.#total - paused >= PAUSE || this.#sincePause >= PAUSE) {
          paused = this.#total;
          this.#sincePause = 0;
          await this.#pause();
        }
        this.#sincePause += count;
        if (content.coding === 'stored') {
          if (!take(input)) return 'stopped';
          continue;
        }
        const pushed = this.#inflater.push(input, take);
        const state = pushed instanceof Promise ? await pushed : pushed;
        if (state === 'stopped') return 'stopped';
        if (state === 'end') return { packed: at - this.#inflater.left };
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

/** Stored content as a source of its own: what it holds is read where it stands. */
export function windowOf({ source, offset, length }: Content): ByteSource {
  const size = Math.max(0, Math.min(length, source.size - offset));
  return {
    size,
    read: (at, count) => source.read(offset + Math.min(at, size), Math.max(0, Math.min(count, size - at))),
    readInto: (into, at) => source.readInto(into.subarray(0, Math.max(0, size - at)), offset + Math.min(at, size)),
    close() {},
  };
}

/** Reads ahead: the headers and data of small neighbouring entries cost one read for many. */
export function readAhead(source: ByteSource, size = 64 * 1024): ByteSource {
  let window = new Uint8Array(0);
  let start = 0;
  let filled = 0;
  const holds = (offset: number, length: number) => offset >= start && offset + length <= start + filled;
  return {
    size: source.size,
    close: () => source.close(),
    read(offset, length) {
      if (length > size / 2) return source.read(offset, length);
      const view = () => window.subarray(offset - start, Math.max(0, Math.min(offset - start + length, filled)));
      if (holds(offset, length)) return view();
      // A new window each time, since the old one may still be in somebody's hands: cheaper than a copy for each read.
      window = new Uint8Array(Math.min(size, Math.max(0, source.size - offset)));
      const count = source.readInto(window, offset);
      const set = (n: number) => {
        start = offset;
        filled = n;
        return view();
      };
      return count instanceof Promise ? count.then(set) : set(count);
    },
    readInto(into, offset) {
      if (into.length > size / 2) return source.readInto(into, offset);
      const piece = this.read(offset, into.length);
      const copy = (bytes: Uint8Array) => {
        into.set(bytes);
        return bytes.length;
      };
      return piece instanceof Promise ? piece.then(copy) : copy(piece);
    },
  };
}
