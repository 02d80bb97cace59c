import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { npmPackage, pinned } from '../real/corpus.ts';
import { codesOf, contentOf, list } from './zip.content.ts';
import { variants } from './zip.variants.ts';

const has = (tool: string, ...args: string[]) => spawnSync(tool, args).error === undefined;
const scratch = mkdtempSync(join(tmpdir(), 'waybill-zip-'));
afterAll(() => rmSync(scratch, { recursive: true }));

/** `describe`, or a loud skip where a tool is missing. */
function describeWith(tool: string, present: boolean): typeof describe.skip {
  if (present) return describe as unknown as typeof describe.skip;
  console.warn(`SKIPPED: ${tool} is not installed, zip.oracle.test.ts compares nothing with it`);
  return describe.skip;
}

/** The archives of published packages: path, and number of entries. */
const real = {
  'ApiDemos-debug.apk': () =>
    pinned(
      'android-apidemos@5.0.0',
      'apks/ApiDemos-debug.apk',
      '5e59f42af4e89200fe33eb82a7c2a2a9224947a8aeb9af6e21b77d40827f7cbc',
    ),
  'settings_apk-debug.apk': () =>
    pinned(
      'io.appium.settings@8.0.10',
      'apks/settings_apk-debug.apk',
      '4c5d60ab5ae56502857dc625e1dde2996fa6d9e64c479bbce59214774e2129dd',
    ),
  'appium-uiautomator2-server-v10.6.6.apk': () =>
    join(npmPackage('appium-uiautomator2-server@10.6.6'), 'apks/appium-uiautomator2-server-v10.6.6.apk'),
  'appium-uiautomator2-server-debug-androidTest.apk': () =>
    join(npmPackage('appium-uiautomator2-server@10.6.6'), 'apks/appium-uiautomator2-server-debug-androidTest.apk'),
  'agora-rtc-sdk.jar': () => join(npmPackage('react-native-agora@1.2.5'), 'android/libs/agora-rtc-sdk.jar'),
  'Rong_IMLib.jar': () => join(npmPackage('rongcloud-react-native-imlib@0.3.13'), 'lib/android/libs/Rong_IMLib.jar'),
};

describeWith('unzip', has('unzip', '-v'))('the names that unzip lists', () => {
  for (const [name, path] of Object.entries(real)) {
    test(name, () => {
      const { stdout } = spawnSync('unzip', ['-Z1', path()], { encoding: 'utf8', maxBuffer: 1 << 26 });
      const bytes = new Uint8Array(readFileSync(path()));
      const read = list(bytes);
      expect(read.entries.map((entry) => entry.name)).toEqual(stdout.trimEnd().split('\n'));
      expect(read).toMatchObject({ orphans: [], anomalies: [], problems: [] });
    });
  }
  test('the numbers of entries', () => {
    const counts = Object.values(real).map((path) => list(new Uint8Array(readFileSync(path()))).entries.length);
    expect(counts.slice(0, 4)).toEqual([880, 121, 3841, 9]);
  });
});

const PYTHON = `import json, sys, zipfile
print(json.dumps([[i.filename, i.compress_type, i.compress_size, i.file_size, i.CRC, i.header_offset]
                  for i in zipfile.ZipFile(sys.argv[1]).infolist()]))`;

describeWith('python3', has('python3', '-V'))('the fields that Python reads', () => {
  for (const [name, path] of Object.entries(real)) {
    test(name, () => {
      const { stdout } = spawnSync('python3', ['-c', PYTHON, path()], { encoding: 'utf8', maxBuffer: 1 << 26 });
      const bytes = new Uint8Array(readFileSync(path()));
      const { entries } = list(bytes);
      const rows = entries.map((e) => [e.name, e.method, e.compressedSize, e.size, e.crc32, e.headerOffset]);
      expect(rows).toEqual(JSON.parse(stdout));
      expect(codesOf(bytes, list(bytes))).toEqual([]);
      for (const entry of entries) expect(contentOf(bytes, entry)!.length).toBe(entry.size);
    });
  }
});

const writers: [tool: string, args: string[]][] = [
  ['zip', ['-qr', 'OUT', 'src']],
  ['zip', ['-qrfd', 'OUT', 'src']],
  ['7z', ['a', '-bd', '-tzip', 'OUT', 'src']],
  ['jar', ['cf', 'OUT', 'src']],
];
for (const [i, [tool, args]] of writers.entries()) {
  describeWith(tool, has(tool, '--help'))(`what ${tool} ${args[0]} writes is ordinary`, () => {
    test('no anomaly, no orphan', () => {
      const out = join(scratch, `${i}.zip`);
      const cwd = new URL('../..', import.meta.url).pathname;
      const run = spawnSync(
        tool,
        args.map((arg) => (arg === 'OUT' ? out : arg)),
        { cwd, encoding: 'utf8' },
      );
      expect(run.status, run.stderr).toBe(0);
      const bytes = new Uint8Array(readFileSync(out));
      const read = list(bytes);
      expect(read.entries.length).toBeGreaterThan(10);
      expect(read).toMatchObject({ orphans: [], problems: [] });
      expect(codesOf(bytes, read)).toEqual([]);
      for (const entry of read.entries) expect(contentOf(bytes, entry)!.length).toBe(entry.size);
    });
  });
}

describeWith('aapt', has('aapt', 'version'))('what libziparchive accepts', () => {
  const path = real['settings_apk-debug.apk'];
  const bytes = new Uint8Array(readFileSync(path()));
  const manifest = contentOf(bytes, list(bytes).entries.find(({ name }) => name === 'AndroidManifest.xml')!)!;
  for (const variant of variants(manifest)) {
    test(`${variant.android}: ${variant.name}`, () => {
      const apk = join(scratch, 'variant.apk');
      writeFileSync(apk, variant.bytes);
      const { status, stdout } = spawnSync('aapt', ['dump', 'xmltree', apk, 'AndroidManifest.xml'], {
        encoding: 'utf8',
      });
      expect(status === 0 && stdout.includes('E: manifest') ? 'accepts' : 'rejects').toBe(variant.android);
    });
  }
});
