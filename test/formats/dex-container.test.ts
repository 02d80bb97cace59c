import { describe, expect, it } from 'vitest';
import { FormatError } from '../../src/errors.ts';
import {
  type DexFile,
  definedPackages,
  openDex,
  openDexes,
  staticString,
  visitStrings,
  visitTypes,
} from '../../src/formats/dex/index.ts';
import { decodeMutf8 } from '../../src/formats/dex/mutf8.ts';
import { buildDex, type DexDescription } from '../build/dex.ts';
import { buildDexContainer } from '../build/dex-container.ts';
import { concat } from '../build/zip.ts';
import { mulberry32 } from '../rules/rules-of.ts';
import { tables } from './dex-tables.ts';

const app: DexDescription = {
  classes: [{ name: 'org.example.Main', methods: ['<init>', 'run'] }],
  methodRefs: [{ class: 'io.agora.rtc.RtcEngine', name: 'create' }],
  strings: ['https://example.org/'],
};
const sdk: DexDescription = {
  classes: [
    { name: 'io.agora.rtc.RtcEngine', methods: ['create'] },
    { name: 'io.agora.rtc.Build', staticFields: [{ name: 'VERSION', value: '2.0.2' }] },
  ],
  strings: ['https://ap.agora.io/', 'ä€\u0000😀'],
};
const last: DexDescription = { classes: [{ name: 'org.example.deep.Last' }], strings: ['x'.repeat(300)] };

const view = (bytes: Uint8Array) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
const headersOf = (bytes: Uint8Array) =>
  openDexes(bytes)
    .map((dex) => dex.size)
    .map((_, i, all) => all.slice(0, i).reduce((a, b) => a + b, 0));
const problems = (dexes: readonly DexFile[]) => dexes.flatMap((dex) => dex.problems.map(({ message }) => message));
const codes = (dexes: readonly DexFile[]) => dexes.flatMap((dex) => dex.anomalies.map(({ code }) => code));

/** The container with words changed, each in the header of one DEX. */
function patched(...words: [header: number, field: number, value: number][]): Uint8Array {
  const bytes = buildDexContainer([app, sdk, last]);
  const headers = headersOf(bytes);
  for (const [header, field, value] of words) view(bytes).setUint32(headers[header]! + field, value, true);
  return bytes;
}

describe('DEX container', () => {
  it('reads every header as if it were a file of its own', () => {
    const dexes = openDexes(buildDexContainer([app, sdk, last]));
    expect(dexes.map(tables)).toEqual([app, sdk, last].map((each) => tables(openDex(buildDex(each)))));
    expect(dexes.map((dex) => dex.version)).toEqual(['041', '041', '041']);
    expect([problems(dexes), codes(dexes)]).toEqual([[], []]);
    expect(staticString(dexes[1]!, 'io.agora.rtc.Build', 'VERSION')?.value).toBe('2.0.2');
    expect([...definedPackages(dexes[1]!).packages]).toEqual([['io.agora.rtc', 2]]);
  });

  it('takes shared strings from where the ids say, in a later DEX', () => {
    const bytes = buildDexContainer([app, sdk, last]);
    const [first, second] = openDexes(bytes);
    const start = headersOf(bytes)[1]!;
    let shared = 0;
    visitStrings(first!, (_, at, end) => {
      if (at < start) return;
      shared++;
      expect(at).toBeLessThan(bytes.length);
      expect(decodeMutf8(bytes, at, end)).not.toContain('?');
    });
    // The first names the SDK's class and method, `V`, `Object`, and what else both have.
    expect(shared).toBeGreaterThan(3);
    expect(tables(first!).referenced).toContain('Lio/agora/rtc/RtcEngine;');
    expect(tables(second!).defined).toContain('Lio/agora/rtc/RtcEngine;');
  });

  it('hands out offsets that are places in the content', () => {
    const bytes = buildDexContainer([app, sdk, last]);
    for (const dex of openDexes(bytes)) {
      visitStrings(dex, (_, start, end) => {
        expect(bytes[dex.base + end]).toBe(0);
        expect(bytes.subarray(dex.base + start, dex.base + end)).toEqual(dex.bytes.subarray(start, end));
      });
    }
  });

  it.each(['035', '038', '040', '041'])('one DEX of version %s is one', (version) => {
    const bytes = buildDex({ ...sdk, version });
    const dexes = openDexes(bytes);
    expect(dexes.map(tables)).toEqual([tables(openDex(bytes))]);
    expect([problems(dexes), codes(dexes)]).toEqual([[], []]);
  });

  it('reads a container inside a larger buffer', () => {
    const bytes = buildDexContainer([app, sdk]);
    const larger = new Uint8Array(bytes.length + 9);
    larger.set(bytes, 9);
    expect(openDexes(larger.subarray(9)).map(tables)).toEqual(openDexes(bytes).map(tables));
  });

  it('gives the tables of a hundred headers', () => {
    const many = Array.from({ length: 100 }, (_, i) => ({ classes: [{ name: `a.b${i}.C`, methods: ['m'] }] }));
    const dexes = openDexes(buildDexContainer(many));
    expect(dexes.flatMap((dex) => tables(dex).defined)).toEqual(many.map((_, i) => `La/b${i}/C;`));
    expect([problems(dexes), codes(dexes)]).toEqual([[], []]);
  });
});

describe('hostile DEX container', () => {
  it('counts offsets from where header_offset says, as ART does', () => {
    // Two whole files, each of which says to be the first: ART reads the second from its own start.
    const one = buildDex({ ...app, version: '041' });
    const two = buildDex({ ...sdk, version: '041' });
    const both = concat(one, two);
    view(both).setUint32(112, both.length, true);
    const dexes = openDexes(both);
    expect(dexes.map((dex) => dex.base)).toEqual([0, one.length]);
    expect(dexes.map(tables)).toEqual([tables(openDex(one)), tables(openDex(two))]);
    expect(problems(dexes)).toEqual([]);
    expect(codes(dexes)).toEqual(['dex.header-offset']);
  });

  it('a header_offset that is not its place is an anomaly; one that leads before the content is not followed', () => {
    const half = openDexes(patched([1, 116, 100]));
    expect(codes(half)).toContain('dex.header-offset');
    const before = openDexes(patched([1, 116, 0x7fff_ffff]));
    expect(before.map(tables)).toEqual(openDexes(patched()).map(tables));
    expect(before[1]!.anomalies).toEqual([
      { code: 'dex.header-offset', offset: expect.any(Number), detail: expect.stringContaining('2147483647') },
    ]);
  });

  it('a header behind the container_size is read, and the size told', () => {
    const whole = patched();
    const [, second] = headersOf(whole);
    const dexes = openDexes(patched([0, 112, second!]));
    expect(dexes.map(tables)).toEqual(openDexes(whole).map(tables));
    expect(codes(dexes)).toEqual(['dex.file-size']);
  });

  it('bytes behind the last header’s part are an anomaly', () => {
    const bytes = concat(patched(), new Uint8Array(1000));
    const dexes = openDexes(bytes);
    expect(dexes.map(tables)).toEqual(openDexes(patched()).map(tables));
    expect(codes(dexes)).toEqual(['dex.file-size', 'dex.file-size', 'dex.file-size', 'dex.trailing-bytes']);
    expect(dexes[2]!.anomalies.at(-1)).toMatchObject({ offset: bytes.length - 1000 });
  });

  it.each([
    ['no file_size', [1, 32, 0], 2, 'a header of 0 bytes; what follows it is not read'],
    ['a file_size smaller than a header', [1, 32, 100], 2, 'a header of 100 bytes; what follows it is not read'],
    ['a file_size that leads nowhere', [0, 32, 200], 1, 'no header where the one before ends'],
    ['another magic in the second', [1, 0, 0x01020304], 1, 'no header where the one before ends'],
  ] as const)('%s ends the walk with a problem', (_name, word, count, message) => {
    const dexes = openDexes(patched([...word]));
    expect(dexes).toHaveLength(count);
    expect(problems(dexes)).toContainEqual(`dex 041 container: ${message}`);
  });

  it('a file_size behind the end is a problem', () => {
    const dexes = openDexes(patched([2, 32, 0xffff_fff0]));
    expect(dexes).toHaveLength(3);
    expect(problems(dexes)).toEqual([expect.stringMatching(/^file_size is 4294967280, \d+ bytes are left$/)]);
  });

  it('an older header inside a container counts from itself', () => {
    const first = buildDexContainer([app]);
    const both = concat(first, buildDex(sdk));
    view(both).setUint32(112, both.length, true);
    const dexes = openDexes(both);
    expect(dexes.map((dex) => [dex.version, dex.base])).toEqual([
      ['041', 0],
      ['035', first.length],
    ]);
    expect(tables(dexes[1]!)).toEqual(tables(openDex(buildDex(sdk))));
  });

  it('more than a thousand headers are not read', () => {
    const header = new Uint8Array(120);
    header.set(new TextEncoder().encode('dex\n041\0'));
    for (const [field, value] of [
      [32, 120],
      [36, 120],
      [40, 0x1234_5678],
    ] as const) {
      view(header).setUint32(field, value, true);
    }
    const bytes = new Uint8Array(1500 * 120);
    for (let i = 0; i < 1500; i++) {
      bytes.set(header, 120 * i);
      view(bytes).setUint32(120 * i + 112, bytes.length, true);
      view(bytes).setUint32(120 * i + 116, 120 * i, true);
    }
    const dexes = openDexes(bytes);
    expect(dexes).toHaveLength(1000);
    expect(problems(dexes)).toEqual(['dex 041 container: more than 1000 headers; the rest is not read']);
  });

  it('a thousand headers that share their tables and strings cost no thousand walks', () => {
    const count = 1000;
    const tables = count * 120;
    const rows = 100_000;
    const strings = tables + 4 * rows;
    const bytes = new Uint8Array(strings + 1_000_000).fill(0x41);
    bytes.set([0x05, 0x4c], strings);
    bytes.set([0x3b, 0], bytes.length - 2);
    const words = view(bytes);
    for (let i = 0; i < rows; i++) words.setUint32(tables + 4 * i, strings, true);
    for (let i = 0; i < count; i++) {
      const at = 120 * i;
      bytes.fill(0, at, at + 120);
      bytes.set(new TextEncoder().encode('dex\n041\0'), at);
      const fields = { 32: 120, 36: 120, 40: 0x1234_5678, 56: rows, 60: tables, 64: 60_000, 68: tables };
      for (const [field, value] of Object.entries(fields)) words.setUint32(at + Number(field), value, true);
      for (const [field, value] of Object.entries({ 112: bytes.length, 116: at })) {
        words.setUint32(at + Number(field), value, true);
      }
    }
    const started = performance.now();
    let visits = 0;
    for (const dex of openDexes(bytes)) {
      visitStrings(dex, () => visits++);
      visitTypes(dex, () => visits++);
      definedPackages(dex);
    }
    expect(visits).toBeLessThan(100);
    expect(performance.now() - started).toBeLessThan(5000);
  });

  const whole = buildDexContainer([app, sdk]);
  const known = new Set(openDexes(whole).flatMap((dex) => tables(dex).defined));

  it('gives a value or a FormatError, cut at every byte', () => {
    for (let length = 0; length < whole.length; length++) {
      const cut = whole.subarray(0, length);
      if (length < 112) {
        expect(() => openDexes(cut)).toThrow(FormatError);
        continue;
      }
      const dexes = openDexes(cut);
      const found = dexes.flatMap((dex) => tables(dex).defined);
      expect(problems(dexes).length).toBeGreaterThan(0);
      for (const name of found) expect(known).toContain(name);
    }
  });

  it('gives a value or a FormatError on 1000 seeded mutations', () => {
    const random = mulberry32(0xdec5);
    const headers = headersOf(whole);
    let opened = 0;
    for (let round = 0; round < 1000; round++) {
      const mutated = whole.slice();
      for (let i = 1 + Math.floor(random() * 4); i > 0; i--) {
        // Mostly in one of the two headers.
        const near = random() < 0.7;
        const at = near ? headers[round % 2]! + Math.floor(random() * 120) : Math.floor(random() * mutated.length);
        mutated[at] = Math.floor(random() * 256);
      }
      try {
        for (const dex of openDexes(mutated)) {
          tables(dex);
          definedPackages(dex);
          staticString(dex, 'io.agora.rtc.Build', 'VERSION');
        }
        opened++;
      } catch (error) {
        expect(error).toBeInstanceOf(FormatError);
      }
    }
    expect(opened).toBeGreaterThan(800);
  });
});
