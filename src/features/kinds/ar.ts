import type { Budgets } from '../../budgets.ts';
import { type ArchiveMember, isArchive, readArchive } from '../../formats/ar.ts';
import { visitSymbols } from '../../formats/ar-symbols.ts';
import type { Parsing } from '../../formats/parsing.ts';
import type { Collector } from '../collector.ts';
import { Symbols } from '../native-names.ts';
import type { ContentKind } from './kind.ts';

/** A static library. */
export const ar: ContentKind = {
  is: isArchive,
  platform: null,
  isCode: true,
  isNative: true,
  isSearched: true,
  read: 'symbol table, and every byte for strings',
  how: 'tables',
  kept: (size) => size,
  extract: extractArchive,
};

const table = { grade: 'defined', how: 'archive symbol' } as const;

/** Reads the symbol table of an archive that is the content, or begins at `base` in it. */
export function* extractArchive(size: number, budgets: Budgets, into: Collector, base = 0): Parsing<void> {
  let code = 0;
  let bitcode = 0;
  let first: ArchiveMember | null = null;
  const archive = yield* readArchive(size, budgets, base, (member) => {
    if (member.code !== null) code++;
    if (member.code !== 'bitcode') return;
    first ??= member;
    bitcode++;
  });
  sayBitcode(bitcode, first, into);
  const symbols = new Symbols(into.facts, into.wants);
  visitSymbols(archive, (bytes, start, end, offset) => {
    code++;
    symbols.take(bytes, start, end, offset, table);
  });
  if (code === 0 && archive.problems.length === 0) {
    const detail = 'no member of the archive is code: what it would bring into an app is not here';
    into.cover({ state: 'partial', reason: 'missing', offset: base, detail });
  }
  into.problems(archive.problems);
}

/** Text in it does not lie on bytes: what no symbol names is not seen. */
function sayBitcode(count: number, first: ArchiveMember | null, into: Collector): void {
  if (first === null) return;
  const detail = `${count} of its members are bitcode of LLVM, of which names alone were read; the first: ${first.name}`;
  into.cover({ state: 'partial', reason: 'unsupported', offset: first.offset, detail });
}
