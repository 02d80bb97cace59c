import { type Gate, gate as gateOf } from '../report/gate.ts';
import type { CoverageReason, Finding, Report } from '../types.ts';
import { gapsOf } from './outcome.ts';
import { bold, dim, type Inline, indented, type Line, labelled, paint, type Span, span, wrap } from './text/layout.ts';
import { gateWords, levelStyles, number, place, plural, reasonWords, verdictWords } from './text/words.ts';

/** How a step of a pipeline says what came of a bundle. */
export interface StepOptions {
  /** What the gate decided; as `gate(report)` does where left out. */
  readonly gate?: Gate | undefined;
  /** Reasons of incompleteness that were accepted besides those of the report's policy. */
  readonly accept?: readonly CoverageReason[] | undefined;
  /** What the bundle is called. */
  readonly file: string;
  /** A command that shows more, such as `waybill scan app.apk -o text`. */
  readonly again: string;
  /** Path of the JSON report, as a shell takes it, where one was written: `waybill explain` reads it. */
  readonly report?: string | undefined;
  /** Columns to wrap to; where left out lines stay whole, as a log wants them. */
  readonly width?: number | undefined;
  readonly colour?: boolean | undefined;
  /** One line where the gate fails, nothing where it passes. */
  readonly brief?: boolean | undefined;
}

const FINDINGS_SHOWN = 5;
const LABEL = 6;

/** What a build step prints: the verdict, and where the gate fails why, what to do about it, and how to learn more. */
export function stepText(report: Report, options: StepOptions): string {
  const gate = options.gate ?? gateOf(report);
  const causes = causesOf(report, gate, options);
  const lines = options.brief ? briefLine(gate, causes, options) : wholeLines(gate, causes, options);
  return paint(lines, options.colour === true);
}

/** One reason for which the gate fails. */
interface Cause {
  readonly says: (string | Span)[];
  readonly todo: string;
  /** A command. */
  readonly more: string | null;
}

function causesOf(report: Report, gate: Gate, options: StepOptions): Cause[] {
  if (gate.exitCode === 1) {
    return gate.failing
      .flatMap((id) => report.findings.find((finding) => finding.id === id) ?? [])
      .map(findingCause(options));
  }
  return gate.exitCode === 2 ? unreadCauses(report, options.accept ?? []) : [];
}

function findingCause({ report }: StepOptions): (finding: Finding) => Cause {
  return (finding) => ({
    says: [span(finding.level.toUpperCase(), levelStyles[finding.level]), ' ', bold(finding.title)],
    todo: finding.remedy.maker,
    more: report === undefined ? null : `waybill explain ${quoted(finding.id)} --report ${report}`,
  });
}

/** What whoever hands the bundle in can do that it is read. */
const todos: Record<CoverageReason, string> = {
  depth: 'Read all of it, with --depth deep.',
  encrypted: 'Hand in the build as it was before the store encrypted it.',
  malformed: "Build it again with the platform's own tools.",
  budget: 'Hand it in without what is that large, or read it with larger budgets (library, option budgets).',
  missing: 'Hand in all of the app: the bundle with its splits, the whole archive.',
  unsupported: 'Hand it in in a form that is read: waybill explain unsupported.',
  password: 'Hand it in without the password.',
};

function unreadCauses(report: Report, accept: readonly CoverageReason[]): Cause[] {
  const accepted: readonly (CoverageReason | null)[] = [...report.policy.accepts, ...accept];
  const gaps = gapsOf(report).filter(({ reason }) => !accepted.includes(reason));
  const reasons = [...new Set(gaps.map(({ reason }) => reason))];
  const unread = reasons.map((reason): Cause => {
    const [first, ...rest] = gaps.filter((line) => line.reason === reason);
    const more = rest.length > 0 ? ` + ${number(rest.length)} more` : '';
    const what = reason === null ? 'no reason given' : reasonWords[reason];
    return {
      says: [span(what, 'yellow'), `: ${place(first!)}${more}${first!.detail === '' ? '' : `; ${first!.detail}`}`],
      todo: reason === null ? 'Please report it.' : `${todos[reason]} To accept it: --accept ${reason}`,
      more: null,
    };
  });
  const signs = report.detections.filter(({ scored }) => !scored);
  return [
    ...unread,
    ...signs.map(
      ({ name }): Cause => ({
        says: [span('sign', 'yellow'), ` of ${name}, which bytes that were not read could settle`],
        todo: 'Have the rest read; no --accept covers it.',
        more: null,
      }),
    ),
  ];
}

/** `waybill: app.ipa: REVIEW, exit code 1`. */
function headInline({ verdict, exitCode }: Gate, file: string): (string | Span)[] {
  return ['waybill: ', file, ': ', span(verdict.toUpperCase(), verdictWords[verdict][0]), `, exit code ${exitCode}`];
}

function wholeLines(gate: Gate, causes: readonly Cause[], options: StepOptions): Line[] {
  const width = options.width ?? Number.POSITIVE_INFINITY;
  const head = [...headInline(gate, options.file), ': '];
  if (gate.exitCode === 0) return wrap([...head, gateWords(gate.verdict, gate.waived.length)], width);
  const what =
    gate.exitCode === 1
      ? `${plural(causes.length, 'finding fails', 'findings fail')} the gate`
      : 'what could hide an SDK was not read';
  const row = (label: string, content: Inline) => indented(labelled(dim(label), content, width - 4, LABEL), 4);
  const shown = causes.length <= FINDINGS_SHOWN + 1 ? causes : causes.slice(0, FINDINGS_SHOWN);
  const rest = causes.length - shown.length;
  return [
    ...wrap([...head, what], width),
    ...shown.flatMap(({ says, todo, more }, i) => [
      ...indented(wrap(says, width - 2), 2),
      // Said once for findings that follow each other.
      ...(shown[i + 1]?.todo === todo ? [] : row('do', todo)),
      ...(more === null ? [] : row('more', span(more, 'cyan'))),
    ]),
    ...(rest > 0 ? indented([[dim(`+ ${number(rest)} more`)]], 2) : []),
    ...indented(labelled(dim('all of it'), span(options.again, 'cyan'), width - 2, 11), 2),
  ];
}

/** All in one line, which a log can be searched for. */
function briefLine(gate: Gate, causes: readonly Cause[], { file, again, width }: StepOptions): Line[] {
  const [first] = causes;
  if (!first) return [];
  const rest = causes.length > 1 ? ` + ${number(causes.length - 1)} more` : '';
  const line = [
    ...headInline(gate, file),
    ': ',
    ...first.says,
    rest,
    `; do: ${first.todo}`,
    ` More: ${first.more ?? again}`,
  ];
  return wrap(line, width ?? Number.POSITIVE_INFINITY);
}

/** A word as a POSIX shell takes it. */
export function quoted(word: string): string {
  if (/^[\w%+,./:=@^-]+$/.test(word)) return word;
  return `'${word.replaceAll("'", "'\\''")}'`;
}
