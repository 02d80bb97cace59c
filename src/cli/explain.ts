import { type ExplainOptions, explain, loadRules, nearestIds, type Report, type Rules } from '../index.ts';
import { type ExitCode, UsageError } from './exit-codes.ts';
import { type ColourChoice, type Io, layoutOf } from './io.ts';
import { readJson } from './json-file.ts';

export interface ExplainCommandOptions {
  readonly report?: string;
  readonly short?: boolean;
  readonly rules?: readonly string[];
  readonly color?: ColourChoice;
}

/**
 * `waybill explain WORD`: what a word of a report or of the rules stands for, on stdout.
 * @throws UsageError for a word that names nothing, with the words that are close
 */
export async function explainCommand(id: string, options: ExplainCommandOptions, io: Io): Promise<ExitCode> {
  const reports = options.report === undefined ? [] : readReports(options.report);
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
function explainFrom(id: string, rules: Rules, reports: readonly Report[], options: ExplainOptions): string {
  const report = reports.find((r) => r.findings.some((finding) => finding.id === id)) ?? reports[0] ?? null;
  const text = explain(id, rules, { ...options, report });
  if (text !== null) return text;
  const near = [...new Set([...reports, null].flatMap((r) => nearestIds(id, rules, r)))].slice(0, 5);
  throw new UsageError(
    `nothing is called "${id}"${near.length > 0 ? `; near it: ${near.map((name) => (/\s/.test(name) ? `"${name}"` : name)).join(', ')}` : ''}. What can be explained: every id and word of a report, and every name in the rules`,
  );
}

/** The report of a JSON file, or the reports of one that was made from several bundles. */
function readReports(path: string): Report[] {
  const value = readJson(path);
  const list = Array.isArray(value) ? value : [value];
  if (list.length === 0 || !list.every(isReport)) {
    throw new UsageError(`${path}: not a report of this Waybill (made with -o json=PATH, schema 2.0.0)`);
  }
  return list;
}

function isReport(value: unknown): value is Report {
  if (typeof value !== 'object' || value === null) return false;
  const report = value as Partial<Record<keyof Report, unknown>>;
  const lists = [report.findings, report.detections, report.flows, report.endpoints];
  return report.schema === '2.0.0' && lists.every(Array.isArray) && typeof report.risk === 'object';
}
