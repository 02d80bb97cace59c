/**
 * Many byte strings in one trie of typed arrays. A node with one child keeps it inline; a node with several has a row
 * of targets, one per byte class. A walk costs two or three loads per byte and leaves at the first byte that no value
 * has there.
 */
export class ByteTrie {
  /** Byte → class; 0 for a byte that occurs in no value. Bytes that fold together share a class. */
  readonly #classes = new Uint8Array(256);
  /** Class of a node's only child. */
  readonly #only: Uint8Array;
  /** Above 0: the only child; below 0: minus the offset of the node's row; 0: a leaf. */
  readonly #next: Int32Array;
  readonly #rows: Int32Array;
  /** The values that end at node n are `#order[k]` for k from `#first[n]` to before `#last[n]`. */
  readonly #first: Int32Array;
  readonly #last: Int32Array;
  readonly #order: Int32Array;
  /** 1 + the value that alone goes on from a node: the rest of it is compared, and needs no nodes. */
  readonly #alone: Int32Array;
  /** The values, byte by byte as classes. */
  readonly #keys: readonly Uint8Array[];

  /**
   * @param values in the direction of the walk (reversed for suffixes); a value may occur several times
   * @param fold byte → the byte it is compared as
   */
  constructor(values: readonly Uint8Array[], fold: Uint8Array) {
    const used = new Set<number>();
    for (const value of values) for (const byte of value) used.add(fold[byte]!);
    const classed = [...used];
    for (let byte = 0; byte < 256; byte++) this.#classes[byte] = classed.indexOf(fold[byte]!) + 1;

    const keys = values.map((value) => value.map((byte) => this.#classes[byte]!));
    const order = Int32Array.from(keys.keys()).sort((a, b) => compare(keys[a]!, keys[b]!));
    const only = [0];
    const next = [0];
    const rows = [0]; // a row at 0 would read as a leaf
    const first = [0];
    const last = [0];
    const alone = [0];
    // Sorted, the values below one node lie side by side.
    const open = [{ node: 0, from: 0, to: values.length, depth: 0 }];
    for (let range = open.pop(); range; range = open.pop()) {
      const { node, to, depth } = range;
      if (to - range.from === 1) {
        alone[node] = order[range.from]! + 1;
        continue;
      }
      const classAt = (k: number) => keys[order[k]!]![depth]!;
      let from = range.from;
      first[node] = from;
      while (from < to && keys[order[from]!]!.length === depth) from++;
      last[node] = from;
      if (from === to) continue;
      const row = classAt(from) === classAt(to - 1) ? 0 : rows.length;
      if (row > 0) for (let i = 0; i <= classed.length; i++) rows.push(0);
      next[node] = -row;
      while (from < to) {
        const child = next.length;
        const key = classAt(from);
        const start = from;
        while (from < to && classAt(from) === key) from++;
        if (row > 0) rows[row + key] = child;
        else {
          only[node] = key;
          next[node] = child;
        }
        only.push(0);
        next.push(0);
        first.push(0);
        last.push(0);
        alone.push(0);
        open.push({ node: child, from: start, to: from, depth: depth + 1 });
      }
    }
    this.#only = Uint8Array.from(only);
    this.#next = Int32Array.from(next);
    this.#rows = Int32Array.from(rows);
    this.#first = Int32Array.from(first);
    this.#last = Int32Array.from(last);
    this.#order = order;
    this.#alone = Int32Array.from(alone);
    this.#keys = keys;
  }

  /** Whether a value begins with this byte. */
  starts(byte: number): boolean {
    const key = this.#classes[byte]!;
    if (key === 0) return false;
    const alone = this.#alone[0]!;
    if (alone > 0) return this.#keys[alone - 1]![0] === key;
    const next = this.#next[0]!;
    return next > 0 ? this.#only[0] === key : next < 0 && this.#rows[key - next] !== 0;
  }

  /**
   * Positional, since it is asked of every name of every table. Calls `found` for each value that the bytes from `from` on begin with, shortest first.
   * @param stop the first position not to read; below `from` when `step` is -1
   * @param found index of the value, and the position after its last byte
   */
  walk(bytes: Uint8Array, from: number, stop: number, step: 1 | -1, found: (value: number, after: number) => void) {
    const classes = this.#classes;
    const only = this.#only;
    const nexts = this.#next;
    const rows = this.#rows;
    const alones = this.#alone;
    if (alones[0]! > 0) {
      this.#rest(alones[0]! - 1, 0, bytes, from, stop, step, found);
      return;
    }
    let node = 0;
    for (let i = from; i !== stop; i += step) {
      const key = classes[bytes[i]!]!;
      const next = nexts[node]!;
      if (next > 0) {
        if (only[node] !== key) return;
        node = next;
      } else {
        if (next === 0 || key === 0) return;
        node = rows[key - next]!;
        if (node === 0) return;
      }
      const alone = alones[node]!;
      if (alone > 0) {
        this.#rest(alone - 1, (i - from) * step + 1, bytes, i + step, stop, step, found);
        return;
      }
      for (let k = this.#first[node]!; k < this.#last[node]!; k++) found(this.#order[k]!, i + step);
    }
  }

  /** Compares what is left of a value from its byte `k` on. */
  #rest(
    value: number,
    k: number,
    bytes: Uint8Array,
    from: number,
    stop: number,
    step: 1 | -1,
    found: (value: number, after: number) => void,
  ): void {
    const key = this.#keys[value]!;
    const classes = this.#classes;
    let at = from;
    for (let i = k; i < key.length; i++, at += step) if (at === stop || classes[bytes[at]!] !== key[i]) return;
    if (key.length > 0) found(value, at);
  }
}

function compare(a: Uint8Array, b: Uint8Array): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) if (a[i] !== b[i]) return a[i]! - b[i]!;
  return a.length - b.length;
}

/** The table that compares every byte as itself. */
export function noFold(): Uint8Array {
  return Uint8Array.from({ length: 256 }, (_, byte) => byte);
}
