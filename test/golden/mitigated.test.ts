import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Context, type Report, render } from '../../src/index.ts';
import { type BundleDescription, buildBundle } from '../build/bundle.ts';
import { scan } from '../build/verified.ts';

const read = (name: string) => readFileSync(new URL(`clubhouse-mitigated/${name}`, import.meta.url), 'utf8');
const context: Context = JSON.parse(read('context.json'));
const asOf = '2026-11-01';

/** The same app with other values in its code. */
async function scanned(change: (text: string) => string): Promise<Report> {
  const bundle: BundleDescription = JSON.parse(change(read('bundle.json')));
  return scan(buildBundle(bundle), { asOf, context });
}

const stateOf = ({ flows }: Report, id: string) =>
  flows.find(({ sdk, data }) => sdk === 'agora-rtc' && data === 'microphone')?.controls.find((each) => each.id === id);

describe('Clubhouse with what Agora offers switched on', () => {
  let mitigated: Report;
  let open: Report;

  beforeAll(async () => {
    mitigated = await scanned((text) => text);
    open = await scanned((text) =>
      text.replace('"const v1 1"', '"const v1 0"').replace('"const v1 -2"', '"const v1 -1"'),
    );
  });

  it('the controls are on, each with its call and where it leads from', () => {
    expect(stateOf(mitigated, 'media-encryption')).toMatchObject({ state: 'on' });
    expect(stateOf(mitigated, 'media-encryption')?.reason).toContain('https://api.joinclubhouse.example');
    expect(stateOf(mitigated, 'region')).toMatchObject({ state: 'on' });
    expect(stateOf(mitigated, 'media-encryption')?.evidence?.[0]?.value).toBe(
      'com.clubhouse.room.RoomKeys.protect calls io.agora.rtc2.RtcEngine.enableEncryption',
    );
    expect(stateOf(open, 'media-encryption')).toMatchObject({ state: 'off' });
    expect(stateOf(open, 'region')).toMatchObject({ state: 'off' });
  });

  it('flows are configured, and kept from the country that was left out', () => {
    const flow = mitigated.flows.find(({ data, sdk }) => data === 'microphone' && sdk === 'agora-rtc');
    expect(flow).toMatchObject({ basis: 'configured', region: { in: [], out: ['CN'] } });
    expect(open.flows.find(({ id }) => id === flow?.id)?.region).toEqual({ in: ['001'], out: [] });
  });

  it('what was a finding without them is none with them, and the risk falls', () => {
    const ids = (report: Report) => report.findings.filter(({ state }) => state === 'holds').map(({ id }) => id);
    expect(ids(open)).toContain('media-open-to-recipient/agora');
    expect(ids(open)).toContain('relay-through-country/agora');
    expect(ids(mitigated)).not.toContain('media-open-to-recipient/agora');
    expect(mitigated.findings.map(({ id }) => id)).not.toContain('relay-through-country/agora');
    expect(mitigated.risk.overall.proven).toBeLessThan(open.risk.overall.proven);
    expect(mitigated.risk.overall.possible).toBeLessThan(open.risk.overall.possible);
  });

  it('who governs the vendor is no matter of code: that finding stays', () => {
    expect(mitigated.findings.map(({ id }) => id)).toContain('recipient-under-foreign-law/agora');
  });

  it('a key that is a constant of the app, or of the vendor, is no secret', async () => {
    const constant = await scanned((text) =>
      text.replace(
        '"iput-object v15 v0 io.agora.rtc2.internal.EncryptionConfig.encryptionKey',
        '"const-string v15 s3cr3t-of-all-copies", "iput-object v15 v0 io.agora.rtc2.internal.EncryptionConfig.encryptionKey',
      ),
    );
    expect(stateOf(constant, 'media-encryption')).toMatchObject({ state: 'weak' });
    expect(render(constant, 'json')).not.toContain('s3cr3t-of-all-copies');
    const vendors = await scanned((text) =>
      text.replace('https://api.joinclubhouse.example/room/key', 'https://api.agora.io/key'),
    );
    expect(stateOf(vendors, 'media-encryption')).toMatchObject({ state: 'weak' });
  });

  it('an area that is the country asked about is no mitigation', async () => {
    const pinned = await scanned((text) => text.replace('"const v1 -2"', '"const v1 1"'));
    expect(pinned.flows.find(({ data }) => data === 'microphone')?.region).toEqual({ in: ['CN'], out: [] });
    expect(pinned.findings.find(({ id }) => id === 'relay-through-country/agora')).toMatchObject({ state: 'holds' });
  });
});
