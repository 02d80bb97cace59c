import { FormatError } from '../../errors.ts';

/**
 * A stream of bits that is read from its end (RFC 8878, 4.1): the highest bit set of the last byte only ends it, and what
 * is read before its beginning is zero.
 */
export class BackwardBits {
  readonly #bytes: Uint8Array;
  readonly #from: number;
  /** Bits that are left; negative once more were read than there are. */
  left: number;

  /** @throws FormatError where the last byte holds no end */
  constructor(bytes: Uint8Array, from: number, to: number) {
    const last = to > from ? bytes[to - 1]! : 0;
    if (last === 0) throw new FormatError('a Zstandard stream of bits without its end', to);
    this.#bytes = bytes;
    this.#from = from;
    this.left = (to - from) * 8 - Math.clz32(last) + 23;
  }

  /** The next bits without taking them: 24 at most. */
  peek(count: number): number {
    const at = this.left - count;
    if (at < 0) return at <= -count ? 0 : (this.#at(0, this.left) << -at) & ((1 << count) - 1);
    return this.#at(at, count);
  }

  #at(bit: number, count: number): number {
    const byte = this.#from + (bit >> 3);
    const bytes = this.#bytes;
    const word =
      (bytes[byte] ?? 0) |
      ((bytes[byte + 1] ?? 0) << 8) |
      ((bytes[byte + 2] ?? 0) << 16) |
      ((bytes[byte + 3] ?? 0) << 24);
    return (word >>> (bit & 7)) & ((1 << count) - 1);
  }

  /** Up to 32 bits. */
  read(count: number): number {
    if (count > 16) {
      const high = this.read(count - 16);
      return high * 0x10000 + this.read(16);
    }
    const value = this.peek(count);
    this.left -= count;
    return value;
  }
}
