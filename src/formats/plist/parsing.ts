import type { Budgets } from '../../budgets.ts';
import { BudgetError } from '../../errors.ts';
import { Problems } from '../problems.ts';

/** Reading that can be left and resumed: it yields the steps done since it last did, as long work does (allowance.ts). */
export type Stepping<T> = Generator<number, T, void>;

/** The same at once. */
export function atOnce<T>(reading: Stepping<T>): T {
  for (;;) {
    const step = reading.next();
    if (step.done) return step.value;
  }
}

/** A text as it stands in the document: these bytes, decoded, are the text. */
export interface TextSpan {
  readonly offset: number;
  readonly length: number;
  /** As `TextDecoder` names it. */
  readonly encoding: string;
}

/** A text in the reader's own units: bytes with an encoding, or characters of the decoded document. */
export type Place = Omit<TextSpan, 'encoding'> & { readonly encoding: string | null };

/** What several property lists of one bundle took together. */
export interface PlistTally {
  bytes: number;
  objects: number;
}

/** What the readers of the three forms share while one list is read. */
export class PlistParsing {
  readonly budgets: Budgets;
  readonly problems = new Problems();
  /** Which keys of the outermost dictionary are kept with all they hold; the rest is passed over. */
  readonly wanted: (key: string) => boolean;
  /** Of the keys kept: where key and value stand. A text that is put together from pieces stands nowhere. */
  readonly places = new Map<string, { readonly key: Place | null; readonly value: Place | null }>();
  readonly #tally: PlistTally;
  #objects = 0;

  constructor(budgets: Budgets, wanted: (key: string) => boolean, tally: PlistTally) {
    this.budgets = budgets;
    this.wanted = wanted;
    this.#tally = tally;
  }

  /** Counts objects met, kept or not. @throws BudgetError `plistObjects`, `allPlistObjects` */
  count(objects: number, offset: number): void {
    this.#objects += objects;
    this.#tally.objects += objects;
    const { plistObjects, allPlistObjects } = this.budgets;
    if (this.#objects > plistObjects) throw new BudgetError('plistObjects', plistObjects, offset);
    if (this.#tally.objects > allPlistObjects) throw new BudgetError('allPlistObjects', allPlistObjects, offset);
  }
}
