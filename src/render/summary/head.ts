import type { Report } from '../../types.ts';
import { levels } from '../../types.ts';
import type { Outcome } from '../outcome.ts';
import { bold, clippedRow, dim, type Inline, type Line, type Span, span } from '../text/layout.ts';
import { statedWords } from '../text/summary.ts';
import { gateWords, NO_APP, name, number, platformNames, subjectLabel, verdictWords } from '../text/words.ts';

/** Columns of the labels that stand before a row. */
export const LABEL = 11;

/** `2 high, 1 medium`: the worst first. */
export function levelCounts(findings: readonly { readonly level: Report['findings'][number]['level'] }[]): string {
  return levels
    .toReversed()
    .map((level) => [level, findings.filter((finding) => finding.level === level).length] as const)
    .filter(([, count]) => count > 0)
    .map(([level, count]) => `${number(count)} ${level}`)
    .join(', ');
}

const NOTHING_STATED = 'what the bundle and the rules say; nothing stated by the caller (--context)';

/** Which app, what the verdict is, and what was known when it was given. */
export function headLines(report: Report, outcome: Outcome, width: number): Line[] {
  const { gate } = outcome;
  const row = (label: string, content: Inline, most = 1) => clippedRow(bold(label), content, width, LABEL, most);
  const [style] = verdictWords[gate.verdict];
  return [
    ...row(subjectLabel(report.bundle), appWords(report), 3),
    ...row('Verdict', [span(gate.verdict.toUpperCase(), style), `: ${gateWords(gate.verdict, gate.waived.length)}`], 2),
    ...(report.findings.length === 0 ? [] : row('', countWords(report, outcome), 2)),
    ...row('Known', report.context === null ? NOTHING_STATED : statedWords(report.context.stated), 2),
    ...row('Judged', judgedWords(report), 2),
  ];
}

/** The name as the app gives it, and what tells this build from any other. */
export function appWords({ bundle }: Report): (string | Span)[] {
  const { app, platform } = bundle;
  const isApp = subjectLabel(bundle) === 'App';
  const build = app.build === null || app.build === app.version ? '' : ` (build ${app.build})`;
  const called = app.name ?? app.id;
  // Beside a name, a version is one word more of it; beside what is not known, a statement of its own.
  const border = called === null || app.version === null ? ', ' : ' ';
  return [
    bold(called === null ? 'name not known' : name(called)),
    `${border}${app.version === null ? 'version not known' : name(app.version)}${build}`,
    ...(app.name === null || app.id === null ? [] : [`, ${name(app.id)}`]),
    ...(isApp ? [] : [`, ${bundle.kind}`]),
    `, ${platformNames[platform]}`,
    dim(`, sha256 ${bundle.sha256.slice(0, 12)}`),
    ...(isApp ? [] : [`; ${NO_APP}`]),
  ];
}

function countWords({ findings }: Report, { waiver }: Outcome): string {
  const open = findings.filter((finding) => !waiver(finding));
  const held = open.filter(({ state }) => state === 'holds');
  const asked = open.filter(({ state }) => state !== 'holds');
  const of = (some: typeof findings) => (some.length === 0 ? '' : ` (${levelCounts(some)})`);
  return `${number(held.length)} ${held.length === 1 ? 'holds' : 'hold'}${of(held)}, ${number(asked.length)} asked${of(asked)}`;
}

function judgedWords({ policy, asOf, depth, risk }: Report): string {
  const { proven, possible } = risk.overall;
  const less = depth === 'deep' ? '' : `, depth ${depth}`;
  return `policy ${policy.id} as of ${asOf}${less}; risk ${proven} proven, ${possible} possible of 100`;
}
