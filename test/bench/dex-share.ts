import { type Bundle, fileOf } from './bundles.ts';
import { shippedRules } from './dist.ts';
import { median, node, numbers, program } from './measure.ts';

/** Fresh processes for each APK: each has one first DEX. */
const PROCESSES = 5;

/**
 * What it costs to match the tables of the DEX files, as a share of inflating them (aim: 10 % or less once warm).
 * A scan of one bundle never gets as warm as that: what it pays is the first pass.
 */
export function dexShare(apks: readonly Bundle[]): void {
  console.log(`\nMatching DEX tables as a share of inflating them: median [range] of ${PROCESSES} processes.`);
  for (const apk of apks) {
    const file = fileOf(apk);
    const runs = Array.from({ length: PROCESSES }, () => node(program('match-dexes.js'), shippedRules, file));
    const of = (key: string) => numbers(runs, key);
    const line = (what: string, inflate: string, match: string) => {
      const shares = of(match).map((ms, i) => (100 * ms) / (of(inflate)[i] ?? Number.NaN));
      const range = `[${Math.min(...shares).toFixed(1)}-${Math.max(...shares).toFixed(1)}]`;
      const ms = (key: string) => `${median(of(key)).toFixed(2).padStart(7)} ms`;
      console.log(
        `  ${what.padEnd(38)} ${median(shares).toFixed(1).padStart(5)} % ${range.padEnd(14)} match ${ms(match)}  inflate ${ms(inflate)}`,
      );
    };
    console.log(`\n${apk.name}: ${median(of('files'))} DEX, ${(median(of('bytes')) / 1e6).toFixed(1)} MB`);
    line('warm', 'inflate', 'match');
    line('first pass over all (what a scan pays)', 'passInflate', 'passMatch');
    line('first DEX of the process', 'firstInflate', 'firstMatch');
  }
}
