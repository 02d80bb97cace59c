import type { ByteRange, Reading } from '../formats/reading.ts';

/** Bytes from the start of the content that stay available: .dynsym and .dynstr end there in nearly every library. */
const RETAINED = 8 * 1024 * 1024;

/**
 * Answers a reading from content that passes by once (an inflating entry).
 *
 * What is asked for ahead of the stream is collected when it comes by; what lies in the first RETAINED bytes is kept.
 * A range that has gone by waits for another pass: `pending` stays true after `end`, and the caller streams again.
 */
export class StreamReading<T> {
  readonly #reading: Reading<T>;
  readonly #most: number;
  #retained = new Uint8Array(0);
  #retainedLength = 0;
  #position = 0;
  #wanted: ByteRange | null = null;
  #buffer = new Uint8Array(0);
  #filled = 0;
  #result: { value: T } | null = null;

  /** @param most bytes one range may have; a longer one is answered short */
  constructor(reading: Reading<T>, most: number) {
    this.#reading = reading;
    this.#most = most;
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
      this.#buffer.set(piece, this.#filled);
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
    if (this.#position !== this.#retainedLength || this.#retainedLength >= RETAINED) return;
    const kept = Math.min(chunk.length, RETAINED - this.#retainedLength);
    if (this.#retainedLength + kept > this.#retained.length) {
      const grown = new Uint8Array(Math.min(RETAINED, Math.max(64 * 1024, (this.#retainedLength + kept) * 2)));
      grown.set(this.#retained.subarray(0, this.#retainedLength));
      this.#retained = grown;
    }
    this.#retained.set(kept === chunk.length ? chunk : chunk.subarray(0, kept), this.#retainedLength);
    this.#retainedLength += kept;
  }

  /** Runs the reading on until it asks for something that is not here yet. */
  #advance(step: IteratorResult<ByteRange, T>): void {
    for (let next = step; ; ) {
      if (next.done) {
        this.#wanted = null;
        this.#result = { value: next.value };
        this.#retained = new Uint8Array(0);
        this.#retainedLength = RETAINED;
        return;
      }
      const { offset } = next.value;
      const length = Math.min(next.value.length, this.#most);
      this.#wanted = { offset, length };
      this.#buffer = new Uint8Array(length);
      this.#filled = Math.min(length, Math.max(0, this.#retainedLength - offset));
      if (this.#filled > 0) this.#buffer.set(this.#retained.subarray(offset, offset + this.#filled));
      if (this.#missing() > 0) return;
      next = this.#reading.next(this.#buffer);
    }
  }

  #answer(): void {
    const bytes = this.#filled === this.#buffer.length ? this.#buffer : this.#buffer.subarray(0, this.#filled);
    this.#advance(this.#reading.next(bytes));
  }
}
