import { describe, expect, it } from 'vitest';
import { FormatError } from '../../src/errors.ts';
import { readBytes } from '../../src/formats/parsing.ts';
import { isDeviceCode, readDeviceCode } from '../../src/formats/vdex.ts';
import type { Report } from '../../src/types.ts';
import { words } from '../build/axml.ts';
import { buildDex } from '../build/dex.ts';
import { buildElf } from '../build/elf.ts';
import { mulberry32 } from '../build/random.ts';
import { agoraDex, apkOf, manifestOf } from '../build/set.ts';
import { cases } from '../build/slow.ts';
import { scan } from '../build/verified.ts';

const latin1 = (text: string) => [...text].map((c) => c.charCodeAt(0));
const padded = (bytes: ArrayLike<number>) => [
  ...Array.from(bytes),
  ...new Array<number>((4 - (bytes.length % 4)) % 4).fill(0),
];
const other = buildDex({ classes: [{ name: 'org.example.Other' }] });
const compact = Uint8Array.from([...latin1('cdex001\0'), ...other.slice(8)]);

/** As Android 12 and later write it: sections, of which one is the DEX files. */
const vdex27 = (...dexes: Uint8Array[]) => {
  const body = dexes.flatMap(padded);
  return Uint8Array.from([...latin1('vdex027\0'), ...words(2, 0, 36, 4, 1, 40, body.length), ...words(7), ...body]);
};
/** As Android 10 and 11: check sums, the header of the section, and a place before each DEX. */
const vdex21 = (...dexes: Uint8Array[]) => {
  const body = dexes.flatMap((dex) => [...words(0), ...padded(dex)]);
  const header = words(dexes.length, 0, 0, 0);
  const sums = new Array<number>(4 * dexes.length).fill(1);
  return Uint8Array.from([
    ...latin1(`${'vdex021'}\0`),
    ...latin1(`${'002'}\0`),
    ...header,
    ...sums,
    ...words(body.length, 0, 0),
    ...body,
  ]);
};
const odex = (dex: Uint8Array) =>
  Uint8Array.from([...latin1('dey\n036\0'), ...words(40, dex.length, 0, 0, 0, 0, 0, 0), ...dex]);
const formsIn = (bytes: Uint8Array) => readBytes(readDeviceCode(bytes.length), bytes).dexes.map(({ form }) => form);

describe.each([
  ['VDEX 027', vdex27],
  ['VDEX 021', vdex21],
])('%s', (_name, write) => {
  it('has its DEX files where they are', () => {
    const bytes = write(agoraDex, other);
    const { dexes } = readBytes(readDeviceCode(bytes.length), bytes);
    expect(dexes.map(({ offset }) => String.fromCharCode(...bytes.subarray(offset, offset + 4)))).toEqual([
      'dex\n',
      'dex\n',
    ]);
    expect(formsIn(write(compact))).toEqual(['compact']);
    expect(formsIn(write())).toEqual([]);
  });

  it('cut at every byte, or mutated, gives values or a FormatError, and is bounded', () => {
    const bytes = write(agoraDex);
    const random = mulberry32(1);
    let read = 0;
    const tryOut = (some: Uint8Array) => {
      try {
        read += formsIn(some).length;
      } catch (error) {
        expect(error).toBeInstanceOf(FormatError);
      }
    };
    for (let length = 0; length < bytes.length; length++) tryOut(bytes.subarray(0, length));
    for (let round = 0; round < cases(20_000, 2_000); round++) {
      const mutated = bytes.slice();
      for (let i = 0; i < 3; i++) mutated[Math.floor(random() * 100)] = Math.floor(random() * 256);
      tryOut(mutated);
    }
    expect(read).toBeGreaterThan(500);
  });
});

describe('in a bundle', () => {
  const scanWith = (name: string, data: Uint8Array) =>
    scan(apkOf(manifestOf(), { 'classes.dex': other, [name]: data }));
  const gaps = ({ coverage }: Report) => coverage.filter(({ matters, state }) => matters && state !== 'read');

  it.each([
    ['VDEX 027', vdex27(agoraDex)],
    ['VDEX 021', vdex21(agoraDex)],
    ['optimised DEX', odex(agoraDex)],
  ])('the DEX of %s is read', async (_name, data) => {
    const report = await scanWith('assets/x.bin', data);
    expect(report.detections[0]?.evidence[0]?.path).toMatch(/^assets\/x\.bin!@\d+\+\d+$/);
    expect([gaps(report), report.anomalies]).toEqual([[], []]);
  });

  it.each([
    ['compact DEX', compact, 0],
    ['compact DEX in a VDEX', vdex27(compact), 40],
    ['a VDEX of another version', Uint8Array.from([...latin1('vdex099\0'), ...new Array<number>(60).fill(0)]), 4],
  ])('%s leaves the answer incomplete', async (_name, data, offset) => {
    expect(isDeviceCode(data)).toBe(true);
    expect(gaps(await scanWith('assets/x.bin', data))).toMatchObject([
      { path: 'assets/x.bin', reason: 'unsupported', offset },
    ]);
  });

  it('code that a device compiled leaves the answer incomplete', async () => {
    const oat = buildElf({ soname: 'base.odex', exports: ['oatdata', 'oatexec'] });
    expect(gaps(await scanWith('assets/base.odex', oat))).toMatchObject([
      { path: 'assets/base.odex', reason: 'unsupported' },
    ]);
  });

  it('a VDEX without DEX files, as those beside a package have it, holds no code', async () => {
    expect(gaps(await scanWith('assets/x.vdex', vdex27()))).toEqual([]);
  });
});

describe('files of the build', () => {
  it('name services, which a clue may be for, and modules of Kotlin', async () => {
    const report = await scan(
      apkOf(manifestOf(), {
        'classes.dex': other,
        'META-INF/services/org.example.Engine': '# the engines\nio.agora.rtc.RtcEngine # first\n',
        'META-INF/okio.kotlin_module': Uint8Array.of(0, 0, 0, 3, 1),
      }),
    );
    expect(report.libraries.map(({ name, version }) => [name, version])).toEqual([['okio', null]]);
    const [agora] = report.detections;
    expect([agora?.sdk, agora?.presence, agora?.scored]).toEqual(['agora-rtc', ['referenced'], false]);
    expect(agora?.evidence[0]).toMatchObject({
      path: 'META-INF/services/org.example.Engine',
      text: 'io.agora.rtc.RtcEngine',
    });
  });
});
