import type { Rules } from '../../rules/schema.ts';
import type { Report } from '../../types.ts';
import type { Sources } from '../text/sources.ts';

/** What an explanation is written with. */
export interface Telling {
  readonly rules: Rules;
  readonly report: Report | null;
  readonly sources: Sources;
  /** Columns. */
  readonly width: number;
}
