import { describe, expect, it } from 'vitest';
import { render, scan } from '../src/index.ts';
import { reportText, TEXT_BYTES } from '../src/text.ts';
import { buildBinaryXml } from './build/axml.ts';
import { buildCertificate } from './build/der.ts';
import { buildDex } from './build/dex.ts';
import { buildElf } from './build/elf.ts';
import { buildMachO } from './build/macho.ts';
import { buildPlist } from './build/plist.ts';
import { mulberry32 } from './build/random.ts';
import { buildPairs, buildScheme } from './build/signing.ts';
import { buildZip } from './build/zip.ts';

const utf8 = new TextEncoder();
const attacks = [
  ...['\u0000', '\u0007', '\n', '\u001b[2J', '\u007f', '\u009b31m', '\u061c', '\u200b', '\u200d', '\u200e'],
  ...['\u2028', '\u202e', '\u2060', '\u2066', '\ufeff', '\ufffe', '\uffff', '\ud800', '\udc00', '\u{e0041}', '\u00ad'],
];
/** Written out here once more, and not taken from the code that is tested. */
const raw =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: naming them is the point
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufffe\uffff\ud800-\udfff\u{e0000}-\u{e007f}]/u;

function textsOf(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, each]) => [key, ...textsOf(each)]);
}

function apk(evil: string): Uint8Array {
  const manifest = buildBinaryXml({
    name: 'manifest',
    attributes: { package: `org.${evil}`, versionName: evil, versionCode: evil },
    children: [
      { name: 'uses-permission', attributes: { name: `p.${evil}` } },
      { name: 'uses-sdk', attributes: { minSdkVersion: evil, targetSdkVersion: evil } },
      { name: 'application', attributes: { label: evil, name: evil } },
      { name: 'meta-data', attributes: { name: evil, value: evil } },
    ],
  });
  const dex = buildDex({
    classes: [{ name: `io.agora.rtc.RtcEngine` }, { name: `io.agora.rtc.${evil.replaceAll('\0', '')}` }],
    strings: [`http://a.agora.io/x?venderID=%s&é=${evil}`, `${evil}.agora.io`, `grpc://rtc.agora.io/${evil}`],
  });
  const elf = buildElf({ soname: `lib${evil.replaceAll('\0', '')}.so`, rodata: [`http://h.agora.io/${evil}`] });
  const data = [
    ['AndroidManifest.xml', manifest],
    ['classes.dex', dex],
    [`lib/arm64-v8a/lib${evil}.so`, elf],
    [`assets/${evil}.zip`, buildZip([{ name: evil, data: elf.subarray(0, 200) }])],
    [`assets/${evil}`, dex.subarray(0, 300)],
  ] as const;
  const files = data.map(([name, bytes]) => ({ name, data: bytes }));
  const latin = { name: Uint8Array.from([0x61, 0xff, 0x9b, 0xed, 0xa0, 0x80]), data: 'x' };
  const maker = buildCertificate({ subject: [['CN', evil]] });
  return buildZip([...files, latin], { signingBlock: buildPairs([buildScheme('v2', [[maker]])]) });
}

function ipa(evil: string): Uint8Array {
  const plist = {
    ...{ CFBundleIdentifier: `org.${evil}`, CFBundleDisplayName: evil, CFBundleExecutable: evil },
    ...{ CFBundleShortVersionString: evil, CFBundleVersion: evil, UIBackgroundModes: [evil], MinimumOSVersion: evil },
    [`NS${evil}UsageDescription`]: evil,
  };
  const framework = buildMachO({ objcClasses: ['AgoraRtcEngineKit'], dylibs: [`/${evil}/AgoraRtcKit`], teamId: evil });
  const files: [string, Uint8Array][] = [
    ['Info.plist', buildPlist(plist, 'binary')],
    [evil, buildMachO({ fileType: 'execute' })],
    [`Frameworks/${evil}.framework/Info.plist`, buildPlist({ CFBundleExecutable: `${evil}x` }, 'binary')],
    [`Frameworks/${evil}.framework/${evil}`, framework],
  ];
  return buildZip(files.map(([name, data]) => ({ name: `Payload/${evil}.app/${name}`, data })));
}

describe('text of the app’s in a report', () => {
  const random = mulberry32(7);
  const mixed = Array.from({ length: 6 }, () =>
    Array.from({ length: 8 }, () => `${attacks[Math.floor(random() * attacks.length)]}a`).join(''),
  );
  const cases = [...attacks, ...mixed, `${'x'.repeat(5000)}\u202e`, '\u001b'.repeat(3000), '中'.repeat(3000)];

  it.each(
    cases.map((evil, index) => [index, evil] as const),
  )('attack %i: nothing unseen, and bounded', async (_, evil) => {
    for (const bundle of [apk(`a${evil}b`), ipa(`a${evil}b`)]) {
      const report = await scan(bundle);
      const texts = textsOf(report);
      expect(texts.filter((text) => raw.test(text))).toEqual([]);
      const {
        bundle: facts,
        detections,
        endpoints,
        unidentified,
        coverage,
        anomalies,
        notices,
        verdictReasons,
      } = report;
      const own = textsOf({ facts, detections, endpoints, unidentified, coverage, anomalies, notices, verdictReasons });
      expect(own.filter((text) => utf8.encode(text).length > TEXT_BYTES)).toEqual([]);
      expect(report.detections.map((detection) => detection.sdk)).toContain('agora-rtc');
      expect(JSON.parse(render(report, 'json'))).toEqual(JSON.parse(JSON.stringify(report)));
    }
  });

  it('names that differ stay apart, whatever they are made of', async () => {
    const long = 'n'.repeat(5000);
    const names = ['a\u0001', 'a\\u0001', 'a', 'a', 'a (copy 2)', `${long}1`, `${long}2`, '(APK Signing Block)'];
    const files = names.map((name, i) => ({
      name: `lib/x/${name}/lib${i}.so`,
      data: buildElf({ soname: `lib${i}.so` }),
    }));
    const same = names.slice(0, 5).map((name) => ({ name: `${name}.so`, data: buildElf({ exports: ['x'] }) }));
    const manifest = buildBinaryXml({ name: 'manifest', attributes: { package: 'org.example' } });
    const report = await scan(buildZip([{ name: 'AndroidManifest.xml', data: manifest }, ...files, ...same]));
    const paths = report.unidentified.flatMap((each) => each.paths);
    expect(paths.length).toBe(files.length + same.length);
    expect(new Set(paths).size).toBe(paths.length);
  });

  it('is written once: a second time changes nothing', () => {
    for (const evil of [...cases, 'é'.repeat(513), 'plain', '\\u0001']) {
      const once = reportText(evil);
      expect(reportText(once)).toBe(once);
      expect(utf8.encode(once).length).toBeLessThanOrEqual(TEXT_BYTES);
      if (utf8.encode(evil).length <= TEXT_BYTES && !raw.test(evil)) expect(once).toBe(evil);
    }
    expect(reportText('👨‍👩')).toBe('👨\\u200d👩');
    expect(reportText('x'.repeat(2000))).not.toBe(reportText(`${'x'.repeat(1999)}y`));
  });
});
