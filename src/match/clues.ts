import type { SdkClue } from '../rules/clues.ts';
import type { VersionAt } from '../rules/schema.ts';

export interface CompiledClue extends SdkClue {
  /** Place in `Matcher.clues`; what matchers report. */
  readonly index: number;
}

export interface CompiledVersion {
  /** Place in `Matcher.versions`. */
  readonly index: number;
  readonly sdk: string;
  readonly at: VersionAt;
}
