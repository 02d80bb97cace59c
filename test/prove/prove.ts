import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { rulesIn } from '../../src/build/pack.ts';
import { root } from '../real/corpus.ts';
import { Artifacts } from './artifact.ts';
import { firstPlace, named, stands } from './evidence.ts';
import { type Reference, referencesOf } from './references.ts';

/**
 * `npm run rules:prove [-- sdk… --from DIR]`: gets the files that rules cite, compares digests and looks at each place.
 * Ends with 1 where something does not hold.
 */
const { values, positionals } = parseArgs({ options: { from: { type: 'string' } }, allowPositionals: true });
const rules = rulesIn(pathToFileURL(join(root(), 'rules/')));
const unknown = positionals.find((id) => !rules.sdks.has(id));
if (unknown !== undefined) {
  console.error(`${unknown} is no SDK of the rules\nusage: npm run rules:prove [-- sdk… --from DIR]`);
  process.exit(64);
}

type Outcome = 'proved' | 'without offset' | 'not to be had' | 'wrong';
const counts: Record<Outcome, number> = { proved: 0, 'without offset': 0, 'not to be had': 0, wrong: 0 };
const missing = new Map<string, number>();
const artifacts = new Artifacts(values.from ?? null);

function tried({ artifact, sha256, at, shown }: Reference): readonly [Outcome, string] {
  const cited = artifacts.read(artifact, sha256);
  if ('problem' in cited) return [cited.problem, cited.why];
  const { bytes } = cited;
  if (at !== undefined) return stands(shown, bytes, at, artifact) ? ['proved', ''] : ['wrong', `not at ${at}`];
  if (named(shown, artifact)) return ['proved', ''];
  const place = shown === null ? 0 : firstPlace(shown, bytes);
  if (place < 0) return ['wrong', 'neither its name nor its bytes show it'];
  return ['without offset', shown === null ? 'without offset' : `without offset; stands at ${place}`];
}

const references = referencesOf(rules, positionals);
for (const reference of references) {
  const [outcome, why] = tried(reference);
  counts[outcome]++;
  // Where it stands is worth a line to whoever works on one rule.
  if (outcome === 'wrong' || (outcome === 'without offset' && positionals.length > 0)) {
    console.log(`${reference.where}: ${why}: ${reference.artifact}`);
  }
  if (outcome === 'not to be had') missing.set(why, (missing.get(why) ?? 0) + 1);
}

for (const [why, count] of missing) console.log(`not to be had, ${count}: ${why}`);
const share = (count: number) => `${count} (${Math.round((100 * count) / Math.max(1, references.length))} %)`;
console.log(
  `${references.length} references: proved ${share(counts.proved)}, without offset ${share(counts['without offset'])}, ` +
    `not to be had ${share(counts['not to be had'])}, wrong ${counts.wrong}`,
);
if (counts.wrong > 0) process.exitCode = 1;
