import { type Bundle, fileOf } from './bundles.ts';
import { cli, index } from './dist.ts';
import { cpu, interleave, median, node, numbers, peak, program, ratios, run, times } from './measure.ts';

const ROUNDS = 5;

/**
 * Whole processes of the scan, by the library and by the command line, which tunes V8 for one scan (src/cli/one-scan.ts),
 * against the yardstick, which does all that a scan must and searches nothing. `Z` inflates
 * the entries that can hold code; `Z all` inflates every entry, which is what depth `deep` reads: the fair comparison
 * for it.
 */
export function wholeScans(bundles: readonly Bundle[]): void {
  console.log(`Whole processes, ${ROUNDS} interleaved runs each: median [range]. Node ${process.version}.`);
  for (const bundle of bundles) compare(bundle);
}

function compare(bundle: Bundle): void {
  const file = fileOf(bundle);
  const sides = {
    Z: () => node(program('yardstick.js'), file),
    'Z all': () => node(program('yardstick.js'), file, 'all'),
    standard: () => node(program('child.js'), index, file, 'standard'),
    deep: () => node(program('child.js'), index, file, 'deep'),
    // What was found may fail the gate (1), and a bundle of parts is not complete (2).
    'waybill scan': () => run(process.execPath, [program('cli-child.js'), cli, file], [0, 1, 2]),
    'node -e 0': () => node('-e', '0'),
  };
  // The first run of a file reads it from disk: not counted.
  sides['Z all']();
  const runs = interleave(sides, ROUNDS);
  const inflated = (side: 'Z' | 'Z all') =>
    `${side} inflates ${(median(numbers(runs[side], 'inflated')) / 1e6).toFixed(1)} MB`;
  console.log(`\n${bundle.name} (${inflated('Z')}, ${inflated('Z all')})`);
  for (const side of Object.keys(sides) as (keyof typeof sides)[]) {
    const ms = times(runs[side]);
    const line = [
      `  ${side.padEnd(13)}${median(ms).toFixed(0).padStart(6)} ms`,
      `${Number.isNaN(median(cpu(runs[side]))) ? ''.padStart(6) : median(cpu(runs[side])).toFixed(0).padStart(6)} ms CPU`,
      `${ratios(ms, times(runs.Z))} Z`.padEnd(20),
      `${ratios(ms, times(runs['Z all']))} Z all`.padEnd(24),
      Number.isNaN(peak(runs[side])) ? '' : `${peak(runs[side]).toFixed(0)} MiB`,
    ];
    console.log(line.join('  ').trimEnd());
  }
}
