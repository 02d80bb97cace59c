import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildBinaryXml } from '../build/axml.ts';
import { type BundleDescription, buildBundle } from '../build/bundle.ts';
import { buildDex } from '../build/dex.ts';
import { buildZip } from '../build/zip.ts';
import { folder, type } from './terminal.ts';

const here = folder();
const at = here.path;
const [app, mended, other, old] = [at('app.ipa'), at('mended.ipa'), at('other.apk'), at('old.json')];
const golden = new URL('../golden/clubhouse/', import.meta.url);
const context = at('context.json');
const clear = ['identifiers-in-clear/agora/room-id', 'identifiers-in-clear/agora/user-id'];

beforeAll(async () => {
  const text = readFileSync(new URL('bundle.json', golden), 'utf8');
  writeFileSync(app, buildBundle(JSON.parse(text) as BundleDescription));
  writeFileSync(mended, buildBundle(JSON.parse(text.replaceAll('http://argus', 'https://argus')) as BundleDescription));
  const manifest = buildBinaryXml({
    name: 'manifest',
    attributes: { package: 'org.example.plain' },
    children: [{ name: 'application' }],
  });
  writeFileSync(
    other,
    buildZip([
      { name: 'AndroidManifest.xml', data: manifest },
      { name: 'classes.dex', data: buildDex({ classes: [{ name: 'org.example.Main' }] }) },
    ]),
  );
  writeFileSync(context, readFileSync(new URL('context.json', golden)));
  await type(['scan', '-q', app, '--context', context, '-o', `json=${old}`]);
});
afterAll(here.remove);

describe('waybill diff', () => {
  it('0: nothing new; says first that it got better', async () => {
    const { code, stdout, stderr } = await type(['diff', app, mended, '--context', context]);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^BETTER: \d+ findings gone/);
    expect(stdout).toMatch(/gone +high: Code aboard can pass room ID to Agora in plaintext/);
  });

  it('1: what is new at or above the level, named on stderr', async () => {
    const { code, stdout, stderr } = await type(['diff', mended, app]);
    expect(code).toBe(1);
    expect(stdout).toMatch(/^WORSE: /);
    for (const id of clear) expect(stderr).toContain(id);
    expect((await type(['diff', mended, app, '--fail-on', 'critical'])).code).toBe(0);
    expect((await type(['diff', mended, app, '--fail-on', 'none'])).code).toBe(0);
    expect(await type(['diff', mended, app, '-q'])).toMatchObject({ code: 1, stderr: '' });
  });

  it('a report beside a bundle: judged by the same policy and context', async () => {
    const { code, stdout } = await type(['diff', old, app]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^NEITHER BETTER NOR WORSE/);
    expect(stdout).toContain('Both are of the same bytes');
    expect(stdout).not.toContain('--context');
    writeFileSync(at('spaced.json'), ` \n${readFileSync(old, 'utf8')}`);
    expect((await type(['diff', mended, at('spaced.json')])).code).toBe(1);
  });

  it('a wrapped report, and a list of one, are that report', async () => {
    const { report } = JSON.parse(readFileSync(old, 'utf8'));
    writeFileSync(at('wrapped.json'), JSON.stringify({ file: 'a.ipa', report, gate: { exitCode: 1 } }));
    writeFileSync(at('one.json'), JSON.stringify([report]));
    writeFileSync(at('two.json'), JSON.stringify([report, report]));
    expect((await type(['diff', at('wrapped.json'), at('one.json')])).stdout).toContain('Both are of the same bytes');
    const { code, stderr } = await type(['diff', at('two.json'), app]);
    expect(code).toBe(64);
    expect(stderr).toMatch(/two\.json: 2 reports \(co\.alpha.*name a file with one/);
  });

  it('writes files whole, and one format to stdout', async () => {
    const [md, json] = [at('changes.md'), at('changes.json')];
    const { stdout } = await type(['diff', app, mended, '-o', `markdown=${md}`, '-o', `json=${json}`]);
    expect(stdout).toBe('');
    expect(readFileSync(md, 'utf8')).toMatch(/^## Waybill: better\n/);
    expect(JSON.parse(readFileSync(json, 'utf8'))).toMatchObject({ schema: '1.0.0', trend: 'better' });
    expect(
      JSON.parse((await type(['diff', app, mended, '-o', 'json'])).stdout).findings.changes.length,
    ).toBeGreaterThan(1);
  });

  it('another app is compared, and said', async () => {
    const { stdout } = await type(['diff', app, other]);
    expect(stdout).toContain('Another app: co.alphaexploration.clubhouse, then org.example.plain.');
    expect(stdout).toContain('Other platform: ios, then android.');
  });

  it.each<[string, () => string[], number, RegExp]>([
    ['a missing file', () => [at('none.apk'), app], 66, /none\.apk: no such file/],
    ['one argument', () => [app], 64, /missing required argument/],
    ['no bundle', () => [context, app], 64, /context\.json: not a report.*-o json=report\.json/],
    ['broken JSON', () => [at('broken.json'), app], 64, /broken\.json: not JSON/],
    ['a format', () => [app, app, '-o', 'sarif'], 64, /text, markdown, json/],
    ['two outputs on stdout', () => [app, app, '-o', 'json', '-o', 'text'], 64, /only one output can go to stdout/],
    ['an input', () => [app, mended, '-o', `json=${app}`], 64, /would overwrite the input/],
    ['a policy', () => [app, mended, '--policy', 'nowhere'], 64, /no policy "nowhere"; there is .*store/],
    ['a folder', () => [at('folder'), app], 65, /folder/],
  ])('refuses %s', async (_name, argv, expected, message) => {
    writeFileSync(at('broken.json'), '{"schema": ');
    mkdirSync(at('folder'), { recursive: true });
    const { code, stdout, stderr } = await type(['diff', ...argv()]);
    expect(stderr).toMatch(message);
    expect([code, stdout]).toEqual([expected, '']);
    expect(existsSync(app)).toBe(true);
  });
});

describe('waybill scan --baseline', () => {
  it('passes what was known, by number, and what is gone is said', async () => {
    const { code, stderr } = await type(['scan', app, '--context', context, '--baseline', old]);
    expect(code).toBe(0);
    expect(stderr).toContain(
      'against the baseline (version 0.1.25, judged on 2026-02-04): 0 new or worse, 2 known, 0 gone',
    );
    const better = await type(['scan', mended, '--context', context, '--baseline', old]);
    expect(better.stderr).toContain(`gone since the baseline: ${clear[0]}`);
    expect((await type(['scan', app, '-q', '--baseline', old])).stderr).toBe('');
  });

  it('fails for what is new, and says where the two do not compare', async () => {
    await type(['scan', '-q', mended, '-o', `json=${at('mended.json')}`]);
    const { code, stderr } = await type(['scan', app, '--context', context, '--baseline', at('mended.json')]);
    expect(code).toBe(1);
    expect(stderr).toContain('2 new or worse, 0 known');
    expect(stderr).toContain('Something else was stated of the app (--context)');
  });

  it('takes of several the one of the app, and refuses another app’s', async () => {
    await type(['scan', '-q', other, '-o', `json=${at('other.json')}`]);
    const read = (path: string) => JSON.parse(readFileSync(path, 'utf8'));
    writeFileSync(at('both.json'), JSON.stringify([read(at('other.json')), read(old)]));
    expect((await type(['scan', app, other, '-q', '--baseline', at('both.json')])).code).toBe(0);
    const refused = await type(['scan', app, '--baseline', at('other.json')]);
    expect(refused).toMatchObject({ code: 64, stdout: '' });
    expect(refused.stderr).toMatch(/the baseline is of org\.example\.plain \(android\).*-o json=baseline\.json/);
    writeFileSync(at('twice.json'), JSON.stringify([read(old), read(old)]));
    expect((await type(['scan', app, '--baseline', at('twice.json')])).stderr).toContain('2 of its 2 reports are of');
    writeFileSync(at('strangers.json'), JSON.stringify([read(at('other.json')), read(at('other.json'))]));
    const strange = await type(['scan', app, other, '-o', 'ndjson', '--baseline', at('strangers.json')]);
    expect(strange.stderr).toContain('none of its 2 reports is of');
    // Of each file it is that file's error.
    expect([strange.code, strange.stdout.trim().split('\n').length]).toEqual([64, 2]);
  });
});

it('a file of so many lines that none could hold a report is refused', async () => {
  writeFileSync(at('lines.json'), '{}\n'.repeat(100_001));
  const { code, stderr } = await type(['scan', app, '--baseline', at('lines.json')]);
  expect([code, stderr]).toEqual([64, expect.stringContaining('lines.json: more than 100000 lines')]);
});

describe('waivers', () => {
  const waiver = {
    finding: 'identifiers-in-clear/*',
    reason: 'Ticket 12: own relay',
    by: 'a@b.example',
    expires: '2026-03-01',
  };
  const write = (...waivers: object[]) => writeFileSync(at('waivers.json'), JSON.stringify({ waivers }));
  const scan = (...argv: string[]) => type(['scan', ...argv, '--waivers', at('waivers.json')]);

  it('run out by the clock, whatever --as-of says', async () => {
    write({ ...waiver, expires: '2026-02-04' });
    const { code, stderr } = await scan(app, '--as-of', '2021-02-12');
    expect(code).toBe(1);
    expect(stderr).toContain('ran out on 2026-02-04 and does not count');
    write(waiver);
    expect(await scan(app, '--as-of', '2030-01-01')).toMatchObject({ code: 0 });
  });

  it('are for the app or the file that they name, and one that meets nothing anywhere is said once', async () => {
    write({ ...waiver, app: 'org.example.plain' });
    expect((await scan(app)).code).toBe(1);
    write({ ...waiver, file: '*/app.ipa' }, { ...waiver, file: 'app.ipa', finding: 'location-to-recipient/agora' });
    const named = await scan(app, other);
    expect(named.stderr.match(/meets no finding/g)).toHaveLength(1);
    expect(named.code).toBe(1);
    write({ ...waiver, file: '*.ipa', app: 'co.alphaexploration.clubhouse', version: '0.1.*' });
    expect(await scan(app, other)).toMatchObject({ code: 0, stderr: expect.not.stringContaining('meets no finding') });
  });

  it('one of no rule is said, and a file that is wrong is named with the place', async () => {
    write({ ...waiver, finding: 'identifiers-in-cleer/agora' });
    expect((await scan(app)).stderr).toContain('is it mistyped?');
    write(waiver, { ...waiver, expires: '2026-02-31' });
    const { code, stderr } = await scan(app);
    expect(code).toBe(64);
    expect(stderr).toMatch(/waivers\.json: waivers\.1\.expires: a day of the calendar, YYYY-MM-DD/);
  });

  it('what is waived stands in the text', async () => {
    write(waiver);
    expect((await scan(app, '-q', '-o', 'text')).stdout).toMatch(/waived +until 2026-03-01, by a@b\.example/);
  });
});
