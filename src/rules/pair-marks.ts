/**
 * A mark for each two bytes that something looked for begins or ends with: tells nearly every name of a table in two
 * loads, before a matcher is asked.
 */
export class PairMarks {
  /** By first byte x 256 + second. */
  readonly table = new Uint8Array(0x1_0000);
  readonly #fold: Uint8Array;

  /** @param fold byte → the byte it is compared as; bytes that fold together are marked together */
  constructor(fold: Uint8Array) {
    this.#fold = fold;
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
  }

  #mark(first: number | undefined, second: number | undefined): void {
    for (const a of this.#like(first)) for (const b of this.#like(second)) this.table[a * 256 + b] = 1;
  }

  /** The bytes that are compared as this one; all, where there is none. */
  #like(byte: number | undefined): number[] {
    const bytes = [...this.#fold.keys()];
    return byte === undefined ? bytes : bytes.filter((other) => this.#fold[other] === this.#fold[byte]);
  }
}
