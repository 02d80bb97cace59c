import { type Report, type Verdict, verdicts } from '../../types.ts';
import { type Outcome, outcomeOf } from '../outcome.ts';
import type { Answer, Around, FileResult } from '../renderer.ts';
import { bold, clippedRow, dim, type Inline, type Line, span } from '../text/layout.ts';
import { clippedTable, type Fitting } from '../text/table.ts';
import { heading, name, number, verdictWords } from '../text/words.ts';
import { levelCounts } from './head.ts';

/** What a report comes to, for the table of several files. */
export function answerOf(report: Report, around: Around = {}): Answer {
  const outcome = outcomeOf(report, around);
  const { app } = report.bundle;
  return {
    app: name(app.name ?? app.id ?? 'name not known'),
    verdict: outcome.gate.verdict,
    exitCode: outcome.gate.exitCode,
    holds: levelCounts(open(report, outcome, true)),
    asked: levelCounts(open(report, outcome, false)),
    sdks: report.detections.length,
  };
}

function open({ findings }: Report, { waiver }: Outcome, isHeld: boolean) {
  return findings.filter((finding) => !waiver(finding) && (finding.state === 'holds') === isHeld);
}

const ERRORS_SHOWN = 10;

/** A line for each file, in the order in which they were named. */
export function fileLines(files: readonly FileResult[], width: number): Line[] {
  const counts = verdicts
    .map((verdict) => [verdict, files.filter(({ answer }) => answer?.verdict === verdict).length] as const)
    .filter(([, count]) => count > 0)
    .map(([verdict, count]) => `${number(count)} ${verdict}`);
  const failed = files.filter(({ answer }) => answer === null);
  const all = [...counts, ...(failed.length === 0 ? [] : [`${number(failed.length)} not scanned`])].join(', ');
  return [
    heading('FILES', `${number(files.length)}: ${all}`),
    ...clippedTable(['File', 'App', 'Verdict', 'Holds', 'Asked', 'SDKs'], files.map(fileRow), width),
    ...failed.slice(0, ERRORS_SHOWN).flatMap(({ error }) => clippedRow('', dim(`- ${error ?? ''}`), width, 0)),
    ...(failed.length > ERRORS_SHOWN ? [[dim(`- and ${number(failed.length - ERRORS_SHOWN)} more`)]] : []),
  ];
}

function fileRow({ file, answer }: FileResult): Fitting[] {
  const end = (room: number) => endOf(file, room);
  if (answer === null) return [end, dim('not read'), span('NOT SCANNED', 'red'), '', '', ''];
  const { app, verdict, exitCode, holds, asked, sdks } = answer;
  return [end, app, verdictCell(verdict, exitCode), holds || dim('none'), asked || dim('none'), number(sdks)];
}

function verdictCell(verdict: Verdict, exitCode: Answer['exitCode']): Inline {
  const word = span(verdict.toUpperCase(), verdictWords[verdict][0]);
  return exitCode === 0 ? word : [word, bold(` (exit ${exitCode})`)];
}

const SHORTEST_END = 16;

/** The end of a path tells files of one folder apart. */
function endOf(file: string, room: number): string {
  const all = [...file];
  const kept = Math.max(SHORTEST_END, room) - 3;
  return all.length <= kept + 3 ? file : `...${all.slice(-kept).join('')}`;
}
