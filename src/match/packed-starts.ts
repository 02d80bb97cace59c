import { ascii, begins } from '../formats/magic.ts';
import { indexOf, isNode } from '../formats/native-bytes.ts';
import type { About } from '../inventory/taker.ts';
import type { Blocks } from './blocks.ts';

/** A magic, and the place in it of the byte that is looked for: one that is rare in code, in text and in tables. */
interface Magic {
  readonly bytes: readonly number[];
  readonly rare: number;
  /** Where no byte is rare, Node looks for all of them. */
  readonly isCommon?: boolean;
  /** What else must be so, where a magic is so short that content may hold a million of it. */
  readonly fits?: (bytes: Uint8Array, at: number) => boolean;
}

/** gzip (RFC 1952, 2.3.1), Zstandard (RFC 8878, 3.1.1), LZ4 (lz4_Frame_format.md, both), XALZ, lzip, LZMA alone as tools write it. */
const magics: readonly Magic[] = [
  // 0x8b is the commonest instruction of x86.
  { bytes: [0x1f, 0x8b, 8], rare: 1, isCommon: true },
  { bytes: [0x28, 0xb5, 0x2f, 0xfd], rare: 1 },
  { bytes: [0x04, 0x22, 0x4d, 0x18], rare: 3 },
  { bytes: [0x02, 0x21, 0x4c, 0x18], rare: 3 },
  { bytes: ascii('XALZ'), rare: 3 },
  { bytes: ascii('LZIP\x01'), rare: 1 },
  { bytes: [0x5d, 0, 0], rare: 0, fits: mayBeLzma },
];

/** Bytes that may stand before a rare byte, or behind it, and belong to its magic. */
const REACH = 5;

/** What is looked for, and the magics in which it stands at that place. */
interface Sought {
  readonly what: number | Uint8Array;
  readonly of: { readonly magic: Magic; readonly at: number }[];
}
const sought: Sought[] = [];
for (const magic of magics) {
  const isWhole = magic.isCommon && isNode;
  const what = isWhole ? Uint8Array.from(magic.bytes) : magic.bytes[magic.rare]!;
  const at = isWhole ? 0 : magic.rare;
  const known = sought.find((other) => other.what === what);
  if (known) known.of.push({ magic, at });
  else sought.push({ what, of: [{ magic, at }] });
}

/**
 * Reports where a packed stream may begin whose magic is too short for a needle of the scanner: that has seven bytes.
 * A byte of each is looked for, the rest compared.
 */
export class PackedStarts implements Blocks {
  #about: Pick<About, 'embedded'> | null = null;

  for(about: About): this {
    this.#about = about;
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
    // The buffer is as long as the longest content: of a short one the rest must not be searched.
    const start = Math.max(low, from);
    const block = bytes.subarray(0, Math.min(to + REACH, filled));
    // By number: what an iterator hands out for each block of a bundle is megabytes of garbage.
    for (let n = 0; n < sought.length; n++) {
      const { what, of } = sought[n]!;
      for (let met = indexOf.call(block, what, start); met >= 0; met = indexOf.call(block, what, met + 1)) {
        for (let k = 0; k < of.length; k++) {
          const { magic, at: rare } = of[k]!;
          const at = met - rare;
          // Each belongs to the block in which it begins.
          if (at < start || at >= to || !begins(block, magic.bytes, at) || magic.fits?.(bytes, at) === false) continue;
          this.#about?.embedded('packed', base + at, bytes.subarray(at, filled));
        }
      }
    }
  }
}

/** The first byte of the range coder is 0, and the dictionary has 2^n or 3 · 2^n bytes, of which the lowest two are 0. */
function mayBeLzma(bytes: Uint8Array, at: number): boolean {
  const dictionary = bytes[at + 3]! | (bytes[at + 4]! << 8);
  const low = dictionary & -dictionary;
  return bytes[at + 13] === 0 && dictionary !== 0 && (dictionary === low || dictionary === 3 * low);
}
