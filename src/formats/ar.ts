import type { Budgets } from '../budgets.ts';
import { BudgetError, FormatError } from '../errors.ts';
import type { Parsing } from './parsing.ts';
import { type Problem, Problems } from './problems.ts';
import { StringTable } from './string-table.ts';

/** One file inside a static archive. Offset and size are those of its own data, without a BSD long name. */
export interface ArchiveMember {
  readonly name: string;
  readonly offset: number;
  readonly size: number;
}

/**
 * Sees one entry of the archive's symbol table: its name is `bytes[start..end)`, valid during the call, which stands at
 * `offset` in the content. `member` counts those that define symbols from 0; -1 where the table points at none.
 */
export type VisitSymbol = (bytes: Uint8Array, start: number, end: number, offset: number, member: number) => void;

/**
 * A static library. All offsets are bytes from the start of the content, not of the archive. By its members a later issue
 * tells which of several SDKs in one library defines a symbol.
 */
export interface Archive {
  /** For `visitSymbols`. */
  readonly tables: Tables;
  /** `visitSymbols` adds to it. */
  readonly problems: readonly Problem[];
}

interface Tables {
  readonly indexes: readonly SymbolIndex[];
  /** Where the headers of its members stand in the archive, in ascending order: by that symbol tables name a member. */
  readonly headers: Float64Array;
  readonly budgets: Budgets;
  readonly problems: Problems;
  /** Whether a budget ended the listing: members behind its end are there and were not listed. */
  readonly isCut: boolean;
}

const MAGIC = '!<arch>\n';
const HEADER = 60;
/** A BSD long name follows the header: one request then usually gives both. */
const HEADER_AND_NAME = 512;
const LONGEST_NAME = 4096;

/** Tells a static archive by its magic. */
export function isArchive(head: Uint8Array): boolean {
  return head.length >= 8 && latin1(head.subarray(0, 8)) === MAGIC;
}

/** Formats of the symbol table: GNU and System V `/` (big-endian) and `/SYM64/`, BSD `__.SYMDEF` and its relatives. */
interface SymbolIndex {
  readonly kind: 'gnu' | 'gnu64' | 'bsd' | 'bsd64';
  readonly offset: number;
  readonly bytes: Uint8Array;
}

/**
 * Reads a static archive (ar(5), System V/GNU and BSD variants; FreeBSD ranlib.h and llvm/lib/Object/Archive.cpp for the
 * symbol tables). @param size bytes of the archive @param base where it starts, such as a slice of a fat file
 * @param visit sees each member in file order, without symbol tables and the table of long names; names may repeat
 * @throws FormatError where the magic is missing; what fails later is one of `problems`
 */
export function* readArchive(
  size: number,
  budgets: Budgets,
  base = 0,
  visit?: (member: ArchiveMember) => void,
): Parsing<Archive> {
  const magic = yield { offset: base, length: Math.min(size, HEADER_AND_NAME) };
  if (!isArchive(magic)) throw new FormatError('not a static archive', base);
  const problems = new Problems();
  const headers = new Float64Array(Math.min(budgets.archiveMembers, Math.ceil(size / HEADER)));
  let members = 0;
  const indexes: SymbolIndex[] = [];
  let longNames: StringTable | null = null;
  const end = base + size;
  let held = 0;
  let isCut = false;
  let at = base + MAGIC.length;
  for (let count = 0; at + HEADER <= end; count++) {
    if (count >= budgets.archiveMembers) {
      problems.failed(new BudgetError('archiveMembers', budgets.archiveMembers, at));
      isCut = true;
      break;
    }
    const bytes = yield { offset: at, length: Math.min(HEADER_AND_NAME, end - at) };
    const header = readMemberHeader(bytes);
    if (header === null) {
      problems.add(at, 'no archive member header where one must be');
      break;
    }
    let { name } = header;
    let offset = at + HEADER;
    const dataEnd = offset + header.size;
    const next = dataEnd + (header.size & 1);
    const whole = Math.min(dataEnd, end);
    if (whole < dataEnd) problems.add(at, `member ${name} announces ${header.size} bytes, the archive ends before`);
    if (name.startsWith('#1/')) {
      const length = Number.parseInt(name.slice(3), 10);
      if (!(length <= Math.min(header.size, LONGEST_NAME))) problems.add(at, `BSD name of length ${name.slice(3)}`);
      else {
        const inside = bytes.subarray(HEADER, HEADER + length);
        name = untilNul(inside.length === length ? inside : yield { offset, length });
        offset += length;
      }
    }
    const data = { offset, size: Math.max(whole - offset, 0) };
    const kind = indexKind(name);
    if (kind !== null || name === '//') {
      held += data.size;
      if (held > budgets.heldBytes) problems.failed(new BudgetError('heldBytes', budgets.heldBytes, offset));
      else {
        const table = yield { offset, length: data.size };
        if (kind === null) longNames = new StringTable(table, offset);
        else indexes.push({ kind, offset, bytes: table });
      }
    } else {
      headers[members++] = at - base;
      visit?.({ name: gnuName(name, longNames) ?? name, ...data });
    }
    at = next;
  }
  if (at < end && !isCut && problems.list.length === 0) problems.add(at, `${end - at} bytes behind the last member`);
  return {
    tables: { indexes, headers: headers.subarray(0, members), budgets, problems, isCut },
    problems: problems.list,
  };
}

/** Hands over what the symbol tables name, in place. */
export function visitSymbols({ tables }: Archive, visit: VisitSymbol): void {
  let left = tables.budgets.symbols;
  for (const index of tables.indexes) left = visitIndex(index, tables, left, visit);
}

/** ar_name[16] ar_date[12] ar_uid[6] ar_gid[6] ar_mode[8] ar_size[10] ar_fmag[2]. */
function readMemberHeader(bytes: Uint8Array): { name: string; size: number } | null {
  if (bytes.length < HEADER || bytes[58] !== 0x60 || bytes[59] !== 0x0a) return null;
  const digits = latin1(bytes.subarray(48, 58)).trimEnd();
  if (!/^\d{1,10}$/.test(digits)) return null;
  return { name: latin1(bytes.subarray(0, 16)).trimEnd(), size: Number(digits) };
}

function indexKind(name: string): SymbolIndex['kind'] | null {
  if (name === '/') return 'gnu';
  if (name === '/SYM64/') return 'gnu64';
  if (name === '__.SYMDEF' || name === '__.SYMDEF SORTED') return 'bsd';
  if (name === '__.SYMDEF_64' || name === '__.SYMDEF_64 SORTED') return 'bsd64';
  return null;
}

/** GNU ends short names with `/` and writes long ones as `/` and an offset into `//`, where `/\n` ends them. */
function gnuName(name: string, longNames: StringTable | null): string | null {
  if (!name.startsWith('/')) return name.endsWith('/') ? name.slice(0, -1) : null;
  if (!/^\/\d+$/.test(name)) return null;
  const long = longNames?.at(Number(name.slice(1)), 0x0a) ?? null;
  return long?.endsWith('/') ? long.slice(0, -1) : long;
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

function untilNul(bytes: Uint8Array): string {
  const nul = bytes.indexOf(0);
  return new TextDecoder().decode(nul < 0 ? bytes : bytes.subarray(0, nul));
}

function latin1(bytes: Uint8Array): string {
  return new TextDecoder('latin1').decode(bytes);
}
