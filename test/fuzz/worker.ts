import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseRules } from '../../src/check/load.ts';
import { vocabulary } from '../../src/judge/vocabulary.ts';
import { nodeRuntime } from '../../src/runtime/node.ts';
import { root } from '../bench/measure.ts';
import { mulberry32 } from '../build/random.ts';
import { fuzzBundle } from './bundles.ts';
import { Corpus } from './corpus.ts';
import { executeReader, executeScan, type Outcome } from './execute.ts';
import { mutated, pick, type Random } from './mutate.ts';
import { Oracle } from './oracle.ts';
import { kinds } from './readers.ts';
import type { Batch, BatchDone, Failure } from './state.ts';

/** One in so many readings of a property list is compared: asking takes longer than reading. */
const COMPARED = 25;

const [, , folder = '', given = ''] = process.argv;
const oracle = Oracle.start(join(root(), 'test', 'fuzz', 'oracle.py'));
const rules = parseRules([nodeRuntime.readRules(join(root(), 'rules'))], nodeRuntime.sha256(), vocabulary);
let corpus: Corpus | null = null;

process.on('message', async (batch: Batch) => {
  corpus ??= new Corpus(join(folder, 'corpus'), given === '' ? null : given, batch.kept);
  const failures: Failure[] = [];
  const start = process.cpuUsage();
  for (let n = batch.from; n < batch.to; n++) {
    if (batch.skip.includes(n)) continue;
    const { what, bytes, outcome } = await execution(batch, n, corpus);
    if (outcome.wrong) {
      const file = `${batch.of}-${n}-${outcome.wrong.kind}`;
      if (batch.saved + failures.length < 200) writeFileSync(join(folder, 'failures', file), bytes);
      failures.push({ of: what, n, ...outcome.wrong, file });
    } else corpus.offer(bytes, what, outcome.says);
  }
  const { user, system } = process.cpuUsage(start);
  const done: BatchDone = {
    failures,
    kept: corpus.count,
    cpu: (user + system) / 1e6,
    peak: process.resourceUsage().maxRSS,
  };
  process.send!(done);
});
process.on('disconnect', () => {
  oracle?.close();
  process.exit();
});
process.send!('ready');

/** The same number of the same seed, over the same corpus, is the same input. */
async function execution(batch: Batch, n: number, { files, bundles }: Corpus) {
  const random: Random = mulberry32(Math.imul(batch.seed, 0x9e3779b1) ^ Math.imul(n + 1, 0x85ebca6b) ^ batch.of.length);
  const named = (bytes: Uint8Array, of: Failure['of']) => {
    // Where the last batch ended the process, each input is there to be looked at once it did so again.
    if (batch.careful) {
      writeFileSync(join(folder, 'current.bin'), bytes);
      writeFileSync(join(folder, 'current.new'), JSON.stringify({ n, of }));
      renameSync(join(folder, 'current.new'), join(folder, 'current.json'));
    }
    return bytes;
  };
  if (batch.of === 'scan') {
    const old = bundles.length > 0 && random() < 0.35 ? pick(random, bundles) : null;
    const bytes = named(old ? mutated(old, random, pick(random, bundles)) : fuzzBundle(random, files).bytes, 'bundle');
    return { what: 'bundle' as const, bytes, outcome: await executeScan(bytes, rules, oracle) };
  }
  const kind = pick(random, kinds);
  const bytes = named(mutated(pick(random, files[kind]), random, pick(random, files[kind])), kind);
  const outcome: Outcome = await executeReader(kind, bytes, n % COMPARED === 0 ? oracle : null);
  return { what: kind, bytes, outcome };
}
