import { printable, ScanError } from '../index.ts';
import { codeOf } from './exit-codes.ts';

/** One line for stderr; file names and app-controlled words in it cannot steer a terminal. */
export function remark(text: string, rest = ''): string {
  return `waybill: ${printable(text)}${rest}\n`;
}

/** What went wrong and, where it is our own fault, what to report. */
export function errorLine(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  const isTold = error instanceof ScanError || (error instanceof Error && error.name === 'OutputError');
  const ours = codeOf(error) === 70 && !isTold;
  if (!ours) return remark(message);
  const stack = error instanceof Error ? (error.stack ?? message) : message;
  const lines = stack.split('\n').map((line) => `\n  ${printable(line)}`);
  return remark('internal error; please report it with the lines below', lines.join(''));
}
