import { describe, expect, it } from 'vitest';
import { MOST_NESTED } from '../src/bundle/kinds/nested.ts';
import type { Report } from '../src/types.ts';
import { buildBinaryXml } from './build/axml.ts';
import { buildMachO } from './build/macho.ts';
import { buildPlist } from './build/plist.ts';
import { agoraDex, agoraLibrary, apkOf, asks, type Files, manifestOf, wholeApk, zipOf } from './build/set.ts';
import { scan } from './build/verified.ts';

/** An app inside a bundle is an app of its own: whoever starts it gets what it asks for, and not what is around it. */

const units = ({ bundle }: Report) =>
  bundle.units.map(({ path, kind, platform, app }) => [path, kind, platform, app.id]);
const microphone = ({ flows }: Report) =>
  flows
    .filter(({ data, sdk }) => data === 'microphone' && sdk === 'agora-rtc')
    .map(({ permission }) => permission?.state);
const host = (files: Files) => apkOf(manifestOf({ package: 'org.example.host' }), files);
const apkManifest = buildBinaryXml(manifestOf({ package: 'org.example.host' }));
const executable = buildMachO({ fileType: 'execute', platform: { name: 'ios', minos: '13.0' } });
const agora = { 'classes.dex': agoraDex, 'lib/arm64-v8a/libagora-rtc-sdk-jni.so': agoraLibrary };
const ipa = zipOf({
  'Payload/X.app/Info.plist': buildPlist(
    { CFBundleIdentifier: 'org.example.ios', CFBundleExecutable: 'App' },
    'binary',
  ),
  'Payload/X.app/App': executable,
});

describe('an app inside another', () => {
  it.each([
    ['stored', wholeApk(), 0],
    ['deflated', wholeApk(), 8],
  ] as const)('%s, is a unit with permissions of its own', async (_how, apk, method) => {
    const outer = zipOf({ 'AndroidManifest.xml': apkManifest, 'assets/plugin.bin': apk }, method);
    const report = await scan(outer);
    expect(units(report)).toEqual([
      ['', 'app', 'android', 'org.example.host'],
      ['assets/plugin.bin', 'nested', 'android', 'org.example.rooms'],
    ]);
    expect(report.detections[0]?.instances.map(({ path, container }) => [path, container])).toEqual([
      ['assets/plugin.bin!classes.dex', 'assets/plugin.bin'],
      ['assets/plugin.bin!lib/arm64-v8a/libagora-rtc-sdk-jni.so', 'assets/plugin.bin'],
    ]);
    expect(microphone(report)).toEqual(['declared']);
    // Who uses the permissions of the app is not asked of another app's.
    expect(report.permissionUse).toEqual([]);
  });

  it('of iOS, whose executable is none, leaves the answer incomplete', async () => {
    const list = buildPlist({ CFBundleIdentifier: 'org.example.ios', CFBundleExecutable: 'App' }, 'binary');
    const broken = zipOf({ 'Payload/X.app/Info.plist': list, 'Payload/X.app/App': 'text' });
    const report = await scan(host({ 'assets/x.ipa': broken }));
    const unread = report.coverage.filter(({ matters, reason }) => matters && reason === 'malformed');
    expect(unread.map(({ path }) => path)).toEqual(['assets/x.ipa!Payload/X.app/App']);
  });

  it('does not get what it does not ask for, nor gives what it gets', async () => {
    const asking = apkOf(manifestOf({ package: 'org.example.host' }, asks('RECORD_AUDIO')), {
      ...agora,
      'assets/a.apk': apkOf(manifestOf()),
    });
    expect(microphone(await scan(asking))).toEqual(['declared']);
    const inner = apkOf(manifestOf({}, asks('RECORD_AUDIO')), {});
    const quiet = apkOf(manifestOf({ package: 'org.example.host' }), {
      ...agora,
      'assets/a.apk': inner,
    });
    expect(microphone(await scan(quiet))).toEqual(['absent']);
  });

  it('two archives down, and of another platform', async () => {
    const report = await scan(host({ 'assets/all.zip': zipOf({ 'x/App.ipa': ipa, 'y.apk': wholeApk() }, 0) }));
    expect(units(report).slice(1)).toEqual([
      ['assets/all.zip!x/App.ipa!Payload/X.app', 'nested', 'ios', 'org.example.ios'],
      ['assets/all.zip!y.apk', 'nested', 'android', 'org.example.rooms'],
    ]);
    expect(report.detections[0]?.evidence[0]?.path).toMatch(/^assets\/all\.zip!y\.apk!/);
  });

  it('code of it that is none leaves the answer incomplete; what it lacks does not', async () => {
    const broken = await scan(host({ 'assets/a.apk': apkOf(manifestOf(), { 'classes.dex': 'none' }) }));
    const gaps = ({ coverage }: Report) => coverage.filter(({ matters, state }) => matters && state !== 'read');
    const own = gaps(await scan(host({})));
    expect(gaps(broken).map(({ path }) => path)).toEqual(
      ['assets/a.apk!classes.dex', ...own.map(({ path }) => path)].sort(),
    );
    const split = await scan(host({ 'assets/a.apk': apkOf(manifestOf({ split: 'x' })) }));
    expect(gaps(split)).toEqual(own);
    expect(split.coverage.some(({ detail }) => detail?.includes('this is the split "x"'))).toBe(true);
  });

  it('one of more than are told apart is said, and read as any archive', async () => {
    const inner = apkOf(manifestOf());
    const names = Array.from({ length: MOST_NESTED + 2 }, (_, i) => `assets/${i + 100}.apk`);
    const { coverage } = await scan(host(Object.fromEntries(names.map((name) => [name, inner]))));
    const over = coverage.filter(({ reason }) => reason === 'budget');
    expect(over.map(({ path, matters }) => [path, matters])).toEqual([[`assets/${MOST_NESTED + 100}.apk`, true]]);
  });

  it('what no installer takes is an archive', async () => {
    const report = await scan(
      host({ 'assets/a.aar': zipOf({ 'AndroidManifest.xml': '<manifest/>', 'classes.jar': 'x' }) }),
    );
    expect(units(report)).toHaveLength(1);
  });
});

it.each([
  ['App.ipa', { 'export/App.ipa': ipa }, /holds "export\/App\.ipa"; unzip it and scan that/],
  ['app.apk', { 'out/app.apk': wholeApk() }, /holds "out\/app\.apk"; unzip it and scan that/],
])('an archive that holds %s somewhere is refused with the way out', async (_name, files, says) => {
  await expect(scan(zipOf(files))).rejects.toThrow(says);
});

it('an archive of one app at its top is that app', async () => {
  const report = await scan(zipOf({ 'app.apk': wholeApk() }));
  expect([report.bundle.kind, report.bundle.app.id, report.complete]).toEqual(['apks', 'org.example.rooms', true]);
});
