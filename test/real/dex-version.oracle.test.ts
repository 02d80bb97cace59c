import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { unzipSync } from 'fflate';
import { afterAll, describe, expect, it } from 'vitest';
import { loadRules } from '../../src/index.ts';
import { seenIn } from '../../src/rules/seen-in.ts';
import { scan } from '../build/verified.ts';
import { constantString } from '../formats/constant-string.ts';
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

const hex = (text: string) => Buffer.from(text).toString('hex');

/** The file of an npm package, a Maven artifact or a git repository that a rule cites; null where it cannot be had. */
function cited(artifact: string): string | null {
  const [, kind, rest = ''] = /^(\w+):(.*)$/.exec(artifact) ?? [];
  if (kind === 'maven') return mavenArtifact(rest);
  const [, spec = '', path = ''] = /^(@?[^@]+@[^/]+)\/(.*)$/.exec(rest) ?? [];
  return kind === 'npm' ? join(npmPackage(spec), path) : gitFile(spec, path);
}

const rong = { sdk: 'rongcloud-im', class: 'io.rong.imlib.common.BuildVar', field: 'SDK_VERSION', minSdk: 13 } as const;
const pubnub = { sdk: 'pubnub', class: 'com.pubnub.api.PubNub', field: 'SDK_VERSION' } as const;

/** The digests are those that the rules cite; the offsets are those of the DEX that dx 9.0.0_r3 makes. */
const versions = [
  {
    ...rong,
    version: '2.9.22',
    jar: 'npm:rongcloud-react-native-imlib@0.3.13/lib/android/libs/Rong_IMLib.jar',
    digest: '9d28c2642fba2c7fe0a86b47a60e9398aca1a79ef24181cf74c7257ce699094b',
    offset: 865685,
    strings: 275,
  },
  {
    ...rong,
    version: '2.8.16',
    jar: 'git:xueqin123/RongCloudDemo@bc5d6fa107316a914dbd9983e44be7a75a369cc5/IMLib/libs/Rong_IMLib.jar',
    digest: '3b4225b894a34509b85fa9551ae31d26ce29cc2d810e92e8fcefbd149d5cf0c8',
    offset: 575879,
    strings: 184,
  },
  {
    ...rong,
    version: '5.1.1',
    jar: 'git:rongcloud-archive/sealmic-android@fd097d1aafc3801b4dbb89f48c3bb73aed8e398f/IMLib/libs/Rong_IMLibCore.jar',
    digest: 'd868595c79f2dbccf8298b9cb62347598fb3d8682fd6d57de943e23f0df8375e',
    offset: 1010687,
    strings: 334,
  },
  {
    ...{ ...pubnub, minSdk: 13 as const },
    version: '4.6.5',
    jar: 'maven:com.pubnub:pubnub:4.6.5',
    digest: 'cf04ca5b0161f486296dd13fadcf589aa24e856e28afb4b479dfa14b8c12c2cc',
    offset: 112884,
    strings: 3,
  },
  {
    ...{ ...pubnub, minSdk: 26 as const },
    version: '4.33.2',
    jar: 'maven:com.pubnub:pubnub-gson:4.33.2',
    digest: '879b06342f70e5d6b82b1d87c26109171abb4d26196f66380d22400633df7e3e',
    offset: 252864,
    strings: 24,
  },
];

describe.skipIf(!hasJava() || !hasDexdump())('DEX files that dx makes of real jars', () => {
  it.for(versions)('$sdk $version is read where it stands', async (expected, { skip }) => {
    const { sdk, version, offset } = expected;
    const jar = cited(expected.jar);
    if (jar === null) return skip(`${expected.jar} is not in the cache`);
    expect(sha256(readFileSync(jar))).toBe(expected.digest);
    const dex = dexFromJar(jar, expected.minSdk);

    const report = await scan(addToApk(real.settings(), { 'classes10.dex': dex }));
    const found = report.detections.find((d) => d.sdk === sdk);
    expect(found).toMatchObject({ version, scored: true });
    expect(found?.instances).toMatchObject([
      {
        path: 'classes10.dex',
        version,
        versionAt: {
          path: 'classes10.dex',
          spans: [{ offset, length: version.length }],
          text: version,
          entrySha256: sha256(dex),
        },
      },
    ]);
    // utf16_size before it, NUL behind it: it is that string, not a part of a longer one.
    expect(bytesAt(dex, offset - 1, version.length + 2)).toBe(
      hex(`${String.fromCharCode(version.length)}${version}\0`),
    );
    const field = dumpStaticFields(dex).find((f) => f.class === expected.class && f.name === expected.field);
    expect(field).toMatchObject({ type: 'Ljava/lang/String;', value: `"${version}"` });
    expect(compareStaticStrings(dex).strings).toBe(expected.strings);
  });

  it('no version is taken from Agora’s BuildConfig, which says 1.0 in every release', async () => {
    const jar = pinned(
      'react-native-agora@1.2.5',
      'android/libs/agora-rtc-sdk.jar',
      '6c9d9f3e80a66c7def963dc41d90e8a18cc0e7bcfb86ea6b25c51fa1d4228202',
    );
    const dex = dexFromJar(jar, 13);
    const decoy = dumpStaticFields(dex).find((f) => f.name === 'VERSION_NAME');
    expect(decoy).toMatchObject({ class: 'io.agora.rtc.BuildConfig', value: '"1.0"' });
    expect(compareStaticStrings(dex)).toEqual({ strings: 26, others: 489 });
    const report = await scan(addToApk(real.settings(), { 'classes10.dex': dex }));
    expect(report.detections.map((d) => [d.sdk, d.version])).toEqual([['agora-rtc', null]]);
  });

  it('none is read from Voximplant’s, which holds none', async () => {
    const jar = pinned(
      'react-native-voximplant@0.1.7',
      'android/libs/voximplantsdk.jar',
      'f89c1c7ad5150e84b7c8ac44d03a10a796a8d04ccd7a4c215bc34adbf35c1713',
    );
    const dex = dexFromJar(jar, 13);
    expect(compareStaticStrings(dex)).toEqual({ strings: 30, others: 254 });
    const report = await scan(addToApk(real.settings(), { 'classes10.dex': dex }));
    expect(report.detections.map((d) => [d.sdk, d.version])).toEqual([
      ['voximplant', null],
      ['webrtc', null],
    ]);
  });
});

describe.skipIf(!hasJava())('constants of real class files', () => {
  const places = [...loadRules().sdks.values()].flatMap((sdk) =>
    sdk.versions.flatMap((at) =>
      at.from === 'field'
        ? seenIn(sdk, at.id).map((seen) => ({ sdk: sdk.id, class: at.class, field: at.field, seen }))
        : [],
    ),
  );

  it('are cited by rules', () => expect(places.length).toBeGreaterThanOrEqual(8));

  it.for(places)('$sdk: $seen.artifact', ({ class: name, field, seen }, { skip }) => {
    // `npm:name@version/x.jar!a/B.class`, `maven:group:artifact:version!classes.jar!a/B.class`
    const [outer = '', ...inner] = seen.artifact?.split('!') ?? [];
    const isAar = inner[0] === 'classes.jar';
    const path = cited(isAar ? `${outer}:aar` : outer);
    if (path === null) return skip(`${outer} is not in the cache`);
    let jar: Uint8Array = readFileSync(path);
    if (isAar) jar = unzipSync(jar, { filter: (entry) => entry.name === 'classes.jar' })['classes.jar']!;
    expect(sha256(jar)).toBe(seen.sha256);
    const entry = `${name.replaceAll('.', '/')}.class`;
    expect(inner.at(-1)).toBe(entry);
    const bytes = unzipSync(jar, { filter: (each) => each.name === entry })[entry]!;

    const found = constantString(bytes, name, field);
    if (found === null) {
      // Set in code and not as a constant: the class itself gives no version, and its string stands where it is cited.
      const cited = Buffer.from(bytes.subarray(seen.offset as number, (seen.offset as number) + 5)).toString('latin1');
      expect(seen.note).toContain(cited);
      return;
    }
    expect(found.offset).toBe(seen.offset);
    expect(seen.note?.split(/[;, ]/)[0]).toBe(found?.value);
    expect(bytesAt(bytes, found.offset, found.value.length)).toBe(hex(found.value));
  });
});
