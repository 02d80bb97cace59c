import { ScanError } from '../errors.ts';
import type { ScanOptions } from '../scan.ts';

export interface PoolOptions {
  /** Child processes at most; where left out, one core fewer than there are, and at least one. */
  readonly jobs?: number | undefined;
  /** Milliseconds that one scan may take, from when a child begins with it; no limit where left out. */
  readonly timeout?: number | undefined;
  /** Bytes of memory that one child may take; 512 MiB where left out, 128 MiB at least. */
  readonly memory?: number | undefined;
  /** Directories of rule packs, on top of the rules that ship, as for `loadRules`. */
  readonly rules?: readonly string[] | undefined;
  /** Path of an MMDB file, or true for the one that npm installed, as for `loadAddresses`. */
  readonly addresses?: string | true | undefined;
}

/**
 * What may differ from scan to scan. Rules and registry data of addresses are the pool's, by path: no function and no
 * Map crosses the border of a process. Nor does a taker: `read` has no counterpart here.
 */
export type PoolScanOptions = Omit<ScanOptions, 'rules' | 'addresses'>;

const MiB = 1024 * 1024;
/** The longest time that a timer can wait. */
const LONGEST = 2 ** 31 - 1;
const known = {
  jobs: { least: 1, most: 1024, unit: 'child processes' },
  timeout: { least: 1, most: LONGEST, unit: 'milliseconds' },
  memory: { least: 128 * MiB, most: Number.MAX_SAFE_INTEGER, unit: 'bytes' },
} as const;
const names = [...Object.keys(known), 'rules', 'addresses'];

export const DEFAULT_MEMORY = 512 * MiB;

/** @throws ScanError bad-option, naming the option and what it may be */
export function checkPoolOptions(options: PoolOptions): void {
  const unknown = Object.keys(options).find((name) => !names.includes(name));
  if (unknown !== undefined) {
    throw new ScanError('bad-option', `createPool: no option "${unknown}"; there is ${names.join(', ')}`);
  }
  for (const [name, { least, most, unit }] of Object.entries(known)) {
    const value = options[name as keyof typeof known];
    if (value === undefined || (Number.isSafeInteger(value) && value >= least && value <= most)) continue;
    throw new ScanError(
      'bad-option',
      `createPool: ${name} is ${value}; it is a whole number of ${unit}, ${least} to ${most}`,
    );
  }
  const { rules = [], addresses = true } = options;
  if (!Array.isArray(rules) || rules.some((path) => typeof path !== 'string')) {
    throw new ScanError('bad-option', 'createPool: rules is a list of directories; rules that are loaded stay here');
  }
  if (addresses !== true && typeof addresses !== 'string') {
    throw new ScanError(
      'bad-option',
      'createPool: addresses is the path of an MMDB file, or true for what npm installed',
    );
  }
}

/** @throws ScanError bad-option for what belongs to the pool, or cannot leave this process */
export function checkScanOptions(path: unknown, options: PoolScanOptions): void {
  const isPath = (each: unknown) => typeof each === 'string';
  if (!isPath(path) && !(Array.isArray(path) && path.length > 0 && path.every(isPath))) {
    const message = 'pool.scan: the bundle is a path, or a list of them; scan() takes bytes and Blobs, in this process';
    throw new ScanError('bad-option', message);
  }
  const asked = ['rules', 'addresses'].find((name) => (options as Record<string, unknown>)[name] !== undefined);
  if (asked === undefined) return;
  throw new ScanError('bad-option', `pool.scan: ${asked} cannot be handed to another process; createPool takes paths`);
}
