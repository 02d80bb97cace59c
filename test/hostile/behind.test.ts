import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { PictureEnd } from '../../src/formats/picture-end.ts';
import { agoraClasses } from '../build/agora.ts';
import { buildBinaryXml } from '../build/axml.ts';
import { buildDex } from '../build/dex.ts';
import { buildElf } from '../build/elf.ts';
import { lz4Block } from '../build/lz4.ts';
import { zstandard } from '../build/packing.ts';
import { scan } from '../build/verified.ts';
import { buildZip, concat, fields } from '../build/zip.ts';

/** What stands behind the end of other content, or in pieces of it that its decoder passes over, is read. */

const manifest = buildBinaryXml({ name: 'manifest', attributes: { package: 'org.example' } });
const empty = buildDex({ classes: [{ name: 'org.example.Main' }] });
const agoraDex = buildDex({ classes: agoraClasses });
const latin1 = (text: string) => Uint8Array.from(text, (letter) => letter.charCodeAt(0));

const scanned = (data: Uint8Array, name = 'assets/a.bin') =>
  scan(
    buildZip([
      { name: 'AndroidManifest.xml', data: manifest },
      { name: 'classes.dex', data: empty },
      { name, data },
    ]),
  );
const unread = async (data: Uint8Array, name?: string) => {
  const report = await scanned(data, name);
  return [
    report.detections.some(({ sdk }) => sdk === 'agora-rtc'),
    report.coverage.filter(({ state }) => state !== 'read').map(({ detail }) => detail),
  ];
};

const chunk = (type: string, data: Uint8Array) =>
  concat(fields([4, data.length]).reverse(), latin1(type), data, new Uint8Array(4));
const png = concat(
  latin1('\x89PNG\r\n\x1a\n'),
  chunk('IHDR', new Uint8Array(13).fill(3)),
  chunk(
    'IDAT',
    new Uint8Array(70_000).map((_, i) => (i * i) % 251),
  ),
  chunk('IEND', new Uint8Array(0)),
);
const segment = (marker: number, data: Uint8Array) =>
  concat(Uint8Array.of(0xff, marker, (data.length + 2) >> 8, (data.length + 2) & 255), data);
const jpeg = concat(
  Uint8Array.of(0xff, 0xd8),
  // A thumbnail ends as the picture does.
  segment(0xe1, concat(latin1('Exif\0\0'), Uint8Array.of(0xff, 0xd8, 0xff, 0xd9))),
  segment(0xda, new Uint8Array(10)),
  new Uint8Array(50_000).map((_, i) => (i * 7) % 255),
  Uint8Array.of(0xff, 0, 0xff, 0xd3, 9, 9),
  segment(0xc4, new Uint8Array(20)),
  segment(0xda, new Uint8Array(10)),
  new Uint8Array(500).fill(8),
  Uint8Array.of(0xff, 0xd9),
);
const packed: readonly (readonly [string, Uint8Array])[] = [
  ['zlib', deflateSync(agoraDex)],
  ['deflate', deflateRawSync(agoraDex)],
  ['brotli', brotliCompressSync(agoraDex)],
];
const before: readonly (readonly [string, Uint8Array])[] = [
  ['a PNG', png],
  ['a JPEG', jpeg],
  ['an ELF', buildElf({ soname: 'libx.so' })],
  ['zlib', deflateSync(latin1('lorem ipsum '.repeat(60)))],
  ['gzip', gzipSync(latin1('lorem ipsum '.repeat(60)))],
  ['Zstandard', zstandard(latin1('lorem ipsum '.repeat(60)))],
  ['Zstandard in data', concat(latin1('\x01\x02abc'), zstandard(latin1('lorem ipsum '.repeat(60))))],
  ['gzip in data', concat(latin1('\x01\x02abc'), gzipSync(latin1('lorem ipsum '.repeat(60))))],
  ['a ZIP in data', concat(latin1('\x01\x02abc'), buildZip([{ name: 'a', data: empty }]))],
  ['a DEX', empty],
  ['a DEX in data', concat(latin1('\x01\x02abc'), empty)],
];

describe.each(before)('behind %s', (_name, front) => {
  it.each(packed)('%s is read', async (_packing, bytes) => {
    expect(await unread(concat(front, bytes))).toEqual([true, []]);
    expect(await unread(concat(front, new Uint8Array(11), bytes, new Uint8Array(3)))).toEqual([true, []]);
  });

  it('nothing is nothing, and noise is none', async () => {
    const noise = new Uint8Array(3000).map((_, i) => (i * i * 31 + (i >> 3)) & 255);
    expect(await unread(front)).toEqual([false, []]);
    expect(await unread(concat(front, noise))).toEqual([false, []]);
  });
});

describe('frames that decoders pass over', () => {
  const skipped = (data: Uint8Array) => concat(fields([4, 0x184d2a57], [4, data.length]), data);
  const frame = zstandard(latin1('lorem ipsum '.repeat(60)));

  it.each([
    ['a DEX', agoraDex] as const,
    ['gzip', gzipSync(agoraDex)] as const,
    ...packed,
  ])('%s in one is read', async (_name, bytes) => {
    expect(await unread(concat(skipped(bytes), frame))).toEqual([true, []]);
    expect(await unread(concat(frame, skipped(new Uint8Array(9)), skipped(bytes), frame))).toEqual([true, []]);
  });
});

it('LZ4 of the older form goes on behind a short block', async () => {
  const block = (data: Uint8Array) => {
    const body = lz4Block(data);
    return concat(fields([4, body.length]), body);
  };
  const lz4 = concat(fields([4, 0x184c2102]), block(latin1('lorem ipsum '.repeat(9))), block(agoraDex));
  expect(await unread(lz4)).toEqual([true, []]);
  expect(await unread(concat(latin1('\x01\x02abc'), lz4, new Uint8Array(40).fill(0xee)))).toEqual([true, []]);
});

/** `lzma.compress(…, FORMAT_ALONE, lc=4, lp=0, pb=2)` of Python 3.11: a URL of Agora and a space, forty times. */
const lzma4 =
  'XgAAAQD//////////wA0HSzgOhffvZ5ozjMtGF4wyzBKv+tZZ/qpm7oQH3nUf0fbpNdj29tbY8kRBxVytPcVPhMt8QG6Z6JHzQJZxZoGMYVIpf8yJDAQ2DcX//+f8gAA';

it('LZMA with settings of its own is tried', async () => {
  const report = await scanned(Uint8Array.from(Buffer.from(lzma4, 'base64')));
  expect(report.endpoints.map(({ host }) => host)).toEqual(['argus.agoralab.co']);
});

it('thousands of members of gzip in one entry are read', async () => {
  const tiles = Array.from({ length: 3000 }, (_, i) =>
    concat(latin1('tile'), gzipSync(latin1(`tile ${i} `.repeat(9)))),
  );
  expect(await unread(concat(latin1('\x01\x02'), ...tiles, gzipSync(agoraDex)), 'assets/map.mbtiles')).toEqual([
    true,
    [],
  ]);
});

it.each([
  ['PNG', png],
  ['JPEG', jpeg],
])('the end of a %s is told however it comes', (_name, picture) => {
  const bytes = concat(picture, new Uint8Array(300).fill(0xff));
  for (const step of [1, 2, 3, 7, 4096, bytes.length]) {
    const end = PictureEnd.of(bytes.subarray(0, 16))!;
    for (let at = 0; at < bytes.length; at += step) end.push(bytes.subarray(at, at + step));
    expect([step, end.end]).toEqual([step, picture.length]);
  }
});
