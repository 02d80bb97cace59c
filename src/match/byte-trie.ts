/**
 * Many byte strings in one trie of typed arrays. A node with one child keeps it inline; a node with several has a row
 * of targets, one per byte class. A walk costs two or three loads per byte and leaves at the first byte that no value
 * has there. Nodes are made when a walk first comes to them: the names of one app meet a few of the thousands.
 */
export class ByteTrie {
  /** Byte → class; 0 for a byte that occurs in no value. Bytes that fold together share a class. */
  readonly #classes = new Uint8Array(256);
  /** Classes, and 0. */
  readonly #width: number;
  /** The values as classes, one after the other; value n begins at `#starts[n]` and ends at `#starts[n + 1]`. */
  readonly #keys: Uint8Array;
  readonly #starts: Int32Array;
  /** Class of a node's only child. */
  #only = new Uint8Array(64);
  /** Above 0: the only child; below 0: minus the offset of the node's row; 0: a leaf. */
  #next = new Int32Array(64);
  /** A row at 0 would read as a leaf. */
  #rows = new Int32Array(1024);
  #rowsEnd = 1;
  /** The values that end at node n are `#order[k]` for k from `#first[n]` to before `#last[n]`; of a closed node all below it. */
  #first = new Int32Array(64);
  #last = new Int32Array(64);
  readonly #order: Int32Array;
  /**
   * Above 0: 1 + the value that alone goes on from a node: the rest of it is compared, and needs no nodes. Below 0: the
   * node is closed, and lies so deep, counted from -1.
   */
  #alone = new Int32Array(64);
  #nodes = 0;

  /**
   * @param values in the direction of the walk (reversed for suffixes); a value may occur several times
   * @param fold byte → the byte it is compared as
   */
  constructor(values: readonly Uint8Array[], fold: Uint8Array) {
    this.#starts = new Int32Array(values.length + 1);
    this.#keys = joined(values, this.#starts);
    this.#width = classify(this.#keys, fold, this.#classes);
    this.#order = new Int32Array(values.length);
    for (let i = 0; i < values.length; i++) this.#order[i] = i;
    if (this.#add(0, values.length, 0) === 0 && this.#alone[0]! < 0) this.#open(0);
  }

  /** A node for values side by side in `#order` that have `depth` bytes in common. */
  #add(from: number, to: number, depth: number): number {
    const node = this.#nodes++;
    if (node === this.#next.length) {
      this.#only = grown(this.#only, new Uint8Array(node * 2));
      this.#next = grown(this.#next, new Int32Array(node * 2));
      this.#first = grown(this.#first, new Int32Array(node * 2));
      this.#last = grown(this.#last, new Int32Array(node * 2));
      this.#alone = grown(this.#alone, new Int32Array(node * 2));
    }
    this.#alone[node] = to - from === 1 ? this.#order[from]! + 1 : -1 - depth;
    if (to - from === 1) return node;
    this.#first[node] = from;
    this.#last[node] = to;
    return node;
  }

  /** Tells the values of a closed node apart by their next byte, and adds its children. */
  #open(node: number): void {
    const depth = -1 - this.#alone[node]!;
    // A walk inside of `found` may have been here first.
    if (depth < 0) return;
    this.#alone[node] = 0;
    const from = this.#first[node]!;
    const to = this.#last[node]!;
    const ends = this.#sort(from, to, depth);
    this.#last[node] = ends[0]!;
    let children = 0;
    let only = 0;
    for (let key = 1; key < ends.length; key++) {
      if (ends[key] === ends[key - 1]) continue;
      children++;
      only = key;
    }
    if (children === 1) {
      this.#only[node] = only;
      const child = this.#add(ends[0]!, to, depth + 1);
      this.#next[node] = child;
    }
    if (children < 2) return;
    const row = this.#rowsEnd;
    this.#rowsEnd += this.#width;
    if (this.#rowsEnd > this.#rows.length) this.#rows = grown(this.#rows, new Int32Array(this.#rowsEnd * 2));
    this.#next[node] = -row;
    for (let key = 1; key < ends.length; key++) {
      if (ends[key] !== ends[key - 1]) this.#rows[row + key] = this.#add(ends[key - 1]!, ends[key]!, depth + 1);
    }
  }

  /** By the byte at `depth`, what ends there first; else in the order of the values. @returns where each class ends */
  #sort(from: number, to: number, depth: number): Int32Array {
    const ends = new Int32Array(this.#width).fill(from);
    const values = this.#order.slice(from, to);
    for (let i = 0; i < values.length; i++) ends[this.#keyAt(values[i]!, depth)]!++;
    for (let key = 1; key < ends.length; key++) ends[key]! += ends[key - 1]! - from;
    for (let i = values.length - 1; i >= 0; i--) this.#order[--ends[this.#keyAt(values[i]!, depth)]!] = values[i]!;
    // Each stands at the beginning of its class now, where the one before it ends.
    ends.copyWithin(0, 1);
    ends[ends.length - 1] = to;
    return ends;
  }

  #keyAt(value: number, depth: number): number {
    const at = this.#starts[value]! + depth;
    return at < this.#starts[value + 1]! ? this.#keys[at]! : 0;
  }

  /** Whether a value begins with this byte. */
  starts(byte: number): boolean {
    const key = this.#classes[byte]!;
    if (key === 0) return false;
    const alone = this.#alone[0]!;
    if (alone > 0) return this.#keyAt(alone - 1, 0) === key;
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
    let only = this.#only;
    let nexts = this.#next;
    let rows = this.#rows;
    let alones = this.#alone;
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
      if (alone < 0) {
        this.#open(node);
        only = this.#only;
        nexts = this.#next;
        rows = this.#rows;
        alones = this.#alone;
      }
      const last = this.#last[node]!;
      let k = this.#first[node]!;
      if (k === last) continue;
      for (; k < last; k++) found(this.#order[k]!, i + step);
      // A walk inside of `found` may have made nodes, and rows in other arrays than these.
      only = this.#only;
      nexts = this.#next;
      rows = this.#rows;
      alones = this.#alone;
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
    const keys = this.#keys;
    const classes = this.#classes;
    const start = this.#starts[value]!;
    const end = this.#starts[value + 1]!;
    let at = from;
    for (let i = start + k; i < end; i++, at += step) if (at === stop || classes[bytes[at]!] !== keys[i]) return;
    if (end > start) found(value, at);
  }
}

// Small functions of their own: where they stand in the constructor, V8 takes 50 ms to optimize all that is around them.

/** @param starts is written: where each of them begins, and the last one ends */
function joined(values: readonly Uint8Array[], starts: Int32Array): Uint8Array {
  let end = 0;
  for (let i = 0; i < values.length; i++) {
    end += values[i]!.length;
    starts[i + 1] = end;
  }
  const bytes = new Uint8Array(end);
  for (let i = 0; i < values.length; i++) bytes.set(values[i]!, starts[i]!);
  return bytes;
}

/** Puts classes in the place of bytes. @returns how many there are, with 0 */
function classify(keys: Uint8Array, fold: Uint8Array, classes: Uint8Array): number {
  const classOf = new Uint8Array(256);
  let width = 1;
  for (let i = 0; i < keys.length; i++) {
    const byte = fold[keys[i]!]!;
    if (classOf[byte] === 0) classOf[byte] = width++;
    keys[i] = classOf[byte]!;
  }
  for (let byte = 0; byte < 256; byte++) classes[byte] = classOf[fold[byte]!]!;
  return width;
}

function grown<T extends Uint8Array | Int32Array>(from: T, to: T): T {
  to.set(from);
  return to;
}

/** The table that compares every byte as itself. */
export const unfolded: Uint8Array = foldOf(() => null);

/** A table byte → the byte it is compared as; null is itself. One for each way to compare, made once: what is kept by table is shared. */
export function foldOf(of: (byte: number) => number | null): Uint8Array {
  return Uint8Array.from({ length: 256 }, (_, byte) => of(byte) ?? byte);
}
