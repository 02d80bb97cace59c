import { type Gate, gate } from '../report/gate.ts';
import type { AskedRule, Coverage, Finding, Ground, Report, Waiver } from '../types.ts';
import { levels } from '../types.ts';
import type { Around } from './renderer.ts';

/** What became of each finding: whether it fails the gate, or who accepted it until when. */
export interface Outcome {
  readonly gate: Gate;
  fails(finding: Finding): boolean;
  waiver(finding: Finding): Waiver | null;
  /** Whether it would fail the gate, and a baseline has it already. */
  isKnown(finding: Finding): boolean;
}

export function outcomeOf(report: Report, { gate: given }: Around = {}): Outcome {
  const decided = given ?? gate(report);
  const failing = new Set(decided.failing);
  const waived = new Map(decided.waived.map(({ finding, waiver }) => [finding, waiver]));
  const known = new Set(decided.baseline?.known);
  return {
    gate: decided,
    fails: ({ id }) => failing.has(id),
    waiver: ({ id }) => waived.get(id) ?? null,
    isKnown: ({ id }) => known.has(id),
  };
}

const UNDECIDED = 'Undetermined; not known: ';

/**
 * The reason of a finding that holds. Of a question only what is not known: the rest of its reason is written as if it
 * held, and would be taken for a statement where nobody reads to its end.
 */
export function whyOf({ state, reason }: Pick<Finding, 'state' | 'reason'>): string {
  if (state === 'holds') return reason;
  const at = reason.lastIndexOf(UNDECIDED);
  return `Not known: ${at < 0 ? 'whether it is so.' : reason.slice(at + UNDECIDED.length)}`;
}

/** What fails or holds first, then the worse: the order in which somebody with little time reads. */
export function worstFirst(findings: readonly Finding[], outcome: Outcome): Finding[] {
  const rank = (finding: Finding) =>
    (outcome.fails(finding) ? 1000 : 0) +
    (finding.state === 'holds' ? 100 : 0) +
    levels.indexOf(finding.level) -
    (outcome.waiver(finding) ? 2000 : 0);
  return [...findings].sort((a, b) => rank(b) - rank(a));
}

/** Lines of coverage that could hide an SDK. */
export function gapsOf({ coverage }: Report): Coverage[] {
  return coverage.filter((line) => line.matters && line.state !== 'read');
}

/** What a rule of the policy came to that no finding is of. */
export interface Silence {
  readonly rule: AskedRule;
  readonly is: 'passed' | 'not-applicable' | 'open';
  /** A sentence. */
  readonly says: string;
}

/**
 * What was asked and gave no finding. That is an answer only where everything was read, and where no other rule still
 * asks what this one must know; and there may be nothing to ask it of.
 */
export function silences(report: Report): Silence[] {
  const met = new Set(report.findings.map(({ rule }) => rule));
  const open = new Set(report.findings.filter(({ state }) => state === 'undetermined').map(({ rule }) => rule));
  const gaps = gapsOf(report).length;
  const none: Partial<Record<AskedRule['over'], string>> = {
    ...(report.flows.length === 0 ? { flow: 'No flow of data to anybody is known.' } : {}),
    ...(report.detections.length === 0 ? { advisory: 'No SDK that the rules know was found.' } : {}),
  };
  return report.policy.rules
    .filter(({ id }) => !met.has(id))
    .map((rule): Silence => {
      const asking = rule.askedBy.filter((id) => open.has(id));
      if (asking.length > 0)
        return { rule, is: 'open', says: `${rule.id} is not decided while ${asking.join(', ')} is a question.` };
      if (!report.complete) {
        const places = `${gaps} ${gaps === 1 ? 'place' : 'places'}`;
        return {
          rule,
          is: 'open',
          says: `No finding of ${rule.id} in what was read; not read whole: ${places} that could hide an SDK.`,
        };
      }
      const nothing = none[rule.over];
      return nothing === undefined
        ? { rule, is: 'passed', says: `No finding of ${rule.id}, by what the rules know.` }
        : { rule, is: 'not-applicable', says: nothing };
    });
}

/** What a ground is called where people read it. */
export const groundWords: Record<Ground['kind'], string> = {
  bytes: 'Proved',
  vendor: 'Vendor says',
  law: 'Law',
  filing: 'Filing',
  register: 'Register',
  research: 'Research',
  copy: 'Copy',
  press: 'Press',
  context: 'Stated',
  nothing: 'Not known',
};

/** The name of the bundle's file: as the caller says, else after the app, else after what it is. */
export function fileOf({ bundle }: Report, { file }: Around = {}): string {
  return file === undefined || file === '' ? `${bundle.app.id ?? 'bundle'}.${bundle.kind}` : file;
}
