import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Kind } from './readers.ts';

export type Target = 'scan' | 'reader';

export interface Batch {
  readonly of: Target;
  readonly seed: number;
  readonly from: number;
  readonly to: number;
  /** Files of the corpus that whole batches have kept. */
  readonly kept: number;
  /** Failing inputs that were written so far. */
  readonly saved: number;
  /** Executions that ended the process. */
  readonly skip: readonly number[];
  readonly careful: boolean;
}

export interface Failure {
  readonly of: Kind | 'bundle';
  readonly n: number;
  readonly kind: 'crash' | 'over-budget' | 'lie';
  readonly what: string;
  readonly file: string;
}

export interface BatchDone {
  readonly failures: readonly Failure[];
  readonly kept: number;
  /** Seconds. */
  readonly cpu: number;
  /** KiB, of the worker so far. */
  readonly peak: number;
}

export interface State {
  readonly seed: number;
  readonly executions: Record<Target, number>;
  readonly cpu: Record<Target, number>;
  kept: number;
  peak: number;
  readonly failures: Failure[];
}

/** What earlier runs came to, in a folder outside the repository; or a start. */
export function loadState(folder: string, seed: number): State {
  mkdirSync(join(folder, 'failures'), { recursive: true });
  const file = join(folder, 'state.json');
  if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8')) as State;
  return { seed, executions: { scan: 0, reader: 0 }, cpu: { scan: 0, reader: 0 }, kept: 0, peak: 0, failures: [] };
}

/** In one step, so that a run which is ended here can go on. */
export function saveState(folder: string, state: State): void {
  const file = join(folder, 'state.json');
  writeFileSync(`${file}.new`, JSON.stringify(state, null, 1));
  renameSync(`${file}.new`, file);
}

/** Failures of one cause: the same kind of thing, said the same way. */
export function summary(state: State): string[] {
  const causes = new Map<string, { count: number; file: string }>();
  for (const { of, kind, what, file } of state.failures) {
    const lines = what.split('\n').slice(0, kind === 'crash' ? 3 : 1);
    const cause = `${kind}  ${of}  ${lines.join(' ').replace(/\d+/g, 'N').slice(0, 300)}`;
    causes.set(cause, { file, ...causes.get(cause), count: (causes.get(cause)?.count ?? 0) + 1 });
  }
  return [...causes]
    .sort((a, b) => b[1].count - a[1].count)
    .map(([cause, { count, file }]) => `${count}  ${cause}   (${file})`);
}
