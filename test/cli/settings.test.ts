import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type BundleDescription, buildBundle } from '../build/bundle.ts';
import { type } from './terminal.ts';

/** Where options come from: the command line, then the environment, then the configuration file. */

const before = process.cwd();
const root = mkdtempSync(join(tmpdir(), 'waybill-settings-'));
const golden = new URL('../golden/clubhouse/', import.meta.url);
beforeAll(() => {
  process.chdir(root);
  mkdirSync('ci');
  const description = JSON.parse(readFileSync(new URL('bundle.json', golden), 'utf8')) as BundleDescription;
  writeFileSync('a.ipa', buildBundle(description));
  writeFileSync('ci/context.json', '{ "operator": { "name": "Of the file" } }');
});
afterEach(() => rmSync('waybill.config.json', { force: true }));
afterAll(() => {
  process.chdir(before);
  rmSync(root, { recursive: true, force: true });
});

const put = (path: string, text: unknown) =>
  writeFileSync(path, typeof text === 'string' ? text : JSON.stringify(text));
const run = (words: readonly string[] = [], env: Record<string, string> = {}) =>
  type(['scan', 'a.ipa', '-o', 'json', ...words], { env });
const asOf = async (words: readonly string[], env: Record<string, string>) => {
  const { stdout } = await run(words, env);
  return JSON.parse(stdout).report.asOf;
};

describe('an option is taken from', () => {
  it('the command line before the environment before the file before the default', async () => {
    put('waybill.config.json', { asOf: '2021-01-01' });
    expect(await asOf(['--as-of', '2023-01-01'], { WAYBILL_AS_OF: '2022-01-01' })).toBe('2023-01-01');
    expect(await asOf([], { WAYBILL_AS_OF: '2022-01-01' })).toBe('2022-01-01');
    expect(await asOf([], { WAYBILL_AS_OF: '' })).toBe('2021-01-01');
    expect(await asOf(['--no-config'], {})).toBe('2026-02-04');
  });

  it('the command line where it says what to write, of --full and -o together', async () => {
    put('waybill.config.json', { full: true });
    expect(JSON.parse((await run()).stdout).file).toBe('a.ipa');
    put('waybill.config.json', { output: ['json', 'csv=a.csv'] });
    expect((await type(['scan', 'a.ipa', '--full'])).stdout).toMatch(/^Bundle|^App/m);
  });

  it('a file that is named, whose paths are relative to it; which one is said, and not with -q', async () => {
    put('ci/other.json', { context: 'context.json', output: ['json=out.json'], accept: ['encrypted', 'budget'] });
    const { code, stdout, stderr } = await type(['scan', 'a.ipa', '--config', 'ci/other.json']);
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toContain('configuration: ci/other.json (output, context, accept)\n');
    expect(JSON.parse(readFileSync('ci/out.json', 'utf8')).report.context.stated.operator.name).toBe('Of the file');
    expect((await run(['--config', 'ci/other.json', '-q'])).stderr).not.toContain('configuration');
    expect((await run([], { WAYBILL_CONFIG: 'ci/other.json' })).stderr).toContain('ci/other.json (context, accept)');
  });

  it('the environment, of a list by commas, of a flag by true and false', async () => {
    const { stderr } = await run([], {
      WAYBILL_ACCEPT: 'encrypted, budget',
      WAYBILL_QUIET: 'true',
      WAYBILL_FAIL_ON: 'none',
    });
    expect(stderr).toBe('');
    expect((await run([], { WAYBILL_QUIET: 'yes' })).stderr).toBe('waybill: WAYBILL_QUIET "yes": Use true or false.\n');
  });
});

describe('a configuration file', () => {
  it('is not written over', async () => {
    put('waybill.config.json', { failOn: 'none' });
    const { code, stderr } = await type(['scan', 'a.ipa', '-o', 'json=waybill.config.json']);
    expect([code, stderr]).toEqual([64, expect.stringContaining('would overwrite the input waybill.config.json')]);
    expect(JSON.parse(readFileSync('waybill.config.json', 'utf8'))).toEqual({ failOn: 'none' });
  });

  it('that asks for quiet is named all the same', async () => {
    put('waybill.config.json', { failOn: 'none', accept: ['encrypted', 'budget'], quiet: true });
    expect((await run()).stderr).toBe('waybill: configuration: waybill.config.json (failOn, accept, quiet)\n');
    expect((await run(['-q'])).stderr).toBe('');
  });
});

it('the environment takes back a flag that the file sets', async () => {
  put('waybill.config.json', { addresses: 'nowhere.mmdb' });
  expect((await run([], { WAYBILL_ADDRESSES: 'false' })).stderr).not.toContain('no such file');
});

describe('what is wrong is said with its place and what may stand there', () => {
  it.each([
    [{ failOn: 'hgih' }, /^waybill: waybill\.config\.json: failOn "hgih": Use one of: none, info, low, .*critical\.$/m],
    [{ accept: ['encrypted', 'all'] }, /accept "all": Use one of: depth, encrypted/],
    [{ accept: 'nothing' }, /accept "nothing": Use one of: depth/],
    [{ accept: [] }, /waybill\.config\.json: accept: Use a text, or a list of texts\./],
    [{ accept: [1] }, /waybill\.config\.json: accept: Use a text, or a list of texts\./],
    [{ quiet: 1 }, /waybill\.config\.json: quiet: Use true or false\./],
    [{ policy: {} }, /waybill\.config\.json: policy: Use a text\./],
    [{ asOf: '2021-02-30' }, /asOf "2021-02-30": Use a day of the calendar, as YYYY-MM-DD\./],
    [{ 'fail-on': 'high' }, /waybill\.config\.json: fail-on: there is no such setting; there is output, policy,/],
    ['{"__proto__": {"failOn": "none"}}', /waybill\.config\.json: __proto__: there is no such setting/],
    ['[]', /waybill\.config\.json: \(whole\): a configuration is an object/],
    ['', /waybill\.config\.json: not JSON/],
    [{ 'a\u001b[31m\u202e': 1 }, /waybill\.config\.json: a\\x1b\[31m\\u202e: there is no such setting/],
  ])('%j', async (value, message) => {
    put('waybill.config.json', value);
    const { code, stdout, stderr } = await run();
    expect([code, stdout]).toEqual([64, '']);
    expect(stderr).toMatch(message);
  });

  it('a file that is not there, and a variable that is none', async () => {
    expect(await run(['--config', 'none.json'])).toMatchObject({ code: 66, stdout: '' });
    expect((await run([], { WAYBILL_FAILON: 'none' })).stderr).toContain(
      'WAYBILL_FAILON is no setting and was passed over',
    );
  });

  it('a byte order mark and CRLF are no fault, another encoding is', async () => {
    put('waybill.config.json', '\ufeff{\r\n"failOn": "none"\r\n}\r\n');
    expect((await run()).code).toBe(0);
    writeFileSync('waybill.config.json', Buffer.from('{"policy":"caf\u00e9"}', 'latin1'));
    expect((await run()).stderr).toContain('waybill.config.json: not UTF-8');
  });
});
