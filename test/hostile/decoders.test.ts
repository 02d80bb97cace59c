import { brotliCompressSync, brotliDecompressSync, constants } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { FormatError } from '../../src/errors.ts';
import { unpackBrotli } from '../../src/formats/packing/brotli.ts';
import { startsBrotli } from '../../src/formats/packing/brotli-start.ts';
import { unpackBzip2 } from '../../src/formats/packing/bzip2.ts';
import { Output } from '../../src/formats/packing/output.ts';
import { unpackZstandard } from '../../src/formats/packing/zstandard.ts';
import { everyWord } from '../../src/runtime/brotli-words.ts';
import { nodeRuntime } from '../../src/runtime/node.ts';
import { buildDex } from '../build/dex.ts';
import { bzip2, zstandard } from '../build/packing.ts';
import { mulberry32 } from '../build/random.ts';
import { cases } from '../build/slow.ts';
import { unpackAll } from '../build/unpack.ts';
import { concat } from '../build/zip.ts';

const utf8 = (text: string) => new TextEncoder().encode(text);
const dex = buildDex({ classes: [{ name: 'io.agora.rtc.RtcEngine', methods: ['joinChannel', 'leaveChannel'] }] });
const prose = utf8(
  'The Government of the United States said that this is not the first time, and in other words: ' +
    'https://www.example.com/index.html?title=Übersicht&description=日本語の説明 <div class="content">Русский</div> ',
);
const random = mulberry32(7932);
const noise = (length: number) => Uint8Array.from({ length }, () => random() * 256);
const plains: Readonly<Record<string, Uint8Array>> = {
  ...{ dex, prose, zeros: new Uint8Array(70_000), noise: noise(3000), one: utf8('a') },
  much: concat(...Array.from({ length: 200 }, (_, i) => concat(prose, utf8(String(i)), dex.subarray(0, i * 3)))),
};

const words = await nodeRuntime.brotliDictionary();
const ofBrotli = (bytes: Uint8Array, out: Output) => unpackBrotli(bytes, out, () => words!);
const same = (a: Uint8Array, b: Uint8Array) => Buffer.from(a).equals(Buffer.from(b));

describe('brotli', () => {
  it('gives what Node’s own encoder took, by quality, mode and window', () => {
    for (const [name, plain] of Object.entries(plains)) {
      for (const quality of [0, 1, 2, 4, 5, 9, 11]) {
        for (const [mode, window] of [
          [0, 10],
          [1, 18],
          [2, 24],
        ] as const) {
          const params = {
            [constants.BROTLI_PARAM_QUALITY]: quality,
            [constants.BROTLI_PARAM_MODE]: mode,
            [constants.BROTLI_PARAM_LGWIN]: window,
          };
          const packed = brotliCompressSync(plain, { params });
          const unpacked = unpackAll(ofBrotli, packed);
          expect(same(unpacked.plain, plain), `${name} ${quality} ${mode} ${window}`).toBe(true);
          expect(unpacked.end).toBe(packed.length);
        }
      }
    }
  });

  it('knows every word', () => {
    expect(same(unpackAll(ofBrotli, everyWord()).plain, words!)).toBe(true);
    expect(words!.length).toBe(122_784);
  });

  it('with bytes changed is what Node’s own decoder makes of it, or broken to both', () => {
    let whole = 0;
    for (let round = 0; round < cases(6000, 1500); round++) {
      const plain = [dex, prose][round % 2]!;
      const packed = new Uint8Array(
        brotliCompressSync(plain, { params: { [constants.BROTLI_PARAM_QUALITY]: [1, 5, 11][round % 3]! } }),
      );
      packed[Math.floor(random() * packed.length)]! ^= 1 << Math.floor(random() * 8);
      const ours = tried(ofBrotli, packed);
      const theirs = node(packed.subarray(0, ours?.end ?? packed.length));
      expect(ours === null, `round ${round}`).toBe(theirs === null);
      if (ours === null || theirs === null) continue;
      expect(same(ours.plain, theirs)).toBe(true);
      whole++;
    }
    expect(whole).toBeGreaterThan(20);
  });

  it('is seldom seen where there is none', () => {
    const taken = Array.from({ length: 5000 }, () => noise(600)).filter((bytes) => startsBrotli(bytes));
    expect(taken.length).toBeLessThan(150);
    for (const bytes of [new Uint8Array(600), utf8('{"a":1}'.repeat(90)), dex]) expect(startsBrotli(bytes)).toBe(false);
    expect(startsBrotli(brotliCompressSync(noise(40_000)))).toBe(true);
  });
});

/** A megabyte at most. @returns null where it is broken */
function tried(unpack: (bytes: Uint8Array, out: Output) => ReturnType<typeof unpackBrotli>, bytes: Uint8Array) {
  try {
    return unpackAll(unpack, bytes);
  } catch (error) {
    if (error instanceof FormatError) return null;
    throw error;
  }
}

function node(bytes: Uint8Array): Uint8Array | null {
  try {
    return brotliDecompressSync(bytes, { maxOutputLength: 1e6 });
  } catch {
    return null;
  }
}

describe('a stream that is broken', () => {
  it.each([
    ['brotli', ofBrotli, brotliCompressSync(plains.much!)],
    ['Zstandard', unpackZstandard, zstandard(dex)],
    ['bzip2', unpackBzip2, bzip2(dex)],
    [
      'Zstandard of zstd',
      unpackZstandard,
      Buffer.from('KLUv/SRErQEA1AJXYXliaWxsIHRlc3QgcGF5bG9hZDogaW8uYWdvcmEucnRjLlJ0Y0VuZ2luZQoBANR6lgF6Ok7c', 'base64'),
    ],
  ] as const)('%s: ends in a value or a FormatError, and never passes when cut', (_name, unpack, packed) => {
    const whole = unpackAll(unpack, packed).plain;
    for (let round = 0; round < cases(3000, 600); round++) {
      const broken = new Uint8Array(packed);
      for (let i = 0; i <= round % 3; i++) broken[Math.floor(random() * packed.length)] = random() * 256;
      expect(tried(unpack, broken)?.plain.length ?? 0).toBeLessThanOrEqual(1e6);
      const cut = tried(unpack, packed.subarray(0, Math.floor(random() * packed.length * 0.9)));
      // Cut before its header it is no stream at all.
      expect(cut === null || cut.plain.length < whole.length).toBe(true);
    }
  });
});

describe('a decoder lets go', () => {
  it.each([
    [
      'brotli',
      ofBrotli,
      brotliCompressSync(concat(...Array.from({ length: 300 }, () => noise(100)), new Uint8Array(4e5))),
    ],
    ['Zstandard', unpackZstandard, zstandard(concat(noise(9000), new Uint8Array(4e5)), 100_000)],
    ['bzip2', unpackBzip2, concat(...Array.from({ length: 300 }, () => bzip2(new Uint8Array(250))))],
  ] as const)('%s: at least once for each block that it makes', (_name, unpack, packed) => {
    const out = new Output(0, 1e6);
    let values = 0;
    for (const _ of unpack(packed, out)) values++;
    expect(out.length).toBeGreaterThan(50_000);
    expect(out.length / values).toBeLessThan(128 * 1024 + 1);
  });
});
