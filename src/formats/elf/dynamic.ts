import type { Parsing } from '../parsing.ts';
import { type ElfImage, PT_DYNAMIC } from './image.ts';
import { type Section, SHT_DYNSYM } from './sections.ts';

/** d_tag values (gABI, "Dynamic Section"). */
export const DT_NEEDED = 1;
const DT_HASH = 4;
const DT_STRTAB = 5;
const DT_SYMTAB = 6;
const DT_STRSZ = 10;
export const DT_SONAME = 14;
const DT_GNU_HASH = 0x6ffffef5;

/** What PT_DYNAMIC holds: each tag's last value, as the loader's loop keeps it, and every DT_NEEDED. */
export interface Dynamic {
  readonly offset: number;
  readonly values: ReadonlyMap<number, number>;
  readonly needed: readonly number[];
}

/** Where the dynamic symbols and their names lie in the file. */
export interface SymbolTables {
  readonly symbols: number;
  readonly count: number;
  readonly strings: number;
  readonly stringsLength: number;
}

const DYNAMIC_BYTES = 1024 * 1024;

/** Reads the dynamic section through its program header; null where there is none. */
export function* readDynamic(image: ElfImage): Parsing<Dynamic | null> {
  const segment = image.segments.find(({ type }) => type === PT_DYNAMIC);
  if (!segment) {
    if (image.header.type === 3) image.problems.add(0, 'a shared object without PT_DYNAMIC');
    return null;
  }
  // bionic (linker_phdr.cpp, phdr_table_get_dynamic_section) follows p_vaddr, not p_offset.
  const mapped = image.offsetOf(segment.address);
  if (mapped !== null && mapped !== segment.offset)
    image.problems.add(segment.offset, 'p_offset and p_vaddr of PT_DYNAMIC disagree');
  const offset = mapped ?? segment.offset;
  const entrySize = image.wide ? 16 : 8;
  const table = yield* image.table(offset, Math.min(segment.fileSize, DYNAMIC_BYTES));
  const values = new Map<number, number>();
  const needed: number[] = [];
  for (let at = 0; at + entrySize <= table.length; at += entrySize) {
    const tag = table.word(at);
    const value = table.word(at + entrySize / 2);
    if (tag === 0) return { offset, values, needed };
    if (tag === DT_NEEDED) needed.push(value);
    else values.set(tag, value);
  }
  const cut = segment.fileSize > DYNAMIC_BYTES && table.length >= DYNAMIC_BYTES;
  image.problems.add(offset, 'the dynamic section has no end (DT_NULL)', cut ? 'budget' : 'malformed');
  return values.size > 0 ? { offset, values, needed } : null;
}

/** Finds the dynamic symbols through PT_DYNAMIC, or through the section headers where that leads nowhere. */
export function* locateSymbols(
  image: ElfImage,
  dynamic: Dynamic | null,
  sections: readonly Section[],
): Parsing<SymbolTables | null> {
  const announced = fromSections(image, sections);
  const found = dynamic && (yield* fromDynamic(image, dynamic, announced));
  if (!found) {
    if (announced && dynamic) image.problems.add(announced.symbols, 'symbols found by section headers only');
    return announced;
  }
  if (announced && (announced.symbols !== found.symbols || announced.strings !== found.strings))
    image.problems.add(found.symbols, 'the section headers name another symbol table than PT_DYNAMIC');
  // Of more symbols than the budget has room for, the end of the last chain was not looked for.
  else if (announced && announced.count !== found.count && found.count <= image.budgets.symbols)
    image.problems.add(found.symbols, `.dynsym has ${announced.count} symbols, the hash table ${found.count}`);
  return found;
}

function fromSections(image: ElfImage, sections: readonly Section[]): SymbolTables | null {
  const symbols = sections.find(({ type }) => type === SHT_DYNSYM);
  const strings = symbols && sections[symbols.link];
  if (!symbols || !strings || symbols.offset > image.size || strings.offset > image.size) return null;
  return {
    symbols: symbols.offset,
    count: Math.floor(Math.min(symbols.size, image.size - symbols.offset) / (image.wide ? 24 : 16)),
    strings: strings.offset,
    stringsLength: Math.min(strings.size, image.size - strings.offset),
  };
}

function* fromDynamic(
  image: ElfImage,
  { offset, values }: Dynamic,
  announced: SymbolTables | null,
): Parsing<SymbolTables | null> {
  const stringsAddress = values.get(DT_STRTAB);
  const symbolsAddress = values.get(DT_SYMTAB);
  if (stringsAddress === undefined || symbolsAddress === undefined) {
    image.problems.add(offset, 'the dynamic section names no DT_STRTAB or no DT_SYMTAB');
    return null;
  }
  const strings = image.offsetOf(stringsAddress);
  const symbols = image.offsetOf(symbolsAddress);
  if (strings === null) {
    image.problems.add(offset, 'DT_STRTAB lies outside the file');
    return null;
  }
  const stringsSize = values.get(DT_STRSZ);
  const stringsLength = Math.min(stringsSize ?? 0, image.size - strings);
  if (stringsSize === undefined || stringsLength < stringsSize)
    image.problems.add(offset, `DT_STRSZ is ${stringsSize ?? 'missing'}; ${stringsLength} bytes lie inside the file`);
  if (symbols === null) {
    image.problems.add(offset, 'DT_SYMTAB lies outside the file');
    return { symbols: 0, count: 0, strings, stringsLength };
  }
  // Linkers put the names behind the symbols: those cannot reach further.
  const room = Math.floor(((strings > symbols ? strings : image.size) - symbols) / (image.wide ? 24 : 16));
  const known = announced?.symbols === symbols ? announced.count : null;
  const count = yield* countSymbols(image, values, { at: symbols, room, known });
  return { symbols, count, strings, stringsLength };
}

/** The dynamic section gives no number of symbols: the loader has none but the hash tables'. */
function* countSymbols(
  image: ElfImage,
  values: ReadonlyMap<number, number>,
  { at, room, known }: { readonly at: number; readonly room: number; readonly known: number | null },
): Parsing<number> {
  let count: number | null = null;
  for (const [tag, counted] of [
    [DT_HASH, countByHash],
    [DT_GNU_HASH, countByGnuHash],
  ] as const) {
    const address = values.get(tag);
    if (address === undefined) continue;
    const offset = image.offsetOf(address);
    const found = offset === null ? null : yield* counted(image, offset, known);
    if (found === null) image.problems.add(offset ?? 0, 'a symbol hash table lies outside the file');
    else count = Math.max(count ?? 0, found);
  }
  if (count === null) {
    count = known ?? room;
    image.problems.add(at, `no symbol hash table: ${count} symbols taken by other bounds`);
  }
  if (count > room) {
    image.problems.add(at, `${count} symbols announced, there is room for ${room}`);
    count = room;
  }
  return count;
}

/** gABI, "Hash Table": nbucket, nchain; there are as many chain entries as symbols. */
function* countByHash(image: ElfImage, offset: number): Parsing<number | null> {
  const table = yield* image.table(offset, 8);
  return table.length < 8 ? null : table.u32(4);
}

const PIECE = 1024 * 1024;

/**
 * DT_GNU_HASH (bionic, linker_soinfo.cpp, soinfo::gnu_lookup): the chain of the highest bucket ends with the last
 * symbol, marked by its lowest bit. Symbols before `symoffset` are imports, and not hashed: of a library that exports
 * nothing, for which GNU ld writes a `symoffset` of 1, only the section headers tell how many.
 */
function* countByGnuHash(image: ElfImage, offset: number, known: number | null): Parsing<number | null> {
  const head = yield* image.table(offset, 16);
  if (head.length < 16) return null;
  const bucketCount = head.u32(0);
  const symbolOffset = head.u32(4);
  const buckets = offset + 16 + head.u32(8) * (image.wide ? 8 : 4);
  const chains = buckets + bucketCount * 4;
  if (chains > image.size) return null;
  let last = 0;
  for (let at = buckets; at < chains; at += PIECE) {
    const table = yield* image.table(at, Math.min(PIECE, chains - at));
    for (let i = 0; i + 4 <= table.length; i += 4) last = Math.max(last, table.u32(i));
  }
  if (last < symbolOffset) return Math.max(symbolOffset, last === 0 ? (known ?? 0) : 0);
  let length = 4096;
  for (let at = chains + (last - symbolOffset) * 4; last < image.budgets.symbols; at += length, length = PIECE) {
    const table = yield* image.table(at, length);
    if (table.length < 4) return null;
    for (let i = 0; i + 4 <= table.length; i += 4, last++) if (table.u32(i) & 1) return last + 1;
  }
  // At least: more than the budget has room for.
  return Math.max(last, image.budgets.symbols + 1);
}
