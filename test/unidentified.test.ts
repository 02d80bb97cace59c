import { expect, it } from 'vitest';
import { render, scan } from '../src/index.ts';
import { buildBinaryXml } from './build/axml.ts';
import { buildDex } from './build/dex.ts';
import { buildElf } from './build/elf.ts';
import { buildZip } from './build/zip.ts';

const manifest = buildBinaryXml({
  name: 'manifest',
  attributes: { package: 'org.example.app' },
  children: [{ name: 'application' }],
});
const many = (name: string) => Array.from({ length: 120 }, (_, i) => ({ name: `${name}.C${i}` }));

it('a package in which a rule names a class is that SDK’s; one beside it, or of the app itself, is not', async () => {
  const classes = [
    { name: 'com.hyphenate.chat.EMClient', methods: ['init'] },
    ...many('com.hyphenate.chat'),
    ...many('org.webrtc'),
    // One class of a known SDK hides nobody else: not what it is a name within, nor what repeats the name of its own.
    { name: 'io.agora.chat', methods: ['x'] },
    ...many('io.agora.evil'),
    { name: 'com.evil.webrtc.PeerConnectionFactory', methods: ['create'] },
    ...many('com.evil.webrtc'),
    ...many('org.other.sdk'),
    ...many('org.example.app.ui'),
  ];
  const report = await scan(
    buildZip([
      { name: 'AndroidManifest.xml', data: manifest },
      { name: 'classes.dex', data: buildDex({ classes }) },
    ]),
  );
  expect(report.detections.map(({ sdk }) => sdk)).toEqual(expect.arrayContaining(['webrtc', 'easemob-im']));
  expect(report.unidentified.map(({ kind, name, size }) => [kind, name, size])).toEqual([
    ['package', 'com.evil', 121],
    ['package', 'io.agora', 121],
    ['package', 'org.other', 120],
  ]);
});

it('a vendor’s other packages and libraries bear its name, are listed, and are strangers only where no SDK of it is aboard', async () => {
  const other = [
    { name: 'AndroidManifest.xml', data: manifest },
    { name: 'lib/arm64-v8a/libagora-fdx.so', data: buildElf({ soname: 'libagora-fdx.so' }) },
    { name: 'lib/arm64-v8a/libagoraphobia.so', data: buildElf({ soname: 'libnot.so' }) },
    { name: 'lib/arm64-v8a/liblagora.so', data: buildElf({ soname: 'liblagora.so' }) },
  ];
  const few = (name: string) => many(name).slice(0, 5);
  const scanWith = (names: readonly string[]) => {
    const classes = [
      ...few('io.agora.whiteboard'),
      ...many('com.tencent.mmkv'),
      ...many('io.agorax'),
      ...names.flatMap(few),
    ];
    return scan(buildZip([...other, { name: 'classes.dex', data: buildDex({ classes }) }]));
  };
  const alone = await scanWith([]);
  expect(alone.unidentified.map(({ name, vendor }) => [name, vendor])).toEqual([
    ['libagora-fdx.so', 'agora'],
    ['libagoraphobia.so', null],
    ['liblagora.so', null],
    ['com.tencent.mmkv', 'tencent'],
    ['io.agora', 'agora'],
    ['io.agorax', null],
  ]);
  expect(alone.vendors.map(({ id, presence, confidence }) => [id, presence, confidence])).toEqual([
    ['agora', [], null],
    ['tencent', [], null],
  ]);
  const reasonOf = (report: typeof alone) =>
    report.findings.find(({ rule }) => rule === 'unidentified-native-code')?.reason ?? '';
  expect(reasonOf(alone)).toContain('libagora-fdx.so');
  const text = render(alone, 'text');
  expect(text).toMatch(/io\.agora .*\n.*bears a name of Agora/);
  const beside = await scanWith(['io.agora.rtc2']);
  expect(beside.detections.map(({ sdk }) => sdk)).toEqual(['agora-rtc']);
  expect(beside.unidentified).toHaveLength(6);
  expect(reasonOf(beside)).toContain('liblagora.so');
  expect(reasonOf(beside)).not.toContain('libagora-');
});
