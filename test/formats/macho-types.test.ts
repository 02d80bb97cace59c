import { describe, expect, it } from 'vitest';
import { type Budgets, defaultBudgets } from '../../src/budgets.ts';
import { readFat, readMachO, visitSwiftTypes } from '../../src/formats/macho/index.ts';
import { pointerReader } from '../../src/formats/macho/pointers.ts';
import { readBytes } from '../../src/formats/parsing.ts';
import { buildMachO, type MachODescription } from '../build/macho.ts';
import { type ListedMachO, listMachO } from '../build/symbols.ts';

function read(bytes: Uint8Array, budgets: Budgets = defaultBudgets): ListedMachO {
  const [slice] = readBytes(readFat(bytes.length, budgets), bytes).slices;
  return readBytes(listMachO(slice!, budgets), bytes);
}

const names = (image: MachODescription) => read(buildMachO(image)).objcClasses.map(({ name }) => name);
const messages = ({ problems }: ListedMachO) => problems.map(({ message }) => message).join('; ');

describe('the class list', () => {
  const classes = ['First', 'Second', '_TtC3App4Main'];

  it.each(['arm64', 'armv7'] as const)('names what the file defines on %s', (arch) => {
    expect(names({ arch, objcClasses: classes })).toEqual(classes);
  });

  it('is followed to names that a linker has put among other strings', () => {
    expect(names({ objcClasses: classes, objcNamesIn: '__cstring' })).toEqual(classes);
  });

  it.each([6, 12] as const)('is followed through chained fixups of pointer format %i', (pointers) => {
    const image = read(buildMachO({ objcClasses: classes, objcProtocols: ['Delegate'], fixups: 1, pointers }));
    expect(image.objcClasses.map(({ name }) => name)).toEqual(classes);
    expect(image.objcReferences.map(({ name }) => name)).toEqual(['Delegate']);
    expect(image.problems).toEqual([]);
  });

  it.each([
    { arch: 'arm64' },
    { arch: 'armv7' },
    { fixups: 1, pointers: 12 },
  ] as const)('leads to the types of instance variables: what they name is referred to (%j)', (how) => {
    const types = ['B', '@"Engine"', '@"Room<Held><Drawn>"', '@?', '@"<Delegate>"', '{CGRect="origin"{CGPoint}}'];
    const objcVariables = { Second: types, Main: ['@"Engine"', '@"Second"', '^@"Held"', '@"', '@"Cut'] };
    const bytes = buildMachO({ ...how, objcClasses: ['First', 'Second', 'Main'], objcVariables });
    const { objcReferences, problems } = read(bytes);
    expect(objcReferences.map(({ name, source }) => [name, source])).toEqual(
      ['Engine', 'Room', 'Held', 'Drawn', 'Delegate'].map((name) => [name, 'variable']),
    );
    for (const { name, offset } of objcReferences) {
      expect(new TextDecoder().decode(bytes.subarray(offset, offset + name.length))).toBe(name);
    }
    expect(problems).toEqual([]);
  });

  it('reads lists of instance variables that lie over one another as often as so many are left', () => {
    const count = 4_000;
    const classes = Array.from({ length: count }, (_, i) => `C${i}`);
    const bytes = buildMachO({ objcClasses: classes, objcVariables: { C0: ['@"Engine"'] } });
    const data = read(bytes).sections.find(({ section }) => section === '__objc_const')!;
    const view = new DataView(bytes.buffer);
    const list = view.getBigUint64(data.offset + 48, true);
    view.setUint32(Number(list), 32, true);
    // Each class leads to a list of its own that goes on to the end of the file.
    for (let i = 0; i < count; i++) {
      const at = data.offset + 72 * i;
      view.setBigUint64(at + 48, BigInt(at), true);
      view.setUint32(at, 32, true);
      view.setUint32(at + 4, 0xffff_ffff, true);
    }
    const { objcClasses, objcReferences, problems } = read(bytes);
    expect([objcClasses.length, objcReferences, problems]).toEqual([count, [], []]);
  });

  it('is nothing to the runtime under another name', () => {
    expect(names({ objcClasses: classes, objcListIn: '__other' })).toEqual([]);
  });

  it('says that a format of pointers is not known', () => {
    const image = read(buildMachO({ objcClasses: classes, fixups: 1, pointers: 99 }));
    expect(image.objcClasses).toEqual([]);
    expect(messages(image)).toBe('Objective-C classes: pointers in the unknown format 99 of chained fixups');
  });

  it('keeps what can be followed, and counts the rest', () => {
    const bytes = buildMachO({ objcClasses: classes });
    const list = read(bytes).sections.find(({ section }) => section === '__objc_classlist')!;
    new DataView(bytes.buffer).setBigUint64(list.offset, 0x1234_5678n, true);
    const image = read(bytes);
    expect(image.objcClasses.map(({ name }) => name)).toEqual(['Second', '_TtC3App4Main']);
    expect(messages(image)).toBe('a class of an Objective-C class list cannot be followed to its name (1 times)');
  });

  it('asks for what lies far from where linkers put it', () => {
    const far = { segment: '__DATA', section: '__far', bytes: new Uint8Array(300_000) } as const;
    expect(names({ objcClasses: classes, objcNamesIn: '__elsewhere', sections: [far] })).toEqual(classes);
  });

  it('reads one class and one name once, however often they are listed', () => {
    const bytes = buildMachO({ objcClasses: Array.from({ length: 3000 }, (_, i) => `C${i}`) });
    const list = read(bytes).sections.find(({ section }) => section === '__objc_classlist')!;
    const view = new DataView(bytes.buffer);
    for (let at = 8; at < list.length; at += 8) {
      view.setBigUint64(list.offset + at, view.getBigUint64(list.offset, true), true);
    }
    expect(read(bytes).objcClasses.map(({ name }) => name)).toEqual(['C0']);
  });

  it('of names that overlap over and over is cut', () => {
    // Each class is named by another tail of one long string.
    const count = 2000;
    const bytes = buildMachO({ objcClasses: [...Array.from({ length: count }, () => 'x'), 'y'.repeat(15_000)] });
    const at = (name: string) => read(bytes).sections.find(({ section }) => section === name)!;
    const long = at('__objc_classname').offset + 2 * count;
    const view = new DataView(bytes.buffer);
    const data = at('__objc_const').offset;
    for (let i = 0; i < count; i++) view.setBigUint64(data + i * 72 + 24, BigInt(long + i), true);
    const image = read(bytes, { ...defaultBudgets, heldBytes: 1024 * 1024 });
    expect(image.objcClasses.length).toBeLessThan(100);
    expect(messages(image)).toContain('budget heldBytes');
  });
});

describe('the list of Swift types', () => {
  /** Modules, extensions and types with what is around each, `@` for a pointer to that; written as descriptors. */
  const contexts = [
    { kind: 0, name: 'App', around: null }, // 0
    { kind: 17, name: 'Outer', around: 0 },
    { kind: 16, name: 'Inner', around: 1 },
    { kind: 2, name: null, around: 0 }, // a function
    { kind: 18, name: 'Local', around: 3 },
    { kind: 0, name: '__C', around: null }, // 5
    { kind: 17, name: 'CGRect', around: 5 },
    { kind: 0, name: 'Other', around: null },
    { kind: 1, name: null, around: 7 }, // an extension
    { kind: 17, name: 'Extended', around: 8 },
    { kind: 18, name: 'ByPointer', around: 1, isIndirect: true }, // 10
    { kind: 3, name: 'Rule', around: 7 }, // a protocol
  ];
  const SIZE = 32;

  function build(pointers?: 6): { bytes: Uint8Array; at: (context: number) => number; list: number } {
    const bytes = buildMachO({
      ...(pointers && { fixups: 1, pointers }),
      sections: [
        { segment: '__TEXT', section: '__const', bytes: new Uint8Array(contexts.length * SIZE) },
        { segment: '__TEXT', section: '__swift5_types', bytes: new Uint8Array(4 * contexts.length) },
        { segment: '__TEXT', section: '__swift5_protos', bytes: new Uint8Array(4) },
        { segment: '__DATA', section: '__slots', bytes: new Uint8Array(8) },
      ],
    });
    const of = (name: string) => read(bytes).sections.find(({ section }) => section === name)!.offset;
    const [list, all, slot] = [of('__swift5_types'), of('__const'), of('__slots')];
    const view = new DataView(bytes.buffer);
    const at = (context: number) => all + context * SIZE;
    let types = 0;
    for (const [i, { kind, name, around, isIndirect }] of contexts.entries()) {
      view.setUint32(at(i), kind, true);
      if (around !== null) view.setInt32(at(i) + 4, (isIndirect ? slot + 1 : at(around)) - (at(i) + 4), true);
      if (name !== null) {
        view.setInt32(at(i) + 8, 4, true); // behind itself
        bytes.set(new TextEncoder().encode(name), at(i) + 12);
      }
      if (kind === 3) view.setInt32(of('__swift5_protos'), at(i) - of('__swift5_protos'), true);
      if (kind >= 16) view.setInt32(list + 4 * types, at(i) - (list + 4 * types++), true);
    }
    view.setBigUint64(slot, BigInt(at(1)), true);
    return { bytes, at, list };
  }

  function named(bytes: Uint8Array): { types: string[]; modules: string[]; places: string[]; problems: string } {
    const [slice] = readBytes(readFat(bytes.length, defaultBudgets), bytes).slices;
    const image = readBytes(readMachO(slice!, defaultBudgets), bytes);
    const all: string[][] = [[], [], []];
    const decode = (from: Uint8Array, start: number, end: number) =>
      new TextDecoder().decode(from.subarray(start, end));
    visitSwiftTypes(
      image,
      (from, start, end, offset) => {
        const name = decode(from, start, end);
        all[0]!.push(name);
        all[2]!.push(decode(bytes, offset, offset + name.length - name.lastIndexOf('.') - 1));
      },
      (from, start, end) => all[1]!.push(decode(from, start, end)),
    );
    const [types = [], modules = [], places = []] = all;
    return { types, modules, places, problems: image.problems.map(({ message }) => message).join('; ') };
  }

  it.each([undefined, 6] as const)('names types by their modules, without those of C (pointers %s)', (pointers) => {
    const { types, modules, places, problems } = named(build(pointers).bytes);
    expect(types).toEqual([
      ...['App.Outer', 'App.Outer.Inner', 'App.Local', 'Other.Extended', 'App.Outer.ByPointer'],
      'Other.Rule',
    ]);
    expect(modules).toEqual(['App', 'Other']);
    expect(places).toEqual(['Outer', 'Inner', 'Local', 'Extended', 'ByPointer', 'Rule']);
    expect(problems).toBe('');
  });

  it('passes over what stands in itself, and says what leads nowhere', () => {
    const { bytes, at, list } = build();
    const view = new DataView(bytes.buffer);
    view.setInt32(at(1) + 4, at(2) - (at(1) + 4), true);
    view.setInt32(list + 8, 0x4000_0000, true);
    const { types, problems } = named(bytes);
    expect(types).toEqual(['Other.Extended', 'Other.Rule']);
    expect(problems).toBe('a Swift type cannot be followed to its name (1 times)');
  });
});

describe('pointers in data', () => {
  /** Fixups of one segment, the second, in a format. */
  const fixups = (format: number) => {
    const bytes = new Uint8Array(64);
    const view = new DataView(bytes.buffer);
    view.setUint32(4, 28, true); // starts_offset
    view.setUint32(28, 2, true); // seg_count
    view.setUint32(36, 12, true); // seg_info_offset[1]
    view.setUint16(28 + 12 + 6, format, true);
    return { bytes, offset: 0 };
  };
  const base = 0x1_0000_0000;
  const word = (value: bigint, format: number | null, bits: 32 | 64 = 64, arch = 'arm64') => {
    const header = { arch, fileType: 'execute', bits, little: true, size: 32, commands: 0, commandBytes: 0 };
    const view = new DataView(new ArrayBuffer(8));
    view.setBigUint64(0, value, true);
    return pointerReader(header, format === null ? null : fixups(format), base)(view, 0);
  };

  // Bit fields as mach-o/fixup-chains.h has them, from the low end.
  it.each([
    ['classic', null, 0x1_0000_4008n, 0x1_0000_4008],
    [
      'PTR_64: target 36, high8, reserved 7, next 12, bind 1',
      2,
      0x1_0000_4008n | (5n << 51n) | (0xabn << 36n),
      0x1_0000_4008,
    ],
    ['PTR_64 that binds', 2, (1n << 63n) | 7n, 0],
    ['PTR_64_OFFSET counts from the header', 6, 0x4008n | (5n << 51n), 0x1_0000_4008],
    ['ARM64E: target 43, high8, next 11', 1, 0x1_0000_4008n | (0xabn << 43n) | (3n << 51n), 0x1_0000_4008],
    [
      'ARM64E signed: target 32, diversity 16, addrDiv, key 2, next 11, bind, auth',
      1,
      (1n << 63n) | (0xffffn << 32n) | 0x4008n,
      0x1_0000_4008,
    ],
    ['ARM64E that binds', 1, (1n << 62n) | 3n, 0],
    ['ARM64E that binds signed', 1, (3n << 62n) | 3n, 0],
    ['ARM64E_USERLAND counts from the header', 9, 0x4008n | (3n << 51n), 0x1_0000_4008],
    ['ARM64E_USERLAND24 signed', 12, (1n << 63n) | (7n << 51n) | 0x4008n, 0x1_0000_4008],
    ['a null pointer at the end of a chain', 6, 0n, 0],
  ])('%s', (_, format, value, address) => {
    expect(word(value, format)).toBe(address);
  });

  it('of arm64e without chained fixups are links of threads', () => {
    expect(word((1n << 63n) | 0x4008n, null, 64, 'arm64e')).toBe(0x1_0000_4008);
  });

  it('of 32 bits: target 26, next 5, bind 1', () => {
    expect(word(0x4008n | (3n << 26n), 3, 32)).toBe(0x4008);
    expect(word(0x8000_0003n, 3, 32)).toBe(0);
    expect(word(0x8000_0008n, null, 32)).toBe(0x8000_0008);
  });
});
