import { describe, expect, it } from 'vitest';
import { gate, parseWaivers, type Report, scan, type Waiver } from '../src/index.ts';
import { buildMachO } from './build/macho.ts';
import { buildPlist } from './build/plist.ts';
import { buildZip } from './build/zip.ts';

/** An app with Agora: findings high and medium, complete. */
async function report(asOf: string): Promise<Report> {
  const cstrings = ['http://argus.agoralab.co/report?listener=%u&channelName=%s'];
  return scan(
    buildZip([
      {
        name: 'Payload/A.app/Info.plist',
        data: buildPlist({ CFBundleIdentifier: 'org.a', CFBundleExecutable: 'A' }, 'binary'),
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
const clear = ['identifiers-in-clear/agora/room-id', 'identifiers-in-clear/agora/user-id'];

describe('waivers', () => {
  it('take a finding out of the gate until they run out, by the report’s date', async () => {
    const before = await report('2026-05-31');
    expect(gate(before)).toMatchObject({ exitCode: 1, failing: clear, waived: [] });
    const waivers = clear.map((id) => waiver(id));
    expect(gate(before, { waivers })).toMatchObject({ exitCode: 0, failing: [], expired: [], unused: [] });
    expect(gate(before, { waivers }).waived.map((w) => w.finding)).toEqual(clear);
    const after = await report('2026-06-01');
    expect(gate(after, { waivers })).toMatchObject({ exitCode: 1, failing: clear, expired: waivers });
  });

  it('a star covers what stands behind a slash', async () => {
    const found = await report('2026-05-31');
    expect(gate(found, { waivers: [waiver('identifiers-in-clear/*')] }).failing).toEqual([]);
    expect(gate(found, { waivers: [waiver('identifiers-in-clear/agora/user')] }).failing).toEqual(clear);
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
    const { waived, unused } = gate(found, { waivers: [...strange, star, exact] });
    const ids = found.findings.map(({ id }) => id).filter((id) => id.startsWith('identifiers-in-clear/agora/'));
    expect(waived.map((w) => [w.finding, w.waiver === star])).toEqual(ids.map((id) => [id, true]));
    const other = gate(found, { waivers: [exact, star] }).waived.map((w) => [w.finding, w.waiver === exact]);
    expect(other).toEqual(ids.map((id) => [id, id === clear[0]]));
    expect(unused).toEqual(strange);
    expect(looks).toBeLessThan(5 * strange.length);
  });

  it('what meets nothing is named', async () => {
    const unused = waiver('location-to-recipient/agora');
    expect(gate(await report('2026-05-31'), { waivers: [unused] }).unused).toEqual([unused]);
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
    expect(gate(encrypted, { waivers })).toMatchObject({ verdict: 'inconclusive', exitCode: 2 });
  });

  it.each([
    [{ waivers: [{ finding: '*', reason: 'because we can', by: 'me', expires: '2026-06-01' }] }, 'waivers.0.finding'],
    [{ waivers: [{ finding: 'a/b', reason: '', by: 'me', expires: '2026-06-01' }] }, 'waivers.0.reason'],
    [{ waivers: [{ finding: 'a/b', reason: 'because we can', expires: '2026-06-01' }] }, 'waivers.0.by'],
    [{ waivers: [{ finding: 'a/b', reason: 'because we can', by: 'me' }] }, 'waivers.0.expires'],
    [[], 'waivers: '],
  ])('a file that is not right names the field: %j', (value, field) => {
    expect(() => parseWaivers(value)).toThrow(
      expect.objectContaining({ code: 'bad-waivers', message: expect.stringContaining(field) }),
    );
  });
});
