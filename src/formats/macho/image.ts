import type { ByteRange, Parsing } from '../parsing.ts';
import { type NameAllowance, viewOf } from './bytes.ts';
import type { NameList } from './name-list.ts';
import { isEncrypted } from './sections.ts';
import type { Encryption, Segment } from './types.ts';

/** Bytes of the content that are at hand. */
interface Held {
  readonly offset: number;
  readonly bytes: Uint8Array;
  readonly view: DataView;
}

/** Structures this close are asked for together, and so many bytes at most at once. */
const GAP = 16 * 1024;
const MOST = 1024 * 1024;

/** Bytes asked for where a name begins that is not at hand: those of classes are far shorter. */
const NAME_ROOM = 4096;

/** What the segments of a file make of its bytes in memory: structures and names are read by their addresses. */
export class Image {
  readonly #segments: readonly Segment[];
  readonly #held: readonly Held[];
  readonly #encryption: Encryption | null;

  constructor(segments: readonly Segment[], held: readonly Omit<Held, 'view'>[], encryption: Encryption | null) {
    this.#segments = segments.filter(({ length }) => length > 0);
    this.#held = held.map((each) => ({ ...each, view: viewOf(each.bytes) })).sort((a, b) => a.offset - b.offset);
    this.#encryption = encryption;
  }

  /** Where the bytes at an address stand in the content; -1 where no segment has them. */
  offsetOf(address: number, size: number): number {
    // A file has a handful of segments.
    for (const { address: start, offset, length } of this.#segments) {
      if (address >= start && address + size <= start + length) return offset + (address - start);
    }
    return -1;
  }

  /**
   * Reads a structure at each address; what is not at hand is asked for in ascending order. What is encrypted is passed over.
   * @param addresses ascending
   * @param fault is told where one cannot be had
   */
  *structures(
    addresses: Float64Array,
    size: number,
    read: (view: DataView, at: number, address: number) => void,
    fault: (offset: number) => void,
  ): Parsing<void> {
    const apart: { readonly address: number; readonly offset: number }[] = [];
    for (const address of addresses) {
      const offset = this.offsetOf(address, size);
      if (offset < 0) {
        fault(0);
        continue;
      }
      if (this.#isEncrypted(offset, size)) continue;
      const held = this.#heldAt(offset);
      if (held && offset + size <= held.offset + held.bytes.length) read(held.view, offset - held.offset, address);
      else apart.push({ address, offset });
    }
    for (const { range, members } of groups(apart, size)) {
      const bytes = yield range;
      const view = viewOf(bytes);
      for (const { address, offset } of members) {
        const at = offset - range.offset;
        if (at + size <= bytes.length) read(view, at, address);
        else fault(offset);
      }
    }
  }

  /**
   * Reads the NUL-terminated name at each address, as `structures` does.
   * @throws BudgetError, FormatError where names are too many, or share their bytes over and over
   */
  *names(
    addresses: Float64Array,
    allowance: NameAllowance,
    into: NameList,
    fault: (offset: number) => void,
  ): Parsing<void> {
    const take = (bytes: Uint8Array, start: number, offset: number): boolean => {
      const end = allowance.endOf(bytes, start, offset);
      if (end === start) fault(offset);
      else if (end > start) {
        allowance.count(offset);
        into.add(bytes, start, end, offset);
      }
      return end >= 0;
    };
    const apart: { readonly offset: number }[] = [];
    for (const address of addresses) {
      const offset = this.offsetOf(address, 1);
      if (offset < 0) fault(0);
      else if (!this.#isEncrypted(offset, 1)) {
        const held = this.#heldAt(offset);
        if (!held || !take(held.bytes, offset - held.offset, offset)) apart.push({ offset });
      }
    }
    for (const { range, members } of groups(apart, NAME_ROOM)) {
      const bytes = yield range;
      for (const { offset } of members) if (!take(bytes, offset - range.offset, offset)) fault(offset);
    }
  }

  #isEncrypted(offset: number, length: number): boolean {
    return isEncrypted({ offset, length }, this.#encryption);
  }

  #heldAt(offset: number): Held | null {
    let low = 0;
    let high = this.#held.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#held[middle]!.offset <= offset) low = middle + 1;
      else high = middle;
    }
    const held = this.#held[low - 1];
    return held && offset < held.offset + held.bytes.length ? held : null;
  }
}

interface Group<T> {
  readonly range: ByteRange;
  readonly members: T[];
}

/** Neighbours together, in ascending order. Of each group nothing is looked at again once the next is asked for. */
function* groups<T extends { readonly offset: number }>(apart: T[], size: number): Generator<Group<T>> {
  apart.sort((a, b) => a.offset - b.offset);
  for (let first = 0, next = 0; first < apart.length; first = next) {
    const { offset } = apart[first]!;
    for (next = first + 1; next < apart.length; next++) {
      const end = apart[next]!.offset;
      if (end > apart[next - 1]!.offset + size + GAP || end + size > offset + MOST) break;
    }
    const length = apart[next - 1]!.offset + size - offset;
    const range = { offset, length, ...(first > 0 && { releases: 'last' as const }) };
    yield { range, members: apart.slice(first, next) };
  }
}
