import type { VisitName } from './types.ts';

/** Names that were read at many places, one behind the other in one buffer: a hostile file can have a million. */
export class NameList {
  #bytes = new Uint8Array(4096);
  #length = 0;
  readonly #ends: number[] = [];
  readonly #offsets: number[] = [];

  get count(): number {
    return this.#ends.length;
  }

  add(bytes: Uint8Array, start: number, end: number, offset: number): void {
    const length = this.#length + end - start;
    if (length > this.#bytes.length) {
      const larger = new Uint8Array(2 * length);
      larger.set(this.#bytes.subarray(0, this.#length));
      this.#bytes = larger;
    }
    this.#bytes.set(bytes.subarray(start, end), this.#length);
    this.#length = length;
    this.#ends.push(length);
    this.#offsets.push(offset);
  }

  visit(visit: VisitName): void {
    let start = 0;
    for (const [i, end] of this.#ends.entries()) {
      visit(this.#bytes, start, end, this.#offsets[i]!);
      start = end;
    }
  }
}
