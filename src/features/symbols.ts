import type { Budgets } from '../budgets.ts';
import { joinLinkage, linkageOf } from '../bundle/libraries.ts';
import { attempt } from '../coverage.ts';
import { isArchive, readArchive } from '../formats/ar.ts';
import { type ElfSymbol, readElf } from '../formats/elf/index.ts';
import {
  CLASS_PREFIX,
  type DylibVersions,
  type FatSlice,
  type MachO,
  type ObjcName,
  piecesOf,
  readFat,
  readMachO,
  type TrieEdge,
} from '../formats/macho/index.ts';
import { cxxScope, jniName, objcClassName, swiftModule } from '../formats/names.ts';
import type { Parsing } from '../formats/parsing.ts';
import { packedValue, passageOfName, passageOfPieces } from '../formats/passage.ts';
import type { Grade } from '../inventory/facts.ts';
import type { EntryTaker } from '../inventory/taker.ts';
import type { Passage } from '../types.ts';
import type { Collector } from './collector.ts';

/** Reads an ELF, a Mach-O (thin or fat) or a static archive and matches its names. */
export function* matchNative(size: number, budgets: Budgets, into: Collector): Parsing<void> {
  if (into.format === 'elf') return yield* matchElf(size, budgets, into);
  if (into.format === 'ar') return yield* matchArchive(size, 0, budgets, into);
  const fat = yield* readFat(size, budgets);
  into.problems(fat.problems);
  into.slices = fat.slices;
  into.known.push({ as: 'fat header', offset: 0, length: fat.header });
  for (const slice of fat.slices) {
    into.arch = slice.arch;
    // One unreadable slice leaves the others readable.
    yield* attempt(
      () => matchSlice(slice, budgets, into),
      ({ reason, offset, message }) => into.cover('unreadable', reason, offset, `${slice.arch} slice: ${message}`),
    );
  }
  into.arch = fat.slices.length === 1 ? (fat.slices[0]?.arch ?? null) : null;
}

function* matchSlice(slice: FatSlice, budgets: Budgets, into: Collector): Parsing<void> {
  const head = yield { offset: slice.offset, length: 8 };
  if (isArchive(head)) {
    into.known.push({ as: 'static archive', offset: slice.offset, length: slice.size });
    yield* matchArchive(slice.size, slice.offset, budgets, into);
  } else matchMachO(yield* readMachO(slice, budgets), slice, into);
}

function* matchElf(size: number, budgets: Budgets, into: Collector): Parsing<void> {
  const elf = yield* readElf(size, budgets);
  into.arch = elf.machine;
  into.problems(elf.problems);
  into.known.push(...elf.known);
  const library = ({ name, offset }: ElfSymbol, grade: Grade, how: string) =>
    into.facts.name('library', name, grade, offset, () => passageOfName(name, offset, how));
  if (elf.libraries.soname) library(elf.libraries.soname, 'defined', 'ELF soname');
  for (const needed of elf.libraries.needed) library(needed, 'referenced', 'ELF needed library');
  const symbols = new Symbols(into.facts);
  for (const { name, offset } of elf.exports) symbols.take(name, offset, 'defined', 'ELF symbol');
  for (const { name, offset } of elf.imports) symbols.take(name, offset, 'referenced', 'ELF symbol');
}

/** What the symbols of one image share. A library has ten thousands of them and few hits. */
class Symbols {
  readonly #facts: EntryTaker;
  #symbol = '';
  #offset = 0;
  #how = '';
  #edge: TrieEdge | null = null;
  readonly #seen = () =>
    this.#edge
      ? passageOfPieces(this.#symbol, piecesOf(this.#edge), this.#how)
      : passageOfName(this.#symbol, this.#offset, this.#how);

  constructor(facts: EntryTaker) {
    this.#facts = facts;
  }

  /** A native symbol offers its own name, and the Java, Objective-C, Swift or C++ name that is mangled into it. */
  take(symbol: string, offset: number, grade: Grade, how: string, edge: TrieEdge | null = null): void {
    this.#symbol = symbol;
    this.#offset = offset;
    this.#how = how;
    this.#edge = edge;
    this.#facts.name('symbol', symbol, grade, offset, this.#seen);
    const jni = symbol.startsWith('Java_') ? jniName(symbol) : null;
    const name = jni ? `${jni.class}.${jni.method}` : (objcClassName(symbol) ?? swiftModule(symbol));
    if (name) {
      this.#facts.name('class', name, grade, offset, this.#seen);
      return;
    }
    const scope = cxxScope(symbol);
    if (scope) this.#facts.name('symbol', scope, grade, offset, this.#seen);
  }
}

function* matchArchive(size: number, base: number, budgets: Budgets, into: Collector): Parsing<void> {
  const archive = yield* readArchive(size, budgets, base);
  into.problems(archive.problems);
  const symbols = new Symbols(into.facts);
  for (const symbol of archive.symbols) symbols.take(symbol.name, symbol.offset, 'defined', 'archive symbol');
}

function matchMachO(image: MachO, slice: FatSlice, into: Collector): void {
  into.problems(image.problems);
  into.known.push(...image.known);
  if (image.signature) into.signature ??= { teamId: image.signature.teamId };
  into.linkage = joinLinkage(into.linkage, linkageOf(image, into.path));
  const library = ({ name, at }: DylibVersions, grade: Grade) => {
    if (!at) return;
    const seen = () => passageOfName(name, at.name, 'load command');
    into.facts.name('library', libraryName(name), grade, at.name, seen);
  };
  if (image.id) library(image.id, 'defined');
  for (const dylib of image.dylibs) library(dylib, 'referenced');
  const symbols = new Symbols(into.facts);
  for (const { name, offset, reexport, edge } of image.exports)
    symbols.take(name, offset, reexport ? 'referenced' : 'defined', 'export trie', edge);
  for (const { name, offset, defined } of image.symbols)
    symbols.take(name, offset, defined ? 'defined' : 'referenced', 'symbol table');
  for (const { name, offset } of image.imports) symbols.take(name, offset, 'referenced', 'bound symbol');
  const objc = (found: ObjcName, grade: Grade) =>
    into.facts.name('class', found.name, grade, found.offset, () => objcPassage(found));
  for (const found of image.objcClasses) objc(found, 'defined');
  for (const found of image.objcReferences) objc(found, 'referenced');
  for (const { name, current, at } of [...(image.id ? [image.id] : []), ...image.dylibs]) {
    if (at)
      into.facts.dylib(libraryName(name), current, () => packedValue(at.packed, at.current, current, 'load command'));
  }
  const { encryption } = image;
  if (encryption && encryption.id !== 0) {
    into.cover(
      'unreadable',
      'encrypted',
      encryption.offset,
      `${slice.arch}: ${encryption.size} bytes of code and strings are encrypted (FairPlay, cryptid ${encryption.id}); ` +
        'class names, selectors and URLs there cannot be read',
    );
  }
}

const objcHow: Record<ObjcName['source'], string> = {
  symbol: 'symbol table',
  export: 'export trie',
  section: 'Objective-C class name',
  import: 'bound symbol',
};

function objcPassage({ name, offset, source, edge }: ObjcName): Passage {
  const how = objcHow[source];
  return edge ? passageOfPieces(name, piecesOf(edge, CLASS_PREFIX.length), how) : passageOfName(name, offset, how);
}

/** `X.framework` for a framework's binary, the file name for any other library. */
export function libraryName(path: string): string {
  // No regular expression: one that starts anywhere looks from every place of a long name to its end.
  const ending = '.framework/';
  for (let at = path.indexOf(ending); at >= 0; at = path.indexOf(ending, at + ending.length)) {
    const start = at === 0 ? 0 : path.lastIndexOf('/', at - 1) + 1;
    if (start < at) return path.slice(start, at + ending.length - 1);
  }
  return path.slice(path.lastIndexOf('/') + 1);
}
