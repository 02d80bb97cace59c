import { describe, expect, it } from 'vitest';
import { gate, parseWaivers, type Report, scan, type Waiver } from '../src/index.ts';
import { isLike } from '../src/report/waived.ts';
import { buildMachO } from './build/macho.ts';
import { buildPlist } from './build/plist.ts';
import { buildZip } from './build/zip.ts';

/** An app with Agora: findings high and medium, complete. */
async function report(asOf: string | undefined): Promise<Report> {
  const cstrings = ['http://argus.agoralab.co/report?listener=%u&channelName=%s'];
  return scan(
    buildZip([
      {
        name: 'Payload/A.app/Info.plist',
        data: buildPlist(
          { CFBundleIdentifier: 'org.a', CFBundleExecutable: 'A', CFBundleShortVersionString: '4.1.7' },
          'binary',
        ),
      },
      { name: 'Payload/A.app/A', data: buildMachO({ objcClasses: ['AgoraRtcEngineKit'], cstrings }) },
    ]),
    { asOf },
  );
}
const waiver = (finding: string, expires = '2026-06-01'): Waiver => ({
  finding,
  reason: 'Ticket 12: traffic goes through our relay',
  by: 'security@example.org',
  expires,
});
const today = '2026-05-31';
const clear = ['identifiers-in-clear/agora/room-id', 'identifiers-in-clear/agora/user-id'];

describe('waivers', () => {
  it('take a finding out of the gate until they run out, by the real day', async () => {
    const found = await report('2026-05-31');
    expect(gate(found)).toMatchObject({ exitCode: 1, failing: clear, waived: [] });
    const waivers = clear.map((id) => waiver(id));
    const before = gate(found, { waivers, today: '2026-05-31' });
    expect(before).toMatchObject({
      exitCode: 0,
      failing: [],
      expired: [],
      unused: [],
      unknown: [],
      today: '2026-05-31',
    });
    expect(before.waived.map((w) => w.finding)).toEqual(clear);
    const after = gate(found, { waivers, today: '2026-06-01' });
    expect(after).toMatchObject({ exitCode: 1, failing: clear, waived: [], expired: waivers });
  });

  it.each(['never', '2026-6-1', '9999-99-99', ''])('that end on %j do not reach a gate', async (expires) => {
    const found = await report('2026-05-31');
    const says = expect.objectContaining({ code: 'bad-waivers', message: expect.stringContaining(clear[0]!) });
    expect(() => gate(found, { waivers: [waiver(clear[0]!, expires)], today })).toThrow(says);
    // Another app's are another gate's.
    const other = { ...waiver(clear[0]!, expires), app: 'org.b' };
    expect(gate(found, { waivers: [other], today }).failing).toEqual(clear);
  });

  it.each([
    '2000-01-01',
    undefined,
    '2099-12-31',
  ])('a report of the day %s does not let one live for ever', async (asOf) => {
    const yesterday = new Date(Date.now() - 24 * 3600 * 1000).toISOString().slice(0, 10);
    const tomorrow = new Date(Date.now() + 24 * 3600 * 1000).toISOString().slice(0, 10);
    const found = await report(asOf);
    const id = found.findings[0]!.id;
    expect(gate(found, { waivers: [waiver(id, yesterday)] })).toMatchObject({ waived: [], expired: [{ finding: id }] });
    expect(gate(found, { waivers: [waiver(id, tomorrow)] })).toMatchObject({ waived: [{ finding: id }], expired: [] });
  });

  it('a day that is none is refused', async () => {
    const found = await report('2026-05-31');
    for (const today of ['2026-02-30', 'tomorrow', '']) {
      expect(() => gate(found, { today })).toThrow(expect.objectContaining({ code: 'bad-option' }));
    }
  });

  it('count for the app, the version and the file that they name alone', async () => {
    const found = await report('2026-05-31');
    const file = 'build/out/A.ipa';
    const of = (named: Partial<Waiver>, name: string | undefined = file) => {
      const decided = gate(found, { waivers: [{ ...waiver('identifiers-in-clear/*'), ...named }], file: name, today });
      // One for another app is not this one's to take out.
      expect([...decided.unused, ...decided.expired, ...decided.unknown]).toEqual([]);
      return decided.waived.length > 0;
    };
    expect([of({}), of({ app: 'org.a' }), of({ version: '4.*' }), of({ file: '*.ipa' })]).toEqual([
      true,
      true,
      true,
      true,
    ]);
    expect(of({ app: 'org.a', version: '4.1.7', file: 'build/*/A.*' })).toBe(true);
    expect([of({ app: 'org.*' }), of({ app: 'org.b' }), of({ version: '4.1' }), of({ file: 'A.ipa' })]).toEqual(
      Array(4).fill(false),
    );
    expect(of({ app: 'org.a', version: '5.*' })).toBe(false);
    expect(gate(found, { waivers: [{ ...waiver(clear[0]!), file: '*' }], today }).waived).toEqual([]);
    const expired = { ...waiver(clear[0]!, '2020-01-01'), app: 'org.b' };
    expect(gate(found, { waivers: [expired], today }).expired).toEqual([]);
  });

  it.each([
    ['*', '', true],
    ['a*', 'a', true],
    ['*a*b*', 'xaybz', true],
    ['a*a', 'a', false],
    ['ab*bc', 'abc', false],
    ['*b*a*', 'ab', false],
    ['a.c', 'abc', false],
    [`${'*a'.repeat(2000)}`, 'a'.repeat(1999), false],
  ])('%.20s is like "%.20s": %s', (pattern, text, is) => expect(isLike(pattern, text)).toBe(is));

  it('a star covers what stands behind a slash', async () => {
    const found = await report('2026-05-31');
    expect(gate(found, { waivers: [waiver('identifiers-in-clear/*')], today }).failing).toEqual([]);
    expect(gate(found, { waivers: [waiver('identifiers-in-clear/agora/user')], today }).failing).toEqual(clear);
  });

  it('the first that covers a finding counts, and each is looked at a few times however many there are', async () => {
    const found = await report('2026-05-31');
    let looks = 0;
    const counted = (finding: string): Waiver => ({
      ...waiver(finding),
      get finding() {
        looks++;
        return finding;
      },
    });
    const strange = Array.from({ length: 20_000 }, (_, i) => counted(`identifiers-in-clear/agora/room-${i}`));
    const [star, exact] = [counted('identifiers-in-clear/agora/*'), counted(clear[0]!)];
    const { waived, unused } = gate(found, { waivers: [...strange, star, exact], today });
    const ids = found.findings.map(({ id }) => id).filter((id) => id.startsWith('identifiers-in-clear/agora/'));
    expect(waived.map((w) => [w.finding, w.waiver === star])).toEqual(ids.map((id) => [id, true]));
    const other = gate(found, { waivers: [exact, star], today }).waived.map((w) => [w.finding, w.waiver === exact]);
    expect(other).toEqual(ids.map((id) => [id, id === clear[0]]));
    expect(unused).toEqual(strange);
    expect(looks).toBeLessThan(5 * strange.length);
  });

  it('what meets nothing is named', async () => {
    const unused = waiver('location-to-recipient/agora');
    const mistyped = waiver('identifiers-in-clearr/agora');
    const decided = gate(await report('2026-05-31'), { waivers: [unused, mistyped], today });
    expect([decided.unused, decided.unknown]).toEqual([[unused], [mistyped]]);
  });

  it('never make up for bytes that were not read', async () => {
    const found = await report('2026-05-31');
    const encrypted = {
      ...found,
      coverage: [
        { path: 'A', format: 'macho', state: 'unreadable', reason: 'encrypted', offset: 0, detail: '', matters: true },
      ],
    } as Report;
    const waivers = found.findings.map((f) => waiver(f.id));
    expect(gate(encrypted, { waivers, today })).toMatchObject({ verdict: 'inconclusive', exitCode: 2 });
  });

  const right = { finding: 'a/b', reason: 'because we can', by: 'me', expires: '2026-06-01' };
  it.each<[unknown, string, string]>([
    [{ waivers: [right, { ...right, finding: '*' }] }, 'waivers.1.finding', '"/*"'],
    [{ waivers: [{ ...right, finding: 7 }] }, 'waivers.0.finding', 'as reports print it'],
    [{ waivers: [{ ...right, reason: '' }] }, 'waivers.0.reason', 'why it is accepted'],
    [{ waivers: [{ ...right, by: undefined }] }, 'waivers.0.by', 'who accepted it'],
    [{ waivers: [{ finding: 'a/b', reason: 'because we can', by: 'me' }] }, 'waivers.0.expires', 'expires'],
    [{ waivers: [{ ...right, expires: '2026-02-30' }] }, 'waivers.0.expires', 'YYYY-MM-DD'],
    [{ waivers: [{ ...right, expires: 'never' }] }, 'waivers.0.expires', 'YYYY-MM-DD'],
    [{ waivers: [{ ...right, until: '2026-06-01' }] }, 'waivers.0.until', 'app, version, file'],
    [{ waivers: [{ ...right, app: '' }] }, 'waivers.0.app', 'bundle identifier'],
    [{ waivers: [null] }, 'waivers.0', 'finding, reason, by, expires'],
    [{ waivers: {} }, 'waivers: ', 'a list of waivers'],
    [{ waivers: [], more: 1 }, 'more: ', '{ "waivers": [...] }'],
    [{}, 'waivers: ', '{ "waivers": [...] }'],
    [[], '(whole): ', '{ "waivers": [...] }'],
    [null, '(whole): ', '{ "waivers": [...] }'],
  ])('a file that is not right: %j names file, place and what may stand there', (value, place, allowed) => {
    expect(() => parseWaivers(value, 'accepted.json')).toThrow(
      expect.objectContaining({ code: 'bad-waivers', message: expect.stringContaining(`accepted.json: ${place}`) }),
    );
    expect(() => parseWaivers(value)).toThrow(allowed);
  });
});
