import { beforeAll, describe, expect, it } from 'vitest';
import { loadAddresses, type Report, render } from '../../src/index.ts';
import { scan } from '../build/verified.ts';
import { addToApk, agora202, real } from './compose.ts';

/** @ip-location-db/geo-whois-asn-country-mmdb 2.3.2026061719, as package.json pins it. */
const database = {
  name: 'country ipvAll',
  sha256: 'c5f7c0e9bd6a6ccb5a2e9634764544a0d08bd0bd8788b8aedfac87bea184c652',
  built: '2026-06-17',
};

describe('the addresses in the real arm64 library of Agora 2.0.2', () => {
  let without: Report;
  let report: Report;

  beforeAll(async () => {
    const path = 'lib/arm64-v8a/libagora-rtc-sdk-jni.so' as const;
    const apk = addToApk(real.settings(), { [path]: agora202()[path] });
    // On a day on which the addresses of this library were still taken for Agora's.
    const asOf = '2024-12-31';
    without = await scan(apk, { asOf });
    report = await scan(apk, { asOf, addresses: await loadAddresses() });
  });

  it('are registered in China, Hong Kong and the United States, by the database of that day', () => {
    expect(report.addresses).toEqual(database);
    const seen = report.endpoints.filter((e) => e.registered !== null);
    expect(seen.filter((e) => e.vendor === 'agora').map((e) => [e.host, e.registered?.country])).toEqual([
      ['119.9.108.79', 'HK'],
      ['119.9.116.105', 'HK'],
      ['119.9.92.49', 'HK'],
      ['123.155.153.69', 'CN'],
      ['14.152.50.26', 'CN'],
      ['183.236.26.162', 'CN'],
      ['221.228.202.134', 'CN'],
      ['221.228.78.123', 'CN'],
      ['221.6.115.123', 'CN'],
      ['223.111.12.227', 'CN'],
      ['69.28.51.138', 'US'],
    ]);
    // A constant of libevent is looked up as well, and stays nobody's.
    const decoy = seen.find((e) => e.host === '18.244.0.188');
    expect(decoy).toMatchObject({ vendor: null, registered: { country: 'US' } });
    // Host names are not looked up: that would take a network.
    expect(seen.every((e) => /^[\d.]+$/.test(e.host))).toBe(true);
  });

  it('change nothing else in the report', () => {
    expect(without.addresses).toBe(null);
    expect(without.endpoints.every((e) => e.registered === null)).toBe(true);
    const endpoints = report.endpoints.map((e) => ({ ...e, registered: null }));
    expect({ ...report, addresses: null, endpoints }).toEqual(without);
  });

  it('are worded as what a registry says', () => {
    const text = render(report, 'text').replace(/\s+/g, ' ');
    const limits = '(registry data of 2026-06-17; by registries and operators; no proof of where a server stands)';
    expect(text).toContain(`registered in China (CN) ${limits}`);
    expect(text).toContain(`registry "${database.name}" built ${database.built}, sha256 ${database.sha256}`);
    expect(render(without, 'text')).not.toContain('registered in');
  });
});
