import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { afterAll, describe, expect, it } from 'vitest';
import {
  assess,
  diff,
  explain,
  gate,
  loadRules,
  outputFormats,
  read,
  remarksOn,
  render,
  renderDifference,
  type ScanOptions,
  scan,
  verify,
} from '../../src/index.ts';
import { smallApk } from '../build/apk.ts';
import { abiApk, apkOf, baseApk, manifestOf } from '../build/set.ts';
import { folder, type } from './terminal.ts';

const here = folder();
afterAll(here.remove);
const apk = smallApk();

async function* pieces(bytes: Uint8Array) {
  for (let at = 0; at < bytes.length; at += 100) yield bytes.subarray(at, at + 100);
}

describe('a folder', () => {
  it('of bundles is each of them, in the order of their names; what was passed over is said', async () => {
    mkdirSync(here.path('many'));
    for (const name of ['b.apk', 'a.apk', 'c.APK', 'notes.txt']) writeFileSync(here.path(`many/${name}`), apk);
    const { stdout, stderr } = await type(['scan', here.path('many'), '-o', 'ndjson']);
    const files = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).file);
    expect(files).toEqual(['a.apk', 'b.apk', 'c.APK']);
    expect(stderr).toMatch(/many: 3 bundles; passed over 1 more entries/);
  });

  it('that is an app is one bundle', async () => {
    mkdirSync(here.path('unpacked'));
    for (const name of ['AndroidManifest.xml', 'inner.apk']) writeFileSync(here.path(`unpacked/${name}`), apk);
    const { stdout } = await type(['scan', here.path('unpacked'), '-o', 'ndjson']);
    expect(stdout.trim().split('\n')).toHaveLength(1);
  });
});

it('links in a ring are not readable, and what stands beside them is read', async () => {
  mkdirSync(here.path('ring'));
  writeFileSync(here.path('ring/a.apk'), apk);
  symlinkSync('b.apk', here.path('ring/b.apk'));
  const { code, stdout, stderr } = await type(['scan', here.path('ring'), here.path('ring/b.apk'), '-o', 'ndjson']);
  expect(stderr).toContain('ring/b.apk: ');
  expect(stderr).not.toContain('internal');
  const errors = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line).error?.code);
  expect([code, errors]).toEqual([66, [undefined, 'unreadable', 'unreadable']]);
  expect(await type(['diff', here.path('ring/b.apk'), here.path('ring/a.apk')])).toMatchObject({
    code: 66,
    stdout: '',
  });
});

describe('packages of one app', () => {
  const parts = { 'base.apk': baseApk(), 'split_config.arm64_v8a.apk': abiApk() };
  const filesOf = (stdout: string) =>
    stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
      .map(({ file, report }) => [file, report.bundle.kind, report.bundle.units.length]);
  const put = (name: string, files: Readonly<Record<string, Uint8Array>>) => {
    mkdirSync(here.path(name));
    for (const [file, data] of Object.entries(files)) writeFileSync(here.path(`${name}/${file}`), data);
    return here.path(name);
  };

  it('in a folder, or named one by one, are one bundle, and verify reads each', async () => {
    const set = put('set', parts);
    const folded = await type(['scan', set, '-o', 'ndjson']);
    expect(filesOf(folded.stdout)).toEqual([['set', 'apks', 2]]);
    const paths = Object.keys(parts).map((name) => here.path(`set/${name}`));
    const listed = await type(['scan', ...paths, '-o', 'ndjson']);
    expect(filesOf(listed.stdout)).toEqual([['base.apk', 'apks', 2]]);
    expect(listed.stderr).toMatch(/base\.apk and 1 more are packages of one app: read as one/);
    const [one, other] = [folded, listed].map(({ stdout }) => JSON.parse(stdout).report);
    expect(other).toEqual(one);
    writeFileSync(here.path('set.json'), listed.stdout);
    for (const bundle of [[set], paths]) {
      const { code, stdout } = await type(['verify', here.path('set.json'), ...bundle]);
      expect([code, stdout]).toEqual([0, expect.stringMatching(/^(\d+) of \1 pieces hold/)]);
    }
    const pooled = await type(['scan', ...paths, '-o', 'ndjson', '--timeout', '60']);
    expect(JSON.parse(pooled.stdout)).toEqual(JSON.parse(listed.stdout));
  });

  it('of other apps, or one app twice, are bundles of their own', async () => {
    const other = apkOf(manifestOf({ package: 'org.example.other' }));
    const stranger = put('strangers', { ...parts, 'other.apk': other });
    expect(filesOf((await type(['scan', stranger, '-o', 'ndjson'])).stdout).map(([, kind]) => kind)).toEqual([
      'apk',
      'apk',
      'apk',
    ]);
    const twice = put('twice', { 'one.apk': baseApk(), 'two.apk': baseApk({ 'android:versionCode': 8 }) });
    expect(filesOf((await type(['scan', twice, '-o', 'ndjson'])).stdout).map(([, kind]) => kind)).toEqual([
      'apk',
      'apk',
    ]);
  });
});

describe('stdin', () => {
  const kept = () => readdirSync(tmpdir()).filter((name) => /^waybill-[A-Za-z0-9]{6}$/.test(name));

  it('is a bundle by the name of -, and nothing of it is left', async () => {
    const before = kept();
    const { stdout, code } = await type(['scan', '-', '-o', 'json'], { stdin: () => pieces(apk) });
    expect([code, JSON.parse(stdout).file]).toEqual([0, 'stdin']);
    expect(JSON.parse(stdout).report.bundle.size).toBe(apk.length);
    expect(kept()).toEqual(before);
  });

  it.each([
    ['that is empty', ['-'], pieces(new Uint8Array(0)), /stdin: empty/],
    ['named twice', ['-', '-'], pieces(apk), /name "-" once/],
    ['that is not there', ['-'], undefined, /there is no stdin/],
  ])('%s is refused', async (_name, paths, stdin, says) => {
    const { code, stderr } = await type(['scan', ...paths], { stdin: stdin && (() => stdin) });
    expect(code).toBe(64);
    expect(stderr).toMatch(says);
  });
});

it('a path of an output may hold {name} and no other', async () => {
  writeFileSync(here.path('x.apk'), apk);
  const { code, stderr } = await type(['scan', here.path('x.apk'), '-o', `json=${here.path('{app}.json')}`]);
  expect(code).toBe(64);
  expect(stderr).toMatch(/there is no \{app\}; \{name\} stands for the name of the bundle/);
});

it('two outputs that are one file by its links are refused', async () => {
  writeFileSync(here.path('x.apk'), apk);
  mkdirSync(here.path('real'));
  symlinkSync('real', here.path('linked'));
  const argv = ['-o', `json=${here.path('real/x')}`, '-o', `csv=${here.path('linked/x')}`];
  const { code, stderr } = await type(['scan', here.path('x.apk'), ...argv]);
  expect([code, stderr]).toEqual([64, expect.stringContaining('would be written twice')]);
});

it('of a bundle that is not read no output says what an earlier run said', async () => {
  const path = here.path('gone.apk');
  const at = (format: string) => here.path(`gone.${format}`);
  const outputs = outputFormats.flatMap((format) => ['-o', `${format}=${at(format)}`]);
  writeFileSync(path, apk);
  expect((await type(['scan', path, '-q', ...outputs])).code).toBe(0);
  expect(outputFormats.filter((format) => existsSync(at(format)))).toEqual(outputFormats);
  rmSync(path);
  expect((await type(['scan', path, '-q', ...outputs])).code).toBe(66);
  expect(outputFormats.filter((format) => existsSync(at(format)))).toEqual([
    ...['json', 'ndjson', 'markdown', 'markdown-comment', 'sarif', 'junit', 'csv'],
  ]);
  expect(readFileSync(at('junit'), 'utf8')).toMatch(
    /tests="1" failures="0" errors="1".*<error message="[^"]*gone\.apk/s,
  );
  writeFileSync(path, apk);
  for (const format of ['csv', 'sarif', 'markdown', 'markdown-comment']) {
    const { stdout } = await type(['scan', path, here.path('no.apk'), '-q', '-o', format]);
    expect(stdout).toMatch(/no\.apk.*no such file/s);
  }
  const { stdout } = await type(['scan', path, here.path('"&.apk'), '-q', '-o', 'junit']);
  expect(stdout.match(/<testsuite name="[^"]*"/g)).toHaveLength(2);
  expect(stdout).toMatch(/<error message="[^"]*&quot;&amp;\.apk: no such file or directory" type="not-found">/);
});

it('the name of a bundle stands in a path as it is', async () => {
  writeFileSync(here.path('$&$$.apk'), apk);
  await type(['scan', here.path('$&$$.apk'), '-q', '-o', `json=${here.path('of-{name}.json')}`]);
  expect(existsSync(here.path('of-$&$$.apk.json'))).toBe(true);
});

it('options of the library that are none are refused, with those that there are', async () => {
  const reading = await read(apk);
  const report = await scan(apk);
  const misspelt = { failon: 'high', polices: 'store', depht: 'deep' } as unknown as ScanOptions;
  await expect(scan(apk, misspelt)).rejects.toMatchObject({
    code: 'bad-option',
    message: expect.stringMatching(/^scan: no option "failon"; there is depth, .*policy/),
  });
  await expect(read(apk, undefined, misspelt)).rejects.toThrow(/^read: no option/);
  await expect(assess(reading, misspelt)).rejects.toThrow(/^assess: no option/);
  expect(() => gate(report, misspelt as object)).toThrow(/^gate: no option "failon"; there is failOn/);
  const written = JSON.parse(render(report, 'json'));
  await expect(verify(written, apk, misspelt)).rejects.toThrow(
    /^verify: no option "failon"; there is budgets, signal$/,
  );
  for (const [name, run] of [
    ['render', () => render(report, 'text', misspelt as object)],
    ['renderDifference', () => renderDifference(diff(report, report), 'text', misspelt as object)],
    ['explain', () => explain('coded', loadRules(), misspelt as object)],
    ['remarksOn', () => remarksOn(misspelt)],
  ] as const) {
    expect(run, name).toThrow(new RegExp(`^${name}: no option "failon"; there is `));
  }
  const budgets = { entrys: 3 } as object;
  await expect(scan(apk, { budgets })).rejects.toThrow(/^no budget "entrys"; there is entries/);
  await expect(verify(written, apk, { budgets })).rejects.toThrow(/^no budget "entrys"; there is entries/);
});
