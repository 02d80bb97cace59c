import { endsLikeZip } from '../formats/zip/index.ts';

/** An end record of a ZIP and the longest comment. */
const LONGEST = 22 + 0xffff;
const RING = 128 * 1024;

/** Keeps the end of content that streams by: a ZIP is one by its end, whatever stands before it. */
export class Tail {
  /** The last bytes in turn: each stands at its place in the content, modulo the length. */
  readonly #ring = new Uint8Array(RING);
  /** Bytes that came by, and the place from which on they are kept. */
  #size = 0;
  #wanted = 0;

  /** @param least bytes that the content surely has */
  begin(least: number): void {
    this.#size = 0;
    this.#wanted = least - LONGEST;
  }

  push(bytes: Uint8Array): void {
    this.#size += bytes.length;
    if (this.#size <= this.#wanted) return;
    const piece = bytes.length > RING ? bytes.subarray(bytes.length - RING) : bytes;
    const at = (this.#size - piece.length) % RING;
    const first = Math.min(piece.length, RING - at);
    this.#ring.set(first === piece.length ? piece : piece.subarray(0, first), at);
    if (first < piece.length) this.#ring.set(piece.subarray(first), 0);
  }

  get isZip(): boolean {
    const length = Math.max(0, Math.min(this.#size - Math.max(0, this.#wanted), LONGEST));
    const start = this.#size - length;
    const at = start % RING;
    let bytes = this.#ring.subarray(at, at + length);
    if (bytes.length < length) {
      const turned = new Uint8Array(length);
      turned.set(bytes);
      turned.set(this.#ring.subarray(0, length - bytes.length), bytes.length);
      bytes = turned;
    }
    return endsLikeZip(bytes, start);
  }
}
