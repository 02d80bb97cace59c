import { createPool, type PoolScanOptions, type Progress, type Report, type ScanOptions, scan } from '../index.ts';

export interface Jobs {
  /** Files at once. */
  readonly jobs: number;
  /** Seconds for one file; null for no limit. */
  readonly timeout: number | null;
  /** By which a child process makes the run's rules and registry data for itself. */
  readonly rules: readonly string[];
  readonly addresses: string | true | undefined;
}

/** A bundle: its path, or those of the packages of one app. */
export type Source = string | readonly string[];

type OnProgress = ((progress: Progress) => void) | undefined;

/** The scans of a run's files, asked for one by one in the files' order. */
export interface Scans {
  /** The next file's. @throws as `scan`, and as a pool does */
  next(onProgress: OnProgress): Promise<Report>;
  close(): Promise<void>;
}

/** In this process one after the other; in child processes where several are to run at once, or one may take too long. */
export function scansOf(files: readonly Source[], settings: ScanOptions, { timeout, ...around }: Jobs): Scans {
  const jobs = Math.min(around.jobs, files.length);
  if (jobs === 1 && timeout === null) {
    const list = files.values();
    return { next: (onProgress) => scan(list.next().value!, { ...settings, onProgress }), close: async () => {} };
  }
  const { rules, addresses } = around;
  const pool = createPool({ jobs, timeout: timeout === null ? undefined : timeout * 1000, rules, addresses });
  const { policy, context, asOf, depth, budgets, signal } = settings;
  const shared: PoolScanOptions = { policy, context, asOf, depth, budgets, signal };
  const next = inOrder(files, 2 * jobs, (file, onProgress) => pool.scan(file, { ...shared, onProgress }));
  return { next, close: pool.close };
}

/** Begins with files before they are asked for, at most so many, so that no more reports than that are held. */
export function inOrder<T>(
  files: readonly T[],
  most: number,
  start: (file: T, onProgress: (progress: Progress) => void) => Promise<Report>,
): Scans['next'] {
  const begun: Promise<Report>[] = [];
  let asked = -1;
  let tell: OnProgress;
  return (onProgress) => {
    asked++;
    tell = onProgress;
    for (let place = begun.length; place < Math.min(files.length, asked + most); place++) {
      const scanned = start(files[place]!, (progress) => (place === asked ? tell?.(progress) : undefined));
      // Until its turn comes nobody hears of its error.
      scanned.catch(() => {});
      begun.push(scanned);
    }
    return begun[asked]!;
  };
}
