import {
  type Context,
  type CoverageReason,
  type Depth,
  type FileFailure,
  type Gate,
  type GateOptions,
  gate,
  type Level,
  loadAddresses,
  loadRules,
  parseContext,
  parseWaivers,
  type Report,
  type Rules,
  remarksOn,
  render,
  renderFailure,
  type ScanOptions,
  stepText,
  type Waiver,
} from '../index.ts';
import { againWords, shellPath } from './again.ts';
import { type Bundles, bundlesOf } from './bundles.ts';
import { codeOf, type ExitCode, UsageError, worst } from './exit-codes.ts';
import {
  type Baselines,
  baselineFor,
  baselineRemarks,
  noWaivers,
  tally,
  type WaiverTally,
  waivedRemarks,
  waiverRemarks,
} from './gate-remarks.ts';
import { type ColourChoice, canRedraw, type Io, layoutOf, wrapOf } from './io.ts';
import { type Scans, scansOf } from './jobs.ts';
import { readJson } from './json-file.ts';
import type { OutputChoice } from './options.ts';
import { type Destination, destinations, relativeName, takeAway, writeWhole } from './output.ts';
import { ProgressBar } from './progress.ts';
import { errorLine, remark } from './remarks.ts';
import { readReports } from './report-file.ts';
import { failureOf, StdoutReports } from './reports.ts';

export interface ScanCommandOptions {
  readonly output?: readonly OutputChoice[];
  readonly policy?: string;
  readonly context?: string;
  readonly waivers?: string;
  readonly baseline?: string;
  /** True for the flag alone. */
  readonly addresses?: string | true;
  readonly asOf?: string;
  readonly failOn?: Level | 'none';
  readonly failOnUndetermined?: Level | 'none';
  readonly rules?: readonly string[];
  readonly depth?: Depth;
  readonly accept?: readonly CoverageReason[];
  readonly jobs?: number;
  readonly timeout?: number;
  readonly quiet?: boolean;
  readonly full?: boolean;
  readonly color?: ColourChoice;
  /** The file that the others came from; false for none. */
  readonly config?: string | false;
}

/** Bytes of a context. */
const MOST_OF_CONTEXT = 1024 * 1024;

/** The publisher's own words in the package's README (seen 2026-11-25): "updates via npm are completely deprecated". */
const npmDatabase =
  'the address database on npm is partly wrong and no longer updated, says its publisher; ' +
  'take an MMDB file from the releases of github.com/sapics/ip-location-db and name it with --addresses=FILE';

/**
 * `waybill scan FILE…`: reports on every file, then answers for the worst.
 * @throws UsageError, OutputError, ScanError for what concerns the whole run
 */
export async function scanCommand(paths: readonly string[], options: ScanCommandOptions, io: Io): Promise<ExitCode> {
  const { close, ...bundles } = await bundlesOf(paths, io, options.quiet === true);
  try {
    return await scanFiles(bundles, options, io);
  } finally {
    close();
  }
}

async function scanFiles(
  { files, sets }: Omit<Bundles, 'close'>,
  options: ScanCommandOptions,
  io: Io,
): Promise<ExitCode> {
  const full: OutputChoice[] = options.full ? [{ format: 'text', path: null }] : [];
  const asked = [...(options.output ?? []), ...full];
  const choices: OutputChoice[] = asked.length > 0 ? asked : [{ format: 'summary', path: null }];
  const packs = options.rules ?? [];
  const database = options.addresses === true ? undefined : options.addresses;
  const named = [options.context, options.waivers, options.baseline, database, options.config || undefined];
  const inputs = [...files, ...[...sets.values()].flat(), ...packs, ...named.filter((f) => f !== undefined)];
  const targets = destinations(files, choices, inputs);
  const rules = loadRules(...packs);
  checkPolicy(rules, options.policy);
  const settings = {
    rules,
    policy: options.policy,
    context: readContext(options.context),
    asOf: options.asOf ?? io.now().toISOString().slice(0, 10),
    addresses: options.addresses === undefined ? undefined : await loadAddresses(database),
    depth: options.depth,
    signal: io.signal,
  };
  if (!options.quiet) io.stderr.write(termsRemarks(settings, options.context).join(''));
  if (options.addresses === true && !options.quiet) io.stderr.write(remark(npmDatabase));
  const gateOptions: GateOptions = {
    failOn: options.failOn,
    failOnUndetermined: options.failOnUndetermined,
    accept: options.accept,
    waivers: readWaivers(options.waivers),
    today: io.now().toISOString().slice(0, 10),
  };
  const format = choices.find((choice) => choice.path === null)?.format ?? null;
  const onStdout = new StdoutReports(format, files.length, layoutOf(io, options.color), io);
  const baselines =
    options.baseline === undefined
      ? null
      : { path: options.baseline, reports: readReports(options.baseline).map(({ report }) => report) };
  const waivers = noWaivers();

  const { jobs = 1, timeout = null, addresses } = options;
  const sources = files.map((file) => sets.get(file) ?? file);
  const scans = scansOf(sources, settings, { jobs, timeout, rules: packs, addresses });
  const codes: ExitCode[] = [];
  try {
    for (const file of files) {
      const code = await scanOne(file, targets.get(file) ?? [], {
        scans,
        gateOptions,
        baselines,
        waivers,
        onStdout,
        io,
        options,
      });
      codes.push(code);
      if (code === 130) break;
    }
  } finally {
    onStdout.end();
    await scans.close();
  }
  if (!options.quiet) io.stderr.write(waiverRemarks(waivers).join(''));
  return worst(codes);
}

interface Run {
  readonly scans: Scans;
  readonly gateOptions: GateOptions;
  readonly baselines: Baselines | null;
  readonly waivers: WaiverTally;
  readonly onStdout: StdoutReports;
  readonly io: Io;
  readonly options: ScanCommandOptions;
}

/** One file: an error here is that file's, and the rest is still scanned. */
async function scanOne(file: string, targets: readonly Destination[], run: Run): Promise<ExitCode> {
  const { io, options } = run;
  const bar = canRedraw(io.stderr, io.env) && !options.quiet ? new ProgressBar(io.stderr, file, io.now) : null;
  let report: Report;
  let gated: Gate;
  let baseline: Report | undefined;
  try {
    report = await run.scans.next(bar ? (progress) => bar.update(progress) : undefined);
    bar?.end();
    baseline = baselineFor(report, run.baselines);
    const around = { file: relativeName(file), baseline };
    gated = gate(report, { ...run.gateOptions, ...around });
    for (const { format, path } of targets) writeWhole(path, render(report, format, { ...around, gate: gated }));
  } catch (error) {
    bar?.end();
    io.stderr.write(errorLine(error));
    run.onStdout.fail(file, error);
    return worst([codeOf(error), failTargets(targets, failureOf(file, error), io)]);
  }
  run.onStdout.write(file, report, gated, baseline);
  tally(run.waivers, gated);
  if (!options.quiet) io.stderr.write([...waivedRemarks(gated), ...baselineRemarks(gated, file)].join(''));
  const written = targets.find(({ format }) => format === 'json')?.path;
  io.stderr.write(
    stepText(report, {
      gate: gated,
      accept: options.accept,
      file,
      again: againWords(file, options),
      report: written === undefined ? undefined : shellPath(written),
      width: wrapOf(io),
      colour: layoutOf(io, options.color, io.stderr).colour,
      // Where the answer stands on the screen already, the reasons do as well.
      brief: options.quiet || (gated.exitCode !== 0 && run.onStdout.isOnScreen),
    }),
  );
  return gated.exitCode;
}

/** A program that reads an output finds why there is no report, and not the report of an earlier run. */
function failTargets(targets: readonly Destination[], failure: FileFailure, io: Io): ExitCode {
  // What could not be written once would fail again, and hide why.
  if (failure.error.code === 'output') return 0;
  try {
    for (const { format, path } of targets) {
      const text = renderFailure(failure, format);
      if (text === null) takeAway(path);
      else writeWhole(path, text);
    }
    return 0;
  } catch (error) {
    io.stderr.write(errorLine(error));
    return codeOf(error);
  }
}

/** @throws UsageError */
export function checkPolicy(rules: Rules, policy: string | undefined): void {
  if (policy === undefined || rules.policies.has(policy)) return;
  throw new UsageError(`there is no policy "${policy}"; there is ${[...rules.policies.keys()].join(', ')}`);
}

/** What stands in the context file. @throws UsageError, ScanError not-found, unreadable, bad-context */
export function readContext(path: string | undefined): Context | undefined {
  return path === undefined ? undefined : parseContext(readJson(path, MOST_OF_CONTEXT), path);
}

/** What is odd about the terms, once for all files: the report of each says it as well. */
export function termsRemarks({ rules, policy, context, asOf }: ScanOptions, contextFile: string | undefined): string[] {
  return remarksOn({ rules, policy, context, asOf }).map(({ about, says }) =>
    remark(`${about === 'asOf' ? '--as-of' : (contextFile ?? 'context')}: ${says}`),
  );
}

/** @throws UsageError, ScanError not-found, unreadable, bad-waivers */
function readWaivers(path: string | undefined): Waiver[] {
  return path === undefined ? [] : parseWaivers(readJson(path), path);
}
