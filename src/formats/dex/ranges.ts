import type { ByteRange } from '../parsing.ts';
import { gapsOf, withoutPadding } from '../ranges.ts';
import { type DexFile, headerSize } from './header.ts';

/** Sections of a map_list whose items have one size (dex-format, "map_list", "Type Codes"), with the size. */
const fixed: ReadonlyMap<number, number> = new Map([
  [0x0000, headerSize],
  [0x0001, 4],
  [0x0002, 4],
  [0x0003, 12],
  [0x0004, 8],
  [0x0005, 8],
  [0x0006, 32],
  [0x0007, 4],
  [0x0008, 8],
]);
const MAP_LIST = 0x1000;
const STRING_DATA = 0x2002;
/** Sections that end where the next one begins. */
const open: ReadonlySet<number> = new Set([
  ...[0x1001, 0x1002, 0x1003, 0x2000, 0x2001, STRING_DATA, 0x2003, 0x2004, 0x2005, 0x2006, 0xf000],
]);
/** Of one map; the format names 21. */
const MOST_SECTIONS = 64;

interface Section extends ByteRange {
  readonly type: number;
  /** Null where only the next section tells. */
  readonly end: number | null;
}

/**
 * What stands in the content of a DEX and is none of its header, tables and data, as the map lists them: between and
 * behind sections, behind the string with the highest place, in the link section that nothing reads, behind file_size.
 * Within a section of data its items are taken to follow each other.
 */
export function dexGaps(content: Uint8Array, dexes: readonly DexFile[]): ByteRange[] {
  // What a budget left out has been said, and is no gap.
  if (dexes.some(({ problems }) => problems.some(({ reason }) => reason === 'budget'))) return [];
  const known: ByteRange[] = [];
  const links: ByteRange[] = [];
  const sections: Section[] = [];
  let end = 0;
  for (const dex of dexes) {
    const { base, view } = dex;
    const header = headerOf(dex, dexes);
    const field = (at: number) => view.getUint32(header + at, true);
    known.push({ offset: base + header, length: Math.min(field(36) || headerSize, 0x78) });
    for (const [table, row] of [
      [dex.strings, 4],
      [dex.types, 4],
      [dex.protos, 12],
      [dex.fields, 8],
      [dex.methods, 8],
      [dex.classes, 32],
    ] as const) {
      known.push({ offset: base + table.offset, length: table.count * row });
    }
    if (field(44) > 0) links.push({ offset: base + field(48), length: field(44) });
    end = Math.max(end, dataEnd(dex, header));
    const map = sectionsOf(dex, field(52));
    // Without a map, all that the header calls data is.
    if (map === null) known.push({ offset: base + field(108), length: end - base - field(108) });
    else sections.push(...map);
  }
  sections.sort((a, b) => a.offset - b.offset);
  for (const [i, { type, offset, end: own }] of sections.entries()) {
    const next = sections[i + 1]?.offset ?? end;
    const length = Math.min(own ?? next, type === MAP_LIST ? end : next) - offset;
    known.push({ offset, length });
  }
  const gaps = gapsOf(known, content.length);
  for (const link of links) {
    const isGap = gaps.some(({ offset, length }) => link.offset >= offset && link.offset < offset + length);
    if (!isGap && link.offset < content.length) gaps.push(link);
  }
  return gaps.map((gap) => withoutPadding(content, gap)).filter((gap) => gap !== null);
}

/** In `bytes` of the file. */
function headerOf(dex: DexFile, dexes: readonly DexFile[]): number {
  let at = 0;
  for (const other of dexes) {
    if (other === dex) break;
    at += other.size;
  }
  return dexes.length === 1 ? 0 : at - dex.base;
}

/** Where the data ends at the latest, in the content. A container's header has no data section of its own. */
function dataEnd(dex: DexFile, header: number): number {
  const { view, base, size, version } = dex;
  const fileEnd = base + header + size;
  const dataSize = view.getUint32(header + 104, true);
  if (Number(version) >= 41 || dataSize === 0) return fileEnd;
  return Math.min(fileEnd, base + view.getUint32(header + 108, true) + dataSize);
}

/** Null where there is no map that can be followed. */
function sectionsOf(dex: DexFile, mapOffset: number): Section[] | null {
  const { bytes, view, base } = dex;
  if (mapOffset < headerSize || mapOffset + 4 > bytes.length) return null;
  const count = view.getUint32(mapOffset, true);
  if (count === 0 || count > MOST_SECTIONS || mapOffset + 4 + 12 * count > bytes.length) return null;
  const sections: Section[] = [];
  for (let i = 0; i < count; i++) {
    const at = mapOffset + 4 + 12 * i;
    const type = view.getUint16(at, true);
    const items = view.getUint32(at + 4, true);
    const offset = view.getUint32(at + 8, true);
    const row = fixed.get(type);
    let end: number | null = null;
    if (type === MAP_LIST) end = mapOffset + 4 + 12 * count;
    else if (row !== undefined) end = offset + items * row;
    else if (type === STRING_DATA) end = lastStringEnd(dex);
    else if (!open.has(type)) end = offset;
    sections.push({ type, offset: base + offset, length: 0, end: end === null ? null : base + end });
  }
  return sections;
}

/** Behind the NUL of the string that stands last. */
function lastStringEnd({ bytes, view, strings }: DexFile): number | null {
  let last = 0;
  for (let i = 0; i < strings.count; i++) last = Math.max(last, view.getUint32(strings.offset + 4 * i, true));
  const nul = last === 0 ? -1 : bytes.indexOf(0, last + 1);
  // Up to five bytes of length come first, of which the last alone may be zero.
  return nul < 0 ? null : nul + 1;
}
