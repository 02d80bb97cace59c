import { FormatError } from '../../errors.ts';
import type { ByteRange } from '../parsing.ts';

/** Numbers of the tables that are read or pointed to (ECMA-335 II.22). */
export const TypeRef = 0x01;
export const TypeDef = 0x02;
export const MethodDef = 0x06;
export const MemberRef = 0x0a;
export const CustomAttribute = 0x0c;
export const ModuleRef = 0x1a;
export const Assembly = 0x20;
export const AssemblyRef = 0x23;

/** A column: so many bytes, an index into a heap, one into a table, or one that says into which of several. */
type Column = 2 | 4 | 'strings' | 'guids' | 'blobs' | { readonly table: number } | { readonly of: Coded };

interface Coded {
  /** Low bits that tell which table. */
  readonly bits: number;
  readonly tables: readonly number[];
}

const to = (table: number): Column => ({ table });
const of = (bits: number, ...tables: number[]): Column => ({ of: { bits, tables } });

/** II.24.2.6. A tag that is not used points to a table that is never there. */
const typeDefOrRef = of(2, 0x02, 0x01, 0x1b);
const hasConstant = of(2, 0x04, 0x08, 0x17);
// biome-ignore format: the order of the standard, in one piece
const hasCustomAttribute = of(5, 0x06, 0x04, 0x01, 0x02, 0x08, 0x09, 0x0a, 0x00, 0x0e, 0x17, 0x14, 0x11, 0x1a, 0x1b, 0x20, 0x23, 0x26, 0x27, 0x28, 0x2a, 0x2c, 0x2b);
const hasFieldMarshal = of(1, 0x04, 0x08);
const hasDeclSecurity = of(2, 0x02, 0x06, 0x20);
const memberRefParent = of(3, 0x02, 0x01, 0x1a, 0x06, 0x1b);
const hasSemantics = of(1, 0x14, 0x17);
const methodDefOrRef = of(1, 0x06, 0x0a);
const memberForwarded = of(1, 0x04, 0x06);
const customAttributeType = of(3, 0x06, 0x0a);
const resolutionScope = of(2, 0x00, 0x1a, 0x23, 0x01);

/** The columns of each table up to the last that is read: rows of what comes behind need not be known. */
const schema: readonly (readonly Column[])[] = [
  [2, 'strings', 'guids', 'guids', 'guids'],
  [resolutionScope, 'strings', 'strings'],
  [4, 'strings', 'strings', typeDefOrRef, to(0x04), to(0x06)],
  [to(0x04)],
  [2, 'strings', 'blobs'],
  [to(0x06)],
  [4, 2, 2, 'strings', 'blobs', to(0x08)],
  [to(0x08)],
  [2, 2, 'strings'],
  [to(0x02), typeDefOrRef],
  [memberRefParent, 'strings', 'blobs'],
  [2, hasConstant, 'blobs'],
  [hasCustomAttribute, customAttributeType, 'blobs'],
  [hasFieldMarshal, 'blobs'],
  [2, hasDeclSecurity, 'blobs'],
  [2, 4, to(0x02)],
  [4, to(0x04)],
  ['blobs'],
  [to(0x02), to(0x14)],
  [to(0x14)],
  [2, 'strings', typeDefOrRef],
  [to(0x02), to(0x17)],
  [to(0x17)],
  [2, 'strings', 'blobs'],
  [2, to(0x06), hasSemantics],
  [to(0x02), methodDefOrRef, methodDefOrRef],
  ['strings'],
  ['blobs'],
  [2, memberForwarded, 'strings', to(0x1a)],
  [4, to(0x04)],
  [4, 4],
  [4],
  [4, 2, 2, 2, 2, 4, 'blobs', 'strings', 'strings'],
  [4],
  [4, 4, 4],
  [2, 2, 2, 2, 4, 'blobs', 'strings', 'strings', 'blobs'],
];

/** One table of metadata: its rows stand one behind the other. */
export interface Table {
  readonly rows: number;
  /** Number in the column of a row, both from 0. */
  at(row: number, column: number): number;
}

const empty: Table = { rows: 0, at: () => 0 };

/** What an index of a column that points to several tables means. Rows count from 1; 0 points nowhere. */
export function decodeIndex(value: number, bits: number): { readonly tag: number; readonly row: number } {
  return { tag: value & ((1 << bits) - 1), row: value >>> bits };
}

/**
 * The tables of metadata that the stream `#~` holds (II.24.2.6), by number; one that is not there has no rows.
 * @throws FormatError where their rows run past the stream
 */
export function readTables(bytes: Uint8Array, { offset, length }: ByteRange): (table: number) => Table {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = offset + length;
  if (length < 24) throw new FormatError('the stream of metadata tables is cut off', offset);
  const heaps = view.getUint8(offset + 6);
  const rows = new Array<number>(64).fill(0);
  let at = offset + 24;
  for (let table = 0; table < 64; table++) {
    const word = view.getUint32(offset + 8 + (table >= 32 ? 4 : 0), true);
    if (((word >>> (table % 32)) & 1) === 0) continue;
    if (at + 4 > end) throw new FormatError('the row counts of metadata tables are cut off', at);
    rows[table] = view.getUint32(at, true);
    at += 4;
  }
  // An image that may be changed while it runs has one word more (`#-`, HEAP_EXTRA_DATA).
  if ((heaps & 0x40) !== 0) at += 4;
  const widthOf = (column: Column): number => {
    if (typeof column === 'number') return column;
    if (column === 'strings') return heaps & 1 ? 4 : 2;
    if (column === 'guids') return heaps & 2 ? 4 : 2;
    if (column === 'blobs') return heaps & 4 ? 4 : 2;
    if ('table' in column) return rows[column.table]! < 0x10000 ? 2 : 4;
    return column.of.tables.every((table) => rows[table]! < 1 << (16 - column.of.bits)) ? 2 : 4;
  };
  const found: Table[] = schema.map((columns, table) => {
    const widths = columns.map(widthOf);
    const size = widths.reduce((sum, width) => sum + width, 0);
    const count = rows[table]!;
    const start = at;
    at += size * count;
    if (at > end) throw new FormatError(`metadata table ${table} of ${count} rows runs past its stream`, start);
    const places = widths.map((_, i) => widths.slice(0, i).reduce((sum, width) => sum + width, 0));
    return {
      rows: count,
      at: (row, column) => {
        const place = start + size * row + places[column]!;
        return widths[column] === 2 ? view.getUint16(place, true) : view.getUint32(place, true);
      },
    };
  });
  return (table) => found[table] ?? empty;
}
