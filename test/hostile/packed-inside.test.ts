import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { Report } from '../../src/index.ts';
import { agoraClasses } from '../build/agora.ts';
import { buildDex } from '../build/dex.ts';
import { buildElf } from '../build/elf.ts';
import { lz4Block, xalz } from '../build/lz4.ts';
import { zstandard } from '../build/packing.ts';
import { scan } from '../build/verified.ts';
import { concat, fields } from '../build/zip.ts';
import { mulberry32 } from '../rules/rules-of.ts';
import { apk, utf8 } from './place.ts';

/** Packed streams that begin somewhere inside other content: each is read to its own end, and what comes behind as well. */

const dex = buildDex({ classes: agoraClasses });
const random = mulberry32(12);
const noise = (length: number) => Uint8Array.from({ length }, () => random() * 256);
/** What an app's own file may begin with: a name, a version, a count, a size. */
const header = concat(utf8('XFT1'), fields([4, 1], [4, 1], [4, dex.length]));
const found = (report: Report) => report.detections.some((d) => d.sdk === 'agora-rtc' && d.scored);
const gaps = (report: Report) => report.coverage.filter(({ state }) => state !== 'read');
const asset = (data: Uint8Array) => scan(apk([{ name: 'assets/a.bin', data }]));

/** A frame whose block is stored; `04 22 4D 18`, version 1, blocks of 64 KiB, and the byte of xxHash that belongs to these. */
const lz4 = (plain: Uint8Array) =>
  concat(
    Uint8Array.of(0x04, 0x22, 0x4d, 0x18, 0x60, 0x40, 0x82),
    fields([4, (plain.length | 0x80000000) >>> 0]),
    plain,
    new Uint8Array(4),
  );
const legacy = (plain: Uint8Array) => {
  const block = lz4Block(plain);
  return concat(Uint8Array.of(0x02, 0x21, 0x4c, 0x18), fields([4, block.length]), block);
};
/** Content of 12 bytes, which a reader steps over. */
const skipped = concat(fields([4, 0x184d2a53], [4, 12]), new Uint8Array(12).fill(7));

const packers: Record<string, (plain: Uint8Array) => Uint8Array> = {
  Zstandard: (plain) => zstandard(plain),
  LZ4: lz4,
  'LZ4, the older form': legacy,
  XALZ: xalz,
};

describe.each(Object.entries(packers))('%s', (_name, pack) => {
  it.each([0, 9])('longer than what is looked at first, stored or not (%s)', async (level) => {
    const letters = () => String.fromCharCode(...noise(900).map((byte) => 0x30 + (byte & 0x3f)));
    const strings = Array.from({ length: 220 }, (_, i) => `${i} ${letters()}`);
    const packed = pack(buildDex({ classes: agoraClasses, strings }));
    expect(packed.length).toBeGreaterThan(150_000);
    const data = concat(header, packed, noise(300));
    const report = await scan(apk([{ name: 'assets/a.bin', data, method: level === 0 ? 0 : 8 }]));
    expect(found(report)).toBe(true);
    expect(gaps(report)).toEqual([]);
  });

  it.each<[string, (packed: Uint8Array) => Uint8Array]>([
    ['behind a header', (packed) => concat(header, packed)],
    ['in noise', (packed) => concat(noise(77), packed, noise(30))],
    ['in a library', (packed) => buildElf({ soname: 'libx.so', rodata: concat(new Uint8Array(16), packed) })],
    ['across the blocks of the scanner', (packed) => concat(noise(32_766), packed)],
    ['behind the first megabyte', (packed) => concat(noise(1_100_000), packed)],
    ['behind one of its own', (packed) => concat(header, pack(utf8('nothing of interest, '.repeat(9))), packed)],
  ])('%s', async (_where, wrap) => {
    const report = await asset(wrap(pack(dex)));
    expect(found(report)).toBe(true);
    expect(gaps(report)).toEqual([]);
  });

  it('broken off is chance, and nothing is said of it', async () => {
    const report = await asset(concat(header, pack(dex).subarray(0, 40)));
    expect([report.complete, report.verdict]).toEqual([true, 'pass']);
  });
});

it('of a hundred and more in one content each is read', async () => {
  const many = Array.from({ length: 150 }, (_, i) =>
    concat(xalz(utf8(`assembly ${i} of an app, `.repeat(5))), noise(i)),
  );
  const report = await asset(concat(header, ...many, xalz(dex)));
  expect(found(report)).toBe(true);
  expect(gaps(report)).toEqual([]);
  // What begins as a store of assemblies, and is none, is searched like any data.
  const store = await asset(concat(utf8('XABA'), fields([4, 1]), ...many, xalz(dex)));
  expect(found(store)).toBe(true);
  expect(gaps(store)).toEqual([expect.objectContaining({ format: 'assembly-store', state: 'partial' })]);
});

it('what is longer than the window that is looked at first is read whole', async () => {
  const report = await asset(concat(header, zstandard(concat(noise(3_000_000), dex), 100_000), noise(9)));
  expect(found(report)).toBe(true);
  expect(gaps(report)).toEqual([]);
});

describe('LZ4 frames', () => {
  it.each<[string, Uint8Array]>([
    ['behind one that holds something else', concat(skipped, lz4(dex))],
    ['behind another', concat(lz4(utf8('other text')), lz4(dex))],
    ['of both forms', concat(lz4(utf8('other text')), legacy(dex))],
  ])('%s', async (_name, bytes) => {
    const report = await asset(bytes);
    expect(found(report)).toBe(true);
    expect(gaps(report)).toEqual([]);
  });
});

it.each([
  ['reserved', 3, 0x20],
  ['extra', 8, 7],
])('a gzip stream inside is read whatever its %s flags', async (_name, at, flags) => {
  const member = new Uint8Array(gzipSync(dex));
  member[at] = flags;
  expect(found(await asset(concat(header, member)))).toBe(true);
});

it('of many gzip files with other things between them each is read to its own end, and none lies in the one before', async () => {
  const member = (plain: Uint8Array) => new Uint8Array(gzipSync(plain));
  const page = (i: number) => member(utf8(`<!doctype html><title>page ${i}</title>`.repeat(40)));
  const many = Array.from({ length: 60 }, (_, i) => concat(page(i), ...(i % 3 === 0 ? [page(-i)] : []), noise(40 + i)));
  const report = await asset(concat(header, ...many, member(dex)));
  expect(found(report)).toBe(true);
  expect(gaps(report)).toEqual([]);
});

it('of many gzip headers before the same empty blocks, from which nothing comes, each is paid for', async () => {
  const length = (i: number) => i * 15;
  const count = 900;
  // A stored block (RFC 1951, 3.2.4) that holds the headers behind it, and then empty ones.
  const headers = Array.from({ length: count }, (_, i) =>
    concat(
      Uint8Array.of(0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 0),
      fields([2, length(count - 1 - i)], [2, 0xffff - length(count - 1 - i)]),
    ),
  );
  const empty = Uint8Array.from({ length: 1_000_000 }, (_, i) => (i % 5 < 3 ? 0 : 255));
  const report = await asset(concat(header, ...headers, empty, noise(9)));
  expect(gaps(report).map(({ reason }) => reason)).toContain('budget');
});
