import type { ScanSource } from './bundle/open.ts';
import { nodePlatform } from './platform/node.ts';
import { parseRules } from './rules/load.ts';
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
export type { Rules } from './rules/schema.ts';
export type { ScanOptions } from './scan.ts';
export type * from './types.ts';
export { version } from './version.ts';
export { parseWaivers } from './waivers.ts';

let shipped: Rules | null = null;

/**
 * Rules from directories, on top of the ones that ship with the package: a file of the same kind and id replaces.
 * @throws ScanError bad-rules, naming the file and the field
 */
export function loadRules(...directories: readonly string[]): Rules {
  if (directories.length === 0 && shipped) return shipped;
  const packs = [nodePlatform.shippedRules, ...directories].map((directory) => nodePlatform.readRules(directory));
  const rules = parseRules(packs, nodePlatform.sha256());
  if (directories.length === 0) shipped = rules;
  return rules;
}

/**
 * Reads a bundle and reports what is aboard: a path, a directory, bytes, or a Blob.
 * @throws ScanError with a stable `code`; what is wrong inside the bundle is in the report's `coverage` instead
 */
export async function scan(source: ScanSource, options: ScanOptions = {}): Promise<Report> {
  return scanWith(nodePlatform, source, options.rules ?? loadRules(), options);
}
