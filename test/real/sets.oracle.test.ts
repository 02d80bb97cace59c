import { writeFileSync } from 'node:fs';
import { unzipSync, zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { readSetTable } from '../../src/formats/proto/index.ts';
import { loadRules } from '../../src/index.ts';
import type { Report } from '../../src/types.ts';
import type { XmlDescription } from '../build/axml.ts';
import { buildDependencies, buildProtoXml } from '../build/proto.ts';
import { scan } from '../build/verified.ts';
import { aapt2, built, bundletool, hasBundletool, inFolder, moduleOf } from './bundletool.ts';
import { addToApk, agora202, agoraJar, dexOfJar, real } from './compose.ts';

const rules = loadRules();
const options = { rules, asOf: '2026-11-26' } as const;
const kinds = ({ bundle }: Report) => bundle.units.map(({ path, kind }) => `${kind} ${path}`);
const gaps = ({ coverage }: Report) => coverage.filter(({ matters, state }) => matters && state !== 'read');
/** What a reader of a report goes by. */
const answer = ({ verdict, complete, findings, detections, bundle }: Report) => ({
  ...{ verdict, complete },
  app: bundle.app,
  detections: detections.map(({ sdk, version, presence, confidence, scored }) => [
    ...[sdk, version, presence.join(), confidence, scored],
  ]),
  findings: findings.map(({ id, state, level }) => `${id} ${state} ${level}`),
});
const golden = (report: Report) => {
  const { app, ...rest } = answer(report);
  const places = report.detections.flatMap(({ instances }) =>
    instances.map(({ path, version }) => `${path} ${version}`),
  );
  const libraries = report.libraries.map(({ name, version }) => `${name} ${version}`);
  return `${JSON.stringify({ id: app.id, android: app.android, units: kinds(report), ...rest, places, libraries }, null, 1)}\n`;
};
const dependencies = buildDependencies('io.agora.rtc:full-sdk:2.0.2', 'androidx.core:core:1.13.1');

describe.skipIf(!hasBundletool())('what bundletool builds of a real app with Agora’s real libraries', () => {
  const make = () =>
    inFolder((path) => {
      const apk = addToApk(real.settings(), { ...agora202(), 'classes10.dex': dexOfJar(agoraJar()) });
      const { aab, apks } = built({ base: moduleOf(apk, path) }, dependencies, path);
      const dump = bundletool('dump', 'manifest', `--bundle=${path('app.aab')}`);
      writeFileSync(path('plain.apk'), apk);
      return { apk, aab, apks, dump, badging: aapt2('dump', 'badging', path('plain.apk')) };
    });
  const { apk, aab, apks, dump, badging } = hasBundletool() ? make() : ({} as ReturnType<typeof make>);

  it('as an App Bundle has the answer of the plain APK', async () => {
    const [plain, report] = [await scan(apk, options), await scan(aab, options)];
    expect(answer(report)).toEqual(answer(plain));
    expect(report.libraries.map(({ name, version }) => `${name}:${version}`)).toContain('io.agora.rtc:full-sdk:2.0.2');
    const [agora] = report.detections;
    expect(agora?.builtOf).toMatchObject([{ version: '2.0.2', agrees: true }]);
    await expect(golden(report)).toMatchFileSnapshot('sets-aab.txt');
  });

  it('says what bundletool and aapt2 say of its manifest', async () => {
    const { app } = (await scan(aab, options)).bundle;
    const asked = [...dump.matchAll(/<uses-permission android:(?:maxSdkVersion="\d+" android:)?name="([^"]+)"/g)];
    expect(app.permissions).toEqual([...new Set(asked.map(([, name]) => name))].sort());
    const said = (pattern: RegExp) => pattern.exec(badging)?.[1];
    expect([app.id, app.build, app.version, app.name, app.minOs, app.targetOs]).toEqual([
      ...[said(/package: name='([^']+)'/), said(/versionCode='(\d+)'/), said(/versionName='([^']+)'/)],
      ...[
        said(/application-label:'([^']+)'/),
        said(/(?:minSdkVersion|sdkVersion):'(\d+)'/),
        said(/targetSdkVersion:'(\d+)'/),
      ],
    ]);
  });

  it('as a set of packages, zipped by bundletool or as XAPK and APKM, has it too', async () => {
    const plain = answer(await scan(apk, options));
    const report = await scan(apks, options);
    expect(answer(report)).toEqual(plain);
    await expect(golden(report)).toMatchFileSnapshot('sets-apks.txt');
    const files = unzipSync(apks);
    const splits = Object.entries(files).filter(([name]) => name.startsWith('splits/'));
    const flat = Object.fromEntries(splits.map(([name, data]) => [name.slice('splits/'.length), data]));
    const text = (value: object) => new TextEncoder().encode(JSON.stringify(value));
    const list = { package_name: plain.app.id, version_code: plain.app.build };
    const xapk = await scan(zipSync({ ...flat, 'manifest.json': text(list) }, { level: 0 }), options);
    expect([answer(xapk), xapk.anomalies]).toEqual([plain, []]);
    const apkm = await scan(zipSync({ ...flat, 'info.json': text({ pname: plain.app.id }) }, { level: 6 }), options);
    expect([answer(apkm), apkm.anomalies]).toEqual([plain, []]);
  });
});

describe.skipIf(!hasBundletool())('modules, asset packs and packages for devices before Android 5', () => {
  const id = 'org.example.rooms';
  const uses = { name: 'uses-sdk', attributes: { 'android:minSdkVersion': 16, 'android:targetSdkVersion': 34 } };
  const manifest = (split: string | null, ...children: XmlDescription[]): XmlDescription => ({
    name: 'manifest',
    // An asset pack says no version: bundletool refuses one that does.
    attributes: {
      package: id,
      ...(split === 'music' ? {} : { 'android:versionCode': 7 }),
      ...(split === null ? {} : { split }),
    },
    children,
  });
  const installed = { name: 'dist:delivery', children: [{ name: 'dist:install-time' }] };
  // To fuse code takes a class of R8 that this package's copy lacks.
  const fused = (include: boolean) => ({ name: 'dist:fusing', attributes: { 'dist:include': include } });
  const hasCode = (value: boolean) => ({ name: 'application', attributes: { 'android:hasCode': value } });
  const zip = (description: XmlDescription, files: Record<string, Uint8Array>) =>
    zipSync({ 'manifest/AndroidManifest.xml': buildProtoXml(description), ...files });
  const make = () =>
    inFolder((path) => {
      const microphone = { name: 'uses-permission', attributes: { 'android:name': 'android.permission.RECORD_AUDIO' } };
      const base = zip(manifest(null, uses, microphone, hasCode(true)), {
        'dex/classes.dex': dexOfJar(agoraJar()),
        ...agora202(),
      });
      const removable = { name: 'dist:removable', attributes: { 'dist:value': true } };
      const apart = { name: 'dist:delivery', children: [{ name: 'dist:install-time', children: [removable] }] };
      const feature = { name: 'dist:module', children: [apart, fused(false)] };
      const video = zip(manifest('video', uses, feature, hasCode(true)), { 'dex/classes.dex': dexOfJar(agoraJar()) });
      const pack = {
        name: 'dist:module',
        attributes: { 'dist:type': 'asset-pack' },
        children: [installed, fused(true)],
      };
      const music = zip(manifest('music', pack), { 'assets/a.txt': new TextEncoder().encode('music') });
      return built({ base, video, music }, dependencies, path);
    });
  const { aab, apks } = hasBundletool() ? make() : ({} as ReturnType<typeof make>);

  it('are units of one app, whole in both forms', async () => {
    const report = await scan(aab, options);
    expect(kinds(report)).toEqual(['app base', 'asset-pack music', 'feature video']);
    expect(gaps(report)).toEqual([]);
    const set = await scan(apks, options);
    expect(new Set(kinds(set).map((unit) => unit.split(' ')[0]))).toEqual(
      new Set(['app', 'asset-pack', 'feature', 'split', 'variant']),
    );
    expect([gaps(set), set.anomalies]).toEqual([[], []]);
    const met = ({ detections }: Report) => detections.map(({ sdk, version }) => [sdk, version]);
    expect([met(set), set.verdict]).toEqual([met(report), report.verdict]);
    // Packages for other devices hold the same code, stored or deflated: of each library and DEX one is read.
    const twins = set.coverage.filter(({ detail }) => detail?.startsWith('bytes that another entry has'));
    const count = twins.reduce((sum, { path }) => sum + Number(/^\((\d+) entries\)$/.exec(path)?.[1] ?? 1), 0);
    const code = set.detections.flatMap(({ instances }) => instances.map(({ path }) => path));
    expect(count).toBeGreaterThanOrEqual(code.length - new Set(code.map((path) => path.replace(/^[^!]*!/, ''))).size);
    await expect(golden(set)).toMatchFileSnapshot('sets-modules.txt');
  });

  it('are listed by bundletool’s table, and each one that is taken away is missed', async () => {
    const files = unzipSync(apks);
    const { id: app, packages } = readSetTable(files['toc.pb']!, 1000);
    const there = Object.keys(files).filter((name) => name.endsWith('.apk'));
    // Variants share packages.
    const modules = new Map(packages.map(({ path, module }) => [path, module]));
    expect([app, [...modules.keys()].sort()]).toEqual([id, there.sort()]);
    const said = new Set(packages.map(({ module, delivery }) => `${module} ${delivery}`));
    expect(said).toEqual(new Set(['base at install', 'music at install', 'video at install']));
    for (const [path, module] of modules) {
      const { [path]: _gone, ...rest } = files;
      const missed = gaps(await scan(zipSync(rest, { level: 0 }), { ...options, depth: 'names' }));
      const own = missed.filter((line) => line.path === 'toc.pb' && line.reason === 'missing');
      expect(own.map(({ detail }) => detail.split(': ')[1])).toEqual([`"${path}" (module "${module}", at install)`]);
    }
  });
});
