import { order } from '../order.ts';
import type { PolicyRule } from '../rules/schema.ts';
import { type Background, type Finding, type LawFact, levels, type Risk } from '../types.ts';
import { backgroundOf } from './background.ts';
import { judgeAdvisories, judgeAnomalies, judgeBundle, judgeDetections } from './detections.ts';
import type { Outcome } from './finding.ts';
import { judgeFlows } from './flows.ts';
import { judgeHosts } from './hosts.ts';
import { remarksOnTerms } from './remarks.ts';
import { overdueReviews } from './reviews.ts';
import { combine } from './risk.ts';
import type { AdvisoryMatch, By, Case, Setting } from './setting.ts';

export type { AdvisoryMatch, Case };

const judges: Record<PolicyRule['over'], (rule: PolicyRule, setting: Setting) => readonly Outcome[]> = {
  flow: judgeFlows,
  detection: judgeDetections,
  host: judgeHosts,
  advisory: judgeAdvisories,
  anomaly: judgeAnomalies,
  bundle: judgeBundle,
};

export interface Judgement {
  readonly findings: Finding[];
  /** Those that findings cite, by id. */
  readonly laws: LawFact[];
  readonly risk: Risk;
  readonly background: Background[];
  /** What a reader should know of the terms, and of the laws and lists cited. */
  readonly notices: string[];
}

/**
 * Flows × law × policy: what a policy says of a case, as known on a day.
 * @returns findings (worst level first, then by state and id), the risk they make, and what was reported of other apps
 */
export function* judge(found: Case, { rules, policy, context, asOf }: By): Generator<number, Judgement, void> {
  const scored = new Map(
    found.detections
      .map((detection) => ({ detection, text: JSON.stringify(detection) }))
      .sort((a, b) => order(a.text, b.text))
      .flatMap(({ detection }) => (detection.scored ? [[detection.sdk, detection] as const] : [])),
  );
  const setting: Setting = { found, rules, context, asOf, scored };
  const outcomes: Outcome[] = [];
  for (const rule of policy.rules) {
    outcomes.push(...judges[rule.over](rule, setting));
    yield found.flows.length;
  }
  const findings = outcomes.map((o) => o.finding);
  findings.sort(
    (a, b) => levels.indexOf(b.level) - levels.indexOf(a.level) || order(a.state, b.state) || order(a.id, b.id),
  );
  const risk = combine(outcomes.flatMap((o) => o.contributions));
  const cited = new Map(outcomes.flatMap((o) => o.laws.map((law) => [law.id, law] as const)));
  const laws = [...cited.values()].sort((a, b) => order(a.id, b.id));
  const terms = remarksOnTerms({ rules, policy, context, asOf }).map(({ says }) => says);
  const notices = [...terms, ...overdueReviews(findings, laws, policy, setting)];
  return { findings, laws, risk, background: backgroundOf(setting), notices };
}
