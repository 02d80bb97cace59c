import type { Finding, Report } from '../../types.ts';
import { groundWords, type Outcome, whyOf, worstFirst } from '../outcome.ts';
import { sentence } from '../seen.ts';
import { placeOf, stateWords } from '../text/words.ts';
import { type Block, folded, list, table } from './blocks.ts';
import { advice, code, prose } from './escape.ts';

const PROOFS_SHOWN = 3;

const levelWord = (finding: Finding) => finding.level.charAt(0).toUpperCase() + finding.level.slice(1);

/** What fails first, then what holds, what is open, what was accepted: each said as what it is. */
export function findingBlocks(report: Report, outcome: Outcome, isShort: boolean): Block[] {
  const findings = worstFirst(report.findings, outcome);
  const waived = findings.filter((finding) => outcome.waiver(finding));
  const rest = findings.filter((finding) => !outcome.waiver(finding));
  const failing = rest.filter((finding) => outcome.fails(finding));
  const known = rest.filter((finding) => outcome.isKnown(finding));
  const below = rest.filter((finding) => !outcome.fails(finding) && !outcome.isKnown(finding));
  const holding = below.filter((finding) => finding.state === 'holds');
  const open = below.filter((finding) => finding.state !== 'holds');
  const item = (finding: Finding) => (isShort ? shortItem(finding) : wholeItem(finding));
  const questions = table(
    `Not decided (${open.length})`,
    ['Level', 'Question', 'What would settle it'],
    open,
    (finding) => [finding.level, prose(finding.title), finding.settle === null ? '' : prose(finding.settle, 1000)],
  );
  return [
    list(`Fails the gate (${failing.length})`, failing, item),
    list(`Known from the baseline (${known.length})`, known, item),
    list(`Holds, below the gate (${holding.length})`, holding, item),
    isShort ? folded(questions) : questions,
    table(`Waived (${waived.length})`, ['Level', 'Finding', 'Until', 'By', 'Why'], waived, (finding) => {
      const { expires, by, reason } = outcome.waiver(finding)!;
      return [finding.level, `${prose(finding.title)} ${code(finding.id)}`, code(expires), code(by), prose(reason)];
    }),
  ];
}

function shortItem(finding: Finding): string {
  return `- **${levelWord(finding)}:** ${prose(sentence(finding.title))} To do: ${advice(finding.remedy.maker, 900)}\n`;
}

function wholeItem(finding: Finding): string {
  const { maker, reviewer: ask } = finding.remedy;
  const proofs = finding.evidence.slice(0, PROOFS_SHOWN);
  const more = finding.evidence.length - proofs.length;
  const lines = [
    `- **${levelWord(finding)}: ${prose(finding.title)}** - ${stateWords(finding)}`,
    `  - Why: ${prose(whyOf(finding))}`,
    ...(finding.settle === null ? [] : [`  - To settle: ${prose(finding.settle)}`]),
    `  - Maker: ${advice(maker)}`,
    ...(ask === null ? [] : [`  - To ask: ${prose(ask)}`]),
    ...proofs.map((piece) => `  - Proof: ${code(piece.text)} at ${code(placeOf(piece))}`),
    ...(more > 0 ? [`  - and ${more} more ${more === 1 ? 'piece' : 'pieces'} of proof in the JSON report`] : []),
    ...finding.grounds
      .filter(({ kind }) => kind !== 'bytes' && kind !== 'nothing')
      .map(
        ({ kind, says, source }) =>
          `  - ${groundWords[kind]}: ${prose(kind === 'law' ? lawOf(says) : says, 1000)}${source?.url ? ` ${code(source.url)}` : ''}`,
      ),
    `  - Id: ${code(finding.id)}`,
  ];
  return `${lines.join('\n')}\n`;
}

/** A law's title and citation; what it says stands in the JSON. */
function lawOf(says: string): string {
  const end = says.indexOf('): ');
  return end < 0 ? says : says.slice(0, end + 1);
}
