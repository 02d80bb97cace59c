import { ScanError, type ScanErrorCode } from '../index.ts';

/** Exit codes, after sysexits.h from 64 on. The first column is what a script may rely on. */
export const exitCodes = [
  [
    0,
    'nothing at or above the threshold, and complete; diff: nothing such that is new or worse; verify, rules test: all holds',
  ],
  [
    1,
    'findings at or above --fail-on or --fail-on-undetermined (stands before 2); diff: such as are new or worse; verify, rules test: something does not hold',
  ],
  [2, 'incomplete, for a reason that is not accepted'],
  [64, 'usage: an option, a context or a report that cannot be used'],
  [65, 'neither an app nor a library, or nothing in it could be read as one'],
  [66, 'not found, or not readable'],
  [69, 'a rule pack is missing or wrong'],
  [70, 'internal error, an output that could not be written, or a scan that crashed or ran out of memory'],
  [124, 'not read within --timeout'],
  [130, 'interrupted'],
] as const;

export type ExitCode = (typeof exitCodes)[number][0];

/** The caller asked for something that cannot be done; the message says what could. */
export class UsageError extends Error {}

/** An output could not be written. */
export class OutputError extends Error {
  override readonly name = 'OutputError';
}

const ofScanError: Record<ScanErrorCode, ExitCode> = {
  'not-a-bundle': 65,
  'not-found': 66,
  unreadable: 66,
  'bad-rules': 69,
  'bad-context': 64,
  'bad-waivers': 64,
  'bad-report': 64,
  'bad-option': 64,
  aborted: 130,
  timeout: 124,
  crashed: 70,
  'out-of-memory': 70,
};

export function codeOf(error: unknown): ExitCode {
  if (error instanceof ScanError) return ofScanError[error.code];
  return error instanceof UsageError ? 64 : 70;
}

/** Of several files the worst decides: what kept Waybill from looking stands before what it saw. */
const worstFirst: readonly ExitCode[] = [130, 64, 70, 124, 69, 66, 65, 1, 2, 0];

export function worst(codes: readonly ExitCode[]): ExitCode {
  return worstFirst.find((code) => codes.includes(code)) ?? 0;
}

/** The table for `--help`: all codes, or those that a command can give. */
export function exitCodeHelp(codes: readonly ExitCode[] = exitCodes.map(([code]) => code)): string {
  const lines = exitCodes.filter(([code]) => codes.includes(code));
  return `Exit codes:\n${lines.map(([code, meaning]) => `  ${String(code).padStart(3)}  ${meaning}`).join('\n')}`;
}
