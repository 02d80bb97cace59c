import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { unzipSync } from 'fflate';
import { afterAll, describe, expect, it } from 'vitest';
import { constantString } from '../../src/formats/java-class.ts';
import { loadRules, scan } from '../../src/index.ts';
import { compareStaticStrings, dumpStaticFields, hasDexdump } from '../formats/dexdump.ts';
import { addToApk, real } from './compose.ts';
import { npmPackage, pinned } from './corpus.ts';
import { dexFromJar, gitFile, hasJava, mavenArtifact, sha256 } from './maven.ts';

const folder = mkdtempSync(join(tmpdir(), 'waybill-dex-version-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** The bytes at a place of some content, as od prints them. */
function bytesAt(content: Uint8Array, offset: number, length: number): string {
  const file = join(folder, 'content');
  writeFileSync(file, content);
  const args = ['-A', 'n', '-t', 'x1', '-v', '-j', `${offset}`, '-N', `${length}`, file];
  return execFileSync('od', args, { encoding: 'latin1' }).replace(/\s/g, '');
}

const hex = (text: string) => Buffer.from(`${text}\0`).toString('hex');

const rong = {
  '2.9.22': () =>
    pinned(
      'rongcloud-react-native-imlib@0.3.13',
      'lib/android/libs/Rong_IMLib.jar',
      '9d28c2642fba2c7fe0a86b47a60e9398aca1a79ef24181cf74c7257ce699094b',
    ),
  '2.8.16': () =>
    gitFile('xueqin123/RongCloudDemo@bc5d6fa107316a914dbd9983e44be7a75a369cc5', 'IMLib/libs/Rong_IMLib.jar'),
  '5.1.1': () =>
    gitFile(
      'rongcloud-archive/sealmic-android@fd097d1aafc3801b4dbb89f48c3bb73aed8e398f',
      'IMLib/libs/Rong_IMLibCore.jar',
    ),
} as const;

const pubnub = {
  '4.6.5': () => mavenArtifact('com.pubnub:pubnub:4.6.5'),
  '4.33.2': () => mavenArtifact('com.pubnub:pubnub-gson:4.33.2'),
} as const;

const cases = [
  ...Object.entries(rong).map(([version, jar]) => ({
    ...{ sdk: 'rongcloud-im', class: 'io.rong.imlib.common.BuildVar', field: 'SDK_VERSION', version, jar },
  })),
  ...Object.entries(pubnub).map(([version, jar]) => ({
    ...{ sdk: 'pubnub', class: 'com.pubnub.api.PubNub', field: 'SDK_VERSION', version, jar },
  })),
];

describe.skipIf(!hasJava() || !hasDexdump())('versions in DEX files made of real jars', () => {
  it.each(cases)('$sdk $version is read where it stands', async ({ sdk, class: name, field, version, jar }, ) => {
    const path = jar();
    if (path === null) return;
    const dex = dexFromJar(path);
    const report = await scan(addToApk(real.settings(), { 'classes10.dex': dex }));
    const found = report.detections.find((d) => d.sdk === sdk);
    expect(found).toMatchObject({ version, scored: true });
    const instance = found?.instances.find((i) => i.path === 'classes10.dex');
    const { offset } = instance?.versionAt ?? {};
    expect(instance).toMatchObject({
      version,
      versionAt: { path: 'classes10.dex', text: version, entrySha256: sha256(dex) },
    });
    expect(bytesAt(dex, offset ?? 0, version.length + 1)).toBe(hex(version));
    expect(dumpStaticFields(dex).find((f) => f.class === name && f.name === field)?.value).toBe(`"${version}"`);
    console.log(sdk, version, offset, dex.length, compareStaticStrings(dex));
  });

  it('dex of agora', async () => {
    const agora = pinned('react-native-agora@1.2.5', 'android/libs/agora-rtc-sdk.jar', '6c9d9f3e80a66c7def963dc41d90e8a18cc0e7bcfb86ea6b25c51fa1d4228202');
    const vox = pinned('react-native-voximplant@0.1.7', 'android/libs/voximplantsdk.jar', 'f89c1c7ad5150e84b7c8ac44d03a10a796a8d04ccd7a4c215bc34adbf35c1713');
    for (const jar of [agora, vox]) {
      const dex = dexFromJar(jar);
      const report = await scan(addToApk(real.settings(), { 'classes10.dex': dex }));
      console.log(dex.length, compareStaticStrings(dex), JSON.stringify(report.detections.map((d) => [d.sdk, d.version, d.instances.map(i => [i.path, i.version])])));
    }
  });
});
