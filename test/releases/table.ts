import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import type { Report } from '../../src/index.ts';
import { root } from '../real/corpus.ts';
import { hasJava } from '../real/maven.ts';
import { contentsOf } from './contents.ts';
import { bundleOf, type Form, forms } from './forms.ts';
import { isMiss, type Row, rowOf } from './row.ts';
import { Sources } from './sources.ts';

/**
 * `npm run releases [-- sdk… --form FORM --from DIR --out DIR]`: what a scan says of published releases, in three forms of an app;
 * misses first. Needs java, mvn and the registries; files of git repositories come from DIR. `--out` keeps the bundles.
 */
const { values, positionals } = parseArgs({
  options: { from: { type: 'string' }, out: { type: 'string' }, form: { type: 'string', multiple: true } },
  allowPositionals: true,
});
if (!hasJava()) process.exit(0);

/** One release, and what a scan should say of it. */
interface Release {
  readonly sdk: string;
  /** Null: nobody knows, and none is judged. */
  readonly version: string | null;
  readonly from: readonly string[];
  /** Classes that an app calls, for R8. */
  readonly entries?: readonly string[];
  /** SDKs that stand in it too. */
  readonly also?: readonly string[];
}

const home = root();
const { scan } = (await import(pathToFileURL(join(home, 'dist/index.js')).href)) as typeof import('../../src/index.ts');
const all = JSON.parse(readFileSync(join(home, 'test/releases/releases.json'), 'utf8')) as Release[];
const releases = all.filter(({ sdk }) => positionals.length === 0 || positionals.includes(sdk));
const sources = new Sources(values.from ?? null);
const rows: Row[] = [];
const absent: string[] = [];
for (const release of releases) {
  const name = `${release.sdk} ${release.version}`;
  let contents: ReturnType<typeof contentsOf>;
  try {
    contents = contentsOf(release.from, sources);
  } catch (error) {
    absent.push(`${name}: ${(error as Error).message.split('\n').slice(0, 2).join(' ')}`);
    continue;
  }
  for (const form of values.form ? forms.filter((each) => values.form?.includes(each)) : forms) {
    const said = await saidOf(contents, form, release);
    if (said) rows.push(said);
  }
}

async function saidOf(contents: ReturnType<typeof contentsOf>, form: Form, release: Release): Promise<Row | null> {
  let report: Report;
  try {
    const bytes = bundleOf(contents, form, release.entries ?? []);
    if (!bytes) return null;
    if (values.out)
      writeFileSync(
        join(values.out, `${release.sdk}-${release.version}-${form}.${contents.isIos ? 'ipa' : 'apk'}`),
        bytes,
      );
    report = await scan(bytes, { asOf: '2026-11-26' });
  } catch (error) {
    absent.push(`${release.sdk} ${release.version} ${form}: ${(error as Error).message.split('\n')[0]}`);
    return null;
  }
  return rowOf(report, form, release);
}

const line = (row: Row) =>
  [row.form, row.sdk, row.release, row.found, row.version, row.takes, row.others].map((each) => each || '-').join('\t');
console.log('form\tsdk\trelease\tfound\tversion\tmicrophone, camera\tothers');
for (const row of rows.filter(isMiss)) console.log(line(row));
console.log('--');
for (const row of rows.filter((each) => !isMiss(each))) console.log(line(row));
for (const each of absent) console.log(`not tried: ${each}`);
for (const form of forms) {
  const of = rows.filter((row) => row.form === form);
  const counts = ['right', 'bounds', 'null', 'WRONG'].map(
    (word) => `${of.filter((row) => row.version.startsWith(word)).length} ${word}`,
  );
  console.log(`${form}: ${of.length}, missed ${of.filter(isMiss).length}; version ${counts.join(', ')}`);
}
if (rows.some((row) => row.version.startsWith('WRONG'))) process.exitCode = 1;
