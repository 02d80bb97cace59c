import { printable, type Report, type ScannedFile } from '../index.ts';
import { UsageError } from './exit-codes.ts';
import { readLines } from './json-file.ts';

/** A report of a file, and what the scan called the bundle that it is of. */
export interface Filed {
  readonly file: string | null;
  readonly report: Report;
}

const NAMED = 8;

/**
 * The reports of a file that `-o json` or `-o ndjson` wrote: one or several, each alone or beside the name of its file. Those
 * of which there is an error in place of a report are passed over.
 * @param wanted of several the one: the name of its file, or the id of its app
 * @throws UsageError naming what may be chosen; ScanError not-found, unreadable
 */
export function readReports(path: string, wanted?: string): Filed[] {
  const value = readLines(path);
  const items = (Array.isArray(value) ? value : [value]).filter((item) => !isFailure(item));
  const filed = items.map(filedOf);
  if (filed.length === 0 || !filed.every((each) => each !== null)) {
    throw new UsageError(`${path}: not a report of this Waybill (made with -o json=PATH, schema 2.0.0)`);
  }
  if (wanted === undefined) return filed;
  const found = filed.filter(({ file, report }) => file === wanted || report.bundle?.app?.id === wanted);
  if (found.length > 0) return found;
  throw new UsageError(`${path}: no report of "${wanted}"; there is ${namesOf(filed)}`);
}

/** By which `--file` tells reports apart. */
export function namesOf(filed: readonly Filed[]): string {
  const names = filed.map(({ file, report }) =>
    printable(String(file ?? report.bundle?.app?.id ?? 'one without a name')),
  );
  const more = names.length - NAMED;
  return `${names.slice(0, NAMED).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

function filedOf(item: unknown): Filed | null {
  if (isReport(item)) return { file: null, report: item };
  const { file, report } = (typeof item === 'object' && item !== null ? item : {}) as Partial<ScannedFile & Filed>;
  return isReport(report) ? { file: typeof file === 'string' ? file : null, report } : null;
}

function isFailure(item: unknown): boolean {
  return typeof item === 'object' && item !== null && 'error' in item && !('report' in item);
}

function isReport(value: unknown): value is Report {
  if (typeof value !== 'object' || value === null) return false;
  const report = value as Partial<Record<keyof Report, unknown>>;
  const lists = [report.findings, report.detections, report.flows, report.endpoints];
  return report.schema === '2.0.0' && lists.every(Array.isArray) && typeof report.risk === 'object';
}
