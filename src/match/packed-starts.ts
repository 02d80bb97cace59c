import type { About } from '../inventory/taker.ts';
import type { Blocks } from './blocks.ts';
import { CONTEXT } from './byte-patterns.ts';

/** A magic, and the place in it of the byte that is looked for: one that is rare in code, in text and in tables. */
interface Magic {
  readonly bytes: readonly number[];
  readonly rare: number;
  /** What else must be so, where a magic is so short that content may hold a million of it. */
  readonly fits?: (bytes: Uint8Array, at: number) => boolean;
}

const ascii = (text: string) => Array.from(text, (letter) => letter.charCodeAt(0));

/** gzip (RFC 1952, 2.3.1), Zstandard (RFC 8878, 3.1.1), LZ4 (lz4_Frame_format.md, both), XALZ, lzip, LZMA alone as tools write it. */
const magics: readonly Magic[] = [
  { bytes: [0x1f, 0x8b, 8], rare: 1 },
  { bytes: [0x28, 0xb5, 0x2f, 0xfd], rare: 1 },
  { bytes: [0x04, 0x22, 0x4d, 0x18], rare: 3 },
  { bytes: [0x02, 0x21, 0x4c, 0x18], rare: 3 },
  { bytes: ascii('XALZ'), rare: 3 },
  { bytes: ascii('LZIP\x01'), rare: 1 },
  { bytes: [0x5d, 0, 0], rare: 0, fits: mayBeLzma },
];

const byRare = new Map<number, Magic[]>();
for (const magic of magics) {
  const byte = magic.bytes[magic.rare]!;
  byRare.set(byte, [...(byRare.get(byte) ?? []), magic]);
}
/** Bytes that may stand before a rare byte, or behind it, and belong to its magic. */
const REACH = 5;

/** Both find the same; Node's looks at 4 to 20 bytes in a nanosecond, the language's at 3 (bench of 2026-11-26, Node 20). */
type IndexOf = (this: Uint8Array, byte: number, from: number) => number;
const { Buffer: buffers } = globalThis as { Buffer?: { readonly prototype: { readonly indexOf: IndexOf } } };
const indexOf: IndexOf = buffers?.prototype.indexOf ?? Uint8Array.prototype.indexOf;

/**
 * Reports where a packed stream may begin whose magic is too short for a needle of the scanner: that has seven bytes.
 * A byte of each is looked for, the rest compared.
 */
export class PackedStarts implements Blocks {
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
    // The buffer is as long as the longest content: of a short one the rest must not be searched.
    const start = Math.max(low, from);
    const block = bytes.subarray(0, Math.min(to + REACH, filled));
    for (const [byte, of] of byRare) {
      for (let met = indexOf.call(block, byte, start); met >= 0; met = indexOf.call(block, byte, met + 1)) {
        for (const magic of of) {
          const at = met - magic.rare;
          // Each belongs to the block in which it begins.
          if (at < start || at >= to || !isAt(magic.bytes, block, at) || magic.fits?.(bytes, at) === false) continue;
          this.#embedded('packed', base + at, bytes.subarray(at, Math.min(filled, at + CONTEXT)));
        }
      }
    }
  }
}

function isAt(magic: readonly number[], bytes: Uint8Array, at: number): boolean {
  for (let i = 0; i < magic.length; i++) if (bytes[at + i] !== magic[i]) return false;
  return true;
}

/** The first byte of the range coder is 0, and the dictionary has 2^n or 3 · 2^n bytes, of which the lowest two are 0. */
function mayBeLzma(bytes: Uint8Array, at: number): boolean {
  const dictionary = bytes[at + 3]! | (bytes[at + 4]! << 8);
  const low = dictionary & -dictionary;
  return bytes[at + 13] === 0 && dictionary !== 0 && (dictionary === low || dictionary === 3 * low);
}
