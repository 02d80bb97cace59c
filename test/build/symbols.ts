import type { Budgets } from '../../src/budgets.ts';
import { matchNames } from '../../src/features/macho-names.ts';
import { type Archive, type ArchiveMember, readArchive } from '../../src/formats/ar.ts';
import { visitSymbols as visitArchive } from '../../src/formats/ar-symbols.ts';
import { type ElfFile, readElf, visitSymbols as visitElf } from '../../src/formats/elf/index.ts';
import {
  type FatSlice,
  type MachO,
  readMachO,
  visitExports,
  visitImports,
  visitSelectors,
  visitSymbols,
} from '../../src/formats/macho/index.ts';
import type { ByteRange, Parsing } from '../../src/formats/parsing.ts';
import type { Grade } from '../../src/inventory/facts.ts';
import type { EntryTaker, Marks } from '../../src/inventory/taker.ts';

const all: Marks = { heads: new Uint8Array(0x1_0000).fill(1), tails: new Uint8Array(0x1_0000).fill(1) };

// What visits hand over, kept in lists: tests compare them.

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
const textOf = (bytes: Uint8Array, start: number, end: number) => decoder.decode(bytes.subarray(start, end));

export interface NamedAt {
  readonly name: string;
  readonly offset: number;
}

export interface ListedElf extends Omit<ElfFile, 'symbols'> {
  readonly exports: readonly NamedAt[];
  readonly imports: readonly NamedAt[];
}

export function* listElf(size: number, budgets: Budgets): Parsing<ListedElf> {
  const elf = yield* readElf(size, budgets);
  const exports: NamedAt[] = [];
  const imports: NamedAt[] = [];
  yield* visitElf(elf, (bytes, start, end, offset, isDefined) =>
    (isDefined ? exports : imports).push({ name: textOf(bytes, start, end), offset }),
  );
  const { symbols: _, ...rest } = elf;
  return { ...rest, exports, imports };
}

export interface ListedArchive extends Omit<Archive, 'tables'> {
  readonly members: readonly ArchiveMember[];
  readonly symbols: readonly (NamedAt & { readonly member: number })[];
}

export function* listArchive(size: number, budgets: Budgets, base = 0): Parsing<ListedArchive> {
  const members: ArchiveMember[] = [];
  const archive = yield* readArchive(size, budgets, base, (member) => members.push(member));
  const symbols: (NamedAt & { member: number })[] = [];
  visitArchive(archive, (bytes, start, end, offset, member) =>
    symbols.push({ name: textOf(bytes, start, end), offset, member }),
  );
  return { members, symbols, problems: archive.problems };
}

export interface ListedMachO extends MachO {
  readonly exports: readonly (NamedAt & { readonly reexport: boolean; readonly pieces: readonly ByteRange[] })[];
  /** Each pair of name and library once. */
  readonly imports: readonly (NamedAt & { readonly library: string | null })[];
  readonly symbols: readonly (NamedAt & { readonly defined: boolean; readonly external: boolean })[];
  /** As a taker that wants every name is handed them. */
  readonly objcClasses: readonly ObjcName[];
  readonly objcReferences: readonly ObjcName[];
}

interface ObjcName extends NamedAt {
  readonly source: 'symbol' | 'export' | 'import' | 'list' | 'protocol' | 'variable';
}

const sources: Readonly<Record<string, ObjcName['source']>> = {
  'symbol table': 'symbol',
  'export trie': 'export',
  'bound symbol': 'import',
  'Objective-C class list': 'list',
  'Objective-C protocol list': 'protocol',
  'type of an instance variable': 'variable',
};

export function* listMachO(slice: FatSlice, budgets: Budgets): Parsing<ListedMachO> {
  const { tables, ...macho } = yield* readMachO(slice, budgets);
  const exports: ListedMachO['exports'][number][] = [];
  const imports = new Map<string, ListedMachO['imports'][number]>();
  const symbols: ListedMachO['symbols'][number][] = [];
  const objc: Record<Grade, ObjcName[]> = { defined: [], referenced: [], declared: [], remote: [] };
  const open = { ...macho, tables };
  // Of the two times that a class is handed over, the one by its own name.
  const name: EntryTaker['name'] = (kind, name, grade, offset, seen) => {
    const { how, text } = seen();
    if (kind === 'class' && text === name) objc[grade].push({ name, offset: offset!, source: sources[how]! });
  };
  matchNames(open, { name, symbol() {} }, { types: all, symbols: all });
  const problems = [...macho.problems];
  visitExports(open, (bytes, start, end, offset, reexport, pieces) =>
    exports.push({ name: textOf(bytes, start, end), offset, reexport, pieces: pieces(0) }),
  );
  visitSymbols(open, (bytes, start, end, offset, defined, external) =>
    symbols.push({ name: textOf(bytes, start, end), offset, defined, external }),
  );
  visitImports(open, (bytes, start, end, offset, library) => {
    const name = textOf(bytes, start, end);
    const key = `${name} ${library}`;
    if (!imports.has(key)) imports.set(key, { name, offset, library });
  });
  return {
    ...macho,
    problems,
    exports,
    imports: [...imports.values()],
    symbols: symbols.filter(({ external }) => external),
    objcClasses: objc.defined,
    objcReferences: objc.referenced,
  };
}

/** Every symbol and selector. */
export function* listLocals(
  slice: FatSlice,
  budgets: Budgets,
): Parsing<{ symbols: ListedMachO['symbols']; selectors: readonly NamedAt[]; macho: MachO }> {
  const macho = yield* readMachO(slice, budgets, true);
  const symbols: ListedMachO['symbols'][number][] = [];
  const selectors: NamedAt[] = [];
  visitSymbols(
    macho,
    (bytes, start, end, offset, defined, external) =>
      symbols.push({ name: textOf(bytes, start, end), offset, defined, external }),
    true,
  );
  visitSelectors(macho, (bytes, start, end, offset) => selectors.push({ name: textOf(bytes, start, end), offset }));
  return { symbols, selectors, macho };
}
