import { BudgetError } from '../../errors.ts';
import type { ByteRange } from '../parsing.ts';

/**
 * A decoder that can be left and resumed, after at most some milliseconds of work: whoever drives it counts what was made
 * and gives the event loop back. Each value is steps (allowance.ts) of work that no output pays for, such as tables of a
 * block that is empty. Returns the place behind what was read; throws a FormatError where that is broken.
 */
export type Unpacking = Generator<number, number>;

/** Bytes made between two moments in which a decoder can be left. */
const PIECE = 16 * 1024;

/** Bytes that are added to, up to a most. */
export class Output {
  bytes: Uint8Array;
  length = 0;
  readonly most: number;
  /** Pieces of what is decoded that make nothing, and may hold anything. */
  readonly skipped: ByteRange[] = [];
  #due = PIECE;

  constructor(expected: number, most: number) {
    this.most = most;
    this.bytes = new Uint8Array(Math.max(0, Math.min(expected, most)));
  }

  /** Whether so much was made since the last time that a decoder should let go; true once. */
  get isDue(): boolean {
    if (this.length < this.#due) return false;
    this.#due = this.length + PIECE;
    return true;
  }

  /** @throws BudgetError beyond the most */
  reserve(count: number): void {
    const needed = this.length + count;
    if (needed > this.most) throw new BudgetError('nestedBytes', this.most, 0);
    if (needed <= this.bytes.length) return;
    const grown = new Uint8Array(Math.min(this.most, Math.max(needed, this.bytes.length * 2)));
    grown.set(this.bytes.subarray(0, this.length));
    this.bytes = grown;
  }

  add(bytes: Uint8Array): void {
    this.reserve(bytes.length);
    this.bytes.set(bytes, this.length);
    this.length += bytes.length;
  }

  push(byte: number): void {
    if (this.length === this.bytes.length) this.reserve(1);
    this.bytes[this.length++] = byte;
  }

  fill(byte: number, count: number): void {
    this.reserve(count);
    this.bytes.fill(byte, this.length, this.length + count);
    this.length += count;
  }

  /** Repeats what lies `distance` bytes back, which the caller has checked to be there; a match may overlap itself. */
  copy(distance: number, count: number): void {
    this.reserve(count);
    const { bytes } = this;
    const start = this.length;
    if (distance >= count && count > 16) bytes.copyWithin(start, start - distance, start - distance + count);
    else if (distance === 1) bytes.fill(bytes[start - 1]!, start, start + count);
    else for (let i = start; i < start + count; i++) bytes[i] = bytes[i - distance]!;
    this.length = start + count;
  }

  get whole(): Uint8Array {
    return this.bytes.subarray(0, this.length);
  }
}
