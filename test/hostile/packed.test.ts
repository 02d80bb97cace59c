import { crc32, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { FormatError } from '../../src/errors.ts';
import { unpackBzip2 } from '../../src/formats/packing/bzip2.ts';
import { startsBlock } from '../../src/formats/packing/deflate-start.ts';
import { packingOf } from '../../src/formats/packing/header.ts';
import { unpackLz4Block, unpackLz4Frames } from '../../src/formats/packing/lz4.ts';
import type { Output } from '../../src/formats/packing/output.ts';
import { unpackLzip, unpackLzmaAlone, unpackXz } from '../../src/formats/packing/xz.ts';
import { unpackZstandard } from '../../src/formats/packing/zstandard.ts';
import type { Report } from '../../src/index.ts';
import { agoraClasses, agoraTypes } from '../build/agora.ts';
import { buildBinaryXml } from '../build/axml.ts';
import { buildDex } from '../build/dex.ts';
import { buildElf } from '../build/elf.ts';
import { lz4Block, xalz } from '../build/lz4.ts';
import { buildMachO } from '../build/macho.ts';
import { unpackAll } from '../build/unpack.ts';
import { scan } from '../build/verified.ts';
import { buildZip, concat, fields } from '../build/zip.ts';
import { mulberry32 } from '../rules/rules-of.ts';

const manifest = buildBinaryXml({ name: 'manifest', attributes: { package: 'org.example' } });
const empty = buildDex({ classes: [{ name: 'org.example.Main' }] });
const agoraDex = buildDex({ classes: agoraClasses });
const agoraElf = buildElf({ soname: 'libagora-rtc-sdk-jni.so', exports: ['createAgoraRtcEngine'] });
const agoraMachO = buildMachO({ objcClasses: agoraTypes });
const bytesOf = (text: string) => new TextEncoder().encode(text);
const fromBase64 = (text: string) => Uint8Array.from(Buffer.from(text, 'base64'));
const random = mulberry32(9);
const noise = (length: number) => Uint8Array.from({ length }, () => random() * 256);

const apk = (files: Record<string, Uint8Array>) =>
  buildZip(
    Object.entries({ 'AndroidManifest.xml': manifest, 'classes.dex': empty, ...files }).map(([name, data]) => ({
      name,
      data,
    })),
  );
const found = (report: Report) => report.detections.some((d) => d.sdk === 'agora-rtc' && d.scored);
const gaps = (report: Report) => report.coverage.filter(({ state }) => state !== 'read');

const png = Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
/** A local header and its content, without a directory. */
const local = buildZip([{ name: 'classes.dex', data: agoraDex }]).subarray(0, -(46 + 11 + 22));
const zip = buildZip([{ name: 'classes.dex', data: agoraDex }]);

/** Streams that other tools made of a line of text: xz 5.2, bzip2 1.0.8, zstd 1.4. */
const made = {
  xz: '/Td6WFoAAATm1rRGAgAhARYAAAB0L+Wj4ABDADRdACuYSyY0NX2zplCabqzYKCET/Mw4m7aXPhR75y58AGhJXiSqKQvZ782xi5riEUkrRW3UAAAAikFN518aXuUAAVBE9m2M6x+2830BAAAAAARZWg==',
  LZMA: 'XQAAgAD//////////wArmEsmNDV9s6ZQmm6s2CghE/zMOJu2lz4Ue+cufABoSV4kqikL2e/NsYua4hFJK0WaPFjf/+lHKAA=',
  bzip2:
    'QlpoOTFBWSZTWVM8+NAAAAhfgAAQQAEAEAIAEIA+pdwgIABUNQNAPUA0EqnoRgTBkVINixosXeUJqfPLryoUYcg42pow0kFEHoEII6ugoiR8XckU4UJBTPPjQA==',
  Zstandard: 'KLUv/SRErQEA1AJXYXliaWxsIHRlc3QgcGF5bG9hZDogaW8uYWdvcmEucnRjLlJ0Y0VuZ2luZQoBANR6lgF6Ok7c',
};
const next = fields([4, 100], [4, 0], [4, 20], [4, 0], [4, 7]);
const sevenZip = concat(fields([4, 0xafbc7a37], [4, 0x04001c27], [4, crc32(next)]), next, noise(200));
const main = Uint8Array.of(0x73, 0, 0, 13, 0, 0, 0, 0, 0, 0, 0);
const rar4 = concat(bytesOf('Rar!\x1a\x07\0'), fields([2, crc32(main) & 0xffff]), main, noise(200));
const main5 = Uint8Array.of(3, 1, 0, 0);
const rar5 = concat(bytesOf('Rar!\x1a\x07\x01\0'), fields([4, crc32(main5)]), main5, noise(200));
/** Made by the documents that `src/formats/packing/unopened.ts` names, but for `compress` and lzop, which their own tools made. */
const unopened = {
  cabinet: concat(
    bytesOf('MSCF'),
    fields([4, 0], [4, 300], [4, 0], [4, 44], [4, 0], [2, 0x103], [2, 1], [2, 1], [2, 0], [4, 0], [4, 80]),
    noise(256),
  ),
  compress: fromBase64(
    'H52QV8LkEZOGDRsQdMrMoQMCjkA2b8KQ0QEizRsXYc68kRPGhRw6Y1xIAVnEzZk0bspUvJhxY8ePIUeOKXkyJQsQaOjQgaPjxYswcs7UmYNRI0c2YcS4GPPmhZ03c8iseQGnjhg2aca8kFMGzkY6CgIOLHgw4cKGDyNOXFnUpUeQIkmaRKnSYluOb2PKrVnmZs6dPX8GHXo3DFKlTJ1ClUrVKlatXL1+VAA=',
  ),
  lzop: concat(
    // lzop 1.04 of a line of text.
    fromBase64('iUxaTwANChoKEEAgoAlAAQUDAAABAACBpGsJgXUAAAAABmx6LnR4dFU1Bm0AAAAeAAAAHrB+CxZzb21lIHRleHQgc29tZSB0ZXh0'),
    noise(200),
  ),
  // A chunk as it is, of 196 bytes behind its check sum.
  Snappy: concat(Uint8Array.of(0xff, 6, 0, 0), bytesOf('sNaPpY'), Uint8Array.of(1, 200, 0, 0), noise(200)),
  LZFSE: concat(bytesOf('bvx2'), fields([4, 900], [4, 100], [4, 0x1400], [4, 7], [4, 9], [4, 96], [4, 0]), noise(200)),
  LZVN: concat(bytesOf('bvxn'), fields([4, 900], [4, 240]), noise(240)),
  'LZ4 of Apple': concat(bytesOf('bv41'), fields([4, 900], [4, 240]), noise(240)),
  xar: concat(bytesOf('xar!\0\x1c\0\x01'), fields([4, 0], [4, 99], [4, 0], [4, 999], [4, 1]), noise(200)),
  SquashFS: concat(
    bytesOf('hsqs'),
    fields([4, 1], [4, 0], [4, 131_072], [4, 0], [2, 1], [2, 17], [4, 0], [2, 4], [2, 0]),
    noise(200),
  ),
  WIM: concat(
    bytesOf('MSWIM\0\0\0'),
    fields([4, 208], [4, 0x10d00], [4, 0], [4, 32_768], [8, 1], [8, 2], [2, 1], [2, 1], [4, 1]),
    noise(200),
  ),
};
/** The stream of LZMA alone with the header of lzip: dictionary of 8 MiB, and a trailer that is not compared. */
const lzip = concat(bytesOf('LZIP\x01'), Uint8Array.of(0x17), fromBase64(made.LZMA).subarray(13), new Uint8Array(20));

describe('code that is packed or lies in other content is read', () => {
  it.each([
    ['zlib', { 'assets/a.bin': deflateSync(agoraDex) }, 'assets/a.bin!'],
    ['deflate alone', { 'assets/a.bin': deflateRawSync(agoraDex) }, 'assets/a.bin!'],
    ['deflate with fixed codes', { 'assets/a.bin': deflateRawSync(agoraDex, { strategy: 4 }) }, 'assets/a.bin!'],
    ['deflate that only stores', { 'assets/a.bin': deflateRawSync(agoraDex, { level: 0 }) }, 'assets/a.bin!'],
    ['zlib in gzip', { 'assets/a.bin': gzipSync(deflateSync(agoraDex)) }, 'assets/a.bin!!'],
    ['XALZ', { 'assemblies/a.dll': xalz(agoraDex) }, 'assemblies/a.dll!'],
    ['XALZ of a library', { 'assemblies/a.dll': xalz(agoraElf) }, 'assemblies/a.dll!'],
    ['a DEX without its magic', { 'assets/a.bin': concat(new Uint8Array(8), agoraDex.subarray(8)) }, 'assets/a.bin'],
    [
      'a DEX without its magic, packed',
      { 'assets/a.bin': deflateSync(concat(noise(8), agoraDex.subarray(8))) },
      'assets/a.bin!',
    ],
    [
      'a DEX in a picture',
      { 'res/a.png': concat(png, noise(99), agoraDex, noise(9)) },
      `res/a.png!@107+${agoraDex.length}`,
    ],
    ['a library in data', { 'assets/a.bin': concat(noise(33), agoraElf) }, `assets/a.bin!@33+${agoraElf.length}`],
    ['a Mach-O in data', { 'assets/a.bin': concat(noise(33), agoraMachO) }, `assets/a.bin!@33+${agoraMachO.length}`],
    ['a ZIP in a picture', { 'res/a.png': concat(png, noise(50), zip) }, `res/a.png!@58+${zip.length}!classes.dex`],
    [
      'a ZIP with text behind it',
      { 'a.txt': concat(bytesOf('hello '), zip, bytesOf(' bye')) },
      `a.txt!@6+${zip.length}!classes.dex`,
    ],
    ['a DEX in a library', { 'lib/arm64-v8a/libx.so': concat(buildElf({ soname: 'libx.so' }), agoraDex) }, '!@'],
    [
      'a DEX in a library in data',
      { 'assets/a.bin': concat(noise(4), buildElf({ soname: 'libx.so' }), agoraDex) },
      '!@',
    ],
  ])('%s', async (_name, files, path) => {
    const report = await scan(apk(files));
    expect(found(report)).toBe(true);
    expect(
      report.detections
        .flatMap((d) => d.instances)
        .map((i) => i.path)
        .join(),
    ).toContain(path);
    expect(gaps(report)).toEqual([]);
  });

  it('and what lies inside is said', async () => {
    const report = await scan(apk({ 'res/a.png': concat(png, empty) }));
    expect(report.anomalies).toMatchObject([{ code: 'content.embedded', path: 'res/a.png', offset: 8 }]);
  });
});

describe('streams of other tools', () => {
  const line = 'Waybill test payload: io.agora.rtc.RtcEngine io.agora.rtc.RtcEngine\n';

  it.each([
    ['bzip2', fromBase64(made.bzip2), unpackBzip2],
    ['Zstandard', fromBase64(made.Zstandard), unpackZstandard],
    ['xz', fromBase64(made.xz), unpackXz],
    ['LZMA', fromBase64(made.LZMA), unpackLzmaAlone],
    ['lzip', lzip, unpackLzip],
  ])('%s that another tool made is opened, wherever it begins', async (name, bytes, unpack) => {
    expect(packingOf(bytes)).toBe(name);
    expect(new TextDecoder().decode(unpackAll(unpack, bytes).plain)).toBe(line);
    expect(() => unpackAll(unpack, bytes, line.length - 1)).toThrow('nestedBytes');
    const report = await scan(apk({ 'assets/a.bin': bytes, 'assets/b.bin': concat(noise(77), bytes) }));
    expect(report.anomalies).toEqual([]);
    expect(gaps(report)).toEqual([]);
  });

  it('with any byte changed or cut ends in a value or a FormatError', () => {
    const bytes = fromBase64(made.xz);
    for (let at = 12; at < bytes.length; at++) {
      for (const broken of [bytes.subarray(0, at), bytes.map((byte, i) => (i === at ? byte ^ 0x55 : byte))]) {
        try {
          expect(unpackAll(unpackXz, broken, 1e5).plain.length).toBeLessThan(1e5);
        } catch (error) {
          expect(error).toBeInstanceOf(FormatError);
        }
      }
    }
  });
});

describe('what is not opened is named', () => {
  const archives: Record<string, Uint8Array> = { '7z': sevenZip, 'RAR 4': rar4, 'RAR 5': rar5, ...unopened };

  it.each(Object.entries(archives))('%s', async (name, bytes) => {
    const report = await scan(apk({ 'assets/a.bin': bytes }));
    expect(report.complete).toBe(false);
    expect(gaps(report)).toMatchObject([{ path: 'assets/a.bin', reason: 'unsupported' }]);
    expect(gaps(report)[0]!.detail).toContain(name.replace(/ \d/, '').replace('LZVN', 'LZFSE'));
  });

  it.each([
    '7z',
    'RAR 4',
    'RAR 5',
    'cabinet',
    'lzop',
    'Snappy',
    'xar',
    'WIM',
  ])('%s in the middle of other content', async (name) => {
    const report = await scan(apk({ 'assets/a.bin': concat(noise(501), archives[name]!) }));
    expect(gaps(report)).toMatchObject([
      { path: expect.stringMatching(/^assets\/a\.bin!@501\+/), reason: 'unsupported' },
    ]);
  });

  it('LZ4 that does not follow its own form is malformed', async () => {
    const packed = xalz(agoraDex);
    for (const bytes of [packed.subarray(0, packed.length - 9), xalz(agoraDex).fill(255, 40)]) {
      expect(gaps(await scan(apk({ 'a.dll': bytes })))).toMatchObject([{ path: 'a.dll', reason: 'malformed' }]);
    }
  });
});

describe('a magic is no finding', () => {
  const magics = [
    'BZh9',
    '7z\xbc\xaf\x27\x1c\0\x04',
    'Rar!\x1a\x07\0',
    '\xfd7zXZ\0\0\x04',
    '(\xb5/\xfd\xff',
    '\x04"M\x18\x64',
    'XALZ',
    'LZIP',
  ];
  magics.push(
    'dex\n035\0',
    '\x7fELF\x02\x01\x01',
    '\xcf\xfa\xed\xfe\x0c\0\0\x01',
    'PK\x03\x04\x14\0\0\0',
    'PK\x05\x06\0\0\0\0',
    '\x1f\x8b\x08\0\0\0\0\0',
    ']\0\0\x80\0',
    'MSCF\0\0\0\0',
    '\x1f\x9d\x90',
    'bvx2',
    'bvxn',
    'bv41',
    'xar!\0\x1c\0\x01',
    'hsqs',
    '\x89LZO\0\r\n\x1a\n',
    // As busybox and other tools hold them: constants, and a text behind.
    '\x89LZO\0\r\n\x1a\n\0\0\0%s already has %s suffix\0'.padEnd(200, '\0'),
    '\xff\x06\0\0sNaPpY',
    '\xff\x06\0\0sNaPpY\0\0\0snappy: bad frame\0'.padEnd(200, '\0'),
    'MSWIM\0\0\0\xd0\0\0\0',
  );
  const spelled = magics.map((magic) => Uint8Array.from(magic, (letter) => letter.charCodeAt(0)));

  it('at the end, in a table of magics, or before noise', async () => {
    const files = Object.fromEntries(
      spelled.map((magic, i) => [`assets/${i}.dat`, concat(noise(64), magic, noise(400))]),
    );
    const report = await scan(
      apk({
        ...files,
        'assets/table.dat': concat(noise(3), ...spelled),
        'assets/last.dat': concat(noise(40), spelled[9]!),
      }),
    );
    expect(gaps(report)).toEqual([]);
    expect(report.anomalies).toEqual([]);
  });

  it('a header whose tables do not lie inside is none', async () => {
    const cut = (image: Uint8Array) => concat(noise(100), image.subarray(0, image.length - 1));
    const report = await scan(
      apk({
        'a.dat': cut(agoraElf),
        'b.dat': cut(agoraDex),
        'd.dat': concat(
          noise(100),
          local.map((byte, i) => (i === 50 ? byte ^ 1 : byte)),
        ),
      }),
    );
    expect(gaps(report)).toEqual([]);
    expect(report.anomalies).toEqual([]);
  });

  it('noise is told from deflate before it is held', () => {
    const taken = Array.from({ length: 20_000 }, () => noise(600)).filter((bytes) => startsBlock(bytes, 0));
    expect(taken.length).toBeLessThan(60);
    expect(startsBlock(deflateRawSync(noise(4000)), 0)).toBe(true);
  });
});

describe('LZ4', () => {
  /** By lz4 1.9: linked blocks, and a size with an XXH32 of each block. */
  const frames = [
    'BCJNGGRAp6UAAADxMWxpbmUgMDogaHR0cDovL2FyZ3VzLmFnb3JhbGFiLmNvL3Zvc2RrL3B1YmxpYy9yZXBvcnQ/bGlzdGVuZXI9MApAAB8xQAAlEjFAAB8yQAAlEjJAAB8zQAAlEjNAAB80QAAlEjRAAB81QAAlEjVAAB82QAAlEjZAAB83QAAlA8ABHzhAACUDwAEfOUAAJQPAAR8xgQImA8EBHzGCAiNQZXI9NAoAAAAAgw63dg==',
    'BCJNGHxAAgMAAAAAAAAmpQAAAPExbGluZSAwOiBodHRwOi8vYXJndXMuYWdvcmFsYWIuY28vdm9zZGsvcHVibGljL3JlcG9ydD9saXN0ZW5lcj0wCkAAHzFAACUSMUAAHzJAACUSMkAAHzNAACUSM0AAHzRAACUSNEAAHzVAACUSNUAAHzZAACUSNkAAHzdAACUDwAEfOEAAJQPAAR85QAAlA8ABHzGBAiYDwQEfMYICI1Blcj00Cq4TnGIAAAAAgw63dg==',
    'BCJNGGBAgqUAAADxMWxpbmUgMDogaHR0cDovL2FyZ3VzLmFnb3JhbGFiLmNvL3Zvc2RrL3B1YmxpYy9yZXBvcnQ/bGlzdGVuZXI9MApAAB8xQAAlEjFAAB8yQAAlEjJAAB8zQAAlEjNAAB80QAAlEjRAAB81QAAlEjVAAB82QAAlEjZAAB83QAAlA8ABHzhAACUDwAEfOUAAJQPAAR8xgQImA8EBHzGCAiNQZXI9NAoAAAAA',
  ];

  it('frames that another tool made', () => {
    const plain = Array.from(
      { length: 12 },
      (_, i) => `line ${i}: http://argus.agoralab.co/vosdk/public/report?listener=${i % 7}\n`,
    );
    for (const frame of frames) {
      expect(packingOf(fromBase64(frame))).toBe('LZ4');
      expect(new TextDecoder().decode(unpackAll(unpackLz4Frames, fromBase64(frame)).plain)).toBe(plain.join(''));
    }
  });

  it('blocks come back as they were, and no more than may be', () => {
    for (const plain of [agoraDex, new Uint8Array(70_000), noise(300), bytesOf('a'), bytesOf('abcd'.repeat(50))]) {
      const packed = lz4Block(plain);
      const block = (input: Uint8Array, out: Output) => unpackLz4Block({ input, from: 0, to: input.length }, out);
      expect(Buffer.from(unpackAll(block, packed).plain).equals(Buffer.from(plain))).toBe(true);
      expect(() => unpackAll(block, packed, plain.length - 1)).toThrow('nestedBytes');
    }
  });
});

it('opaque content is listed with the DEX files that spell its name', async () => {
  const dex = (...strings: string[]) => buildDex({ classes: [{ name: 'org.example.Main' }], strings });
  const report = await scan(
    apk({
      'assets/models/face.bin': noise(70_000),
      'assets/other/voice.bin': noise(70_000),
      'assets/none.bin': noise(70_000),
      'classes.dex': dex('face.bin', 'xnone.bin', 'else/voice.bin'),
      'classes2.dex': dex('models/face.bin', 'file:///android_asset/other/voice.bin'),
    }),
  );
  expect(report.unidentified.map(({ name, referrers, moreReferrers }) => [name, referrers, moreReferrers])).toEqual([
    ['face.bin', ['classes.dex', 'classes2.dex'], 0],
    ['none.bin', [], 0],
    ['voice.bin', ['classes2.dex'], 0],
  ]);
});

it('large content that nobody can read is listed, and leaves nothing incomplete', async () => {
  const report = await scan(
    apk({
      'assets/model.bin': noise(70_000),
      'assets/small.bin': noise(7_000),
      'assets/even.bin': new Uint8Array(70_000).fill(1),
    }),
  );
  expect(report.complete).toBe(true);
  expect(report.unidentified).toMatchObject([
    { kind: 'content', name: 'model.bin', paths: ['assets/model.bin'], size: 70_000, entropy: 8 },
  ]);
});
