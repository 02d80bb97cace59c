import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { loadRules, render, scan } from '../src/index.ts';
import type { Rules } from '../src/rules/schema.ts';
import { detectionOf } from './build/case.ts';
import { trace } from './build/judged.ts';
import { twinBundle } from './rules/twin-bundle.ts';
import { parseTwin, SdkTwin } from './rules/twin-schema.ts';

/** What a vendor documents of encryption on the way counts, and counts alike for all of them. */

const rules = loadRules();
const DAY = '2026-11-26';

const protecting = (id: string, of: Rules = rules) => {
  const sdk = of.sdks.get(id)!;
  return [...(of.vendors.get(sdk.vendor)?.claims ?? []), ...sdk.claims].filter((claim) => claim.protects);
};

const twins = new URL('rules/sdks/', import.meta.url);
const ids = readdirSync(twins).map((file) => file.replace('.json', ''));
const hitOf = (id: string) => {
  const path = `${id}.json`;
  return twinBundle(parseTwin(SdkTwin, path, readFileSync(new URL(path, twins), 'utf8')).hit[0]!);
};

it('stands on documents: dated, of the vendor or of a copy that says so, on encryption', () => {
  const claims = [...rules.sdks.keys()].flatMap((id) => protecting(id));
  expect(new Set(claims.map(({ source }) => source.url ?? source.artifact)).size).toBeGreaterThan(7);
  for (const claim of claims) {
    expect([claim.basis, claim.topic], claim.id).toEqual(['documented', 'transport-protection']);
    expect(['document', 'secondary', 'artifact'], claim.id).toContain(claim.source.how);
    expect(claim.says, claim.id).toMatch(/TLS|SRTP|AES/);
  }
});

it.each(
  ids,
)('%s: a flow is transport, by a document, where its rule has the document, and nowhere else', async (id) => {
  const report = await scan(hitOf(id), { asOf: DAY });
  const flows = report.flows.filter((flow) => flow.host === null && flow.sdk !== null && rules.sdks.has(flow.sdk));
  for (const { sdk, data, protection, protectionBasis } of flows) {
    const has = protecting(sdk!).some(({ protects }) => protects!.includes(data));
    expect([sdk, data, protection, protectionBasis]).toEqual(
      has ? [sdk, data, 'transport', 'documented'] : [sdk, data, 'undetermined', null],
    );
  }
  // What bytes show outranks what a document says.
  for (const flow of report.flows.filter(({ protection }) => protection === 'cleartext')) {
    expect(flow.protectionBasis).not.toBe('documented');
  }
});

describe('the same document makes the same protection, whoever the vendor is', () => {
  const claim = { ...protecting('livekit')[0]!, protects: ['messages', 'user-id', 'microphone'] as const };
  const found = (id: string) => ({
    detections: [{ ...detectionOf(id), instances: [] }],
    entries: [],
    units: [],
    manifestRead: true,
  });
  it.each(ids)('%s', (id) => {
    const sdk = rules.sdks.get(id)!;
    const vendor = rules.vendors.get(sdk.vendor)!;
    const of = (claims: readonly unknown[]) =>
      ({
        ...rules,
        sdks: new Map(rules.sdks).set(id, { ...sdk, claims: claims as typeof sdk.claims }),
        vendors: new Map(rules.vendors).set(vendor.id, { ...vendor, claims: [] }),
      }) satisfies Rules;
    const protections = (claims: readonly unknown[], day = DAY) =>
      new Map(trace(found(id) as never, of(claims), day).map((flow) => [flow.data, flow.protection]));
    const before = protections([]);
    const after = protections([claim]);
    for (const [data, protection] of after) {
      const counts = (claim.protects as readonly string[]).includes(data);
      expect(protection, data).toBe(counts ? 'transport' : before.get(data));
    }
    // Not before the day from which it may be cited.
    expect(protections([claim], '2020-01-01')).toEqual(protections([], '2020-01-01'));
  });
});

it('is printed as documented', async () => {
  const report = await scan(hitOf('twilio-video'), { asOf: DAY });
  expect(render(report, 'text', { width: 160 })).toContain('transport (documented)');
});
