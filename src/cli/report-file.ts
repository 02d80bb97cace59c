import { closeSync, openSync, readSync } from 'node:fs';
import { type FiledReport, parseFiledReports, printable, type Report } from '../index.ts';
import { UsageError } from './exit-codes.ts';
import { readLines } from './json-file.ts';
import { inputStat } from './output.ts';

/** Bytes looked at to tell JSON from a bundle; no bundle begins as JSON does. */
const LOOKED_AT = 64;

/** Whether a file holds JSON, by its first character. What cannot be opened is left to whoever scans it, and says so. */
export function isJson(path: string): boolean {
  // A pipe would keep whoever opens it waiting.
  if (!inputStat(path)?.isFile()) return false;
  let fd: number;
  try {
    fd = openSync(path, 'r');
  } catch {
    return false;
  }
  try {
    const bytes = new Uint8Array(LOOKED_AT);
    const beginning = new TextDecoder().decode(bytes.subarray(0, readSync(fd, bytes, 0, LOOKED_AT, 0)));
    return /^\s*[[{]/.test(beginning);
  } finally {
    closeSync(fd);
  }
}

const NAMED = 8;

/**
 * The reports of a file that `-o json` or `-o ndjson` wrote.
 * @param wanted of several the one: the name of its file, or the id of its app
 * @throws UsageError naming what may be chosen; ScanError not-found, unreadable, bad-report
 */
export function readReports(path: string, wanted?: string): FiledReport[] {
  const filed = parseFiledReports(readLines(path), path);
  if (wanted === undefined) return filed;
  const found = filed.filter(({ file, report }) => file === wanted || report.bundle.app.id === wanted);
  if (found.length > 0) return found;
  throw new UsageError(`${path}: no report of "${wanted}"; there is ${namesOf(filed)}`);
}

/** The one report of a file. @throws as `readReports`, and UsageError where there are several */
export function readReport(path: string): Report {
  const filed = readReports(path);
  const [first] = filed;
  if (first !== undefined && filed.length === 1) return first.report;
  throw new UsageError(
    `${path}: ${filed.length} reports (${namesOf(filed)}); name a file with one: waybill scan APP -o json=one.json`,
  );
}

/** By which `--file` tells reports apart. */
export function namesOf(filed: readonly FiledReport[]): string {
  const names = filed.map(({ file, report }) => printable(file ?? report.bundle.app.id ?? 'one without a name'));
  const more = names.length - NAMED;
  return `${names.slice(0, NAMED).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
