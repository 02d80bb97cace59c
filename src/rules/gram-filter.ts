/** The hash of a gram is `Math.imul(gram, HASH) >>> SHIFT`. Constants, so that the scan loop compiles to few instructions. */
export const HASH = 0x9e3779b1 | 0;
export const SHIFT = 14;

/** Words that fill whole pages of real files: they should never pass the filter by a collision. */
const COMMON_WORDS = [0, -1, 0x20202020, 0x01010101];

/** Letters of English text and of identifiers, most frequent first. */
const LETTERS = 'etaoinsrhldcumpfgbwyvkxjqz';

/**
 * Multi-literal search by 4-byte grams. Of each needle four successive grams are entered, the rarest by estimate, so
 * that one of them lies on a multiple of four wherever the needle stands. The scan loop (features/byte-scanner.ts)
 * looks up one word in four bytes in `map`; where that is set, it asks `verify`.
 */
export class GramFilter {
  /** 1 where the hash of some entered gram points. 256 KiB: it stays in the second-level cache. */
  readonly map = new Uint8Array(1 << (32 - SHIFT));
  readonly #needles: readonly Uint8Array[];
  /** Offset of each needle's first entered gram. */
  readonly #window: Int32Array;
  /** Chains of entries by hash: `#heads[hash]` is the first entry + 1. */
  readonly #heads: Int32Array;
  readonly #links: Int32Array;
  readonly #grams: Int32Array;
  readonly #owners: Int32Array;
  readonly #offsets: Int32Array;

  /** @param needles of at least 7 bytes each */
  constructor(needles: readonly Uint8Array[]) {
    this.#needles = needles;
    const count = new Map<number, number>();
    for (const needle of needles) {
      for (let i = 0; i + 4 <= needle.length; i++) {
        const gram = gramAt(needle, i);
        count.set(gram, (count.get(gram) ?? 0) + 1);
      }
    }
    this.#window = Int32Array.from(needles, (needle) => rarest(needle, (gram) => count.get(gram)!));
    const entries = needles.length * 4;
    this.#grams = new Int32Array(entries);
    this.#owners = new Int32Array(entries);
    this.#offsets = new Int32Array(entries);
    needles.forEach((needle, owner) => {
      for (let k = 0; k < 4; k++) {
        const offset = this.#window[owner]! + k;
        this.#grams[owner * 4 + k] = gramAt(needle, offset);
        this.#owners[owner * 4 + k] = owner;
        this.#offsets[owner * 4 + k] = offset;
      }
    });
    this.#heads = new Int32Array(1 << 15);
    this.#links = new Int32Array(entries);
    for (let entry = entries - 1; entry >= 0; entry--) {
      const hash = Math.imul(this.#grams[entry]!, HASH);
      this.map[hash >>> SHIFT] = 1;
      this.#links[entry] = this.#heads[hash >>> 17]!;
      this.#heads[hash >>> 17] = entry + 1;
    }
  }

  /**
   * Compares the needles that have this gram.
   * @param at position of the gram
   * @param low first position of the content, `high` the first after it
   * @param found index of the needle, and the position of its first byte
   * @returns the work done, in steps of about equal cost
   */
  verify(
    bytes: Uint8Array,
    gram: number,
    at: number,
    low: number,
    high: number,
    found: (needle: number, start: number) => void,
  ): number {
    let steps = 1;
    for (let e = this.#heads[Math.imul(gram, HASH) >>> 17]!; e !== 0; e = this.#links[e - 1]!) {
      steps++;
      if (this.#grams[e - 1] !== gram) continue;
      const owner = this.#owners[e - 1]!;
      const needle = this.#needles[owner]!;
      const start = at - this.#offsets[e - 1]!;
      if (start < low || start + needle.length > high) continue;
      let i = 0;
      while (i < needle.length && bytes[start + i] === needle[i]) i++;
      steps += i >> 2;
      if (i === needle.length) found(owner, start);
    }
    return steps;
  }

  /** Position of the one gram by which the filter meets a needle that starts here: the scan's words are multiples of 4. */
  meets(needle: number, start: number): number {
    return (start + this.#window[needle]! + 3) & ~3;
  }
}

const commonSlots = new Set(COMMON_WORDS.map((word) => Math.imul(word, HASH) >>> SHIFT));

/** In the machine's byte order, as a scan over an Int32Array reads it. */
function gramAt(bytes: Uint8Array, at: number): number {
  word.set(bytes.subarray(at, at + 4));
  return wordView[0]!;
}

const word = new Uint8Array(4);
const wordView = new Int32Array(word.buffer);

/** Offset of the four successive grams that should be met least, and whose chains are shortest. */
function rarest(needle: Uint8Array, shared: (gram: number) => number): number {
  const costs: number[] = [];
  for (let i = 0; i + 4 <= needle.length; i++) {
    let likely = 1;
    for (let k = i; k < i + 4; k++) likely *= frequency(needle[k]!);
    const gram = gramAt(needle, i);
    costs.push(likely * shared(gram) + Number(commonSlots.has(Math.imul(gram, HASH) >>> SHIFT)));
  }
  let best = 0;
  let least = Number.POSITIVE_INFINITY;
  for (let i = 0; i + 4 <= costs.length; i++) {
    const cost = costs[i]! + costs[i + 1]! + costs[i + 2]! + costs[i + 3]!;
    if (cost < least) [best, least] = [i, cost];
  }
  return best;
}

/** A rough share of a byte in code, names and text. */
function frequency(byte: number): number {
  const letter = LETTERS.indexOf(String.fromCharCode(byte));
  if (letter >= 0) return 0.08 * 0.9 ** letter;
  if (byte === 0) return 0.2;
  if (byte === 0x20) return 0.05;
  if (byte === 0x2e || byte === 0x2f || byte === 0x5f) return 0.02;
  return byte >= 0x30 && byte < 0x5b ? 0.01 : 0.003;
}
