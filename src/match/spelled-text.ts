import { indexOf } from '../formats/native-bytes.ts';
import type { Blocks } from './blocks.ts';
import { type Folded, isPrintable } from './folded.ts';

/** Bytes before the first escaped character that belong to the same word: `http:\/\/argus.agor\u0061lab.co`. */
const BEFORE = 256;
/** Characters of a word that is worth a look: no name of a host is as short, and content may hold a million. */
const SHORTEST = 8;
/** Characters of a word that are handed on at once; the rest follows. */
const LONGEST = 4096;
/** The longest escape that is known: `&#x0000041;`. */
const ESCAPE = 12;

const [BACKSLASH, PERCENT, AMPERSAND, HASH] = [0x5c, 0x25, 0x26, 0x23];
const leads = [BACKSLASH, PERCENT, AMPERSAND];

const hexOf = (byte: number | undefined): number => {
  if (byte === undefined) return -1;
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const letter = byte | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1;
};

/** What ends a word: blanks, quotes, the border of a tag. */
const borders = new Set([0x20, 0x22, 0x27, 0x60, 0x3c, 0x3e]);
const isWord = (byte: number) => isPrintable(byte) && !borders.has(byte);

/** Characters that nobody has to escape, so that whoever does it hides them: letters, digits, dot and hyphen. */
const isPlain = (code: number) =>
  (code >= 0x61 && code <= 0x7a) ||
  (code >= 0x41 && code <= 0x5a) ||
  (code >= 0x30 && code <= 0x39) ||
  code === 0x2e ||
  code === 0x2d;

/**
 * Finds ASCII whose characters are spelled by their numbers, as JavaScript and JSON (`\x61`, `\u0061`, `\u{61}`, `\141`), URLs
 * (`%61`) and HTML (`&#97;`, `&#x61;`) may spell them (ECMA-262, 12.9.4 and B.1.2; RFC 3986, 2.1; HTML, 13.1.4), and hands on
 * the word around them as it is meant.
 */
export class SpelledText implements Blocks {
  readonly #folded: Folded;
  /** Place in the content behind the last word, and whether that went on where the bytes at hand ended. */
  #next = 0;
  #isOpen = false;
  #length = 0;
  /** Where each of the three that begin an escape stands next in the block; -1 for nowhere. */
  readonly #ahead = new Int32Array(3);

  constructor(folded: Folded) {
    this.#folded = folded;
  }

  begin(): void {
    this.#next = 0;
    this.#isOpen = false;
  }

  block(bytes: Uint8Array, _: Int32Array, first: number, to: number, low: number, filled: number, base: number): void {
    if (this.#isOpen) this.#take(bytes, this.#next - base, low, filled, base);
    const block = bytes.subarray(0, to);
    const ahead = this.#ahead;
    for (let from = Math.max(first, low), i = 0; i < 3; i++) ahead[i] = indexOf.call(block, leads[i]!, from);
    for (;;) {
      // In the order in which they stand, since words are taken one behind the other.
      let at = -1;
      for (let i = 0; i < 3; i++) if (ahead[i]! >= 0 && (at < 0 || ahead[i]! < at)) at = ahead[i]!;
      if (at < 0) return;
      const isTaken = base + at < this.#next || !isPlain(this.#escape(bytes, at, filled));
      if (!isTaken) this.#take(bytes, at, low, filled, base);
      const from = Math.max(at + 1, this.#next - base);
      for (let i = 0; i < 3; i++) {
        if (ahead[i]! >= 0 && ahead[i]! < from) ahead[i] = indexOf.call(block, leads[i]!, from);
      }
    }
  }

  /** Hands on the word that has a byte, and what stands before it since the last one. */
  #take(bytes: Uint8Array, at: number, low: number, filled: number, base: number): void {
    let start = at;
    for (const least = Math.max(low, this.#next - base, at - BEFORE); start > least && isWord(bytes[start - 1]!); )
      start--;
    for (let goesOn = this.#isOpen && base + start === this.#next; start < filled; goesOn = false) {
      start = this.#word(bytes, start, filled, base, goesOn);
      if (this.#isOpen || start > at) break;
    }
    this.#next = base + start;
  }

  /** @returns the place behind it and what parts it from the next */
  #word(bytes: Uint8Array, start: number, filled: number, base: number, goesOn: boolean): number {
    const text = this.#folded.room(LONGEST);
    const { at: put } = this.#folded;
    let made = 0;
    let end = start;
    let parting = 0;
    while (parting === 0 && end < filled && made < LONGEST) {
      const byte = bytes[end]!;
      const isEscape = byte === BACKSLASH || byte === PERCENT || byte === AMPERSAND;
      const code = isEscape ? this.#escape(bytes, end, filled) : -1;
      // One that may be cut off is taken up with what follows.
      if (isEscape && code < 0 && filled - end < ESCAPE) break;
      if (code >= 0 ? !isPrintable(code) : byte === BACKSLASH || !isWord(byte)) {
        // `\n`, and what else stands for itself alone.
        parting = code >= 0 ? this.#length : byte === BACKSLASH ? 2 : 1;
        break;
      }
      text[put + made++] = code < 0 ? byte : code;
      end += code < 0 ? 1 : this.#length;
    }
    this.#isOpen = parting === 0;
    if (goesOn || made >= SHORTEST) this.#folded.add(made, base + start, 'decoded', goesOn);
    return end + parting;
  }

  /** The character that an escape stands for; -1 where none begins here. Its length is put beside. */
  #escape(bytes: Uint8Array, at: number, filled: number): number {
    const next = bytes[at + 1];
    if (bytes[at] === PERCENT) return this.#digits(bytes, at + 1, 2, at);
    if (bytes[at] === AMPERSAND) return next === HASH ? this.#entity(bytes, at, filled) : -1;
    if (next === 0x78) return this.#digits(bytes, at + 2, 2, at);
    if (next === 0x75) {
      return bytes[at + 2] === 0x7b ? this.#braced(bytes, at, filled) : this.#digits(bytes, at + 2, 4, at);
    }
    return this.#octal(bytes, at);
  }

  #digits(bytes: Uint8Array, from: number, count: number, at: number): number {
    let code = 0;
    for (let i = from; i < from + count; i++) {
      const digit = hexOf(bytes[i]);
      if (digit < 0) return -1;
      code = code * 16 + digit;
    }
    this.#length = from + count - at;
    return code;
  }

  #octal(bytes: Uint8Array, at: number): number {
    let code = 0;
    for (let i = at + 1; i < at + 4; i++) {
      const digit = bytes[i]! - 0x30;
      if (!(digit >= 0 && digit < 8)) return -1;
      code = code * 8 + digit;
    }
    this.#length = 4;
    return code;
  }

  #braced(bytes: Uint8Array, at: number, filled: number): number {
    return this.#closed(bytes, at, { from: at + 3, to: Math.min(filled, at + ESCAPE), base: 16, end: 0x7d });
  }

  #entity(bytes: Uint8Array, at: number, filled: number): number {
    const isHex = (bytes[at + 2]! | 0x20) === 0x78;
    const to = Math.min(filled, at + ESCAPE);
    return this.#closed(bytes, at, { from: at + (isHex ? 3 : 2), to, base: isHex ? 16 : 10, end: 0x3b });
  }

  #closed(
    bytes: Uint8Array,
    at: number,
    {
      from,
      to,
      base,
      end,
    }: { readonly from: number; readonly to: number; readonly base: number; readonly end: number },
  ): number {
    let code = 0;
    let i = from;
    for (; i < to; i++) {
      const digit = hexOf(bytes[i]);
      if (digit < 0 || digit >= base) break;
      code = code * base + digit;
    }
    if (i === from || bytes[i] !== end) return -1;
    this.#length = i + 1 - at;
    return code;
  }
}
