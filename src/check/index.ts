import type { Rules } from '../rules/schema.ts';
import { checkCategory } from './categories.ts';
import { checkFacts } from './facts.ts';
import { checkJurisdiction, checkPolicy, checkVendors } from './files.ts';
import { checkListed } from './listed.ts';
import { checkPermissions } from './permissions.ts';
import { type CheckOptions, type Complain, inOrder, type RuleProblem } from './problem.ts';
import { checkRuntimes } from './runtimes.ts';
import { checkSdks } from './sdks.ts';
import { checkSources } from './sources.ts';

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
  checkRuntimes(rules.runtimes, (id) => on('runtimes', id));
  for (const id of rules.categories.keys()) checkCategory(id, on('categories', id));
  checkPermissions(rules.permissions, (id) => on('permissions', id));
  checkListed(rules.listed, (id) => on('listed', id));
  for (const kind of ['sdks', 'vendors', 'jurisdictions', 'policies', 'runtimes', 'permissions', 'listed'] as const) {
    for (const [id, rule] of rules[kind]) checkFacts(kind, rule, asOf, on(kind, id));
  }
  if (options.sources) checkSources(rules, on);
  return inOrder(problems);
}

function isThere(rules: Omit<Rules, 'digest'>, path: string): boolean {
  const [, kind, id] = /^(sdks|vendors|categories)\/(.+)\.json$/.exec(path) ?? [];
  return rules[kind as 'sdks' | 'vendors' | 'categories'].has(id ?? '');
}
