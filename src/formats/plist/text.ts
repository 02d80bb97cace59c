import type { Place, TextSpan } from './parsing.ts';

/** The text of a document, and the way back from its characters to the document's bytes. */
export class DocumentText {
  readonly text: string;
  readonly #bytes: Uint8Array;
  readonly #decoder: InstanceType<typeof TextDecoder>;
  /** Bytes of the byte order mark, which is no part of the text. */
  readonly #mark: number;
  #marks: { at: number; units: number }[] | null = null;

  constructor(bytes: Uint8Array) {
    const label = encodingOf(bytes);
    this.#bytes = bytes;
    this.text = new TextDecoder(label).decode(bytes);
    this.#decoder = new TextDecoder(label, { ignoreBOM: true });
    const [a, b, c] = bytes;
    const isMarked = a === 0xef ? b === 0xbb && c === 0xbf : (a === 0xff && b === 0xfe) || (a === 0xfe && b === 0xff);
    this.#mark = !isMarked ? 0 : label === 'utf-8' ? 3 : label.startsWith('utf-16') ? 2 : 0;
  }

  /** The bytes that are `text` at `place`; null where the encoding leads no way back, or broken bytes stand before. */
  spanOf(place: Place, text: string): TextSpan | null {
    const start = this.#byteAt(place.offset);
    const end = this.#byteAt(place.offset + place.length);
    if (start === null || end === null || this.#decoder.decode(this.#bytes.subarray(start, end)) !== text) return null;
    return { offset: start, length: end - start, encoding: this.#decoder.encoding };
  }

  #byteAt(index: number): number | null {
    const { encoding } = this.#decoder;
    if (encoding.startsWith('utf-16')) return this.#mark + 2 * index;
    if (this.text.length === this.#bytes.length - this.#mark) return this.#mark + index;
    return encoding === 'utf-8' ? this.#utf8At(index) : null;
  }

  /** Counts from the nearest mark before, so that texts may be asked for in any order. */
  #utf8At(index: number): number {
    this.#marks ??= this.#utf8Marks();
    const nearest = Math.min(Math.floor(index / STEP), this.#marks.length - 1);
    const mark = this.#marks[nearest];
    if (!mark) return this.#mark;
    let { at, units } = mark;
    for (; units < index && at < this.#bytes.length; units += unitsOf(this.#bytes[at]!), at = this.#next(at));
    return at;
  }

  /** The first character in each run of 256 UTF-16 units; one later where a pair lies across. */
  #utf8Marks(): { at: number; units: number }[] {
    const marks: { at: number; units: number }[] = [];
    let units = 0;
    for (let at = this.#mark; at < this.#bytes.length; at = this.#next(at)) {
      if (units >= marks.length * STEP) marks.push({ at, units });
      units += unitsOf(this.#bytes[at]!);
    }
    return marks;
  }

  /** Where the character behind the one at `at` begins. */
  #next(at: number): number {
    let next = at + 1;
    while (next < this.#bytes.length && (this.#bytes[next]! & 0xc0) === 0x80) next++;
    return next;
  }
}

const STEP = 256;

/** UTF-16 units of the character that this byte of UTF-8 begins. */
function unitsOf(lead: number): number {
  return lead >= 0xf0 ? 2 : 1;
}

/** `<` of a document; `"` and `/` of strings and of the comment before them. */
const BEGINNINGS: ReadonlySet<number | undefined> = new Set([0x3c, 0x22, 0x2f]);

/** XML 1.0, appendix F: byte order mark, else the look of the first characters, else the declaration. */
function encodingOf(bytes: Uint8Array): string {
  const [a, b] = bytes;
  if ((a === 0xff && b === 0xfe) || (BEGINNINGS.has(a) && b === 0)) return 'utf-16le';
  if ((a === 0xfe && b === 0xff) || (a === 0 && BEGINNINGS.has(b))) return 'utf-16be';
  const start = new TextDecoder('latin1').decode(bytes.subarray(0, 256));
  const label = /^\s*<\?xml[^>]*\sencoding\s*=\s*["']([\w.:-]+)["']/.exec(start)?.[1] ?? 'utf-8';
  try {
    const { encoding } = new TextDecoder(label);
    // Bytes that just spelled a declaration in ASCII are not UTF-16, whatever it says.
    if (!encoding.startsWith('utf-16')) return encoding;
  } catch {
    // An encoding nobody knows: property lists are UTF-8.
  }
  return 'utf-8';
}
