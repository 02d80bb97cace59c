/** One buffer that all entries of a scan share, since fresh memory for each would cost more than the copy. */
export class Held {
  readonly #most: number;
  #buffer = new Uint8Array(0);

  /** @param most bytes it is made larger to by steps; what is asked for at once is given */
  constructor(most: number) {
    this.#most = most;
  }

  /** At least that many bytes, which keep what they held. */
  readonly hold = (length: number): Uint8Array => {
    if (this.#buffer.length < length) {
      // Most ask for all their room at once; what outgrows it, by steps that are copied a few times in all.
      const step = Math.min(this.#most, Math.ceil(this.#buffer.length * 1.25));
      const grown = new Uint8Array(Math.max(length, step));
      grown.set(this.#buffer);
      this.#buffer = grown;
    }
    return this.#buffer;
  };

  /** What is held, for whoever reads it while others hold: the buffer itself where it is full of it, else a copy. */
  handOver(bytes: Uint8Array): Uint8Array {
    if (bytes.length * 2 < this.#buffer.length) return bytes.slice();
    this.#buffer = new Uint8Array(0);
    return bytes;
  }
}

/** Smaller ones are swept up soon enough. */
const LEAST_RELEASED = 1024 * 1024;

/**
 * Gives memory back that nobody reads any more: of an archive of 64 MB V8 would think only when its own heap is full, while the
 * report is made. A view of it that somebody kept is empty from here on.
 */
export function release({ buffer }: Uint8Array): void {
  // Handed to nobody: `ArrayBuffer.prototype.transfer` would say so, from Node 22 on.
  if (buffer instanceof ArrayBuffer && buffer.byteLength >= LEAST_RELEASED)
    structuredClone(null, { transfer: [buffer] });
}
