import { describe, expect, it } from 'vitest';
import { withBuiltOf } from '../src/detect/built-of.ts';
import { loadRules } from '../src/index.ts';
import type { Detection, Report } from '../src/types.ts';
import { buildDependencies, buildProtoXml } from './build/proto.ts';
import { agoraDex, agoraLibrary, asks, manifestOf, zipOf } from './build/set.ts';
import { scan } from './build/verified.ts';

/** Bytes say what is aboard, a list what a build resolved: where both speak, both are said, and the bytes stand. */

const rules = loadRules();
const dependencies = 'BUNDLE-METADATA/com.android.tools.build.libraries/dependencies.pb';
const bundle = (library: Uint8Array, ...libraries: string[]) =>
  zipOf({
    'base/manifest/AndroidManifest.xml': buildProtoXml(manifestOf({}, asks('RECORD_AUDIO'))),
    'base/dex/classes.dex': agoraDex,
    'base/lib/arm64-v8a/libagora-rtc-sdk-jni.so': library,
    [dependencies]: buildDependencies(...libraries),
  });
const agora = ({ detections }: Report) => detections.find(({ sdk }) => sdk === 'agora-rtc');

describe('a release that the build names', () => {
  it('is the version where none was read, with its place in the list as evidence', async () => {
    const found = agora(await scan(bundle(agoraLibrary, 'io.agora.rtc:full-sdk:3.4.0'), { rules }));
    expect([found?.version, found?.builtOf?.map(({ name, version, agrees }) => [name, version, agrees])]).toEqual([
      ...['3.4.0', [['io.agora.rtc:full-sdk', '3.4.0', null]]],
    ]);
    expect(found?.instances.map(({ versionAt }) => versionAt?.path)).toEqual([dependencies, dependencies]);
  });

  it('answers for what the version is asked for', async () => {
    const advisory = ({ findings }: Report) =>
      findings.filter(({ id }) => id.includes('CVE-2020-25605')).map(({ state }) => state);
    expect(advisory(await scan(bundle(agoraLibrary), { rules }))).toEqual(['undetermined']);
    expect(advisory(await scan(bundle(agoraLibrary, 'io.agora.rtc:full-sdk:2.9.4'), { rules }))).toEqual(['holds']);
    expect(advisory(await scan(bundle(agoraLibrary, 'io.agora.rtc:full-sdk:3.4.0'), { rules }))).toEqual([]);
  });

  it('is none where two are named, and no SDK where none of its code is there', async () => {
    const two = agora(
      await scan(bundle(agoraLibrary, 'io.agora.rtc:full-sdk:3.4.0', 'io.agora.rtc:full-sdk:3.4.1'), { rules }),
    );
    expect([two?.version, two?.builtOf?.length]).toEqual([null, 2]);
    const alone = await scan(bundle(agoraLibrary, 'com.twilio:video-android:7.10.2'), { rules });
    expect(alone.detections.map(({ sdk }) => sdk)).toEqual(['agora-rtc']);
    expect(agora(alone)?.builtOf).toBe(undefined);
  });

  it.each([
    ['3.4.0', true],
    ['4.2.6', false],
  ])('stands beside the bytes, which say 3.4.0: %s', (version, agrees) => {
    const instance = {
      path: 'a.so',
      arch: 'arm64',
      version: '3.4.0',
      versionAt: null,
      container: null,
      namespace: null,
      within: null,
    };
    const detection = {
      sdk: 'agora-rtc',
      products: ['agora-rtc'],
      version: '3.4.0',
      versionBounds: null,
      scored: true,
      instances: [instance],
    };
    const seen = { text: version, encoding: 'utf-8', spans: [], how: '', value: null } as const;
    const entry = {
      path: dependencies,
      sha256: null,
      libraries: [{ kind: 'file', name: 'io.agora.rtc:full-sdk', version, seen }],
    };
    const [found] = withBuiltOf([detection as unknown as Detection], [entry as never], rules);
    expect([found?.version, found?.builtOf?.[0]?.agrees, found?.instances[0]?.version]).toEqual([
      '3.4.0',
      agrees,
      '3.4.0',
    ]);
  });
});
