import { BudgetError, FormatError } from '../../errors.ts';
import { unpackBrotli } from './brotli.ts';
import { CutOff } from './brotli-prefix.ts';
import { DICTIONARY_BYTES } from './brotli-words.ts';
import { Output } from './output.ts';

/** Bytes that a stream makes at least, or so many that it is worth a whole look; and bytes that say enough of its headers. */
const LEAST = 24;
const ENOUGH = 4096;
const HEAD = 16 * 1024;

let none: Uint8Array | null = null;

/** In place of the words, where only their lengths matter. */
export function noWords(): Uint8Array {
  none ??= new Uint8Array(DICTIONARY_BYTES);
  return none;
}

/**
 * Whether a brotli stream may begin here, by what its first 4 KiB make. There is no magic: chance gets that far with some
 * content, and what this takes is still to be decoded to its end.
 */
export function startsBrotli(head: Uint8Array): boolean {
  const out = new Output(ENOUGH, ENOUGH);
  try {
    const unpacking = unpackBrotli(head.subarray(0, HEAD), out, noWords);
    while (unpacking.next().done !== true);
    return out.length >= LEAST;
  } catch (error) {
    if (error instanceof BudgetError) return true;
    if (error instanceof CutOff) return head.length > HEAD;
    if (error instanceof FormatError) return false;
    throw error;
  }
}
