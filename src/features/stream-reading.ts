import { BudgetError } from '../errors.ts';
import { copy } from '../formats/native-bytes.ts';
import type { ByteRange, Parsing } from '../formats/parsing.ts';

/** Most bytes from the start of the content that stay available. */
export const MOST_RETAINED = 8 * 1024 * 1024;

const NONE = new Uint8Array(0);

/** Bytes of buffers that are lent again; larger ones are left to be collected. */
const KEPT = 16 * 1024 * 1024;

/** Bytes from which on the system hands out memory page by page, as it is written to. */
const LARGE = 4 * 1024 * 1024;

/** Less is not worth keeping, and must not take a large one. */
const LEAST = 64 * 1024;

/** Buffers that are lent to one reading after another: a new one for each slice waits long to be collected. */
export class Buffers {
  /** The largest first. */
  readonly #free: Uint8Array<ArrayBuffer>[] = [];
  #lent: Uint8Array<ArrayBuffer>[] = [];
  #bytes = 0;

  lend(length: number): Uint8Array<ArrayBuffer> {
    const at = length < LEAST ? -1 : this.#free.findLastIndex((buffer) => buffer.length >= length);
    if (at >= 0) {
      const [buffer] = this.#free.splice(at, 1);
      this.#lent.push(buffer!);
      return buffer!.subarray(0, length);
    }
    if (length > KEPT || length < LEAST) return new Uint8Array(length);
    // The smallest make room: what is free of them is of no use to whoever asks for more.
    while (this.#bytes + length > KEPT && this.#free.length > 0) this.#bytes -= this.#free.pop()!.length;
    if (this.#bytes + length > KEPT) return new Uint8Array(length);
    // A large one is made as large as may be kept: what nobody writes to takes no memory, and the next slice asks for a bit more.
    const made = new Uint8Array(length > LARGE ? KEPT - this.#bytes : length);
    this.#bytes += made.length;
    this.#lent.push(made);
    return made.subarray(0, length);
  }

  /** One that was lent may be lent again. */
  giveBack(lent: Uint8Array<ArrayBuffer>): void {
    const at = this.#lent.findLastIndex(({ buffer }) => buffer === lent.buffer);
    if (at >= 0) this.#free.push(...this.#lent.splice(at, 1));
    this.#free.sort((a, b) => b.length - a.length);
  }

  /** So may all that was lent. */
  release(): void {
    this.#free.push(...this.#lent);
    this.#free.sort((a, b) => b.length - a.length);
    this.#lent = [];
  }
}

/** What a reading may take, all of it this reading's until it is done. */
export interface Room {
  /** Bytes one range may have; a longer one ends the reading with a BudgetError. */
  readonly most: number;
  /** Bytes from the start that stay available. */
  readonly retained: number;
  /** A buffer of at least so many bytes that keeps what it held. */
  readonly store: (length: number) => Uint8Array;
  /** For the ranges. */
  readonly buffers: Buffers;
}

/**
 * Answers a reading from content that passes by once (an inflating entry).
 *
 * What is asked for ahead of the stream is collected when it comes by; what lies in the first `retained` bytes is kept.
 * A range that has gone by waits for another pass: `pending` stays true after `end`, and the caller streams again.
 */
export class StreamReading<T> {
  readonly #reading: Parsing<T>;
  readonly #most: number;
  /** Grows, and keeps what it held; all entries share it, since fresh memory for each would cost more than the copy. */
  readonly #store: (length: number) => Uint8Array;
  readonly #buffers: Buffers;
  /** Bytes from the start that are kept, and how many of them are. */
  #retained: number;
  #retainedLength = 0;
  #position = 0;
  #wanted: ByteRange | null = null;
  /** What was handed over last, or is being filled; none where that stands in what is retained. */
  #buffer = NONE;
  #filled = 0;
  #result: { value: T } | null = null;

  constructor(reading: Parsing<T>, { most, retained, store, buffers }: Room) {
    this.#reading = reading;
    this.#retained = retained;
    this.#most = most;
    this.#store = store;
    this.#buffers = buffers;
    buffers.release();
    this.#advance(reading.next());
  }

  get done(): boolean {
    return this.#result !== null;
  }

  get value(): T {
    if (this.#result === null) throw new Error('the reading has not ended');
    return this.#result.value;
  }

  /** @throws FormatError from the reading */
  push(chunk: Uint8Array): void {
    this.#retain(chunk);
    const start = this.#position;
    this.#position += chunk.length;
    while (this.#wanted !== null) {
      const from = this.#wanted.offset + this.#filled;
      if (from < start || from >= this.#position) return;
      const piece = chunk.subarray(from - start, Math.min(chunk.length, from - start + this.#missing()));
      copy(piece, this.#buffer, this.#filled);
      this.#filled += piece.length;
      if (this.#missing() > 0) return;
      this.#answer();
    }
  }

  /** The content ended (for good, or before another pass). @throws FormatError from the reading */
  end(): void {
    const size = this.#position;
    while (this.#wanted !== null) {
      const from = this.#wanted.offset + this.#filled;
      // It lies behind the stream: only another pass brings it.
      if (from < size && this.#missing() > 0) break;
      this.#answer();
    }
    this.#position = 0;
  }

  #missing(): number {
    return this.#wanted === null ? 0 : this.#buffer.length - this.#filled;
  }

  #retain(chunk: Uint8Array): void {
    if (this.#position !== this.#retainedLength || this.#retainedLength >= this.#retained) return;
    const kept = Math.min(chunk.length, this.#retained - this.#retainedLength);
    const store = this.#store(this.#retainedLength + kept);
    copy(kept === chunk.length ? chunk : chunk.subarray(0, kept), store, this.#retainedLength);
    this.#retainedLength += kept;
  }

  /** Runs the reading on until it asks for something that is not here yet. */
  #advance(step: IteratorResult<ByteRange, T>): void {
    for (let next = step; ; ) {
      if (next.done) {
        this.#wanted = null;
        this.#result = { value: next.value };
        this.#retained = 0;
        return;
      }
      const { offset, length, releases } = next.value;
      if (releases === 'all') this.#buffers.release();
      else if (releases === 'last') this.#buffers.giveBack(this.#buffer);
      if (length > this.#most) throw new BudgetError('heldBytes', this.#most, offset);
      this.#wanted = { offset, length };
      if (length === 0 || offset + length <= this.#retainedLength) {
        // In place: what is retained stays as it is until the reading has ended.
        this.#buffer = NONE;
        next = this.#reading.next(this.#store(0).subarray(offset, offset + length));
        continue;
      }
      this.#buffer = this.#buffers.lend(length);
      this.#filled = Math.min(length, Math.max(0, this.#retainedLength - offset));
      if (this.#filled > 0) this.#buffer.set(this.#store(0).subarray(offset, offset + this.#filled));
      return;
    }
  }

  #answer(): void {
    const bytes = this.#filled === this.#buffer.length ? this.#buffer : this.#buffer.subarray(0, this.#filled);
    this.#advance(this.#reading.next(bytes));
  }
}
