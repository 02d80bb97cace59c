/** Bytes that are handed on at once: a file has thousands of strings of a few bytes. */
const BATCH = 32 * 1024;

/** Content in pieces, parted by NULs, in the order in which they are to be searched. Knows where each was taken from. */
export class LaidOut {
  readonly #bytes: Uint8Array;
  readonly #take: (bytes: Uint8Array) => void;
  readonly #buffer = new Uint8Array(BATCH);
  #filled = 0;
  /** Bytes that were handed on. */
  #base = 0;
  // Of each piece, where it begins in what is handed on, and in the content.
  readonly #starts: number[] = [];
  readonly #origins: number[] = [];

  /** @param take gets the pieces, in an array that is used again */
  constructor(bytes: Uint8Array, take: (bytes: Uint8Array) => void) {
    this.#bytes = bytes;
    this.#take = take;
  }

  /**
   * @param isWide whether it is in UTF-16, little end first: it then begins at an even place, by which that is told
   * @param goesOn whether it goes on where the piece before ended
   */
  add(from: number, to: number, isWide: boolean, goesOn: boolean): void {
    if (!goesOn) {
      this.#nul();
      if (isWide && (this.#base + this.#filled) % 2 === 1) this.#nul();
      this.#starts.push(this.#base + this.#filled);
      this.#origins.push(from);
    }
    for (let at = from; at < to; ) {
      const end = Math.min(to, at + BATCH - this.#filled);
      this.#buffer.set(this.#bytes.subarray(at, end), this.#filled);
      this.#filled += end - at;
      at = end;
      if (this.#filled === BATCH) this.#hand();
    }
  }

  end(): void {
    this.#hand();
  }

  /** Where a byte of what was handed on stands in the content. */
  placeOf(at: number): number {
    let low = 0;
    let high = this.#starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.#starts[middle]! <= at) low = middle;
      else high = middle - 1;
    }
    return this.#origins[low]! + at - this.#starts[low]!;
  }

  #nul(): void {
    this.#buffer[this.#filled++] = 0;
    if (this.#filled === BATCH) this.#hand();
  }

  #hand(): void {
    this.#take(this.#buffer.subarray(0, this.#filled));
    this.#base += this.#filled;
    this.#filled = 0;
  }
}
