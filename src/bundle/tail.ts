import { endsLikeZip } from '../formats/zip/index.ts';

/** An end record of a ZIP and the longest comment. */
const LONGEST = 22 + 0xffff;

/** Keeps the end of content that streams by: a ZIP is one by its end, whatever stands before it. */
export class Tail {
  readonly #kept = new Uint8Array(2 * LONGEST);
  #filled = 0;
  #size = 0;

  begin(): void {
    this.#filled = 0;
    this.#size = 0;
  }

  push(bytes: Uint8Array): void {
    this.#size += bytes.length;
    const piece = bytes.length > LONGEST ? bytes.subarray(bytes.length - LONGEST) : bytes;
    if (this.#filled + piece.length > this.#kept.length) {
      const old = Math.min(this.#filled, LONGEST);
      this.#kept.copyWithin(0, this.#filled - old, this.#filled);
      this.#filled = old;
    }
    this.#kept.set(piece, this.#filled);
    this.#filled += piece.length;
  }

  get isZip(): boolean {
    const bytes = this.#kept.subarray(Math.max(0, this.#filled - LONGEST), this.#filled);
    return endsLikeZip(bytes, this.#size - bytes.length);
  }
}
