import type { Budgets } from '../../budgets.ts';
import { BudgetError, FormatError } from '../../errors.ts';

/** Longer names than this are taken for damage. */
export const NAME_BYTES = 16 * 1024;

const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });

/** UTF-8 text, invalid sequences as U+FFFD. */
export function text(bytes: Uint8Array, start: number, end: number): string {
  return utf8.decode(bytes.subarray(start, end));
}

/** Where the NUL after `start` stands, or -1 when there is none before `limit` or within NAME_BYTES. */
export function nulAfter(bytes: Uint8Array, start: number, limit: number): number {
  const end = Math.min(limit, start + NAME_BYTES);
  for (let at = start; at < end; at++) if (bytes[at] === 0) return at;
  return -1;
}

/** A 64-bit field as a number: exact below 2^53, and above it still larger than any file. */
export function u64(view: DataView, at: number, little: boolean): number {
  const low = view.getUint32(little ? at : at + 4, little);
  const high = view.getUint32(little ? at + 4 : at, little);
  return high * 0x1_0000_0000 + low;
}

export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** Reads the byte-coded streams of __LINKEDIT. Nothing throws: `uleb` is -1 where the stream ends or overflows. */
export class Cursor {
  readonly bytes: Uint8Array;
  at = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  uleb(): number {
    let value = 0;
    let scale = 1;
    for (let i = 0; i < 10; i++) {
      const byte = this.bytes[this.at];
      if (byte === undefined) return -1;
      this.at++;
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
      scale *= 128;
    }
    return -1;
  }
}

/**
 * What the names of one table may cost together. Tables of a file can point a million times at one long string, so a
 * bound on entries and one on a name's length are not enough.
 */
export class NameAllowance {
  readonly #symbols: number;
  readonly #limit: number;
  readonly #most: number;
  #count = 0;
  #bytes: number;

  /** @param most bytes that names come to in real tables of this size, generously */
  constructor(budgets: Budgets, most = Number.POSITIVE_INFINITY) {
    this.#symbols = budgets.symbols;
    this.#limit = budgets.heldBytes;
    this.#most = most;
    this.#bytes = Math.min(most, budgets.heldBytes);
  }

  /**
   * Where the name at `start` ends, or -1 when it lies outside `bytes` or has no end. Looking for the end is paid for,
   * found or not.
   * @throws FormatError
   */
  endOf(bytes: Uint8Array, start: number, offset: number): number {
    if (start >= bytes.length) return -1;
    const end = nulAfter(bytes, start, bytes.length);
    this.spend(end < 0 ? Math.min(NAME_BYTES, bytes.length - start) : end - start, offset);
    return end;
  }

  /** @throws FormatError where `length` more bytes of names are too many. */
  spend(length: number, offset: number): void {
    this.#bytes -= length;
    if (this.#bytes >= 0) return;
    if (this.#most < this.#limit) throw new FormatError('names share bytes over and over: reading stopped', offset);
    throw new BudgetError('heldBytes', this.#limit, offset);
  }

  /** @throws BudgetError where one more name is too many. */
  count(offset: number): void {
    if (this.#count++ >= this.#symbols) throw new BudgetError('symbols', this.#symbols, offset);
  }
}

/** Counts faults of one kind and reports them once, at the first. */
export class Faults {
  readonly #what: string;
  #count = 0;
  #first = 0;

  constructor(what: string) {
    this.#what = what;
  }

  add(offset: number): void {
    if (this.#count++ === 0) this.#first = offset;
  }

  /** @throws FormatError where there was any. */
  raise(): void {
    if (this.#count > 0) throw new FormatError(`${this.#what} (${this.#count} times)`, this.#first);
  }
}
