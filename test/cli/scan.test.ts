import { execFile, execFileSync } from 'node:child_process';
import {
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { basename } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FileReport, ScannedFile } from '../../src/index.ts';
import { buildBinaryXml } from '../build/axml.ts';
import { type BundleDescription, buildBundle } from '../build/bundle.ts';
import { buildDex } from '../build/dex.ts';
import { buildMmdb } from '../build/mmdb.ts';
import { buildZip } from '../build/zip.ts';
import { folder, type } from './terminal.ts';

const here = folder();
const at = here.path;
const [plain, agora, broken, text] = [at('plain.apk'), at('agora.ipa'), at('broken.apk'), at('letter.txt')];
const golden = new URL('../golden/clubhouse/', import.meta.url);
const scan = (...argv: string[]) => type(['scan', ...argv]);
const json = (output: string) => (JSON.parse(output) as FileReport).report;
// biome-ignore lint/suspicious/noExplicitAny: what was parsed has no type, and the test asks what it is
const log = (output: string) => JSON.parse(output) as Record<string, any>;

beforeAll(() => {
  const manifest = buildBinaryXml({
    name: 'manifest',
    attributes: { package: 'org.example.plain' },
    children: [{ name: 'application' }],
  });
  const apk = (...files: { name: string; data: Uint8Array | string }[]) =>
    buildZip([{ name: 'AndroidManifest.xml', data: manifest }, ...files]);
  writeFileSync(plain, apk({ name: 'classes.dex', data: buildDex({ classes: [{ name: 'org.example.Main' }] }) }));
  writeFileSync(broken, apk({ name: 'classes.dex', data: 'dex\n035\0 and then nothing that a reader can follow' }));
  writeFileSync(
    agora,
    buildBundle(JSON.parse(readFileSync(new URL('bundle.json', golden), 'utf8')) as BundleDescription),
  );
  writeFileSync(text, 'Dear reviewer, please find the app attached.');
  writeFileSync(at('context.json'), readFileSync(new URL('context.json', golden)));
});
afterAll(here.remove);

describe('exit codes', () => {
  it('0: nothing at or above the threshold, and complete; the verdict is said again', async () => {
    const { code, stdout, stderr } = await scan(plain);
    expect(code).toBe(0);
    expect(stdout).toContain('org.example.plain');
    expect(stderr).toMatch(/^waybill: \S*plain\.apk: PASS, exit code 0: no finding .*\n$/);
    expect((await scan(plain, '-q')).stderr).toBe('');
  });

  it('1: findings at or above --fail-on, on stderr with what to do and how to learn more', async () => {
    const { code, stderr } = await scan(agora, '--as-of', '2021-02-12', '-o', `json=${at('r.json')}`);
    expect(code).toBe(1);
    expect(stderr).toContain('agora.ipa: REVIEW, exit code 1: 2 findings fail the gate');
    expect(stderr).toContain('HIGH Code aboard can pass user ID to Agora in plaintext');
    expect(stderr).toMatch(/^ {4}do +Move to a release of Agora RTC that uses TLS/m);
    // Both commands are there to be typed.
    const [, id = '', path = ''] = /waybill explain (\S+user-id) --report (\S+)$/m.exec(stderr) ?? [];
    expect((await type(['explain', id, '--report', path])).stdout).toContain(
      'FINDING  identifiers-in-clear/agora/user-id',
    );
    const [, again = ''] = /all of it +waybill (.*)$/m.exec(stderr) ?? [];
    expect(again).toContain('--as-of 2021-02-12');
    expect((await type(again.split(' '))).stdout).toContain('MADE FROM');
    expect((await scan(agora, '--fail-on', 'critical')).code).toBe(0);
    expect((await scan(agora, '--fail-on', 'none')).code).toBe(0);
  });

  it('-q keeps one line where the step fails: title, remedy, command', async () => {
    const { stderr } = await scan(agora, '-q');
    expect(stderr).toMatch(
      /^waybill: \S+agora\.ipa: REVIEW, exit code 1: HIGH Code aboard .* \+ \d more; do: Move to .* More: waybill scan \S+agora\.ipa --full\n$/,
    );
    expect((await scan(broken, '-q')).stderr).toMatch(/^waybill: .*exit code 2: malformed: .*--accept malformed .*\n$/);
  });

  it('2: incomplete for a reason that is not accepted, with the reason and how to accept it', async () => {
    const { code, stderr } = await scan(broken);
    expect(code).toBe(2);
    expect(stderr).toContain('INCONCLUSIVE, exit code 2: what could hide an SDK was not read');
    expect(stderr).toMatch(/^ {2}malformed: classes\.dex/m);
    expect(stderr).toMatch(/^ {4}do +.* To accept it: --accept malformed$/m);
    expect((await scan(broken, '--accept', 'malformed')).code).toBe(0);
    expect((await scan(broken, '--accept', 'encrypted', '--accept', 'malformed')).code).toBe(0);
    expect((await scan(broken, '--accept', 'encrypted')).code).toBe(2);
  });

  it('64: usage, with the values that there are', async () => {
    const cases: [string[], RegExp][] = [
      [[], /missing required argument/],
      [[plain, '--depth', 'shallow'], /names, standard, deep/],
      [[plain, '--fail-on', 'severe'], /none, info, low, medium, high, critical/],
      [[plain, '--accept', 'laziness'], /depth, encrypted, malformed, budget, missing, unsupported, password/],
      [[plain, '-o', 'html'], /summary, text, json/],
      [[plain, '--color', 'sometimes'], /auto, always, never/],
      [[plain, '--full', '-o', 'json'], /only one output can go to stdout/],
      [[plain, '-o', 'json='], /json=PATH/],
      [[plain, '--policy', 'nowhere'], /no policy "nowhere"; there is .*store/],
      [[plain, '--as-of', '2021-02-30'], /YYYY-MM-DD/],
      [[plain, '--as-of', 'yesterday'], /YYYY-MM-DD/],
      [[plain, '--colour'], /unknown option/],
    ];
    for (const [argv, message] of cases) {
      const { code, stdout, stderr } = await scan(...argv);
      expect(stderr, argv.join(' ')).toMatch(message);
      expect([code, stdout], argv.join(' ')).toEqual([64, '']);
    }
  });

  it('64: a context that is no context', async () => {
    writeFileSync(at('bad.json'), '{ "operator": 3 }');
    writeFileSync(at('not.json'), 'operator: x');
    const wrong = await scan(plain, '--context', at('bad.json'));
    expect(wrong.code).toBe(64);
    expect(wrong.stderr).toBe(`waybill: ${at('bad.json')}: operator: operator is an object with name, country\n`);
    for (const [text, words] of [
      [
        '[]',
        '(whole): a list stands where an object is asked for; a context is an object with operator, distribution,',
      ],
      ['{ "operator": { "name": "A", "country": "ZZ" } }', 'operator.country: "ZZ" is no country of ISO 3166-1'],
      ['{ "distribution": { "offered": ["DE", "ZZ"] } }', 'distribution.offered.1: "ZZ" is no country of ISO 3166-1'],
    ] as const) {
      writeFileSync(at('bad.json'), text);
      const { code, stderr } = await scan(plain, '--context', at('bad.json'));
      expect([code, stderr]).toEqual([64, expect.stringContaining(`waybill: ${at('bad.json')}: ${words}`)]);
    }
    expect((await scan(plain, '--context', at('not.json'))).code).toBe(64);
  });

  it('says once for all files what of a context nobody asks, and a day of which the rules know nothing', async () => {
    writeFileSync(at('sector.json'), '{ "sector": "health" }');
    const words = [plain, agora, '--context', at('sector.json'), '--as-of', '2001-01-01', '--fail-on', 'none'];
    const { stderr } = await scan(...words);
    expect(
      stderr.match(/sector\.json: No rule of the policy store asks for the sector .*: it decides nothing\./g),
    ).toHaveLength(1);
    expect(stderr.match(/--as-of: The rules know nothing of 2001-01-01/g)).toHaveLength(1);
    expect((await scan(...words, '-q')).stderr).toBe('');
  });

  it('64: no command, and one that there is not', async () => {
    expect((await type([])).code).toBe(64);
    expect(await type(['scam', plain])).toMatchObject({ code: 64, stdout: '' });
  });

  it('65: not a bundle', async () => {
    const { code, stdout, stderr } = await scan(text);
    expect([code, stdout]).toEqual([65, '']);
    expect(stderr).toMatch(/letter\.txt: not an app bundle but a text file/);
  });

  it('66: not found', async () => {
    const { code, stderr } = await scan(at('missing.apk'));
    expect(code).toBe(66);
    expect(stderr).toMatch(/missing\.apk: no such file/);
    expect((await scan(plain, '--context', at('missing.json'))).code).toBe(66);
  });

  it('69: a rule pack that is missing or wrong', async () => {
    mkdirSync(at('pack/sdks'), { recursive: true });
    writeFileSync(at('pack/sdks/x.json'), '{ "id": "x" }');
    const { code, stderr } = await scan(plain, '--rules', at('pack'));
    expect(code).toBe(69);
    expect(stderr).toContain('sdks/x.json');
    expect((await scan(plain, '--rules', at('no-pack'))).code).toBe(69);
  });

  it('70: an error of our own, with what to report', async () => {
    const full = () => {
      throw new Error('no room');
    };
    const { code, stderr } = await type(['scan', plain], { stdout: { write: full } });
    expect(code).toBe(70);
    expect(stderr).toMatch(/internal error; please report/);
    expect(stderr).toContain('no room');
  });

  it('70: a folder that went away meanwhile, without calling it our error', async () => {
    mkdirSync(at('going'));
    const stderr = {
      isTTY: true,
      written: '',
      write: (words: string) => {
        stderr.written += words;
        rmSync(at('going'), { recursive: true, force: true });
      },
    };
    const { code } = await type(['scan', plain, '-o', `json=${at('going/r.json')}`], { stderr });
    expect(code).toBe(70);
    expect(stderr.written).toMatch(/waybill: .*r\.json: cannot be written \(ENOENT\)$/m);
    expect(stderr.written).not.toContain('internal error');
  });

  it('130: interrupted, before the start and in between', async () => {
    expect((await type(['scan', plain], { signal: AbortSignal.abort() })).code).toBe(130);
    const controller = new AbortController();
    const stderr = { write: () => controller.abort(), isTTY: true };
    const { code, stdout } = await type(['scan', agora, plain, '-o', 'json'], { stderr, signal: controller.signal });
    expect(code).toBe(130);
    expect(JSON.parse(stdout)).toMatchObject([{ file: 'agora.ipa', error: { code: 'aborted', exitCode: 130 } }]);
  });

  it('of several files the worst, and the rest is still scanned', async () => {
    const cases: [string[], number, (number | string)[]][] = [
      [[plain, plain], 0, [0, 0]],
      [[plain, broken], 2, [0, 2]],
      [[broken, agora], 1, [2, 1]],
      [[agora, text, broken], 65, [1, 'not-a-bundle', 2]],
      [[text, at('missing.apk'), plain], 66, ['not-a-bundle', 'not-found', 0]],
    ];
    for (const [files, worst, each] of cases) {
      const { code, stdout } = await scan('-o', 'json', ...files);
      const found = (JSON.parse(stdout) as ScannedFile[]).map((of) =>
        'error' in of ? of.error.code : of.gate.exitCode,
      );
      expect([code, found], files.join(' ')).toEqual([worst, each]);
    }
  });
});

describe('what goes where', () => {
  it('json of one file is one object, of several an array', async () => {
    const one = await scan(plain, '-o', 'json');
    expect(json(one.stdout).bundle.app.id).toBe('org.example.plain');
    const two = await scan(plain, agora, '-o', 'json', '-q');
    expect((JSON.parse(two.stdout) as FileReport[]).map(({ report }) => report.bundle.kind)).toEqual(['apk', 'ipa']);
    expect(two.stderr).not.toContain('plain.apk');
    expect(JSON.parse((await scan(text, text, '-o', 'json')).stdout)).toHaveLength(2);
  });

  it('writes what its place calls for: findings for code scanning, a summary, a letter, from one scan', async () => {
    const outputs = { sarif: 'o.sarif', markdown: 'o.md', letter: 'o.txt', junit: 'o.xml', csv: 'o.csv' };
    const options = Object.entries(outputs).flatMap(([format, file]) => ['-o', `${format}=${at(file)}`]);
    const { code } = await scan(agora, '-q', ...options);
    expect(code).toBe(1);
    expect(log(readFileSync(at('o.sarif'), 'utf8')).runs[0].properties.gateExitCode).toBe(1);
    expect(readFileSync(at('o.md'), 'utf8')).toMatch(/^## Waybill: REVIEW$/m);
    expect(readFileSync(at('o.txt'), 'utf8')).toMatch(/^To the maker of Clubhouse$/m);
    expect(readFileSync(at('o.xml'), 'utf8')).toMatch(/<failure /);
    expect(readFileSync(at('o.csv'), 'utf8')).toMatch(/^"finding",/m);
  });

  it('hands the gate to the formats: what is waived is suppressed, skipped and said', async () => {
    const waivers = at('accepted.json');
    const of = async (format: string) => (await scan(agora, '-q', '--waivers', waivers, '-o', format)).stdout;
    const waiver = {
      finding: 'identifiers-in-clear/*',
      reason: 'Ticket 12: own relay',
      by: 'a@b.example',
      expires: '2030-01-01',
    };
    writeFileSync(waivers, JSON.stringify({ waivers: [waiver] }));
    expect(log(await of('sarif')).runs[0].results[0].suppressions).toHaveLength(1);
    expect(await of('sarif-github')).not.toContain('"identifiers-in-clear"');
    expect(await of('junit')).toContain('waived until');
    expect(await of('markdown')).toContain('### Waived (2)');
  });

  it('joins several as each format does, and leaves one that cannot be read to those that have a form for it', async () => {
    const of = async (format: string) => (await scan(plain, text, agora, '-q', '-o', format)).stdout;
    // To GitHub a run without results says that nothing is left to mend.
    for (const [format, count] of [
      ['sarif', 3],
      ['sarif-github', 2],
    ] as const) {
      const { runs } = log(await of(format));
      const ids = runs.map((run: { automationDetails: { id: string } }) => run.automationDetails.id);
      expect([ids.length, new Set(ids).size]).toEqual([count, count]);
    }
    // Who counts cases must find the one that was not read.
    expect((await of('junit')).match(/<testsuite /g)).toHaveLength(3);
    expect((await of('csv')).match(/^"row",/gm)).toHaveLength(1);
    expect((await of('csv')).match(/^"app",/gm)).toHaveLength(2);
    expect((await of('csv')).match(/^"file",/gm)).toHaveLength(1);
    expect((await of('markdown')).match(/^## Waybill/gm)).toHaveLength(3);
    expect((await of('markdown')).match(/^## Waybill: NOT SCANNED/gm)).toHaveLength(1);
    expect((await of('letter')).match(/^Dear maker,$/gm)).toHaveLength(2);
  });

  it('writes what a merge request of GitLab lists: what fails, by the path in the repository', async () => {
    const issues = JSON.parse((await scan(agora, '-q', '-o', 'gitlab')).stdout);
    const clear = issues.find((issue: { check_name: string }) => issue.check_name === 'waybill/identifiers-in-clear');
    expect(clear).toMatchObject({ severity: 'critical', location: { path: basename(agora), lines: { begin: 1 } } });
    expect(clear.description).toMatch(/ Shown by \S+\. To do: /);
    const { code, stderr } = await scan(plain, agora, '-o', 'gitlab');
    expect([code, stderr]).toEqual([64, expect.stringContaining('gitlab={name}.gitlab')]);
  });

  it('refuses more files than one output of GitHub’s holds, and names the way out', async () => {
    const { code, stderr } = await scan(...Array(21).fill(plain), '-o', 'sarif-github');
    expect(code).toBe(64);
    expect(stderr).toContain('sarif-github={name}.sarif-github');
  });

  it('prints one screen where nothing else is asked for, and the long form with --full', async () => {
    const lines = (text: string) => text.trimEnd().split('\n').length;
    const { stdout } = await scan(agora);
    expect(lines(stdout)).toBeLessThanOrEqual(40);
    expect(stdout).toBe((await scan(agora, '-o', 'summary')).stdout);
    const full = (await scan(agora, '--full')).stdout;
    expect(full).toBe((await scan(agora, '-o', 'text')).stdout);
    expect(lines(full)).toBeGreaterThan(200);
  });

  it('of several files puts one table first, then a summary each', async () => {
    const { stdout } = await scan(plain, text, agora);
    expect(stdout).toMatch(/^FILES {2}3: 1 pass, 1 review, 1 not scanned$/m);
    expect(stdout).toMatch(/plain\.apk .*PASS/);
    expect(stdout).toMatch(/agora\.ipa +Clubhouse +REVIEW \(exit 1\) +2 high/);
    expect(stdout).toMatch(/^- .*letter\.txt: not an app bundle but a text file/m);
    expect(stdout.match(/^==> .* <==$/gm)).toHaveLength(2);
    expect(stdout.indexOf('FILES')).toBe(0);
  });

  it('holds back the summaries of so many files only, and says where the others are', async () => {
    const { stdout } = await scan(...Array<string>(203).fill(plain));
    expect(stdout.match(/^\S*plain\.apk +\S+ +PASS/gm)).toHaveLength(203);
    expect(stdout.match(/^==> /gm)).toHaveLength(200);
    expect(stdout).toMatch(/^\+ 3 more, in the table alone; for a file each: -o summary=\{name\}\.txt$/m);
  });

  it('text of several files names each', async () => {
    const { stdout } = await scan(plain, broken, '--full');
    expect(stdout.match(/^==> .*\.apk <==$/gm)).toHaveLength(2);
    expect(stdout.indexOf('plain.apk')).toBeLessThan(stdout.indexOf('broken.apk'));
  });

  it('writes files whole, beside stdout, and leaves nothing else behind', async () => {
    mkdirSync(at('out'));
    const { stdout } = await scan(
      agora,
      '-o',
      `json=${at('out/r.json')}`,
      '-o',
      `text=${at('out/r.txt')}`,
      '-o',
      'json',
    );
    expect(readFileSync(at('out/r.json'), 'utf8')).toBe(stdout);
    expect(readFileSync(at('out/r.txt'), 'utf8')).toMatch(/^App {8}Clubhouse/);
    expect(readdirSync(at('out')).sort()).toEqual(['r.json', 'r.txt']);
    const again = await scan(agora, '-o', `json=${at('out/r.json')}`, '-q', '--fail-on', 'none');
    expect(again).toMatchObject({ stdout: '', stderr: '' });
    expect(JSON.parse(readFileSync(at('out/r.json'), 'utf8')).report).toEqual(JSON.parse(stdout).report);
  });

  it('follows a link to the file it stands for', async () => {
    mkdirSync(at('linked'));
    writeFileSync(at('linked/real.json'), 'old');
    symlinkSync(at('linked/real.json'), at('linked/link.json'));
    await scan(plain, '-o', `json=${at('linked/link.json')}`);
    expect(json(readFileSync(at('linked/real.json'), 'utf8')).bundle.kind).toBe('apk');
  });

  // A pipe in a folder of our own: a mistake here must not cost anybody a device.
  it.skipIf(process.platform === 'win32')('writes into a pipe and does not take its place', async () => {
    execFileSync('mkfifo', [at('pipe')]);
    const reader = promisify(execFile)('cat', [at('pipe')]);
    expect((await scan(plain, '-o', `json=${at('pipe')}`)).code).toBe(0);
    expect(json((await reader).stdout).bundle.kind).toBe('apk');
    expect(lstatSync(at('pipe')).isFIFO()).toBe(true);
  });

  it('writes one file for each bundle where the path holds {name}', async () => {
    mkdirSync(at('each'));
    expect((await scan(plain, agora, '-o', `json=${at('each/{name}.json')}`, '-q')).code).toBe(1);
    expect(readdirSync(at('each')).sort()).toEqual(['agora.ipa.json', 'plain.apk.json']);
  });

  it('never overwrites an input, whatever its name', async () => {
    symlinkSync(plain, at('link.apk'));
    linkSync(plain, at('hard.apk'));
    mkdirSync(at('App.app'));
    const before = readFileSync(plain);
    const cases: [string, string][] = [
      [plain, plain],
      [plain, at('link.apk')],
      [plain, at('hard.apk')],
      [at('link.apk'), plain],
      [at('App.app'), at('App.app/report.json')],
    ];
    for (const [input, output] of cases) {
      const { code, stderr } = await scan(input, '-o', `json=${output}`);
      expect(code, output).toBe(64);
      expect(stderr).toContain('would overwrite the input');
    }
    const context = await scan(plain, '--context', at('context.json'), '-o', `json=${at('context.json')}`);
    expect(context.code).toBe(64);
    expect(readFileSync(plain).equals(before)).toBe(true);
    expect(readdirSync(at('App.app'))).toEqual([]);
  });

  it('refuses outputs that would meet, or have no folder, before it scans', async () => {
    const cases: [string[], RegExp][] = [
      [[plain, '-o', 'text', '-o', 'json'], /only one output can go to stdout/],
      [[plain, '-o', 'text', '-o', 'json=-'], /only one output can go to stdout/],
      [[plain, '-o', `json=${at('a')}`, '-o', `text=${at('a')}`], /would be written twice/],
      [[plain, agora, '-o', `json=${at('a')}`], /\{name\}/],
      [[plain, '-o', `json=${at('nowhere/a.json')}`], /there is no folder/],
      [[plain, '-o', `json=${at('.')}`], /is a folder/],
    ];
    for (const [argv, message] of cases) {
      const { code, stdout, stderr } = await scan(...argv);
      expect(stderr, argv.join(' ')).toMatch(message);
      expect([code, stdout]).toEqual([64, '']);
    }
    mkdirSync(at('other'));
    writeFileSync(at('other/plain.apk'), readFileSync(plain));
    const twins = await scan(plain, at('other/plain.apk'), '-o', `json=${at('{name}.json')}`);
    expect(twins.code).toBe(64);
    expect(existsSync(at('a'))).toBe(false);
  });
});

describe('what is asked of the library', () => {
  it('judges by the day and context given, and by today in UTC where none is', async () => {
    const given = json(
      (await scan(agora, '-o', 'json', '--as-of', '2021-02-12', '--context', at('context.json'), '-q')).stdout,
    );
    expect(given.asOf).toBe('2021-02-12');
    expect(given.context?.stated.operator?.name).toBe('Alpha Exploration Co.');
    expect(json((await scan(plain, '-o', 'json')).stdout)).toMatchObject({
      asOf: '2026-02-04',
      context: null,
      depth: 'deep',
    });
  });

  it('says where addresses are registered, by what npm installed or by a file', async () => {
    const ofNpm = await scan(plain, '-o', 'json', '--addresses');
    const installed = json(ofNpm.stdout).addresses;
    // What its own publisher warns of is not passed on in silence.
    expect(ofNpm.stderr).toContain('no longer updated, says its publisher');
    expect(installed).toMatchObject({ name: 'country ipvAll', built: '2026-06-17' });
    const file = at('small.mmdb');
    writeFileSync(file, buildMmdb({ prefixes: { '0': { country_code: 'CN' } } }));
    const given = json((await scan(`--addresses=${file}`, plain, '-o', 'json')).stdout).addresses;
    expect(given).toMatchObject({ name: 'test country' });
    expect(json((await scan(plain, '-o', 'json')).stdout).addresses).toBe(null);
    const wrong = await scan(plain, '--addresses', text);
    expect([wrong.code, wrong.stdout]).toEqual([64, '']);
    expect(wrong.stderr).toContain('not an address database');
    expect((await scan(plain, '--addresses', at('nowhere.mmdb'))).code).toBe(66);
    expect((await scan(plain, '--addresses', file, '-o', `json=${file}`)).code).toBe(64);
  });

  it('reads as deep as asked', async () => {
    expect(json((await scan(agora, '-o', 'json', '--depth', 'names', '-q')).stdout).depth).toBe('names');
  });

  it('gives the same bytes each time', async () => {
    expect((await scan(agora, '-o', 'json')).stdout).toBe((await scan(agora, '-o', 'json')).stdout);
  });
});

describe('a terminal', () => {
  const escaped = /\p{Cc}\[/u;

  it('gets colour and its own width; a pipe gets neither', async () => {
    const on = await type(['scan', agora], { tty: true });
    expect(on.stdout).toMatch(escaped);
    expect(Math.max(...(await scan(plain)).stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(100);
    const narrow = (await type(['scan', plain], { tty: true })).stdout.replaceAll(/\p{Cc}\[[0-9;]*m/gu, '');
    expect(Math.max(...narrow.split('\n').map((line) => line.length))).toBeLessThanOrEqual(90);
    expect((await scan(agora)).stdout).not.toMatch(escaped);
  });

  it.each([{ NO_COLOR: '1' }, { TERM: 'dumb' }, { FORCE_COLOR: '0' }])('gets no colour with %j', async (env) => {
    const { stdout, stderr } = await type(['scan', agora], { tty: true, env });
    expect(stdout).not.toMatch(escaped);
    // The bar is no colour; what follows it is a message.
    expect(stderr.slice(stderr.lastIndexOf('\u001b[K') + 3)).not.toMatch(escaped);
  });

  it('gets no escape at all where it is dumb', async () => {
    const { stdout, stderr } = await type(['scan', agora], { tty: true, env: { TERM: 'dumb' } });
    expect(stdout + stderr).not.toMatch(/(?!\n)\p{Cc}/u);
  });

  it.each([
    [[], { FORCE_COLOR: '1' }, false, true],
    [[], { FORCE_COLOR: '', NO_COLOR: '1' }, false, true],
    [[], { NO_COLOR: '' }, true, true],
    [['--color', 'always'], { NO_COLOR: '1' }, false, true],
    [['--color', 'always'], { TERM: 'dumb' }, true, true],
    [['--color', 'never'], { FORCE_COLOR: '3' }, true, false],
    [['--color', 'auto'], {}, false, false],
  ] as const)('%j with %j, terminal %s: colour %s', async (options, env, tty, colour) => {
    const { stdout } = await type(['scan', agora, ...options], { tty, env });
    expect(escaped.test(stdout)).toBe(colour);
    const explained = await type(['explain', 'agora', ...options], { tty, env });
    expect(escaped.test(explained.stdout)).toBe(colour);
  });

  const widest = (output: string) =>
    Math.max(
      ...output
        .replaceAll(/\p{Cc}\[[0-9;]*[mK]/gu, '')
        .split(/[\r\n]/)
        .map((line) => line.length),
    );

  it('wraps both streams to COLUMNS before its own width; a log keeps its lines', async () => {
    for (const COLUMNS of ['60', '80', '120']) {
      const { stdout, stderr } = await type(['scan', agora], { tty: true, env: { COLUMNS } });
      expect(widest(stdout)).toBeLessThanOrEqual(Number(COLUMNS));
      const words = stderr.split('\n').map((line) => line.replace(/\S{40,}/g, ''));
      expect(widest(words.join('\n'))).toBeLessThanOrEqual(Number(COLUMNS));
    }
    expect(widest((await type(['scan', plain], { env: { COLUMNS: '70' } })).stdout)).toBeLessThanOrEqual(70);
    for (const COLUMNS of ['', '0', '-5', 'wide', '1e9']) {
      expect(widest((await type(['scan', agora], { tty: true, env: { COLUMNS } })).stdout)).toBeLessThanOrEqual(90);
    }
    const log = await type(['scan', agora], { env: { COLUMNS: '60' } });
    expect(log.stderr).toMatch(/^ {4}do +Move to a release of Agora RTC .* lead to nobody\.$/m);
  });

  it('breaks long messages at words, further in than they began', async () => {
    const { stderr } = await type(['scan', plain, '--policy', 'nowhere', '-q'], { tty: true, env: { COLUMNS: '40' } });
    expect(stderr.trimEnd().split('\n').length).toBeGreaterThan(1);
    expect(stderr).toMatch(/^waybill: there is no policy/);
    expect(stderr.replace(/\n {2}/g, ' ')).toContain('waybill: there is no policy "nowhere"; there is');
  });

  it('tells levels and verdicts apart without colour', async () => {
    const { stdout } = await type(['scan', agora], { tty: true, env: { NO_COLOR: '1' } });
    expect(stdout).toMatch(/^Verdict +REVIEW: /m);
    expect(stdout).toMatch(/^! HIGH /m);
    expect(stdout).toMatch(/^ {2}MEDIUM /m);
  });

  it('sees progress on stderr and nothing of it afterwards; quiet keeps it away', async () => {
    const { stderr } = await type(['scan', plain], { tty: true });
    expect(stderr).toMatch(/(opening|reading|judging) \[[#.]{24}\] \d+% \d+ s plain\.apk/);
    expect(stderr.slice(stderr.lastIndexOf('\r'))).toMatch(/^\r\p{Cc}\[Kwaybill: .*plain\.apk: /u);
    expect((await type(['scan', plain, '-q'], { tty: true })).stderr).toBe('');
    expect((await scan(plain)).stderr).not.toContain('\r');
  });

  it('has one line below a report that it shows, and the reasons where it shows none', async () => {
    const below = await type(['scan', agora], { tty: true, env: { COLUMNS: '999' } });
    expect(
      below.stderr
        .slice(below.stderr.lastIndexOf('\u001b[K') + 3)
        .trimEnd()
        .split('\n'),
    ).toHaveLength(1);
    const alone = await type(['scan', agora, '-o', `json=${at('alone.json')}`], { tty: true });
    expect(alone.stderr.replaceAll(/\p{Cc}\[[0-9;]*m/gu, '')).toMatch(/^ {4}do +Move to/m);
  });

  it('is not steered by the name of a file', async () => {
    const odd = at('a\u001b[2J\u202e.apk');
    writeFileSync(odd, 'text');
    const { stderr, code } = await type(['scan', odd], { tty: true });
    expect(code).toBe(65);
    expect(stderr.replaceAll('\u001b[K', '')).not.toMatch(/(?!\r|\n)[\p{Cc}\p{Cf}]/u);
    expect(stderr).toContain('a\\x1b[2J\\u202e.apk');
  });
});
