/** Packed bytes of a content that is worth the other thread: smaller ones are inflated before a slot has changed hands. */
export const WORTH_A_THREAD = 256 * 1024;

/** A stretch of the bundle's file and how the content is coded there. */
export interface PackedRange {
  readonly offset: number;
  /** Packed bytes. */
  readonly length: number;
  readonly coding: 'stored' | 'deflate';
}

/** How a content ended that was inflated beside the scan. */
export interface PrefetchEnd {
  /** Why it could not be inflated to its end; null where it was. */
  readonly broken: string | null;
  /** Packed bytes that lie behind the end of a deflate stream. */
  readonly left: number;
  readonly crc32: number;
  /** Null where there was no time to compute it. */
  readonly sha256: string | null;
}

/** The thread is gone, or cannot read the file. */
export class PrefetchError extends Error {}

/** Reads and inflates contents of one file beside the scan, in the order in which they are announced. */
export interface Prefetcher {
  /** Whether contents of so many packed bytes come from here now. */
  takes(length: number): boolean;
  /** Whether another content may be announced. */
  readonly hasRoom: boolean;
  /** What will be asked for next, or soon: a wrong guess costs nothing but the other core's time. */
  announce(range: PackedRange): void;
  /** Turns to one content. What was announced before it, and not asked for, is dropped. */
  open(range: PackedRange): void;
  /** The next bytes, valid until the next call; null at the end, `later` where none came in some milliseconds. @throws PrefetchError */
  next(): Uint8Array | 'later' | null;
  /** No more of the content that is open is wanted. */
  stop(): void;
  /** Whether the SHA-256 of the content comes with its end; known once its first bytes are there. */
  readonly isHashed: boolean;
  /** Valid after `next` gave null. */
  readonly end: PrefetchEnd;
  /** SHA-256 of the whole file; null where the caller has to compute it. */
  bundle(pause: () => Promise<void>): Promise<string | null>;
  close(): Promise<void>;
}
