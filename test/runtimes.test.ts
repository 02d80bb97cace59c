import { describe, expect, it } from 'vitest';
import { isSwiftRuntime } from '../src/bundle/swift-runtime.ts';
import { loadRules, type Report } from '../src/index.ts';
import { buildBundle, type FileDescription } from './build/bundle.ts';
import { scan } from './build/verified.ts';

/** The shipped rules/runtimes over bundles of our own: what is known as a runtime, and what only looks like one. */

type Files = Readonly<Record<string, FileDescription>>;

const classes = (name: string) => Array.from({ length: 120 }, (_, i) => ({ name: `${name}.C${i}` }));
const dex = (...packages: readonly string[]): FileDescription => ({ dex: { classes: packages.flatMap(classes) } });
const elf = (name: string): FileDescription => ({ elf: { soname: name, rodata: ['https://api.example.net/v1'] } });
const libraries = (...names: readonly string[]): Files =>
  Object.fromEntries(names.map((name) => [`lib/arm64-v8a/${name}`, elf(name)]));

function apk(files: Files): Promise<Report> {
  const axml = { name: 'manifest', attributes: { package: 'org.example.app' }, children: [{ name: 'application' }] };
  return scan(buildBundle({ files: { 'AndroidManifest.xml': { axml }, ...files } }));
}

const app = 'Payload/A.app';
const dylib: FileDescription = { macho: { fileType: 'dylib', cstrings: ['https://api.example.net/v1'] } };
const inApp = (...names: readonly string[]): Files =>
  Object.fromEntries(names.map((name) => [`${app}/${name}`, dylib]));
const framework = (name: string, version?: string): Files => ({
  [`${app}/Frameworks/${name}.framework/${name}`]: dylib,
  [`${app}/Frameworks/${name}.framework/Info.plist`]: {
    plist: {
      CFBundleExecutable: name,
      CFBundleIdentifier: `x.${name}`,
      ...(version ? { CFBundleShortVersionString: version } : {}),
    },
  },
});

function ipa(files: Files): Promise<Report> {
  return scan(
    buildBundle({
      files: {
        [`${app}/Info.plist`]: { plist: { CFBundleIdentifier: 'org.a', CFBundleExecutable: 'A' } },
        [`${app}/A`]: { macho: { fileType: 'execute' } },
        ...files,
      },
    }),
  );
}

const known = ({ runtimes }: Report) => runtimes.map(({ id }) => id);
const unknown = ({ unidentified }: Report) => unidentified.map(({ name }) => name);

describe('known on Android', () => {
  const cases: Readonly<Record<string, readonly [Files, ...string[]]>> = {
    'packages of the platform and the language': [
      {
        'classes.dex': dex(
          'androidx.core.app',
          'android.support.v4.app',
          'com.google.android.material.button',
          'j$.time',
        ),
        'classes2.dex': dex(
          'kotlin.collections',
          'kotlinx.coroutines.flow',
          '_COROUTINE',
          'android.arch.lifecycle',
          'kotlinx.serialization.json',
        ),
      },
      ...['android-support', 'androidx', 'desugaring', 'kotlin', 'kotlinx-coroutines', 'kotlinx-serialization'],
      'material',
    ],
    'C++ libraries and sanitizers': [
      libraries(
        'libc++_shared.so',
        'libgnustl_shared.so',
        'libstlport_shared.so',
        'libclang_rt.asan-aarch64-android.so',
      ),
      ...['libcxx', 'ndk-stl', 'sanitizers-android'],
    ],
    Flutter: [
      { 'classes.dex': dex('io.flutter', 'io.flutter.embedding.engine'), ...libraries('libflutter.so', 'libapp.so') },
      ...['flutter-android', 'flutter-app-android'],
    ],
    Unity: [
      { 'classes.dex': dex('com.unity3d.player'), ...libraries('libunity.so', 'libil2cpp.so', 'libmain.so') },
      ...['unity-android', 'unity-il2cpp', 'unity-loader'],
    ],
    '.NET': [
      {
        'classes.dex': dex('mono.android', 'mono.android.app'),
        ...libraries(
          'libmonosgen-2.0.so',
          'libmonodroid.so',
          'libxamarin-app.so',
          'libSystem.Native.so',
          'libcoreclr.so',
        ),
        ...libraries('lib_System.Private.CoreLib.dll.so', 'libassembly-store.so', 'libmono-native.so'),
      },
      ...['dotnet-app', 'dotnet-assemblies', 'dotnet-coreclr', 'dotnet-java', 'dotnet-legacy', 'dotnet-mono'],
      'dotnet-store',
    ],
    'React Native': [
      {
        'classes.dex': dex(
          'com.facebook.react.bridge',
          'com.facebook.hermes.intl',
          'com.facebook.jni',
          'com.facebook.yoga',
        ),
        ...libraries(
          'libreactnative.so',
          'libreactnativejni.so',
          'libjsi.so',
          'libyoga.so',
          'libfbjni.so',
          'libjsc.so',
        ),
        ...libraries('libhermes.so', 'libhermes_executor.so', 'libappmodules.so', 'libglog.so'),
      },
      ...['fbjni', 'hermes', 'hermes-executor', 'jsc', 'react-native', 'react-native-aar', 'react-native-app'],
      'react-native-parts',
    ],
    'Cordova and Capacitor': [
      {
        'classes.dex': dex(
          'org.apache.cordova',
          'org.apache.cordova.engine',
          'com.getcapacitor',
          'com.getcapacitor.util',
        ),
      },
      ...['capacitor-android', 'cordova-android'],
    ],
  };
  for (const [name, [files, ...ids]] of Object.entries(cases)) {
    it(name, async () => {
      const report = await apk({ 'classes9.dex': dex('org.example.app'), ...files });
      expect(known(report)).toEqual(ids);
      expect(unknown(report)).toEqual([]);
    });
  }
});

describe('known on iOS', () => {
  const cases: Readonly<Record<string, readonly [Files, ...string[]]>> = {
    'Swift, its concurrency for older systems, and what stands in support folders': [
      {
        ...inApp(
          'Frameworks/libswiftCore.dylib',
          'Frameworks/libswiftUIKit.dylib',
          'Frameworks/libswift_Concurrency.dylib',
        ),
        ...inApp('Frameworks/libswiftCompatibilitySpan.dylib'),
        'SwiftSupport/iphoneos/libswiftFoundation.dylib': dylib,
        'WatchKitSupport2/WK': dylib,
      },
      ...['swift', 'swift-concurrency', 'swift-overlays', 'swift-span', 'watchkit-stub'],
    ],
    'a debug build: previews, the app’s own code, sanitizers, tests': [
      {
        ...inApp('__preview.dylib', 'A.debug.dylib', 'Frameworks/libclang_rt.asan_ios_dynamic.dylib'),
        ...inApp('Frameworks/libXCTestSwiftSupport.dylib'),
        ...framework('XCTest'),
        ...framework('Testing'),
      },
      ...['sanitizers-ios', 'swift-testing', 'xcode-debug-dylib', 'xcode-preview', 'xctest'],
    ],
    'frameworks of cross-platform tools': [
      Object.assign(
        {},
        ...['Flutter', 'App', 'UnityFramework', 'React', 'hermes', 'Cordova', 'Capacitor'].map((name) =>
          framework(name),
        ),
      ),
      ...[
        'capacitor-ios',
        'cordova-ios',
        'flutter-app-ios',
        'flutter-ios',
        'hermes-v1',
        'react-native-ios',
        'unity-ios',
      ],
    ],
  };
  for (const [name, [files, ...ids]] of Object.entries(cases)) {
    it(name, async () => {
      const report = await ipa(files);
      expect(known(report)).toEqual(ids);
      expect(unknown(report)).toEqual([]);
    });
  }

  it('with the version of its property list', async () => {
    const report = await ipa(framework('hermes', '0.12.0'));
    expect(report.runtimes).toMatchObject([{ id: 'hermes-v1', version: '0.12.0' }]);
  });
});

describe('not known', () => {
  it('names that only look like it, on Android', async () => {
    const packages = ['com.kotlinx.evil', 'androidxx.core', 'com.unity3d.ads', 'org.apache.cordova.firebase'];
    const more = ['com.getcapacitor.community', 'io.flutter.plugins.evil', 'com.facebook.reactnative', 'kotlinx.evil'];
    const names = [
      'libflutterx.so',
      'libhermes_evil.so',
      'libreact_codegen_evil.so',
      'lib_System.Evil.dll.so',
      'libc++_shared2.so',
    ];
    const report = await apk({ 'classes.dex': dex(...packages, ...more), ...libraries(...names) });
    expect(known(report)).toEqual([]);
    expect(unknown(report)).toEqual(
      expect.arrayContaining([...names, 'com.kotlinx', 'androidxx', 'com.unity3d', 'kotlinx.evil']),
    );
    expect(unknown(report)).toEqual(
      expect.arrayContaining(['org.apache.cordova', 'com.getcapacitor', 'io.flutter', 'com.facebook.reactnative']),
    );
  });

  it('a name that many use, without what it belongs to in the same folder', async () => {
    const report = await apk({
      ...libraries('libmain.so', 'libapp.so', 'libglog.so', 'libfb.so'),
      'lib/x86_64/libunity.so': elf('libunity.so'),
      'assets/libflutter.so': elf('libflutter.so'),
    });
    expect(known(report)).toEqual(['flutter-android', 'unity-android']);
    expect(unknown(report)).toEqual(['libapp.so', 'libfb.so', 'libglog.so', 'libmain.so']);
  });

  it('names that only look like it, on iOS', async () => {
    const report = await ipa({
      ...inApp('Frameworks/libswiftAgora.dylib', 'Frameworks/WK', 'B.debug.dylib', 'Frameworks/libflutter.so'),
      ...framework('App'),
      ...framework('Testing'),
      ...framework('ReactX'),
    });
    expect(known(report)).toEqual([]);
    expect(unknown(report)).toEqual(
      expect.arrayContaining([
        'App.framework',
        'B.debug.dylib',
        'ReactX.framework',
        'Testing.framework',
        'libswiftAgora.dylib',
      ]),
    );
  });
});

describe('a known SDK in what is called like a runtime', () => {
  it('is that SDK all the same', async () => {
    const exports = ['Java_io_agora_rtc2_internal_RtcEngineImpl_nativeObjectInit'];
    const report = await apk({
      'classes.dex': dex('androidx.core'),
      'lib/arm64-v8a/libflutter.so': { elf: { soname: 'libflutter.so', exports } },
    });
    expect(report.detections.map(({ sdk }) => sdk)).toEqual(['agora-rtc']);
    expect(known(report)).toEqual(['androidx']);
  });

  it('and so are its hosts those of its vendor', async () => {
    const report = await apk({
      'lib/arm64-v8a/libunity.so': {
        elf: { soname: 'libunity.so', rodata: ['http://argus.agoralab.co/report?uid=%d'] },
      },
    });
    expect(known(report)).toEqual(['unity-android']);
    expect(report.findings.map(({ rule }) => rule)).toContain('hosts-without-sdk');
  });
});

it('Swift’s libraries are those that the system has under such a name, or stand in for newer ones', () => {
  const files = [...loadRules().runtimes.values()].flatMap(({ runtimes }) =>
    runtimes.flatMap((runtime) => runtime.files),
  );
  const swift = files.filter((file) => file.startsWith('libswift'));
  expect(swift.length).toBeGreaterThan(40);
  expect(swift.filter((file) => !isSwiftRuntime(`@rpath/${file}`))).toEqual(['libswiftCompatibilitySpan.dylib']);
});
