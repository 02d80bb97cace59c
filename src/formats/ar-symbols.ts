import type { Budgets } from '../budgets.ts';
import { BudgetError } from '../errors.ts';
import type { Problems } from './problems.ts';
import { StringTable } from './string-table.ts';

/**
 * Sees one entry of the archive's symbol table: its name is `bytes[start..end)`, valid during the call, which stands at
 * `offset` in the content. `member` counts those that define symbols from 0; -1 where the table points at none.
 * Called for each of millions of symbols, so that its arguments stand alone.
 */
export type VisitSymbol = (bytes: Uint8Array, start: number, end: number, offset: number, member: number) => void;

/** Formats of the symbol table: GNU and System V `/` (big-endian) and `/SYM64/`, BSD `__.SYMDEF` and its relatives. */
export interface SymbolIndex {
  readonly kind: 'gnu' | 'gnu64' | 'bsd' | 'bsd64';
  readonly offset: number;
  readonly bytes: Uint8Array;
}

/** What an archive says of its symbols, and by what they are found. */
export interface Tables {
  readonly indexes: readonly SymbolIndex[];
  /** Where the headers of its members stand in the archive, in ascending order: by that symbol tables name a member. */
  readonly headers: Float64Array;
  readonly budgets: Budgets;
  readonly problems: Problems;
  /** Whether a budget ended the listing: members behind its end are there and were not listed. */
  readonly isCut: boolean;
}

/** By the name of the member that holds it; null for any other member. */
export function indexKind(name: string): SymbolIndex['kind'] | null {
  if (name === '/') return 'gnu';
  if (name === '/SYM64/') return 'gnu64';
  if (name === '__.SYMDEF' || name === '__.SYMDEF SORTED') return 'bsd';
  if (name === '__.SYMDEF_64' || name === '__.SYMDEF_64 SORTED') return 'bsd64';
  return null;
}

/** Hands over what the symbol tables name, in place. */
export function visitSymbols({ tables }: { readonly tables: Tables }, visit: VisitSymbol): void {
  let left = tables.budgets.symbols;
  for (const index of tables.indexes) left = visitIndex(index, tables, left, visit);
}

/** @returns how many symbols may still follow in other tables */
function visitIndex(
  { kind, offset, bytes }: SymbolIndex,
  { headers, budgets, problems, isCut }: Tables,
  most: number,
  visit: VisitSymbol,
): number {
  const table = kind.startsWith('gnu')
    ? gnuIndex(bytes, kind === 'gnu64' ? 8 : 4)
    : bsdIndex(bytes, kind === 'bsd64' ? 8 : 4);
  if (table === null) {
    problems.add(offset, 'the symbol table does not fit its own sizes');
    return most;
  }
  const names = new StringTable(bytes.subarray(table.names, table.namesEnd), offset + table.names);
  let next = 0;
  let strays = 0;
  let left = most;
  for (let i = 0; i < table.count; i++) {
    if (left-- === 0) {
      problems.failed(new BudgetError('symbols', budgets.symbols, offset));
      return 0;
    }
    const at = table.nameAt(i) ?? next;
    const end = names.endOf(at);
    if (end < 0) {
      problems.add(offset, names.overdrawn ? 'symbol names overlap' : 'a symbol name lies outside its table');
      return left;
    }
    next = end + 1;
    const member = placeOf(table.memberAt(i), headers);
    if (member < 0) strays++;
    visit(names.bytes, at, end, names.offset + at, member);
  }
  // Members behind a budget's end are there and were not listed.
  if (strays > 0 && !isCut) problems.add(offset, `${strays} symbols are defined by members that are not there`);
  return left;
}

/** Binary search: -1 where no header stands there. */
function placeOf(header: number, headers: Float64Array): number {
  let low = 0;
  let high = headers.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const found = headers[middle]!;
    if (found === header) return middle;
    if (found < header) low = middle + 1;
    else high = middle - 1;
  }
  return -1;
}

interface Index {
  readonly count: number;
  readonly names: number;
  readonly namesEnd: number;
  /** Null where names simply follow one another. */
  nameAt(i: number): number | null;
  memberAt(i: number): number;
}

/** Big-endian count and header offsets, then as many names. */
function gnuIndex(bytes: Uint8Array, word: 4 | 8): Index | null {
  const read = words(bytes, word, false);
  const count = read(0);
  const names = (count + 1) * word;
  if (!(names <= bytes.length)) return null;
  return { count, names, namesEnd: bytes.length, nameAt: () => null, memberAt: (i) => read((i + 1) * word) };
}

/** Size of the pairs, pairs of name index and header offset, size of the names, names. */
function bsdIndex(bytes: Uint8Array, word: 4 | 8): Index | null {
  // In the byte order of the target, which nothing states: the one whose sizes fit.
  for (const littleEndian of [true, false]) {
    const read = words(bytes, word, littleEndian);
    const size = read(0);
    const names = size + 2 * word;
    if (size % (2 * word) !== 0 || !(names <= bytes.length)) continue;
    const namesEnd = names + read(size + word);
    if (!(namesEnd <= bytes.length)) continue;
    const at = (i: number) => word + i * 2 * word;
    return {
      count: size / (2 * word),
      names,
      namesEnd,
      nameAt: (i) => read(at(i)),
      memberAt: (i) => read(at(i) + word),
    };
  }
  return null;
}

/** Reads words at offsets; NaN outside, which no comparison accepts. */
function words(bytes: Uint8Array, word: 4 | 8, littleEndian: boolean): (offset: number) => number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return (offset) => {
    if (!(offset + word <= bytes.length)) return Number.NaN;
    return word === 4 ? view.getUint32(offset, littleEndian) : Number(view.getBigUint64(offset, littleEndian));
  };
}
