import { order } from '../order.ts';
import type { PolicyRule } from '../rules/schema.ts';

/** What is wrong in one place of a rule file. */
export interface RuleProblem {
  /** As the caller names it; `<kind>/<id>.json` where nothing else is known. */
  readonly file: string;
  /** Path of the field, joined by dots, such as `clues.0.is`. */
  readonly field: string;
  readonly message: string;
  /** A warning does not make the rules unusable. */
  readonly severity: 'error' | 'warning';
}

/** What policies can ask and say: known to the judge, not to the rules. */
export interface Vocabulary {
  /** Whether a condition of such a rule may name this field. */
  asks(over: PolicyRule['over'], field: string): boolean;
  readonly placeholders: readonly string[];
}

export interface CheckOptions {
  readonly vocabulary: Vocabulary;
  /** Today, YYYY-MM-DD: what was seen later is an error, what was seen long before it a warning. Null: no clock. */
  readonly asOf?: string | null;
  /** Whether to ask that each source lies where its kind says; loading does not. */
  readonly sources?: boolean;
  /** Whether a file is there that a rule names; `rules` decides where left out. */
  readonly exists?: (path: string) => boolean;
}

/** Says that something is wrong with a field. */
export type Complain = (field: string, message: string, severity?: RuleProblem['severity']) => void;

/** By file; within one, as the checks came upon them. */
export function inOrder(problems: readonly RuleProblem[]): RuleProblem[] {
  return [...problems].sort((a, b) => order(a.file, b.file));
}
