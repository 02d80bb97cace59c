import { type Bundle, fileOf } from './bundles.ts';
import { cli, index } from './dist.ts';
import { interleave, median, node, ratios, run, times } from './measure.ts';

const ROUNDS = 11;

/** What a user waits for before anything is read: whole processes against one that does nothing. */
export function startup(apk: Bundle): void {
  const file = fileOf(apk);
  const module = (text: string) => node('--input-type=module', '-e', text);
  // At depth names nothing is complete (2), and what was found may fail the gate (1).
  const names = () => run(process.execPath, [cli, 'scan', file, '--depth', 'names'], [0, 1, 2]);
  const sides = {
    'node -e 0': () => node('-e', '0'),
    'an empty ES module': () => module('0'),
    'import dist/index.js': () => module(`await import(${JSON.stringify(index)})`),
    'waybill --version': () => node(cli, '--version'),
    'waybill scan --depth names': names,
  };
  names();
  const runs = interleave(sides, ROUNDS);
  console.log(`\nStart-up, with ${apk.name}: ${ROUNDS} interleaved processes each.`);
  for (const side of Object.keys(sides) as (keyof typeof sides)[]) {
    const ms = times(runs[side]);
    const ratio = ratios(ms, times(runs['node -e 0']));
    console.log(`  ${side.padEnd(27)}${median(ms).toFixed(0).padStart(5)} ms  ${ratio} of node -e 0`);
  }
}
