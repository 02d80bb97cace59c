/** Looks at content block by block, beside the scanner whose buffer it is. */
export interface Blocks {
  begin(): void;
  /**
   * Positional, and not an object: it is asked of every block of every entry, and of most entries that is one of a few bytes.
   * @param from,to the block in `bytes`, which holds content from `low` to `filled`
   * @param base place in the content of the buffer's first byte
   */
  block(
    bytes: Uint8Array,
    words: Int32Array,
    from: number,
    to: number,
    low: number,
    filled: number,
    base: number,
  ): void;
}
