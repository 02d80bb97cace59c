import { type AssessOptions, assessOn, assessOptions, termsOf } from './assess.ts';
import { type Budgets, defaultBudgets } from './budgets.ts';
import type { ScanSource } from './bundle/open.ts';
import { checkOptions, ScanError } from './errors.ts';
import type { Reading } from './inventory/reading.ts';
import type { Taker } from './inventory/taker.ts';
import { matching } from './match/taker.ts';
import { checkBudgets, readBundle } from './read.ts';
import type { Rules } from './rules/schema.ts';
import type { Runtime } from './runtime/runtime.ts';
import { type Depth, depths, type Progress, type Report } from './types.ts';

/** How a bundle is read. */
export interface ReadOptions {
  /** How much is read; `deep` (every byte) where left out. */
  readonly depth?: Depth | undefined;
  readonly budgets?: Partial<Budgets> | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}

export interface ScanOptions extends ReadOptions, AssessOptions {
  /** Rules to judge by; the ones that ship with the package where left out. */
  readonly rules?: Rules | undefined;
}

export const readOptions = { depth: true, budgets: true, signal: true, onProgress: true } as const;

/** source ─ read ─▶ Reading ─ assess ─▶ Report */
export async function scanWith(
  runtime: Runtime,
  source: ScanSource,
  rules: Rules,
  options: ScanOptions = {},
): Promise<Report> {
  checkOptions('scan', options, { ...readOptions, ...assessOptions, rules: true });
  const terms = termsOf(rules, options);
  const reading = await readWith(runtime, source, matching(rules), options);
  options.onProgress?.({ phase: 'judge', done: reading.bundle.size, total: reading.bundle.size });
  return assessOn(reading, terms, runtime);
}

/** Reads a bundle and hands its facts to a taker. */
export function readWith(runtime: Runtime, source: ScanSource, taker: Taker, options: ReadOptions): Promise<Reading> {
  const { signal, onProgress } = options;
  const depth = checkDepth(options.depth ?? 'deep');
  const budgets = checkBudgets({ ...defaultBudgets, ...options.budgets });
  return readBundle(source, { runtime, budgets, depth, taker, signal, onProgress });
}

function checkDepth(depth: Depth): Depth {
  if (depths.includes(depth)) return depth;
  throw new ScanError('bad-option', `no depth "${depth}"; there is ${depths.join(', ')}`);
}
