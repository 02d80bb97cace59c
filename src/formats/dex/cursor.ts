import { FormatError } from '../../errors.ts';
import { type DexFile, headerSize } from './header.ts';

/** Reads on from a place in the data section. */
export class Cursor {
  at: number;
  readonly #bytes: Uint8Array;

  constructor(dex: DexFile, offset: number) {
    if (offset < headerSize) throw new FormatError(`data at ${offset} lies inside the header`, offset);
    this.#bytes = dex.bytes;
    this.at = offset;
  }

  byte(): number {
    if (this.at >= this.#bytes.length) throw new FormatError('cut off at the end of the file', this.#bytes.length);
    return this.#bytes[this.at++]!;
  }

  /** dex-format, "LEB128": at most five bytes for 32 bits. */
  uleb128(): number {
    let value = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = this.byte();
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return value >>> 0;
    }
    throw new FormatError('a ULEB128 of more than five bytes', this.at - 5);
  }
}

/** Reads LEB128 from any place, and zeros behind the end: for what is looked up in passing. What is cut, the reader of its table says. */
export class LooseCursor {
  at: number;
  readonly #bytes: Uint8Array;

  constructor(bytes: Uint8Array, at: number) {
    this.#bytes = bytes;
    this.at = at;
  }

  uleb128(): number {
    let value = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = this.#bytes[this.at++] ?? 0;
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) break;
    }
    return value >>> 0;
  }
}
