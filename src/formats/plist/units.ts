/** Puts a text together from pieces and characters: a million escapes are two bytes each, not a string each. */
export class TextBuilder {
  readonly #units: Uint16Array;
  #length = 0;

  /** @param most UTF-16 units that the text has at most */
  constructor(most: number) {
    this.#units = new Uint16Array(most);
  }

  add(text: string, from: number, to: number): void {
    for (let i = from; i < to; i++) this.#units[this.#length++] = text.charCodeAt(i);
  }

  addCodePoint(code: number): void {
    if (code < 0x10000) this.#units[this.#length++] = code;
    else this.add(String.fromCodePoint(code), 0, 2);
  }

  toString(): string {
    const pieces: string[] = [];
    for (let at = 0; at < this.#length; at += 4096)
      pieces.push(String.fromCharCode(...this.#units.subarray(at, Math.min(at + 4096, this.#length))));
    return pieces.join('');
  }
}
