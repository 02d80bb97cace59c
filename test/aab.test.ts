import { describe, expect, it } from 'vitest';
import type { Report } from '../src/types.ts';
import type { XmlDescription } from './build/axml.ts';
import { buildDependencies, buildProtoTable, buildProtoXml, message } from './build/proto.ts';
import { APP, agoraDex, agoraLibrary, asks, type Files, manifestOf, wholeApk, zipOf } from './build/set.ts';
import { scan } from './build/verified.ts';

/** An App Bundle is the app that is built of it, with all its modules. */

const config = message([1, [[2, '1.18.2']]]);
const dependencies = 'BUNDLE-METADATA/com.android.tools.build.libraries/dependencies.pb';
const table = buildProtoTable([{ id: 1, entries: [{ '': 'Rooms', de: 'Räume' }] }]);

const application = (...children: XmlDescription[]): XmlDescription => ({
  name: 'application',
  attributes: { 'android:label': { reference: 0x7f010000 } },
  children,
});
const moduleOf = (name: string, manifest: XmlDescription, files: Files = {}): Files => ({
  [`${name}/manifest/AndroidManifest.xml`]: buildProtoXml(manifest),
  ...Object.fromEntries(Object.entries(files).map(([path, data]) => [`${name}/${path}`, data])),
});
const base = moduleOf('base', manifestOf({ 'android:versionName': '1.0' }, asks('RECORD_AUDIO'), application()), {
  'dex/classes.dex': agoraDex,
  'lib/arm64-v8a/libagora-rtc-sdk-jni.so': agoraLibrary,
  'resources.pb': table,
  'root/META-INF/androidx.core_core.version': '1.13.1\n',
});
const bundle = (...parts: Files[]) => zipOf(Object.assign({ 'BundleConfig.pb': config }, base, ...parts) as Files);

const gaps = ({ coverage }: Report) => coverage.filter(({ matters, state }) => matters && state !== 'read');
const units = ({ bundle: { units: all } }: Report) => all.map(({ path, kind }) => [path, kind]);

describe('an App Bundle', () => {
  it('says what the app that is built of it says', async () => {
    const report = await scan(bundle());
    expect(report.bundle).toMatchObject({
      ...{ kind: 'aab', platform: 'android' },
      app: { id: APP, name: 'Rooms', version: '1.0', build: '7', architectures: ['arm64-v8a'] },
    });
    expect(report.bundle.app.permissions).toEqual(['android.permission.RECORD_AUDIO']);
    const plain = await scan(wholeApk());
    const met = ({ detections }: Report) =>
      detections.map(({ sdk, presence, confidence }) => [sdk, presence, confidence]);
    expect(met(report)).toEqual(met(plain));
    expect(report.detections[0]?.instances.map(({ path, container }) => [path, container])).toEqual([
      ['base/dex/classes.dex', null],
      ['base/lib/arm64-v8a/libagora-rtc-sdk-jni.so', null],
    ]);
    expect([report.verdict, report.complete, gaps(report), report.anomalies, report.notices]).toEqual([
      ...[plain.verdict, plain.complete, [], [], []],
    ]);
  });

  it('names what it was built of, and with', async () => {
    const report = await scan(bundle({ [dependencies]: buildDependencies('io.agora.rtc:full-sdk:4.2.6', 'local') }));
    expect(report.libraries.map(({ name, version, evidence }) => [name, version, evidence.path])).toEqual([
      ['androidx.core:core', '1.13.1', 'base/root/META-INF/androidx.core_core.version'],
      ['com.android.tools.build:bundletool', '1.18.2', 'BundleConfig.pb'],
      ['io.agora.rtc:full-sdk', '4.2.6', dependencies],
    ]);
  });

  it('a list that cannot be read hides no code, and is said', async () => {
    const report = await scan(bundle({ [dependencies]: Uint8Array.of(0x0b) }));
    expect(gaps(report)).toEqual([]);
    expect(report.coverage.filter(({ path, state }) => path === dependencies && state === 'partial')).toMatchObject([
      { reason: 'malformed', detail: 'wire type 3 is not read', matters: false },
    ]);
  });

  it('the map of names that R8 leaves is said to be there, and not read', async () => {
    const map = 'BUNDLE-METADATA/com.android.tools.build.obfuscation/proguard.map';
    const report = await scan(bundle({ [map]: 'io.agora.Secret -> a: https://in.agora.io/x' }));
    expect(report.coverage.filter(({ path }) => path === map)).toMatchObject([{ state: 'skipped', matters: false }]);
    expect(report.endpoints).toEqual([]);
  });
});

describe('modules', () => {
  const feature = moduleOf('video', manifestOf({ split: 'video', 'android:isFeatureSplit': true }), {
    'dex/classes.dex': agoraDex,
  });
  const pack = moduleOf(
    'music',
    manifestOf({ split: 'music' }, { name: 'module', attributes: { 'dist:type': 'asset-pack' } }),
    { 'assets/a.js': '"https://a.agora.io/x"' },
  );

  it('are units: features, and packs of files', async () => {
    const report = await scan(bundle(feature, pack));
    expect(units(report)).toEqual([
      ['base', 'app'],
      ['music', 'asset-pack'],
      ['video', 'feature'],
    ]);
    expect(gaps(report)).toEqual([]);
    expect(report.detections[0]?.instances.at(-1)).toMatchObject({ path: 'video/dex/classes.dex', container: 'video' });
  });

  it('that the base names and are not there leave it incomplete', async () => {
    const activity = { name: 'activity', attributes: { 'android:name': 'x.Y', 'android:splitName': 'video' } };
    const named = moduleOf('base', manifestOf({}, application(activity)), { 'dex/classes.dex': agoraDex });
    expect(gaps(await scan(bundle(named)))).toMatchObject([
      { path: 'base/manifest/AndroidManifest.xml', reason: 'missing', detail: expect.stringContaining('"video"') },
    ]);
    expect(gaps(await scan(bundle(named, feature)))).toEqual([]);
  });

  it.each([
    ['a manifest that is none', { 'base/manifest/AndroidManifest.xml': 'x' }, 'base/manifest/AndroidManifest.xml'],
    ['code that is none', { 'base/dex/classes.dex': 'x' }, 'base/dex/classes.dex'],
    ['a library that is none', { 'base/lib/arm64-v8a/x.so': 'x' }, 'base/lib/arm64-v8a/x.so'],
  ])('%s leaves it incomplete', async (_what, files, path) => {
    const report = await scan(bundle(files));
    expect([report.complete, gaps(report).map((line) => line.path)]).toEqual([false, [path]]);
  });

  it.each(['dex/classes.dex', 'lib/arm64-v8a/x.so'])('without a manifest, %s leaves it incomplete', async (path) => {
    const report = await scan(bundle({ [`video/${path}`]: 'x', [`BUNDLE-METADATA/${path}`]: 'x' }));
    expect(report.complete).toBe(false);
    expect(gaps(report)).toMatchObject([{ path: 'video/manifest/AndroidManifest.xml', reason: 'missing' }]);
  });

  it('without any, the config alone is an App Bundle that says nothing', async () => {
    const report = await scan(zipOf({ 'BundleConfig.pb': config }));
    expect([report.bundle.kind, report.complete]).toEqual(['aab', false]);
    expect(gaps(report)).toMatchObject([{ reason: 'missing', detail: expect.stringContaining('no module') }]);
  });
});
