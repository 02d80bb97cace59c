import { PNG_HEAD, u32 } from './picture-end.ts';

/** Pieces of one file that are looked at: pictures and fonts have a few. */
const MOST = 64;

/** Bytes of a chunk of a PNG that hold its keyword, its method, and the languages of `iTXt`. */
const KEYWORD = 256;

/** Chunks whose data is packed with zlib behind so many NULs, with bytes of flags behind the first (PNG 3rd edition, 11.3). */
const packedChunks: ReadonlyMap<number, { readonly flags: number; readonly texts: number }> = new Map([
  [0x7a545874, { flags: 1, texts: 0 }], // zTXt
  [0x69434350, { flags: 1, texts: 0 }], // iCCP
  [0x69545874, { flags: 2, texts: 2 }], // iTXt
]);

/** Chunks that hold the picture, or are read by their own rules. */
const IDAT = 0x49444154;
const FDAT = 0x66644154;

/**
 * Where in a picture or font something stands that is packed with zlib or brotli, as its own tables say: it has no magic. What
 * the pixels of a PNG are packed in is none of it.
 */
export class MediaPieces {
  #next = PNG_HEAD;
  #position = 0;
  /** The header of a chunk and the beginning of its data, as far as they came by. */
  readonly #seen = new Uint8Array(8 + KEYWORD);
  readonly starts: number[];

  /** @param head first bytes of content; null for what has no such pieces */
  static of(head: Uint8Array): MediaPieces | null {
    if (head.length < 48) return null;
    const magic = u32(head, 0);
    if (magic === 0x89504e47) return new MediaPieces([]);
    if (magic === 0x774f4646) return new MediaPieces(woffTables(head));
    if (magic === 0x774f4632) return new MediaPieces(woff2Stream(head));
    return null;
  }

  #isPng: boolean;
  private constructor(starts: number[]) {
    this.starts = starts;
    this.#isPng = starts.length === 0;
  }

  push(bytes: Uint8Array): void {
    if (!this.#isPng) return;
    const from = this.#position;
    const to = from + bytes.length;
    this.#position = to;
    while (this.#next < to && this.starts.length < MOST) {
      const begin = Math.max(from, this.#next);
      const part = bytes.subarray(begin - from, this.#next + this.#seen.length - from);
      this.#seen.set(part, begin - this.#next);
      const has = begin - this.#next + part.length;
      if (has < 8) return;
      const length = u32(this.#seen, 0);
      if (has < 8 + Math.min(length, KEYWORD)) return;
      this.#chunk(length, u32(this.#seen, 4));
      this.#next += 12 + length;
    }
  }

  #chunk(length: number, type: number): void {
    const data = this.#seen.subarray(8, 8 + Math.min(length, KEYWORD));
    const packed = packedChunks.get(type);
    let at = 0;
    if (packed) {
      at = data.indexOf(0) + 1;
      if (at === 0) return;
      at += packed.flags;
      for (let text = 0; text < packed.texts; text++) at = data.indexOf(0, at) + 1;
    } else if (type === IDAT || type === FDAT || length < 64) return;
    // Of what no standard knows the data may begin as a stream does.
    this.starts.push(this.#next + 8 + at);
  }
}

/** WOFF 1.0, 5: each table that is smaller than it becomes is packed with zlib. */
function woffTables(head: Uint8Array): number[] {
  const count = (head[12]! << 8) | head[13]!;
  const starts: number[] = [];
  for (let at = 44; starts.length < Math.min(count, MOST) && at + 20 <= head.length; at += 20)
    starts.push(u32(head, at + 4));
  return starts;
}

/** WOFF 2.0, 4: one stream of brotli behind the directory, whose entries have no fixed length. */
function woff2Stream(head: Uint8Array): number[] {
  const count = (head[12]! << 8) | head[13]!;
  let at = 48;
  const number = () => {
    while (head[at]! >= 0x80) at++;
    at++;
  };
  for (let i = 0; i < count && at < head.length; i++) {
    const flags = head[at++]!;
    if ((flags & 63) === 63) at += 4;
    number();
    // A second length follows where the table is transformed: glyf and loca are but in version 3, no other is in version 0.
    const isGlyph = (flags & 63) === 10 || (flags & 63) === 11;
    if (flags >> 6 !== (isGlyph ? 3 : 0)) number();
  }
  return [at];
}
