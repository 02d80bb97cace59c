import type { Guarded, Rules } from '../../rules/schema.ts';
import type { Report } from '../../types.ts';
import { join, type TextOptions, widthFor } from '../text/index.ts';
import { type Line, paint } from '../text/layout.ts';
import { Sources } from '../text/sources.ts';
import { explainFinding } from './finding.ts';
import { explainJurisdiction, explainLaw } from './law.ts';
import { nearest } from './nearest.ts';
import { explainPermission } from './permission.ts';
import { explainPolicy, explainRule } from './rule.ts';
import { explainAdvisory, explainClue, explainSdk } from './sdk.ts';
import type { Telling } from './telling.ts';
import { explainVendor } from './vendor.ts';

export interface ExplainOptions extends TextOptions {
  /** A report of these rules: its findings can then be explained with their evidence and arithmetic. */
  readonly report?: Report | null | undefined;
}

type Tell = (telling: Telling) => Line[];

/** Every id that can be explained, with what says it. An id may name several things (an SDK and its vendor). */
function* tellable(rules: Rules, report: Report | null): Generator<readonly [string, Tell]> {
  for (const finding of report?.findings ?? []) yield [finding.id, (telling) => explainFinding(finding, telling)];
  for (const sdk of rules.sdks.values()) {
    yield [sdk.id, (telling) => explainSdk(sdk, telling)];
    for (const clue of sdk.clues) yield [`${sdk.id}/${clue.id}`, (telling) => explainClue(sdk, clue, telling)];
    for (const advisory of sdk.advisories) yield [advisory.id, (telling) => explainAdvisory(sdk, advisory, telling)];
  }
  for (const vendor of rules.vendors.values()) yield [vendor.id, (telling) => explainVendor(vendor, telling)];
  for (const jurisdiction of rules.jurisdictions.values()) {
    yield [jurisdiction.id, (telling) => explainJurisdiction(jurisdiction, telling)];
    for (const law of jurisdiction.laws) yield [law.id, (telling) => explainLaw(jurisdiction, law, telling)];
  }
  for (const [permission, guarded] of byPermission(rules)) {
    yield [permission, (telling) => explainPermission(permission, guarded, telling)];
  }
  for (const policy of rules.policies.values()) {
    yield [policy.id, (telling) => explainPolicy(policy, telling)];
    for (const rule of policy.rules) yield [rule.id, (telling) => explainRule(policy, rule, null, telling)];
  }
}

/** What needs each permission or purpose string. */
function byPermission(rules: Rules): ReadonlyMap<string, readonly Guarded[]> {
  const found = new Map<string, Guarded[]>();
  for (const { guarded } of rules.permissions.values()) {
    for (const each of guarded) {
      for (const permission of each.permissions) found.set(permission, [...(found.get(permission) ?? []), each]);
    }
  }
  return found;
}

/** A finding of a report that is not at hand: its rule, and what the rest of the id names. */
function* tellableParts(id: string, rules: Rules): Generator<Tell> {
  const [ruleId = '', ...names] = id.split('/');
  const policies = [...rules.policies.values()];
  const asked = policies.flatMap((policy) =>
    policy.rules.filter((r) => r.id === ruleId).map((rule) => ({ policy, rule })),
  );
  if (names.length === 0 || asked.length === 0) return;
  for (const { policy, rule } of asked) yield (telling) => explainRule(policy, rule, id, telling);
  for (const part of names) {
    const vendor = rules.vendors.get(part);
    if (vendor) yield (telling) => explainVendor(vendor, telling);
    const sdk = rules.sdks.get(part);
    if (sdk) yield (telling) => explainSdk(sdk, telling);
  }
}

/**
 * Explains what an id of a report or of the rules stands for, as text that ends in a newline: a finding, policy, policy
 * rule, SDK, clue (`sdk/clue`), advisory, vendor, permission, jurisdiction or law.
 * @param options the report that holds a finding; colour and width
 * @returns null for an id that names nothing; `nearestIds` then says what is close
 */
export function explain(id: string, rules: Rules, options: ExplainOptions = {}): string | null {
  const report = options.report ?? null;
  const exact = [...tellable(rules, report)].filter(([known]) => known === id).map(([, tell]) => tell);
  const tells = exact.length > 0 ? exact : [...tellableParts(id, rules)];
  if (tells.length === 0) return null;
  const telling: Telling = { rules, report, sources: new Sources(true), width: widthFor(options) };
  const sections = tells.map((tell) => tell(telling));
  return paint(join([...sections, telling.sources.section(telling.width)]), options.colour === true);
}

/** The ids most like one that names nothing, the nearest first. */
export function nearestIds(id: string, rules: Rules, report: Report | null = null): string[] {
  return nearest(id, new Set([...tellable(rules, report)].map(([known]) => known)));
}
