import type { Budgets } from '../../budgets.ts';
import { type ElfLibrary, isElf, readElf, symbolContent, visitSymbols } from '../../formats/elf/index.ts';
import { elfLength } from '../../formats/image.ts';
import type { Parsing } from '../../formats/parsing.ts';
import { passageOfName } from '../../formats/passage.ts';
import type { Grade } from '../../inventory/facts.ts';
import type { Collector } from '../collector.ts';
import { Symbols } from '../native-names.ts';
import type { ContentKind } from './kind.ts';

/** Most libraries are smaller than three times this, and are then kept whole. */
const LEAST_KEPT = 2 * 1024 * 1024;

export const elf: ContentKind = {
  is: isElf,
  length: elfLength,
  platform: 'android',
  isCode: true,
  isNative: true,
  isSearched: true,
  atStandard: 'strings of a library that no rule names were not read at depth standard',
  read: 'dynamic symbols, and every byte for strings',
  how: 'tables',
  // .dynsym and .dynstr end before a quarter of nearly every library (shared/research/performance.md 3).
  kept: (size) => Math.max(LEAST_KEPT, Math.ceil(size / 3)),
  extract: extractElf,
};

/** By which .NET for Android finds its assemblies from .NET 10 on, whatever the section headers say. */
const STORE = [...'_assembly_store'].map((letter) => letter.charCodeAt(0));

const defined = { grade: 'defined', how: 'ELF symbol' } as const;
const referenced = { grade: 'referenced', how: 'ELF symbol' } as const;

/** The symbol under which ART finds what it compiled (AOSP art/runtime/oat_file.cc). */
const OAT = new TextEncoder().encode('oatdata');

function isOat(bytes: Uint8Array, start: number, end: number): boolean {
  return end - start === OAT.length && bytes[start] === OAT[0] && OAT.every((byte, i) => bytes[start + i] === byte);
}

function* extractElf(size: number, budgets: Budgets, into: Collector): Parsing<void> {
  const elf = yield* readElf(size, budgets);
  into.arch = elf.machine;
  const library = ({ name, offset }: ElfLibrary, grade: Grade, how: string) =>
    into.facts.name('library', name, grade, offset, () => passageOfName(name, offset, how));
  if (elf.libraries.soname) library(elf.libraries.soname, 'defined', 'ELF soname');
  if (elf.soname !== null || elf.buildId !== null) {
    into.identity = { name: elf.soname, builds: elf.buildId === null ? [] : [elf.buildId] };
  }
  into.loads = elf.needed;
  for (const needed of elf.libraries.needed) library(needed, 'referenced', 'ELF needed library');
  const symbols = new Symbols(into.facts, into.wants);
  let store = -1;
  let compiled: number | null = null;
  yield* visitSymbols(elf, (bytes, start, end, offset, isDefined, row) => {
    if (isDefined && end - start === STORE.length && STORE.every((byte, i) => bytes[start + i] === byte)) store = row;
    if (isDefined && isOat(bytes, start, end)) compiled = offset;
    symbols.take(bytes, start, end, offset, isDefined ? defined : referenced);
  });
  if (compiled !== null) {
    const detail = 'code of a DEX that a device compiled (OAT): it names no classes; a DEX inside was read by itself';
    into.cover({ state: 'partial', reason: 'unsupported', offset: compiled, detail });
  }
  const held = elf.payload ?? (store < 0 ? null : yield* symbolContent(elf, store));
  if (held) into.holds(held);
  else if (store >= 0) {
    const detail = 'the symbol of the .NET assemblies inside leads nowhere: only their strings were searched';
    into.cover({ state: 'partial', reason: 'malformed', offset: store, detail });
  }
  for (const section of elf.packed) into.holds(section);
  into.problems(elf.problems);
  into.anomalies(elf.oddities.map(({ offset, message }) => ({ code: 'elf.section-headers', offset, detail: message })));
}
