import type { Finding } from '../../types.ts';
import { groundWords, whyOf } from '../outcome.ts';
import { sentence } from '../seen.ts';
import { bold, type Inline, indented, type Line, labelled, padded, span } from '../text/layout.ts';
import type { Sources } from '../text/sources.ts';
import type { Proofs } from './proof.ts';
import { forMaker, type Label } from './words.ts';

const NUMBER = 4;
const LABEL = 14;
/** Of a question: that bytes are there proves nothing of what is asked. */
const IN_FILE = 'In the file';

export interface Writing {
  readonly width: number;
  readonly sources: Sources;
  readonly proofs: Proofs;
  /** Grounds said before, by the number of the request. */
  readonly said: Map<string, number>;
  /** Kinds of grounds that stand in the letter, for what its words stand for. */
  readonly used: Set<Label>;
}

/** One request: what was found, on what it stands, what is asked. */
export function requestLines(finding: Finding, at: number, writing: Writing): Line[] {
  const width = writing.width - NUMBER;
  const { maker, reviewer: ask } = finding.remedy;
  const row = (label: string, content: Inline) => labelled(label, content, width, LABEL);
  const isOpen = finding.state === 'undetermined';
  if (isOpen) writing.used.add('open');
  const lines = [
    ...labelled('', bold(titleOf(finding)), width, 0),
    ...row(isOpen ? 'Open' : 'Found', forMaker(whyOf(finding))),
    ...groundLines(finding, at, writing, row),
    ...(finding.settle === null ? [] : row('Would settle', forMaker(finding.settle))),
    ...row('We ask', ask ?? maker),
    // Where it is open who governs a recipient, the remedy has no country to name.
    ...(ask === null || finding.open === 'governance' ? [] : row(isOpen ? 'If so' : 'Would help', maker)),
  ];
  const [first = [], ...rest] = lines;
  return [[...padded([span(`${at}.`)], NUMBER), ...first], ...indented(rest, NUMBER)];
}

function groundLines(
  finding: Finding,
  at: number,
  { sources, proofs, said, used }: Writing,
  row: (label: string, content: Inline) => Line[],
): Line[] {
  const numbers = finding.evidence.map((piece) => proofs.number(piece)).filter((number) => number !== null);
  const isOpen = finding.state === 'undetermined';
  if (numbers.length > 0 && !isOpen) used.add('bytes');
  const lines: Line[] =
    numbers.length > 0 ? row(isOpen ? IN_FILE : groundWords.bytes, `Appendix A: ${numbers.join(', ')}`) : [];
  const before = new Set<number>();
  for (const { kind, says, source } of finding.grounds) {
    if (kind === 'bytes' && finding.evidence.some(({ path, text }) => says.includes(path) && says.includes(text)))
      continue;
    if (kind === 'nothing' && finding.settle !== null && says.endsWith(finding.settle)) continue;
    const key = JSON.stringify([kind, says]);
    const earlier = said.get(key);
    if (earlier !== undefined) {
      before.add(earlier);
      continue;
    }
    said.set(key, at);
    used.add(kind);
    lines.push(
      ...row(isOpen && kind === 'bytes' ? IN_FILE : groundWords[kind], [
        forMaker(says),
        ...(source ? [sources.cite(source)] : []),
      ]),
    );
  }
  if (before.size > 0) lines.push(...row('Also', `what is said under ${[...before].join(', ')}`));
  return lines;
}

/** One line for what is asked without weight behind it. */
export function shortLines(finding: Finding, at: number, { width }: Writing): Line[] {
  const { maker, reviewer: ask } = finding.remedy;
  const found = finding.state === 'holds' ? forMaker(finding.reason) : titleOf(finding);
  const lines = labelled('', `${found} ${ask ?? maker}`, width - NUMBER, 0);
  const [first = [], ...rest] = lines;
  return [[...padded([span(`${at}.`)], NUMBER), ...first], ...indented(rest, NUMBER)];
}

/** Of a question nothing but the question: why it is open was said to whoever ran the scan. */
function titleOf({ title, state }: Finding): string {
  return state === 'holds' ? sentence(title) : (/^.*\?/s.exec(title)?.[0] ?? sentence(title));
}
