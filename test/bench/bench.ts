import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { real } from '../real/compose.ts';
import { largeApk, largeIpa } from './large.ts';

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
  // The first run of a file reads it from disk: not counted.
  sides.Z();
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

/** The package's folder: what is compiled for the bench stands below it. */
function root(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'package.json'))) folder = dirname(folder);
  return folder;
}

const folder = join(root(), '.cache', 'bench');
const MB = 1_000_000;
const bundles: readonly (readonly [name: string, file: () => string])[] = [
  ['ApiDemos 5.0.0, 6 MB', real.apiDemos],
  ['Appium settings 8.0.10, 3 MB', real.settings],
  ['uiautomator2 server 10.6.6, 18 MB', real.uiautomator2],
  ['IPA of real frameworks, about 60 MB', () => largeIpa(folder)],
  ['composed APK, over 50 MB', () => largeApk(folder, 'apk-50.apk', 50 * MB)],
  ['composed APK, over 100 MB', () => largeApk(folder, 'apk-100.apk', 100 * MB)],
  ['composed APK, 1 GB', () => largeApk(folder, 'apk-1000.apk', 1000 * MB)],
];

const [, self = '', only] = process.argv;
if (only === 'build') {
  console.log(bundles.find(([name]) => name === process.argv[3])?.[1]());
} else {
  console.log(`Whole processes, ${ROUNDS} interleaved runs each, medians [range]. Node ${process.version}.`);
  for (const [name] of bundles) {
    if (only !== undefined && !name.includes(only)) continue;
    // In a process of its own: a child's peak memory counts from what its parent had when it was forked.
    compare(name, execFileSync(process.execPath, [self, 'build', name], { encoding: 'utf8' }).trim());
  }
}
