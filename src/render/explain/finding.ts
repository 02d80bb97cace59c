import type { Evidence, Finding } from '../../types.ts';
import { wholeFinding } from '../text/findings.ts';
import { indented, type Line, labelled, type Span, span } from '../text/layout.ts';
import { riskOf } from '../text/risk.ts';
import { cutTo, heading, placeOf, stateWords } from '../text/words.ts';
import { explainRule } from './rule.ts';
import type { Telling } from './telling.ts';

/** A finding of the report at hand: all its evidence with digests, all its grounds, its part in the risk, its rule. */
export function explainFinding(finding: Finding, telling: Telling): Line[] {
  const { report, rules, sources, width } = telling;
  if (!report) return [];
  const policy = rules.policies.get(report.policy.id);
  const rule = policy?.rules.find((r) => r.id === finding.rule);
  return [
    heading('FINDING', finding.id),
    ...indented(wholeFinding(finding, sources, width - 2), 2),
    ...evidenceLines(finding, width),
    [],
    heading('ITS PART IN THE RISK', `weight ${finding.weight}`),
    ...indented(riskOf(finding.id, report, width - 2), 2),
    ...(policy && rule ? [[], ...explainRule(policy, rule, null, telling)] : []),
  ];
}

export function shortFinding(finding: Finding): string {
  return `${finding.id} (finding): ${finding.level}, ${stateWords(finding)}. ${finding.title}`;
}

const SPANS_SHOWN = 8;

/** `12+4, 40+10`: offset and length of each. */
function spanWords({ spans }: Evidence): string {
  const { shown, more } = cutTo(spans, SPANS_SHOWN);
  return [...shown.map(({ offset, length }) => `${offset}+${length}`), ...(more ? ['…'] : [])].join(', ');
}

/** Where each piece of evidence stands, with the digest of the entry: enough to look it up in the bundle. */
function evidenceLines({ evidence }: Finding, width: number): Line[] {
  if (evidence.length === 0) return [];
  return [
    [],
    heading('EVIDENCE', 'offsets count in the inflated entry'),
    ...evidence.flatMap((piece) => {
      const row = (label: string, content: string | Span) => indented(labelled(label, content, width - 4, 8), 4);
      return [
        ...indented([[span(placeOf(piece), 'cyan')]], 2),
        ...row('clue', `${piece.clue} (${piece.kind})`),
        ...row('text', `\`${piece.text}\` (${piece.encoding})`),
        ...(piece.value === null ? [] : row('value', piece.value)),
        ...row('how', piece.how),
        ...(piece.spans.length === 0 ? [] : row('spans', spanWords(piece))),
        ...row(
          'sha256',
          piece.entrySha256 ?? 'not known: the entry was not read to its end, or its name is the evidence',
        ),
      ];
    }),
  ];
}
