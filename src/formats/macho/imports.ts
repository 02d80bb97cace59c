import { FormatError } from '../../errors.ts';
import { Cursor, Faults, type NameAllowance, nulAfter, viewOf } from './bytes.ts';
import type { Dylib, VisitImport } from './types.ts';

/** Hands on imports with the libraries that their ordinals stand for. */
export class Imports {
  readonly names: NameAllowance;
  readonly #dylibs: readonly Dylib[];
  readonly #visit: VisitImport;

  constructor(dylibs: readonly Dylib[], names: NameAllowance, visit: VisitImport) {
    this.#dylibs = dylibs;
    this.names = names;
    this.#visit = visit;
  }

  /**
   * Called for each import, with the parts of its visit one by one.
   * @param ordinal place of the library among the load commands, from 1; 0 and below are BIND_SPECIAL_DYLIB_*
   * @throws BudgetError
   */
  add(bytes: Uint8Array, start: number, end: number, offset: number, ordinal: number): void {
    this.names.count(offset);
    this.#visit(bytes, start, end, offset, this.#dylibs[ordinal - 1]?.name ?? null);
  }
}

// mach-o/loader.h: BIND_OPCODE_*, the high half of each byte; the low half is an operand.
const DONE = 0x00;
const SET_DYLIB_ORDINAL_IMM = 0x10;
const SET_DYLIB_ORDINAL_ULEB = 0x20;
const SET_DYLIB_SPECIAL_IMM = 0x30;
const SET_SYMBOL_TRAILING_FLAGS_IMM = 0x40;
const SET_TYPE_IMM = 0x50;
const SET_ADDEND_SLEB = 0x60;
const SET_SEGMENT_AND_OFFSET_ULEB = 0x70;
const ADD_ADDR_ULEB = 0x80;
const DO_BIND = 0x90;
const DO_BIND_ADD_ADDR_ULEB = 0xa0;
const DO_BIND_ADD_ADDR_IMM_SCALED = 0xb0;
const DO_BIND_ULEB_TIMES_SKIPPING_ULEB = 0xc0;
const THREADED = 0xd0;
const THREADED_SET_BIND_ORDINAL_TABLE_SIZE_ULEB = 0;

export type BindTable = 'bind' | 'weakBind' | 'lazyBind';

/**
 * Runs the bind opcodes for their names alone. Repeat counts are not run, so the cost is the table's size.
 * @param base where `bytes` start in the content
 * @throws FormatError where the opcodes end in the middle of one or are unknown; earlier names were handed on
 */
export function readBinds(bytes: Uint8Array, base: number, table: BindTable, imports: Imports): void {
  const cursor = new Cursor(bytes);
  let ordinal = 0;
  let start = -1;
  let end = -1;
  let added = false;
  const uleb = (): number => {
    const at = cursor.at;
    const value = cursor.uleb();
    if (value < 0) throw new FormatError(`a number of the ${table} opcodes is cut short or too large`, base + at);
    return value;
  };
  const bind = (): void => {
    if (start < 0) throw new FormatError(`the ${table} opcodes bind before they name a symbol`, base + cursor.at);
    // Weak binding searches all images: there is no library to name.
    if (!added) imports.add(bytes, start, end, base + start, table === 'weakBind' ? 0 : ordinal);
    added = true;
  };
  const setOrdinal = (to: number): void => {
    added &&= to === ordinal;
    ordinal = to;
  };

  while (cursor.at < bytes.length) {
    const at = cursor.at;
    const byte = bytes[cursor.at++]!;
    const operand = byte & 0x0f;
    switch (byte & 0xf0) {
      case DONE:
        // In the lazy table it ends one symbol, as each is bound by itself.
        if (table !== 'lazyBind') return;
        break;
      case SET_DYLIB_ORDINAL_IMM:
        setOrdinal(operand);
        break;
      case SET_DYLIB_ORDINAL_ULEB:
        setOrdinal(uleb());
        break;
      case SET_DYLIB_SPECIAL_IMM:
        setOrdinal(operand === 0 ? 0 : operand - 16);
        break;
      case SET_SYMBOL_TRAILING_FLAGS_IMM:
        start = cursor.at;
        end = nulAfter(bytes, start, bytes.length);
        if (end < 0) throw new FormatError(`a symbol name of the ${table} opcodes does not end`, base + start);
        added = false;
        cursor.at = end + 1;
        break;
      case SET_TYPE_IMM:
        break;
      case SET_ADDEND_SLEB: // as long as a ULEB of the same bytes
      case SET_SEGMENT_AND_OFFSET_ULEB:
      case ADD_ADDR_ULEB:
        uleb();
        break;
      case DO_BIND:
      case DO_BIND_ADD_ADDR_IMM_SCALED:
        bind();
        break;
      case DO_BIND_ADD_ADDR_ULEB:
        bind();
        uleb();
        break;
      case DO_BIND_ULEB_TIMES_SKIPPING_ULEB:
        bind();
        uleb();
        uleb();
        break;
      case THREADED:
        if (operand === THREADED_SET_BIND_ORDINAL_TABLE_SIZE_ULEB) uleb();
        break;
      default:
        throw new FormatError(`unknown ${table} opcode 0x${byte.toString(16)}`, base + at);
    }
  }
}

/** mach-o/fixup-chains.h: DYLD_CHAINED_IMPORT, _ADDEND and _ADDEND64, and how long an entry of each is. */
const IMPORT_FORMATS: ReadonlyMap<number, number> = new Map([
  [1, 4],
  [2, 8],
  [3, 16],
]);

/**
 * Reads the imports of LC_DYLD_CHAINED_FIXUPS.
 * @param base where `bytes` start in the content
 * @throws FormatError where the table is not followable or names are compressed; earlier names were handed on
 */
export function readChainedImports(bytes: Uint8Array, base: number, little: boolean, imports: Imports): void {
  if (bytes.length < 28) throw new FormatError('the header of the chained fixups is cut short', base + bytes.length);
  const view = viewOf(bytes);
  const first = view.getUint32(8, little);
  const pool = view.getUint32(12, little);
  const claimed = view.getUint32(16, little);
  const format = view.getUint32(20, little);
  if (claimed === 0) return;
  const size = IMPORT_FORMATS.get(format);
  if (size === undefined) throw new FormatError(`unknown format ${format} of chained imports`, base + 20);
  if (view.getUint32(24, little) !== 0) throw new FormatError('the names of chained imports are compressed', base + 24);
  const count = Math.min(claimed, Math.max(0, Math.floor((bytes.length - first) / size)));
  const faults = new Faults('the name of a chained import lies outside the fixups');
  for (let i = 0; i < count; i++) {
    const at = first + i * size;
    const word = view.getUint32(at, little);
    // Bit fields from the low end: ordinal 8, weak 1, name 23; in the 64-bit form ordinal 16, weak 1, unused 15, name 32.
    const wide = format === 3;
    const start = pool + (wide ? view.getUint32(at + (little ? 4 : 0), little) : word >>> 9);
    const low = wide ? view.getUint32(at + (little ? 0 : 4), little) & 0xffff : word & 0xff;
    const end = imports.names.endOf(bytes, start, base + at);
    if (end < 0) faults.add(base + at);
    else imports.add(bytes, start, end, base + start, specialOrdinal(low, wide ? 0x1_0000 : 0x100));
  }
  if (count < claimed) faults.add(base + first + count * size);
  faults.raise();
}

/** The highest 15 ordinals are the negative ones of BIND_SPECIAL_DYLIB_*. */
function specialOrdinal(ordinal: number, range: number): number {
  return ordinal > range - 16 ? ordinal - range : ordinal;
}
