import type { EntryFeatures, Hit } from '../inventory/facts.ts';
import type { Clue } from '../rules/schema.ts';

/** A clue of one SDK, met in one entry. */
export interface ClueHit {
  readonly clue: Clue;
  /** `<sdk id>/<clue id>` */
  readonly id: string;
  readonly hit: Hit;
  readonly entry: EntryFeatures;
}
