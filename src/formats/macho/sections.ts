import type { ByteRange } from '../parsing.ts';
import { text } from './bytes.ts';
import type { Command } from './command.ts';
import type { Encryption, Section, Segment, TextRange } from './types.ts';

const LC_SEGMENT_64 = 0x19;

const SECTION_TYPE = 0xff;
const S_REGULAR = 0;
const S_CSTRING_LITERALS = 2;
const S_COALESCED = 0xb;
// S_ZEROFILL, S_GB_ZEROFILL, S_THREAD_LOCAL_ZEROFILL: nothing in the file
const ZEROFILL: ReadonlySet<number> = new Set([1, 0xc, 0x12]);
const S_ATTR_INSTRUCTIONS = 0x8000_0400; // PURE and SOME

// Tables of pointers, offsets and unwinding codes: they hold no text of the program's.
const NO_TEXT =
  /^__(objc_(?!methname$|classname$)|swift5_(?!reflstr$)|unwind|eh_frame|gcc_except|compact_unwind|cfstring$|got$|mod_)/;
const NO_TEXT_SEGMENTS: ReadonlySet<string> = new Set(['__DWARF', '__LLVM']);

/** The 16-byte name fields are filled up with NUL, and have none when all 16 bytes are used. */
function fixedName(bytes: Uint8Array, at: number): string {
  let end = at;
  while (end < at + 16 && bytes[end] !== 0) end++;
  return text(bytes, at, end);
}

/** One LC_SEGMENT or LC_SEGMENT_64. */
export function readSegment(command: Command): Segment {
  const wide = command.kind === LC_SEGMENT_64;
  const segment = fixedName(command.bytes, 8);
  const address = wide ? command.u64(24) : command.u32(24);
  const start = wide ? command.u64(40) : command.u32(32);
  const size = wide ? command.u64(48) : command.u32(36);
  const { offset, length } = command.range(start, size);
  return { segment, address, offset, length };
}

/**
 * Appends the sections of one LC_SEGMENT or LC_SEGMENT_64.
 * @returns how many sections the command claims beyond its own size
 */
export function readSections(command: Command, sections: Section[]): number {
  const wide = command.kind === LC_SEGMENT_64;
  const first = wide ? 72 : 56; // sizeof(segment_command(_64))
  const entry = wide ? 80 : 68; // sizeof(section(_64))
  const claimed = command.u32(first - 8);
  const count = Math.min(claimed, Math.floor((command.size - first) / entry));
  for (let i = 0; i < count; i++) {
    const at = first + i * entry;
    const section = fixedName(command.bytes, at);
    const segment = fixedName(command.bytes, at + 16);
    const address = wide ? command.u64(at + 32) : command.u32(at + 32);
    const size = wide ? command.u64(at + 40) : command.u32(at + 36);
    const start = command.u32(at + (wide ? 48 : 40));
    const flags = command.u32(at + (wide ? 64 : 56));
    const inFile = start !== 0 && !ZEROFILL.has(flags & SECTION_TYPE);
    const range = command.range(start, inFile ? size : 0, `section ${segment},${section}`);
    sections.push({ segment, section, address, flags, offset: range.offset, length: range.length });
  }
  return claimed - count;
}

/** Whether FairPlay's range, when in force, takes any byte of `range`. */
export function isEncrypted(range: ByteRange, encryption: Encryption | null): boolean {
  if (!encryption || encryption.id === 0) return false;
  return range.offset < encryption.offset + encryption.size && encryption.offset < range.offset + range.length;
}

/** What of the sections may hold text, without their encrypted parts. */
export function textRanges(sections: readonly Section[], encryption: Encryption | null): TextRange[] {
  const ranges: TextRange[] = [];
  for (const { segment, section, flags, offset, length } of sections) {
    const type = flags & SECTION_TYPE;
    const data = (type === S_REGULAR || type === S_COALESCED) && (flags & S_ATTR_INSTRUCTIONS) === 0;
    if (!data && type !== S_CSTRING_LITERALS) continue;
    if (length === 0 || NO_TEXT_SEGMENTS.has(segment) || NO_TEXT.test(section)) continue;
    const named = { section: `${segment},${section}` };
    if (!encryption || !isEncrypted({ offset, length }, encryption)) {
      ranges.push({ ...named, offset, length });
      continue;
    }
    const before = encryption.offset - offset;
    if (before > 0) ranges.push({ ...named, offset, length: before });
    const end = encryption.offset + encryption.size;
    if (end < offset + length) ranges.push({ ...named, offset: end, length: offset + length - end });
  }
  return ranges;
}
