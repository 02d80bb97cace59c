/** Grows as bytes are appended. */
export class Writer {
  readonly #parts: number[] = [];
  readonly #little: boolean;

  constructor(little = true) {
    this.#little = little;
  }

  get length(): number {
    return this.#parts.length;
  }

  u8(value: number): this {
    this.#parts.push(value & 0xff);
    return this;
  }

  u32(...values: number[]): this {
    for (const value of values) {
      const bytes = [value, value >>> 8, value >>> 16, value >>> 24];
      for (const byte of this.#little ? bytes : bytes.reverse()) this.u8(byte);
    }
    return this;
  }

  u64(value: number): this {
    const high = Math.floor(value / 2 ** 32);
    return this.#little ? this.u32(value >>> 0, high) : this.u32(high, value >>> 0);
  }

  uleb(value: number): this {
    let rest = value;
    for (; rest >= 128; rest = Math.floor(rest / 128)) this.u8((rest % 128) | 0x80);
    return this.u8(rest);
  }

  bytes(bytes: Iterable<number>): this {
    for (const byte of bytes) this.u8(byte);
    return this;
  }

  /** UTF-8 and a NUL. */
  string(value: string): this {
    return this.bytes(utf8(value)).u8(0);
  }

  /** NULs up to a multiple of `to`. */
  align(to: number): this {
    while (this.length % to !== 0) this.u8(0);
    return this;
  }

  done(): Uint8Array {
    return Uint8Array.from(this.#parts);
  }
}

export function utf8(value: string): Uint8Array {
  return new TextEncoder().encode(value);
}

/** NUL-terminated strings, one after the other. */
export function strings(values: readonly string[]): Uint8Array {
  const writer = new Writer();
  for (const value of values) writer.string(value);
  return writer.done();
}
