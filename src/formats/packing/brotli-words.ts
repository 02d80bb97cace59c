import { FormatError } from '../../errors.ts';
import type { Output } from './output.ts';

/** RFC 7932, Appendix A: by the length of a word, how many there are (as a power of two); the shortest has four bytes. */
const WORD_BITS = [0, 0, 0, 0, 10, 10, 11, 11, 10, 10, 10, 10, 10, 9, 9, 8, 7, 7, 8, 7, 7, 6, 6, 5, 5];

const places: number[] = [];
/** Where the words of each length begin. */
WORD_BITS.reduce((at, bits, length) => {
  places.push(at);
  return at + (bits === 0 ? 0 : length << bits);
}, 0);

/**
 * RFC 7932, Appendix B: what may be made of a word, in the order of its numbers. Between what is put before and behind it
 * stands what is done to it: nothing, `^` its first letter in upper case, `^^` all, `-n` and `+n` without its last or first.
 */
const transforms = [
  '{}|{} | {} |{+1}|{^} |{} the | {}|s {} |{} of |{^}|{} and |{+2}|{-1}|, {} |{}, | {^} |{} in |{} to |',
  'e {} |{}"|{}.|{}">|{}\n|{-3}|{}]|{} for |{+3}|{-2}|{} a |{} that | {^}|{}. |.{}| {}, |{+4}|{} with |{}\'|',
  '{} from |{} by |{+5}|{+6}| the {}|{-4}|{}. The |{^^}|{} on |{} as |{} is |{-7}|{-1}ing |{}\n\t|{}:|',
  ' {}. |{}ed |{+9}|{+7}|{-6}|{}(|{^}, |{-8}|{} at |{}ly | the {} of |{-5}|{-9}| {^}, |{^}"|.{}(|{^^} |',
  '{^}">|{}="| {}.|.com/{}| the {} of the |{^}\'|{}. This |{},|.{} |{^}(|{^}.|{} not | {}="|{}er | {^^} |',
  "{}al | {^^}|{}='|{^^}\"|{^}. | {}(|{}ful | {^}. |{}ive |{}less |{^^}'|{}est | {^}.|{^^}\">| {}='|{^},|",
  '{}ize |{^^}.|\xc2\xa0{}| {},|{^}="|{^^}="|{}ous |{^^}, |{^}=\'| {^},| {^^}="| {^^}, |{^^},|{^^}(|{^^}. |',
  " {^^}.|{^^}='| {^^}. | {^}=\"| {^^}='| {^}='",
]
  .join('')
  .split('|')
  .map((spelled) => {
    const [before = '', rest = ''] = spelled.split('{');
    const [change = '', behind = ''] = rest.split('}');
    const bytes = (text: string) => Uint8Array.from(text, (letter) => letter.charCodeAt(0));
    const omitted = Number(change[1]);
    return {
      before: bytes(before),
      behind: bytes(behind),
      upper: change.startsWith('^') ? (change === '^' ? 1 : Number.POSITIVE_INFINITY) : 0,
      first: change.startsWith('+') ? omitted : 0,
      last: change.startsWith('-') ? omitted : 0,
    };
  });

/** Where a word stands that a distance names, and what is made of it. */
export interface Word {
  /** Of the word, as the dictionary has it. */
  readonly length: number;
  /** Words of this length, counted on for each transform. */
  readonly number: number;
  /** Bytes that it may make. */
  readonly most: number;
}

/**
 * Writes a word of the dictionary (RFC 7932, 8), which is asked for once all else is right.
 * @throws FormatError where there is none, or it makes more than it may
 */
export function writeWord({ length, number, most }: Word, dictionary: () => Uint8Array, out: Output): void {
  const bits = WORD_BITS[length] ?? 0;
  const transform = transforms[number >>> bits];
  if (bits === 0 || !transform) throw new FormatError('a brotli distance that names no word', 0);
  const at = places[length]! + length * (number & ((1 << bits) - 1));
  const from = at + Math.min(transform.first, length);
  const to = Math.max(from, at + length - transform.last);
  if (transform.before.length + to - from + transform.behind.length > most)
    throw new FormatError('a brotli word runs past its block', 0);
  // A copy of its own, whatever kind of array the dictionary is.
  const word = Uint8Array.from(dictionary().subarray(from, to));
  for (let i = 0, letters = 0; i < word.length && letters < transform.upper; letters++) i += raise(word, i);
  out.add(transform.before);
  out.add(word);
  out.add(transform.behind);
}

/** The RFC's own idea of upper case. @returns bytes of the letter */
function raise(word: Uint8Array, at: number): number {
  const byte = word[at]!;
  if (byte < 0xc0) {
    if (byte >= 0x61 && byte <= 0x7a) word[at] = byte ^ 32;
    return 1;
  }
  const [place, flip] = byte < 0xe0 ? [at + 1, 32] : [at + 2, 5];
  if (place < word.length) word[place]! ^= flip;
  return byte < 0xe0 ? 2 : 3;
}
