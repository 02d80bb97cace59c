import { brotliCompressSync, constants, crc32, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { bzip2, zstandard } from '../build/packing.ts';
import { buildZip, concat, fields } from '../build/zip.ts';
import { apk, assetPlaces, type Payload, type Place, utf8 } from './place.ts';

const other = utf8('an ordinary log of an ordinary app, '.repeat(5));
const png = Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

/** A member (RFC 1952) with the given flags and fields between its header and its data. */
function member(data: Uint8Array, flags = 0, between: Uint8Array = new Uint8Array(0)): Uint8Array {
  const head = Uint8Array.of(0x1f, 0x8b, 8, flags, 0, 0, 0, 0, 0, 255);
  return concat(head, between, deflateRawSync(data), fields([4, crc32(data)], [4, data.length]));
}

/** LZ4 blocks may be literals alone: a token, the length in steps of 255, and the bytes. */
function xalz(data: Uint8Array): Uint8Array {
  const over = data.length - 15;
  const steps = over < 0 ? [] : [...new Array<number>(Math.floor(over / 255)).fill(255), over % 255];
  const token = Math.min(15, data.length) << 4;
  return concat(utf8('XALZ'), fields([4, 1], [4, data.length]), Uint8Array.of(token, ...steps), data);
}

const param = (quality: number, window: number) => ({
  params: { [constants.BROTLI_PARAM_QUALITY]: quality, [constants.BROTLI_PARAM_LGWIN]: window },
});
const brotli: Readonly<Record<string, (bytes: Uint8Array) => Uint8Array>> = {
  brotli: (bytes) => brotliCompressSync(bytes),
  'brotli, quick': (bytes) => brotliCompressSync(bytes, param(0, 24)),
  'brotli, small window': (bytes) => brotliCompressSync(bytes, param(5, 10)),
  'brotli of much': (bytes) => brotliCompressSync(concat(new Uint8Array(300_000), bytes, other)),
  'brotli with something behind': (bytes) => concat(brotliCompressSync(bytes), other),
};

const chunk = (type: string, data: Uint8Array) =>
  concat(fields([4, data.length]).reverse(), utf8(type), data, new Uint8Array(4));
const picture = (...chunks: readonly Uint8Array[]) =>
  concat(
    png,
    chunk('IHDR', new Uint8Array(13).fill(3)),
    ...chunks,
    chunk('IDAT', deflateSync(new Uint8Array(900))),
    chunk('IEND', new Uint8Array(0)),
  );
/** A font of one table (WOFF 1.0, 4 and 5). */
const woff = (data: Uint8Array) => {
  const big = (...values: number[]) => concat(...values.map((value) => fields([4, value]).reverse()));
  const packed = deflateSync(data);
  const header = concat(
    utf8('wOFF'),
    big(0x10000, 64 + packed.length),
    Uint8Array.of(0, 1, 0, 0),
    big(28 + data.length, 1, 0, 0, 0, 0, 0),
  );
  return concat(header, utf8('DATA'), big(64, packed.length, data.length, 0), packed);
};

const files: Readonly<Record<string, Readonly<Record<string, (bytes: Uint8Array) => Uint8Array>>>> = {
  gzip: {
    'its data': (bytes) => gzipSync(bytes),
    'the extra field': (bytes) => member(other, 4, concat(fields([2, bytes.length]), bytes)),
    'the second member': (bytes) => concat(member(other), member(bytes)),
    'the third member': (bytes) => concat(member(other), member(other), member(bytes)),
    'behind the last member': (bytes) => concat(member(other), bytes),
    'data behind a picture’s head': (bytes) => concat(png, gzipSync(bytes)),
    'gzip in gzip': (bytes) => gzipSync(gzipSync(bytes)),
    'a wrong CRC': (bytes) => {
      const whole = member(bytes);
      whole[whole.length - 8]! ^= 1;
      return whole;
    },
    'deflate in stored blocks': (bytes) => gzipSync(bytes, { level: constants.Z_NO_COMPRESSION }),
  },
  packed: {
    zlib: (bytes) => deflateSync(bytes),
    deflate: (bytes) => deflateRawSync(bytes),
    ...brotli,
    Zstandard: (bytes) => zstandard(bytes),
    'Zstandard in a second frame': (bytes) => concat(zstandard(other), zstandard(bytes)),
    'Zstandard behind a skippable frame': (bytes) =>
      concat(fields([4, 0x184d2a53], [4, 7]), bytes.slice(0, 7), zstandard(bytes)),
    bzip2: (bytes) => bzip2(bytes),
    'bzip2 in a second stream': (bytes) => concat(bzip2(other), bzip2(bytes)),
    'Zstandard in brotli': (bytes) => brotliCompressSync(zstandard(bytes)),
    'brotli in bzip2': (bytes) => bzip2(brotliCompressSync(bytes)),
    XALZ: xalz,
    base64: (bytes) => utf8(Buffer.from(bytes).toString('base64')),
    'base64 in a script': (bytes) => utf8(`const image = "${Buffer.from(bytes).toString('base64')}";`),
    'base64 in a data URL': (bytes) =>
      utf8(`<img src="data:application/octet-stream;base64,${Buffer.from(bytes).toString('base64')}">`),
  },
  media: {
    'a text of a picture': (bytes) => picture(chunk('zTXt', concat(utf8('Comment\0\0'), deflateSync(bytes)))),
    'a text of a picture in a language': (bytes) =>
      picture(chunk('iTXt', concat(utf8('Comment\0\x01\0de\0Wort\0'), deflateSync(bytes)))),
    'a profile of colours': (bytes) => picture(chunk('iCCP', concat(utf8('icc\0\0'), deflateSync(bytes)))),
    'a chunk that nobody knows': (bytes) => picture(chunk('prVt', deflateSync(bytes))),
    'a plain chunk between two that are packed': (bytes) =>
      picture(
        chunk('zTXt', concat(utf8('a\0\0'), deflateSync(other))),
        chunk('prVt', bytes),
        chunk('zTXt', concat(utf8('b\0\0'), deflateSync(other))),
      ),
    'behind a picture': (bytes) => concat(picture(), deflateSync(bytes)),
    'a table of a font': woff,
    'a stream of brotli in a font': (bytes) =>
      concat(utf8('wOF2'), new Uint8Array(44), brotliCompressSync(concat(bytes, new Uint8Array(600)))),
  },
  inside: {
    'an archive behind a picture’s head': (data) => concat(png, buildZip([{ name: 'a.bin', data }])),
    'an archive in which data is stored': (data) => buildZip([{ name: 'a.bin', data, method: 0 }]),
    'a local entry without a directory': (data) => buildZip([{ name: 'a', data, central: null }]).subarray(0, -22),
    'behind a picture’s head': (bytes) => concat(png, bytes),
    'behind 300,000 zeros': (bytes) => concat(new Uint8Array(300_000), bytes),
    'behind text': (bytes) => concat(other, bytes),
  },
};

/** Texts of a header of gzip end at a NUL: only text stands there whole. */
const gzipTexts: readonly Place[] = [
  ['the name', 8],
  ['the comment', 16],
].map(([name, flag]) => ({
  format: 'gzip',
  name: String(name),
  platform: 'android' as const,
  textOnly: true,
  build: ({ bytes }: Payload) =>
    apk([{ name: 'assets/a.gz', data: member(other, Number(flag), concat(bytes, new Uint8Array(1))) }]),
}));

export const packedPlaces: readonly Place[] = [...assetPlaces(files), ...gzipTexts];
