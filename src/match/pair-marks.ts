/**
 * A mark for each two bytes that something looked for begins or ends with: tells nearly every name of a table in two
 * loads, before a matcher is asked.
 */
export class PairMarks {
  /** By first byte x 256 + second. */
  readonly table = new Uint8Array(0x1_0000);
  /** Places in the table that are marked: some hundred, which are told apart from 65,536 at once. */
  readonly #marked: number[] = [];
  #isAll = false;
  readonly #fold: Uint8Array;
  /** By folded byte: the bytes that are compared as it. */
  readonly #alike: readonly number[][];

  /** @param fold byte → the byte it is compared as; bytes that fold together are marked together */
  constructor(fold: Uint8Array) {
    this.#fold = fold;
    this.#alike = alikeBy(fold);
  }

  /** Values that names begin with. */
  heads(values: readonly Uint8Array[]): void {
    for (const value of values) this.#mark(value[0], value[1]);
  }

  /** Values that names end with. */
  tails(values: readonly Uint8Array[]): void {
    for (const value of values) this.#mark(value.at(-2), value.at(-1));
  }

  /** For a test that says nothing of how a name begins or ends. */
  all(): void {
    this.table.fill(1);
    this.#isAll = true;
  }

  /** Marks what others mark too. */
  add(others: readonly PairMarks[]): void {
    for (const other of others) {
      if (other.#isAll) this.all();
      for (const place of other.#marked) this.#set(place);
    }
  }

  #mark(first: number | undefined, second: number | undefined): void {
    for (const a of this.#like(first)) for (const b of this.#like(second)) this.#set(a * 256 + b);
  }

  #set(place: number): void {
    if (this.table[place] === 1) return;
    this.table[place] = 1;
    this.#marked.push(place);
  }

  /** The bytes that are compared as this one; all, where there is none. */
  #like(byte: number | undefined): readonly number[] {
    return byte === undefined ? this.#alike.flat() : this.#alike[this.#fold[byte]!]!;
  }
}

/** By the table that folds: there are three, and dozens of marks. */
const known = new WeakMap<Uint8Array, readonly number[][]>();

function alikeBy(fold: Uint8Array): readonly number[][] {
  let alike = known.get(fold);
  if (!alike) {
    const made: number[][] = Array.from({ length: 256 }, () => []);
    for (let byte = 0; byte < 256; byte++) made[fold[byte]!]!.push(byte);
    alike = made;
    known.set(fold, alike);
  }
  return alike;
}
