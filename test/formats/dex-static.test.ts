import { describe, expect, it } from 'vitest';
import { type DexFile, openDex, staticString, visitStrings } from '../../src/formats/dex/index.ts';
import { decodeMutf8 } from '../../src/formats/dex/mutf8.ts';
import { buildDex, type DexDescription, mutf8 } from '../build/dex.ts';
import { mulberry32 } from '../build/random.ts';

const name = 'io.rong.imlib.common.BuildVar';

const rong: DexDescription = {
  classes: [
    {
      name,
      methods: ['<init>'],
      staticFields: [
        { name: 'SDK_PLATFORM', value: 'Android' },
        { name: 'SDK_VERSION', value: '2.9.22' },
        { name: 'BUILD', value: 20181123 },
        { name: 'DEBUG', value: false },
        { name: 'EARLY' },
        { name: 'Z_LATE' },
        { name: 'RELEASE', value: true },
      ],
    },
    { name: 'io.rong.imlib.Other', staticFields: [{ name: 'SDK_VERSION', value: '1.0.0' }] },
    { name: 'io.rong.imlib.Plain', methods: ['run'] },
    { name: 'io.rong.imlib.Set', staticFields: [{ name: 'SDK_VERSION' }] },
    { name: 'io.rong.imlib.Outer$Inner', staticFields: [{ name: 'TEXT', value: 'ä€\u0000😀' }] },
  ],
  references: ['io.rong.imlib.Absent'],
  strings: ['2.9.2', '2.9.223', 'SDK_VERSIO', 'SDK_VERSIONS', 'Lio/rong/imlib/common/BuildVa;'],
};

const bytes = buildDex(rong);

/** Where a string's data stands, found by its bytes alone. */
function placeOf(text: string): number {
  let place = -1;
  visitStrings(openDex(bytes), (_, start, end) => {
    if (decodeMutf8(bytes, start, end) === text) place = start;
  });
  return place;
}

function view(of: Uint8Array): DataView {
  return new DataView(of.buffer, of.byteOffset);
}

/** The class_def of a class, by a search of our own. */
function classDef(dex: DexFile, descriptor: string): number {
  const words = view(dex.bytes);
  for (let row = dex.classes.offset; row < dex.classes.offset + 32 * dex.classes.count; row += 32) {
    const string = words.getUint32(dex.types.offset + 4 * words.getUint32(row, true), true);
    const at = words.getUint32(dex.strings.offset + 4 * string, true);
    if (decodeMutf8(dex.bytes, at + 1, at + 1 + descriptor.length) === descriptor) return row;
  }
  throw new Error(`no class_def of ${descriptor}`);
}

const row = classDef(openDex(bytes), 'Lio/rong/imlib/common/BuildVar;');
const classData = view(bytes).getUint32(row + 24, true);
const staticValues = view(bytes).getUint32(row + 28, true);

function changed(...changes: readonly (readonly [offset: number, ...bytes: number[]])[]): Uint8Array {
  const copy = bytes.slice();
  for (const [offset, ...values] of changes) copy.set(values, offset);
  return copy;
}

/** What the version reads as in changed bytes, and what is said of it. */
function broken(of: Uint8Array): string[] {
  const dex = openDex(of);
  expect(staticString(dex, name, 'SDK_VERSION')).toBe(null);
  return dex.problems.map(({ message }) => message);
}

const u4 = (value: number) => [value & 0xff, (value >>> 8) & 0xff, (value >>> 16) & 0xff, value >>> 24];

describe('static String fields of a DEX', () => {
  it.each([
    [name, 'SDK_VERSION', '2.9.22'],
    [name, 'SDK_PLATFORM', 'Android'],
    ['io.rong.imlib.Other', 'SDK_VERSION', '1.0.0'],
    ['io.rong.imlib.Outer$Inner', 'TEXT', 'ä€\u0000😀'],
  ])('reads %s.%s with its place', (className, field, value) => {
    const dex = openDex(bytes);
    expect(staticString(dex, className, field)).toEqual({ value, offset: placeOf(value) });
    expect(dex.problems).toEqual([]);
  });

  it('gives the first byte of the string itself', () => {
    const { offset } = staticString(openDex(bytes), name, 'SDK_VERSION')!;
    expect([...bytes.subarray(offset - 1, offset + 7)]).toEqual([6, ...Buffer.from('2.9.22'), 0]);
  });

  it.each([
    [name, 'BUILD', 'an int'],
    [name, 'DEBUG', 'a boolean'],
    [name, 'EARLY', 'null, set in code'],
    [name, 'Z_LATE', 'behind the end of the array'],
    [name, 'MISSING', 'a field that no string names'],
    [name, 'Android', 'a string that names no field'],
    [name, 'SDK_VERSIO', 'the beginning of a name'],
    [name, 'TEXT', 'a field of another class'],
    ['io.rong.imlib.Plain', 'SDK_VERSION', 'a class without static fields'],
    ['io.rong.imlib.Set', 'SDK_VERSION', 'a class without static values'],
    ['io.rong.imlib.Absent', 'SDK_VERSION', 'a class that is only referred to'],
    ['io.rong.imlib.Never', 'SDK_VERSION', 'a class that is not named'],
    ['io.rong.imlib.common', 'SDK_VERSION', 'a package'],
    ['', '', 'nothing'],
  ])('finds no string in %s.%s: %s', (className, field) => {
    const dex = openDex(bytes);
    expect(staticString(dex, className, field)).toBe(null);
    expect(dex.problems).toEqual([]);
  });

  it('tells two fields of one name apart by their type', () => {
    const twins = {
      staticFields: [
        { name: 'a', value: 7 },
        { name: 'a', value: '3.1.4' },
        { name: 'a', value: true },
      ],
    };
    expect(staticString(openDex(buildDex({ classes: [{ name: 'x.Y', ...twins }] })), 'x.Y', 'a')?.value).toBe('3.1.4');
  });

  it.each([1, 0x81, 0x101, 0x4001])('reads indices of several bytes: %i fields before', (count) => {
    const fields = Array.from({ length: count }, (_, i) => ({ name: `a${i}`, value: `v${i}` }));
    const dex = openDex(
      buildDex({
        classes: [
          { name: 'a.First', staticFields: fields },
          { name: 'b.Second', staticFields: [...fields, { name: 'version', value: 'w1.2.3' }] },
        ],
      }),
    );
    expect(staticString(dex, 'b.Second', 'version')?.value).toBe('w1.2.3');
    expect(staticString(dex, 'a.First', `a${count - 1}`)?.value).toBe(`v${count - 1}`);
  });

  it('reads a file that starts inside a larger buffer, and one of version 041', () => {
    const larger = new Uint8Array(bytes.length + 9);
    larger.set(bytes, 9);
    expect(staticString(openDex(larger.subarray(9)), name, 'SDK_VERSION')).toEqual(
      staticString(openDex(bytes), name, 'SDK_VERSION'),
    );
    expect(staticString(openDex(buildDex({ ...rong, version: '041' })), name, 'SDK_VERSION')?.value).toBe('2.9.22');
  });
});

describe('hostile static fields', () => {
  it.each([
    ['class_data_off inside the header', [row + 24, ...u4(8)], 'data at 8 lies inside the header'],
    ['class_data_off behind the end', [row + 24, ...u4(0xffff_fff0)], 'cut off at the end of the file'],
    ['static_values_off inside the header', [row + 28, ...u4(1)], 'data at 1 lies inside the header'],
    ['static_values_off behind the end', [row + 28, ...u4(0x7fff_ffff)], 'cut off at the end of the file'],
    ['four billion fields', [classData, 0xff, 0xff, 0xff, 0xff, 0x0f], 'class_data_item claims 4294967295 static'],
    ['a ULEB128 that never ends', [classData, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff], 'ULEB128 of more than five'],
    ['a field that is not there', [classData + 4, 0xff, 0x7f], 'field 16383 is not in field_ids'],
    ['an array as value', [staticValues + 1, 0x1c], 'encoded_value of type 0x1c and argument 0'],
    ['an annotation as value', [staticValues + 1, 0x1d], 'encoded_value of type 0x1d and argument 0'],
    ['an unknown type of value', [staticValues + 1, 0x01], 'encoded_value of type 0x1 and argument 0'],
    ['a byte of eight bytes', [staticValues + 1, 0xe0], 'encoded_value of type 0x0 and argument 7'],
    ['a string index of five bytes', [staticValues + 1, 0x97], 'encoded_value of type 0x17 and argument 4'],
  ] as const)('%s', (_, change, message) => {
    const messages = broken(changed(change));
    expect(messages).toHaveLength(1);
    expect(messages[0]).toContain(`static fields of ${name}: `);
    expect(messages[0]).toContain(message);
  });

  it('a string that is not there, or runs to the end of the file, or on and on', () => {
    // SDK_VERSION is the sixth field by name: BUILD, DEBUG, EARLY, RELEASE, SDK_PLATFORM before it.
    const string = staticValues + 1 + 5 + 1 + 1 + 1 + 2;
    expect(bytes[string]).toBe(0x17);
    expect(broken(changed([string + 1, 0xff]))[0]).toContain('string 255 is not readable or too long');
    const dex = openDex(bytes);
    const id = dex.strings.offset + 4 * bytes[string + 1]!;
    // Digits still stand before all names, so that the searches for these are not led astray.
    const long = new Uint8Array(bytes.length + 70_000).fill(0x32);
    long.set(bytes);
    view(long).setUint32(id, bytes.length, true);
    expect(broken(long)[0]).toContain('is not readable or too long');
    long[long.length - 1] = 0;
    expect(broken(long).some((message) => message.includes('is not readable or too long'))).toBe(true);
    long[bytes.length + 0x10000] = 0;
    expect(staticString(openDex(long), name, 'SDK_VERSION')?.value).toHaveLength(0xffff);
  });

  it('a class that is defined twice is the first, and a class_def that names no type is passed over', () => {
    const dex = openDex(bytes);
    const others = [...Array(dex.classes.count).keys()]
      .map((i) => dex.classes.offset + 32 * i)
      .filter((at) => at !== row);
    const type = view(bytes).getUint32(row, true);
    expect(staticString(openDex(changed([others.at(-1)!, ...u4(type)])), name, 'SDK_VERSION')?.value).toBe('2.9.22');
    expect(staticString(openDex(changed([row, ...u4(0xffff_ffff)])), name, 'SDK_VERSION')).toBe(null);
  });

  it('reports a broken class once, however often it is asked for', () => {
    const dex = openDex(changed([row + 24, ...u4(8)]));
    for (let i = 0; i < 100; i++) expect(staticString(dex, name, 'SDK_VERSION')).toBe(null);
    expect(dex.problems).toHaveLength(1);
  });

  it('stays quick where a class claims all that a file can hold', () => {
    const size = 16_000_000;
    const large = new Uint8Array(bytes.length + size);
    large.set(bytes);
    // Every field is the first of field_ids again, without end.
    large.set([0x80, 0x80, 0x04, 0, 0, 0], bytes.length);
    view(large).setUint32(row + 24, bytes.length, true);
    const dex = openDex(large);
    const started = performance.now();
    for (let i = 0; i < 100; i++) expect(staticString(dex, name, 'SDK_VERSION')).toBe(null);
    expect(performance.now() - started).toBeLessThan(2000);
  });

  it('gives the version or none, never another, cut at every byte', () => {
    let read = 0;
    for (let length = 112; length < bytes.length; length++) {
      const found = staticString(openDex(bytes.subarray(0, length)), name, 'SDK_VERSION');
      if (found === null) continue;
      expect(found).toEqual({ value: '2.9.22', offset: placeOf('2.9.22') });
      read++;
    }
    // Only the map list, which nothing here asks for, may be missing.
    expect(read).toBeGreaterThan(0);
    expect(read).toBeLessThan(200);
  });

  it('gives a string of the file or null on 2000 seeded mutations', () => {
    const random = mulberry32(0x5747);
    let read = 0;
    for (let round = 0; round < 2000; round++) {
      const mutated = bytes.slice();
      for (let i = 1 + Math.floor(random() * 4); i > 0; i--) {
        const at = random();
        const place = at < 0.4 ? row + Math.floor(random() * 32) : at < 0.7 ? classData : staticValues;
        mutated[at < 0.4 ? place : place + Math.floor(random() * 24)] = Math.floor(random() * 256);
      }
      const dex = openDex(mutated);
      const found = staticString(dex, name, 'SDK_VERSION');
      if (found === null) continue;
      read++;
      const { length } = mutf8(found.value);
      expect(decodeMutf8(mutated, found.offset, found.offset + length)).toBe(found.value);
    }
    expect(read).toBeGreaterThan(200);
    expect(read).toBeLessThan(2000);
  });
});
