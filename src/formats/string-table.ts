/** Looked at byte by byte: most names end within, and a call costs more than so many bytes. */
const SHORT = 48;

/**
 * NUL-terminated names in one table of a file, looked up by index and told by their places: no text is made of the table.
 * Linkers let names share their tails, so the names may be longer together than the table, but not by much: `overdrawn`
 * says when a forged table hands out the same bytes over and over, which would cost the square of its size.
 */
export class StringTable {
  /** Where the table starts, in bytes from the start of the content. */
  readonly offset: number;
  readonly bytes: Uint8Array;
  #allowance: number;

  constructor(bytes: Uint8Array, offset: number) {
    this.offset = offset;
    this.bytes = bytes;
    this.#allowance = 4 * bytes.length + 4096;
  }

  get overdrawn(): boolean {
    return this.#allowance < 0;
  }

  /** Where the name at `index` ends: at its NUL (or another end mark) or the table's end; -1 outside or once overdrawn. */
  endOf(index: number, mark = 0): number {
    const { bytes } = this;
    if (!(index >= 0 && index < bytes.length) || this.#allowance < 0) return -1;
    const near = Math.min(index + SHORT, bytes.length);
    let end = index;
    while (end < near && bytes[end] !== mark) end++;
    if (end === near && end < bytes.length) {
      end = bytes.indexOf(mark, end);
      if (end < 0) end = bytes.length;
    }
    this.#allowance -= end - index;
    return end;
  }

  /** The name at `index`, decoded; null outside or once overdrawn. */
  at(index: number, mark = 0): string | null {
    const end = this.endOf(index, mark);
    return end < 0 ? null : utf8.decode(this.bytes.subarray(index, end));
  }
}

const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });
