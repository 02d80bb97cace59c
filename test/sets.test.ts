import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { Report } from '../src/types.ts';
import { buildSetTable } from './build/proto.ts';
import { abiApk, agoraDex, apkOf, asks, baseApk, type Files, manifestOf, wholeApk, zipOf } from './build/set.ts';
import { scan } from './build/verified.ts';

/** Packages that make up one app are one app, however they were packed together. */

const folder = mkdtempSync(join(tmpdir(), 'waybill-sets-'));
afterAll(() => rmSync(folder, { recursive: true }));
let count = 0;
const folderOf = (files: Files) => {
  const own = join(folder, `${count++}`);
  for (const [name, data] of Object.entries(files)) {
    mkdirSync(dirname(join(own, name)), { recursive: true });
    writeFileSync(join(own, name), data);
  }
  return own;
};

const units = ({ bundle }: Report) => bundle.units.map(({ path, kind, app }) => [path, kind, app.id]);
const gaps = ({ coverage }: Report) => coverage.filter(({ matters, state }) => matters && state !== 'read');
const where = (report: Report) =>
  report.detections.map(({ sdk, instances }) => [sdk, instances.map(({ path, container }) => [path, container])]);

const toc = buildSetTable('org.example.rooms', [
  { name: 'base', delivery: 'at install', paths: ['splits/base-master.apk', 'splits/base-arm64_v8a.apk'] },
]);
const parts = { 'base.apk': baseApk(), 'split_config.arm64_v8a.apk': abiApk() };
const forms: readonly (readonly [string, () => Uint8Array | string, string, string])[] = [
  [
    '.apks of bundletool',
    () =>
      zipOf({
        'toc.pb': toc,
        'splits/base-master.apk': parts['base.apk'],
        'splits/base-arm64_v8a.apk': abiApk(),
      }),
    'splits/base-master.apk',
    'splits/base-arm64_v8a.apk',
  ],
  [
    '.xapk',
    () => zipOf({ ...parts, 'manifest.json': '{"package_name":"org.example.rooms","version_code":"7"}' }),
    'base.apk',
    'split_config.arm64_v8a.apk',
  ],
  [
    '.apkm',
    () => zipOf({ ...parts, 'info.json': '{"pname":"org.example.rooms","versioncode":7}' }),
    'base.apk',
    'split_config.arm64_v8a.apk',
  ],
  ['packed once more', () => zipOf(parts, 8), 'base.apk', 'split_config.arm64_v8a.apk'],
  ['folder', () => folderOf(parts), 'base.apk', 'split_config.arm64_v8a.apk'],
];

describe.each(forms)('%s', (_form, source, base, split) => {
  it('is one app with all its units, as the package of the same content is', async () => {
    const report = await scan(source());
    expect(report.bundle).toMatchObject({
      kind: 'apks',
      platform: 'android',
      app: { id: 'org.example.rooms', architectures: ['arm64-v8a'] },
    });
    expect(units(report)).toEqual([
      [base, 'app', 'org.example.rooms'],
      [split, 'split', 'org.example.rooms'],
    ]);
    expect(where(report)).toEqual([
      [
        'agora-rtc',
        [
          [`${base}!classes.dex`, null],
          [`${split}!lib/arm64-v8a/libagora-rtc-sdk-jni.so`, split],
        ].sort(),
      ],
    ]);
    const plain = await scan(wholeApk());
    expect([report.verdict, report.complete, gaps(report), report.anomalies]).toEqual([
      plain.verdict,
      plain.complete,
      [],
      [],
    ]);
    const ids = ({ findings }: Report) => findings.map(({ id, state }) => [id, state]);
    expect(ids(report)).toEqual(ids(plain));
  });
});

describe('what a set lacks', () => {
  it('is said by the word of its base, and of a split without one', async () => {
    const alone = await scan(zipOf({ 'base.apk': baseApk() }));
    expect(gaps(alone)).toMatchObject([
      { path: 'base.apk!AndroidManifest.xml', reason: 'missing', detail: expect.stringContaining('"base__abi"') },
    ]);
    const without = await scan(zipOf({ 'split_config.arm64_v8a.apk': abiApk() }));
    expect(gaps(without)).toMatchObject([{ detail: expect.stringContaining('the base is missing') }]);
  });

  it('is a feature module whose components the base names', async () => {
    const application = {
      name: 'application',
      children: [{ name: 'activity', attributes: { 'android:name': 'x.Y', 'android:splitName': 'video' } }],
    };
    const base = baseApk({}, application);
    const feature = apkOf(manifestOf({ split: 'video', 'android:isFeatureSplit': true }), { 'classes.dex': agoraDex });
    expect(gaps(await scan(zipOf({ 'base.apk': base, 'b.apk': abiApk() })))).toMatchObject([
      { detail: expect.stringContaining('"video"') },
    ]);
    const whole = await scan(zipOf({ 'base.apk': base, 'b.apk': abiApk(), 'video.apk': feature }));
    expect(units(whole).map(([, kind]) => kind)).toEqual(['app', 'split', 'feature']);
    expect(gaps(whole)).toEqual([]);
  });

  it('is a file that the list of a XAPK names', async () => {
    const list = JSON.stringify({
      split_apks: [{ file: 'base.apk' }, { file: 'x.apk' }],
      expansions: [{ file: 'Android/obb/main.obb' }],
    });
    const report = await scan(zipOf({ ...parts, 'manifest.json': list }));
    expect(gaps(report)).toMatchObject([
      { path: 'manifest.json', detail: expect.stringContaining('"Android/obb/main.obb", "x.apk"') },
    ]);
  });

  it('is a package that the table of bundletool lists, of a module or an asset pack', async () => {
    const table = buildSetTable('org.example.rooms', [
      { name: 'base', delivery: 'at install', paths: ['base.apk'] },
      { name: 'video', delivery: 'on demand', paths: ['splits/video-master.apk'] },
      { name: 'levels', delivery: 'right after install', paths: ['asset-slices/levels-master.apk'], isAssetPack: true },
    ]);
    const report = await scan(zipOf({ ...parts, 'toc.pb': table }));
    expect(gaps(report).map(({ path, reason, detail }) => [path, reason, detail])).toEqual([
      [
        'toc.pb',
        'missing',
        'the set names files that are not in it: "asset-slices/levels-master.apk" (module "levels", right after install), "splits/video-master.apk" (module "video", on demand)',
      ],
    ]);
  });

  it('is what any of several lists names', async () => {
    const lists = {
      'info.json': JSON.stringify({ pname: 'com.example' }),
      'manifest.json': JSON.stringify({ version_code: 9, split_apks: [{ file: 'x.apk' }] }),
      'toc.pb': buildSetTable('org.example.rooms', [{ name: 'base', paths: ['y.apk'] }]),
    };
    const report = await scan(zipOf({ ...parts, ...lists }));
    expect(gaps(report).map(({ path }) => path)).toEqual(['manifest.json', 'toc.pb']);
    expect(report.anomalies.map(({ code, path }) => [code, path])).toEqual([
      ['set.package', 'info.json'],
      ['set.version', 'manifest.json'],
    ]);
  });

  it('is not known where a table cannot be read', async () => {
    for (const table of ['x', toc.subarray(0, 40)]) {
      const report = await scan(zipOf({ ...parts, 'toc.pb': table }));
      expect(gaps(report)).toMatchObject([{ path: 'toc.pb', reason: 'malformed' }]);
    }
  });

  it('is not known where the list cannot be read', async () => {
    for (const list of ['{"split_apks":[', '7', new Uint8Array(4)]) {
      const report = await scan(zipOf({ ...parts, 'manifest.json': list }));
      expect(gaps(report)).toMatchObject([{ path: 'manifest.json', reason: 'malformed' }]);
    }
  });

  it('is a package that cannot be read', async () => {
    const report = await scan(zipOf({ ...parts, 'split_config.de.apk': 'no archive' }));
    expect(report.complete).toBe(false);
    expect(gaps(report)).toMatchObject([{ path: 'split_config.de.apk', reason: 'malformed' }]);
  });
});

describe('what does not belong together', () => {
  const codes = ({ anomalies }: Report) => anomalies.map(({ code, path }) => [code, path]);

  it('is said: another package, another version, another list', async () => {
    const other = apkOf(manifestOf({ package: 'org.example.other' }, asks('CAMERA')), { 'classes.dex': agoraDex });
    const report = await scan(zipOf({ ...parts, 'other.apk': other }));
    expect(codes(report)).toEqual([['set.package', 'other.apk']]);
    expect(units(report).at(-2)).toEqual(['other.apk', 'nested', 'org.example.other']);
    expect(codes(await scan(zipOf({ ...parts, 'b.apk': abiApk({ 'android:versionCode': 8 }) })))).toEqual([
      ['set.version', 'b.apk'],
    ]);
    const list = JSON.stringify({ package_name: 'com.example', version_code: 9 });
    expect(codes(await scan(zipOf({ ...parts, 'manifest.json': list })))).toEqual([
      ['set.package', 'manifest.json'],
      ['set.version', 'manifest.json'],
    ]);
  });

  it('a permission that a split asks for is not the app’s, as Android passes over it', async () => {
    const split = apkOf(manifestOf({ split: 'config.de' }, asks('CAMERA')));
    const report = await scan(zipOf({ ...parts, 'de.apk': split }));
    expect(report.bundle.units.flatMap(({ app }) => app.permissions)).toEqual(['android.permission.RECORD_AUDIO']);
  });
});

describe('the same bytes', () => {
  it('in a standalone package are read once, and said at each place', async () => {
    const set = { 'toc.pb': toc, 'splits/base-master.apk': parts['base.apk'], 'splits/base-arm64_v8a.apk': abiApk() };
    const report = await scan(zipOf({ ...set, 'standalones/standalone.apk': wholeApk() }));
    expect(units(report).map(([path, kind]) => [path, kind])).toEqual([
      ['splits/base-master.apk', 'app'],
      ['splits/base-arm64_v8a.apk', 'split'],
      ['standalones/standalone.apk', 'variant'],
    ]);
    const twins = report.coverage.filter(({ detail }) => detail?.startsWith('bytes that another entry has'));
    expect(twins.map(({ path }) => path)).toEqual([
      'standalones/standalone.apk!classes.dex',
      'standalones/standalone.apk!lib/arm64-v8a/libagora-rtc-sdk-jni.so',
    ]);
    expect(where(report)[0]?.[1]).toHaveLength(4);
  });

  it('are compared: a check sum alone makes no twin', async () => {
    // Stored content that claims the check sum and sizes of the real one.
    const one = new TextEncoder().encode('"https://one.agora.io/aaaa"');
    const two = new TextEncoder().encode('"https://two.zoom.us/bbbbbb"');
    const { crc32 } = await import('node:zlib');
    const { buildZip } = await import('./build/zip.ts');
    const { buildBinaryXml } = await import('./build/axml.ts');
    const packageOf = (split: string | null, data: Uint8Array) => {
      const fields = { crc32: crc32(one) };
      const manifest = buildBinaryXml(manifestOf(split === null ? {} : { split }));
      return buildZip([
        { name: 'AndroidManifest.xml', data: manifest },
        { name: 'assets/a.js', data, method: 0, local: fields, central: fields },
      ]);
    };
    const report = await scan(zipOf({ 'base.apk': packageOf(null, one), 'x.apk': packageOf('x', two) }));
    expect(report.endpoints.map(({ host }) => host)).toEqual(['one.agora.io', 'two.zoom.us']);
  });
});

it('a package with an unseen character in its name is a package of the set', async () => {
  const report = await scan(zipOf({ 'base\u200b.apk': baseApk(), 'b.apk': abiApk() }));
  expect(units(report)).toEqual([
    ['base\\u200b.apk', 'app', 'org.example.rooms'],
    ['b.apk', 'split', 'org.example.rooms'],
  ]);
  expect([gaps(report), report.anomalies]).toEqual([[], []]);
});

it('OBB files beside the packages are units, and read', async () => {
  const obb = zipOf({ 'assets/a.js': '"https://a.agora.io/x"' });
  const report = await scan(zipOf({ ...parts, 'Android/obb/org.example.rooms/main.7.org.example.rooms.obb': obb }));
  expect(units(report).at(-1)).toEqual([
    'Android/obb/org.example.rooms/main.7.org.example.rooms.obb',
    'asset-pack',
    null,
  ]);
  expect(report.endpoints.map(({ host }) => host)).toEqual(['a.agora.io']);
});
