/** A piece of the content a reader asks for. Offsets and lengths are bytes. */
export interface ByteRange {
  readonly offset: number;
  readonly length: number;
  /** In a request: what is not looked at again, the piece handed over last or all that was. */
  readonly releases?: 'last' | 'all';
}

/**
 * A reader of one format: it yields the range it wants next and is handed the bytes there.
 *
 * - Fewer bytes than asked for (even none) come back where the content ends: the reader checks the length.
 * - What was handed over stays valid until the reading ends, or a request releases it, and never after: copy what
 *   outlives it.
 * - Asking in ascending order lets a driver over deflated content answer in one pass. What lies behind the
 *   first RETAINED bytes and before the furthest byte asked for costs the driver a second pass.
 */
export type Parsing<T> = Generator<ByteRange, T, Uint8Array>;

/** Drives a reading over bytes that are all in memory. */
export function readBytes<T>(reading: Parsing<T>, bytes: Uint8Array): T {
  let step = reading.next();
  while (!step.done) {
    const { offset, length } = step.value;
    step = reading.next(bytes.subarray(Math.min(offset, bytes.length), Math.min(offset + length, bytes.length)));
  }
  return step.value;
}
