import { attempt } from '../coverage.ts';
import type { Prefetcher } from '../runtime/prefetcher.ts';
import type { Entry } from './entry.ts';

/** Entries looked at before one is read: each costs a header. */
const LOOKED_AT = 64;

/** Tells the prefetcher which of a bundle's entries come next. */
export class Lookahead {
  readonly #entries: readonly Entry[];
  readonly #prefetcher: Prefetcher;
  #next = 0;

  constructor(entries: readonly Entry[], prefetcher: Prefetcher) {
    this.#entries = entries;
    this.#prefetcher = prefetcher;
  }

  /** Before the entry of that index is read. */
  async announce(index: number): Promise<void> {
    this.#next = Math.max(this.#next, index);
    let looked = 0;
    for (; this.#next < this.#entries.length && looked < LOOKED_AT && this.#prefetcher.hasRoom; this.#next++) {
      const entry = this.#entries[this.#next]!;
      if (!entry.likely || !this.#prefetcher.takes(entry.packed ?? 0)) continue;
      looked++;
      // What fails is said of the entry when its turn comes.
      const content = await attempt(
        () => entry.likely!(),
        () => {},
      );
      if (content) this.#prefetcher.announce(content);
    }
  }
}
