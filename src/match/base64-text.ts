import { base64End, base64Start, base64Values, besideBase64, isName, openEnd } from '../formats/base64.ts';
import type { About } from '../inventory/taker.ts';
import type { Blocks } from './blocks.ts';
import type { Folded } from './folded.ts';

/** Characters of base64 that are worth a look: names and paths are seldom as long. */
const SHORTEST = 64;

const values = base64Values;

/** Finds runs of base64 in blocks of content, and hands on what they decode to. Of 64 bytes one is looked at. */
export class Base64Text implements Blocks {
  readonly #folded: Folded;
  #next = 0;
  #isOpen = false;
  /** Bits of the characters that make no whole byte yet. */
  #bits = 0;
  #count = 0;
  #about: Pick<About, 'coded'> | null = null;

  constructor(folded: Folded) {
    this.#folded = folded;
  }

  for(about: About): this {
    this.#about = about;
    return this;
  }

  begin(): void {
    this.#next = 0;
    this.#isOpen = false;
  }

  block(bytes: Uint8Array, _: Int32Array, from: number, to: number, low: number, filled: number, base: number): void {
    // An indentation may be longer than what is at hand.
    if (this.#isOpen && this.#next >= base + low) this.#take(bytes, this.#next - base, low, filled, base);
    for (let at = (from + SHORTEST - 1) & -SHORTEST; at < to; at += SHORTEST) {
      if (values[bytes[at]!]! > 66 || base + at < this.#next) continue;
      // A run that has this byte goes on for half of its length to one side at least.
      const before = values[bytes[at - 16]!]! | values[bytes[at - 31]!]!;
      const after = values[bytes[at + 16]!]! | values[bytes[at + 31]!]!;
      if (before > 127 && after > 127) continue;
      this.#take(bytes, at, low, filled, base);
    }
  }

  #take(bytes: Uint8Array, at: number, low: number, filled: number, base: number): void {
    const least = Math.max(low, this.#next - base);
    const start = base64Start(bytes, at, least);
    const end = base64End(bytes, start, filled);
    const goesOn = this.#isOpen && base + start === this.#next;
    const open = openEnd(bytes, end, filled);
    this.#isOpen = open !== null && (goesOn || end - start >= SHORTEST);
    this.#next = base + Math.max(open ?? end, at);
    if (!goesOn && (end - start < SHORTEST || (open === null && isName(bytes, start, end)))) return;
    if (!goesOn) this.#bits = this.#count = 0;
    const made = this.#decode(bytes, start, end);
    if (!goesOn) {
      const { at: put } = this.#folded;
      this.#about?.coded(base + start, this.#folded.room(0).subarray(put, put + made), bytes.subarray(start, filled));
    }
    this.#folded.add(made, base + start, 'decoded', goesOn);
  }

  /** Puts what a run decodes to where the folded text has its room. @returns how many bytes that are */
  #decode(bytes: Uint8Array, start: number, end: number): number {
    const decoded = this.#folded.room(end - start);
    const { at: put } = this.#folded;
    let made = 0;
    let bits = this.#bits;
    let count = this.#count;
    for (let i = start; i < end; ) {
      const value = values[bytes[i]!]!;
      if (value >= 64) {
        // An escape whose letter is not at hand is taken up with it.
        i += besideBase64(bytes, i, end) || 1;
        continue;
      }
      i++;
      bits = ((bits << 6) | value) & 0xffff;
      count += 6;
      if (count < 8) continue;
      count -= 8;
      decoded[put + made++] = bits >> count;
    }
    this.#bits = bits;
    this.#count = count;
    return made;
  }
}
