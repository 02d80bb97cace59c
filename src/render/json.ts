import { type FileFailure, fileReport } from '../report/file-report.ts';
import type { Report } from '../types.ts';
import type { Around, Renderer } from './renderer.ts';
import { COMMAND } from './text/safety.ts';

/** What JSON may hold as it is, and a terminal acts on or does not show. */
const unseen = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu;

function escapeUnits(character: string): string {
  if (character === '\n') return character;
  return [...Array(character.length).keys()]
    .map((i) => `\\u${character.charCodeAt(i).toString(16).padStart(4, '0')}`)
    .join('');
}

/** JSON whose texts nobody obeys who is shown them; to a parser it is the same. */
function inert(json: string): string {
  return json.replace(unseen, escapeUnits).replaceAll(COMMAND, '#\\u0023[');
}

/**
 * Plain data as JSON, two spaces deep, without a newline at its end: as every tool that rewrites it does, so that nothing but
 * what changed differs. One space would save 12 % of the bytes and 3 % of a packed report; `ndjson`, without any, 28 %.
 */
export function jsonText(value: unknown): string {
  return inert(JSON.stringify(value, null, 2));
}

/** Plain data as JSON on one line. */
function jsonLine(value: unknown): string {
  return inert(JSON.stringify(value));
}

/** The report alone; where the caller names its file, beside that and what the gate decided. */
function told(report: Report, { file, gate }: Around, textOf: (value: unknown) => string): string {
  if (file === undefined) return textOf(report);
  // Each part no deeper than alone: a report of 16 MiB would grow by its margin.
  const parts = Object.entries(fileReport(report, file, gate)).map(([key, value]) => `"${key}": ${textOf(value)}`);
  return `{${parts.join(', ')}}`;
}

/**
 * As JSON, two spaces deep, with a newline at its end. What a terminal would act on stands as `\u…`: the same
 * value to a parser.
 */
export const json: Renderer<Around> = {
  render: (report, around = {}) => `${told(report, around, jsonText)}\n`,
  failed: (failure: FileFailure) => `${jsonText(failure)}\n`,
  join: { begin: '[\n', before: (_, index) => (index > 0 ? ',\n' : ''), end: ']\n' },
};

/** The same on one line for each file, so that a program can read each as soon as it is written. */
export const ndjson: Renderer<Around> = {
  render: (report, around = {}) => `${told(report, around, jsonLine)}\n`,
  failed: (failure: FileFailure) => `${jsonLine(failure)}\n`,
  join: { begin: '', before: () => '', end: '' },
};
