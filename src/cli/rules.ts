import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { checkRules, listRules, loadRules, printable, type RuleKind, type RuleProblem } from '../index.ts';
import type { ExitCode } from './exit-codes.ts';
import { type Io, layoutOf } from './io.ts';
import { remark } from './remarks.ts';

export const listFormats = ['text', 'json'] as const;

export interface ListOptions {
  readonly kind?: RuleKind;
  readonly output?: (typeof listFormats)[number];
  readonly rules?: readonly string[];
}

/** `waybill rules list`: what the rules hold, one line for each file. */
export function listCommand(options: ListOptions, io: Io): ExitCode {
  const rules = loadRules(...(options.rules ?? []));
  io.stdout.write(
    listRules(rules, options.kind ?? 'sdks', { format: options.output ?? 'text', asOf: today(io), ...layoutOf(io) }),
  );
  return 0;
}

function today(io: Io): string {
  return io.now().toISOString().slice(0, 10);
}

export interface CheckOptions {
  readonly twins?: string;
}

/**
 * `waybill rules check DIR…`: each problem on a line of stdout as `file: field: message`; warnings, and what was looked
 * at, on stderr.
 */
export function checkCommand(directories: readonly string[], options: CheckOptions, io: Io): ExitCode {
  const packs = [...new Set(directories)].map((directory) => {
    return { directory, twins: options.twins ?? besideRules(directory) };
  });
  const problems = checkRules(packs, { asOf: today(io) });
  const line = ({ file, field, message }: RuleProblem) => printable(`${file}: ${field}: ${message}`);
  const errors = problems.filter((problem) => problem.severity === 'error');
  for (const problem of errors) io.stdout.write(`${line(problem)}\n`);
  for (const problem of problems) {
    if (problem.severity === 'warning') io.stderr.write(remark('warning: ', line(problem)));
  }
  const files = new Set(errors.map((problem) => problem.file)).size;
  const found = errors.length === 0 ? 'no problems' : `${count(errors.length, 'problem')} in ${count(files, 'file')}`;
  const untried = packs.filter(({ twins }) => twins === undefined).map(({ directory }) => directory);
  const twins = untried.length > 0 ? `; twins not checked for ${untried.join(', ')} (--twins DIR)` : '';
  io.stderr.write(remark(`${found}${twins}`));
  return errors.length === 0 ? 0 : 69;
}

function count(n: number, what: string): string {
  return `${n} ${what}${n === 1 ? '' : 's'}`;
}

/** `rules/` and `test/rules/` stand beside each other, as in this project. */
function besideRules(directory: string): string | undefined {
  const twins = join(directory, '..', 'test', 'rules');
  return existsSync(twins) ? twins : undefined;
}
