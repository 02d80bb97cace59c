/**
 * One bundle of each kind, and the same content where it is searched like any data.
 * Real bytes where packages have them; what none has is written by the tests' builders.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { unzipSync } from 'fflate';
import { buildAssembly } from '../build/assembly.ts';
import { buildAssemblyStore } from '../build/assembly-store.ts';
import { buildHermes } from '../build/hermes.ts';
import { buildIl2cpp } from '../build/il2cpp.ts';
import { xalz } from '../build/lz4.ts';
import { buildPlist } from '../build/plist.ts';
import { buildProtoXml, buildSetTable } from '../build/proto.ts';
import { APP, apkOf, type Files, manifestOf, zipOf } from '../build/set.ts';
import { agora202, agoraJar, real } from '../real/compose.ts';
import { npmPackage } from '../real/corpus.ts';

/** A bundle, and what it is held against. */
type Pair = readonly [bundle: Uint8Array, plain: Uint8Array];
type Bytes = Readonly<Record<string, Uint8Array>>;

/** The first byte is another: what no reader knows is searched. */
const spoiled = (bytes: Uint8Array): Uint8Array => Buffer.concat([Buffer.of(bytes[0]! ^ 0x55), bytes.subarray(1)]);
const asData = (files: Bytes): Uint8Array => {
  const entries = Object.entries(files).map(([, data], i) => [`assets/${i}.bin`, spoiled(data)] as const);
  return apkOf(manifestOf(), Object.fromEntries(entries));
};
const inApk = (files: Bytes): Pair => [apkOf(manifestOf(), files), asData(files)];
const names = (count: number) =>
  Array.from({ length: count }, (_, i) => `com.example.${(i % 997).toString(36)}.Room${(i * 7919).toString(36)}View`);

/** A real app with real libraries. */
const app = (): Bytes => {
  const shell = unzipSync(readFileSync(real.apiDemos()));
  const own = Object.entries(shell).filter(([name]) => /^(?:classes\d*\.dex|assets\/.*[^/]|res\/.*[^/])$/.test(name));
  return { ...Object.fromEntries(own), ...agora202() };
};
const isLibrary = (name: string) => name.startsWith('lib/');
const only = (files: Bytes, keep: (name: string) => boolean): Bytes =>
  Object.fromEntries(Object.entries(files).filter(([name]) => keep(name)));

export const kinds: Readonly<Record<string, () => Pair>> = {
  aab() {
    const files = app();
    const modules = Object.entries(files).map(([name, data]) => [
      `base/${name.endsWith('.dex') ? `dex/${name}` : name}`,
      data,
    ]);
    const manifest = { 'base/manifest/AndroidManifest.xml': buildProtoXml(manifestOf()) };
    return [zipOf({ ...manifest, ...(Object.fromEntries(modules) as Files) }), apkOf(manifestOf(), files)];
  },
  apks() {
    const files = app();
    const base = apkOf(
      manifestOf(),
      only(files, (name) => !isLibrary(name)),
    );
    const abis = ['arm64-v8a', 'armeabi-v7a', 'x86'].map((abi) => {
      const split = manifestOf({ split: `config.${abi.replace('-', '_')}` });
      return [
        `splits/base-${abi}.apk`,
        apkOf(
          split,
          only(files, (name) => name.startsWith(`lib/${abi}/`)),
        ),
      ] as const;
    });
    const packages = { 'splits/base-master.apk': base, ...Object.fromEntries(abis) };
    const table = buildSetTable(APP, [{ name: 'base', delivery: 'at install', paths: Object.keys(packages) }]);
    return [zipOf({ 'toc.pb': table, ...packages }), apkOf(manifestOf(), files)];
  },
  aar() {
    const libraries = Object.entries(agora202()).map(([name, data]) => [name.replace(/^lib/, 'jni'), data]);
    const manifest = '<manifest package="io.agora.rtc"/>';
    const files = { 'classes.jar': agoraJar(), ...(Object.fromEntries(libraries) as Bytes) };
    return [zipOf({ 'AndroidManifest.xml': manifest, ...files }), asData({ ...unzipSync(agoraJar()), ...agora202() })];
  },
  hermes: () => inApk({ 'assets/index.android.bundle': buildHermes({ strings: names(150_000) }) }),
  il2cpp() {
    const metadata = buildIl2cpp({ types: names(50_000), literals: names(50_000) });
    return inApk({ 'assets/bin/Data/Managed/Metadata/global-metadata.dat': metadata });
  },
  'assembly-store'() {
    const all = names(60_000);
    const assemblies = Array.from({ length: 60 }, (_, i) => {
      const own = all.slice(i * 1000, (i + 1) * 1000);
      const types = own.map((name) => ({ name }));
      return {
        name: `Example.Part${i}.dll`,
        data: buildAssembly({ name: `Example.Part${i}`, types, userStrings: own }),
      };
    });
    const packed = assemblies.map(({ name, data }) => ({ name, data: xalz(data) }));
    const store = buildAssemblyStore(packed, { version: 1 });
    const plain = asData(Object.fromEntries(assemblies.map(({ name, data }) => [name, data])));
    return [apkOf(manifestOf(), { 'assemblies/assemblies.blob': store }), plain];
  },
  xcframework() {
    const folder = join(npmPackage('react-native-agora@1.2.5'), 'ios/RCTAgora/libs/AgoraRtcEngineKit.framework');
    const library = new Uint8Array(readFileSync(join(folder, 'AgoraRtcEngineKit')));
    const plist = buildPlist({ CFBundleExecutable: 'AgoraRtcEngineKit', CFBundlePackageType: 'FMWK' }, 'binary');
    const slice = 'Agora.xcframework/ios-arm64_armv7/AgoraRtcEngineKit.framework';
    return [zipOf({ [`${slice}/Info.plist`]: plist, [`${slice}/AgoraRtcEngineKit`]: library }), asData({ library })];
  },
};
