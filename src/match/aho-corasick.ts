/**
 * All needles as one automaton (Aho and Corasick, 1975) with a full table of byte classes: one step per byte whatever
 * the content. On real files the gram filter is faster; crafted content cannot slow this one down.
 */
export class AhoCorasick {
  /** Byte → class; 0 for bytes of no needle. Sixteen bits: needles may hold all 256 bytes. */
  readonly #classes = new Uint16Array(256);
  readonly #width: number;
  /** Offset of a state's row + class → offset of the next state's row, or its complement where needles end there. */
  readonly #table: Int32Array;
  /** The needle that ends at a state, + 1; 0 for none. */
  readonly #needle: Int32Array;
  /** The state of the longest proper suffix at which a needle ends; 0 for none. */
  readonly #shorter: Int32Array;
  readonly #lengths: Int32Array;

  /** @param needles none empty, all different */
  constructor(needles: readonly Uint8Array[]) {
    this.#lengths = Int32Array.from(needles, (needle) => needle.length);
    let width = 1;
    for (const needle of needles) for (const byte of needle) this.#classes[byte] ||= width++;
    this.#width = width;
    const most = this.#lengths.reduce((sum, length) => sum + length, 1);
    const table = new Int32Array(most * width);
    const needleAt = new Int32Array(most);
    let states = 1;
    needles.forEach((needle, index) => {
      let state = 0;
      for (const byte of needle) {
        const cell = state * width + this.#classes[byte]!;
        if (table[cell] === 0) table[cell] = states++;
        state = table[cell]!;
      }
      needleAt[state] = index + 1;
    });
    // Pages that no state reached were never touched: the view costs address space only.
    this.#table = table.subarray(0, states * width);
    this.#needle = needleAt.subarray(0, states);
    this.#shorter = this.#link(states);
  }

  /** Breadth first, so that the row of a state's longest proper suffix is complete before its own. */
  #link(states: number): Int32Array {
    const table = this.#table;
    const width = this.#width;
    const suffix = new Int32Array(states);
    const shorter = new Int32Array(states);
    const queue = new Int32Array(states);
    let length = 1;
    for (let i = 0; i < length; i++) {
      const state = queue[i]!;
      const up = suffix[state]!;
      shorter[state] = this.#needle[up] === 0 ? shorter[up]! : up;
      for (let key = 0; key < width; key++) {
        const cell = state * width + key;
        const child = table[cell]!;
        if (child === 0) table[cell] = table[up * width + key]!;
        else {
          if (state !== 0) suffix[child] = table[up * width + key]!;
          queue[length++] = child;
        }
      }
    }
    for (let cell = 0; cell < table.length; cell++) {
      const state = table[cell]!;
      const row = state * width;
      table[cell] = this.#needle[state] !== 0 || shorter[state] !== 0 ? ~row : row;
    }
    return shorter;
  }

  /**
   * @param found index of the needle, and the position of its first byte; for one end, the longest needle first
   */
  scan(bytes: Uint8Array, from: number, to: number, found: (needle: number, start: number) => void): void {
    const classes = this.#classes;
    const table = this.#table;
    let row = 0;
    for (let i = from; i < to; i++) {
      row = table[row + classes[bytes[i]!]!]!;
      if (row >= 0) continue;
      row = ~row;
      let state = row / this.#width;
      if (this.#needle[state] === 0) state = this.#shorter[state]!;
      for (; state !== 0; state = this.#shorter[state]!) {
        const needle = this.#needle[state]! - 1;
        found(needle, i + 1 - this.#lengths[needle]!);
      }
    }
  }
}
