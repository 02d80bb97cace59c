import { endsLikeZip } from '../formats/zip/index.ts';

/** An end record of a ZIP and the longest comment. */
const LONGEST = 22 + 0xffff;
const RING = 128 * 1024;

/** Whether content is a ZIP by its end, whatever stands before it. */
export function endsAsZip(bytes: Uint8Array): boolean {
  const from = Math.max(0, bytes.length - LONGEST);
  return endsLikeZip(bytes.subarray(from), from);
}

/** Keeps the end of content that streams by. */
export class Tail {
  /** The last bytes in turn: each stands at its place in the content, modulo the length. */
  readonly #ring = new Uint8Array(RING);
  /** Bytes that came by, and the place from which on they are kept. */
  #size = 0;
  #wanted = 0;

  /** @param claimed bytes that the content should have: what comes long before its end is not copied */
  begin(claimed: number): void {
    this.#size = 0;
    this.#wanted = claimed - LONGEST;
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

  /** Null where the content ended before it should: its end was not kept. */
  get isZip(): boolean | null {
    const length = Math.min(this.#size, LONGEST);
    if (this.#size - length < this.#wanted) return null;
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
