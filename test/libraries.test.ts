import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { render } from '../src/index.ts';
import type { Report } from '../src/types.ts';
import { buildArchive } from './build/ar.ts';
import { buildAssembly } from './build/assembly.ts';
import { buildBinaryXml } from './build/axml.ts';
import { buildDex } from './build/dex.ts';
import { buildElf } from './build/elf.ts';
import { buildJavaClass } from './build/java-class.ts';
import { buildMachO } from './build/macho.ts';
import { buildPlist } from './build/plist.ts';
import { scan } from './build/verified.ts';
import { buildZip } from './build/zip.ts';

/** What an SDK would bring into an app, before it is in one: each form in which vendors hand theirs out. */

type Files = Readonly<Record<string, Uint8Array | string>>;
const zip = (files: Files) => buildZip(Object.entries(files).map(([name, data]) => ({ name, data })));
const found = ({ detections }: Report, sdk: string) => detections.find((each) => each.sdk === sdk);
const unread = ({ coverage }: Report) => coverage.filter((line) => line.matters && line.state !== 'read');

const manifest = `<?xml version="1.0"?>
<manifest xmlns:android="http://schemas.android.com/apk/res/android" xmlns:tools="http://schemas.android.com/tools"
  package="com.twilio.video" android:versionName="1.0">
  <uses-sdk android:minSdkVersion="21"/>
  <uses-permission android:name="android.permission.CAMERA"/>
  <uses-permission android:name="android.permission.READ_SMS" tools:node="remove"/>
  <application>
    <service android:name=".Kept" android:foregroundServiceType="camera|microphone"/>
    <provider android:name="com.twilio.video.Gone" tools:node="remove"/>
  </application>
</manifest>`;

const room = buildJavaClass({
  name: 'com.twilio.video.Room',
  methods: [
    {
      name: 'record',
      code: [{ call: ['android.hardware.Camera', 'open', '()Landroid/hardware/Camera;'] }, { bytes: [0xb1] }],
    },
  ],
});
const buildConfig = buildJavaClass({
  name: 'com.twilio.video.BuildConfig',
  fields: [{ name: 'VERSION_NAME', value: '7.10.2' }],
});
const classes: Files = {
  'com/twilio/video/Room.class': room,
  'com/twilio/video/BuildConfig.class': buildConfig,
  'com/twilio/video/Video.class': buildJavaClass({ name: 'com.twilio.video.Video' }),
};
const so = buildElf({ soname: 'libtwilio_video_android_so.so' });
const aar = {
  'AndroidManifest.xml': manifest,
  'classes.jar': zip(classes),
  'jni/arm64-v8a/libtwilio_video_android_so.so': so,
  'R.txt': 'int string app_name 0x7f010000\n',
};

describe('an AAR', () => {
  it('is a library, with the SDK, its version, permissions and components', async () => {
    const report = await scan(zip(aar));
    const { bundle } = report;
    expect(bundle).toMatchObject({ kind: 'aar', platform: 'android', app: { id: null, name: 'com.twilio.video' } });
    expect(bundle.units).toMatchObject([{ path: '', kind: 'library' }]);
    expect(bundle.app).toMatchObject({
      version: null,
      minOs: '21',
      permissions: ['android.permission.CAMERA'],
      background: ['camera', 'microphone'],
      architectures: ['arm64-v8a'],
    });
    const twilio = found(report, 'twilio-video');
    expect(twilio).toMatchObject({ version: '7.10.2', scored: true, presence: expect.arrayContaining(['bundled']) });
    expect(twilio?.instances.map(({ path, arch, version }) => [path, arch, version])).toEqual([
      ['classes.jar', 'jvm', '7.10.2'],
      ['jni/arm64-v8a/libtwilio_video_android_so.so', 'arm64', null],
    ]);
    expect(twilio?.instances[0]?.versionAt).toMatchObject({
      path: 'classes.jar!com/twilio/video/BuildConfig.class',
      text: '7.10.2',
    });
    expect(unread(report)).toEqual([]);
    expect(report.notices).toEqual([expect.stringMatching(/^This is a library, not an app/)]);
  });

  it('says what an APK of the same classes says', async () => {
    const report = await scan(zip(aar));
    const plain = await scan(
      zip({
        'AndroidManifest.xml': buildBinaryXml({ name: 'manifest', attributes: { package: 'org.example.app' } }),
        'classes.dex': buildDex({
          classes: [
            { name: 'com.twilio.video.Room' },
            { name: 'com.twilio.video.Video' },
            { name: 'com.twilio.video.BuildConfig', staticFields: [{ name: 'VERSION_NAME', value: '7.10.2' }] },
          ],
        }),
        'lib/arm64-v8a/libtwilio_video_android_so.so': so,
      }),
    );
    const said = ({ detections }: Report) => detections.map(({ sdk, version, scored }) => [sdk, version, scored]);
    expect(said(report)).toEqual(said(plain));
    expect(report.unidentified).toEqual(plain.unidentified);
  });

  it('asks nothing that only an app decides, and answers nothing of it', async () => {
    const { flows, findings } = await scan(zip(aar));
    const own = flows.filter(({ sdk }) => sdk === 'twilio-video');
    const states = own.flatMap(({ permission }) => (permission ? [`${permission.name} ${permission.state}`] : []));
    expect(new Set(states)).toEqual(
      new Set(['android.permission.CAMERA declared', 'android.permission.RECORD_AUDIO undetermined']),
    );
    const controls = own.flatMap((flow) => flow.controls);
    expect(controls.length).toBeGreaterThan(0);
    for (const { state, reason } of controls) {
      expect(state).toBe('undetermined');
      expect(reason).toMatch(/^Not asked: this is a library/);
    }
    const media = findings.filter(({ rule }) => rule === 'media-open-to-recipient');
    expect(media.map(({ state }) => state)).toEqual(['undetermined']);
  });

  it('tells what its code could use, whether its manifest asks for it or not, and calls nobody the only one', async () => {
    const asking = await scan(zip(aar));
    const { 'AndroidManifest.xml': _, ...silent } = aar;
    const quiet = await scan(zip({ ...silent, 'AndroidManifest.xml': '<manifest package="com.twilio.video"/>' }));
    for (const { permissionUse } of [asking, quiet]) {
      const camera = permissionUse.find(({ permission }) => permission === 'android.permission.CAMERA');
      expect(camera).toMatchObject({ only: null, open: expect.stringContaining('library') });
      expect(camera?.users).toMatchObject([
        { name: 'twilio-video', evidence: [{ path: 'classes.jar!com/twilio/video/Room.class', text: 'open' }] },
      ]);
    }
    const text = render(asking, 'text').replace(/\s+/g, ' ');
    expect(text).toContain('that its code refers to what they are for, or asks for');
    expect(text).not.toContain('of those asked for');
    expect(text.split('whether others do is not known')).toHaveLength(2);
  });

  it('is called a library on the first screen, by every form for people', async () => {
    const report = await scan(zip(aar));
    expect(render(report, 'summary')).toMatch(/^Library +com\.twilio\.video, version not known, aar,.*not an app/);
    expect(render(report, 'text')).toMatch(/^ *Library +com\.twilio\.video/m);
    expect(render(report, 'markdown')).toContain('**Library:**');
  });

  it('what is no archive or library in its place leaves the answer incomplete', async () => {
    const report = await scan(zip({ ...aar, 'classes.jar': 'text', 'jni/arm64-v8a/a.so': 'text' }));
    expect(unread(report).map(({ path, reason }) => [path, reason])).toEqual([
      ['classes.jar', 'malformed'],
      ['jni/arm64-v8a/a.so', 'malformed'],
    ]);
    const broken = await scan(zip({ ...aar, 'AndroidManifest.xml': '<manifest package="a.b">' }));
    expect(unread(broken)).toMatchObject([{ path: 'AndroidManifest.xml', state: 'partial' }]);
    expect(found(broken, 'twilio-video')?.version).toBe('7.10.2');
  });

  it('with a DEX beside it is an APK whose manifest cannot be read', async () => {
    const report = await scan(zip({ ...aar, 'classes.dex': buildDex({}) }));
    expect([report.bundle.kind, report.complete]).toEqual(['apk', false]);
  });
});

describe('a JAR', () => {
  const pom = 'version=7.10.2\ngroupId=com.twilio\nartifactId=video-android\n';
  const path = 'META-INF/maven/com.twilio/video-android/pom.properties';

  it('is one instance, named as Maven names it', async () => {
    const report = await scan(zip({ ...classes, [path]: pom }));
    expect(report.bundle).toMatchObject({ kind: 'jar', app: { id: null, name: 'com.twilio:video-android' } });
    expect(found(report, 'twilio-video')).toMatchObject({
      version: '7.10.2',
      instances: [{ path: '(classes)', arch: 'jvm', version: '7.10.2', container: null }],
    });
    expect(report.libraries).toMatchObject([{ name: 'com.twilio:video-android', version: '7.10.2' }]);
    expect(unread(report)).toEqual([]);
  });

  it('with class files cut off at every byte is incomplete at each, and the rest is read', async () => {
    const cuts = Array.from({ length: buildConfig.length - 8 }, (_, i) => [
      `c/${i + 8}.class`,
      buildConfig.subarray(0, i + 8),
    ]);
    const report = await scan(zip({ ...classes, ...Object.fromEntries(cuts) }));
    expect(
      unread(report)
        .map(({ path }) => path)
        .sort(),
    ).toEqual(cuts.map(([path]) => path).sort());
    expect(found(report, 'twilio-video')?.scored).toBe(true);
  });

  it('without a name says so once for each thing, and the letter goes to the maker of a library', async () => {
    const report = await scan(zip(classes));
    expect(render(report, 'summary')).toMatch(/^Library +name not known, version not known, jar,/);
    const letter = render(report, 'letter').replace(/\s+/g, ' ');
    expect(letter).toMatch(/^To the maker of this library .* which reads a library without running it\./);
  });

  it('holds hosts as the same JAR in an AAR does: in a file of the SDK', async () => {
    const api = buildJavaClass({
      name: 'com.twilio.video.Api',
      fields: [{ name: 'U', value: 'https://ecs.us1.twilio.com/v2' }],
    });
    const both = { ...classes, 'com/twilio/video/Api.class': api };
    const said = ({ findings }: Report) => findings.map(({ id, state }) => [id, state]);
    const alone = await scan(zip(both));
    expect(alone.endpoints.map(({ host }) => host)).toEqual(['ecs.us1.twilio.com']);
    expect(said(alone)).toEqual(said(await scan(zip({ ...aar, 'classes.jar': zip(both) }))));
  });

  it('with a class file that breaks off is searched for text, and incomplete', async () => {
    const text = 'https://media.example.org/a';
    const whole = buildJavaClass({ name: 'org.example.A', fields: [{ name: 'URL', value: text }] });
    const report = await scan(zip({ ...classes, 'org/example/A.class': whole.subarray(0, -3) }));
    expect(report.endpoints.map(({ host }) => host)).toEqual(['media.example.org']);
    expect(unread(report)).toMatchObject([{ path: 'org/example/A.class', format: 'class', reason: 'malformed' }]);
  });

  it('tells copies of a library apart by their packages', async () => {
    const name = 'PeerConnectionFactory';
    const copies = ['org.webrtc', 'tvi.webrtc'].map((pack) => [
      `${pack.replace('.', '/')}/${name}.class`,
      buildJavaClass({ name: `${pack}.${name}` }),
    ]);
    const report = await scan(zip(Object.fromEntries(copies)));
    expect(found(report, 'webrtc')?.instances.map(({ namespace }) => namespace)).toEqual(['org.webrtc', 'tvi.webrtc']);
  });
});

const kit = buildMachO({ fileType: 'dylib', exports: ['_createAgoraRtcEngine', '_OBJC_CLASS_$_AgoraRtcEngineKit'] });
const info = (version: string) =>
  buildPlist(
    { CFBundleExecutable: 'AgoraRtcKit', CFBundleIdentifier: 'io.agora.kit', CFBundleShortVersionString: version },
    'binary',
  );
const framework = (top: string): Files => ({ [`${top}/Info.plist`]: info('4.2.0'), [`${top}/AgoraRtcKit`]: kit });
const slices: Files = {
  'AgoraRtcKit.xcframework/Info.plist': buildPlist({ CFBundlePackageType: 'XFWK' }, 'binary'),
  ...framework('AgoraRtcKit.xcframework/ios-arm64/AgoraRtcKit.framework'),
  ...framework('AgoraRtcKit.xcframework/ios-arm64-simulator/AgoraRtcKit.framework'),
};
const symbols: Files = { 'AgoraRtcKit.dSYM/Contents/Resources/DWARF/AgoraRtcKit': kit };

describe('libraries of iOS', () => {
  it.each<[string, string, Files | Uint8Array, string[]]>([
    ['a framework', 'framework', framework('AgoraRtcKit.framework'), ['AgoraRtcKit.framework/AgoraRtcKit']],
    [
      'an XCFramework',
      'xcframework',
      slices,
      [
        'AgoraRtcKit.xcframework/ios-arm64-simulator/AgoraRtcKit.framework/AgoraRtcKit',
        'AgoraRtcKit.xcframework/ios-arm64/AgoraRtcKit.framework/AgoraRtcKit',
      ],
    ],
    ['debug symbols', 'dsym', symbols, ['AgoraRtcKit.dSYM/Contents/Resources/DWARF/AgoraRtcKit']],
    ['a dylib', 'macho', kit, ['(executable)']],
  ])('%s', async (_what, kind, files, paths) => {
    const report = await scan(files instanceof Uint8Array ? files : zip(files));
    expect(report.bundle).toMatchObject({ kind, platform: 'ios', app: { id: null } });
    expect(report.bundle.units).toMatchObject([{ path: '', kind: 'library' }]);
    expect(found(report, 'agora-rtc')?.instances.map(({ path }) => path)).toEqual(paths);
    expect(unread(report)).toEqual([]);
    if (kind.endsWith('framework')) {
      expect(report.bundle.app).toMatchObject({ name: 'AgoraRtcKit', version: '4.2.0' });
    }
  });

  it('an executable is no library: it may be an app’s', async () => {
    const report = await scan(buildMachO({ fileType: 'execute', platform: { name: 'ios', minos: '13.0' } }));
    expect(report.bundle.units).toMatchObject([{ kind: 'app' }]);
    expect(report.complete).toBe(false);
  });

  it('a framework whose binary is missing is said to be without it', async () => {
    const { 'AgoraRtcKit.framework/Info.plist': list } = framework('AgoraRtcKit.framework');
    const report = await scan(zip({ 'AgoraRtcKit.framework/Info.plist': list! }));
    expect(unread(report)).toMatchObject([{ path: 'AgoraRtcKit.framework/AgoraRtcKit', reason: 'missing' }]);
  });

  it.each([
    ['the top', ''],
    ['its folder', 'A.xcframework/'],
  ])('an XCFramework at %s that names more than it has is said to be without it', async (_what, top) => {
    const list = (...names: string[]) => ({
      [`${top}Info.plist`]: buildPlist(
        {
          CFBundlePackageType: 'XFWK',
          AvailableLibraries: names.map((name) => ({ LibraryIdentifier: name, LibraryPath: 'AgoraRtcKit.framework' })),
        },
        'binary',
      ),
      ...framework(`${top}ios-arm64/AgoraRtcKit.framework`),
    });
    expect(unread(await scan(zip(list('ios-arm64'))))).toEqual([]);
    expect(unread(await scan(zip(list('ios-arm64', 'tvos-arm64'))))).toMatchObject([
      {
        path: `${top}Info.plist`,
        reason: 'missing',
        detail: expect.stringContaining('tvos-arm64/AgoraRtcKit.framework'),
      },
    ]);
  });

  it('of an Xcode archive the app is read, and the symbols beside it', async () => {
    const app = { 'Info.plist': buildPlist({ CFBundleIdentifier: 'org.example', CFBundleExecutable: 'X' }, 'binary') };
    const report = await scan(
      zip({
        'X.xcarchive/Info.plist': '<plist/>',
        'X.xcarchive/Products/Applications/X.app/Info.plist': app['Info.plist'],
        'X.xcarchive/Products/Applications/X.app/X': buildMachO({ fileType: 'execute' }),
        'X.xcarchive/dSYMs/X.app.dSYM/Contents/Resources/DWARF/X': kit,
      }),
    );
    expect(report.bundle).toMatchObject({ kind: 'xcarchive', app: { id: 'org.example' } });
    expect(report.bundle.units).toMatchObject([{ kind: 'app' }]);
    expect(found(report, 'agora-rtc')?.scored).toBe(true);
  });
});

describe('a single native library', () => {
  it('of Android, by its own name', async () => {
    const report = await scan(buildElf({ soname: 'libagora-rtc-sdk.so', exports: ['createAgoraRtcEngine'] }));
    expect(report.bundle).toMatchObject({ kind: 'elf', platform: 'android', app: { id: null } });
    expect(found(report, 'agora-rtc')?.instances.map(({ path }) => path)).toEqual(['(library)']);
    expect(unread(report)).toEqual([]);
  });

  const uuid = '00112233445566778899aabbccddeeff';
  const said = '00112233-4455-6677-8899-AABBCCDDEEFF';
  const dylib = (id?: string) =>
    buildMachO({ fileType: 'dylib', uuid, ...(id === undefined ? {} : { id: { name: id } }) });
  it.each<[string, Uint8Array, string | null, string | null]>([
    ['.so', buildElf({ soname: 'libroom.so', buildId: '00ff' }), 'libroom.so', '00ff'],
    ['.so without a name', buildElf({ buildId: '00ff' }), null, '00ff'],
    ['.dylib', dylib('@rpath/libroom.dylib'), 'libroom.dylib', said],
    ['framework’s', dylib('@rpath/Room.framework/Versions/A/Room'), 'Room.framework', said],
    ['.dSYM', zip({ 'Contents/Resources/DWARF/Room': dylib() }), 'Room', said],
    [
      'framework without a list',
      zip({ 'Room.framework/Room': dylib('@rpath/Room.framework/Room') }),
      'Room.framework',
      said,
    ],
    [
      'two symbol files',
      zip({ 'Contents/Resources/DWARF/Room': dylib(), 'B.dSYM/Contents/Resources/DWARF/B': dylib() }),
      null,
      null,
    ],
    ['JAR around one', zip({ ...classes, 'lib/arm64-v8a/libroom.so': buildElf({ soname: 'libroom.so' }) }), null, null],
  ])('has the name and the build that its bytes give it: %s', async (_what, bytes, name, build) => {
    const { app } = (await scan(bytes)).bundle;
    expect([app.id, app.name, app.build]).toEqual([null, name, build]);
  });

  it('that is static, by the symbols of its members', async () => {
    const member = { name: 'm.o', data: new TextEncoder().encode('x'), symbols: ['_createAgoraRtcEngine'] };
    const report = await scan(buildArchive([member]));
    expect(report.bundle).toMatchObject({ kind: 'archive', app: { id: null } });
    expect(found(report, 'agora-rtc')?.instances.map(({ path }) => path)).toEqual(['(library)']);
    expect(unread(report)).toEqual([]);
  });

  it.each([
    ['as it is', [0x42, 0x43, 0xc0, 0xde, 0x35, 0x14]],
    ['in its wrapper', [0xde, 0xc0, 0x17, 0x0b, 0, 0, 0, 0]],
  ])('of bitcode, %s, is incomplete', async (_what, head) => {
    const member = { name: 'm.o', data: Uint8Array.from(head), symbols: ['_createAgoraRtcEngine'] };
    const report = await scan(buildArchive([{ name: 'a.o', data: new Uint8Array(8), symbols: ['_a'] }, member]));
    expect(found(report, 'agora-rtc')?.scored).toBe(true);
    const detail = expect.stringMatching(/^1 of .* m\.o$/);
    expect(unread(report)).toMatchObject([{ path: '(library)', reason: 'unsupported', detail }]);
  });
});

describe('a download of a vendor', () => {
  it('is read library by library, of both platforms where it holds both', async () => {
    const android: Files = { 'SDK/docs/a.txt': 'x', 'SDK/libs/video.aar': zip(aar), 'SDK/libs/arm64-v8a/libx.so': so };
    const report = await scan(zip(android));
    expect(report.bundle).toMatchObject({ kind: 'sdk', app: { id: null } });
    expect(found(report, 'twilio-video')?.instances.map(({ path }) => path)).toEqual([
      'SDK/libs/arm64-v8a/libx.so',
      'SDK/libs/video.aar!classes.jar',
      'SDK/libs/video.aar!jni/arm64-v8a/libtwilio_video_android_so.so',
    ]);
    expect(unread(report)).toEqual([]);
    const both = await scan(zip({ ...android, ...slices }));
    expect(new Set(both.bundle.units.map(({ platform }) => platform))).toEqual(new Set(['android', 'ios']));
    expect([found(both, 'twilio-video')?.version, found(both, 'agora-rtc')?.scored]).toEqual(['7.10.2', true]);
  });

  it('a folder with a library somewhere in it is none', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'waybill-project-'));
    writeFileSync(join(folder, 'a.jar'), zip(classes));
    const says = expect.stringContaining('a directory that holds "a.jar"; scan that');
    await expect(scan(folder)).rejects.toMatchObject({ code: 'not-a-bundle', message: says });
    rmSync(folder, { recursive: true });
  });
});

describe('what a build takes for code and is none', () => {
  const plistOf = (executable: string) => buildPlist({ CFBundleExecutable: executable }, 'xml');
  const dirty = zip({ ...classes, 'x/Y.class': 'text' });
  it.each<[string, Files, string]>([
    ['a class in an AAR', { ...aar, 'classes.jar': dirty }, 'classes.jar!x/Y.class'],
    ['a class in a JAR of an AAR', { ...aar, 'libs/b.jar': dirty }, 'libs/b.jar!x/Y.class'],
    [
      'a library that native code is linked with',
      { ...aar, 'prefab/modules/x/libs/android.arm64-v8a/libx.so': 'text' },
      'prefab/modules/x/libs/android.arm64-v8a/libx.so',
    ],
    ['a native library in a JAR', { ...classes, 'lib/arm64-v8a/x.so': 'text' }, 'lib/arm64-v8a/x.so'],
    ['a class in a JAR of a download', { 'SDK/b.jar': dirty }, 'SDK/b.jar!x/Y.class'],
    [
      'the classes of an AAR of a download',
      { 'SDK/b.aar': zip({ ...aar, 'classes.jar': 'text' }) },
      'SDK/b.aar!classes.jar',
    ],
    ['a class in one', { 'SDK/b.aar': zip({ ...aar, 'classes.jar': dirty }) }, 'SDK/b.aar!classes.jar!x/Y.class'],
    [
      'one in an archive in it',
      { 'SDK/b.jar': zip(classes), 'SDK/a.zip': zip({ 'x/c.so': 'text' }) },
      'SDK/a.zip!x/c.so',
    ],
    ['a library of the other platform', { ...slices, 'SDK/c.so': 'text' }, 'SDK/c.so'],
    [
      'a static library of iOS',
      { ...slices, 'AgoraRtcKit.xcframework/tvos-arm64/libx.a': 'text' },
      'AgoraRtcKit.xcframework/tvos-arm64/libx.a',
    ],
    [
      'a list of the libraries of an XCFramework',
      { ...slices, 'AgoraRtcKit.xcframework/Info.plist': 'text' },
      'AgoraRtcKit.xcframework/Info.plist',
    ],
    [
      'a framework in an archive of a download for Android',
      { 'SDK/c.so': so, 'SDK/ios.zip': zip({ 'A.framework/Info.plist': plistOf('A'), 'A.framework/A': 'text' }) },
      'SDK/ios.zip!A.framework/A',
    ],
    [
      'one that bears the name that its list gives it',
      { ...slices, 'SDK/ios.zip': zip({ 'x/A.framework/Info.plist': plistOf('B'), 'x/A.framework/B': 'text' }) },
      'SDK/ios.zip!x/A.framework/B',
    ],
    [
      'a library of Windows in place of a framework',
      { 'A.framework/Info.plist': plistOf('A'), 'A.framework/A': buildAssembly({ name: 'A', isNative: true }) },
      'A.framework/A',
    ],
    ['one without a list', { ...slices, 'ios.zip': zip({ 'A.framework/A': 'text' }) }, 'ios.zip!A.framework/A'],
    ['a file of symbols', { 'A.dSYM/Contents/Resources/DWARF/A': 'text' }, 'A.dSYM/Contents/Resources/DWARF/A'],
  ])('%s leaves it incomplete', async (_what, files, path) => {
    const report = await scan(zip(files));
    expect(report.complete).toBe(false);
    expect(unread(report)).toMatchObject([{ path, reason: 'malformed' }]);
  });

  it.each<[string, Files]>([
    ['a framework', { 'A.framework/Info.plist': plistOf('B'), 'A.framework/B': kit }],
    [
      'a static one',
      {
        'A.framework/Info.plist': plistOf('A'),
        'A.framework/A': buildArchive([{ name: 'a.o', data: buildMachO({ fileType: 'object' }) }]),
      },
    ],
  ])('%s in an archive of a download is read', async (_what, files) => {
    const report = await scan(zip({ 'SDK/c.so': so, 'SDK/ios.zip': zip(files) }));
    expect([unread(report), report.bundle.units.length]).toEqual([[], 1]);
  });

  it('a framework in an archive of a download lacks what its list names', async () => {
    const report = await scan(zip({ 'SDK/c.so': so, 'ios.zip': zip({ 'A.framework/Info.plist': plistOf('B') }) }));
    expect(unread(report)).toMatchObject([{ path: 'ios.zip!A.framework/B', reason: 'missing' }]);
  });

  it('a static library in an XCFramework is read', async () => {
    const member = { name: 'm.o', data: new Uint8Array(8), symbols: ['_createAgoraRtcEngine'] };
    const report = await scan(zip({ 'A.xcframework/ios-arm64/libA.a': buildArchive([member]) }));
    expect([unread(report), found(report, 'agora-rtc')?.scored]).toEqual([[], true]);
  });
});

describe('a directory', () => {
  const top = mkdtempSync(join(tmpdir(), 'waybill-libraries-'));
  afterAll(() => rmSync(top, { recursive: true }));
  const unpack = (name: string, files: Files) => {
    for (const [path, data] of Object.entries(files)) {
      const file = join(top, name, path);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, data);
    }
    return join(top, name);
  };

  it.each<[string, Files]>([
    ['aar', aar],
    ['jar', classes],
    ['xcframework', slices],
    ['framework', framework('AgoraRtcKit.framework')],
    ['dsym', symbols],
  ])('says of %s what the archive says', async (kind, files) => {
    const said = ({ bundle, detections }: Report) => [
      bundle.kind,
      bundle.app.name,
      detections.map(({ sdk, version }) => [sdk, version]),
    ];
    const report = await scan(unpack(kind, files));
    expect(report.bundle.kind).toBe(kind);
    expect(said(report)).toEqual(said(await scan(zip(files))));
  });
});
