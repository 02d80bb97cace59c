import type { Budgets } from '../budgets.ts';
import { joinLinkage, linkageOf } from '../bundle/libraries.ts';
import { attempt } from '../coverage.ts';
import { isArchive, readArchive } from '../formats/ar.ts';
import { readElf } from '../formats/elf.ts';
import { type FatSlice, type MachO, readFat, readMachO } from '../formats/macho.ts';
import { cxxScope, jniName, objcClassName, swiftModule } from '../formats/names.ts';
import type { Reading } from '../formats/reading.ts';
import type { Matcher } from '../rules/compile.ts';
import type { NameMatcher } from '../rules/name-matcher.ts';
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
    // One unreadable slice leaves the others readable.
    yield* attempt(
      () => matchSlice(slice, matcher, budgets, into),
      ({ reason, offset, message }) => into.cover('unreadable', reason, offset, `${slice.arch} slice: ${message}`),
    );
  }
  into.arch = fat.slices.length === 1 ? (fat.slices[0]?.arch ?? null) : null;
}

function* matchSlice(slice: FatSlice, matcher: Matcher, budgets: Budgets, into: Collector): Reading<void> {
  const head = yield { offset: slice.offset, length: 8 };
  if (isArchive(head)) yield* matchArchive(slice.size, slice.offset, matcher, budgets, into);
  else matchMachO(yield* readMachO(slice, budgets), slice, matcher, into);
}

function* matchElf(size: number, matcher: Matcher, budgets: Budgets, into: Collector): Reading<void> {
  const elf = yield* readElf(size, budgets);
  into.arch = elf.machine;
  into.problems(elf.problems);
  const libraries = matcher.names('library');
  const library = (name: string, grade: Grade) =>
    libraries.match(name, (clue) => into.hit(clue, grade, null, () => name));
  if (elf.soname) library(elf.soname, 'defined');
  for (const name of elf.needed) library(name, 'referenced');
  const symbols = new SymbolMatcher(matcher, into);
  for (const symbol of elf.exports) symbols.match(symbol.name, symbol.offset, 'defined');
  for (const symbol of elf.imports) symbols.match(symbol.name, symbol.offset, 'referenced');
}

/** What the symbols of one image share. A library has ten thousands of them and few hits. */
class SymbolMatcher {
  readonly #into: Collector;
  readonly #symbols: NameMatcher;
  readonly #classes: NameMatcher;
  #symbol = '';
  #offset = 0;
  #grade: Grade = 'defined';
  readonly #text = () => this.#symbol;
  readonly #hit = (clue: number) => this.#into.hit(clue, this.#grade, this.#offset, this.#text);

  constructor(matcher: Matcher, into: Collector) {
    this.#into = into;
    this.#symbols = matcher.names('symbol');
    this.#classes = matcher.names('class');
  }

  /** A native symbol offers its own name, and the Java, Objective-C, Swift or C++ name that is mangled into it. */
  match(symbol: string, offset: number, grade: Grade): void {
    this.#symbol = symbol;
    this.#offset = offset;
    this.#grade = grade;
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
  for (const symbol of archive.symbols) symbols.match(symbol.name, symbol.offset, 'defined');
}

function matchMachO(image: MachO, slice: FatSlice, matcher: Matcher, into: Collector): void {
  into.problems(image.problems);
  if (image.signature) into.signature ??= { teamId: image.signature.teamId };
  into.linkage = joinLinkage(into.linkage, linkageOf(image, into.path));
  const libraries = matcher.names('library');
  const library = (path: string, grade: Grade) => {
    const name = libraryName(path);
    libraries.match(name, (clue) => into.hit(clue, grade, null, () => path));
  };
  if (image.id) library(image.id.name, 'defined');
  for (const dylib of image.dylibs) library(dylib.name, 'referenced');
  const symbols = new SymbolMatcher(matcher, into);
  for (const { name, offset, reexport } of image.exports)
    symbols.match(name, offset, reexport ? 'referenced' : 'defined');
  for (const { name, offset, defined } of image.symbols)
    symbols.match(name, offset, defined ? 'defined' : 'referenced');
  for (const { name, offset } of image.imports) symbols.match(name, offset, 'referenced');
  const classes = matcher.names('class');
  for (const name of image.objcClasses) {
    classes.match(name.name, (clue) => into.hit(clue, 'defined', name.offset, () => name.name));
  }
  for (const name of image.objcReferences) {
    classes.match(name.name, (clue) => into.hit(clue, 'referenced', name.offset, () => name.name));
  }
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

/** Current versions of libraries whose rule says that they are the SDK's own. */
function matchDylibVersions(image: MachO, matcher: Matcher, into: Collector): void {
  for (const { sdk, at } of matcher.versions) {
    if (at.from !== 'dylib') continue;
    for (const dylib of [...(image.id ? [image.id] : []), ...image.dylibs]) {
      if (libraryName(dylib.name) === at.name) into.version(sdk, dylib.current, null, `${dylib.name} ${dylib.current}`);
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
