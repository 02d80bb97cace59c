/**
 * NUL-terminated names in one table of a file, looked up by index. Linkers let names share their tails, so the names may
 * be longer together than the table, but not by much: `overdrawn` says when a forged table hands out the same
 * bytes over and over, which would cost the square of its size.
 */
export class StringTable {
  /** Where the table starts, in bytes from the start of the content. */
  readonly offset: number;
  private readonly bytes: Uint8Array;
  private readonly text: string;
  private readonly ascii: boolean;
  private allowance: number;

  constructor(bytes: Uint8Array, offset: number) {
    this.offset = offset;
    this.bytes = bytes;
    // One decoding for the whole table: a name is then a slice that shares its memory. One byte stays one character.
    this.text = new TextDecoder('latin1').decode(bytes);
    this.ascii = isAscii(bytes);
    this.allowance = 4 * bytes.length + 4096;
  }

  get length(): number {
    return this.bytes.length;
  }

  get overdrawn(): boolean {
    return this.allowance < 0;
  }

  /** The name at `index`, up to its NUL (or another end mark) or the table's end; null outside or once overdrawn. */
  at(index: number, mark = '\0'): string | null {
    if (!(index >= 0 && index < this.text.length) || this.allowance < 0) return null;
    const end = this.endOf(index, mark);
    this.allowance -= end - index;
    if (this.ascii) return this.text.slice(index, end);
    return new TextDecoder('utf-8', { ignoreBOM: true }).decode(this.bytes.subarray(index, end));
  }

  /** Index of the end mark of the name that starts at `index`. */
  endOf(index: number, mark = '\0'): number {
    const found = this.text.indexOf(mark, index);
    return found < 0 ? this.text.length : found;
  }
}

function isAscii(bytes: Uint8Array): boolean {
  for (let i = 0; i < bytes.length; i++) if (bytes[i]! > 0x7f) return false;
  return true;
}
