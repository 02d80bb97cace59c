import type { Budgets } from '../../src/budgets.ts';
import { type Archive, type ArchiveMember, readArchive, visitSymbols as visitArchive } from '../../src/formats/ar.ts';
import { type ElfFile, readElf, visitSymbols as visitElf } from '../../src/formats/elf/index.ts';
import {
  type FatSlice,
  type MachO,
  readMachO,
  visitClassNames,
  visitExports,
  visitImports,
  visitSelectors,
  visitSymbols,
} from '../../src/formats/macho/index.ts';
import type { ByteRange, Parsing } from '../../src/formats/parsing.ts';

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
  readonly imports: readonly (NamedAt & { readonly library: string | null })[];
  /** External ones and those that define a class. */
  readonly symbols: readonly (NamedAt & { readonly defined: boolean; readonly external: boolean })[];
  /** Strings of `__objc_classname`. */
  readonly classNames: readonly NamedAt[];
}

export function* listMachO(slice: FatSlice, budgets: Budgets): Parsing<ListedMachO> {
  const { tables, ...macho } = yield* readMachO(slice, budgets);
  const exports: ListedMachO['exports'][number][] = [];
  const imports: ListedMachO['imports'][number][] = [];
  const symbols: ListedMachO['symbols'][number][] = [];
  const classNames: NamedAt[] = [];
  const open = { ...macho, tables };
  visitExports(open, (bytes, start, end, offset, reexport, pieces) =>
    exports.push({ name: textOf(bytes, start, end), offset, reexport, pieces: pieces(0) }),
  );
  visitSymbols(open, (bytes, start, end, offset, defined, external) =>
    symbols.push({ name: textOf(bytes, start, end), offset, defined, external }),
  );
  visitImports(open, (bytes, start, end, offset, library) =>
    imports.push({ name: textOf(bytes, start, end), offset, library }),
  );
  visitClassNames(open, (bytes, start, end, offset) => classNames.push({ name: textOf(bytes, start, end), offset }));
  return { ...macho, exports, imports, symbols, classNames };
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
