import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { kinds } from '../src/bundle/kinds/index.ts';
import { ScanError } from '../src/errors.ts';
import { bundleKinds, type Report } from '../src/types.ts';
import { buildArchive } from './build/ar.ts';
import { buildBinaryXml } from './build/axml.ts';
import { buildDex } from './build/dex.ts';
import { buildElf } from './build/elf.ts';
import { buildFat, buildMachO } from './build/macho.ts';
import { buildPlist } from './build/plist.ts';
import { scan } from './build/verified.ts';
import { buildZip } from './build/zip.ts';

/** What kind a bundle is, is what the platform's installer would take it for, whatever else was put beside it. */

type Files = Readonly<Record<string, Uint8Array | string>>;
const zip = (...parts: Files[]) =>
  buildZip(parts.flatMap((files) => Object.entries(files).map(([name, data]) => ({ name, data }))));

const manifestOf = (...permissions: string[]) =>
  buildBinaryXml({
    name: 'manifest',
    attributes: { package: 'org.example.android' },
    children: permissions.map((name) => ({ name: 'uses-permission', attributes: { 'android:name': name } })),
  });
const record = 'android.permission.RECORD_AUDIO';
/** Native code alone: no DEX, no compiled resources. */
const nativeApk: Files = {
  'AndroidManifest.xml': manifestOf(record),
  'lib/arm64-v8a/libagora-rtc-sdk-jni.so': buildElf({ soname: 'libagora-rtc-sdk-jni.so' }),
};
const executable = buildMachO({ fileType: 'execute', platform: { name: 'ios', minos: '13.0' } });
const appOf = (id: string, keys: Readonly<Record<string, string>> = {}): Files => ({
  'Info.plist': buildPlist({ CFBundleIdentifier: id, CFBundleExecutable: 'App', ...keys }, 'binary'),
  App: executable,
});
const below = (folder: string, files: Files): Files =>
  Object.fromEntries(Object.entries(files).map(([name, data]) => [folder + name, data]));
const agoraKit: Files = {
  'Frameworks/AgoraRtcKit.framework/AgoraRtcKit': buildMachO({
    ...{ fileType: 'dylib', exports: ['_OBJC_CLASS_$_AgoraRtcEngineKit'] },
  }),
};
const ipa = below('Payload/X.app/', appOf('org.example.ios'));

const units = ({ bundle }: Report) => bundle.units.map(({ path, platform, app }) => [path, platform, app.permissions]);
const microphone = ({ flows }: Report) =>
  flows.filter((flow) => flow.data === 'microphone' && flow.sdk === 'agora-rtc').map((flow) => flow.permission);

describe('rows', () => {
  it('a kind without a row does not compile, nor does a row under another kind', () => {
    const { macho, ...rest } = kinds;
    // @ts-expect-error a kind without a row
    const missing: typeof kinds = rest;
    // @ts-expect-error the row of another kind
    const swapped: typeof kinds = { ...rest, macho: kinds.apk };
    const others = bundleKinds.filter((kind) => kind !== 'macho');
    expect([Object.keys(missing), swapped.macho.kind, macho.kind]).toEqual([others, 'apk', 'macho']);
  });

  it('stand in the order of the kinds', () => {
    expect(Object.keys(kinds)).toEqual([...bundleKinds]);
  });
});

describe('what two platforms would install', () => {
  const contacts = { NSContactsUsageDescription: 'a' };
  const asIos = below('Payload/X.app/', { ...appOf('org.example.ios', contacts), ...agoraKit });

  it.each([
    ['Android first', [nativeApk, asIos]],
    ['iOS first', [asIos, nativeApk]],
  ])('is read as both, and said: %s', async (_order, parts) => {
    const report = await scan(zip(...parts));
    expect(report.bundle).toMatchObject({ kind: 'apk', platform: 'android', app: { id: 'org.example.android' } });
    expect(units(report)).toEqual([
      ['', 'android', [record]],
      ['Payload/X.app', 'ios', ['NSContactsUsageDescription']],
    ]);
    expect(report.notices).toEqual([expect.stringMatching(/as an APK and as an IPA: it is read as both/)]);
    const [agora] = report.detections;
    expect(agora?.instances.map(({ path, container }) => [path, container])).toEqual([
      ['Payload/X.app/Frameworks/AgoraRtcKit.framework/AgoraRtcKit', 'Payload/X.app/Frameworks/AgoraRtcKit.framework'],
      ['lib/arm64-v8a/libagora-rtc-sdk-jni.so', null],
    ]);
    expect(microphone(report)).toEqual([{ name: record, state: 'declared' }]);
  });

  it('uses what the other platform alone asks for', async () => {
    const quiet = { ...nativeApk, 'AndroidManifest.xml': manifestOf() };
    const speaking = below('Payload/X.app/', appOf('org.example.ios', { NSMicrophoneUsageDescription: 'a' }));
    const name = 'NSMicrophoneUsageDescription';
    expect(microphone(await scan(zip(quiet, speaking)))).toEqual([{ name, state: 'declared' }]);
    expect(microphone(await scan(zip(quiet, ipa)))).toEqual([{ name: record, state: 'absent' }]);
  });

  it('what either would load as code and is none leaves it incomplete', async () => {
    const gaps = async (files: Files) =>
      (await scan(zip(nativeApk, ipa, files))).coverage.filter((line) => line.matters && line.state !== 'read');
    expect(await gaps({})).toEqual([]);
    for (const name of ['classes2.dex', 'lib/arm64-v8a/deeper/a.so', 'Payload/X.app/a.dylib'])
      expect(await gaps({ [name]: 'no code' })).toMatchObject([{ path: name, reason: 'malformed' }]);
    // Neither of these is loaded from there by that platform.
    expect(await gaps({ 'a.dylib': 'a', 'Payload/X.app/classes2.dex': 'a', 'Payload/X.app/lib/a/a.so': 'a' })).toEqual(
      [],
    );
  });
});

describe('a decoy beside what is installed', () => {
  const decoys = [
    'BundleConfig.pb',
    'base/manifest/AndroidManifest.xml',
    'classes.jar',
    'toc.pb',
    'Products/Applications/X.app/Info.plist',
    'X.xcframework/Info.plist',
    'base.apk',
  ];
  const bundles: readonly (readonly [string, Files])[] = [
    ['apk', nativeApk],
    ['ipa', ipa],
  ];
  const cases = bundles.flatMap(([kind, files]) => decoys.map((name) => [kind, name, files] as const));

  it.each(cases)('%s with %s', async (kind, name, files) => {
    const decoy = { [name]: 'x' };
    const without = await scan(zip(files));
    for (const parts of [
      [files, decoy],
      [decoy, files],
    ]) {
      const report = await scan(zip(...parts));
      expect(report.bundle.kind).toBe(kind);
      expect(report.bundle.units).toEqual(without.bundle.units);
      expect([report.verdict, report.complete]).toEqual([without.verdict, without.complete]);
      // An APK may hold another, and a JAR without a manifest beside it makes no library.
      const isPlain = name === (kind === 'apk' ? 'base.apk' : 'classes.jar');
      expect(report.notices).toEqual(isPlain ? [] : [expect.stringContaining(`also holds ${name}`)]);
    }
  });

  it.each([
    ['an app without a property list', { 'Payload/X.app/App': executable }, 'Payload/X.app/'],
    ['a wrapped app', below('a/Payload/X.app/', appOf('org.example.ios')), 'a/Payload/X.app/'],
    ['a zipped app', below('X.app/', appOf('org.example.ios')), 'X.app/'],
  ])('%s, which iOS would not install, leaves the permissions of an APK', async (_what, decoy, seen) => {
    const report = await scan(zip(decoy, nativeApk));
    expect(units(report)).toEqual([['', 'android', [record]]]);
    expect(report.notices).toEqual([expect.stringContaining(`also holds ${seen}`)]);
  });

  it.each<[string, Files]>([
    ['a text manifest', { 'AndroidManifest.xml': '<?xml version="1.0"?><manifest/>' }],
    ['a DEX', { 'classes.dex': buildDex({}) }],
    ['a library', { 'lib/arm64-v8a/a.so': buildElf({ soname: 'a.so' }) }],
  ])('%s, which Android would not install, leaves an IPA what it is', async (_what, decoy) => {
    const report = await scan(zip(decoy, ipa));
    expect(units(report)).toEqual([['Payload/X.app', 'ios', []]]);
    expect(report.notices).toEqual([expect.stringContaining(`also holds ${Object.keys(decoy)[0]}`)]);
  });

  it('the first bytes of an executable before an APK leave it one', async () => {
    const report = await scan(
      buildZip(
        Object.entries(nativeApk).map(([name, data]) => ({ name, data })),
        { prepend: { bytes: executable, fixed: true } },
      ),
    );
    expect(report.bundle.kind).toBe('apk');
    expect(units(report)).toEqual([['', 'android', [record]]]);
    // They are searched like any entry, and said.
    expect(report.complete).toBe(true);
    expect(report.anomalies.map(({ code }) => code)).toContain('zip.prepended-data');
    // An archive that nobody installs stays what was put behind an executable.
    const other = await scan(buildZip([{ name: 'a', data: 'a' }], { prepend: { bytes: executable, fixed: true } }));
    expect(other.bundle.kind).toBe('macho');
  });
});

describe('a manifest that Android would not read', () => {
  it.each<[string, Uint8Array | string, boolean]>([
    ['text', '<?xml version="1.0" encoding="utf-8"?><manifest package="a"/>', true],
    [
      'text in UTF-16',
      new Uint8Array([...'<?xml version="1.0"?><manifest/>'].flatMap((c) => [c.charCodeAt(0), 0])),
      false,
    ],
    [
      'protobuf',
      new Uint8Array([0x0a, 0x40, 0x1a, 0x08, ...new TextEncoder().encode('manifest2\u0007package')]),
      false,
    ],
    ['seven bytes', new Uint8Array([3, 0, 8, 0, 7, 0, 0]), false],
    ['longer than it is', new Uint8Array([3, 0, 8, 0, 0xff, 0, 0, 0]), false],
  ])('%s, beside classes.jar, is a library’s', async (_what, data, isRead) => {
    const files = { 'AndroidManifest.xml': data, 'classes.jar': buildZip([]) };
    const library = await scan(zip(files));
    expect(library.bundle).toMatchObject({ kind: 'aar', app: { id: null, name: isRead ? 'a' : null } });
    expect([library.bundle.units[0]?.kind, library.complete]).toEqual(['library', isRead]);
    const report = await scan(zip({ 'AndroidManifest.xml': data }));
    expect([report.bundle.kind, report.complete]).toEqual(['apk', false]);
  });

  it('a chunk type that says something else is not looked at by Android', async () => {
    const manifest = manifestOf(record);
    manifest[0] = 0x10;
    const report = await scan(zip({ 'AndroidManifest.xml': manifest, 'classes.jar': 'x' }));
    expect(units(report)).toEqual([['', 'android', [record]]]);
  });
});

describe('what nobody installs, and people hand in', () => {
  const app = appOf('org.example.ios', { NSCameraUsageDescription: 'a' });
  it.each<[string, Files, string, RegExp]>([
    ['a folder around Payload', below('iOS App/Payload/X.app/', app), 'iOS App/Payload/X.app', /the folder iOS App\//],
    ['two folders around it', below('a/b/Payload/X.app/', app), 'a/b/Payload/X.app', /the folder a\/b\//],
    ['no Payload', below('X.app/', app), 'X.app', /without Payload\//],
  ])('%s is read, and said', async (_what, files, path, words) => {
    const report = await scan(zip(files, { '__MACOSX/._X': 'x' }));
    expect(units(report)).toEqual([[path, 'ios', ['NSCameraUsageDescription']]]);
    expect(report.notices).toEqual([expect.stringMatching(words)]);
    expect(report.complete).toBe(true);
  });

  it('what looks like bundles of two platforms, and is none that either installs, is read as both', async () => {
    const report = await scan(zip({ 'AndroidManifest.xml': '<manifest/>' }, below('X.app/', app)));
    expect(units(report)).toEqual([
      ['', 'android', []],
      ['X.app', 'ios', ['NSCameraUsageDescription']],
    ]);
    expect(report.notices[0]).toBe('It looks like an APK and an IPA: it is read as both.');
    expect(report.complete).toBe(false);
  });

  it('several applications are all read', async () => {
    const second = below('Payload/B.app/', { ...app, ...agoraKit });
    const report = await scan(zip(ipa, second));
    expect(units(report)).toEqual([
      ['Payload/X.app', 'ios', []],
      ['Payload/B.app', 'ios', ['NSCameraUsageDescription']],
    ]);
    expect(report.notices).toEqual([
      expect.stringMatching(/^2 applications .* the first is taken as the app: Payload\/X/),
    ]);
    const without = await scan(zip(ipa, below('Payload/B.app/', { 'Info.plist': app['Info.plist']! })));
    expect(without.coverage).toContainEqual(expect.objectContaining({ path: 'Payload/B.app/App', reason: 'missing' }));
  });

  it('more applications than are read as such are over budget', async () => {
    const report = await scan(zip(...Array.from({ length: 70 }, (_, i) => below(`Payload/${i}.app/`, app))));
    expect(report.bundle.units).toHaveLength(64);
    expect(report.coverage).toContainEqual(
      expect.objectContaining({ path: 'Payload/(all applications)', reason: 'budget', matters: true }),
    );
  });
});

describe('a directory', () => {
  const top = mkdtempSync(join(tmpdir(), 'waybill-kinds-'));
  afterAll(() => rmSync(top, { recursive: true }));
  const unpack = (name: string, ...parts: Files[]) => {
    for (const [path, data] of parts.flatMap((files) => Object.entries(files))) {
      const file = join(top, name, path);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, data);
    }
    return join(top, name);
  };

  it('an .app folder is one whatever lies in it', async () => {
    const decoys = { 'Payload/a': 'x', 'Products/Applications/a': 'x', 'BundleConfig.pb': 'x' };
    const report = await scan(unpack('X.app', appOf('org.example.ios'), decoys));
    expect(report.bundle).toMatchObject({ kind: 'app', app: { id: 'org.example.ios' } });
  });

  it('an unpacked APK keeps its permissions beside a property list', async () => {
    const report = await scan(unpack('apk', nativeApk, appOf('org.example.ios')));
    expect(units(report)).toEqual([
      ['', 'android', [record]],
      ['', 'ios', []],
    ]);
  });

  it('of an Xcode archive the app is read, as of an unpacked IPA', async () => {
    const archive = unpack('X.xcarchive', { 'Info.plist': 'x' }, below('Products/Applications/X.app/', appOf('a')));
    const { bundle } = await scan(archive);
    expect([bundle.kind, bundle.app.id, bundle.units]).toEqual([
      'xcarchive',
      'a',
      [expect.objectContaining({ path: 'Products/Applications/X.app', kind: 'app' })],
    ]);
    const report = await scan(unpack('ipa', ipa));
    expect([report.bundle.kind, ...units(report)]).toEqual(['ipa', ['Payload/X.app', 'ios', []]]);
  });
});

it('what Android is asked for stands directly below the root of the manifest', async () => {
  const ask = (element: string, permission: string) => ({ name: element, attributes: { 'android:name': permission } });
  const data = buildBinaryXml({
    name: 'manifest',
    attributes: { package: 'a.b' },
    children: [
      ask('uses-permission', 'p.PLAIN'),
      ask('uses-permission-sdk-23', 'p.SDK_23'),
      ask('uses-permission-sdk-m', 'p.SDK_M'),
      { name: 'application', children: [ask('uses-permission', 'p.NESTED')] },
    ],
  });
  const report = await scan(zip({ 'AndroidManifest.xml': data }));
  expect(units(report)[0]?.[2]).toEqual(['p.PLAIN', 'p.SDK_23', 'p.SDK_M']);
});

describe('one file cut short', () => {
  const fat = buildFat([
    { arch: 'arm64', bytes: executable },
    { arch: 'armv7', bytes: buildMachO({ arch: 'armv7', fileType: 'execute' }) },
  ]);
  it.each([
    ['a fat executable', fat],
    ['a thin executable', executable],
    ['a library', buildMachO({ fileType: 'dylib', id: { name: 'libA.dylib' } })],
    ['an ELF library', buildElf({ soname: 'liba.so' })],
    ['an archive', buildArchive([{ name: 'a.o', data: buildMachO({ fileType: 'object' }) }])],
  ])('%s is refused or not complete, at whatever byte it ends', async (_, whole) => {
    for (let length = 0; length < Math.min(whole.length, 64); length++) {
      const report = await scan(whole.subarray(0, length)).catch((error: unknown) => error);
      if (report instanceof ScanError) continue;
      expect(report).toMatchObject({ complete: false });
    }
  });
});
