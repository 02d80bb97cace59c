import { diff } from '../../diff/index.ts';
import type { Report } from '../../types.ts';
import type { Json } from './words.ts';

export type State = 'new' | 'unchanged' | 'updated';

/** What results are against the report of an earlier release (3.27.24): every result of a run says it, or none does. */
export interface States {
  finding(id: string): Json;
  /** Of a rule that gave no finding. */
  silence(rule: string): Json;
  sdk(id: string): Json;
  /** Findings that are gone. What was not read, or is no longer asked, is not said to be. */
  readonly absent: Report['findings'];
}

export function statesAgainst(baseline: Report, report: Report): States {
  const { findings, sdks } = diff(baseline, report);
  const asked = new Set(baseline.policy.rules.map(({ id }) => id));
  const had = new Set(baseline.findings.map(({ rule }) => rule));
  const gone = new Set(findings.changes.flatMap(({ change, old }) => (change === 'removed' && old ? [old.id] : [])));
  const [ofFinding, ofSdk] = [findings.changes, sdks.changes].map(
    (changes) =>
      new Map(
        changes.flatMap(({ change, new: next }) => (next ? [[next.id, change === 'changed' ? 'updated' : 'new']] : [])),
      ),
  ) as [Map<string, State>, Map<string, State>];
  const stated = (baselineState: State = 'unchanged') => ({ baselineState });
  return {
    finding: (id) => stated(ofFinding.get(id)),
    // Whether all was read decides what a silence means.
    silence: (rule) =>
      stated(
        !asked.has(rule) || had.has(rule) ? 'new' : baseline.complete === report.complete ? 'unchanged' : 'updated',
      ),
    sdk: (id) => stated(ofSdk.get(id)),
    absent: baseline.findings.filter(({ id }) => gone.has(id)),
  };
}

/** Where there is no baseline no result says what it is against one. */
export const noStates: States = { finding: () => ({}), silence: () => ({}), sdk: () => ({}), absent: [] };
