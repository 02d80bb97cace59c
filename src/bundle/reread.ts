import type { Hash, Runtime, Take } from '../runtime/runtime.ts';

/** Computes what a prefetcher would have. */
export type Digests = Pick<Runtime, 'crc32' | 'sha256'>;

/** A content that is read once more, since the prefetcher was lost in the middle: what came of it comes no second time. */
export class Reread {
  #known: number;
  #crc = 0;
  readonly #crc32: Digests['crc32'];
  readonly #hash: Hash | null;

  /** @param known bytes that came before */
  constructor(known: number, digests: Digests, isHashed: boolean) {
    this.#known = known;
    this.#crc32 = digests.crc32;
    this.#hash = isHashed ? digests.sha256() : null;
  }

  pass(piece: Uint8Array, take: Take): ReturnType<Take> {
    this.#crc = this.#crc32(piece, this.#crc);
    this.#hash?.update(piece);
    const known = Math.min(this.#known, piece.length);
    this.#known -= known;
    return known === piece.length || take(piece.subarray(known));
  }

  /** What the end of the content was to bring. */
  end(): { readonly crc32: number; readonly sha256: string | null } {
    return { crc32: this.#crc, sha256: this.#hash?.digest() ?? null };
  }
}
