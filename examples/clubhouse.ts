import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { buildBundle } from '../test/build/bundle.ts';

/**
 * Builds an app composed as Clubhouse was in February 2021 and scans it as of the day the researchers published.
 * `npm start` runs this.
 */
const root = new URL('../../', import.meta.url);
const at = (path: string) => fileURLToPath(new URL(path, root));

mkdirSync(at('.build/'), { recursive: true });
const description = JSON.parse(readFileSync(at('test/golden/clubhouse/bundle.json'), 'utf8'));
writeFileSync(at('.build/clubhouse.ipa'), buildBundle(description));

const args = [
  'scan',
  '.build/clubhouse.ipa',
  '--context',
  'test/golden/clubhouse/context.json',
  '--as-of',
  '2021-02-12',
];
const waybill = (...words: string[]) =>
  spawnSync(process.execPath, ['dist/cli/main.js', ...words], { cwd: at('.'), stdio: 'inherit' }).status ?? 70;

console.error(`$ waybill ${args.join(' ')}\n`);
// The example is there to be read: its findings are not a failure of `npm start`.
const scanned = waybill(...args, '-o', 'summary', '-o', 'json=.build/clubhouse.json', '--fail-on', 'none');
console.error('\n$ waybill verify .build/clubhouse.json .build/clubhouse.ipa\n');
process.exitCode = waybill('verify', '.build/clubhouse.json', '.build/clubhouse.ipa') || scanned;
