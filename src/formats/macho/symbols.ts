import { Faults, type NameAllowance, text, viewOf } from './bytes.ts';
import { isClassSymbol } from './objc.ts';
import type { MachOVisitor, SymbolName } from './types.ts';

// mach-o/nlist.h, n_type
const N_STAB = 0xe0;
const N_TYPE = 0x0e;
const N_EXT = 0x01;
const N_UNDF = 0x0;
const N_PBUD = 0xc;

export interface SymbolTable {
  /** External symbols. */
  readonly symbols: SymbolName[];
  /** `_OBJC_CLASS_$_X` of any visibility. */
  readonly classes: SymbolName[];
}

const KINDS = [
  { defined: false, external: false },
  { defined: true, external: false },
  { defined: false, external: true },
  { defined: true, external: true },
] as const;

/**
 * Reads nlist entries. Strings are made of external symbols and of classes only: an app's table has hundreds of
 * thousands of local and debugging entries.
 * @param table the nlist or nlist_64 array, and where it starts in the content
 * @param stringTable likewise
 * @param found what was read, kept when the reading ends early
 * @throws FormatError where names lie outside the string table; all others are in `found`
 */
export function readSymbols(
  table: Readonly<{ bytes: Uint8Array; offset: number }>,
  stringTable: Readonly<{ bytes: Uint8Array; offset: number }>,
  layout: Readonly<{ bits: 32 | 64; little: boolean }>,
  names: NameAllowance,
  found: SymbolTable,
  visitor: MachOVisitor,
): void {
  const { bits, little } = layout;
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
    const isClass = isClassSymbol(strings, start);
    if (!external && !isClass && !visitor.symbol) continue;
    const end = names.endOf(strings, start, table.offset + at);
    if (end < 0) {
      faults.add(table.offset + at);
      continue;
    }
    // An undefined symbol with a value is a common one, which the linker gives room here.
    const undefinedType = (type & N_TYPE) === N_UNDF || (type & N_TYPE) === N_PBUD;
    const hasValue = view.getUint32(at + 8, little) !== 0 || (bits === 64 && view.getUint32(at + 12, little) !== 0);
    const defined = !undefinedType || (hasValue && (type & N_TYPE) === N_UNDF);
    visitor.symbol?.(
      strings,
      start,
      end,
      stringTable.offset + start,
      KINDS[external ? (defined ? 3 : 2) : defined ? 1 : 0],
    );
    if (!external && !isClass) continue;
    names.room(found.symbols.length, table.offset + at);
    const symbol = { name: text(strings, start, end), offset: stringTable.offset + start, defined, external };
    if (external) found.symbols.push(symbol);
    if (isClass) found.classes.push(symbol);
  }
  faults.raise();
}
