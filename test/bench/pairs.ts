import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Bundle, bundles, fileOf } from './bundles.ts';
import { index } from './dist.ts';
import { cpu, interleave, median, node, peak, program, times } from './measure.ts';

/** Rounds that show a change of 5 % above the noise of a busy machine. */
const ROUNDS = 15;

/**
 * This build against another one, in turns: `pairs OTHER_DIST [ROUNDS]`. What is compared is user and system CPU, which
 * other processes of the machine move less than wall time.
 */
export function pairs([other, rounds]: readonly string[]): void {
  if (other === undefined) throw new Error('pairs wants the dist folder of another build');
  const theirs = pathToFileURL(resolve(other, 'index.js')).href;
  const count = Number(rounds ?? ROUNDS);
  console.log(`This build and the one in ${other}: ${count} interleaved pairs, deep. Node ${process.version}.`);
  for (const bundle of bundles.filter(({ name }) => !name.includes('1 GB'))) compare(bundle, theirs, count);
}

function compare(bundle: Bundle, theirs: string, count: number): void {
  const file = fileOf(bundle);
  const sides = {
    other: () => node(program('child.js'), theirs, file, 'deep'),
    this: () => node(program('child.js'), index, file, 'deep'),
  };
  // The first run of a file reads it from disk: not counted.
  sides.other();
  const runs = interleave(sides, count);
  console.log(`\n${bundle.name}`);
  for (const side of ['other', 'this'] as const) {
    const spent = cpu(runs[side]).toSorted((a, b) => a - b);
    const at = (share: number) => (spent[Math.floor(share * (spent.length - 1))] ?? Number.NaN).toFixed(0);
    const wall = median(times(runs[side])).toFixed(0);
    console.log(
      `  ${side.padEnd(6)} CPU ${at(0.5)} ms [quartiles ${at(0.25)}-${at(0.75)}, all ${at(0)}-${at(1)}], ` +
        `wall ${wall} ms, ${peak(runs[side]).toFixed(0)} MiB`,
    );
  }
  const change = (median(cpu(runs.this)) / median(cpu(runs.other)) - 1) * 100;
  console.log(`  change of the median: ${change >= 0 ? '+' : ''}${change.toFixed(1)} % CPU`);
}
