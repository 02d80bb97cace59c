import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { real } from '../real/compose.ts';

/** Runs of each side; they alternate, so that a busy moment of the machine meets both. */
const ROUNDS = 5;

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const index = new URL('../../../dist/index.js', import.meta.url).href;

interface Run {
  readonly ms: number;
  readonly maxRSS: number;
  readonly inflated?: number;
}

function run(...args: string[]): Run {
  const start = process.hrtime.bigint();
  const out = execFileSync(process.execPath, args, { encoding: 'utf8' });
  const ms = Number(process.hrtime.bigint() - start) / 1e6;
  return { ms, ...(out.trim() === '' ? { maxRSS: 0 } : JSON.parse(out)) };
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

function compare(name: string, file: string): void {
  const sides = {
    Z: () => run(here('yardstick.js'), file),
    standard: () => run(here('child.js'), index, file, 'standard'),
    deep: () => run(here('child.js'), index, file, 'deep'),
    empty: () => run('-e', '0'),
  };
  const runs = { Z: [], standard: [], deep: [], empty: [] } as Record<keyof typeof sides, Run[]>;
  for (let round = 0; round < ROUNDS; round++) {
    for (const side of Object.keys(sides) as (keyof typeof sides)[]) runs[side].push(sides[side]());
  }
  const ms = (side: keyof typeof sides) => median(runs[side].map((r) => r.ms));
  const ratios = (side: keyof typeof sides) => runs[side].map((r, i) => r.ms / (runs.Z[i]?.ms ?? Number.NaN));
  console.log(`\n${name} (${((runs.Z[0]?.inflated ?? 0) / 1e6).toFixed(1)} MB inflated by Z)`);
  for (const side of Object.keys(sides) as (keyof typeof sides)[]) {
    const all = ratios(side);
    const ratio = `${median(all).toFixed(2)} Z [${Math.min(...all).toFixed(2)}-${Math.max(...all).toFixed(2)}]`;
    const rss = median(runs[side].map((r) => r.maxRSS)) / 1024;
    console.log(
      `  ${side.padEnd(9)} ${ms(side).toFixed(0).padStart(6)} ms  ${ratio.padEnd(22)} ${rss > 0 ? `${rss.toFixed(0)} MiB` : ''}`,
    );
  }
}

console.log(`Whole processes, ${ROUNDS} interleaved runs each, medians [range]. Node ${process.version}.`);
compare('uiautomator2 server 10.6.6, 18 MB', real.uiautomator2());
