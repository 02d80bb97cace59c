export const u32 = (bytes: Uint8Array, at: number) =>
  ((bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!) >>> 0;

/** Bytes of a header: of a chunk of a PNG its length and type, of a segment of a JPEG its marker and length. */
const HEADER = 8;
/** Bytes of the magic of a PNG. */
export const PNG_HEAD = 8;
const IEND = 0x49454e44;
const [SCAN, END] = [0xda, 0xd9];

/** Markers that no length follows (ITU-T T.81, table B.1): what is between restarts, and bytes that only look like one. */
const isBare = (marker: number) => marker <= 1 || (marker >= 0xd0 && marker <= 0xd8) || marker === 0xff;

/**
 * Where a picture ends by its own account, told while it streams by: a PNG by its chunks (RFC 2083, 3.2), a JPEG by its
 * segments. What stands behind is none of it, and programs that show it pass over that.
 */
export class PictureEnd {
  readonly #isPng: boolean;
  /** The place of the next header, or in a scan of a JPEG of the next byte to look at. */
  #next: number;
  #isScan = false;
  /** A header that came in pieces. */
  readonly #header = new Uint8Array(HEADER);
  #position = 0;
  /** The place behind it; null where it was not met. */
  end: number | null = null;

  /** @param head first bytes of content; null for what is neither */
  static of(head: Uint8Array): PictureEnd | null {
    if (head.length >= 8 && u32(head, 0) === 0x89504e47) return new PictureEnd(true);
    return head[0] === 0xff && head[1] === 0xd8 && head[2] === 0xff ? new PictureEnd(false) : null;
  }

  private constructor(isPng: boolean) {
    this.#isPng = isPng;
    this.#next = isPng ? 8 : 2;
  }

  push(bytes: Uint8Array): void {
    const from = this.#position;
    const to = from + bytes.length;
    this.#position = to;
    while (this.end === null && this.#next < to) {
      if (this.#isScan) {
        const at = bytes.indexOf(0xff, Math.max(0, this.#next - from));
        this.#next = at < 0 ? to : from + at;
        this.#isScan = at < 0;
        continue;
      }
      const size = this.#isPng ? HEADER : 4;
      // As much of the header as is here; the rest comes with the next bytes.
      for (let i = Math.max(0, from - this.#next); i < size && this.#next + i < to; i++)
        this.#header[i] = bytes[this.#next + i - from]!;
      if (this.#next + size > to && !this.#isEndOfJpeg(to)) return;
      if (this.#isPng) this.#chunk();
      else this.#segment();
    }
  }

  /** The last marker has no length behind it. */
  #isEndOfJpeg(to: number): boolean {
    return !this.#isPng && this.#next + 2 <= to && this.#header[0] === 0xff && this.#header[1] === END;
  }

  #chunk(): void {
    const behind = this.#next + 12 + u32(this.#header, 0);
    if (u32(this.#header, 4) === IEND) this.end = behind;
    this.#next = behind;
  }

  #segment(): void {
    const [mark, marker = 0] = this.#header;
    if (mark === 0xff && marker === END) this.end = this.#next + 2;
    else if (mark !== 0xff || isBare(marker)) {
      this.#isScan = true;
      this.#next += marker === 0xff ? 1 : 2;
    } else {
      this.#isScan = marker === SCAN;
      this.#next += 2 + Math.max(2, (this.#header[2]! << 8) | this.#header[3]!);
    }
  }
}
