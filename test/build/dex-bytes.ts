/** Modified UTF-8: NUL as C0 80, each surrogate on its own. */
export function mutf8(text: string): number[] {
  const bytes: number[] = [];
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit > 0 && unit < 0x80) bytes.push(unit);
    else if (unit < 0x800) bytes.push(0xc0 | (unit >> 6), 0x80 | (unit & 0x3f));
    else bytes.push(0xe0 | (unit >> 12), 0x80 | ((unit >> 6) & 0x3f), 0x80 | (unit & 0x3f));
  }
  return bytes;
}

/** Bytes that grow, little-endian, behind a start that is filled in later. */
export class Bytes {
  private readonly content: number[];

  constructor(start: number) {
    this.content = new Array<number>(start).fill(0);
  }

  get length(): number {
    return this.content.length;
  }

  bytes(values: Iterable<number>): this {
    for (const value of values) this.content.push(value);
    return this;
  }

  u16(...values: number[]): this {
    for (const value of values) this.content.push(value & 0xff, (value >> 8) & 0xff);
    return this;
  }

  u32(...values: number[]): this {
    for (const value of values) this.u16(value & 0xffff, value >>> 16);
    return this;
  }

  uleb(...values: number[]): this {
    for (let value of values) {
      for (; value >= 0x80; value >>>= 7) this.content.push((value & 0x7f) | 0x80);
      this.content.push(value);
    }
    return this;
  }

  align(size: number): this {
    while (this.content.length % size !== 0) this.content.push(0);
    return this;
  }

  toUint8Array(): Uint8Array<ArrayBuffer> {
    return Uint8Array.from(this.content);
  }
}

/** dex-format, "encoded_value encoding": value_arg is in the high three bits of the first byte. */
export function encodedValue(
  value: string | number | boolean | undefined,
  stringIndex: (key: string) => number,
): number[] {
  if (value === undefined) return [0x1e];
  if (typeof value === 'boolean') return [value ? 0x3f : 0x1f];
  const [type, number] = typeof value === 'string' ? [0x17, stringIndex(value)] : [0x04, value];
  // Signed integers of fewer than four bytes are extended by their sign: four bytes are always right.
  const length = type === 0x04 || number > 0xffff ? 4 : number > 0xff ? 2 : 1;
  return [((length - 1) << 5) | type, ...[0, 8, 16, 24].slice(0, length).map((shift) => (number >>> shift) & 0xff)];
}

export function adler32(bytes: Uint8Array): number {
  let [a, b] = [1, 0];
  for (const byte of bytes) {
    a = (a + byte) % 65521;
    b = (b + a) % 65521;
  }
  return b * 0x10000 + a;
}
