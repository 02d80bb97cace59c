import { FormatError } from '../errors.ts';
import type { Prefetcher } from '../platform/prefetcher.ts';
import type { Entry, Located } from './archive.ts';

/** Inflated bytes, as claimed, that are worth the handing over; smaller entries are not looked up before their turn. */
const WORTH_ANNOUNCING = 64 * 1024;

/** Tells the prefetcher which of a bundle's entries come next. */
export class Lookahead {
  readonly #entries: readonly Entry[];
  readonly #prefetcher: Prefetcher;
  /** Found and not yet taken: to look where an entry lies can mean to inflate it, so it is done once. */
  readonly #located = new Map<Entry, Located>();
  #next = 0;

  constructor(entries: readonly Entry[], prefetcher: Prefetcher) {
    this.#entries = entries;
    this.#prefetcher = prefetcher;
  }

  /** Before the entry of that index is read. */
  async announce(index: number): Promise<void> {
    this.#next = Math.max(this.#next, index);
    for (; this.#next < this.#entries.length && this.#prefetcher.hasRoom; this.#next++) {
      const entry = this.#entries[this.#next]!;
      if (entry.size < WORTH_ANNOUNCING) continue;
      try {
        const located = await entry.locate();
        this.#located.set(entry, located);
        this.#prefetcher.announce(located.content);
      } catch (error) {
        // It is said of the entry when its turn comes.
        if (!(error instanceof FormatError)) throw error;
      }
    }
  }

  /** What was found of an entry, for whoever reads it. */
  take(entry: Entry): Located | undefined {
    const located = this.#located.get(entry);
    this.#located.delete(entry);
    return located;
  }
}
