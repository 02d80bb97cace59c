import type { PolicyRule, Rules } from '../rules/schema.ts';
import { checkFacts } from './facts.ts';
import { checkJurisdiction, checkPolicy, checkVendors } from './files.ts';
import { checkSdks } from './sdks.ts';

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
  /** Whether a file is there that a rule names; `rules` decides where left out. */
  readonly exists?: (path: string) => boolean;
}

/** Says that something is wrong with a field. */
export type Complain = (field: string, message: string, severity?: RuleProblem['severity']) => void;

/**
 * What a schema cannot say: files that name each other, clues that two SDKs share, countries that are none, policies
 * that ask what nobody answers. All problems, in the order of files; pure.
 */
export function checkRules(rules: Omit<Rules, 'digest'>, options: CheckOptions): readonly RuleProblem[] {
  const { vocabulary, asOf = null } = options;
  const problems: RuleProblem[] = [];
  const on = (kind: keyof typeof rules, id: string): Complain => {
    const file = `${kind}/${id}.json`;
    return (field, message, severity = 'error') => problems.push({ file, field, message, severity });
  };
  const exists = options.exists ?? ((path) => isThere(rules, path));
  checkSdks(rules.sdks, exists, (id) => on('sdks', id));
  checkVendors(rules.vendors, (id) => on('vendors', id));
  const lists = new Set<string>();
  for (const [id, jurisdiction] of rules.jurisdictions) {
    checkJurisdiction(jurisdiction, exists, on('jurisdictions', id));
    for (const list of jurisdiction.lists) lists.add(list.id);
  }
  for (const [id, policy] of rules.policies) checkPolicy(policy, { vocabulary, lists }, on('policies', id));
  for (const kind of ['sdks', 'vendors', 'jurisdictions', 'policies'] as const) {
    for (const [id, rule] of rules[kind]) checkFacts(kind, rule, asOf, on(kind, id));
  }
  return inOrder(problems);
}

function isThere(rules: Omit<Rules, 'digest'>, path: string): boolean {
  const [, kind, id] = /^(sdks|vendors)\/(.+)\.json$/.exec(path) ?? [];
  return rules[kind as 'sdks' | 'vendors'].has(id ?? '');
}

/** By file; within one, as the checks came upon them. */
export function inOrder(problems: readonly RuleProblem[]): RuleProblem[] {
  return [...problems].sort((a, b) => (a.file < b.file ? -1 : a.file > b.file ? 1 : 0));
}
