import { attempt } from '../../coverage.ts';
import { FormatError } from '../../errors.ts';
import { unpackBrotli } from './brotli.ts';
import { CutOff } from './brotli-prefix.ts';
import { Output } from './output.ts';

/** Bytes that a stream makes at least, or so many that it is worth a whole look; and bytes that say enough of its headers. */
const LEAST = 24;
const ENOUGH = 4096;
const HEAD = 16 * 1024;

/** The stream goes on with a word of the dictionary, which is not at hand. */
const asked = new FormatError('a brotli stream goes on with a word', 0);

export const isWordAsked = (error: unknown): boolean => error === asked;

/** In place of the words: to see whether any is asked for. */
export function noWords(): never {
  throw asked;
}

/**
 * Whether a brotli stream may begin here, by what its first 4 KiB make. There is no magic: chance gets that far with some
 * content, and what this takes is still to be decoded to its end.
 */
export function startsBrotli(head: Uint8Array): boolean {
  const out = new Output(LEAST, ENOUGH);
  let isPlausible = false;
  attempt(
    () => {
      const unpacking = unpackBrotli(head.subarray(0, HEAD), out, noWords);
      while (unpacking.next().done !== true);
      isPlausible = out.length >= LEAST;
    },
    ({ reason }, error) => {
      // A word that there is: what comes next hangs on it.
      isPlausible = reason === 'budget' || error === asked || (error instanceof CutOff && head.length > HEAD);
    },
  );
  return isPlausible;
}
