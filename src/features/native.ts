import type { Budgets } from '../budgets.ts';
import { FormatError } from '../errors.ts';
import { isArchive, readArchive } from '../formats/ar.ts';
import { type ElfSymbol, readElf } from '../formats/elf.ts';
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
} from '../formats/macho.ts';
import { cxxScope, jniName, objcClassName, swiftModule } from '../formats/names.ts';
import { packedValue, passageOfName, passageOfPieces } from '../formats/passage.ts';
import type { Reading } from '../formats/reading.ts';
import type { Matcher } from '../rules/compile.ts';
import type { NameMatcher } from '../rules/name-matcher.ts';
import type { Passage } from '../types.ts';
import type { Collector } from './collector.ts';
import type { Grade } from './features.ts';

/** Reads an ELF, a Mach-O (thin or fat) or a static archive and matches its names. */
export function* matchNative(size: number, matcher: Matcher, budgets: Budgets, into: Collector): Reading<void> {
  if (into.format === 'elf') return yield* matchElf(size, matcher, budgets, into);
  if (into.format === 'ar') return yield* matchArchive(size, 0, matcher, budgets, into);
  const fat = yield* readFat(size, budgets);
  into.problems(fat.problems);
  into.slices = fat.slices;
  for (const slice of fat.slices) {
    into.arch = slice.arch;
    try {
      const head = yield { offset: slice.offset, length: 8 };
      if (isArchive(head)) yield* matchArchive(slice.size, slice.offset, matcher, budgets, into);
      else matchMachO(yield* readMachO(slice, budgets), slice, matcher, into);
    } catch (error) {
      // One unreadable slice leaves the others readable.
      if (!(error instanceof FormatError)) throw error;
      into.cover('unreadable', 'malformed', error.offset, `${slice.arch} slice: ${error.message}`);
    }
  }
  into.arch = fat.slices.length === 1 ? (fat.slices[0]?.arch ?? null) : null;
}

function* matchElf(size: number, matcher: Matcher, budgets: Budgets, into: Collector): Reading<void> {
  const elf = yield* readElf(size, budgets);
  into.arch = elf.machine;
  into.problems(elf.problems);
  const libraries = matcher.names('library');
  const library = ({ name, offset }: ElfSymbol, grade: Grade, how: string) =>
    libraries.match(name, (clue) => into.hit(clue, grade, offset, () => passageOfName(name, offset, how)));
  if (elf.libraries.soname) library(elf.libraries.soname, 'defined', 'ELF soname');
  for (const needed of elf.libraries.needed) library(needed, 'referenced', 'ELF needed library');
  const symbols = new SymbolMatcher(matcher, into);
  for (const { name, offset } of elf.exports) symbols.match(name, offset, 'defined', 'ELF symbol');
  for (const { name, offset } of elf.imports) symbols.match(name, offset, 'referenced', 'ELF symbol');
}

/** What the symbols of one image share. A library has ten thousands of them and few hits. */
class SymbolMatcher {
  readonly #into: Collector;
  readonly #symbols: NameMatcher;
  readonly #classes: NameMatcher;
  #symbol = '';
  #offset = 0;
  #grade: Grade = 'defined';
  #how = '';
  #edge: TrieEdge | null = null;
  readonly #seen = () =>
    this.#edge
      ? passageOfPieces(this.#symbol, piecesOf(this.#edge), this.#how)
      : passageOfName(this.#symbol, this.#offset, this.#how);
  readonly #hit = (clue: number) => this.#into.hit(clue, this.#grade, this.#offset, this.#seen);

  constructor(matcher: Matcher, into: Collector) {
    this.#into = into;
    this.#symbols = matcher.names('symbol');
    this.#classes = matcher.names('class');
  }

  /** A native symbol offers its own name, and the Java, Objective-C, Swift or C++ name that is mangled into it. */
  match(symbol: string, offset: number, grade: Grade, how: string, edge: TrieEdge | null = null): void {
    this.#symbol = symbol;
    this.#offset = offset;
    this.#grade = grade;
    this.#how = how;
    this.#edge = edge;
    this.#symbols.match(symbol, this.#hit);
    const jni = symbol.startsWith('Java_') ? jniName(symbol) : null;
    const name = jni ? `${jni.class}.${jni.method}` : (objcClassName(symbol) ?? swiftModule(symbol));
    if (name) {
      this.#classes.match(name, this.#hit);
      return;
    }
    const scope = cxxScope(symbol);
    if (scope) this.#symbols.match(scope, this.#hit);
  }
}

function* matchArchive(size: number, base: number, matcher: Matcher, budgets: Budgets, into: Collector): Reading<void> {
  const archive = yield* readArchive(size, budgets, base);
  into.problems(archive.problems);
  const symbols = new SymbolMatcher(matcher, into);
  for (const symbol of archive.symbols) symbols.match(symbol.name, symbol.offset, 'defined', 'archive symbol');
}

function matchMachO(image: MachO, slice: FatSlice, matcher: Matcher, into: Collector): void {
  into.problems(image.problems);
  if (image.signature) into.signature ??= { teamId: image.signature.teamId };
  const libraries = matcher.names('library');
  const library = ({ name, at }: DylibVersions, grade: Grade) => {
    if (!at) return;
    const seen = () => passageOfName(name, at.name, 'load command');
    libraries.match(libraryName(name), (clue) => into.hit(clue, grade, at.name, seen));
  };
  if (image.id) library(image.id, 'defined');
  for (const dylib of image.dylibs) library(dylib, 'referenced');
  const symbols = new SymbolMatcher(matcher, into);
  for (const { name, offset, reexport, edge } of image.exports)
    symbols.match(name, offset, reexport ? 'referenced' : 'defined', 'export trie', edge);
  for (const { name, offset, defined } of image.symbols)
    symbols.match(name, offset, defined ? 'defined' : 'referenced', 'symbol table');
  for (const { name, offset } of image.imports) symbols.match(name, offset, 'referenced', 'bound symbol');
  const classes = matcher.names('class');
  const objc = (found: ObjcName, grade: Grade) =>
    classes.match(found.name, (clue) => into.hit(clue, grade, found.offset, () => objcPassage(found)));
  for (const found of image.objcClasses) objc(found, 'defined');
  for (const found of image.objcReferences) objc(found, 'referenced');
  matchDylibVersions(image, matcher, into);
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

/** Current versions of libraries whose rule says that they are the SDK's own. */
function matchDylibVersions(image: MachO, matcher: Matcher, into: Collector): void {
  for (const { sdk, at } of matcher.versions) {
    if (at.from !== 'dylib') continue;
    for (const { name, current, at: place } of [...(image.id ? [image.id] : []), ...image.dylibs]) {
      if (!place || libraryName(name) !== at.name) continue;
      into.version(sdk, current, packedValue(place.packed, place.current, current, 'load command'));
    }
  }
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
