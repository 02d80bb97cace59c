import { describe, expect, it } from 'vitest';
import { FormatError } from '../../src/errors.ts';
import { isJavaClass } from '../../src/formats/java-class/index.ts';
import { isMachO } from '../../src/formats/macho/index.ts';
import { mutf8 } from '../build/dex-bytes.ts';
import { buildJavaClass, type JavaClassDescription } from '../build/java-class.ts';
import { mulberry32 } from '../build/random.ts';
import { constantString } from './constant-string.ts';

const name = 'io.rong.imlib.common.BuildVar';

const rong: JavaClassDescription = {
  name,
  interfaces: ['java.io.Serializable'],
  fields: [
    { name: 'SDK_PLATFORM', value: 'Android' },
    // A long takes two places in the constant pool: what follows is found only where that is known.
    { name: 'TIME', value: 1_542_931_200_000n },
    { name: 'BUILD', value: 20181123 },
    { name: 'SDK_VERSION', value: 3 },
    { name: 'SDK_VERSION', value: '2.9.22' },
    { name: 'LATE' },
    { name: 'INSTANCE', value: '1.1.1', static: false },
    { name: 'TEXT', value: 'ä€\u0000😀' },
  ],
};

const bytes = buildJavaClass(rong);

/** Where text stands in the built bytes, by a search of our own. */
function placeOf(text: string, within: Uint8Array = bytes): number {
  return Buffer.from(within).indexOf(Uint8Array.from(mutf8(text)));
}

function changed(offset: number, ...values: number[]): Uint8Array {
  const copy = bytes.slice();
  copy.set(values, offset);
  return copy;
}

describe('constants of a Java class file', () => {
  it.each([
    ['SDK_VERSION', '2.9.22'],
    ['SDK_PLATFORM', 'Android'],
    ['TEXT', 'ä€\u0000😀'],
  ])('reads %s with its place', (field, value) => {
    expect(placeOf(value)).toBeGreaterThan(0);
    expect(constantString(bytes, name, field)).toEqual({ value, offset: placeOf(value) });
  });

  it.each([
    ['TIME', 'a long'],
    ['BUILD', 'an int'],
    ['LATE', 'set in code'],
    ['INSTANCE', 'not static'],
    ['Android', 'a string that names no field'],
    ['SDK_VERSIO', 'the beginning of a name'],
    ['', 'nothing'],
  ])('finds no string in %s: %s', (field) => {
    expect(constantString(bytes, name, field)).toBe(null);
  });

  it('reads no class but the one that is asked for', () => {
    expect(constantString(bytes, 'io.rong.imlib.common.Other', 'SDK_VERSION')).toBe(null);
    expect(constantString(buildJavaClass({ ...rong, name: 'a.B$C' }), 'a.B$C', 'SDK_VERSION')?.value).toBe('2.9.22');
    expect(constantString(buildJavaClass({ name: 'Plain' }), 'Plain', 'SDK_VERSION')).toBe(null);
  });

  it('reads a file that starts inside a larger buffer', () => {
    const larger = new Uint8Array(bytes.length + 5);
    larger.set(bytes, 5);
    expect(constantString(larger.subarray(5), name, 'SDK_VERSION')).toEqual(constantString(bytes, name, 'SDK_VERSION'));
  });

  it('tells a class file from a fat Mach-O and from other content', () => {
    const fat = (slices: number) => Uint8Array.of(0xca, 0xfe, 0xba, 0xbe, 0, 0, 0, slices);
    for (let major = 45; major < 80; major++) {
      const built = buildJavaClass({ ...rong, major });
      expect([isJavaClass(built), isMachO(built)]).toEqual([true, false]);
    }
    for (const slices of [1, 2, 5, 30]) expect([isJavaClass(fat(slices)), isMachO(fat(slices))]).toEqual([false, true]);
    // Java 1.1 wrote 45.3, previews write a minor version of 65535.
    expect(isJavaClass(Uint8Array.of(0xca, 0xfe, 0xba, 0xbe, 0, 3, 0, 45))).toBe(true);
    expect(isJavaClass(Uint8Array.of(0xca, 0xfe, 0xba, 0xbe, 0xff, 0xff, 0, 61))).toBe(true);
    expect(isJavaClass(bytes.subarray(0, 7))).toBe(false);
    for (const at of [0, 1, 2, 3]) expect(isJavaClass(changed(at, 0))).toBe(false);
    expect(() => constantString(fat(2), name, 'SDK_VERSION')).toThrow(FormatError);
  });
});

describe('hostile class files', () => {
  const value = placeOf('2.9.22');

  it.each([
    ['an unknown tag of a constant', changed(10, 2), 'constant 1 has the unknown tag 2'],
    ['a constant pool without end', changed(8, 0xff, 0xff), /unknown tag|cut off/],
    ['a string longer than the file', changed(value - 2, 0xff, 0xff), 'cut off'],
    ['a string that is a class', changed(value + 6, 7), 'is not there or not of tag 8'],
    ['a string whose text is not there', changed(value + 7, 0xff, 0xff), 'constant 65535 is not there'],
    ['a string whose text is itself', changed(value + 7, 0, 0), 'constant 0 is not there'],
  ] as const)('%s', (_, of, message) => {
    let thrown: unknown = null;
    try {
      constantString(of, name, 'SDK_VERSION');
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(FormatError);
    expect((thrown as FormatError).message).toMatch(message);
    expect((thrown as FormatError).offset).toBeLessThanOrEqual(of.length);
  });

  it('an attribute of the wrong length, or longer than the file', () => {
    const body = Buffer.from(bytes);
    // The last ConstantValue is TEXT's: a length of 2 and an index before the four bytes of no methods and attributes.
    const length = bytes.length - 4 - 2 - 4;
    expect(body.readUInt32BE(length)).toBe(2);
    expect(() => constantString(changed(length, 0, 0, 0, 1), name, 'TEXT')).toThrow('a ConstantValue attribute of 1');
    expect(() => constantString(changed(length, 0xff, 0xff, 0xff, 0xff), name, 'TEXT')).toThrow(FormatError);
    // Fields behind what is asked for are not read.
    expect(constantString(changed(length, 0xff, 0xff, 0xff, 0xff), name, 'SDK_VERSION')?.value).toBe('2.9.22');
  });

  it('gives the version or a FormatError, cut at every byte', () => {
    let read = 0;
    for (let length = 0; length < bytes.length; length++) {
      try {
        expect(constantString(bytes.subarray(0, length), name, 'SDK_VERSION')).toEqual({
          value: '2.9.22',
          offset: value,
        });
        read++;
      } catch (error) {
        expect(error).toBeInstanceOf(FormatError);
      }
    }
    expect(read).toBeGreaterThan(0);
    expect(read).toBeLessThan(100);
  });

  it('gives a string of the file, null or a FormatError on 2000 seeded mutations', () => {
    const random = mulberry32(0xcafe);
    const seen = { value: 0, none: 0, error: 0 };
    for (let round = 0; round < 2000; round++) {
      const mutated = bytes.slice();
      for (let i = 1 + Math.floor(random() * 4); i > 0; i--) {
        mutated[Math.floor(random() * mutated.length)] = Math.floor(random() * 256);
      }
      try {
        const found = constantString(mutated, name, 'SDK_VERSION');
        seen[found ? 'value' : 'none']++;
        expect(found?.offset ?? 0).toBeLessThan(mutated.length);
      } catch (error) {
        expect(error).toBeInstanceOf(FormatError);
        seen.error++;
      }
    }
    for (const count of Object.values(seen)) expect(count).toBeGreaterThan(100);
  });

  it('stays quick where every field has every attribute', () => {
    const empty = buildJavaClass({ name, fields: [{ name: 'SDK_VERSION' }] });
    // One field with 65535 attributes of no bytes, over and over, until the file ends.
    const [head, field] = [
      empty.length - 4 - 8 - 6 - 2,
      empty.subarray(empty.length - 4 - 8 - 6, empty.length - 4 - 6),
    ];
    const large = new Uint8Array(20_000_000);
    large.set(empty.subarray(0, head));
    large.set([0xff, 0xff], head);
    for (let at = head + 2; at + 8 + 65535 * 6 <= large.length; at += 8 + 65535 * 6) {
      large.set(field, at);
      large.set([0, 0x11], at);
      large.set([0xff, 0xff], at + 6);
      for (let i = 0; i < 65535; i++) large.set(field.subarray(2, 4), at + 8 + 6 * i);
    }
    // In CPU: other work on the machine is none of this.
    const started = process.cpuUsage();
    expect(() => constantString(large, name, 'SDK_VERSION')).toThrow(FormatError);
    const { user, system } = process.cpuUsage(started);
    expect((user + system) / 1000).toBeLessThan(2000);
  });
});
