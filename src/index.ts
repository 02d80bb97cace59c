import { type AssessOptions, assessOn, assessOptions, termsOf } from './assess.ts';
import { defaultBudgets } from './budgets.ts';
import type { ScanSource } from './bundle/open.ts';
import { isSplitSet as inOneApp } from './bundle/split-set.ts';
import { parseRules, type RuleFile, readRules } from './check/load.ts';
import type { RuleProblem } from './check/problem.ts';
import { checkTwins } from './check/twins.ts';
import { checkOptions, ScanError } from './errors.ts';
import type { Reading } from './inventory/reading.ts';
import type { Taker } from './inventory/taker.ts';
import { remarksOnTerms, type TermsRemark } from './judge/remarks.ts';
import { vocabulary } from './judge/vocabulary.ts';
import { matching } from './match/taker.ts';
import { type Pool, poolOf } from './pool/index.ts';
import type { PoolOptions } from './pool/options.ts';
import { packedRules } from './rules/pack.ts';
import type { Rules } from './rules/schema.ts';
import { addressesPackage, isShippedDirectory, nodeRuntime, readAddressDatabase } from './runtime/node.ts';
import { spareCores, startChild } from './runtime/node-child.ts';
import { type ReadOptions, readOptions, readWith, type ScanOptions, scanWith } from './scan.ts';
import type { AddressRegistry, Report } from './types.ts';
import { type Verification, type VerifyOptions, verifyWith } from './verify/index.ts';

export { isDay } from './asof.ts';
export type { AssessOptions } from './assess.ts';
export { type Budgets, defaultBudgets } from './budgets.ts';
export type { ScanSource } from './bundle/open.ts';
export type { RuleProblem } from './check/problem.ts';
export { type Identity, identityOf } from './diff/identity.ts';
export { type Difference, diff } from './diff/index.ts';
export { ScanError, type ScanErrorCode } from './errors.ts';
export { parseContext } from './given/context.ts';
export { type FiledReport, parseFiledReports, parseReports } from './given/reports.ts';
export { parseWaivers } from './given/waivers.ts';
export type { Reading } from './inventory/reading.ts';
export type * from './inventory/taker.ts';
export type { TermsRemark } from './judge/remarks.ts';
export { matching } from './match/taker.ts';
export type { Pool } from './pool/index.ts';
export type { PoolOptions, PoolScanOptions } from './pool/options.ts';
export { type DifferenceFormat, differenceFormats, renderDifference } from './render/diff/index.ts';
export { type ExplainOptions, explain, nearestIds } from './render/explain/index.ts';
export {
  type Answer,
  answerOf,
  type FileResult,
  joinOf,
  type OutputFormat,
  outputFormats,
  type RenderOptions,
  render,
  renderFailure,
  type StepOptions,
  stepText,
} from './render/index.ts';
export { listRules, type RuleKind, ruleKinds } from './render/rules-list.ts';
export { quoted } from './render/step.ts';
export { clippedText } from './render/text/layout.ts';
export { printable } from './render/text/safety.ts';
export type { Baseline } from './report/baseline.ts';
export type { FileFailure, FileReport, GateReport, ScannedFile } from './report/file-report.ts';
export { type Gate, type GateOptions, gate } from './report/gate.ts';
export { type DifferenceGate, gateDifference } from './report/gate-difference.ts';
export type { Rules } from './rules/schema.ts';
export { readRegularFile } from './runtime/node-file.ts';
export type { ReadOptions, ScanOptions } from './scan.ts';
export type * from './types.ts';
export { coverageReasons, depths, levels } from './types.ts';
export type { Failure, Verification, VerifyOptions } from './verify/index.ts';
export { version } from './version.ts';

let shipped: Rules | null = null;

/** The build packs the shipped rules into a module; from the sources their directory is read. */
function shippedRules(): Rules {
  shipped ??=
    packedRules() ?? parseRules([nodeRuntime.readRules(nodeRuntime.shippedRules)], nodeRuntime.sha256(), vocabulary);
  return shipped;
}

function withoutSlashes(path: string): string {
  let end = path.length;
  while (path[end - 1] === '/' || path[end - 1] === '\\') end--;
  return path.slice(0, end);
}

/** A directory's files under the names by which the caller knows them. */
function filesOf(directory: string): RuleFile[] {
  const folder = withoutSlashes(directory);
  const files = nodeRuntime.readRules(directory).map((file) => ({ ...file, name: `${folder}/${file.path}` }));
  // A folder too far up or down would else add nothing, and say nothing.
  if (files.some(({ path }) => /^(sdks|vendors|jurisdictions|policies|categories)(\/|$)/.test(path))) return files;
  throw new ScanError(
    'bad-rules',
    `${directory}: no rules; they are sdks/, vendors/, jurisdictions/, policies/<id>.json`,
  );
}

/**
 * Rules from directories, on top of the ones that ship with the package: a file of the same kind and id replaces.
 * @throws ScanError bad-rules, naming the file and the field
 */
export function loadRules(...directories: readonly string[]): Rules {
  return parseRules([shippedRules(), ...directories.map(filesOf)], nodeRuntime.sha256(), vocabulary);
}

export interface RuleDirectory {
  readonly directory: string;
  /** Folder with the twins of its files; none are asked for where left out. */
  readonly twins?: string | undefined;
}

/**
 * Everything that is wrong with the rule files of directories, taken together and on top of the ones that ship.
 * @param options.asOf today, YYYY-MM-DD: finds sources of the future and such as were not looked at for long
 * @throws ScanError bad-rules where a directory cannot be read or holds no rules
 */
export function checkRules(
  directories: readonly RuleDirectory[],
  options: { readonly asOf?: string | undefined } = {},
): readonly RuleProblem[] {
  const packs = directories.map(({ directory, twins }) => ({ files: filesOf(directory), twins }));
  // The shipped files themselves are checked as they stand, not over what the build made of them.
  const base = directories.some(({ directory }) => isShippedDirectory(directory)) ? [] : [shippedRules()];
  const { rules, problems } = readRules([...base, ...packs.map(({ files }) => files)], nodeRuntime.sha256(), {
    vocabulary,
    asOf: options.asOf ?? null,
    sources: true,
  });
  const names = new Set(packs.flatMap(({ files }) => files.map((file) => file.name)));
  const found = problems.filter((problem) => names.has(problem.file));
  for (const folder of new Set(packs.flatMap(({ twins }) => twins ?? []))) {
    const paths = packs.flatMap(({ files, twins }) => (twins === folder ? files.map((file) => file.path) : []));
    const twins = nodeRuntime.readRules(folder);
    for (const problem of checkTwins(paths, rules.policies, twins, withoutSlashes(folder))) found.push(problem);
  }
  return found;
}

/**
 * Registry data of addresses, for `ScanOptions.addresses`.
 * @param file path of an MMDB file with `country_code` or `registered_country`; where left out, the one of the optional
 * peer dependency @ip-location-db/geo-whois-asn-country-mmdb
 * @throws ScanError not-found, unreadable; bad-option where it is no such database or the package is not installed
 */
export async function loadAddresses(file?: string): Promise<AddressRegistry> {
  const { readAddresses } = await import('./given/addresses.ts');
  return readAddresses(readAddressDatabase(file), file ?? addressesPackage, nodeRuntime.sha256());
}

/**
 * Whether these files are the packages of one Android app: a base and its splits, of one package name. Handed to `scan` as
 * a list, they are one bundle.
 * @throws ScanError not-found, unreadable
 */
export function isSplitSet(paths: readonly string[]): Promise<boolean> {
  return inOneApp(paths, nodeRuntime, defaultBudgets);
}

/**
 * Reads a bundle and reports what is aboard: a path, a directory, bytes, a Blob, or the paths of an app's packages.
 * @throws ScanError with a stable `code`; what is wrong inside the bundle is in the report's `coverage` instead
 */
export async function scan(source: ScanSource, options: ScanOptions = {}): Promise<Report> {
  return scanWith(nodeRuntime, source, options.rules ?? loadRules(), options);
}

/**
 * Scans in child processes: the caller's event loop stays free, memory is bounded, and a crash is an error for one bundle
 * alone. A child costs about 0.1 s once and 60 to 250 MiB; it is started when asked for, and used again.
 * @throws ScanError bad-option; unreadable, by the first scan, where a bundler took the package apart
 */
export function createPool(options: PoolOptions = {}): Pool {
  return poolOf({ spareCores, start: startChild }, options);
}

/**
 * Reads a bundle and hands every fact to a taker: `matching(rules)`, where left out with the rules that ship, keeps what
 * these rules ask for. A taker serves one reading.
 * @throws ScanError as `scan`
 */
export async function read(
  source: ScanSource,
  taker: Taker = matching(loadRules()),
  options: ReadOptions = {},
): Promise<Reading> {
  checkOptions('read', options, readOptions);
  return readWith(nodeRuntime, source, taker, options);
}

/**
 * Judges a reading: no byte is read any more. `scan` is `assess` of `read`, and one reading can be judged by several
 * policies, contexts and days - and by other rules only where its taker asked for what they need.
 * @throws ScanError bad-option, bad-context
 */
export async function assess(
  reading: Reading,
  options: AssessOptions & { readonly rules?: Rules | undefined } = {},
): Promise<Report> {
  checkOptions('assess', options, { ...assessOptions, rules: true });
  return assessOn(reading, termsOf(options.rules ?? loadRules(), options), nodeRuntime);
}

/**
 * What is odd about the terms of a judgement: fields of the context that its policy does not ask for, a day of which the rules
 * know nothing. The `notices` of each report say it too; this is for whoever judges many.
 * @throws ScanError bad-option, bad-context
 */
export function remarksOn(options: AssessOptions & { readonly rules?: Rules | undefined } = {}): TermsRemark[] {
  checkOptions('remarksOn', options, { ...assessOptions, rules: true });
  return remarksOnTerms(termsOf(options.rules ?? loadRules(), options));
}

/**
 * Reads every piece of evidence of a report again from the bundle: digests, names of entries and bytes, nothing else.
 * @param document what a JSON report holds: a report, or a list of them
 * @throws ScanError bad-report; otherwise as `scan`
 */
export async function verify(
  document: unknown,
  source: ScanSource,
  options: VerifyOptions = {},
): Promise<Verification> {
  return verifyWith(nodeRuntime, document, source, options);
}
