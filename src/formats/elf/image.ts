import type { Budgets } from '../../budgets.ts';
import { BudgetError, FormatError } from '../../errors.ts';
import type { Parsing } from '../parsing.ts';
import type { Problems } from '../problems.ts';

/** Enough for the header, every program header and the notes of a usual library, in the first request. */
export const HEAD = 4096;

export interface ElfHeader {
  readonly class: 32 | 64;
  readonly littleEndian: boolean;
  /** e_type: 1 relocatable, 2 executable, 3 shared object. */
  readonly type: number;
  readonly machine: number;
  readonly programHeaders: { readonly offset: number; readonly count: number; readonly entrySize: number };
  readonly sectionHeaders: {
    readonly offset: number;
    readonly count: number;
    readonly entrySize: number;
    readonly names: number;
  };
}

/** Reads the ELF header (gABI, "ELF Header"). @throws FormatError where it is not one */
function readHeader(head: Uint8Array): ElfHeader {
  if (head.length < 16 || head[0] !== 0x7f || head[1] !== 0x45 || head[2] !== 0x4c || head[3] !== 0x46)
    throw new FormatError('not an ELF file', 0);
  const wide = head[4] === 2;
  if (!wide && head[4] !== 1) throw new FormatError(`ELF class ${head[4]} is unknown`, 4);
  if (head[5] !== 1 && head[5] !== 2) throw new FormatError(`ELF byte order ${head[5]} is unknown`, 5);
  if (head.length < (wide ? 64 : 52)) throw new FormatError('the ELF header is cut off', head.length);
  const table = new Table(head, wide, head[5] === 1);
  const after = wide ? 52 : 40; // e_ehsize
  return {
    class: wide ? 64 : 32,
    littleEndian: table.littleEndian,
    type: table.u16(16),
    machine: table.u16(18),
    programHeaders: {
      offset: table.word(wide ? 32 : 28),
      entrySize: table.u16(after + 2),
      count: table.u16(after + 4),
    },
    sectionHeaders: {
      offset: table.word(wide ? 40 : 32),
      entrySize: table.u16(after + 6),
      count: table.u16(after + 8),
      names: table.u16(after + 10),
    },
  };
}

/** Bytes of one table, read in the file's class and byte order. The caller keeps offsets inside. */
export class Table {
  readonly length: number;
  readonly wide: boolean;
  readonly littleEndian: boolean;
  readonly #view: DataView;

  constructor(bytes: Uint8Array, wide: boolean, littleEndian: boolean) {
    this.length = bytes.length;
    this.wide = wide;
    this.littleEndian = littleEndian;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  u8(offset: number): number {
    return this.#view.getUint8(offset);
  }

  u16(offset: number): number {
    return this.#view.getUint16(offset, this.littleEndian);
  }

  u32(offset: number): number {
    return this.#view.getUint32(offset, this.littleEndian);
  }

  /** An address, offset or size: 4 or 8 bytes by class. Above 2^53 it is rounded, which is past every file. */
  word(offset: number): number {
    if (!this.wide) return this.u32(offset);
    const low = this.u32(offset + (this.littleEndian ? 0 : 4));
    const high = this.u32(offset + (this.littleEndian ? 4 : 0));
    return high * 0x1_0000_0000 + low;
  }
}

/** One program header (gABI, "Program Header"). */
export interface Segment {
  readonly type: number;
  /** p_flags: 1 execute, 2 write, 4 read. */
  readonly flags: number;
  readonly offset: number;
  readonly address: number;
  readonly fileSize: number;
}

export const PT_LOAD = 1;
export const PT_DYNAMIC = 2;
export const PT_NOTE = 4;

/** A file being read: its order and class, the pieces already held, and its segments once they are known. */
export class ElfImage {
  readonly size: number;
  readonly header: ElfHeader;
  readonly budgets: Budgets;
  readonly problems: Problems;
  segments: readonly Segment[] = [];
  readonly #held: { readonly offset: number; readonly bytes: Uint8Array }[];

  /** @throws FormatError where `head` is not the head of an ELF file */
  constructor(size: number, head: Uint8Array, budgets: Budgets, problems: Problems) {
    this.size = size;
    this.header = readHeader(head);
    this.budgets = budgets;
    this.problems = problems;
    this.#held = [{ offset: 0, bytes: head }];
  }

  get wide(): boolean {
    return this.header.class === 64;
  }

  /**
   * The bytes of a range, short where the file ends; out of what is held where it is held.
   * @param releases that the piece before, of the same table, is not looked at again
   * @throws BudgetError where they are more than may be held
   */
  *bytes(offset: number, length: number, releases?: 'last'): Parsing<Uint8Array> {
    if (offset >= this.size || length <= 0) return new Uint8Array(0);
    const wanted = Math.min(length, this.size - offset);
    const { heldBytes } = this.budgets;
    if (wanted > heldBytes) throw new BudgetError('heldBytes', heldBytes, offset);
    for (const piece of this.#held) {
      const start = offset - piece.offset;
      if (start >= 0 && start + wanted <= piece.bytes.length) return piece.bytes.subarray(start, start + wanted);
    }
    return yield releases ? { offset, length: wanted, releases } : { offset, length: wanted };
  }

  *table(offset: number, length: number, releases?: 'last'): Parsing<Table> {
    return new Table(yield* this.bytes(offset, length, releases), this.wide, this.header.littleEndian);
  }

  /** Reads a range now that later requests will want parts of. */
  *hold(offset: number, length: number): Parsing<void> {
    const bytes = yield* this.bytes(offset, length);
    if (bytes.length > 0) this.#held.push({ offset, bytes });
  }

  /** File offset of a virtual address, through PT_LOAD; null where nothing of the file is mapped. */
  offsetOf(address: number): number | null {
    // From the last: where segments overlap, the loader maps the later one over the earlier.
    for (let i = this.segments.length - 1; i >= 0; i--) {
      const { type, address: start, fileSize, offset } = this.segments[i]!;
      if (type === PT_LOAD && address >= start && address - start < fileSize) {
        const found = offset + (address - start);
        return found < this.size ? found : null;
      }
    }
    return null;
  }
}

/** Reads the program headers. What lies outside the file becomes a problem. */
export function* readSegments(image: ElfImage): Parsing<Segment[]> {
  const { offset, count, entrySize } = image.header.programHeaders;
  const structSize = image.wide ? 56 : 32;
  // bionic (linker_phdr.cpp, ReadProgramHeaders) goes by its own struct, whatever e_phentsize says, and takes 64 KiB.
  if (count > 0 && entrySize !== structSize) image.problems.add(0, `e_phentsize is ${entrySize}, not ${structSize}`);
  const table = yield* image.table(offset, Math.min(count * structSize, 65_536));
  const whole = Math.floor(table.length / structSize);
  if (whole < count) image.problems.add(offset, `${count} program headers announced, ${whole} read`);
  const segments: Segment[] = [];
  for (let i = 0; i < whole; i++) {
    const at = i * structSize;
    segments.push(
      image.wide
        ? {
            type: table.u32(at),
            flags: table.u32(at + 4),
            offset: table.word(at + 8),
            address: table.word(at + 16),
            fileSize: table.word(at + 32),
          }
        : {
            type: table.u32(at),
            offset: table.word(at + 4),
            address: table.word(at + 8),
            fileSize: table.word(at + 16),
            flags: table.u32(at + 24),
          },
    );
  }
  return segments;
}
