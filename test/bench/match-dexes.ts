import { closeSync, fstatSync, openSync } from 'node:fs';
import { inflateRawSync } from 'node:zlib';
import { Allowance } from '../../src/allowance.ts';
import { defaultBudgets } from '../../src/budgets.ts';
import { Collector } from '../../src/features/collector.ts';
import { extractDex } from '../../src/features/kinds/dex.ts';
import { matching } from '../../src/match/taker.ts';
import { median } from './measure.ts';
import { packedData, type ZipEntry, zipEntries } from './zip-entries.ts';

/** Inflates and matches the DEX files of an APK by turns: `node match-dexes.js RULES FILE`. */
const [, , rules = '', file = ''] = process.argv;

/** Until V8 has compiled what it will compile. */
const WARM_UP = 8;
const ROUNDS = 9;

const taker = matching((await import(rules)).shippedRules);
const fd = openSync(file, 'r');
const dexes = zipEntries(fd, fstatSync(fd).size)
  .filter(({ name, method }) => /^classes\d*\.dex$/.test(name) && method === 8)
  .map((entry) => ({ entry, packed: packedData(fd, entry) }));
closeSync(fd);

/** One DEX as a scan meets it: matched right after it was inflated. */
function turn({ entry, packed }: { entry: ZipEntry; packed: Buffer }): { inflate: number; match: number } {
  const start = performance.now();
  const dex = inflateRawSync(packed, { chunkSize: entry.size });
  const inflated = performance.now();
  // The scan holds plain arrays; V8 treats Buffer as another class.
  extractDex(
    new Uint8Array(dex.buffer, dex.byteOffset, dex.length),
    taker,
    new Collector({
      path: entry.name,
      container: null,
      taker,
      budgets: defaultBudgets,
      allowance: new Allowance(defaultBudgets),
    }),
  );
  return { inflate: inflated - start, match: performance.now() - inflated };
}

function pass() {
  const turns = dexes.map(turn);
  const sum = (key: 'inflate' | 'match') => turns.reduce((total, each) => total + each[key], 0);
  return { first: turns[0], inflate: sum('inflate'), match: sum('match') };
}

const cold = pass();
for (let round = 1; round < WARM_UP; round++) pass();
const rounds = Array.from({ length: ROUNDS }, pass);
console.log(
  JSON.stringify({
    files: dexes.length,
    bytes: dexes.reduce((sum, { entry }) => sum + entry.size, 0),
    firstInflate: cold.first?.inflate,
    firstMatch: cold.first?.match,
    passInflate: cold.inflate,
    passMatch: cold.match,
    inflate: median(rounds.map((each) => each.inflate)),
    match: median(rounds.map((each) => each.match)),
  }),
);
