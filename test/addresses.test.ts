import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it, vi } from 'vitest';
import { addressFamily } from '../src/given/ip.ts';
import { loadAddresses, ScanError } from '../src/index.ts';
import { openAddresses } from '../src/web.ts';
import { bitsOf, buildMmdb } from './build/mmdb.ts';

const v4 = '0'.repeat(96);
const small = buildMmdb({
  prefixes: {
    [bitsOf([192, 0, 2], 24, v4)]: { country_code: 'CN' },
    [bitsOf([198, 51, 100], 24, v4)]: { country: { iso_code: 'US' }, registered_country: { iso_code: 'HK' } },
    [bitsOf([203, 0, 113], 24, v4)]: { country: { iso_code: 'US' } },
    [bitsOf([1, 1], 16, v4)]: { country_code: 'Middle-earth' },
    [bitsOf([0x20, 0x01, 0x0d, 0xb8], 32)]: { country_code: 'DE' },
  },
});
const refused = { name: 'ScanError', code: 'bad-option', message: expect.stringContaining('not an address database') };

describe('registry data of addresses', () => {
  it('names itself, its day and digest, and says the country registered, never the one where somebody is', async () => {
    const registry = await openAddresses(small);
    expect(registry).toMatchObject({ name: 'test country', built: '2026-06-17' });
    expect(registry.sha256).toMatch(/^[0-9a-f]{64}$/);
    const countries = {
      '192.0.2.44': 'CN',
      '::ffff:192.0.2.44': 'CN',
      '198.51.100.7': 'HK',
      '203.0.113.9': null,
      '1.1.1.1': null,
      '8.8.8.8': null,
      '2001:db8::1': 'DE',
      '2001:DB8:0:0:0:0:192.0.2.44': 'DE',
      '2001:db9::1': null,
    };
    for (const [ip, country] of Object.entries(countries)) expect(registry.countryOf(ip), ip).toBe(country);
  });

  it('has no country for what is no address', async () => {
    const registry = await openAddresses(small);
    for (const text of ['', '192.0.2', '192.0.2.44.', '192.0.2.044', '192.0.2.256', '192.0.2.44/24', 'a.example']) {
      expect([addressFamily(text), registry.countryOf(text)], text).toEqual([null, null]);
    }
    for (const text of ['2001:db8', '2001:db8::1::2', '2001:db8:::1', '[2001:db8::1]', '2001:db8::1%eth0', ':', '1:']) {
      expect([addressFamily(text), registry.countryOf(text)], text).toEqual([null, null]);
    }
    for (const text of ['1:2:3:4:5:6:7:8:9', '1:2:3:4:5:6:7:8::', '1::192.0.2.4:5', '1::192.0.2.4:', '::1.2.3']) {
      expect(addressFamily(text), text).toBe(null);
    }
    for (const text of ['::', '::1', '1::', '1:2:3:4:5:6:7::', '1:2:3:4:5:6:192.0.2.4', '::192.0.2.4']) {
      expect(addressFamily(text), text).toBe(6);
    }
  });

  it('does not look IPv6 up in a tree of IPv4', async () => {
    const prefixes = { [bitsOf([0x20, 0x01], 16)]: { country_code: 'CN' } };
    const registry = await openAddresses(buildMmdb({ ipVersion: 4, prefixes }));
    expect([registry.countryOf('32.1.0.1'), registry.countryOf('2001::1')]).toEqual(['CN', null]);
  });

  it('takes a part of a larger array', async () => {
    const padded = new Uint8Array(small.length + 7);
    padded.set(small, 7);
    expect((await openAddresses(padded.subarray(7))).countryOf('192.0.2.44')).toBe('CN');
  });

  it.each([
    { node_count: 0 },
    { node_count: 0xffffffff },
    { ip_version: 5 },
    { record_size: 7 },
    { database_type: 4 },
    { database_type: '' },
    { binary_format_major_version: 3 },
    { build_epoch: 'yesterday' },
    // A pointer to itself, from the start of the metadata.
    { build_epoch: Uint8Array.of(0x20, 0) },
  ])('refuses metadata with %j', async (metadata) => {
    await expect(openAddresses(buildMmdb({ prefixes: { '0': {} }, metadata }))).rejects.toMatchObject(refused);
  });

  it('refuses what is none, and a record that leads nowhere', async () => {
    for (const bytes of [new Uint8Array(0), new Uint8Array(5000), new TextEncoder().encode('Dear reviewer')]) {
      await expect(openAddresses(bytes)).rejects.toMatchObject(refused);
    }
    // A pointer far behind the end.
    const registry = await openAddresses(
      buildMmdb({ prefixes: { [`${v4}1`]: Uint8Array.of(0x38, 127, 255, 255, 255) } }),
    );
    expect(() => registry.countryOf('192.0.2.44')).toThrow(expect.objectContaining(refused));
  });

  it('cut or changed anywhere it gives an answer or a ScanError', async () => {
    const variants = Array.from({ length: small.length }, (_, end) => small.subarray(0, end));
    let seed = 7;
    const random = (below: number) => {
      seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
      return Math.floor((seed / 2 ** 32) * below);
    };
    for (let i = 0; i < 500; i++) {
      const changed = small.slice();
      for (let n = 0; n <= random(4); n++) changed[random(small.length)] = random(256);
      variants.push(changed);
    }
    let opened = 0;
    for (const bytes of variants) {
      try {
        const registry = await openAddresses(bytes);
        opened++;
        for (const ip of ['192.0.2.44', '198.51.100.7', '2001:db8::1', '::']) {
          expect(registry.countryOf(ip) ?? 'XX').toMatch(/^[A-Z]{2}$/);
        }
      } catch (error) {
        expect(error).toBeInstanceOf(ScanError);
        expect(error).toMatchObject(refused);
      }
    }
    expect(opened).toBeGreaterThan(100);
  });
});

describe('where the database comes from', () => {
  it('is a file, or the package that npm installed', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'waybill-addresses-'));
    const file = join(folder, 'small.mmdb');
    writeFileSync(file, small);
    expect((await loadAddresses(file)).countryOf('192.0.2.44')).toBe('CN');
    writeFileSync(file, 'no database');
    await expect(loadAddresses(file)).rejects.toThrow(`${file}: not an address database`);
    await expect(loadAddresses(join(folder, 'none'))).rejects.toMatchObject({ code: 'not-found' });
    await expect(loadAddresses(folder)).rejects.toMatchObject({ code: 'unreadable' });
    rmSync(folder, { recursive: true });
  });

  it('says what to install where it is not there', async () => {
    // The platform alone. The empty package ends the search before any node_modules above the temporary folder.
    const folder = mkdtempSync(join(tmpdir(), 'waybill-alone-'));
    const empty = join(folder, 'node_modules/@ip-location-db/geo-whois-asn-country-mmdb');
    mkdirSync(empty, { recursive: true });
    writeFileSync(join(empty, 'package.json'), '{ "exports": {} }');
    const src = new URL('../src/', import.meta.url);
    mkdirSync(join(folder, 'src/runtime'), { recursive: true });
    const files = readdirSync(new URL('runtime/', src)).map((name) => `runtime/${name}`);
    for (const name of ['errors.ts', ...files.filter((path) => !path.endsWith('web.ts'))]) {
      writeFileSync(join(folder, 'src', name), readFileSync(new URL(name, src)));
    }
    const { readAddressDatabase } = await import(pathToFileURL(join(folder, 'src/runtime/node.ts')).href);
    expect(() => readAddressDatabase(undefined)).toThrow(
      expect.objectContaining({
        code: 'bad-option',
        message: expect.stringContaining('npm install @ip-location-db/geo-whois-asn-country-mmdb'),
      }),
    );
    rmSync(folder, { recursive: true });
  });

  it('says so in a runtime without Buffer', async () => {
    vi.stubGlobal('Buffer', undefined);
    try {
      await expect(openAddresses(small)).rejects.toMatchObject({
        code: 'bad-option',
        message: expect.stringContaining('with Buffer'),
      });
    } finally {
      vi.unstubAllGlobals();
    }
  });
});
