import type { Budgets } from '../budgets.ts';
import { BudgetError, FormatError } from '../errors.ts';
import { indexKind, type SymbolIndex, type Tables } from './ar-symbols.ts';
import { isElf } from './elf/index.ts';
import { isMachO } from './macho/header.ts';
import { ascii, begins } from './magic.ts';
import type { Parsing } from './parsing.ts';
import { type Problem, Problems } from './problems.ts';
import { StringTable } from './string-table.ts';

/** One file inside a static archive. Offset and size are those of its own data, without a BSD long name. */
export interface ArchiveMember {
  readonly name: string;
  readonly offset: number;
  readonly size: number;
  /** By its first bytes: machine code, or code of LLVM that no linker has made machine code of yet. */
  readonly code: 'object' | 'bitcode' | null;
}

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

const MAGIC = ascii('!<arch>\n');
const HEADER = 60;
/** A BSD long name follows the header: one request then usually gives both. */
const HEADER_AND_NAME = 512;
const LONGEST_NAME = 4096;

/** Tells a static archive by its magic. */
export function isArchive(head: Uint8Array): boolean {
  return begins(head, MAGIC);
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
      const start = offset - at;
      visit?.({ name: gnuName(name, longNames) ?? name, ...data, code: codeOf(bytes.subarray(start)) });
    }
    at = next;
  }
  if (at < end && !isCut && problems.list.length === 0) problems.add(at, `${end - at} bytes behind the last member`);
  return {
    tables: { indexes, headers: headers.subarray(0, members), budgets, problems, isCut },
    problems: problems.list,
  };
}

/**
 * ELF, Mach-O, and bitcode: `BC` and 0xC0DE, or the wrapper around it (LLVM Bitcode File Format, "Magic Numbers" and
 * "Bitcode Wrapper Format").
 */
function codeOf(head: Uint8Array): ArchiveMember['code'] {
  if (head.length < 4) return null;
  const magic = new DataView(head.buffer, head.byteOffset).getUint32(0);
  if (magic === 0x4243c0de || magic === 0xdec0170b) return 'bitcode';
  return isElf(head) || isMachO(head) ? 'object' : null;
}

/** ar_name[16] ar_date[12] ar_uid[6] ar_gid[6] ar_mode[8] ar_size[10] ar_fmag[2]. */
function readMemberHeader(bytes: Uint8Array): { name: string; size: number } | null {
  if (bytes.length < HEADER || bytes[58] !== 0x60 || bytes[59] !== 0x0a) return null;
  const digits = latin1(bytes.subarray(48, 58)).trimEnd();
  if (!/^\d{1,10}$/.test(digits)) return null;
  return { name: latin1(bytes.subarray(0, 16)).trimEnd(), size: Number(digits) };
}

/** GNU ends short names with `/` and writes long ones as `/` and an offset into `//`, where `/\n` ends them. */
function gnuName(name: string, longNames: StringTable | null): string | null {
  if (!name.startsWith('/')) return name.endsWith('/') ? name.slice(0, -1) : null;
  if (!/^\/\d+$/.test(name)) return null;
  const long = longNames?.at(Number(name.slice(1)), 0x0a) ?? null;
  return long?.endsWith('/') ? long.slice(0, -1) : long;
}

function untilNul(bytes: Uint8Array): string {
  const nul = bytes.indexOf(0);
  return new TextDecoder().decode(nul < 0 ? bytes : bytes.subarray(0, nul));
}

function latin1(bytes: Uint8Array): string {
  return new TextDecoder('latin1').decode(bytes);
}
