import type { Evidence, Finding, Ground, Report } from '../../types.ts';
import type { Outcome } from '../outcome.ts';
import { bold, dim, type Inline, indented, type Line, labelled, padded, type Span, span, wrap } from './layout.ts';
import { Pieces } from './pieces.ts';
import type { Said } from './said.ts';
import type { Sources } from './sources.ts';
import { cutTo, groundLabels, heading, levelStyles, more, stateWords } from './words.ts';

const NUMBER = 4;
const LABEL = 10;
const GROUND_INDENT = 2;
const GROUND_LABEL = 12;
/** Characters of a sentence from which a reference is shorter. */
const WORTH_SAYING_ONCE = 50;
const EVIDENCE_SHOWN = 3;
const FINDINGS_SHOWN = 40;

/** How a finding is printed, and how much of it. */
interface Detail {
  readonly sources: Sources;
  readonly width: number;
  /** Pieces of evidence; null where they are listed elsewhere. */
  readonly evidence: number | null;
  /** What was printed already; null where one finding stands alone. */
  readonly said: Said | null;
  /** What the gate made of it; null where no gate is asked. */
  readonly outcome: Outcome | null;
  readonly pieces: Pieces;
}

export function findingSection(
  report: Report,
  outcome: Outcome,
  sources: Sources,
  pieces: Pieces,
  said: Said,
  width: number,
): Line[] {
  const { findings } = report;
  const open = findings.filter((finding) => finding.state === 'undetermined').length;
  const held = findings.length - open;
  const counts = findings.length === 0 ? 'none' : `${held} that ${held === 1 ? 'holds' : 'hold'}, ${open} not decided`;
  const { shown, more } = cutTo(findings, FINDINGS_SHOWN);
  const detail: Detail = { sources, width: width - 2, evidence: EVIDENCE_SHOWN, said, outcome, pieces };
  return [
    heading('FINDINGS', counts),
    ...shown.flatMap((finding, i) => [...(i > 0 ? [[]] : []), ...indented(numbered(finding, i + 1, detail), 2)]),
    ...(more ? indented(wrap(more, width - 2), 2) : []),
  ];
}

function numbered(finding: Finding, at: number, detail: Detail): Line[] {
  const [first = [], ...rest] = findingLines(finding, at, { ...detail, width: detail.width - NUMBER });
  return [[...padded([span(`${at}.`)], NUMBER), ...first], ...indented(rest, NUMBER)];
}

/** A finding with all its grounds but the evidence, which `explain` lists by itself. */
export function wholeFinding(finding: Finding, sources: Sources, width: number): Line[] {
  return findingLines(finding, 1, { sources, width, evidence: null, said: null, outcome: null, pieces: new Pieces() });
}

function findingLines(finding: Finding, at: number, detail: Detail): Line[] {
  const { width } = detail;
  const row = (label: string, content: Inline) => labelled(dim(label), content, width, LABEL);
  const by = finding.sdks.length > 0 ? `, through ${finding.sdks.join(', ')}` : '';
  return [
    ...labelled(span(finding.level.toUpperCase(), levelStyles[finding.level]), bold(finding.title), width, LABEL),
    ...row('id', [`${finding.id}; `, stateSpan(finding), `; ${finding.axis}${by}`]),
    ...acceptedRows(finding, detail).flatMap(([label, text]) => row(label, text)),
    ...row('why', unsaid(finding.reason, at, detail)),
    ...(finding.settle === null ? [] : row('to settle', finding.settle)),
    ...row('maker', unsaid(finding.remedy.maker, at, detail)),
    ...(finding.remedy.reviewer === null ? [] : row('reviewer', `"${finding.remedy.reviewer}"`)),
    ...groundLines(finding, at, detail),
  ];
}

/** Sentences of some length that an earlier finding has are named by its number. */
function unsaid(text: string, at: number, { said }: Detail): string {
  if (said === null) return text;
  const parts: (string | number[])[] = [];
  for (const sentence of text.split(/(?<=[.?]) (?=[A-Z])/)) {
    const first = sentence.length < WORTH_SAYING_ONCE ? undefined : said.sentence(sentence, at);
    const last = parts.at(-1);
    if (first === undefined) parts.push(sentence);
    else if (!Array.isArray(last)) parts.push([first]);
    else if (!last.includes(first)) last.push(first);
  }
  const under = (at: readonly number[]) => `(as under ${at.length === 1 ? 'finding' : 'findings'} ${at.join(', ')})`;
  return parts.map((part) => (Array.isArray(part) ? under(part) : part)).join(' ');
}

/** Who accepted it until when, or that it was there before. */
function acceptedRows(finding: Finding, { outcome }: Detail): [string, string][] {
  const waiver = outcome?.waiver(finding);
  if (waiver) return [['waived', `until ${waiver.expires}, by ${waiver.by}: ${waiver.reason}`]];
  return outcome?.isKnown(finding) ? [['known', 'the baseline has it, no milder: it does not fail the gate']] : [];
}

function stateSpan(finding: Finding): Span {
  return span(stateWords(finding), finding.state === 'undetermined' ? 'yellow' : 'bold');
}

/** What it stands on, in the order of truth: the bytes by place, then everything else with its source. */
function groundLines(finding: Finding, at: number, { sources, width, evidence, said, pieces }: Detail): Line[] {
  const lines: Line[] = [];
  const add = (label: string, content: Inline) => {
    lines.push(...indented(labelled(label, content, width - GROUND_INDENT, GROUND_LABEL), GROUND_INDENT));
  };
  if (evidence !== null) {
    const { shown } = cutTo(finding.evidence, evidence);
    const above = shown.flatMap((piece) => pieces.said(piece) ?? []);
    for (const piece of shown) if (!pieces.said(piece)) add(groundLabels.bytes, pieces.inline(piece));
    if (above.length > 0) add(groundLabels.bytes, ['as above: ', ...above.flatMap((said) => [said, ' '])]);
    if (shown.length < finding.evidence.length) add('', more(finding.evidence.length - shown.length));
  }

  const before = new Map<number, Map<string, number>>();
  for (const ground of finding.grounds) {
    if (isSaid(ground, finding)) continue;
    const label = groundLabels[ground.kind];
    const first = said?.ground(ground, at);
    if (first !== undefined) {
      const there = before.get(first) ?? new Map<string, number>();
      before.set(first, there.set(label, (there.get(label) ?? 0) + 1));
      continue;
    }
    add(label, [ground.says, ...(ground.source ? [sources.cite(ground.source)] : [])]);
  }
  const also = [...before].map(([first, labels]) => {
    const counted = [...labels].map(([label, count]) => `${count > 1 ? `${count} ` : ''}${label}`);
    return `finding ${first}: ${counted.join(' ')}`;
  });
  if (also.length > 0) add('as under', dim(also.join('; ')));
  return lines;
}

/** Whether a ground only repeats a listed piece of evidence, or what would settle the finding. */
function isSaid(ground: Ground, finding: Finding): boolean {
  if (ground.kind === 'nothing') return finding.settle !== null && ground.says.endsWith(finding.settle);
  return ground.kind === 'bytes' && ground.source === null && finding.evidence.some((e) => repeats(ground.says, e));
}

function repeats(says: string, { path, spans: [first], text }: Evidence): boolean {
  return says.includes(path) && says.includes(text) && (!first || says.includes(String(first.offset)));
}
