import {
  type Context,
  type CoverageReason,
  type Depth,
  type Gate,
  type GateOptions,
  gate,
  joinOf,
  type Level,
  loadAddresses,
  loadRules,
  parseWaivers,
  printable,
  type Report,
  type Rules,
  render,
  scan,
  type Waiver,
} from '../index.ts';
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
import { type Io, layoutOf } from './io.ts';
import { readJson } from './json-file.ts';
import type { OutputChoice } from './options.ts';
import { type Destination, destinations, relativeName, writeWhole } from './output.ts';
import { ProgressBar } from './progress.ts';
import { errorLine, remark } from './remarks.ts';
import { readReports } from './report-files.ts';

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
  readonly quiet?: boolean;
}

const REASONS_SHOWN = 5;

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
export async function scanCommand(files: readonly string[], options: ScanCommandOptions, io: Io): Promise<ExitCode> {
  const choices = options.output ?? [{ format: 'text', path: null }];
  const packs = options.rules ?? [];
  const database = options.addresses === true ? undefined : options.addresses;
  const named = [options.context, options.waivers, options.baseline, database];
  const inputs = [...files, ...packs, ...named.filter((f) => f !== undefined)];
  const targets = destinations(files, choices, inputs);
  const rules = loadRules(...packs);
  checkPolicy(rules, options.policy);
  const settings = {
    rules,
    policy: options.policy,
    context: readContext(options.context),
    addresses: options.addresses === undefined ? undefined : await loadAddresses(database),
    asOf: options.asOf ?? io.now().toISOString().slice(0, 10),
    depth: options.depth,
    signal: io.signal,
  };
  if (options.addresses === true && !options.quiet) io.stderr.write(remark(npmDatabase));
  const gateOptions: GateOptions = {
    failOn: options.failOn,
    failOnUndetermined: options.failOnUndetermined,
    accept: options.accept,
    waivers: readWaivers(options.waivers),
    today: io.now().toISOString().slice(0, 10),
  };
  const baselines =
    options.baseline === undefined ? null : { path: options.baseline, reports: readReports(options.baseline) };
  const waivers = noWaivers();
  const onStdout = new StdoutReports(choices.find((choice) => choice.path === null)?.format ?? null, files.length, io);

  const codes: ExitCode[] = [];
  try {
    for (const file of files) {
      const code = await scanOne(file, targets.get(file) ?? [], {
        settings,
        gateOptions,
        baselines,
        waivers,
        onStdout,
        io,
        options,
      });
      codes.push(code);
      if (code === 130 || code === 64) break;
    }
  } finally {
    onStdout.end();
  }
  if (!options.quiet) io.stderr.write(waiverRemarks(waivers).join(''));
  return worst(codes);
}

interface Run {
  readonly settings: Parameters<typeof scan>[1];
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
  const bar = io.stderr.isTTY && !options.quiet ? new ProgressBar(io.stderr, file, io.now) : null;
  let report: Report;
  let gated: Gate;
  try {
    report = await scan(file, { ...run.settings, ...(bar ? { onProgress: (p) => bar.update(p) } : {}) });
    bar?.end();
    const around = { file: relativeName(file) };
    gated = gate(report, { ...run.gateOptions, ...around, baseline: baselineFor(report, run.baselines) });
    for (const { format, path } of targets) writeWhole(path, render(report, format, { ...around, gate: gated }));
  } catch (error) {
    bar?.end();
    io.stderr.write(errorLine(error));
    return codeOf(error);
  }
  run.onStdout.write(file, report, gated);
  const { exitCode, reasons } = gated;
  tally(run.waivers, gated);
  if (!options.quiet) io.stderr.write([...waivedRemarks(gated), ...baselineRemarks(gated, file)].join(''));
  if (exitCode !== 0 && !options.quiet) {
    const shown = reasons.slice(0, REASONS_SHOWN).map((reason) => `\n  ${printable(reason)}`);
    const rest = reasons.length > REASONS_SHOWN ? `\n  and ${reasons.length - REASONS_SHOWN} more` : '';
    const what = exitCode === 1 ? 'findings at or above the threshold' : 'not complete';
    io.stderr.write(remark(`${file}: exit code ${exitCode}, ${what}:`, `${shown.join('')}${rest}`));
  }
  return exitCode;
}

/** The reports on stdout, as their format joins them. */
class StdoutReports {
  readonly #format: OutputChoice['format'] | null;
  readonly #files: number;
  readonly #io: Io;
  #count = 0;

  /** @throws UsageError where one output cannot hold the reports of so many files */
  constructor(format: OutputChoice['format'] | null, files: number, io: Io) {
    this.#format = format;
    this.#files = files;
    this.#io = io;
    if (format === null || files === 1) return;
    const { begin, most } = joinOf(format);
    if (most !== undefined && files > most) {
      throw new UsageError(
        `${format} holds ${most} files at most, and there are ${files}; write a file each, as in -o ${format}={name}.${format}`,
      );
    }
    io.stdout.write(begin);
  }

  write(file: string, report: Report, gated: Gate): void {
    if (this.#format === null) return;
    const { stdout } = this.#io;
    const options = { ...layoutOf(this.#io), gate: gated, file: relativeName(file), of: this.#files };
    if (this.#files === 1) {
      stdout.write(render(report, this.#format, options));
      return;
    }
    const { before, part } = joinOf(this.#format);
    stdout.write(before(file, this.#count++));
    stdout.write(part(report, options));
  }

  end(): void {
    if (this.#format !== null && this.#files > 1) this.#io.stdout.write(joinOf(this.#format).end);
  }
}

/** @throws UsageError */
export function checkPolicy(rules: Rules, policy: string | undefined): void {
  if (policy === undefined || rules.policies.has(policy)) return;
  throw new UsageError(`there is no policy "${policy}"; there is ${[...rules.policies.keys()].join(', ')}`);
}

/** What stands in the context file; the library checks its shape. */
export function readContext(path: string | undefined): Context | undefined {
  return path === undefined ? undefined : (readJson(path, MOST_OF_CONTEXT) as Context);
}

/** @throws UsageError, ScanError not-found, unreadable, bad-waivers */
function readWaivers(path: string | undefined): Waiver[] {
  return path === undefined ? [] : parseWaivers(readJson(path), path);
}
