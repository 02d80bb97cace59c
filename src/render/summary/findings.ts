import { type Finding, levels, type Report } from '../../types.ts';
import { type Outcome, worstFirst } from '../outcome.ts';
import { bold, clippedRow, dim, gap, type Line, padded, span } from '../text/layout.ts';
import { levelStyles, number } from '../text/words.ts';
import { levelCounts } from './head.ts';

const LEVEL = 11;
const TITLE_LINES = 2;
/** What the list's head says of all questions, and the one thing that the reader can tell. */
const answers = [
  [/ Not known from this bundle\.$/, ''],
  [/ Not stated by the caller\.$/, ' (needs --context)'],
] as const;
/** A group is shown or left out as one. */
const TITLES_TOGETHER = 4;

/** What holds by these is no proof from the bundle's bytes, and is told apart. */
const notOfBytes: readonly Finding['basis'][] = ['documented', 'reported', 'context'];

/** Findings with the same thing to do: their titles, then what that is. */
interface Item {
  readonly findings: readonly Finding[];
  readonly titles: readonly Line[];
  readonly todo: readonly Line[];
  /** Whether the verdict or the gate stands on it. */
  readonly decides: boolean;
}

export interface FindingList {
  readonly title: string;
  readonly findings: readonly Finding[];
  /** Whether the verdict or the gate stands on any of them. */
  readonly decides: boolean;
  /** Lines that all of it takes. */
  readonly wanted: number;
  lines(most: number): Line[];
}

/** What holds, and apart from it what is asked; what was waived is in neither. */
export function findingLists(
  report: Report,
  outcome: Outcome,
  width: number,
): { holds: FindingList; asked: FindingList } {
  const open = worstFirst(report.findings, outcome).filter((finding) => !outcome.waiver(finding));
  const list = (title: string, none: string, says: string, findings: readonly Finding[]): FindingList => {
    const items = itemsOf(findings, report, outcome, width);
    const failing = findings.filter((finding) => outcome.fails(finding)).length;
    const count = findings.length === 0 ? none : `${number(findings.length)}${says}`;
    const marked = failing === 0 ? '' : `; ! fails the gate: ${number(failing)}`;
    const head = clippedRow(bold(title), count + marked, width, title.length + 2);
    const wanted = 1 + items.reduce((sum, item) => sum + item.titles.length + item.todo.length, 0);
    return {
      title,
      findings,
      decides: items.some(({ decides }) => decides),
      wanted,
      lines: (most) => [...head, ...fitted(items, findings, most - 1)],
    };
  };
  return {
    holds: list(
      'HOLDS',
      'nothing that the policy asks for',
      '',
      open.filter(({ state }) => state === 'holds'),
    ),
    asked: list(
      'ASKED',
      'nothing',
      ', not answered by this bundle',
      open.filter(({ state }) => state !== 'holds'),
    ),
  };
}

function itemsOf(findings: readonly Finding[], report: Report, outcome: Outcome, width: number): Item[] {
  const groups: Finding[][] = [];
  for (const finding of findings) {
    const last = groups.at(-1);
    const [first] = last ?? [];
    const isSame = first && first.level === finding.level && todoOf(first)[1] === todoOf(finding)[1];
    if (last && isSame && last.length < TITLES_TOGETHER) last.push(finding);
    else groups.push([finding]);
  }
  const todoInline = ([label, says]: readonly [string, string]) => [dim(label), says];
  return groups.map((group) => ({
    findings: group,
    titles: group.flatMap((finding) => titleLines(finding, outcome, width)),
    todo: clippedRow('', todoInline(todoOf(group[0]!)), width, LEVEL),
    decides: group.some(
      (finding) => outcome.fails(finding) || levels.indexOf(finding.level) >= levels.indexOf(report.policy.review),
    ),
  }));
}

function titleLines(finding: Finding, outcome: Outcome, width: number): Line[] {
  const { level, title, state, basis } = finding;
  const mark = outcome.fails(finding) ? span('!', 'red') : gap(1);
  const label = padded([mark, gap(1), span(level.toUpperCase(), levelStyles[level])], LEVEL);
  const isSaid = state === 'holds' && notOfBytes.includes(basis);
  const says = [
    bold(answers.reduce((text, [ending, short]) => text.replace(ending, short), title)),
    ...(isSaid ? [dim(` (${basis})`)] : []),
  ];
  return clippedRow(label, says, width, LEVEL, TITLE_LINES);
}

/** What the maker can do about what holds; of a question, what a reviewer can ask, or what would settle it. */
function todoOf(finding: Finding): readonly [label: string, says: string] {
  const { maker, reviewer } = finding.remedy;
  if (finding.state === 'holds') return ['Do: ', maker];
  if (reviewer !== null) return ['Ask: ', reviewer];
  return finding.settle === null ? ['Do: ', maker] : ['To settle: ', finding.settle];
}

/**
 * As much as fits: what to do goes first from what decides nothing, then these findings themselves, then what to do
 * about the others, so that the titles on which the verdict stands go last. Of what is left out the levels are counted.
 */
function fitted(items: readonly Item[], all: readonly Finding[], most: number): Line[] {
  const size = (shown: readonly Item[], todos: number) =>
    shown.reduce((sum, { titles, todo }, i) => sum + titles.length + (i < todos ? todo.length : 0), 0);
  const deciding = items.filter(({ decides }) => decides).length;
  let shown = items;
  let todos = items.length;
  const isOver = () => size(shown, todos) + (shown.length < items.length ? 1 : 0) > most;
  while (isOver() && shown.length > 0) {
    // The worst one keeps what is to be done about it to the last.
    const canSpare = todos > Math.min(deciding, shown.length) || (shown.length <= deciding && todos > 1);
    if (canSpare) todos--;
    else {
      shown = shown.slice(0, -1);
      todos = Math.min(todos, shown.length);
    }
  }
  const lines = shown.flatMap(({ titles, todo }, i) => [...titles, ...(i < todos ? todo : [])]);
  if (shown.length === items.length) return lines;
  const named = new Set(shown.flatMap(({ findings }) => findings));
  const left = all.filter((finding) => !named.has(finding));
  return [...lines, [gap(2), dim(`+ ${number(left.length)} more: ${levelCounts(left)} (-o text)`)]];
}
