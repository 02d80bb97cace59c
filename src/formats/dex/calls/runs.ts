import type { Defined } from './defined.ts';
import { Evaluation } from './evaluator.ts';
import type { FileCode } from './following.ts';

/** Places that are watched for at once, and slots that are kept of all ways together. */
const MOST_WATCHED = 16;
const MOST_SLOTS = 100_000;

/** Ways through methods that lead to places in one method: each is followed once for several places. */
export class Runs {
  readonly #file: FileCode;
  /** Of all places in the method. */
  readonly #offsets: readonly number[];
  #watched: ReadonlySet<number> = new Set();
  readonly #kept = new Map<string, Evaluation | null>();
  #slots = 0;

  constructor(file: FileCode, offsets: readonly number[]) {
    this.#file = file;
    this.#offsets = offsets;
  }

  /**
   * Follows a method from which calls lead to a place. @param through these calls, by their place in the file
   * @returns null where it cannot be followed
   */
  to(offset: number, entry: Defined, through: ReadonlyMap<number, Defined>): Evaluation | null {
    if (!this.#watched.has(offset)) {
      const from = this.#offsets.indexOf(offset);
      this.#watched = new Set(from < 0 ? [offset] : this.#offsets.slice(from, from + MOST_WATCHED));
      this.#clear();
    }
    const key = [entry.code, ...[...through].map(([at, { code }]) => `${at}>${code}`)].join();
    let found = this.#kept.get(key);
    if (found === undefined) {
      const watch = { offsets: new Set([...this.#watched, ...through.keys()]), through };
      const evaluation = new Evaluation(this.#file, watch);
      found = evaluation.begin(entry, null) === null ? null : evaluation;
      for (const { state } of evaluation.met.values()) this.#slots += state.slots.size;
      if (this.#slots > MOST_SLOTS) this.#clear();
      this.#kept.set(key, found);
    }
    return found;
  }

  #clear(): void {
    this.#kept.clear();
    this.#slots = 0;
  }
}
