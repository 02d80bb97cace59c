import { cpSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { loadRules } from '../../src/index.ts';
import { isShippedDirectory } from '../../src/runtime/node.ts';
import { folder, type } from './terminal.ts';

const here = folder();
const at = here.path;
afterAll(here.remove);

const shipped = fileURLToPath(new URL('../../rules/', import.meta.url));
const twins = fileURLToPath(new URL('.', new URL('../rules/x', import.meta.url)));
const page = { how: 'document', url: 'https://vendor.example/', seen: '2026-01-01' };
const acme = {
  id: 'acme',
  name: 'Acme',
  sites: ['vendor.example'],
  entities: [{ name: 'Acme BV', role: 'incorporated', country: 'NL', source: page }],
};
const clue = (test: object) => ({ id: 'java', kind: 'class', ...test, strength: 'strong' });
const acmeRtc = {
  id: 'acme-rtc',
  name: 'Acme RTC',
  vendor: 'acme',
  category: 'real-time',
  service: 'hosted',
  clues: [clue({ under: 'com.acme.rtc' })],
  artifacts: [{ artifact: 'npm:acme@1.0.0/a.so', sha256: 'a'.repeat(64), seen: '2026-01-01', holds: { java: {} } }],
};

function write(path: string, json: unknown): void {
  const file = at(path);
  mkdirSync(file.slice(0, file.lastIndexOf('/')), { recursive: true });
  writeFileSync(file, typeof json === 'string' ? json : JSON.stringify(json));
}

/** A pack of two files in a folder of its own, with twins beside it or without. */
function packAt(name: string, sdk: object = acmeRtc, withTwins = true): string {
  write(`${name}/rules/vendors/acme.json`, acme);
  write(`${name}/rules/sdks/acme-rtc.json`, sdk);
  for (const kind of withTwins ? ['vendors/acme', 'sdks/acme-rtc'] : []) {
    write(`${name}/test/rules/${kind}.json`, { hit: [{}], miss: [{}] });
  }
  return at(`${name}/rules`);
}

const list = (...argv: string[]) => type(['rules', 'list', ...argv]);
const check = (...argv: string[]) => type(['rules', 'check', ...argv]);

describe('rules list', () => {
  it('has a line for each SDK, with vendor, countries, clues by platform and whether a version can be read', async () => {
    const { code, stdout, stderr } = await list();
    expect([code, stderr]).toEqual([0, '']);
    const [head, ...lines] = stdout.trimEnd().split('\n');
    expect(head).toMatch(/^ID +Name +Vendor +Countries +Android +iOS +Version$/);
    expect(lines.filter((line) => !line.startsWith(' ')).map((line) => line.split(' ')[0])).toEqual([
      ...loadRules().sdks.keys(),
    ]);
    expect(stdout).toMatch(/^twilio-video +Twilio Video +twilio +United States +\d+ +\d+ +yes$/m);
    expect(stdout).toMatch(/^webrtc +WebRTC +webrtc-project +United States +\d+ +\d+ +yes$/m);
    expect(stdout).toMatch(/^jmessage +JMessage .*aurora-mobile +China, Cayman +\d+ +\d+ +yes$/m);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(100);
  });

  it('breaks no id at 80 columns: an id is there to be copied', async () => {
    const { stdout } = await type(['rules', 'list'], { env: { COLUMNS: '80' } });
    for (const id of loadRules().sdks.keys()) expect(`\n${stdout}`).toContain(`\n${id} `);
  });

  it('counts as the rules do, in JSON', async () => {
    const rows = JSON.parse((await list('-o', 'json')).stdout) as Record<string, unknown>[];
    const { clues } = loadRules().sdks.get('agora-rtc')!;
    expect(rows.find((row) => row.id === 'agora-rtc')).toMatchObject({
      vendor: 'agora',
      countries: expect.arrayContaining(['KY', 'CN', 'US']),
      android: clues.filter((c) => c.platform !== 'ios').length,
      ios: clues.filter((c) => c.platform !== 'android').length,
      version: true,
    });
  });

  it('lists the other kinds', async () => {
    expect((await list('--kind', 'vendors')).stdout).toMatch(
      /^agora +Agora +Cayman Islands, (?:China )? *yes +\d+ +agora-/m,
    );
    expect((await list('--kind', 'jurisdictions')).stdout).toMatch(/^hk +Hong Kong +Hong Kong.* hk-nsl-43/m);
    expect((await list('--kind', 'policies')).stdout).toMatch(
      /^store +App store review +critical +medium +recipient-/m,
    );
    const rows = JSON.parse((await list('--kind', 'jurisdictions', '-o', 'json')).stdout);
    expect(rows.find((row: { id: string }) => row.id === 'cn').laws).toContain('cn-intelligence-law');
  });

  it('says on which platforms an SDK was measured, by clues that were seen in real bytes', async () => {
    const pack = packAt('one-platform', {
      ...acmeRtc,
      clues: [{ ...clue({ under: 'com.acme.rtc' }), platform: 'android' }],
    });
    const rows: { id: string; measured: string[] }[] = JSON.parse((await list('--rules', pack, '-o', 'json')).stdout);
    const measured = new Map(rows.map((row) => [row.id, row.measured]));
    expect([measured.get('acme-rtc'), measured.get('agora-rtc')]).toEqual([['android'], ['android', 'ios']]);
    expect((await list('--rules', pack)).stdout).toMatch(/^acme-rtc .* 1 +- +no$/m);
    const unseen = packAt('unseen', {
      ...acmeRtc,
      clues: [...acmeRtc.clues, { ...clue({ under: 'com.b' }), id: 'unseen' }],
    });
    const refused = await list('--rules', unseen);
    expect([refused.code, refused.stderr]).toEqual([69, expect.stringContaining('no artifact holds "unseen"')]);
  });

  it('lists a pack of the caller on top, and countries of the day', async () => {
    const moved = {
      ...acme,
      entities: [
        { ...acme.entities[0], to: '2026-02-04' },
        { ...acme.entities[0], country: 'SG', from: '2026-02-04' },
      ],
    };
    const pack = packAt('moved');
    write('moved/rules/vendors/acme.json', moved);
    const before = await type(['rules', 'list', '--rules', pack], { now: () => new Date('2026-02-03T12:00:00Z') });
    expect(before.stdout).toMatch(/^acme-rtc +Acme RTC +acme +Netherlands +1 +1 +no$/m);
    expect((await list('--rules', pack)).stdout).toMatch(/^acme-rtc +Acme RTC +acme +Singapore /m);
    expect((await list('--rules', pack)).stdout).toMatch(/^agora-rtc /m);
  });

  it('64 for a kind or format that there is not, 69 for rules that cannot be used', async () => {
    expect(await list('--kind', 'laws')).toMatchObject({
      code: 64,
      stdout: '',
      stderr: expect.stringContaining('sdks, vendors, jurisdictions, policies'),
    });
    expect(await list('-o', 'html')).toMatchObject({ code: 64, stderr: expect.stringContaining('text, json') });
    expect((await list('--rules', at('nowhere'))).code).toBe(69);
    const { code, stderr } = await list('--rules', packAt('bad', { ...acmeRtc, vendor: 'nobody' }));
    expect([code, stderr]).toEqual([
      69,
      `waybill: ${at('bad/rules')}/sdks/acme-rtc.json: vendor: there is no vendors/nobody.json\n`,
    ]);
  });
});

describe('rules check', () => {
  it('0 for the rules that ship, with their twins', async () => {
    const { code, stdout, stderr } = await type(['rules', 'check', shipped, '--twins', twins], { now });
    expect([code, stdout]).toEqual([0, '']);
    expect(stderr).toMatch(/waybill: no problems\n$/);
  });

  it('0 for a good pack on top of them; twins are looked for beside it', async () => {
    expect(await check(packAt('good'))).toEqual({ code: 0, stdout: '', stderr: 'waybill: no problems\n' });
    const alone = packAt('alone', acmeRtc, false);
    expect(await check(alone)).toEqual({
      code: 0,
      stdout: '',
      stderr: `waybill: no problems; twins not checked for ${alone} (--twins DIR)\n`,
    });
  });

  it('69 with a line for each problem, all of them, the files named as the caller did', async () => {
    const pack = packAt('wrong', { ...acmeRtc, vendor: 'nobody', contains: ['acme-rtc'], category: 'r t c' });
    write('wrong/rules/vendors/other.json', '{');
    write('wrong/rules/vendors/acme.json', { ...acme, entities: [{ ...acme.entities[0], country: 'HL' }] });
    const { code, stdout, stderr } = await check(pack);
    expect(code).toBe(69);
    const lines = stdout.trimEnd().split('\n');
    expect(lines.map((line) => line.replace(at('wrong/'), '').split(': ').slice(0, 2).join(' '))).toEqual([
      'rules/sdks/acme-rtc.json category',
      'rules/vendors/acme.json entities.0.country',
      'rules/vendors/other.json (whole file)',
      'test/rules/vendors/other.json (whole file)',
    ]);
    expect(stderr).toBe('waybill: 4 problems in 4 files\n');
  });

  it('a category of the pack’s own is known to check, explain and conditions, and none that ships', async () => {
    const pack = packAt('category', { ...acmeRtc, category: 'push-to-talk' });
    const missing = `${pack}/sdks/acme-rtc.json: category: there is no category "push-to-talk": write categories/push-to-talk.json, or one of real-time, messaging, push, media-engine\n`;
    expect(await check(pack)).toMatchObject({ code: 69, stdout: missing });
    const own = {
      id: 'push-to-talk',
      name: 'Push to talk',
      says: 'Radio.',
      purpose: 'a relay of voices',
      room: 'channel',
    };
    write('category/rules/categories/push-to-talk.json', own);
    expect(await check(pack)).toMatchObject({ code: 0, stdout: '' });
    const told = await type(['explain', 'Push to talk', '--rules', pack]);
    expect(told.stdout).toMatch(
      /^CATEGORY {2}push-to-talk: Push to talk\n {2}means +Radio\.\n[\s\S]* SDKs +acme-rtc\n$/,
    );
    expect((await type(['explain', 'acme-rtc', '--rules', pack])).stdout).toMatch(/^ {2}category +push-to-talk$/m);
    for (const [id, message] of [
      ['push', 'id: "push" is a category that ships'],
      ['other', 'id: "push-to-talk" is not the file name'],
    ]) {
      write(`category/rules/categories/${id}.json`, { ...own, id: id === 'push' ? id : own.id });
      expect((await check(pack)).stdout).toContain(`${pack}/categories/${id}.json: ${message}`);
    }
  });

  it('a clue that a shipped SDK has is told of the caller’s file alone', async () => {
    const pack = packAt('taken', { ...acmeRtc, clues: [clue({ is: 'io.agora.rtc.RtcEngine' })] });
    const { code, stdout } = await check(pack);
    expect(code).toBe(69);
    expect(stdout).toMatch(
      /^\S+taken\/rules\/sdks\/acme-rtc\.json: clues\.0: a strong clue that sdks\/agora-rtc\.json/,
    );
    expect(stdout.trimEnd().split('\n')).toHaveLength(1);
    // And such a pack cannot be used.
    const scan = await type(['explain', 'agora-rtc', '--rules', pack]);
    expect([scan.code, scan.stdout]).toEqual([69, '']);
    expect(scan.stderr).toMatch(/clues\.0: a strong clue .* \(and 2 more: waybill rules check lists them\)/);
  });

  it('packs are taken together: one may name what another holds', async () => {
    const whole = packAt('whole');
    write('part/sdks/acme-im.json', { ...acmeRtc, id: 'acme-im', clues: [clue({ under: 'com.acme.im' })] });
    expect((await check(at('part'))).stdout).toContain('vendor: there is no vendors/acme.json');
    expect((await check(at('part'), whole)).code).toBe(0);
  });

  it('a twin without a miss, and no twin', async () => {
    const pack = packAt('untried');
    write('untried/test/rules/sdks/acme-rtc.json', { hit: [{}], miss: [] });
    expect((await check(pack)).stdout).toBe(
      `${at('untried/test/rules')}/sdks/acme-rtc.json: miss: at least one miss is needed\n`,
    );
    const { code, stdout } = await check(pack, '--twins', twins);
    expect(code).toBe(69);
    expect(stdout.match(/there is no twin/g)).toHaveLength(2);
  });

  it('what was not looked at for long is a warning, on stderr, and no reason to fail', async () => {
    const pack = packAt('old');
    const { code, stdout, stderr } = await type(['rules', 'check', pack], {
      now: () => new Date('2028-01-01T00:00:00Z'),
    });
    expect([code, stdout]).toEqual([0, '']);
    expect(stderr).toContain('warning: ');
    expect(stderr).toContain('vendors/acme.json: entities.0.source.seen: last seen 2026-01-01, over 18 months ago');
  });

  it('files that replace shipped ones are checked in their place', async () => {
    const copy = at('copy/rules');
    cpSync(shipped, copy, { recursive: true });
    expect((await type(['rules', 'check', copy], { now })).stdout).toBe('');
    write('copy/rules/sdks/webrtc.json', '{}');
    const { code, stdout } = await type(['rules', 'check', copy], { now });
    expect(code).toBe(69);
    expect(stdout).toMatch(/^\S+copy\/rules\/sdks\/webrtc\.json: id: /);
  });

  it('the shipped directory stands for itself, by any name', () => {
    symlinkSync(shipped, at('link'));
    expect([shipped, at('link'), at('link/sdks/..')].map(isShippedDirectory)).toEqual([true, true, true]);
    expect([at('copy/rules'), at('nowhere'), tmpdir()].map(isShippedDirectory)).toEqual([false, false, false]);
  });

  it('69 for a folder without rules or none at all, 64 for no folder', async () => {
    mkdirSync(at('empty'));
    const empty = await check(at('empty'));
    expect([empty.code, empty.stdout]).toEqual([69, '']);
    expect(empty.stderr).toContain('no rules; they are sdks/');
    expect((await check(at('nowhere'))).code).toBe(69);
    expect((await check(packAt('good'), '--twins', at('nowhere'))).code).toBe(69);
    expect((await check()).code).toBe(64);
  });

  it('no word of a rule file steers the terminal', async () => {
    const pack = packAt('odd', { ...acmeRtc, '\u001b[2Jx': 1 });
    const { stdout } = await type(['rules', 'check', pack], { tty: true });
    expect(stdout).not.toMatch(/(?!\n)\p{Cc}/u);
    expect(stdout).toContain('\\x1b[2Jx');
  });
});

describe('rules test', () => {
  const test = (...argv: string[]) => type(['rules', 'test', ...argv]);
  const hit = { says: 'its package', platform: 'android', classes: ['com.acme.rtc.Engine'] };
  const sound = {
    hit: [{ ...hit, expect: { version: null, confidence: 'high' } }],
    miss: [{ says: 'a neighbour', platform: 'android', classes: ['com.acme.maps.Engine'] }],
  };
  const vendor = {
    hit: [{ asOf: '2026-02-01', countries: ['NL'] }],
    miss: [{ host: 'vendor.example.org' }],
  };
  function proved(name: string, twin: object): string {
    const rules = packAt(name, { ...acmeRtc, clues: [{ ...clue({ under: 'com.acme.rtc' }), platform: 'android' }] });
    write(`${name}/test/rules/vendors/acme.json`, vendor);
    write(`${name}/test/rules/sdks/acme-rtc.json`, twin);
    return rules;
  }

  it('scans what the twins describe, and says how many cases hold', async () => {
    const { code, stdout, stderr } = await test(proved('twin-sound', sound));
    expect([code, stdout]).toEqual([0, '']);
    expect(stderr).toMatch(/^waybill: (\d+) of \1 cases hold, in 2 rule files\n$/);
  });

  it('names each case that does not hold, with what is the case', async () => {
    const miss = [{ says: 'itself\u001b[2J', platform: 'android', classes: ['com.acme.rtc.Engine'] }];
    const wrong = { hit: [{ ...hit, expect: { version: '1.0', confidence: 'high' } }], miss };
    const { code, stdout, stderr } = await test(proved('twin-wrong', wrong));
    expect(code).toBe(1);
    expect(stdout).toContain('sdks/acme-rtc: android: its package: found {"version":null,');
    expect(stdout).toMatch(/^sdks\/acme-rtc: not acme-rtc, android: itself.*: found all the same$/m);
    expect(stdout).not.toContain('\u001b');
    expect(stdout.trimEnd().split('\n')).toHaveLength(2);
    expect(stderr).toMatch(/^waybill: \d+ of \d+ cases hold/);
  });

  it.each([
    ['no twin', {}, /sdks\/acme-rtc: its twin can be read: sdks\/acme-rtc\.json: hit: /],
    ['a slip', { ...sound, mis: [] }, /sdks\/acme-rtc\.json: mis: /],
  ])('a twin that cannot be read fails its rule: %s', async (name, twin, message) => {
    const { code, stdout } = await test(proved(name.replace(' ', '-'), twin));
    expect([code, stdout]).toEqual([1, expect.stringMatching(message)]);
  });

  it('tries policies too, and names a case that is not whole', async () => {
    mkdirSync(at('policy-pack/rules/policies'), { recursive: true });
    cpSync(`${shipped}policies/store.json`, at('policy-pack/rules/policies/store.json'));
    const sample = { hits: [{ case: {} }], misses: [{ case: {} }] };
    write('policy-pack/test/rules/policies/store.json', {
      ...{ policy: 'store', asOf: '2026-11-26', rules: { 'identifiers-in-clear': sample } },
    });
    const { code, stdout } = await test(at('policy-pack/rules'));
    expect(code).toBe(1);
    expect(stdout).toContain(
      'policies/store: the twin is of this policy, and tries each of its rules: found ["store",',
    );
    expect(stdout).toMatch(/^policies\/store: identifiers-in-clear: hit 1: Cannot read properties of undefined/m);
    expect(stdout).not.toContain('not identifiers-in-clear: miss 1');
  });

  it('says where twins are to stand, and what is wrong with rules', async () => {
    const untried = await test(packAt('untried-pack', acmeRtc, false));
    expect([untried.code, untried.stderr]).toEqual([64, expect.stringContaining('or in --twins DIR')]);
    const broken = await test(packAt('broken-pack', { ...acmeRtc, vendor: 'nobody' }));
    expect([broken.code, broken.stderr]).toEqual([69, expect.stringContaining('nobody')]);
  });
});

it.each([
  ['rules'],
  ['rules list'],
  ['rules check'],
  ['rules test'],
])('%s --help has examples and exit codes', async (command) => {
  const { code, stdout } = await type([...command.split(' '), '--help']);
  expect(code).toBe(0);
  expect(stdout).toContain('waybill rules check my-rules');
  expect(stdout).toMatch(/^ +69 /m);
});

it('rules alone shows what there is', async () => {
  const { code, stdout, stderr } = await type(['rules']);
  expect([code, stdout]).toEqual([64, '']);
  expect(stderr).toMatch(/^ {2}list .*\n {2}check /m);
});

/** The newest day on which a shipped source was seen: none lies in the future of it. */
function now(): Date {
  const days = JSON.stringify([...loadRules().sdks.values(), ...loadRules().vendors.values()]).match(
    /(?<="seen":")\d{4}-\d{2}-\d{2}/g,
  )!;
  return new Date(`${days.sort().at(-1)}T00:00:00Z`);
}
