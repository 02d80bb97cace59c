import { describe, expect, it } from 'vitest';
import { type Budgets, defaultBudgets } from '../../src/budgets.ts';
import { FormatError } from '../../src/errors.ts';
import { NameAllowance } from '../../src/formats/macho/bytes.ts';
import { Imports, readBinds } from '../../src/formats/macho/imports.ts';
import { type FatSlice, readFat } from '../../src/formats/macho/index.ts';
import { readExportTrie } from '../../src/formats/macho/trie.ts';
import { readBytes } from '../../src/formats/parsing.ts';
import { buildFat, buildMachO, type MachODescription } from '../build/macho.ts';
import { Writer } from '../build/macho-writer.ts';
import { mulberry32 } from '../build/random.ts';
import { type ListedMachO, listLocals, listMachO } from '../build/symbols.ts';

const small = {
  dylibs: ['/usr/lib/libSystem.B.dylib', '@rpath/AgoraRtcKit.framework/AgoraRtcKit'],
  id: { name: '@rpath/Own.framework/Own' },
  platform: { name: 'ios', minos: '13.0', sdk: '17.0' },
  exports: ['_own', '_owner', '_OBJC_CLASS_$_Own'],
  imports: [{ name: '_OBJC_CLASS_$_AgoraRtcEngineKit', library: '@rpath/AgoraRtcKit.framework/AgoraRtcKit' }],
  symbols: [{ name: '_own' }, { name: '_local', external: false }, { name: '_puts', defined: false }],
  objcClasses: ['Own'],
  selectors: ['join:'],
  sends: ['join:'],
  encrypted: false,
  identifier: 'own',
  teamId: 'TEAM',
  entitlements: '<plist/>',
} as const satisfies MachODescription;

/** Reads every slice, also its local symbols, and gives what could be read. */
function readAll(bytes: Uint8Array, budgets: Budgets = defaultBudgets): ListedMachO[] {
  const { slices } = readBytes(readFat(bytes.length, budgets), bytes);
  return slices.map((slice) => {
    readBytes(listLocals(slice, budgets), bytes);
    return readBytes(listMachO(slice, budgets), bytes);
  });
}

/** A value or a FormatError: anything else fails the test. */
function survives(bytes: Uint8Array): ListedMachO[] | null {
  try {
    return readAll(bytes);
  } catch (error) {
    expect(error).toBeInstanceOf(FormatError);
    return null;
  }
}

const read = (bytes: Uint8Array, budgets: Budgets = defaultBudgets): ListedMachO => readAll(bytes, budgets)[0]!;
const messages = ({ problems }: ListedMachO) => problems.map(({ message }) => message).join('; ');

/** Where the first load command of a kind stands in a thin 64-bit file. */
function commandAt(bytes: Uint8Array, kind: number): number {
  const view = new DataView(bytes.buffer);
  let at = 32;
  while (view.getUint32(at, true) !== kind) at += view.getUint32(at + 4, true);
  return at;
}

/** A copy with some 32-bit words replaced. */
function patched(bytes: Uint8Array, ...words: (readonly [offset: number, value: number])[]): Uint8Array {
  const copy = bytes.slice();
  for (const [offset, value] of words) new DataView(copy.buffer).setUint32(offset, value, true);
  return copy;
}

const BUILT = {
  'arm64 with opcodes': buildMachO(small),
  'armv7 with opcodes': buildMachO({ ...small, arch: 'armv7' }),
  'chained fixups': buildMachO({ ...small, fixups: 1 }),
  'an object file': buildMachO({ fileType: 'object', symbols: small.symbols, objcClasses: small.objcClasses }),
  'a fat file': buildFat([
    { arch: 'armv7', bytes: buildMachO({ ...small, arch: 'armv7' }) },
    { arch: 'arm64', bytes: buildMachO(small) },
  ]),
};

describe.each(Object.entries(BUILT))('damage to %s', (_, bytes) => {
  it('cut at every byte', () => {
    const whole = readAll(bytes);
    const slice: FatSlice = { arch: '', offset: 0, size: bytes.length };
    const thin = bytes[0] !== 0xca;
    for (let length = 0; length < bytes.length; length++) {
      const cut = bytes.subarray(0, length);
      const seen = survives(cut);
      // Padding at the end is no loss; all else must be seen to be missing.
      if (seen && bytes.subarray(length).some((byte) => byte !== 0)) {
        const problems = seen.flatMap((macho) => macho.problems).length;
        expect(problems > 0 || seen.length < whole.length || !thin, `cut at ${length}`).toBe(true);
      }
      if (!thin || length < 32) continue;
      // The size is known to be more than the content has.
      const short = readBytes(listMachO(slice, defaultBudgets), cut);
      expect(short.problems.length > 0 || !bytes.subarray(length).some((byte) => byte !== 0)).toBe(true);
    }
  });

  it('mutated: a value or a FormatError', () => {
    const random = mulberry32(0x0badcafe);
    let read = 0;
    for (let round = 0; round < 400; round++) {
      const copy = bytes.slice();
      for (let changes = 1 + Math.floor(random() * 4); changes > 0; changes--) {
        const at = Math.floor(random() * copy.length);
        copy[at] = random() < 0.3 ? [0, 0x7f, 0x80, 0xff][Math.floor(random() * 4)]! : Math.floor(random() * 256);
      }
      if (survives(copy)) read++;
    }
    // Headers are a small part of the file: a reader that gives up at the first oddity is no use.
    expect(read).toBeGreaterThan(300);
  });

  it('mutated where nothing is read: nothing changes', () => {
    const whole = readAll(bytes);
    const codes = [0xc0, 0x1e];
    const copy = bytes.slice();
    let changed = 0;
    for (const { sections } of whole) {
      const code = sections.find(({ section }) => section === '__text')!;
      expect(codes).toContain(copy[code.offset]);
      copy[code.offset]! ^= 0xff;
      changed++;
    }
    expect(changed).toBe(whole.length);
    expect(readAll(copy)).toEqual(whole);
  });
});

describe('hostile load commands', () => {
  const bytes = BUILT['arm64 with opcodes'];
  const plain = read(bytes);

  it('four billion of them', () => {
    const macho = read(patched(bytes, [16, 0xffff_ffff]));
    expect(messages(macho)).toMatch(/claims 4294967295 load commands, \d+ can be read/);
    expect(macho).toEqual({ ...plain, problems: macho.problems });
  });

  it('more bytes of them than the slice has', () => {
    const macho = read(patched(bytes, [16, 0xffff_ffff], [20, 0xffff_ffff]));
    expect(messages(macho)).toContain('bytes of load commands');
    expect(macho.exports).toEqual(plain.exports);
    expect(macho.dylibs).toEqual(plain.dylibs);
  });

  it('a size of 0, which would never end', () => {
    const macho = read(patched(bytes, [commandAt(bytes, 0xc) + 4, 0]));
    expect(messages(macho)).toContain('impossible size of 0');
    expect(macho.exports).toEqual(plain.exports);
    expect(macho.dylibs).toEqual([]);
  });

  it('a budget for their count', () => {
    const macho = read(bytes, { ...defaultBudgets, loadCommands: 4 });
    expect(messages(macho)).toContain('budget loadCommands (4) is used up');
    expect(macho.id).toEqual(plain.id);
    expect(macho.dylibs).toEqual([]);
  });

  it('a name outside its command leaves the other libraries their ordinals', () => {
    const macho = read(patched(bytes, [commandAt(bytes, 0xc) + 8, 0x7fff_ffff]));
    expect(messages(macho)).toContain('the name of a load command lies outside it');
    expect(macho.dylibs.map(({ name }) => name)).toEqual(['', small.dylibs[1]]);
    expect(macho.imports).toEqual(plain.imports);
  });

  it('a segment with four billion sections', () => {
    const macho = read(patched(bytes, [commandAt(bytes, 0x19) + 64, 0xffff_ffff]));
    expect(messages(macho)).toContain('sections more than its command holds');
    expect(macho.sections.length).toBe(plain.sections.length);
  });

  it('a section of 2^64 bytes', () => {
    const at = commandAt(bytes, 0x19) + 72 + 80 + 40;
    const macho = read(patched(bytes, [at, 0xffff_ffff], [at + 4, 0xffff_ffff]));
    expect(messages(macho)).toContain('section __TEXT,__objc_classname reaches beyond the end of the slice');
    expect(macho.objcClasses).toEqual(expect.arrayContaining([...plain.objcClasses]));
  });

  it('a second symbol table that hides the first', () => {
    const decoy = buildMachO({ ...small, uuid: '00'.repeat(16) });
    // LC_UUID is as long as LC_SYMTAB: it becomes one that points elsewhere.
    const at = commandAt(decoy, 0x1b);
    const macho = read(patched(decoy, [at, 2], [at + 8, 0], [at + 12, 1], [at + 16, 0], [at + 20, 16]));
    expect(messages(macho)).toContain('a second load command for symbols is not read');
    expect(macho.symbols).toMatchObject(plain.symbols.map(({ name }) => ({ name })));
  });

  it('a command that dyld would not know does not stand in for the one it knows', () => {
    const chained = buildMachO({ ...small, fixups: 1 });
    const without = patched(chained, [commandAt(chained, 0x80000034), 0x34]);
    expect(read(chained).imports.length).toBe(1);
    expect(read(without)).toMatchObject({ imports: [], problems: [] });
  });

  it('an encrypted range over the tables that stay readable in encrypted apps', () => {
    const at = commandAt(bytes, 0x2c);
    const macho = read(patched(bytes, [at + 8, 0], [at + 12, bytes.length], [at + 16, 1]));
    expect(messages(macho)).toContain('exports lies in the encrypted range');
    expect(macho).toMatchObject({ exports: [], symbols: [], imports: [], dylibs: plain.dylibs });
  });

  it('two encrypted ranges: the one in force counts', () => {
    const two = buildMachO({ ...small, uuid: '00'.repeat(16) });
    const [uuid, crypt] = [commandAt(two, 0x1b), commandAt(two, 0x2c)];
    const start = new DataView(two.buffer).getUint32(crypt + 8, true);
    const macho = read(patched(two, [uuid, 0x2c], [uuid + 8, 0], [uuid + 12, 0], [uuid + 16, 0], [crypt + 16, 1]));
    expect(messages(macho)).toContain('a second load command tells of an encrypted range');
    expect(macho.encryption).toMatchObject({ offset: start, id: 1 });
  });
});

describe('hostile tables', () => {
  const bytes = BUILT['arm64 with opcodes'];
  const plain = read(bytes);

  it('a symbol table of four billion entries', () => {
    const macho = read(patched(bytes, [commandAt(bytes, 2) + 12, 0xffff_ffff]));
    expect(messages(macho)).toContain('symbols reaches beyond the end of the slice');
    expect(macho.symbols).toEqual(expect.arrayContaining([...plain.symbols]));
    expect(macho.exports).toEqual(plain.exports);
  });

  it('symbols whose names lie outside the strings leave the others', () => {
    const table = new DataView(bytes.buffer).getUint32(commandAt(bytes, 2) + 8, true);
    const macho = read(patched(bytes, [table, 0xffff_ffff]));
    expect(messages(macho)).toBe('the name of a symbol lies outside the string table (1 times)');
    expect(macho.symbols.map(({ name }) => name)).toEqual(['_puts']);
  });

  it('a hundred thousand symbols that share one long string', () => {
    const count = 100_000;
    const built = buildMachO({ symbols: [{ name: 'x'.repeat(16_000) }] });
    const symtab = commandAt(built, 2);
    const entry = new DataView(built.buffer).getUint32(symtab + 8, true);
    const many = new Uint8Array(built.length + count * 16);
    many.set(built);
    for (let i = 0; i < count; i++) many.set(built.subarray(entry, entry + 16), built.length + i * 16);
    const macho = read(patched(many, [symtab + 8, built.length], [symtab + 12, count]));
    expect(messages(macho)).toBe('names share bytes over and over: reading stopped');
    expect(macho.symbols.length).toBeLessThan(10);
  });

  it('half a million symbols in one long string without an end', () => {
    const built = buildMachO({ symbols: [{ name: 'x' }] });
    const count = 500_000;
    const bytes = new Uint8Array(built.length + count * 16 + 40_000).fill(0x78);
    bytes.set(built);
    const view = new DataView(bytes.buffer);
    for (let at = built.length, i = 0; i < count; i++, at += 16) {
      view.setUint32(at, 1 + (i % 20_000), true);
      bytes[at + 4] = 0x0f;
    }
    const symtab = commandAt(built, 2);
    const strings = built.length + count * 16;
    const table = [symtab + 8, built.length] as const;
    const words = [
      [symtab + 12, count],
      [symtab + 16, strings],
      [symtab + 20, 40_000],
    ] as const;
    const macho = read(patched(bytes, table, ...words));
    expect(messages(macho)).toBe('names share bytes over and over: reading stopped');
  });

  it('budgets for names and for held bytes', () => {
    const few = read(bytes, { ...defaultBudgets, symbols: 1 });
    expect(few.exports.length).toBe(1);
    expect(few.symbols.length).toBe(1);
    expect(messages(few)).toContain('budget symbols (1) is used up');
    const narrow = read(bytes, { ...defaultBudgets, heldBytes: 64 });
    expect(messages(narrow)).toContain('budget heldBytes (64) is used up');
    expect(narrow.dylibs).toEqual(plain.dylibs);
    expect(narrow.symbols).toEqual([]);
  });

  it('chained imports that claim too many, lie outside, or are compressed', () => {
    const chained = buildMachO({ ...small, fixups: 1 });
    const at = new DataView(chained.buffer).getUint32(commandAt(chained, 0x80000034) + 8, true);
    const many = read(patched(chained, [at + 16, 0xffff_ffff]));
    expect(messages(many)).toContain('the name of a chained import lies outside the fixups');
    expect(many.imports[0]).toEqual(read(chained).imports[0]);
    expect(messages(read(patched(chained, [at + 8, 0xffff_fff0])))).toContain('lies outside the fixups');
    expect(messages(read(patched(chained, [at + 20, 9])))).toContain('unknown format 9');
    expect(messages(read(patched(chained, [at + 24, 1])))).toContain('compressed');
  });

  it('a signature whose parts lie outside keeps the parts that do not', () => {
    const at = new DataView(bytes.buffer).getUint32(commandAt(bytes, 0x1d) + 8, true);
    const entitlements = read(patched(bytes, [at + 24, 0xffff_ffff]));
    expect(messages(entitlements)).toContain('slot 5 of the code signature cannot be read');
    expect(entitlements.signature).toEqual({ identifier: 'own', teamId: 'TEAM', entitlements: null });
    const directory = read(patched(bytes, [at + 16, 0xffff_ffff]));
    expect(directory.signature).toMatchObject({ identifier: null, teamId: null });
    expect(directory.signature?.entitlements?.length).toBe(8);
    const directoryAt = at + 28;
    const old = read(patched(bytes, [directoryAt + 8, 0x00010200])); // big-endian 0x20100
    expect(old).toMatchObject({ signature: { identifier: 'own', teamId: null }, problems: [] });
    expect(read(patched(bytes, [at, 0])).signature).toBe(null);
    const long = read(bytes, { ...defaultBudgets, documentBytes: 15 });
    expect(messages(long)).toContain('budget documentBytes (15) is used up');
  });
});

describe('hostile export tries', () => {
  function walk(bytes: Uint8Array, budgets: Budgets = defaultBudgets): { names: string[]; message: string | null } {
    const names: string[] = [];
    try {
      const trie = { bytes, base: 0, budgets, names: new NameAllowance(budgets) };
      readExportTrie(trie, (from, start, end, _offset, _reexport, pieces) => {
        names.push(new TextDecoder().decode(from.subarray(start, end)));
        const placed = pieces(0).map(({ offset, length }) => bytes.subarray(offset, offset + length));
        expect(Buffer.concat(placed)).toEqual(Buffer.from(from.subarray(start, end)));
      });
      return { names, message: null };
    } catch (error) {
      expect(error).toBeInstanceOf(FormatError);
      return { names, message: (error as FormatError).message };
    }
  }
  const terminal = [2, 0, 0x40];

  it('a node that is its own child', () => {
    const trie = new Writer().u8(0).u8(2).string('a').u8(0).string('b').u8(8).bytes(terminal).u8(0).done();
    expect(walk(trie)).toEqual({ names: ['b'], message: 'a branch of the export trie cannot be followed (1 times)' });
  });

  it('children outside the trie leave their siblings', () => {
    const trie = new Writer().u8(0).u8(2).string('a').uleb(0xfff_ffff).string('b').u8(11).bytes(terminal).u8(0).done();
    expect(walk(trie)).toEqual({ names: ['b'], message: 'a branch of the export trie cannot be followed (1 times)' });
  });

  it('nodes that overlap so that walking them all is quadratic', () => {
    // A hundred nodes one byte apart: the terminal part of each ends where the one long list of children starts.
    const writer = new Writer().u8(0).u8(100);
    const first = 2 + 100 * 4;
    for (let i = 0; i < 100; i++)
      writer
        .string('a')
        .u8(((first + i) & 0x7f) | 0x80)
        .u8((first + i) >>> 7);
    for (let i = 99; i >= 0; i--) writer.u8(i);
    const trie = writer.u8(1).string('x'.repeat(8000)).u8(0).done();
    const { names, message } = walk(trie);
    expect(message).toBe('the nodes of the export trie overlap');
    expect(names.length).toBeLessThan(10);
  });

  it('a hundred thousand children whose labels have no end', () => {
    const writer = new Writer();
    const region = 200 * 520 * 4 + 3000;
    let target = region;
    // A chain of parents, each with 200 children in the region and one that is the next parent.
    for (let i = 0; i < 500; i++) {
      writer.u8(0).u8(201);
      for (let child = 0; child < 200; child++, target += 3) {
        writer
          .u8(0)
          .u8((target & 0x7f) | 0x80)
          .u8(((target >>> 7) & 0x7f) | 0x80)
          .u8(target >>> 14);
      }
      const next = writer.length + 4;
      writer
        .u8(0)
        .u8((next & 0x7f) | 0x80)
        .u8(((next >>> 7) & 0x7f) | 0x80)
        .u8(next >>> 14);
    }
    expect(writer.length).toBeLessThan(region);
    const trie = new Uint8Array(region + 300_000 + 20_000).fill(1);
    trie.set(writer.done());
    expect(walk(trie).message).toBe('the nodes of the export trie overlap');
  });

  it('a chain of a hundred thousand nodes', () => {
    const writer = new Writer();
    for (let i = 0; i < 100_000; i++) {
      const next = writer.length + 2 + 1 + 4;
      writer.u8(0).u8(1).u8(0);
      for (let shift = 0; shift < 21; shift += 7) writer.u8(((next >>> shift) & 0x7f) | 0x80);
      writer.u8(next >>> 21);
    }
    const trie = writer.bytes(terminal).u8(0).done();
    expect(walk(trie)).toEqual({ names: [''], message: null });
    expect(walk(trie, { ...defaultBudgets, trieNodes: 10 }).message).toContain('budget trieNodes (10)');
  });

  it('names that grow without end', () => {
    const writer = new Writer();
    for (let i = 0; i < 40; i++) {
      const label = 'x'.repeat(1000);
      const next = writer.length + terminal.length + 1 + 1001 + 3;
      writer.bytes(terminal).u8(1).string(label);
      writer
        .u8((next & 0x7f) | 0x80)
        .u8(((next >>> 7) & 0x7f) | 0x80)
        .u8(next >>> 14);
    }
    const { names, message } = walk(writer.bytes(terminal).u8(0).done());
    expect(message).toContain('cannot be followed');
    expect(names.length).toBe(17); // up to 16 KiB
  });

  it('a way of empty pieces that branches is followed as deep as a name may be long', () => {
    // Each node has two children without a label: the next node, and one leaf that all but the first share in vain.
    const writer = new Writer();
    const size = 14;
    const count = 40_000;
    const leaf = count * size;
    const offset = (to: number) => [0, 7, 14, 21].map((shift) => ((to >> shift) & 127) | 128).concat([to >> 28]);
    for (let i = 0; i < count; i++) {
      writer.bytes([0, 2, 0, ...offset((i + 1) * size), 0, ...offset(leaf)]);
    }
    const { names, message } = walk(writer.bytes(terminal).u8(0).done());
    expect(names).toEqual(['']);
    expect(message).toContain('cannot be followed');
  });

  it('numbers that do not end', () => {
    expect(walk(new Uint8Array(64).fill(0xff)).message).not.toBe(null);
    expect(walk(new Uint8Array(0))).toEqual({ names: [], message: null });
  });
});

describe('hostile bind opcodes', () => {
  function run(bytes: Uint8Array) {
    const names: string[] = [];
    const imports = new Imports(
      [{ name: 'lib', current: '', compatibility: '', at: null, kind: 'load' }],
      new NameAllowance(defaultBudgets),
      (from, start, end, _, library) => names.push(`${new TextDecoder().decode(from.subarray(start, end))} ${library}`),
    );
    let message: string | null = null;
    try {
      readBinds(bytes, 0, 'bind', imports);
    } catch (error) {
      expect(error).toBeInstanceOf(FormatError);
      message = (error as FormatError).message;
    }
    return { imports: names, message };
  }

  it('a bind that repeats 2^63 times costs one step', () => {
    const writer = new Writer().u8(0x11).u8(0x40).string('_x').u8(0xc0).bytes(new Uint8Array(9).fill(0xff)).u8(1);
    expect(run(writer.u8(0).done())).toEqual({ imports: ['_x lib'], message: null });
  });

  it('what stands before an error is kept', () => {
    const good = () => new Writer().u8(0x11).u8(0x40).string('_x').u8(0x90);
    expect(run(good().u8(0xe0).done())).toEqual({ imports: ['_x lib'], message: 'unknown bind opcode 0xe0' });
    const endless = run(good().u8(0x40).bytes([0x5f, 0x79]).done());
    expect(endless).toEqual({ imports: ['_x lib'], message: 'a symbol name of the bind opcodes does not end' });
    expect(run(good().u8(0x20).u8(0x80).done()).message).toContain('cut short');
    expect(run(Uint8Array.of(0x90)).message).toContain('before they name a symbol');
  });

  it('a library that changes behind the name is another import', () => {
    const opcodes = new Writer().u8(0x11).u8(0x40).string('_x').u8(0x90).u8(0x30).u8(0x90).u8(0x11).u8(0x90);
    expect(run(opcodes.u8(0).done())).toEqual({ imports: ['_x lib', '_x null', '_x lib'], message: null });
  });

  it('special ordinals name no library', () => {
    for (const special of [0x30, 0x3f, 0x3e, 0x3d, 0x10]) {
      const opcodes = new Writer().u8(special).u8(0x40).string('_x').u8(0x90).done();
      expect(run(opcodes)).toEqual({ imports: ['_x null'], message: null });
    }
  });

  it('threaded binding, as arm64e has it', () => {
    const opcodes = new Writer().u8(0xd0).uleb(1).u8(0x11).u8(0x40).string('_x').u8(0x90).u8(0x72).uleb(0).u8(0xd1);
    expect(run(opcodes.u8(0).done())).toEqual({ imports: ['_x lib'], message: null });
  });
});
