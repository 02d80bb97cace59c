import { FormatError } from '../errors.ts';
import type { ByteRange } from './parsing.ts';
import type { TextPlaces } from './text-pieces.ts';

/** Versions of the format that public readers describe, from Unity 5.3 to Unity 6.0 (Il2CppDumper, MetadataClass.cs; seen 2026-11-26). */
export const metadataVersions = { first: 16, last: 31 } as const;

/** Tables of the header by their order: each is a place and a length in bytes. */
const LITERALS = 0;
const LITERAL_DATA = 1;
const NAMES = 2;
const TYPES = 19;

/**
 * Bytes of a row of the table of types; which of them a version has, its number alone does not tell (24 stands for six
 * layouts). The row begins with the places of its name and its namespace.
 */
const typeRows = [88, 92, 100, 104, 108, 112, 120];
/** From so many bytes on, the version has another table between types and images. */
const WITH_CONTEXTS = 100;
const imageRows = [40, 32, 24, 20];
/** Rows of assemblies end with their name: places of three or four texts, seven words, and a token of eight bytes. */
const assemblyRows = [
  { row: 68, name: 16 },
  { row: 64, name: 16 },
  { row: 60, name: 8 },
];

/** Bytes of a name that are read. */
const LONGEST_NAME = 1023;

/** Rows that are looked at to see whether a layout fits. */
const PROBED = 64;

export interface Il2cppAssembly {
  readonly name: ByteRange;
  readonly version: string;
}

export interface Il2cppMetadata {
  readonly version: number;
  /** Texts of code, in the order of their table; they stand one behind the other without a border, and none is in UTF-16. */
  readonly literals: TextPlaces;
  /** Where they stand. */
  readonly literalData: ByteRange;
  /** Types that code defines, by namespace and name; null where no layout that is known fits. */
  readonly types: Iterable<{ readonly namespace: ByteRange; readonly name: ByteRange }> | null;
  /** The same of assemblies. */
  readonly assemblies: readonly Il2cppAssembly[] | null;
}

/** Whether content begins as Unity's metadata of compiled C# code does. */
export function isIl2cpp(head: Uint8Array): boolean {
  return head[0] === 0xaf && head[1] === 0x1b && head[2] === 0xb1 && head[3] === 0xfa && head.length >= 8;
}

/** The version that the header says. */
export function metadataVersion(bytes: Uint8Array): number {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getInt32(4, true);
}

/**
 * Opens the `global-metadata.dat` of a version that is known.
 * @throws FormatError where a table lies outside of the file
 */
export function openIl2cpp(bytes: Uint8Array): Il2cppMetadata {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const table = (index: number): ByteRange => {
    const at = 8 + 8 * index;
    if (at + 8 > bytes.length) throw new FormatError('the header of IL2CPP metadata is cut off', bytes.length);
    const [offset, length] = [view.getUint32(at, true), view.getUint32(at + 4, true)];
    if (offset + length > bytes.length)
      throw new FormatError(`table ${index} of IL2CPP metadata lies outside of the file`, at);
    return { offset, length };
  };
  const [literals, literalData, names, types] = [table(LITERALS), table(LITERAL_DATA), table(NAMES), table(TYPES)];
  const nameAt = (index: number): ByteRange | null => {
    if (index >= names.length) return null;
    const offset = names.offset + index;
    const most = Math.min(offset + LONGEST_NAME, names.offset + names.length);
    let end = offset;
    while (end < most && bytes[end] !== 0) end++;
    return { offset, length: end - offset };
  };
  /** A place in the table of names, where one begins. */
  const isName = (index: number) => index < names.length && (index === 0 || bytes[names.offset + index - 1] === 0);
  const fits = ({ offset, length }: ByteRange, row: number, ...cells: readonly number[]) => {
    if (length % row !== 0) return false;
    const end = offset + Math.min(length, PROBED * row);
    for (let at = offset; at < end; at += row)
      if (!cells.every((cell) => isName(view.getUint32(at + cell, true)))) return false;
    return true;
  };
  const typeRow = typeRows.find((row) => fits(types, row, 0, 4)) ?? null;
  const images = typeRow === null ? null : table(TYPES + (typeRow >= WITH_CONTEXTS ? 2 : 1));
  const imageRow = images && imageRows.find((row) => fits(images, row, 0));
  return {
    version: metadataVersion(bytes),
    literals: literalsOf(view, literals, literalData),
    literalData,
    types: typeRow === null ? null : typesOf(view, types, typeRow, nameAt),
    assemblies:
      images && imageRow && typeRow
        ? assembliesOf(view, table(TYPES + (typeRow >= WITH_CONTEXTS ? 3 : 2)), images.length / imageRow, nameAt, fits)
        : null,
  };
}

/** Rows of a length and a place in the data; what lies outside of that is given no length. */
function literalsOf(view: DataView, { offset, length }: ByteRange, data: ByteRange): TextPlaces {
  const count = Math.floor(length / 8);
  const places = { offsets: new Uint32Array(count), lengths: new Uint32Array(count), wide: new Uint8Array(count) };
  for (let i = 0; i < count; i++) {
    const [size, place] = [view.getUint32(offset + 8 * i, true), view.getUint32(offset + 8 * i + 4, true)];
    if (place + size > data.length) continue;
    places.offsets[i] = data.offset + place;
    places.lengths[i] = size;
  }
  return places;
}

type NameAt = (index: number) => ByteRange | null;

function* typesOf(
  view: DataView,
  { offset, length }: ByteRange,
  row: number,
  nameAt: NameAt,
): Generator<{ namespace: ByteRange; name: ByteRange }> {
  for (let at = offset; at < offset + length; at += row) {
    const [name, namespace] = [nameAt(view.getUint32(at, true)), nameAt(view.getUint32(at + 4, true))];
    if (name && namespace) yield { name, namespace };
  }
}

/** Null where no layout fits, of which there must be as many rows as there are images. */
function assembliesOf(
  view: DataView,
  rows: ByteRange,
  count: number,
  nameAt: NameAt,
  fits: (range: ByteRange, row: number, ...cells: number[]) => boolean,
): Il2cppAssembly[] | null {
  const layout = assemblyRows.find(({ row, name }) => rows.length === row * count && fits(rows, row, name));
  if (!layout) return null;
  return Array.from({ length: count }, (_, i): Il2cppAssembly | null => {
    const at = rows.offset + layout.row * i;
    const name = nameAt(view.getUint32(at + layout.name, true));
    const parts = [24, 20, 16, 12].map((back) => view.getUint32(at + layout.row - back, true));
    return name && { name, version: parts.join('.') };
  }).filter((assembly) => assembly !== null);
}
