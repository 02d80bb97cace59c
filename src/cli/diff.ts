import {
  type Context,
  type Depth,
  diff,
  gateDifference,
  type Level,
  loadRules,
  printable,
  type Report,
  renderDifference,
  type ScanOptions,
  scan,
} from '../index.ts';
import type { ExitCode } from './exit-codes.ts';
import { type Io, layoutOf } from './io.ts';
import type { DifferenceChoice } from './options.ts';
import { destinations, writeWhole } from './output.ts';
import { remark } from './remarks.ts';
import { isJson, readReport } from './report-file.ts';
import { checkPolicy, readContext, termsRemarks } from './scan.ts';

export interface DiffCommandOptions {
  readonly output?: readonly DifferenceChoice[];
  readonly policy?: string;
  readonly context?: string;
  readonly asOf?: string;
  readonly failOn?: Level | 'none';
  readonly failOnUndetermined?: Level | 'none';
  readonly rules?: readonly string[];
  readonly depth?: Depth;
  readonly quiet?: boolean;
}

const FAILING_SHOWN = 5;

/**
 * `waybill diff OLD NEW`: what changed between two bundles or JSON reports, on stdout or in files.
 * @throws UsageError, OutputError, ScanError
 */
export async function diffCommand(old: string, next: string, options: DiffCommandOptions, io: Io): Promise<ExitCode> {
  const choices = options.output ?? [{ format: 'text' as const, path: null }];
  const inputs = [old, next, ...(options.rules ?? []), ...(options.context === undefined ? [] : [options.context])];
  const targets = destinations([next], choices, inputs).get(next) ?? [];
  const [a, b] = [old, next].map((path) => (isJson(path) ? readReport(path) : null));
  const settings = settingsOf(a ?? b ?? null, options, io);
  const isJudging = a === null || b === null;
  if (isJudging && !options.quiet) io.stderr.write(termsRemarks(settings, options.context).join(''));
  const [before, after] = [a ?? (await scan(old, settings)), b ?? (await scan(next, settings))];
  const difference = diff(before, after);
  for (const { format, path } of targets) writeWhole(path, renderDifference(difference, format));
  const onStdout = choices.find(({ path }) => path === null);
  if (onStdout) io.stdout.write(renderDifference(difference, onStdout.format, layoutOf(io)));
  const { exitCode, failing } = gateDifference(difference, options);
  if (exitCode !== 0 && !options.quiet) {
    const shown = failing.slice(0, FAILING_SHOWN).map((id) => `\n  ${printable(id)}`);
    const rest = failing.length > FAILING_SHOWN ? `\n  and ${failing.length - FAILING_SHOWN} more` : '';
    io.stderr.write(
      remark(`${next}: exit code 1, new or worse at or above the threshold:`, `${shown.join('')}${rest}`),
    );
  }
  return exitCode;
}

/** A bundle beside a report is judged as that was, as far as the caller says nothing else: only so can they be compared. */
function settingsOf(report: Report | null, options: DiffCommandOptions, io: Io): ScanOptions {
  const rules = loadRules(...(options.rules ?? []));
  const policy = options.policy ?? report?.policy.id;
  checkPolicy(rules, policy);
  return {
    rules,
    policy,
    context: options.context === undefined ? stated(report) : readContext(options.context),
    asOf: options.asOf ?? io.now().toISOString().slice(0, 10),
    depth: options.depth ?? report?.depth,
    signal: io.signal,
  };
}

function stated(report: Report | null): Context | undefined {
  return report?.context?.stated;
}
