import { gzipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { DartNotices, DartPackages, DartRelease } from '../../src/features/dart-names.ts';
import type { NameReader } from '../../src/features/name-reader.ts';
import { buildBinaryXml } from '../build/axml.ts';
import { buildElf } from '../build/elf.ts';
import { buildMachO } from '../build/macho.ts';
import { mulberry32 } from '../build/random.ts';
import { scan } from '../build/verified.ts';
import { buildZip } from '../build/zip.ts';
import { ipa } from '../hostile/place.ts';

/** A string of a snapshot of Dart: its length stands before it, with the highest bit set in the last byte of that. */
const inSnapshot = (text: string) => `${String.fromCharCode(0x80 | ((2 * text.length) & 0x7f))}${text}`;
const bytesOf = (text: string) => Uint8Array.from(text, (letter) => letter.charCodeAt(0));

const code = bytesOf(
  [
    'package:flutter/src/widgets/basic.dart',
    'package:agora_rtc_engine/src/agora_rtc_engine.dart',
    'file:///home/me/.pub-cache/hosted/pub.dev/zego_express_engine-3.14.5/lib/zego.dart',
    'package:Not_a_name/x.dart',
    'package:no_path',
    'package:flutter/material.dart',
  ]
    .map(inSnapshot)
    .join(''),
);
const engine = bytesOf(
  `v1.2.3 (see)\x00x.9.1.2 (a) (b)\x00${'y'.repeat(700)}\x003.5.0 (stable) (Tue Jul 30 02:17:59 2024 -0700) on "android_arm64"\x003.5.0\x00`,
);
const rule = '-'.repeat(80);
const notices = bytesOf(
  `abseil-cpp\n\nApache License\nflutter\n\nnot a head\n${rule}\nagora_rtc_engine\nasync\n\nMIT License\n\n${rule} \nno\n${rule}\nflutter\n\nBSD`,
);

/** Names, versions and what is shown of each, from content that comes in pieces of these lengths. */
function told(names: NameReader, bytes: Uint8Array, length: (left: number) => number) {
  for (let at = 0; at < bytes.length; ) {
    const end = Math.min(bytes.length, at + length(bytes.length - at));
    names.push(bytes.subarray(at, end));
    at = end;
  }
  return names.end().map(({ name, version, seen }) => {
    const [{ offset, length: shown } = { offset: 0, length: 0 }] = seen.spans;
    expect(Buffer.from(bytes.subarray(offset, offset + shown)).toString()).toBe(seen.text);
    return [name, version, seen.text];
  });
}

const cases = {
  code: {
    made: () => new DartPackages(),
    bytes: code,
    expected: [
      ['flutter', null, 'package:flutter'],
      ['agora_rtc_engine', null, 'package:agora_rtc_engine'],
      ['zego_express_engine', '3.14.5', 'hosted/pub.dev/zego_express_engine-3.14.5'],
    ],
  },
  notices: {
    made: () => new DartNotices(),
    bytes: notices,
    expected: ['abseil-cpp', 'agora_rtc_engine', 'async', 'flutter'].map((name) => [name, null, name]),
  },
};

it('an engine of Flutter tells its release of Dart, however it comes', () => {
  const expected = [['Dart', '3.5.0', '3.5.0 (stable) (Tue Jul 30 02:17:59 2024 -0700)']];
  const random = mulberry32(0xda28);
  expect(told(new DartRelease(), engine, (left) => left)).toEqual(expected);
  for (let round = 0; round < 200; round++) {
    expect(told(new DartRelease(), engine, () => 1 + Math.floor(random() * 100))).toEqual(expected);
  }
});

it('the release of Dart stands among the libraries of an app', async () => {
  const release = '3.5.0 (stable) (Tue Jul 30 02:17:59 2024 -0700) on "android_arm64"';
  const data = buildElf({ soname: 'libflutter.so', rodata: bytesOf(`\0${release}\0`) });
  const manifest = buildBinaryXml({ name: 'manifest', attributes: { package: 'org.example' } });
  const { libraries } = await scan(
    buildZip([
      { name: 'AndroidManifest.xml', data: manifest },
      { name: 'lib/arm64-v8a/libflutter.so', data },
    ]),
  );
  expect(libraries.map(({ name, version }) => [name, version])).toEqual([['Dart', '3.5.0']]);
});

describe.each(Object.entries(cases))('packages that %s name', (_, { made, bytes, expected }) => {
  it('are told with their places', () => {
    expect(told(made(), bytes, (left) => left)).toEqual(expected);
  });

  it('are the same however the content comes', () => {
    const random = mulberry32(0xda27);
    for (let round = 0; round < 200; round++) {
      const pieces = told(made(), bytes, () => 1 + Math.floor(random() * 40));
      expect(pieces.sort()).toEqual([...expected].sort());
    }
  });

  it('are bounded', () => {
    const many = Array.from({ length: 3000 }, (_, i) => `package:p${i}/x ${rule}\np${i}\n`).join('\n');
    const names = made();
    names.push(bytesOf(`\n${rule}\n${many.replaceAll(' ', '\n')}`));
    expect(names.end().length).toBe(1000);
    expect(names.isFull).toBe(true);
  });

  it('are none of other content', () => {
    const random = mulberry32(7);
    const noise = Uint8Array.from({ length: 10_000 }, () => Math.floor(random() * 256));
    expect(told(made(), noise, () => 999)).toEqual([]);
    expect(told(made(), new Uint8Array(0), () => 1)).toEqual([]);
  });
});

it('a Flutter app names its packages in its code and its notices, and a rule knows one', async () => {
  const report = await scan(
    buildZip([
      {
        name: 'AndroidManifest.xml',
        data: buildBinaryXml({ name: 'manifest', attributes: { package: 'org.example' } }),
      },
      { name: 'lib/arm64-v8a/libapp.so', data: buildElf({ rodata: code, exports: ['_kDartVmSnapshotData'] }) },
      { name: 'lib/arm64-v8a/libflutter.so', data: buildElf({ soname: 'libflutter.so' }) },
      { name: 'assets/flutter_assets/NOTICES.Z', data: gzipSync(notices, { mtime: 0 }) },
    ]),
  );
  const told = report.libraries.map(({ name, version, evidence }) => [name, version, evidence.path]);
  const [library, list] = ['lib/arm64-v8a/libapp.so', 'assets/flutter_assets/NOTICES.Z!'];
  expect(told).toEqual([
    ['abseil-cpp', null, list],
    ['agora_rtc_engine', null, library],
    ['async', null, list],
    ['flutter', null, library],
    ['zego_express_engine', '3.14.5', library],
  ]);
  expect(report.detections.map(({ sdk }) => sdk)).toContain('agora-flutter');
});

it('compiled code of Flutter on iOS names its packages as well', async () => {
  const dart = buildMachO({ fileType: 'dylib', cstrings: ['package:agora_rtc_engine/src/agora_rtc_engine.dart'] });
  const report = await scan(ipa({ 'Frameworks/App.framework/App': dart }));
  const path = 'Payload/App.app/Frameworks/App.framework/App';
  expect(report.libraries).toMatchObject([{ name: 'agora_rtc_engine', version: null, evidence: { path } }]);
});
