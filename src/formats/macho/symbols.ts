import { Faults, type NameAllowance, viewOf } from './bytes.ts';
import { isClassSymbol } from './objc.ts';
import type { VisitSymbol } from './types.ts';

// mach-o/nlist.h, n_type
const N_STAB = 0xe0;
const N_TYPE = 0x0e;
const N_EXT = 0x01;
const N_UNDF = 0x0;
const N_PBUD = 0xc;

/** Bytes, and where they start in the content. */
type Table = Readonly<{ bytes: Uint8Array; offset: number }>;

export interface SymbolTable {
  /** The nlist or nlist_64 array. */
  readonly table: Table;
  readonly stringTable: Table;
  readonly layout: Readonly<{ bits: 32 | 64; little: boolean }>;
  readonly names: NameAllowance;
  /** Visits all local symbols as well. */
  readonly locals: boolean;
}

/**
 * Visits nlist entries: external symbols, and those of any visibility that define a class. An app's table has hundreds
 * of thousands of local and debugging entries.
 * @throws FormatError where names lie outside the string table; all others were visited
 */
export function readSymbols(symbols: SymbolTable, visit: VisitSymbol): void {
  const { table, stringTable, names, locals } = symbols;
  const { bits, little } = symbols.layout;
  const entries = table.bytes;
  const strings = stringTable.bytes;
  const view = viewOf(entries);
  const size = bits === 64 ? 16 : 12;
  const faults = new Faults('the name of a symbol lies outside the string table');
  for (let at = 0; at + size <= entries.length; at += size) {
    const type = entries[at + 4]!;
    if (type & N_STAB) continue;
    const start = view.getUint32(at, little);
    if (start === 0) continue; // by definition the empty name
    const external = (type & N_EXT) !== 0;
    const isMatched = external || isClassSymbol(strings, start);
    if (!isMatched && !locals) continue;
    const end = names.endOf(strings, start, table.offset + at);
    if (end < 0) {
      faults.add(table.offset + at);
      continue;
    }
    // An undefined symbol with a value is a common one, which the linker gives room here.
    const undefinedType = (type & N_TYPE) === N_UNDF || (type & N_TYPE) === N_PBUD;
    const hasValue = view.getUint32(at + 8, little) !== 0 || (bits === 64 && view.getUint32(at + 12, little) !== 0);
    const defined = !undefinedType || (hasValue && (type & N_TYPE) === N_UNDF);
    if (isMatched) names.count(table.offset + at);
    visit(strings, start, end, stringTable.offset + start, defined, external);
  }
  faults.raise();
}
