import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { parseReports, type Report } from '../index.ts';
import { UsageError } from './exit-codes.ts';
import { readLines } from './json-file.ts';

/** Bytes looked at to tell JSON from a bundle; no bundle begins as JSON does. */
const LOOKED_AT = 64;

/** Whether a file holds JSON, by its first character. What cannot be opened is left to whoever scans it, and says so. */
export function isJson(path: string): boolean {
  // A pipe would keep whoever opens it waiting.
  if (!statSync(path, { throwIfNoEntry: false })?.isFile()) return false;
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

/** The reports of a JSON file. @throws ScanError not-found, unreadable, bad-report; UsageError */
export function readReports(path: string): Report[] {
  return parseReports(readLines(path), path);
}

/** The one report of a JSON file. @throws as `readReports`, and UsageError where there are several */
export function readReport(path: string): Report {
  const reports = readReports(path);
  const [report] = reports;
  if (report !== undefined && reports.length === 1) return report;
  const ids = reports.map(({ bundle }) => bundle.app.id ?? 'id not known').join(', ');
  throw new UsageError(
    `${path}: ${reports.length} reports (${ids}); name a file with one: waybill scan APP -o json=one.json`,
  );
}
