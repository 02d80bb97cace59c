import type { ScanSource } from './bundle/open.ts';
import { ScanError } from './errors.ts';
import { vocabulary } from './judge/vocabulary.ts';
import { isShippedDirectory, nodePlatform } from './platform/node.ts';
import type { RuleProblem } from './rules/check.ts';
import { checkTwins } from './rules/check-twins.ts';
import { parseRules, type RuleFile, readRules } from './rules/load.ts';
import { packedRules } from './rules/pack.ts';
import type { Rules } from './rules/schema.ts';
import { type ScanOptions, scanWith } from './scan.ts';
import type { Report } from './types.ts';

export { type Budgets, defaultBudgets } from './budgets.ts';
export type { ScanSource } from './bundle/open.ts';
export { ScanError, type ScanErrorCode } from './errors.ts';
export { type Gate, type GateOptions, gate } from './gate.ts';
export { explain, nearestIds } from './render/explain.ts';
export { render } from './render/index.ts';
export { printable } from './render/text-safety.ts';
export type { RuleProblem } from './rules/check.ts';
export type { Rules } from './rules/schema.ts';
export type { ScanOptions } from './scan.ts';
export type * from './types.ts';
export { version } from './version.ts';
export { parseWaivers } from './waivers.ts';

let shipped: Rules | null = null;

/** The build packs the shipped rules into a module; from the sources their directory is read. */
function shippedRules(): Rules {
  shipped ??=
    packedRules() ?? parseRules([nodePlatform.readRules(nodePlatform.shippedRules)], nodePlatform.sha256(), vocabulary);
  return shipped;
}

/** A directory's files under the names by which the caller knows them. */
function filesOf(directory: string): RuleFile[] {
  const folder = directory.replace(/[/\\]+$/, '');
  const files = nodePlatform.readRules(directory).map((file) => ({ ...file, name: `${folder}/${file.path}` }));
  if (files.some(({ path }) => /^(sdks|vendors|jurisdictions|policies)\//.test(path))) return files;
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
  return parseRules([shippedRules(), ...directories.map(filesOf)], nodePlatform.sha256(), vocabulary);
}

export interface CheckRulesOptions {
  /** Folder with the twins of all these files; none are asked for where left out. */
  readonly twins?: string | undefined;
  /** Today, YYYY-MM-DD: finds sources of the future and such as were not looked at for long. */
  readonly asOf?: string | undefined;
}

/**
 * Everything that is wrong with the rule files of directories, taken together and on top of the ones that ship.
 * @throws ScanError bad-rules where a directory cannot be read or holds no rules
 */
export function checkRules(directories: readonly string[], options: CheckRulesOptions = {}): readonly RuleProblem[] {
  const { twins, asOf = null } = options;
  const packs = directories.map(filesOf);
  // The shipped files themselves are checked as they stand, not over what the build made of them.
  const base = directories.some(isShippedDirectory) ? [] : [shippedRules()];
  const { rules, problems } = readRules([...base, ...packs], nodePlatform.sha256(), { vocabulary, asOf });
  const files = packs.flat();
  const names = new Set(files.map((file) => file.name));
  const own = problems.filter((problem) => names.has(problem.file));
  if (twins === undefined) return own;
  const paths = files.map((file) => file.path);
  const folder = twins.replace(/[/\\]+$/, '');
  return [...own, ...checkTwins(paths, rules.policies, nodePlatform.readRules(twins), folder)];
}

/**
 * Reads a bundle and reports what is aboard: a path, a directory, bytes, or a Blob.
 * @throws ScanError with a stable `code`; what is wrong inside the bundle is in the report's `coverage` instead
 */
export async function scan(source: ScanSource, options: ScanOptions = {}): Promise<Report> {
  return scanWith(nodePlatform, source, options.rules ?? loadRules(), options);
}
