import type { createPool as CreatePool } from '../../src/index.ts';
import { type Bundle, fileOf } from './bundles.ts';
import { cli, index } from './dist.ts';
import { interleave, median, run, times } from './measure.ts';

const SCANS = 20;
const TICK = 5;
const ROUNDS = 5;
const FILES = 8;

/** What a pool costs: how long its caller's event loop waits, what a child costs once, and what `--jobs` gains. */
export async function poolCost(bundle: Bundle): Promise<void> {
  const first = fileOf(bundle);
  const { createPool } = (await import(index)) as { createPool: typeof CreatePool };
  console.log(`\nPool, with ${bundle.name}`);
  for (const jobs of [1, 2]) {
    const pool = createPool({ jobs });
    const started = performance.now();
    const late: number[] = [];
    let last = started;
    let cpu = process.cpuUsage();
    let held = 0;
    const timer = setInterval(() => {
      const now = performance.now();
      const { user, system } = process.cpuUsage(cpu);
      held = Math.max(held, (user + system) / 1000);
      late.push(now - last - TICK);
      last = now;
      cpu = process.cpuUsage();
    }, TICK);
    const took = await Promise.all(
      Array.from({ length: SCANS }, () => pool.scan(first).then(() => performance.now() - started)),
    );
    clearInterval(timer);
    await pool.close();
    const worst = Math.max(...late).toFixed(1);
    const gaps = took.toSorted((a, b) => a - b).map((end, i, all) => end - (all[i - jobs] ?? 0));
    console.log(
      `  ${SCANS} scans at once, ${jobs} job(s): a timer of ${TICK} ms is late by ${median(late).toFixed(1)} ms, at most ${worst} ms; ` +
        `the caller's own CPU between two ticks is at most ${held.toFixed(1)} ms`,
    );
    console.log(`    first scan of a child ${gaps[0]!.toFixed(0)} ms, its last ${gaps.at(-1)!.toFixed(0)} ms`);
  }
  const files = Array.from({ length: FILES }, () => first);
  const scan = (jobs: number) => () =>
    run(process.execPath, [cli, 'scan', ...files, '-q', '-o', 'csv', '-j', `${jobs}`], [0, 1, 2]);
  const runs = interleave({ '1': scan(1), '2': scan(2) }, ROUNDS);
  for (const jobs of ['1', '2'] as const) {
    console.log(`  ${FILES} files, --jobs ${jobs}: ${median(times(runs[jobs])).toFixed(0)} ms`);
  }
}
