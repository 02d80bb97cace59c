import { describe, expect, it } from 'vitest';
import { defaultBudgets } from '../../src/budgets.ts';
import { FormatError } from '../../src/errors.ts';
import { isArchive } from '../../src/formats/ar.ts';
import { readBytes } from '../../src/formats/parsing.ts';
import { type ArchiveVariant, buildArchive, type MemberDescription } from '../build/ar.ts';
import { mulberry32 } from '../build/random.ts';
import { type ListedArchive, listArchive } from '../build/symbols.ts';

const read = (bytes: Uint8Array, budgets = defaultBudgets): ListedArchive =>
  readBytes(listArchive(bytes.length, budgets), bytes);
const messages = ({ problems }: ListedArchive) => problems.map(({ message }) => message).join('; ');
const text = (value: string) => new TextEncoder().encode(value);

const members: MemberDescription[] = [
  { name: 'engine.o', data: text('first'), symbols: ['_OBJC_CLASS_$_AgoraRtcEngineKit', '_agora_join'] },
  { name: 'a member with a long name.o', data: text('second!') },
  { name: 'engine.o', data: text('a name twice'), symbols: ['_agora_leave'] },
];
const variants: ArchiveVariant[] = ['gnu', 'gnu64', 'bsd', 'bsd64', 'bsd-big-endian'];

describe('readArchive', () => {
  it.each(variants)('gives back what was written: %s', (variant) => {
    const bytes = buildArchive(members, variant);
    const archive = read(bytes);
    expect(archive.problems).toEqual([]);
    expect(
      archive.members.map(({ name, offset, size }) => ({ name, data: bytes.slice(offset, offset + size) })),
    ).toEqual(members.map(({ name, data }) => ({ name, data })));
    expect(archive.symbols.map(({ name, member }) => [name, member])).toEqual([
      ['_OBJC_CLASS_$_AgoraRtcEngineKit', 0],
      ['_agora_join', 0],
      ['_agora_leave', 2],
    ]);
    for (const { name, offset } of archive.symbols)
      expect(new TextDecoder().decode(bytes.subarray(offset, offset + name.length + 1))).toBe(`${name}\0`);
  });

  it.each(variants)('counts from the start of the content where the archive is a slice of it: %s', (variant) => {
    const bytes = buildArchive(members, variant);
    const fat = new Uint8Array(4096 + bytes.length + 100);
    fat.set(bytes, 4096);
    const moved = readBytes(listArchive(bytes.length, defaultBudgets, 4096), fat);
    const alone = read(bytes);
    const by4096 = <T extends { offset: number }>(list: readonly T[]) =>
      list.map((entry) => ({ ...entry, offset: entry.offset + 4096 }));
    expect(moved).toEqual({ members: by4096(alone.members), symbols: by4096(alone.symbols), problems: [] });
  });

  it('reads an archive of nothing', () => {
    expect(read(text('!<arch>\n'))).toEqual({ members: [], symbols: [], problems: [] });
  });

  it('asks in ascending order', () => {
    const bytes = buildArchive([...members, { name: 'big.o', data: new Uint8Array(100_000) }, ...members], 'bsd');
    const reading = listArchive(bytes.length, defaultBudgets);
    let last = 0;
    let step = reading.next();
    while (!step.done) {
      const { offset, length } = step.value;
      expect(offset).toBeGreaterThanOrEqual(last);
      last = offset;
      step = reading.next(bytes.subarray(offset, offset + length));
    }
    expect(step.value.members).toHaveLength(7);
  });
});

describe('isArchive', () => {
  it('goes by the magic, and leaves thin archives alone: their members are elsewhere', () => {
    expect(isArchive(buildArchive([]))).toBe(true);
    expect(isArchive(text('!<thin>\n'))).toBe(false);
    expect(isArchive(text('!<arch>'))).toBe(false);
  });
});

describe('readArchive on hostile files', () => {
  it('refuses what is no archive', () => {
    expect(() => read(text('!<thin>\nabc'))).toThrow(FormatError);
    expect(() => read(new Uint8Array(0))).toThrow(FormatError);
  });

  it('keeps the members before a header that is none', () => {
    const bytes = buildArchive(members, 'gnu');
    const second = new TextDecoder().decode(bytes).indexOf('/0 ');
    bytes[second + 58] = 0;
    const archive = read(bytes);
    expect(archive.members.map(({ name }) => name)).toEqual(['engine.o']);
    expect(archive.symbols).toHaveLength(3);
    expect(archive.symbols[2]!.member).toBe(-1);
    expect(messages(archive)).toContain('no archive member header');
  });

  it('clips a member that announces more than there is', () => {
    const bytes = buildArchive(members, 'bsd').slice(0, -6);
    const archive = read(bytes);
    expect(archive.members).toHaveLength(3);
    const last = archive.members[2]!;
    expect(last.offset + last.size).toBe(bytes.length);
    expect(messages(archive)).toContain('the archive ends before');
  });

  it('reports sizes, long names and BSD names that lie', () => {
    const bytes = buildArchive(members, 'gnu');
    const at = new TextDecoder().decode(bytes).indexOf('/0 ');
    bytes.set(text('/99'), at);
    expect(read(bytes).members[1]!.name).toBe('/99');
    const bsd = buildArchive(members, 'bsd');
    bsd.set(text('#1/9999'), 8);
    expect(messages(read(bsd))).toContain('BSD name of length 9999');
  });

  it('reports a symbol table that does not fit, and keeps the members', () => {
    for (const variant of variants) {
      const bytes = buildArchive(members, variant);
      const start = variant.startsWith('gnu') ? 68 : variant === 'bsd64' ? 80 : 84;
      bytes.fill(0xff, start, start + 4);
      const archive = read(bytes);
      expect(archive.members).toHaveLength(3);
      expect(messages(archive)).toContain('does not fit its own sizes');
    }
  });

  it('stops where symbol names share bytes over and over', () => {
    const bytes = buildArchive(
      [{ name: 'a.o', data: text('x'), symbols: ['y'.repeat(50_000), ...Array(500).fill('z')] }],
      'bsd',
    );
    const view = new DataView(bytes.buffer);
    for (let i = 0; i < 501; i++) view.setUint32(8 + 60 + 16 + 4 + i * 8, i, true);
    const archive = read(bytes);
    expect(messages(archive)).toContain('overlap');
    expect(archive.symbols.length).toBeLessThan(10);
  });

  it('keeps to its budgets and says so', () => {
    const many = Array.from({ length: 50 }, (_, i) => ({ name: `${i}.o`, data: text('x'), symbols: [`_s${i}`] }));
    const archive = read(buildArchive(many), { ...defaultBudgets, archiveMembers: 11, symbols: 7 });
    expect(archive.members).toHaveLength(10);
    expect(archive.symbols).toHaveLength(7);
    expect(messages(archive)).toContain('budget archiveMembers (11)');
    expect(messages(archive)).toContain('budget symbols (7)');
    expect(messages(read(buildArchive(many), { ...defaultBudgets, heldBytes: 16 }))).toContain('budget heldBytes (16)');
  });

  it('gives a value for every cut behind the magic', () => {
    for (const variant of variants) {
      const bytes = buildArchive(members, variant);
      for (let length = 0; length < bytes.length; length++) {
        const cut = bytes.subarray(0, length);
        if (length < 8) expect(() => read(cut)).toThrow(FormatError);
        else expect(length === 8 || read(cut).problems.length > 0).toBe(true);
      }
    }
  });

  it.each(variants)('gives a value or a FormatError for seeded mutations: %s', (variant) => {
    const original = buildArchive(members, variant);
    const random = mulberry32(7);
    let whole = 0;
    for (let round = 0; round < 400; round++) {
      const bytes = original.slice();
      for (let i = 0; i < 1 + (round % 3); i++) bytes[Math.floor(random() * bytes.length)] = Math.floor(random() * 256);
      try {
        if (read(bytes).symbols.length === 3) whole++;
      } catch (error) {
        expect(error).toBeInstanceOf(FormatError);
      }
    }
    expect(whole).toBeGreaterThan(100);
  });
});
