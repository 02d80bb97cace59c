import type { ByteRange } from '../parsing.ts';
import type { Problem, Problems } from '../problems.ts';
import { text, viewOf } from './bytes.ts';
import type { BuildPlatform, Dylib, DylibVersions, Encryption, FatSlice, Section, Segment } from './types.ts';

/** dyld opens no path longer than PATH_MAX, 1,024 bytes; four times that is no name but a load. */
const PATH_BYTES = 4096;

/** What of __LINKEDIT the load commands point at. */
export type LinkEdit = 'bind' | 'weakBind' | 'lazyBind' | 'exports' | 'fixups' | 'symbols' | 'strings' | 'signature';

/** What the load commands say. */
export interface LoadCommands {
  readonly dylibs: Dylib[];
  readonly rpaths: string[];
  readonly segments: Segment[];
  readonly sections: Section[];
  readonly linkEdit: Map<LinkEdit, ByteRange>;
  id: DylibVersions | null;
  uuid: string | null;
  platform: BuildPlatform | null;
  sourceVersion: string | null;
  encryption: Encryption | null;
}

/** What a load command needs to know of the file that it stands in. */
export interface Surroundings {
  readonly header: Readonly<{ bits: 32 | 64; little: boolean }>;
  readonly slice: FatSlice;
  /** What cannot be followed is added here. */
  readonly problems: Problems;
}

/** One load command. Field offsets count from its start, as in mach-o/loader.h. */
export class Command {
  readonly bytes: Uint8Array;
  readonly size: number;
  /** LC_* */
  readonly kind: number;
  readonly bits: 32 | 64;
  /** Where it stands in the content. */
  readonly offset: number;
  readonly #view: DataView;
  readonly #little: boolean;
  readonly #slice: FatSlice;
  readonly #problems: Problems;

  /**
   * @param bytes the command alone, at least 8 bytes
   * @param offset where it stands in the content
   */
  constructor(bytes: Uint8Array, offset: number, { header, slice, problems }: Surroundings) {
    this.bytes = bytes;
    this.size = bytes.length;
    this.bits = header.bits;
    this.#view = viewOf(bytes);
    this.#little = header.little;
    this.offset = offset;
    this.#slice = slice;
    this.#problems = problems;
    this.kind = this.u32(0);
  }

  u32(field: number): number {
    return this.#view.getUint32(field, this.#little);
  }

  /** A 64-bit field: exact below 2^53, and above it still larger than any file. */
  u64(field: number): number {
    const [high, low] = this.halves(field);
    return high * 0x1_0000_0000 + low;
  }

  /** The two halves of a 64-bit field. */
  halves(field: number): readonly [high: number, low: number] {
    return this.#little ? [this.u32(field + 4), this.u32(field)] : [this.u32(field), this.u32(field + 4)];
  }

  /** A `union lc_str`: its field holds an offset from the start of the command. */
  string(field: number): string | null {
    const start = this.u32(field);
    if (start >= this.size) {
      this.report('the name of a load command lies outside it');
      return null;
    }
    const nul = this.bytes.indexOf(0, start);
    const end = nul < 0 ? this.size : nul;
    if (end - start > PATH_BYTES) this.report(`a name of ${end - start} bytes is cut to ${PATH_BYTES}`, 'budget');
    return text(this.bytes, start, Math.min(end, start + PATH_BYTES));
  }

  /**
   * Turns what a command claims, relative to the slice, into a range of the content that stays within the slice.
   * @param what names it where it does not; without, that is said of the parts
   */
  range(offset: number, length: number, what?: string): ByteRange {
    const held = Math.max(0, Math.min(length, this.#slice.size - offset));
    if (held < length && what !== undefined) this.report(`${what} reaches beyond the end of the slice`);
    return { offset: this.#slice.offset + offset, length: held };
  }

  report(message: string, reason: Problem['reason'] = 'malformed'): void {
    this.#problems.add(this.offset, message, reason);
  }
}
