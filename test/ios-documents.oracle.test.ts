import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'plist';
import { afterAll, describe, expect, it } from 'vitest';
import { defaultBudgets } from '../src/budgets.ts';
import { readPrivacyManifest } from '../src/bundle/privacy-manifest.ts';
import { readProfile } from '../src/bundle/provisioning.ts';
import { atOnce } from '../src/formats/plist/parsing.ts';
import { readPkcs7Content } from '../src/formats/signing/pkcs7.ts';
import { buildPlist } from './build/plist.ts';
import { pinned } from './real/corpus.ts';

/** What OpenSSL signs and plistutil writes, read back: neither is ours. */

const isThere = (tool: string, ...args: string[]) => {
  try {
    execFileSync(tool, args, { stdio: 'ignore' });
    return true;
  } catch {
    console.warn(`SKIPPED: ${tool} missing, what it writes is not read`);
    return false;
  }
};
const openssl = isThere('openssl', 'version');
const plistutil = isThere('plistutil', '--version');

const folder = mkdtempSync(join(tmpdir(), 'waybill-profile-'));
afterAll(() => rmSync(folder, { recursive: true }));
const at = (name: string) => join(folder, name);
const run = (tool: string, ...args: string[]) => execFileSync(tool, args, { stdio: ['ignore', 'pipe', 'ignore'] });
const bytesOf = (name: string) => new Uint8Array(readFileSync(at(name)));
const tally = () => ({ bytes: 0, objects: 0 });

const list = buildPlist(
  {
    Name: 'Rooms',
    TeamName: 'Maker, Inc.',
    TeamIdentifier: ['A1B2C3D4E5'],
    ExpirationDate: new Date('2027-01-02T03:04:05Z'),
    ProvisionedDevices: Array.from({ length: 200 }, (_, i) => `00008101-${String(i).padStart(16, '0')}`),
    Entitlements: { 'application-identifier': 'A1B2C3D4E5.org.example', 'get-task-allow': false },
  },
  'xml',
);

describe.skipIf(!openssl)('a profile that OpenSSL signs', () => {
  const sign = (name: string, ...how: string[]) => {
    writeFileSync(at('list.plist'), list);
    run(
      'openssl',
      'req',
      '-x509',
      '-newkey',
      'rsa:2048',
      '-nodes',
      '-subj',
      '/CN=Test',
      '-keyout',
      at('key'),
      '-out',
      at('cert'),
    );
    run(
      'openssl',
      ...how,
      '-binary',
      '-signer',
      at('cert'),
      '-inkey',
      at('key'),
      '-in',
      at('list.plist'),
      '-out',
      at(name),
    );
    return bytesOf(name);
  };

  it.each([
    ['as PKCS #7', ['smime', '-sign', '-nodetach', '-outform', 'DER']],
    ['as CMS', ['cms', '-sign', '-nodetach', '-outform', 'DER']],
    ['as CMS in pieces of indefinite length', ['cms', '-sign', '-nodetach', '-stream', '-outform', 'DER']],
  ])('%s holds what it says', (name, how) => {
    const file = name.replaceAll(/\W/g, '-');
    const profile = sign(file, ...how);
    expect(profile[1]).toBe(how.includes('-stream') ? 0x80 : 0x82);
    const verified = run('openssl', 'cms', '-verify', '-noverify', '-binary', '-inform', 'DER', '-in', at(file));
    expect(readPkcs7Content(profile)).toEqual(new Uint8Array(verified));
    expect(atOnce(readProfile(profile, defaultBudgets, tally()))).toEqual({
      said: {
        ...{ kind: 'ad-hoc', name: 'Rooms', teamId: 'A1B2C3D4E5', teamName: 'Maker, Inc.' },
        ...{ appId: 'A1B2C3D4E5.org.example', created: null, expires: '2027-01-02T03:04:05.000Z' },
        ...{ debuggable: false, devices: 200 },
      },
      problems: [],
    });
  });

  it('signed apart from what it signs is none', () => {
    const detached = sign('detached', 'cms', '-sign', '-outform', 'DER');
    expect(() => readPkcs7Content(detached)).toThrow('what was signed is not in the SignedData');
  });
});

describe.skipIf(!plistutil)('a privacy manifest that plistutil writes', () => {
  it('says the same in each form', () => {
    const manifest = {
      NSPrivacyTracking: true,
      NSPrivacyTrackingDomains: ['track.example.com'],
      NSPrivacyCollectedDataTypes: [
        {
          NSPrivacyCollectedDataType: 'NSPrivacyCollectedDataTypeAudioData',
          NSPrivacyCollectedDataTypeLinked: true,
          NSPrivacyCollectedDataTypeTracking: false,
          NSPrivacyCollectedDataTypePurposes: ['NSPrivacyCollectedDataTypePurposeAppFunctionality'],
        },
      ],
      NSPrivacyAccessedAPITypes: [
        {
          NSPrivacyAccessedAPIType: 'NSPrivacyAccessedAPICategoryUserDefaults',
          NSPrivacyAccessedAPITypeReasons: ['CA92.1'],
        },
      ],
    };
    writeFileSync(at('own.plist'), buildPlist(manifest, 'xml'));
    const said = atOnce(readPrivacyManifest(bytesOf('own.plist'), defaultBudgets, tally()));
    expect(said.said).toMatchObject({
      tracking: true,
      collects: [{ linked: true }],
      accesses: [{ reasons: ['CA92.1'] }],
    });
    for (const format of ['bin', 'xml']) {
      run('plistutil', '-i', at('own.plist'), '-f', format, '-o', at(format));
      expect(atOnce(readPrivacyManifest(bytesOf(format), defaultBudgets, tally()))).toEqual(said);
    }
  });

  it.each([
    [
      '@capacitor/ios@6.1.2',
      'Capacitor/Capacitor/PrivacyInfo.xcprivacy',
      '1bac827f49b2b8a5358491b9698203bf191791a6f1ba3a3ace3b1285d52d2d17',
    ],
    [
      'cordova-ios@7.1.1',
      'CordovaLib/PrivacyInfo.xcprivacy',
      'e3f7b0e9f4f3ec6bd7f1317ae8a2e1bc2214a6ca38ae967dcdfcc2ba4d0aa33c',
    ],
    [
      'react-native-device-info@11.1.0',
      'ios/PrivacyInfo.xcprivacy',
      'e187baee4c16cad96a7bf3c4de20192854267f5fcbe1786d3a05205801f769e6',
    ],
  ])('of %s says what plistutil reads in it', (spec, path, sha256) => {
    const file = pinned(spec, path, sha256);
    run('plistutil', '-i', file, '-f', 'bin', '-o', at('published.bin'));
    run('plistutil', '-i', at('published.bin'), '-f', 'xml', '-o', at('published.xml'));
    const theirs = parse(readFileSync(at('published.xml'), 'utf8')) as Record<string, Record<string, unknown>[]>;
    const { said, problems } = atOnce(readPrivacyManifest(new Uint8Array(readFileSync(file)), defaultBudgets, tally()));
    const used = theirs.NSPrivacyAccessedAPITypes ?? [];
    expect(problems).toEqual([]);
    expect(said.tracking).toBe(theirs.NSPrivacyTracking ?? null);
    expect(said.trackingDomains).toEqual(theirs.NSPrivacyTrackingDomains ?? []);
    expect(said.collects.map(({ type }) => type)).toEqual(
      (theirs.NSPrivacyCollectedDataTypes ?? []).map((item) => item.NSPrivacyCollectedDataType),
    );
    expect(said.accesses).toEqual(
      used.map((item) => ({ type: item.NSPrivacyAccessedAPIType, reasons: item.NSPrivacyAccessedAPITypeReasons })),
    );
    console.info(`${spec}: ${JSON.stringify(said)}`);
  });
});
