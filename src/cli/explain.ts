import { type ExplainOptions, explain, type FiledReport, loadRules, nearestIds, type Rules } from '../index.ts';
import { type ExitCode, UsageError } from './exit-codes.ts';
import { type ColourChoice, type Io, layoutOf } from './io.ts';
import { namesOf, readReports } from './report-file.ts';

export interface ExplainCommandOptions {
  readonly report?: string;
  /** Of several reports in one file, the one of this bundle or app. */
  readonly file?: string;
  readonly short?: boolean;
  readonly rules?: readonly string[];
  readonly color?: ColourChoice;
}

/**
 * `waybill explain WORD`: what a word of a report or of the rules stands for, on stdout.
 * @throws UsageError for a word that names nothing, with the words that are close
 */
export async function explainCommand(id: string, options: ExplainCommandOptions, io: Io): Promise<ExitCode> {
  const reports = options.report === undefined ? [] : readReports(options.report, options.file);
  const rules = loadRules(...(options.rules ?? []));
  try {
    io.stdout.write(explainFrom(id, rules, reports, { ...layoutOf(io, options.color), short: options.short === true }));
    return 0;
  } catch (error) {
    // A report is a file that anybody may have edited: what is missing inside it is no fault of ours.
    if (options.report === undefined || !(error instanceof TypeError)) throw error;
    throw new UsageError(`${options.report}: not a whole report (${error.message})`, { cause: error });
  }
}

/** @throws UsageError for an id that names nothing; TypeError where a report is not whole */
function explainFrom(id: string, rules: Rules, reports: readonly FiledReport[], options: ExplainOptions): string {
  const having = reports.filter(({ report }) => report.findings.some((finding) => finding.id === id));
  const chosen = having.length > 0 ? having : reports;
  if (chosen.length > 1) {
    throw new UsageError(`"${id}" could be of ${chosen.length} reports; choose one with --file: ${namesOf(chosen)}`);
  }
  const report = chosen[0]?.report ?? null;
  const text = explain(id, rules, { ...options, report });
  if (text !== null) return text;
  const near = [
    ...new Set([...reports.map((filed) => filed.report), null].flatMap((r) => nearestIds(id, rules, r))),
  ].slice(0, 5);
  throw new UsageError(
    `nothing is called "${id}"${near.length > 0 ? `; near it: ${near.map((name) => (/\s/.test(name) ? `"${name}"` : name)).join(', ')}` : ''}. What can be explained: every id and word of a report, and every name in the rules`,
  );
}
