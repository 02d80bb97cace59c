import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { index } from './dist.ts';
import { cache, node, program } from './measure.ts';
import { kinds } from './table-file.ts';

/** Rows of the smallest table, where a row costs more or a builder is slow. */
const rows: Readonly<Record<string, number>> = {
  'elf-strtab': 480_000,
  'ar-members': 25_000,
  'dex-strings': 20_000,
  'dex-types': 20_000,
  'dex-classes': 5_000,
  'dex-long-packages': 750,
  'dex-static': 5_000,
};
const ROWS = 500_000;

/** What a table may cost that is twice as long, and KiB that any may take. */
const STEP = 2.3;
const MOST_MEMORY = 256 * 1024;

/**
 * Processor time and peak memory of a scan by the length of one table: n, 2n and 4n rows. What a scan of nothing costs is
 * taken off.
 */
export function tables(part = ''): void {
  mkdirSync(cache, { recursive: true });
  const file = join(cache, 'table.zip');
  const scan = (kind: string, count: number) => {
    // Processes of their own: Linux counts a child's peak from what its parent held.
    node(program('table-file.js'), kind, `${count}`, file);
    const runs = [1, 2, 3].map(() => node(program('child.js'), index, file).said);
    const cpu = Math.min(...runs.map((said) => Number(said.cpu)));
    return { cpu, peak: Math.min(...runs.map((said) => Number(said.maxRSS))) };
  };
  console.log(
    '\nTables of n, 2n and 4n rows: ms of CPU beyond an empty one, the steps between them, and the peak in MiB.',
  );
  for (const kind of kinds.filter((each) => each.includes(part))) {
    const count = rows[kind] ?? ROWS;
    const empty = scan(kind, 1).cpu;
    const found = [1, 2, 4].map((times) => scan(kind, times * count));
    const costs = found.map(({ cpu }) => Math.max(1, cpu - empty));
    const steps = [costs[1]! / costs[0]!, costs[2]! / costs[1]!];
    // Less than this is noise of starting and of V8's compiling.
    const isSteep = steps.some((step, i) => step > STEP && costs[i + 1]! > 150);
    const peaks = found.map(({ peak }) => (peak / 1024).toFixed(0).padStart(4)).join('');
    const isLarge = found.some(({ peak }) => peak > MOST_MEMORY);
    const line = `${costs.map((cost) => cost.toFixed(0).padStart(6)).join('')}  ${steps.map((step) => step.toFixed(2)).join(' ')}`;
    const said = `${isSteep ? '  too steep' : ''}${isLarge ? '  too large' : ''}`;
    console.log(`  ${kind.padEnd(18)}${`${count}`.padStart(7)}${line}  ${peaks}${said}`);
    if (isSteep || isLarge) process.exitCode = 1;
  }
  rmSync(file, { force: true });
}
