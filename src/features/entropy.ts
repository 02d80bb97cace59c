/** Bytes of each stretch that are counted, and how far one begins after another: as much of every content, however it comes. */
const SAMPLE = 4096;
const STRIDE = 65_536;

/** Bits per byte from which content looks encrypted or packed. */
const HIGH = 7.5;

/** Content this large that nobody can read is worth a line. */
export const LARGE = 65_536;

/** How evenly the bytes of content are spread (Shannon), by a sample. */
export class Entropy {
  readonly #counts = new Uint32Array(256);
  #position = 0;
  #sampled = 0;

  push(bytes: Uint8Array): void {
    const counts = this.#counts;
    for (let at = 0; at < bytes.length; ) {
      const within = (this.#position + at) % STRIDE;
      if (within >= SAMPLE) {
        at += STRIDE - within;
        continue;
      }
      const end = Math.min(bytes.length, at + SAMPLE - within);
      this.#sampled += end - at;
      for (; at < end; at++) counts[bytes[at]!]!++;
    }
    this.#position += bytes.length;
  }

  /** Bits per byte, to a tenth; null for content that is small, or in which something can be read. */
  get opaque(): number | null {
    if (this.#position < LARGE) return null;
    let bits = 0;
    for (const count of this.#counts) if (count > 0) bits -= (count / this.#sampled) * Math.log2(count / this.#sampled);
    return bits < HIGH ? null : Math.round(bits * 10) / 10;
  }
}
