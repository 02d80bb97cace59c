import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { gate, render, scan, version } from '../src/index.ts';
import { smallApk } from './build/apk.ts';
import { buildBundle } from './build/bundle.ts';

const read = (path: string) => readFileSync(new URL(`../${path}`, import.meta.url), 'utf8');

it('shows the report that npm start prints', async () => {
  const report = await scan(buildBundle(JSON.parse(read('test/golden/clubhouse/bundle.json'))), {
    asOf: '2021-02-12',
    context: JSON.parse(read('test/golden/clubhouse/context.json')),
  });
  const shown = /<!-- report:[^>]*-->\n```\n([\s\S]*?)\n```/.exec(read('README.md'))?.[1] ?? '';
  const lines = shown.split('\n');
  expect(render(report, 'summary', { gate: gate(report, { failOn: 'none' }) })).toBe(`${lines.join('\n')}\n`);
});

it('the version is package.json’s', () => {
  expect(JSON.parse(read('package.json')).version).toBe(version);
});

describe('every command line', () => {
  const root = fileURLToPath(new URL('..', import.meta.url));
  const readme = read('README.md');
  /** Of blocks without a language, which hold commands, but for the one that shows a report. */
  const lines = [...readme.matchAll(/^```(.*)\n([\s\S]*?)\n```$/gm)]
    .filter(([, language, text = '']) => language === '' && !text.startsWith('App '))
    .flatMap(([, , text = '']) => text.split('\n'))
    .map((line) => line.replace(/\s+#.*$/, ''));
  /** What needs a registry, a daemon or all tests, and which script runs it. */
  const elsewhere: Readonly<Record<string, string>> = {
    'npm ci && npm start': 'test/examples.test.ts runs what npm start does',
    'npm ci && npm test': '.ci/run',
    'npm ci && npm pack': 'npm run check:package',
    'npm install <path to>/waybill-0.1.0.tgz': 'npm run check:package',
    'docker build -t waybill .': 'nothing: it asks for a daemon',
    'docker run --rm --network=none --read-only -v "$PWD:/work:ro" waybill scan app.apk': 'nothing: as above',
  };
  const isOurs = (line: string) => /^(?:WAYBILL_\w+=\S+ )?waybill /.test(line);
  const commands = [...new Set(lines.filter((line) => isOurs(line)))];

  const work = mkdtempSync(join(tmpdir(), 'waybill-readme-'));
  afterAll(() => rmSync(work, { recursive: true, force: true }));
  beforeAll(async () => {
    mkdirSync(join(work, 'build'));
    const ipa = buildBundle(JSON.parse(read('test/golden/clubhouse/bundle.json')));
    writeFileSync(join(work, 'app.ipa'), ipa);
    for (const name of ['app.apk', 'build/app.apk', 'old.apk', 'new.apk']) writeFileSync(join(work, name), smallApk());
    cpSync(join(root, 'test/golden/clubhouse/context.json'), join(work, 'context.json'));
    cpSync(join(root, 'examples/custom-rules'), join(work, 'my-pack'), { recursive: true });
    writeFileSync(
      join(work, 'waybill'),
      `#!/bin/sh\nexec '${process.execPath}' '${join(root, 'dist/cli/main.js')}' "$@"\n`,
    );
    chmodSync(join(work, 'waybill'), 0o755);
    writeFileSync(join(work, 'last-release.json'), render(await scan(smallApk()), 'json'));
  });

  it('is run here, or is known to be run elsewhere', () => {
    expect(lines.filter((line) => !isOurs(line)).sort()).toEqual(Object.keys(elsewhere).sort());
    expect(commands.length).toBeGreaterThan(15);
  });

  it.each(commands)('%s', (command) => {
    const env = { ...process.env, PATH: `${work}:${process.env.PATH}` };
    const { status, stderr } = spawnSync('sh', ['-c', command], { cwd: work, encoding: 'utf8', env });
    // A gate may fail: that is an answer. What could not be done is none.
    expect([0, 1, 2], stderr).toContain(status);
    expect(stderr).not.toMatch(/internal error|usage/i);
  });

  it('and every example in TypeScript compiles', () => {
    // Below the package, which resolves its own name there.
    const folder = join(root, '.build', 'readme');
    mkdirSync(folder, { recursive: true });
    const files = [...readme.matchAll(/^```ts\n([\s\S]*?)\n```$/gm)].map(([, code], i) => {
      writeFileSync(join(folder, `${i}.ts`), `${code}\nexport {};\n`);
      return `${i}.ts`;
    });
    expect(files.length).toBeGreaterThan(1);
    const options = ['--noEmit', '--strict', '--noUnusedLocals', '--skipLibCheck', '--ignoreConfig', '--types', 'node'];
    const tsc = join(root, 'node_modules', '.bin', 'tsc');
    const { status, stdout } = spawnSync(tsc, [...options, '--target', 'es2023', '--module', 'nodenext', ...files], {
      cwd: folder,
      encoding: 'utf8',
    });
    expect([status, stdout]).toEqual([0, '']);
  });

  it('and every script of npm that is named is there', () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
    const named = [...readme.matchAll(/npm run (?:--silent )?([a-z:-]+)/g)].map(([, name]) => name!);
    expect(named.length).toBeGreaterThan(1);
    expect(named.filter((name) => !(name in scripts))).toEqual([]);
  });

  it('and every document of the package that is named is packed', () => {
    const { files } = JSON.parse(read('package.json')) as { files: string[] };
    const named = [...new Set(readme.match(/\b[A-Z]{4,}\.md\b/g))].filter((name) => name !== 'README.md');
    expect(named.length).toBeGreaterThan(2);
    expect(files).toEqual(expect.arrayContaining(named));
  });
});
