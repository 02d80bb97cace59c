import type { Budgets } from '../budgets.ts';
import { joinLinkage, linkageOf } from '../bundle/libraries.ts';
import { attempt } from '../coverage.ts';
import { isArchive, readArchive, visitSymbols as visitArchiveSymbols } from '../formats/ar.ts';
import { type ElfLibrary, readElf, visitSymbols as visitElfSymbols } from '../formats/elf/index.ts';
import { type DylibVersions, type FatSlice, type OpenMachO, readFat, readMachO } from '../formats/macho/index.ts';
import type { Parsing } from '../formats/parsing.ts';
import { packedValue, passageOfName } from '../formats/passage.ts';
import type { Grade } from '../inventory/facts.ts';
import type { Collector } from './collector.ts';
import { matchNames } from './macho-names.ts';
import { Symbols } from './native-names.ts';

/** Reads an ELF, a Mach-O (thin or fat) or a static archive and matches its names. */
export function* matchNative(size: number, budgets: Budgets, into: Collector): Parsing<void> {
  if (into.format === 'elf') return yield* matchElf(size, budgets, into);
  if (into.format === 'ar') return yield* matchArchive(size, 0, budgets, into);
  const fat = yield* readFat(size, budgets);
  into.problems(fat.problems);
  into.slices = fat.slices;
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
  const head = yield { offset: slice.offset, length: 8, releases: 'all' };
  if (isArchive(head)) yield* matchArchive(slice.size, slice.offset, budgets, into);
  else matchMachO(yield* readMachO(slice, budgets), slice, into);
}

function* matchElf(size: number, budgets: Budgets, into: Collector): Parsing<void> {
  const elf = yield* readElf(size, budgets);
  into.arch = elf.machine;
  const library = ({ name, offset }: ElfLibrary, grade: Grade, how: string) =>
    into.facts.name('library', name, grade, offset, () => passageOfName(name, offset, how));
  if (elf.libraries.soname) library(elf.libraries.soname, 'defined', 'ELF soname');
  for (const needed of elf.libraries.needed) library(needed, 'referenced', 'ELF needed library');
  const symbols = new Symbols(into.facts, into.wants);
  yield* visitElfSymbols(elf, (bytes, start, end, offset, isDefined) =>
    symbols.take(bytes, start, end, offset, isDefined ? 'defined' : 'referenced', 'ELF symbol'),
  );
  into.problems(elf.problems);
}

function* matchArchive(size: number, base: number, budgets: Budgets, into: Collector): Parsing<void> {
  const archive = yield* readArchive(size, budgets, base);
  const symbols = new Symbols(into.facts, into.wants);
  visitArchiveSymbols(archive, (bytes, start, end, offset) =>
    symbols.take(bytes, start, end, offset, 'defined', 'archive symbol'),
  );
  into.problems(archive.problems);
}

function matchMachO(image: OpenMachO, slice: FatSlice, into: Collector): void {
  if (image.signature) into.signature ??= { teamId: image.signature.teamId };
  into.linkage = joinLinkage(into.linkage, linkageOf(image, into.path));
  const library = ({ name, at }: DylibVersions, grade: Grade) => {
    if (!at) return;
    const seen = () => passageOfName(name, at.name, 'load command');
    into.facts.name('library', libraryName(name), grade, at.name, seen);
  };
  if (image.id) library(image.id, 'defined');
  for (const dylib of image.dylibs) library(dylib, 'referenced');
  matchNames(image, into.facts, into.wants);
  into.problems(image.problems);
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
