import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { index } from '../bench/dist.ts';
import { node, type Run } from '../bench/measure.ts';
import { tables } from './tables.ts';

/**
 * What each table costs at n, 2n and 4n: `npm run scaling [-- PART OF A NAME] [--times FACTOR]`. User and system CPU of the
 * scan alone, in a process of its own, less what an app without the table costs; the least of a few rounds.
 */
const STEP = 2.3;
/** Milliseconds under which a ratio is a ratio of noise. */
const NOISE = 25;
const ROUNDS = 2;

const args = process.argv.slice(2);
const factor = args.includes('--times') ? Number(args[args.indexOf('--times') + 1]) : 1;
const only = args[0]?.startsWith('--') ? undefined : args[0];
const child = fileURLToPath(new URL('child.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'waybill-scaling-'));
const file = join(folder, 'bundle');
const waivers = join(folder, 'waivers.json');

interface Cost {
  /** Milliseconds, MiB, KiB. */
  readonly cpu: number;
  readonly peak: number;
  readonly report: number;
}

function least(more: readonly string[] = []): Cost {
  const runs: Run[] = Array.from({ length: ROUNDS }, () => node(child, index, file, ...more));
  const of = (key: string) => Math.min(...runs.map(({ said }) => Number(said[key])));
  return { cpu: of('cpu'), peak: of('maxRSS') / 1024, report: of('report') / 1024 };
}

function costs(name: string, count: number): Cost {
  const table = tables[name];
  if (table) {
    writeFileSync(file, table.bundle(count));
    return least();
  }
  writeFileSync(file, tables['zip entries']!.bundle(1));
  const one = (i: number) => ({
    finding: `rule/x${i}/*`,
    reason: 'accepted by the board',
    by: 'a',
    expires: '2027-01-01',
  });
  writeFileSync(waivers, JSON.stringify({ waivers: Array.from({ length: count }, (_, i) => one(i)) }));
  return least([waivers]);
}

/** Costs at n, 2n and 4n; n grows until the first tells from noise, or is four times what the table says: a budget may end it. */
function growth(name: string, first: number, base: number): { n: number; steps: Cost[] } {
  for (let n = first; ; n *= 2) {
    const once = costs(name, n);
    if (once.cpu - base < NOISE && n < 4 * first) continue;
    return { n, steps: [once, costs(name, 2 * n), costs(name, 4 * n)] };
  }
}

let flagged = 0;
try {
  const base = costs('zip entries', 1).cpu;
  console.log(`An app without a table: ${base.toFixed(0)} ms CPU. Node ${process.version}, ${ROUNDS} rounds.`);
  const waived = { waivers: { of: 2000 } };
  for (const [name, { of }] of Object.entries({ ...tables, ...waived })) {
    if (only !== undefined && !name.includes(only)) continue;
    const own = name in tables ? base : 0;
    const { n, steps } = growth(name, Math.max(1, Math.round(of * factor)), own);
    const spent = steps.map(({ cpu }) => Math.max(cpu - own, 0.1));
    const ratios = [spent[1]! / spent[0]!, spent[2]! / spent[1]!];
    // Where even 4n is cheap, twice as much of it says nothing.
    const flag = spent[2]! > 4 * NOISE && Math.max(...ratios) > STEP;
    if (flag) flagged++;
    console.log(
      `${flag ? '!' : ' '} ${name.padEnd(36)} n ${String(n).padStart(7)}  CPU ${spent.map((ms) => ms.toFixed(0).padStart(5)).join(' ')} ms  ` +
        `x${ratios.map((ratio) => ratio.toFixed(2)).join(' x')}  peak ${steps.map(({ peak }) => peak.toFixed(0)).join(' ')} MiB  ` +
        `report ${steps[2]!.report.toFixed(0)} KiB`,
    );
  }
} finally {
  rmSync(folder, { recursive: true });
}
console.log(`${flagged} of them grow by more than ${STEP} in a step`);
if (flagged > 0) process.exitCode = 1;
