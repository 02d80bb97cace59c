import type { Budgets } from '../../budgets.ts';
import { isArchive, readArchive } from '../../formats/ar.ts';
import type { Parsing } from '../../formats/parsing.ts';
import type { Collector } from '../collector.ts';
import { Symbols } from '../symbols.ts';
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

/** Reads the symbol table of an archive that is the content, or begins at `base` in it. */
export function* extractArchive(size: number, budgets: Budgets, into: Collector, base = 0): Parsing<void> {
  const archive = yield* readArchive(size, budgets, base);
  into.problems(archive.problems);
  const symbols = new Symbols(into.facts);
  for (const symbol of archive.symbols) symbols.take(symbol.name, symbol.offset, 'defined', 'archive symbol');
}
