import type { Budgets } from '../../budgets.ts';
import { BudgetError } from '../../errors.ts';
import type { ByteRange, Parsing } from '../parsing.ts';
import { type Problem, Problems } from '../problems.ts';
import { StringTable } from '../string-table.ts';
import { DT_SONAME, type Dynamic, locateSymbols, readDynamic, type SymbolTables } from './dynamic.ts';
import { ElfImage, HEAD, PT_LOAD, readSegments } from './image.ts';
import { readComment, readNotes } from './notes.ts';
import { readSections, type Section, SHF_ALLOC, SHF_EXECINSTR, SHT_NOBITS, sectionsCover } from './sections.ts';

/** A library by name. */
export interface ElfLibrary {
  readonly name: string;
  /** Where the name's bytes start, from the start of the content. */
  readonly offset: number;
}

/**
 * Sees one dynamic symbol: its name is `bytes[start..end)`, valid during the call, which stands at `offset` in the content.
 * `defined` here, or wanted from elsewhere. `row` is the place of its entry in the table, for `symbolContent`.
 */
export type VisitSymbol = (
  bytes: Uint8Array,
  start: number,
  end: number,
  offset: number,
  defined: boolean,
  row: number,
) => void;

/**
 * What an ELF file says about itself (System V gABI, chapters 4 and 5). Offsets and lengths are bytes. Run path, build id,
 * compilers and ranges of text are for the saved inventory, a later issue: by them a copy of a known library is told.
 */
export interface ElfFile {
  readonly class: 32 | 64;
  /** `arm64`, `armv7`, `x86`, `x86_64`, `riscv64`, or `machine-` and the e_machine number. */
  readonly machine: string;
  readonly soname: string | null;
  readonly needed: readonly string[];
  /** The same names, with their places. */
  readonly libraries: { readonly soname: ElfLibrary | null; readonly needed: readonly ElfLibrary[] };
  /** For `visitSymbols`. */
  readonly symbols: ElfSymbols;
  /** NT_GNU_BUILD_ID, hexadecimal. */
  readonly buildId: string | null;
  readonly androidIdent: { readonly api: number; readonly ndk: string | null } | null;
  /** The compilers named in `.comment`, one to a line. */
  readonly comment: string | null;
  /**
   * Where read-only text may lie: `.rodata` where the section headers can be trusted, else the read-only segments,
   * else all but executable sections. In ascending order, without overlap.
   */
  readonly textRanges: readonly ByteRange[];
  /** `visitSymbols` adds to it. */
  readonly problems: readonly Problem[];
  /** What is wrong with section headers that the loader has no need of. */
  readonly oddities: readonly Problem[];
  /** Whether section headers are there and can be followed. */
  readonly sectionHeaders: boolean;
  /** Where .NET for Android puts assemblies into a library that holds nothing else: the section `payload`. */
  readonly payload: ByteRange | null;
  /** Sections that are packed, as their headers say: the stream behind the size of what it makes. */
  readonly packed: readonly ByteRange[];
}

/** Where the dynamic symbols lie, and their names. */
interface ElfSymbols {
  readonly image: ElfImage;
  readonly tables: SymbolTables | null;
  readonly strings: StringTable | null;
}

/** Tells an ELF file by its first four bytes. */
export function isElf(head: Uint8Array): boolean {
  return head.length >= 4 && head[0] === 0x7f && head[1] === 0x45 && head[2] === 0x4c && head[3] === 0x46;
}

const MACHINES: ReadonlyMap<number, string> = new Map([
  [3, 'x86'],
  [40, 'armv7'],
  [62, 'x86_64'],
  [183, 'arm64'],
  [243, 'riscv64'],
]);

/**
 * Reads an ELF file of `size` bytes, 32 or 64 bit, of either byte order.
 * @throws FormatError where the ELF header cannot be read; everything else that fails is one of `problems`
 */
export function* readElf(size: number, budgets: Budgets): Parsing<ElfFile> {
  const head = yield { offset: 0, length: Math.min(size, HEAD) };
  const problems = new Problems();
  const image = new ElfImage(size, head, budgets, problems);
  image.segments = yield* readSegments(image);
  const before = problems.list.length;
  let dynamic = yield* readDynamic(image);
  const ofDynamic = problems.list.length - before;
  // The loader follows PT_DYNAMIC and looks at no section header: where it could be followed, what those say hides nothing.
  const oddities = dynamic !== null && ofDynamic === 0 ? new Problems() : problems;
  const sections = yield* readSections(image, oddities);
  if (sections && isDebugInformation(sections)) {
    // The headers were copied, what they lead to was not.
    problems.list.splice(before, ofDynamic);
    dynamic = null;
  }
  const covering = sections !== null && sectionsCover(image, sections, oddities) ? sections : null;
  const notes = yield* readNotes(image, sections ?? []);
  const comment = yield* readComment(image, sections ?? []);
  const tables = yield* locateSymbols(image, dynamic, sections ?? []);
  const strings = tables && (yield* readStrings(image, tables));
  const soname = dynamicName(image, dynamic, strings, dynamic?.values.get(DT_SONAME));
  const needed = (dynamic?.needed ?? [])
    .map((index) => dynamicName(image, dynamic, strings, index))
    .filter((found) => found !== null);
  return {
    class: image.header.class,
    machine: machineName(image.header.machine, image.header.class),
    soname: soname?.name ?? null,
    needed: needed.map((library) => library.name),
    libraries: { soname, needed },
    symbols: { image, tables, strings },
    ...notes,
    comment,
    textRanges: textRanges(image, covering),
    problems: problems.list,
    oddities: oddities === problems ? [] : oddities.list,
    sectionHeaders: sections !== null,
    payload: payloadOf(sections ?? [], size),
    packed: packedOf(sections ?? [], image),
  };
}

function payloadOf(sections: readonly Section[], size: number): ByteRange | null {
  const { offset = 0, size: length = 0 } = sections.find(({ name }) => name === 'payload') ?? {};
  return length > 0 && offset + length <= size ? { offset, length } : null;
}

const SHF_COMPRESSED = 0x800;
/** Sections that are looked into: a library has some ten of debug information. */
const MOST_PACKED = 64;

/** Behind Elf64_Chdr or Elf32_Chdr (gABI), or as binutils did it before: `ZLIB`, and a size of eight bytes. */
function packedOf(sections: readonly Section[], { wide, size: whole }: ElfImage): ByteRange[] {
  return sections
    .filter(({ flags, name }) => (flags & SHF_COMPRESSED) !== 0 || name.startsWith('.zdebug_'))
    .map(({ flags, offset, size }) => {
      const head = (flags & SHF_COMPRESSED) === 0 || !wide ? 12 : 24;
      return { offset: offset + head, length: size - head };
    })
    .filter(({ offset, length }) => length > 0 && offset + length <= whole)
    .slice(0, MOST_PACKED);
}

/** What `objcopy --only-keep-debug` leaves: no section of code has bytes. Android puts one, packed with xz, into its libraries. */
function isDebugInformation(sections: readonly Section[]): boolean {
  const code = sections.filter(({ flags }) => (flags & SHF_EXECINSTR) !== 0);
  return code.length > 0 && code.every(({ type }) => type === SHT_NOBITS);
}

function machineName(machine: number, width: 32 | 64): string {
  const name = MACHINES.get(machine);
  // e_machine does not hold the width for RISC-V.
  return name === undefined || (name === 'riscv64' && width === 32) ? `machine-${machine}` : name;
}

function* readStrings(image: ElfImage, { strings, stringsLength }: SymbolTables): Parsing<StringTable> {
  const { heldBytes } = image.budgets;
  if (stringsLength > heldBytes) image.problems.failed(new BudgetError('heldBytes', heldBytes, strings));
  return new StringTable(yield* image.bytes(strings, Math.min(stringsLength, heldBytes)), strings);
}

function dynamicName(
  image: ElfImage,
  dynamic: Dynamic | null,
  strings: StringTable | null,
  index: number | undefined,
): ElfLibrary | null {
  if (!dynamic || index === undefined) return null;
  const name = strings?.at(index) ?? null;
  if (strings && name !== null) return { name, offset: strings.offset + index };
  image.problems.add(dynamic.offset, `a dynamic entry names string ${index}, which is not there`);
  return null;
}

const PIECE = 1024 * 1024;
const STB_LOCAL = 0;

/**
 * Hands over the global and weak dynamic symbols in the order of their table, piece by piece: none is kept (gABI, "Symbol
 * Table"). Entry 0 is reserved; local entries and nameless ones are left out.
 */
export function* visitSymbols({ symbols }: ElfFile, visit: VisitSymbol): Parsing<void> {
  const { image, tables, strings } = symbols;
  if (!tables || !strings) return;
  const { problems, budgets, wide } = image;
  const entrySize = wide ? 24 : 16;
  const count = Math.min(tables.count, budgets.symbols);
  if (count < tables.count) problems.failed(new BudgetError('symbols', budgets.symbols, tables.symbols));
  const step = Math.floor(PIECE / entrySize);
  let strays = 0;
  for (let first = 0; first < count; first += step) {
    const wanted = Math.min(step, count - first);
    // A whole piece is more than the image holds: the one before was handed over last.
    const table = yield* image.table(
      tables.symbols + first * entrySize,
      wanted * entrySize,
      first > 0 ? 'last' : undefined,
    );
    for (let at = 0; at + entrySize <= table.length; at += entrySize) {
      const index = table.u32(at);
      const binding = table.u8(at + (wide ? 4 : 12)) >> 4;
      if (index === 0 || binding === STB_LOCAL) continue;
      const end = strings.endOf(index);
      if (end < 0) strays++;
      else if (end > index) {
        const isDefined = table.u16(at + (wide ? 6 : 14)) !== 0;
        visit(strings.bytes, index, end, strings.offset + index, isDefined, tables.symbols + first * entrySize + at);
      }
    }
    if (table.length < wanted * entrySize || strings.overdrawn) break;
  }
  if (strings.overdrawn) problems.add(strings.offset, 'symbol names overlap far beyond shared tails: reading stopped');
  else if (strays > 0) problems.add(tables.symbols, `${strays} symbol names lie outside the string table`);
}

/** Where in the file the content of a symbol stands, by the place of its entry; null where no bytes of the file are its. */
export function* symbolContent({ symbols: { image } }: ElfFile, row: number): Parsing<ByteRange | null> {
  const entry = yield* image.table(row, image.wide ? 24 : 16);
  if (entry.length < (image.wide ? 24 : 16)) return null;
  const [address, length] = image.wide ? [entry.word(8), entry.word(16)] : [entry.u32(4), entry.u32(8)];
  const offset = image.offsetOf(address);
  return offset === null || length === 0 || offset + length > image.size ? null : { offset, length };
}

/** @param sections where they cover what is mapped */
function textRanges(image: ElfImage, sections: readonly Section[] | null): ByteRange[] {
  if (sections) {
    const rodata = sections.filter(
      ({ name, type, flags }) =>
        /^\.l?rodata(?![a-z_])/.test(name) &&
        type !== SHT_NOBITS &&
        (flags & (SHF_ALLOC | SHF_EXECINSTR)) === SHF_ALLOC,
    );
    if (rodata.length > 0) return merged(image, rodata);
  }
  const readOnly = image.segments.filter(({ type, flags }) => type === PT_LOAD && (flags & 7) === 4);
  if (readOnly.length > 0)
    return merged(
      image,
      readOnly.map(({ offset, fileSize }) => ({ offset, size: fileSize })),
    );
  const code = sections
    ? sections.filter(({ type, flags }) => type !== SHT_NOBITS && (flags & SHF_EXECINSTR) !== 0)
    : [];
  return without(image.size, merged(image, code));
}

/** Ranges clipped to the file, sorted, overlaps joined. */
function merged(image: ElfImage, ranges: readonly { offset: number; size: number }[]): ByteRange[] {
  const result: { offset: number; length: number }[] = [];
  for (const { offset, size } of [...ranges].sort((a, b) => a.offset - b.offset)) {
    const end = Math.min(offset + size, image.size);
    if (end <= offset) continue;
    const last = result.at(-1);
    if (last && offset <= last.offset + last.length) last.length = Math.max(last.length, end - last.offset);
    else result.push({ offset, length: end - offset });
  }
  return result;
}

function without(size: number, holes: readonly ByteRange[]): ByteRange[] {
  const result: ByteRange[] = [];
  let start = 0;
  for (const { offset, length } of holes) {
    if (offset > start) result.push({ offset: start, length: offset - start });
    start = offset + length;
  }
  if (size > start) result.push({ offset: start, length: size - start });
  return result;
}
