import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type PlistValue as PackageValue, parse, parseOpenStep } from 'plist';
import { describe, expect, it } from 'vitest';
import { defaultBudgets } from '../../src/budgets.ts';
import { type PlistValue, readPlist } from '../../src/formats/plist/index.ts';
import { buildPlist } from '../build/plist.ts';
import { npmPackage } from '../real/corpus.ts';

const TOOL = 'plistutil';
const present = (() => {
  try {
    execFileSync(TOOL, ['-v'], { stdio: 'ignore' });
    return true;
  } catch {
    console.warn(`SKIPPED: ${TOOL} is missing, property lists are not compared with it`);
    return false;
  }
})();
const describeWithTool = present ? describe : describe.skip;

const packages = [
  'react-native-agora@1.2.5',
  'react-native-voximplant@0.1.7',
  'jcore-react-native@1.3.7',
  'jpush-react-native@3.2.1',
  'cordova-plugin-iosrtc@8.0.4',
];
const files = (spec: string, pattern: RegExp) => {
  const root = npmPackage(spec);
  const names = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((name) => pattern.test(name));
  return names.map((name) => ({ name, bytes: new Uint8Array(readFileSync(join(root, name))) }));
};
const convert = (bytes: Uint8Array, format: 'xml' | 'bin') =>
  new Uint8Array(execFileSync(TOOL, ['-i', '-', '-f', format], { input: bytes }));

describeWithTool('readPlist against plistutil', () => {
  it('reads every published list like plistutil, whichever form it turns it into', () => {
    const seen = { binary: 0, xml: 0, openstep: 0 };
    for (const spec of packages) {
      for (const { name, bytes } of files(spec, /\.(plist|xcprivacy)$/)) {
        const plist = readPlist(bytes, defaultBudgets);
        expect.soft(plist.problems, name).toEqual([]);
        seen[plist.format]++;
        for (const format of ['xml', 'bin'] as const) {
          const converted = readPlist(convert(bytes, format), defaultBudgets);
          expect.soft(converted, `${spec} ${name} as ${format}`).toEqual({
            value: plist.value,
            format: format === 'bin' ? 'binary' : 'xml',
            problems: [],
          });
        }
      }
    }
    expect(seen.binary).toBeGreaterThan(1);
    expect(seen.xml).toBeGreaterThan(10);
  });

  it('tells what SDKs say of themselves', () => {
    const [webrtc] = files('cordova-plugin-iosrtc@8.0.4', /ios-arm64_armv7\/WebRTC\.framework\/Info\.plist$/);
    const info = readPlist(webrtc!.bytes, defaultBudgets);
    expect(info.format).toBe('binary');
    expect((info.value as Map<string, PlistValue>).get('CFBundleIdentifier')).toBe('org.webrtc.WebRTC');
    const [privacy] = files('jpush-react-native@3.2.1', /ios-arm64\/PrivacyInfo\.xcprivacy$/);
    expect([...(readPlist(privacy!.bytes, defaultBudgets).value as Map<string, PlistValue>).keys()]).toContain(
      'NSPrivacyTracking',
    );
  });

  const everything = new Map<string, PlistValue>([
    ['integers', [0, 255, 256, 65_535, 65_536, 4_294_967_295, 4_294_967_296, Number.MAX_SAFE_INTEGER, -1, -70_000]],
    ['reals', [0.5, -2.25]],
    ['text', 'plain'],
    ['中文 🎙', 'UTF-16 声网 <&>'],
    ['trailing blanks  ', true],
    ['data', new Uint8Array([0, 1, 2, 253, 254, 255])],
    ['date', new Date('2021-02-12T00:00:00Z')],
    ['__proto__', new Map([['a', false]])],
    ['array', Array.from({ length: 40 }, (_, i) => new Map([['i', i]]))],
    ['long', 'x'.repeat(1000)],
  ]);
  // plistutil 2.2 writes references as CF$UID, and reads that back as a dictionary: one way only.
  const archive = new Map<string, PlistValue>([['$top', { uid: 300 }]]);

  it('reads references as plistutil writes them', () => {
    for (const target of ['xml', 'bin'] as const)
      expect(readPlist(convert(buildPlist(archive, 'binary'), target), defaultBudgets).value).toEqual(archive);
  });

  it.each([
    'xml',
    'binary',
  ] as const)('plistutil reads what buildPlist writes, and writes what readPlist reads: %s', (format) => {
    for (const target of ['xml', 'bin'] as const) {
      const plist = readPlist(convert(buildPlist(everything, format), target), defaultBudgets);
      expect(plist.problems).toEqual([]);
      expect(plist.value).toEqual(everything);
    }
  });

  it('reads 64-bit integers like plistutil', () => {
    const text =
      '<plist version="1.0"><array><integer>9007199254740993</integer><integer>18446744073709551615</integer><integer>-9223372036854775808</integer></array></plist>';
    const value = [9007199254740993n, 18446744073709551615n, -9223372036854775808n];
    expect(readPlist(new TextEncoder().encode(text), defaultBudgets).value).toEqual(value);
    expect(readPlist(convert(new TextEncoder().encode(text), 'bin'), defaultBudgets).value).toEqual(value);
  });
});

describe('readPlist against the plist package', () => {
  it('reads published XML lists and Xcode projects alike', () => {
    let lists = 0;
    let projects = 0;
    for (const spec of packages) {
      for (const { name, bytes } of files(spec, /\.(plist|xcprivacy|pbxproj)$/)) {
        const plist = readPlist(bytes, defaultBudgets);
        expect.soft(plist.problems, name).toEqual([]);
        const text = new TextDecoder().decode(bytes);
        if (plist.format === 'xml') {
          expect.soft(plain(plist.value), name).toEqual(parse(text));
          lists++;
        } else if (plist.format === 'openstep') {
          expect.soft(plain(plist.value), name).toEqual(parseOpenStep(text));
          projects++;
        }
      }
    }
    expect(lists).toBeGreaterThan(10);
    expect(projects).toBeGreaterThan(3);
  });
});

function plain(value: PlistValue): PackageValue {
  if (value instanceof Map) return Object.fromEntries([...value].map(([key, element]) => [key, plain(element)]));
  if (Array.isArray(value)) return value.map(plain);
  return value as PackageValue;
}
