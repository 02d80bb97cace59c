/** The public API where there is no Node: scans Blobs and bytes with the rules that the caller hands in. */

import { parseRules, type RulePack } from './check/load.ts';
import { ScanError } from './errors.ts';
import { vocabulary } from './judge/vocabulary.ts';
import type { Rules } from './rules/schema.ts';
import { webRuntime } from './runtime/web.ts';
import { type ScanOptions, scanWith } from './scan.ts';
import type { AddressRegistry, Report } from './types.ts';
import { type Verification, type VerifyOptions, verifyWith } from './verify/index.ts';

export type { RuleFile, RulePack } from './check/load.ts';
export { type Difference, diff } from './diff/index.ts';
export { ScanError, type ScanErrorCode } from './errors.ts';
export { parseReports } from './given/reports.ts';
export { parseWaivers } from './given/waivers.ts';
export { renderDifference } from './render/diff/index.ts';
export { render } from './render/index.ts';
export { type Gate, type GateOptions, gate } from './report/gate.ts';
export { type DifferenceGate, gateDifference } from './report/gate-difference.ts';
export type { Rules } from './rules/schema.ts';
export type { ScanOptions } from './scan.ts';
export type * from './types.ts';
export type { Failure, Verification, VerifyOptions } from './verify/index.ts';
export { version } from './version.ts';

/**
 * Rules from the text of their files, paths as under `rules/`; or on top of others, as `shippedRules` of `waybill/rules`.
 * @throws ScanError bad-rules, naming the file and the field
 */
export function loadRules(...packs: readonly RulePack[]): Rules {
  return parseRules(packs, webRuntime.sha256(), vocabulary);
}

/**
 * Registry data of addresses, for `ScanOptions.addresses`, from the bytes of an MMDB file.
 * @throws ScanError bad-option where it is no such database, or nothing here supplies a Buffer
 */
export async function openAddresses(bytes: Uint8Array): Promise<AddressRegistry> {
  // mmdb-lib takes Node's Buffer alone, and asks for it when it is loaded: bundlers can supply one, browsers have none.
  const { Buffer: buffers } = globalThis as { Buffer?: Pick<typeof Buffer, 'from'> };
  if (!buffers) {
    throw new ScanError(
      'bad-option',
      'address databases are read with Buffer, which is missing here: npm install buffer',
    );
  }
  const { readAddresses } = await import('./given/addresses.ts');
  const database = buffers.from(bytes.buffer as ArrayBuffer, bytes.byteOffset, bytes.byteLength);
  return readAddresses(database, 'address database', webRuntime.sha256());
}

/** Reads a bundle and reports what is aboard. @throws ScanError */
export async function scan(
  source: Uint8Array | Blob,
  options: ScanOptions & { readonly rules: Rules },
): Promise<Report> {
  return scanWith(webRuntime, source, options.rules, options);
}

/** Reads every piece of evidence of a report again from the bundle. @throws ScanError */
export async function verify(
  document: unknown,
  source: Uint8Array | Blob,
  options: VerifyOptions = {},
): Promise<Verification> {
  return verifyWith(webRuntime, document, source, options);
}
