import { appendFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { causeOf, changes } from './answer.ts';
import { Build, type Row } from './build.ts';

/**
 * Scans every bundle of a folder with two builds and prints whose answers differ, and in what:
 * `npm run corpus -- DIR DIST_A DIST_B [--least BYTES] [--out FILE]`. FILE gets every answer, a line of JSON each.
 */
const { folder, builds, least, out } = asked(process.argv.slice(2));
const files = (readdirSync(folder, { recursive: true }) as string[])
  .map((name) => join(folder, name))
  .filter((file) => statSync(file).isFile() && statSync(file).size >= least)
  .sort();
const sides = builds.map((dist) => new Build(pathToFileURL(resolve(dist, 'index.js')).href));
const cpu = sides.map(() => 0);
const causes = new Map<string, { bundles: number; example: string }>();
const totals = { bundles: 0, changed: 0, crashes: 0, madeIncomplete: 0, madeComplete: 0 };
if (out) writeFileSync(out, '');

for (const file of files) {
  const rows: Row[] = [];
  for (const [i, side] of sides.entries()) {
    const row = await side.scan(file);
    cpu[i]! += row.cpu;
    rows.push(row);
  }
  const name = file.slice(folder.length + 1);
  const [a, b] = rows as [Row, Row];
  if (out) appendFileSync(out, `${JSON.stringify({ name, a, b })}\n`);
  count(name, a, b);
}
for (const side of sides) side.close();

console.log(`\n${JSON.stringify(totals)}`);
console.log(`CPU (user and system): A ${(cpu[0]! / 1000).toFixed(1)} s, B ${(cpu[1]! / 1000).toFixed(1)} s\n`);
for (const [cause, { bundles, example }] of [...causes].sort((x, y) => y[1].bundles - x[1].bundles)) {
  console.log(`${String(bundles).padStart(5)}  ${cause}   (${example})`);
}

function count(name: string, a: Row, b: Row): void {
  totals.bundles++;
  if ('error' in b && b.error.startsWith('crash')) totals.crashes++;
  if ('complete' in a && 'complete' in b && a.complete !== b.complete) {
    if (a.complete) totals.madeIncomplete++;
    else totals.madeComplete++;
  }
  const changed = changes(a, b);
  if (changed.length === 0) return;
  totals.changed++;
  const more = changed.length > 8 ? ` | and ${changed.length - 8} more` : '';
  console.log(`${name}: ${changed.slice(0, 8).join(' | ')}${more}`);
  for (const cause of new Set(changed.map(causeOf))) {
    const known = causes.get(cause) ?? { bundles: 0, example: name };
    causes.set(cause, { ...known, bundles: known.bundles + 1 });
  }
}

function asked(args: readonly string[]) {
  const option = (name: string) => {
    const at = args.indexOf(name);
    return at < 0 ? undefined : args[at + 1];
  };
  const [folder, a, b] = args;
  if (!folder || !a || !b) {
    console.error('usage: npm run corpus -- DIR DIST_A DIST_B [--least BYTES] [--out FILE]');
    process.exit(64);
  }
  const least = Number(option('--least') ?? 1);
  return { folder: folder.replace(/\/+$/, ''), builds: [a, b], least, out: option('--out') };
}
