import type { LibraryHit } from '../inventory/facts.ts';

/** Looks content through, as it comes by, for the packages that it names. */
export interface NameReader {
  push(bytes: Uint8Array): void;
  /** The content has ended. */
  end(): readonly LibraryHit[];
  /** Whether there was more than is kept. */
  readonly isFull: boolean;
}
