import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { App, Report } from '../../src/index.ts';

/**
 * What every APK of a folder says of itself, by a build and by aapt2 (Debian package aapt), and where they differ:
 * `npm run corpus:badging -- DIR DIST`. Labels of all languages count as right where aapt2 has one of that text.
 */
const [, , folder, dist] = process.argv;
if (!folder || !dist) {
  console.error('usage: npm run corpus:badging -- DIR DIST');
  process.exit(64);
}
const { scan } = (await import(pathToFileURL(resolve(dist, 'index.js')).href)) as typeof import('../../src/index.ts');
const counts = new Map<string, { same: number; other: number }>();
const files = readdirSync(folder)
  .filter((name) => name.endsWith('.apk'))
  .sort();
let compared = 0;
for (const name of files) {
  const file = join(folder, name);
  const said = badging(file);
  if (said === null) continue;
  let report: Report;
  try {
    report = await scan(file, { asOf: '2026-11-01', depth: 'names' });
  } catch (error) {
    console.log(`${name}: aapt2 reads it, the build does not: ${String(error)}`);
    continue;
  }
  compared++;
  const ours = fieldsOf(report.bundle.app);
  for (const [field, theirs] of Object.entries(said)) {
    const own = ours[field] ?? '';
    const isSame = agrees(field, own, theirs);
    const count = counts.get(field) ?? { same: 0, other: 0 };
    counts.set(field, isSame ? { ...count, same: count.same + 1 } : { ...count, other: count.other + 1 });
    if (!isSame) console.log(`${name}: ${field}: ours ${JSON.stringify(own)}, aapt2 ${JSON.stringify(theirs)}`);
  }
}
console.log(`\n${compared} of ${files.length} files, which both read`);
for (const [field, { same, other }] of counts) console.log(`${field}: ${same} the same, ${other} not`);

/** aapt2 10 knows fewer permissions that are implied than Android 14 grants. */
function agrees(field: string, own: string, theirs: string): boolean {
  if (field === 'label') return theirs.split('\n').includes(own);
  if (field !== 'implied') return own === theirs;
  const ours = new Set(own.split(' '));
  return theirs === '' || theirs.split(' ').every((name) => ours.has(name));
}

type Fields = Readonly<Record<string, string>>;

function fieldsOf(app: App): Fields {
  return {
    package: app.id ?? '',
    versionCode: app.build ?? '',
    versionName: app.version ?? '',
    minSdk: app.minOs ?? '',
    targetSdk: app.targetOs ?? '',
    permissions: app.permissions.join(' '),
    implied: app.implied.map(({ name }) => name).join(' '),
    label: app.name ?? '',
  };
}

/** What aapt2 says; null where it does not read the file. */
function badging(file: string): Fields | null {
  let text: string;
  try {
    text = execFileSync('aapt2', ['dump', 'badging', file], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  } catch (error) {
    // It says what it can and then that something is missing, such as an icon.
    text = (error as { stdout?: string }).stdout ?? '';
  }
  const first = (pattern: RegExp) => pattern.exec(text)?.[1] ?? '';
  if (!/^package: /m.test(text)) return null;
  const all = (pattern: RegExp) => [...text.matchAll(pattern)].map((match) => match[1] ?? '');
  // What is implied is said in both ways.
  const implied = new Set(all(/^uses-implied-permission: name='([^']*)'/gm));
  const permissions = new Set(
    all(/^uses-permission(?:-sdk-23)?: name='([^']*)'/gm).filter((name) => !implied.has(name)),
  );
  return {
    package: first(/^package: name='([^']*)'/m),
    versionCode: first(/^package: .* versionCode='([^']*)'/m),
    versionName: first(/^package: .* versionName='(.*?)'(?: [a-z]+[A-Za-z]*='| *$)/m),
    minSdk: first(/^(?:minS|s)dkVersion:'([^']*)'/m),
    targetSdk: first(/^targetSdkVersion:'([^']*)'/m),
    permissions: [...permissions].sort().join(' '),
    implied: [...implied].sort().join(' '),
    label: [first(/^application: label='(.*?)' icon=/m), ...all(/^application-label(?:-[^:]*)?:'(.*)'$/gm)].join('\n'),
  };
}
