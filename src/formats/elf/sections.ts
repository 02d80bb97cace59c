import type { Parsing } from '../parsing.ts';
import type { Problems } from '../problems.ts';
import { StringTable } from '../string-table.ts';
import { type ElfImage, PT_LOAD } from './image.ts';

/** One section header (gABI, "Sections"). */
export interface Section {
  readonly name: string;
  readonly type: number;
  /** sh_flags: 1 write, 2 alloc, 4 execinstr. */
  readonly flags: number;
  readonly address: number;
  readonly offset: number;
  readonly size: number;
  readonly link: number;
}

export const SHT_STRTAB = 3;
export const SHT_NOTE = 7;
export const SHT_NOBITS = 8;
export const SHT_DYNSYM = 11;
export const SHF_ALLOC = 2;
export const SHF_EXECINSTR = 4;

/** A usual stripped library keeps .comment, .shstrtab and the section headers in less than this behind its segments. */
const TAIL = 256 * 1024;
const NAME_TABLE = 1024 * 1024;

/**
 * Reads the section headers: null where the file has none or they cannot be followed (then with a problem).
 * @param oddities what is wrong with them where no byte is missing
 */
export function* readSections(image: ElfImage, oddities: Problems): Parsing<Section[] | null> {
  const { offset, count, entrySize, names } = image.header.sectionHeaders;
  if (offset === 0 || count === 0) return null;
  const structSize = image.wide ? 64 : 40;
  if (entrySize !== structSize) {
    oddities.add(0, `e_shentsize is ${entrySize}, not ${structSize}`);
    return null;
  }
  const length = count * structSize;
  if (offset > image.size || length > image.size - offset) {
    image.problems.add(offset, `${count} section headers announced, which lie outside the file`);
    return null;
  }
  yield* holdTail(image, offset + length);
  const table = yield* image.table(offset, length);
  if (table.length < length) return null;
  const raw = Array.from({ length: count }, (_, i) => {
    const at = i * structSize;
    const word = image.wide ? 8 : 4;
    return {
      nameIndex: table.u32(at),
      type: table.u32(at + 4),
      flags: table.word(at + 8),
      address: table.word(at + 8 + word),
      offset: table.word(at + 8 + 2 * word),
      size: table.word(at + 8 + 3 * word),
      link: table.u32(at + 8 + 4 * word),
    };
  });
  const nameSection = raw[names];
  if (!nameSection || nameSection.type !== SHT_STRTAB) {
    oddities.add(offset, `e_shstrndx ${names} is no string table`);
    return null;
  }
  const nameBytes = yield* image.bytes(nameSection.offset, Math.min(nameSection.size, NAME_TABLE));
  const nameTable = new StringTable(nameBytes, nameSection.offset);
  return raw.map(({ nameIndex, ...rest }) => ({ name: nameTable.at(nameIndex) ?? '', ...rest }));
}

/** One request for all that follows the segments, where it is small: these bytes lie last in a deflated file. */
function* holdTail(image: ElfImage, headersEnd: number): Parsing<void> {
  let end = 0;
  for (const { type, offset, fileSize } of image.segments) {
    if (type === PT_LOAD && offset + fileSize <= image.size) end = Math.max(end, offset + fileSize);
  }
  if (end > 0 && headersEnd > end && headersEnd - end <= TAIL) yield* image.hold(end, headersEnd - end);
}

/**
 * Whether the section headers describe the bytes that the loader maps. The loader ignores them, so a packer may strip or
 * forge them: every allocated section must lie where PT_LOAD puts its address, and no large piece of
 * a segment may lie outside all sections.
 */
export function sectionsCover(image: ElfImage, sections: readonly Section[], oddities: Problems): boolean {
  const loads = image.segments.filter(({ type, fileSize }) => type === PT_LOAD && fileSize > 0);
  if (loads.length === 0) return true; // an object file: its sections are all there is
  const ranges: { offset: number; end: number }[] = [];
  for (const { type, flags, address, offset, size } of sections) {
    if ((flags & SHF_ALLOC) === 0 || type === SHT_NOBITS || size === 0) continue;
    if (offset + size > image.size || image.offsetOf(address) !== offset) {
      oddities.add(offset, 'a section header disagrees with PT_LOAD');
      return false;
    }
    ranges.push({ offset, end: offset + size });
  }
  ranges.sort((a, b) => a.offset - b.offset);
  for (const load of loads) {
    let covered = load.offset;
    for (const range of ranges) {
      if (range.offset >= load.offset + load.fileSize) break;
      if (range.offset - covered > LARGEST_GAP) break;
      covered = Math.max(covered, range.end);
    }
    if (load.offset + load.fileSize - covered > LARGEST_GAP) {
      oddities.add(covered, 'a loaded segment holds bytes that no section header names');
      return false;
    }
  }
  return true;
}

/** Headers, notes without a section and padding to a 16 KiB or 64 KiB page. */
const LARGEST_GAP = 64 * 1024;
