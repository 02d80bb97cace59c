import type { About } from '../inventory/taker.ts';
import type { Blocks } from './blocks.ts';
import { CONTEXT } from './byte-patterns.ts';

/**
 * Reports where a gzip stream may begin (RFC 1952, 2.3.1). No needle of the scanner can: of its first seven bytes most
 * are zeros, as they are everywhere.
 */
export class GzipStarts implements Blocks {
  #embedded: About['embedded'] = () => {};

  for(about: About): this {
    this.#embedded = about.embedded;
    return this;
  }

  begin(): void {}

  block(
    bytes: Uint8Array,
    _words: Int32Array,
    from: number,
    to: number,
    low: number,
    filled: number,
    base: number,
  ): void {
    // By its second byte: numbers in tables are small more often. The buffer is as long as the longest content: of a
    // short one the rest must not be searched.
    const start = Math.max(low, from);
    const block = bytes.subarray(0, Math.min(to + 1, filled));
    for (let second = block.indexOf(0x8b, start + 1); second >= 0; second = block.indexOf(0x8b, second + 1)) {
      const at = second - 1;
      if (bytes[at] !== 0x1f || bytes[at + 2] !== 8) continue;
      this.#embedded('packed', base + at, bytes.subarray(at, Math.min(filled, at + CONTEXT)));
    }
  }
}
