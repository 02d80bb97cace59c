import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { unzipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { loadRules, scan } from '../../src/index.ts';
import { addToApk, real } from '../real/compose.ts';
import { npmPackage, root } from '../real/corpus.ts';
import { dexesByD8, hasJava, mavenArtifact, sha256 } from '../real/maven.ts';
import { supported } from './supported.ts';
import { type App, asOf, type Cell, cellOf, contexts, readApps } from './table.ts';

/**
 * The judgement table on the published artifacts themselves, put into a real APK: that what `aboard` quotes stands in them,
 * and that what the quotes leave out changes no verdict.
 */

const rules = loadRules();
const java = hasJava();

/** The file that a published artifact is; an npm one ends in the path inside the package. */
function fetched(artifact: string): string {
  const rest = artifact.slice(artifact.indexOf(':') + 1);
  if (artifact.startsWith('maven:')) return mavenArtifact(rest);
  const [, spec = '', path = ''] = /^(@?[^@]+@[^/]+)\/?(.*)$/.exec(rest) ?? [];
  return join(npmPackage(spec), path);
}

/** What a build makes of an artifact: a DEX of each jar, the 64-bit libraries and the assets of an AAR, a script as it is. */
function built(file: string, dexes: (jar: string) => Record<string, Uint8Array>): Record<string, Uint8Array> {
  if (file.endsWith('.js')) return { 'assets/www/sdk.js': readFileSync(file) };
  if (file.endsWith('.so')) return { [`lib/arm64-v8a/${file.slice(file.lastIndexOf('/') + 1)}`]: readFileSync(file) };
  if (file.endsWith('.jar')) return dexes(file);
  const files: Record<string, Uint8Array> = {};
  for (const [name, bytes] of Object.entries(unzipSync(readFileSync(file)))) {
    if (/^jni\/arm64-v8a\/.*\.so$/.test(name)) files[name.replace(/^jni/, 'lib')] = bytes;
    else if (/^assets\/.*[^/]$/.test(name)) files[name] = bytes;
    else if (name.endsWith('.jar')) Object.assign(files, dexes(kept(bytes)));
  }
  return files;
}

function kept(jar: Uint8Array): string {
  const folder = join(root(), '.cache', 'jars');
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `${sha256(jar)}.jar`);
  writeFileSync(file, jar);
  return file;
}

function appWith(artifacts: readonly string[]): Uint8Array {
  // ApiDemos has one DEX, and the system loads numbered ones up to the first that is missing.
  let number = 1;
  const dexes = (jar: string) => Object.fromEntries(dexesByD8(jar).map((dex) => [`classes${++number}.dex`, dex]));
  const added = artifacts.filter((artifact) => !artifact.includes('android-apidemos'));
  return addToApk(real.apiDemos(), Object.assign({}, ...added.map((artifact) => built(fetched(artifact), dexes))));
}

/** Bytes as text; of an archive the names and contents of its entries. */
function textOf(bytes: Uint8Array): string {
  const text = (each: Uint8Array) => Buffer.from(each).toString('latin1');
  if (!text(bytes.subarray(0, 4)).startsWith('PK\x03\x04')) return text(bytes);
  return Object.entries(unzipSync(bytes))
    .map(([name, inner]) => `${name}\n${text(inner)}`)
    .join('\n');
}

/** The bytes of `maven:g:a:v!entry` and `npm:name@version/path!entry`, after their digest was compared. */
function quotedBytes({ artifact, sha256: pinned }: App['quoted'][number], artifacts: readonly string[]): Uint8Array {
  const [outer = '', ...inner] = artifact.split('!');
  const listed = artifacts.find((each) => each === outer || each.startsWith(`${outer}:`)) ?? outer;
  const bytes = inner.reduce((zip, name) => unzipSync(zip)[name]!, new Uint8Array(readFileSync(fetched(listed))));
  expect(sha256(bytes), artifact).toBe(pinned);
  return bytes;
}

/** Verdict, and what is of level medium and above: other classes of a whole SDK bring other low questions. */
function core({ verdict, findings }: Pick<Cell, 'verdict' | 'findings'>) {
  return { verdict, findings: Object.entries(findings).filter(([, level]) => !level.startsWith('low')) };
}

for (const { id, real: artifacts, cells, quoted, aboard } of readApps()) {
  if (artifacts.length === 0) console.warn(`SKIPPED: ${id}: no client of a registry fetches its artifacts`);
  describe.skipIf(artifacts.length === 0 || !java)(id, () => {
    it('quotes what stands in the artifacts', () => {
      const text = quoted.map((each) => textOf(quotedBytes(each, artifacts))).join('\n');
      const libraries = aboard.platform === 'android' ? aboard.libraries : [];
      const names = [
        ...aboard.classes.filter((name) => !name.startsWith('org.example.')).map((name) => name.replaceAll('.', '/')),
        ...aboard.strings,
        ...libraries.flatMap((library) => [...library.exports, ...library.text]),
      ];
      expect(names.filter((name) => !text.includes(name))).toEqual([]);
    });

    let apk: Uint8Array | null = null;
    it.each(cells)('$policy, stated: $context → $verdict', async (cell) => {
      apk ??= appWith(artifacts);
      const { policy, context } = cell;
      const report = await scan(apk, { rules, asOf, policy, context: contexts[context] });
      expect(core(cellOf(report))).toEqual(core(cell));
      expect(supported(report, rules)).toEqual([]);
    });
  });
}
