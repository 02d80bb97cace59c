import type { Blocks } from './blocks.ts';
import { type Folded, isPrintable } from './folded.ts';

/** Characters of a text in UTF-16 that is worth a look. */
const SHORTEST = 10;

// As signed numbers: V8 keeps larger ones as objects until it optimises.
const NOT_LITTLE = 0xff80ff80 | 0;
const NOT_BIG = 0x80ff80ff | 0;

/**
 * Finds ASCII spelled in UTF-16 (string pools of Android, user strings of .NET, text with a byte-order mark) in blocks of
 * content, and hands it on as ASCII. Ten characters have twenty bytes, so that a word on a multiple of sixteen lies in
 * them wherever they begin: one word of four is looked at.
 */
export class WideText implements Blocks {
  readonly #folded: Folded;
  /** Place in the content behind the last text. */
  #next = 0;
  /** The last text went on where the buffer ended. */
  #isOpen = false;
  /** Whether the content holds string pools of Android, in which the length of a string stands before it. */
  isPooled = false;

  constructor(folded: Folded) {
    this.#folded = folded;
  }

  begin(): void {
    this.#next = 0;
    this.#isOpen = false;
  }

  block(
    bytes: Uint8Array,
    words: Int32Array,
    from: number,
    to: number,
    low: number,
    filled: number,
    base: number,
  ): void {
    if (this.#isOpen) this.#take(bytes, this.#next - base, low, filled, base);
    for (let i = ((from + 15) >> 4) << 2; i < to >> 2; i += 4) {
      const word = words[i]!;
      if ((word & NOT_LITTLE) === 0) {
        if ((word & 0x60) === 0 || (word & 0x600000) === 0 || !isAmong(words, i, NOT_LITTLE, low, filled)) continue;
        if (base + 4 * i >= this.#next) this.#take(bytes, 4 * i, low, filled, base);
      } else if ((word & NOT_BIG) === 0) {
        if ((word & 0x6000) === 0 || (word & 0x60000000) === 0 || !isAmong(words, i, NOT_BIG, low, filled)) continue;
        if (base + 4 * i >= this.#next) this.#take(bytes, 4 * i + 1, low, filled, base);
      }
    }
  }

  /** @param at of a character whose other byte follows */
  #take(bytes: Uint8Array, at: number, low: number, filled: number, base: number): void {
    const least = Math.max(low, this.#next - base);
    let start = at;
    let end = at;
    while (start - 2 >= least && isPrintable(bytes[start - 2]!) && bytes[start - 1] === 0) start -= 2;
    while (end + 1 < filled && isPrintable(bytes[end]!) && bytes[end + 1] === 0) end += 2;
    const goesOn = this.#isOpen && base + start === this.#next;
    // The last character of a big-endian text is followed by no zero.
    const isBig = end < filled && end > start && isPrintable(bytes[end]!) && start > low && bytes[start - 1] === 0;
    const count = (end - start) / 2 + (isBig ? 1 : 0);
    const isTaken = count >= SHORTEST || goesOn;
    this.#isOpen = isTaken && end + 1 >= filled;
    if (!isTaken) return;
    if (this.isPooled && !goesOn && !isBig && isLength(bytes, start, least, filled)) {
      // For itself: nothing is left out by what a length says.
      this.#hand(bytes, start, 1, base, false, false);
      this.#hand(bytes, start + 2, count - 1, base, false, false);
    } else this.#hand(bytes, start, count, base, isBig, goesOn);
    this.#next = base + end + (isBig ? 1 : 0);
  }

  #hand(bytes: Uint8Array, start: number, count: number, base: number, isBig: boolean, goesOn: boolean): void {
    const text = this.#folded.room(count);
    const { at: put } = this.#folded;
    for (let i = 0; i < count; i++) text[put + i] = bytes[start + 2 * i]!;
    this.#folded.add(count, base + start - (isBig ? 1 : 0), isBig ? 'utf-16be' : 'utf-16le', goesOn);
  }
}

/**
 * Whether a text of ten characters can hold this word: of its other sixteen bytes eight lie behind the word, or eight
 * before it. Where these are not at hand it can.
 */
function isAmong(words: Int32Array, i: number, not: number, low: number, filled: number): boolean {
  return (
    4 * i - 8 < low ||
    4 * i + 12 > filled ||
    ((words[i + 1]! | words[i + 2]!) & not) === 0 ||
    ((words[i - 1]! | words[i - 2]!) & not) === 0
  );
}

/** Whether a character is the length of the string behind it (ResStringPool_header): a NUL stands before it, and behind that string. */
function isLength(bytes: Uint8Array, at: number, least: number, filled: number): boolean {
  const end = at + 2 + 2 * bytes[at]!;
  return (
    at - 2 >= least &&
    bytes[at - 2] === 0 &&
    bytes[at - 1] === 0 &&
    end + 1 < filled &&
    bytes[end] === 0 &&
    bytes[end + 1] === 0
  );
}
