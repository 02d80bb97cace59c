import { BANG, DASH, endsName, GREATER, isLetter, LESS, SLASH } from './bytes.ts';

const LONGEST_NAME = 16;

/**
 * The content of an element that holds no markup, up to its own end tag (HTML, 13.2.5.9 to 31). In a script, what looks
 * like a comment hides a script inside it: `<!-- <script> </script> -->` ends nothing.
 */
export class RawText {
  #name = '';
  /** Of a script: outside of what looks like a comment, inside it, inside a script inside it. */
  #escaped: 0 | 1 | 2 = 0;
  #dashes = 0;
  #at: 'text' | 'less' | 'markup' | 'name' = 'text';
  #isEnd = false;
  #word = '';

  begin(name: string): void {
    this.#name = name;
    this.#escaped = 0;
    this.#dashes = 0;
    this.#at = 'text';
  }

  /** Whether nothing but `<` matters now. */
  get isPlain(): boolean {
    return this.#at === 'text' && this.#escaped === 0;
  }

  /** @returns whether this byte ends the name of the element's own end tag */
  push(byte: number): boolean {
    switch (this.#at) {
      case 'less':
        return this.#afterLess(byte);
      case 'markup':
        if (byte !== DASH) return this.#text(byte);
        if (++this.#dashes === 2) {
          this.#escaped = 1;
          this.#at = 'text';
        }
        return false;
      case 'name':
        return this.#inName(byte);
      default:
        return this.#text(byte);
    }
  }

  #text(byte: number): boolean {
    this.#at = 'text';
    if (byte === DASH) {
      this.#dashes++;
      return false;
    }
    if (byte === GREATER && this.#dashes >= 2) this.#escaped = 0;
    this.#dashes = 0;
    if (byte === LESS) this.#at = 'less';
    return false;
  }

  #afterLess(byte: number): boolean {
    const isScript = this.#name === 'script';
    if (byte === SLASH) this.#isEnd = true;
    else if (isScript && byte === BANG && this.#escaped === 0) {
      this.#at = 'markup';
      return false;
    } else if (isScript && this.#escaped === 1 && isLetter(byte)) this.#isEnd = false;
    else return this.#text(byte);
    this.#at = 'name';
    this.#word = this.#isEnd ? '' : letter(byte);
    return false;
  }

  #inName(byte: number): boolean {
    if (isLetter(byte) && this.#word.length < LONGEST_NAME) {
      this.#word += letter(byte);
      return false;
    }
    const isWhole = endsName(byte) && this.#word === this.#name;
    if (!isWhole) return this.#text(byte);
    if (this.#isEnd && this.#escaped < 2) return true;
    this.#escaped = this.#isEnd ? 1 : 2;
    this.#dashes = 0;
    this.#at = 'text';
    return false;
  }
}

function letter(byte: number): string {
  return String.fromCharCode(byte | 0x20);
}
