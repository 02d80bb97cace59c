import { describe, expect, it } from 'vitest';
import { type Budgets, defaultBudgets } from '../../src/budgets.ts';
import { FormatError } from '../../src/errors.ts';
import { isMachO, readFat, readMachO } from '../../src/formats/macho/index.ts';
import { readBytes } from '../../src/formats/parsing.ts';
import { buildFat, buildMachO, type MachODescription } from '../build/macho.ts';
import { Writer } from '../build/macho-writer.ts';
import { type ListedMachO, listLocals, listMachO } from '../build/symbols.ts';

const decoder = new TextDecoder();
const textAt = (bytes: Uint8Array, offset: number, length: number) =>
  decoder.decode(bytes.subarray(offset, offset + length));
const fat = (bytes: Uint8Array, budgets = defaultBudgets) => readBytes(readFat(bytes.length, budgets), bytes);

function read(bytes: Uint8Array, budgets: Budgets = defaultBudgets): ListedMachO {
  return readBytes(listMachO(fat(bytes).slices.at(-1)!, budgets), bytes);
}

/** Offsets of the requests a thin file's reader makes. */
function asked(bytes: Uint8Array, selectors = false): number[] {
  const offsets: number[] = [];
  const reading = readMachO(fat(bytes).slices[0]!, defaultBudgets, selectors);
  for (let step = reading.next(); !step.done; ) {
    const { offset, length } = step.value;
    offsets.push(offset);
    step = reading.next(bytes.subarray(offset, offset + length));
  }
  return offsets;
}

const SYSTEM = '/usr/lib/libSystem.B.dylib';
const AGORA = '@rpath/AgoraRtcKit.framework/AgoraRtcKit';
const full = {
  fileType: 'dylib',
  id: { name: '@rpath/Own.framework/Own', current: '2.30.4', compatibility: '2.0.0' },
  dylibs: [
    { name: SYSTEM, current: '1311.100.3', compatibility: '1.0.0', kind: 'load' },
    { name: AGORA, current: '4.2.1', compatibility: '4.0.0', kind: 'weak' },
    { name: '/usr/lib/libz.1.dylib', current: '1.2.11', compatibility: '1.0.0', kind: 'reexport' },
    { name: '/usr/lib/lazy.dylib', current: '1.0.0', compatibility: '1.0.0', kind: 'lazy' },
    { name: '/usr/lib/up.dylib', current: '1.0.0', compatibility: '1.0.0', kind: 'upward' },
  ],
  rpaths: ['@executable_path/Frameworks', '@loader_path'],
  uuid: '9ff2628d687b346f9e42fb0839a59aa2',
  platform: { name: 'ios', minos: '13.0', sdk: '17.0.1' },
  sourceVersion: '0000010000200c00', // 1.0.2.3 in 24 and four times 10 bits
  exports: ['_own', '_owner', '_OBJC_CLASS_$_Exported', '_größe', { name: '_inflate', reexport: 3 }],
  imports: [
    { name: '_OBJC_CLASS_$_AgoraRtcEngineKit', library: AGORA },
    { name: '_puts', library: SYSTEM },
    { name: '_anywhere', library: null },
  ],
  symbols: [
    { name: '-[Own local]', external: false },
    { name: '_OBJC_CLASS_$_Hidden', external: false },
    { name: '_stab', external: false, stab: true },
    { name: '_own' },
    { name: '_puts', defined: false },
  ],
  objcClasses: ['Exported', 'Hidden', 'Listed', '_TtC3App4Main'],
  objcProtocols: ['Protocol', 'Listed'],
  objcNames: ['Category', '\u0001\u0011', '!a', ''],
  selectors: ['join:', 'own', 'leave'],
  sends: ['leave', 'join:', 'leave'],
  cstrings: ['https://example.test/'],
  encrypted: false,
  entitlements: '<plist><dict/></plist>',
  identifier: 'test.own',
  teamId: 'TEAM123456',
} as const satisfies MachODescription;

describe('isMachO', () => {
  const head = (...words: number[]) => new Writer(false).u32(...words).done();

  it.each([0xfeedface, 0xfeedfacf, 0xcefaedfe, 0xcffaedfe])('knows thin magic %i', (magic) => {
    expect(isMachO(head(magic, 0))).toBe(true);
    expect(isMachO(head(magic))).toBe(false);
  });

  it('tells fat files from Java class files', () => {
    expect(isMachO(head(0xcafebabe, 4))).toBe(true);
    expect(isMachO(head(0xcafebabf, 2))).toBe(true);
    expect(isMachO(head(0xcafebabe, 45))).toBe(false); // version 1.1
    expect(isMachO(head(0xcafebabe, 61))).toBe(false); // Java 17
  });

  it('knows nothing else', () => {
    expect(isMachO(head(0x7f454c46, 0))).toBe(false);
    expect(isMachO(new Uint8Array(0))).toBe(false);
  });
});

describe('readFat', () => {
  const thin = buildMachO({ arch: 'armv7', cstrings: ['a'] });
  const archive = new TextEncoder().encode('!<arch>\nnot looked into');

  it('gives a thin file one slice', () => {
    expect(fat(thin)).toEqual({ slices: [{ arch: 'armv7', offset: 0, size: thin.length }], problems: [] });
  });

  it.each([32, 64] as const)('lists slices and archives, offsets of %i bits', (bits) => {
    const bytes = buildFat(
      [
        { arch: 'armv7', bytes: thin },
        { arch: 'arm64e', bytes: archive },
      ],
      bits,
    );
    const { slices, problems } = fat(bytes);
    expect(problems).toEqual([]);
    expect(slices.map(({ arch, size }) => [arch, size])).toEqual([
      ['armv7', thin.length],
      ['arm64e', archive.length],
    ]);
    expect(bytes.subarray(slices[0]!.offset, slices[0]!.offset + thin.length)).toEqual(thin);
    expect(textAt(bytes, slices[1]!.offset, 7)).toBe('!<arch>');
  });

  it('shortens or drops slices that reach beyond the file', () => {
    const bytes = buildFat([
      { arch: 'armv7', bytes: thin },
      { arch: 'arm64', bytes: thin },
    ]);
    const view = new DataView(bytes.buffer);
    view.setUint32(8 + 12, 0xffff_ffff);
    view.setUint32(28 + 8, 0xffff_fff0);
    const { slices, problems } = fat(bytes);
    expect(slices).toEqual([{ arch: 'armv7', offset: 48, size: bytes.length - 48 }]);
    expect(problems.map(({ offset }) => offset)).toEqual([8, 28]);
  });

  it('reports slices that overlap or share an architecture', () => {
    const bytes = buildFat([
      { arch: 'armv7', bytes: thin },
      { arch: 'arm64', bytes: thin },
      { arch: 'armv7', bytes: thin },
    ]);
    new DataView(bytes.buffer).setUint32(28 + 8, 80);
    const { slices, problems } = fat(bytes);
    expect(slices.length).toBe(3);
    expect(problems.map(({ message }) => message)).toEqual([
      'the arm64 slice overlaps the armv7 slice',
      'two slices are for armv7',
    ]);
  });

  it('reads no more slices than the budget and the bytes allow', () => {
    const many = buildFat(Array.from({ length: 5 }, () => ({ arch: 'arm64' as const, bytes: thin })));
    const { slices, problems } = fat(many, { ...defaultBudgets, slices: 2 });
    expect(slices.length).toBe(2);
    expect(problems[0]?.message).toBe('the fat header claims 5 slices, 2 the budget allows');
    const claim = new Writer(false).u32(0xcafebabe, 0xffff_ffff).done();
    expect(fat(claim).problems[0]?.message).toContain('claims 4294967295 slices, 0 fit');
  });

  it('refuses what is no Mach-O', () => {
    expect(() => fat(new Uint8Array(0))).toThrow(FormatError);
    expect(() => fat(archive)).toThrow(FormatError);
    expect(() => fat(thin.subarray(0, 27))).toThrow(FormatError);
  });
});

describe.each(['arm64', 'armv7'] as const)('readMachO on %s', (arch) => {
  const alone = buildMachO({ arch, ...full });
  const bytes = buildFat([
    { arch: 'x86_64', bytes: new Uint8Array(100) },
    { arch, bytes: alone },
  ]);
  const macho = read(bytes);

  it('reads everything back', () => {
    expect(macho).toMatchObject({
      arch,
      fileType: 'dylib',
      bits: arch === 'arm64' ? 64 : 32,
      dylibs: full.dylibs,
      id: full.id,
      rpaths: full.rpaths,
      uuid: '9FF2628D-687B-346F-9E42-FB0839A59AA2',
      platform: full.platform,
      sourceVersion: '1.0.2.3',
      problems: [],
    });
    expect(macho.imports.map(({ name, library }) => ({ name, library }))).toEqual(full.imports);
    const names = full.exports.map((name) =>
      typeof name === 'string' ? { name, reexport: false } : { name: name.name, reexport: true },
    );
    const byName = (a: { name: string }, b: { name: string }) => (a.name < b.name ? -1 : 1);
    expect(macho.exports.map(({ name, reexport }) => ({ name, reexport })).sort(byName)).toEqual(names.sort(byName));
    expect(macho.symbols.map(({ name, defined, external }) => ({ name, defined, external }))).toEqual([
      { name: '_own', defined: true, external: true },
      { name: '_puts', defined: false, external: true },
    ]);
    expect(macho.signature?.identifier).toBe('test.own');
    expect(macho.signature?.teamId).toBe('TEAM123456');
    expect(decoder.decode(macho.signature!.entitlements!)).toBe(full.entitlements);
  });

  it('gives offsets in the whole file, not in the slice', () => {
    for (const { name, offset } of [...macho.imports, ...macho.symbols]) {
      expect(textAt(bytes, offset, name.length)).toBe(name);
    }
    const sections = Object.fromEntries(macho.textRanges.map((range) => [range.section, range]));
    const cstring = sections['__TEXT,__cstring']!;
    expect(textAt(bytes, cstring.offset, cstring.length)).toBe('https://example.test/\0');
    const texts = ['__TEXT,__cstring', '__TEXT,__objc_classname', '__TEXT,__objc_methname', '__DATA,__data'];
    expect(Object.keys(sections)).toEqual(texts);
    expect(macho.encryption?.id).toBe(0);
    expect(macho.encryption!.offset).toBeGreaterThan(fat(bytes).slices[1]!.offset);
  });

  it('names classes once, from symbols, the export trie and the class list, and no other name of the pool', () => {
    expect(macho.objcClasses.map(({ name, source }) => [name, source])).toEqual([
      ['Hidden', 'symbol'],
      ['Exported', 'export'],
      ['Listed', 'list'],
      ['_TtC3App4Main', 'list'],
    ]);
    expect(macho.objcReferences.map(({ name, source }) => [name, source])).toEqual([
      ['AgoraRtcEngineKit', 'import'],
      ['Protocol', 'protocol'],
    ]);
    for (const { name, offset, source } of [...macho.objcClasses, ...macho.objcReferences]) {
      if (source !== 'export') expect(textAt(bytes, offset, name.length)).toBe(name);
    }
  });

  it('visits every symbol, and the selectors that code refers to, where they are asked for', () => {
    const local = readBytes(listLocals(fat(bytes).slices.at(-1)!, defaultBudgets), bytes);
    for (const { name, offset } of [...local.symbols, ...local.selectors]) {
      expect(textAt(bytes, offset, name.length)).toBe(name);
    }
    const symbols = local.symbols.map(({ name, defined, external }) => [name, defined, external]);
    expect(symbols).toEqual([
      ['-[Own local]', true, false],
      ['_OBJC_CLASS_$_Hidden', true, false],
      ['_own', true, true],
      ['_puts', false, true],
    ]);
    expect(local.selectors.map(({ name }) => name)).toEqual(['join:', 'leave']);
  });

  it('asks in ascending order, and for selectors only where they are wanted', () => {
    const far = { segment: '__TEXT', section: '__far', bytes: new Uint8Array(200_000) } as const;
    const wide = buildMachO({ arch, ...full, sections: [far] });
    const { textRanges } = read(wide);
    const classNames = textRanges.find(({ section }) => section === '__TEXT,__objc_classname')!;
    const offsets = asked(wide);
    expect(offsets.length).toBe(4);
    expect(offsets[2]).toBe(classNames.offset);
    expect(offsets).toEqual([...offsets].sort((a, b) => a - b));
    const { objcClasses: _, objcProtocols: __, objcNames: ___, ...noClasses } = full;
    const bare = buildMachO({ arch, ...noClasses, sections: [far] });
    expect(asked(bare).length).toBe(3);
    expect(asked(bare, true).length).toBe(4);
  });

  it('does not interpret what FairPlay encrypts', () => {
    const encrypted = read(buildMachO({ arch, ...full, encrypted: true }));
    const plain = read(buildMachO({ arch, ...full }));
    expect(encrypted.encryption).toEqual({ ...plain.encryption, id: 1 });
    expect(encrypted.textRanges.filter(({ section }) => section.startsWith('__TEXT'))).toEqual([]);
    expect(encrypted.objcClasses.map(({ name }) => name)).toEqual(['Hidden', 'Exported']);
    expect(encrypted.problems).toEqual([]);
    const noise = buildMachO({ arch, ...full, encrypted: true });
    expect(readBytes(listLocals(fat(noise).slices[0]!, defaultBudgets), noise).selectors).toEqual([]);
    const { exports, imports, symbols, dylibs, signature } = plain;
    expect(encrypted).toMatchObject({ exports, imports, symbols, dylibs, signature });
  });

  it('reads object files', () => {
    const { symbols, objcClasses, selectors, cstrings, platform } = full;
    const object = buildMachO({ arch, fileType: 'object', symbols, objcClasses, selectors, cstrings, platform });
    const read1 = read(object);
    expect(read1.fileType).toBe('object');
    expect(read1.problems).toEqual([]);
    expect(read1.exports).toEqual([]);
    expect(read1.imports).toEqual([]);
    expect(read1.symbols.map(({ name }) => name)).toEqual(['_own', '_puts']);
    expect(read1.objcClasses.map(({ name }) => name)).toEqual(['Hidden']);
    expect(read1.textRanges.map(({ section }) => section)).toContain('__TEXT,__cstring');
  });

  it.each([1, 2, 3] as const)('reads chained imports of format %i', (fixups) => {
    const chained = read(buildMachO({ arch, ...full, fixups }));
    expect(chained.problems).toEqual([]);
    expect(chained.imports.map(({ name, library }) => ({ name, library }))).toEqual(full.imports);
    expect(chained.exports.map(({ name }) => name)).toEqual(macho.exports.map(({ name }) => name));
    expect(chained.objcReferences.map(({ name }) => name)).toEqual(['AgoraRtcEngineKit', 'Protocol']);
  });

  it('reads lazy and weak tables, each import once', () => {
    const imports = [
      { name: '_first', library: SYSTEM },
      { name: '_first', library: SYSTEM },
      { name: '_first', library: AGORA },
      { name: '_late', library: SYSTEM, table: 'lazy' },
      { name: '_later', library: AGORA, table: 'lazy' },
      { name: '_first', library: SYSTEM, table: 'lazy' },
      { name: '__ZdlPv', library: null, table: 'weak' },
    ] as const;
    const tables = read(buildMachO({ arch, dylibs: [SYSTEM, AGORA], imports }));
    expect(tables.problems).toEqual([]);
    expect(tables.imports.map(({ name, library }) => `${name} ${library}`).sort()).toEqual(
      ['__ZdlPv null', `_first ${SYSTEM}`, `_first ${AGORA}`, `_late ${SYSTEM}`, `_later ${AGORA}`].sort(),
    );
  });

  it('does not take the highest ordinals of chained imports for libraries', () => {
    const dylibs = Array.from({ length: 254 }, (_, i) => `/usr/lib/${i}.dylib`);
    for (const fixups of [1, 2] as const) {
      const [flat] = read(buildMachO({ arch, dylibs, imports: [{ name: '_x', library: null }], fixups })).imports;
      expect(flat).toMatchObject({ name: '_x', library: null });
    }
  });

  it('does not list a class that is defined here among the references', () => {
    const own = { name: '_OBJC_CLASS_$_Own', library: SYSTEM };
    const both = read(buildMachO({ arch, dylibs: [SYSTEM], imports: [own], exports: [own.name] }));
    expect(both.objcClasses.map(({ name }) => name)).toEqual(['Own']);
    expect(both.objcReferences).toEqual([]);
  });

  it('names the library behind an ordinal above 15', () => {
    const dylibs = Array.from({ length: 200 }, (_, i) => `/usr/lib/${i}.dylib`);
    const imports = [{ name: '_x', library: '/usr/lib/199.dylib' }];
    for (const fixups of ['opcodes', 1, 3] as const) {
      expect(read(buildMachO({ arch, dylibs, imports, fixups })).imports[0]).toMatchObject(imports[0]!);
    }
  });
});

describe('load commands', () => {
  it('takes the platform from LC_VERSION_MIN_* too', () => {
    const platform = { name: 'ios', minos: '10.0', command: 'version-min' } as const;
    expect(read(buildMachO({ platform })).platform).toEqual({ name: 'ios', minos: '10.0', sdk: null });
    const simulator = { name: 'iossimulator', minos: '14.2.1', sdk: '17.0' } as const;
    expect(read(buildMachO({ platform: simulator })).platform).toEqual(simulator);
  });

  it('reads all five parts of a source version', () => {
    expect(read(buildMachO({ sourceVersion: '18040200c04' })).sourceVersion).toBe('1.513.2.3.4');
    expect(read(buildMachO({ sourceVersion: '0' })).sourceVersion).toBe('0.0');
  });

  it('says null where a command is absent', () => {
    const none = { id: null, uuid: null, platform: null, sourceVersion: null, encryption: null, signature: null };
    expect(read(buildMachO({}))).toMatchObject({ ...none, dylibs: [], rpaths: [], exports: [], problems: [] });
  });

  it('reads the flags of a dylib_use_command', () => {
    for (const [flags, kind] of [
      [1, 'weak'],
      [2, 'reexport'],
      [4, 'upward'],
      [8, 'load'],
    ] as const) {
      const bytes = buildMachO({ dylibs: ['FLAG/usr/lib/a.dylib'] });
      const at = textAt(bytes, 0, bytes.length).indexOf('FLAG') - 24;
      const view = new DataView(bytes.buffer);
      view.setUint32(at + 8, 28, true);
      view.setUint32(at + 12, 0x1a741800, true);
      view.setUint32(at + 24, flags, true);
      const dylib = { name: '/usr/lib/a.dylib', current: '1.0.0', compatibility: '1.0.0', kind };
      expect(read(bytes)).toMatchObject({ dylibs: [dylib], problems: [] });
    }
  });

  it('reads big-endian files', () => {
    const command = new Writer(false).u32(0xd, 40, 24, 0, 0x00010203, 0x00010000).string('/usr/lib/big').align(4);
    const header = new Writer(false).u32(0xfeedface, 18, 0, 6, 1, 40, 0).bytes(command.done()).align(8);
    const id = { name: '/usr/lib/big', current: '1.2.3', compatibility: '1.0.0' };
    expect(read(header.align(4).done())).toMatchObject({ arch: 'ppc', bits: 32, fileType: 'dylib', id });
  });

  it('reports a slice that is not of the architecture it is listed under', () => {
    const bytes = buildFat([{ arch: 'armv7', bytes: buildMachO({ arch: 'arm64' }) }]);
    const macho = read(bytes);
    expect(macho.arch).toBe('arm64');
    expect(macho.problems.map(({ message }) => message)).toEqual(['the slice is listed as armv7 and holds arm64']);
    expect(readBytes(readMachO({ arch: '', offset: 32, size: 1000 }, defaultBudgets), bytes).problems.length).toBe(0);
  });

  it('keeps only the unencrypted part of a text range', () => {
    const bytes = buildMachO({ cstrings: ['0123456789'.repeat(10)], encrypted: true });
    const plain = read(buildMachO({ cstrings: ['0123456789'.repeat(10)], encrypted: false })).textRanges[0]!;
    const view = new DataView(bytes.buffer);
    let at = 32;
    while (view.getUint32(at, true) !== 0x2c) at += view.getUint32(at + 4, true);
    view.setUint32(at + 8, plain.offset + 20, true);
    view.setUint32(at + 12, 30, true);
    expect(read(bytes).textRanges).toEqual([
      { ...plain, length: 20 },
      { ...plain, offset: plain.offset + 50, length: plain.length - 50 },
    ]);
  });

  it('leaves instructions, pointers and debugging data out of the text ranges', () => {
    const section = (name: string, flags = 0) =>
      ({ segment: '__DATA', section: name, bytes: new Uint8Array(8), flags }) as const;
    const sections = ['__const', '__objc_const', '__eh_frame', '__data', '__swift5_types', '__swift5_reflstr', '__own'];
    const macho = read(buildMachO({ sections: [...sections.map((name) => section(name)), section('__bss', 1)] }));
    expect(macho.textRanges.map((range) => range.section)).toEqual([
      '__DATA,__const',
      '__DATA,__data',
      '__DATA,__swift5_reflstr',
      '__DATA,__own',
    ]);
    expect(macho.sections.map((each) => each.section)).toContain('__objc_const');
  });
});
