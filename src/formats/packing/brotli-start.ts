import { BudgetError, FormatError } from '../../errors.ts';
import { unpackBrotli } from './brotli.ts';
import { CutOff } from './brotli-prefix.ts';
import { Output } from './output.ts';

/** Bytes that a stream makes at least, or so many that it is worth a whole look; and bytes that say enough of its headers. */
const LEAST = 24;
const ENOUGH = 4096;
const HEAD = 16 * 1024;

/** The stream goes on with a word of the dictionary, which is not at hand. */
export class WordAsked extends Error {}

const asked = new WordAsked('a brotli stream goes on with a word');

/** In place of the words: to see whether any is asked for. */
export function noWords(): never {
  throw asked;
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
    // A word that there is: what comes next hangs on it.
    if (error instanceof BudgetError || error === asked) return true;
    if (error instanceof CutOff) return head.length > HEAD;
    if (error instanceof FormatError) return false;
    throw error;
  }
}
