/** The hash of a gram is `Math.imul(gram, HASH) >>> SHIFT`. Constants, so that the scan loop compiles to few instructions. */
export const HASH = 0x9e3779b1 | 0;
export const SHIFT = 14;

/** Words that fill whole pages of real files: they should never pass the filter by a collision. */
const COMMON_WORDS = [0, -1, 0x20202020, 0x01010101];

/** Letters of English text and of identifiers, most frequent first. */
const LETTERS = 'etaoinsrhldcumpfgbwyvkxjqz';

/** A gram that something other than a needle is told by (match/locators.ts). */
export interface Mark {
  /** Four bytes. */
  readonly gram: Uint8Array;
  /** From the gram's first byte to the place that the mark is about. */
  readonly offset: number;
  readonly kind: number;
}

/** Where a GramFilter reports to. */
export interface GramSink {
  needle(index: number, start: number): void;
  mark(kind: number, at: number): void;
}

/**
 * Multi-literal search by 4-byte grams. Of each needle four successive grams are entered, the rarest by estimate, so
 * that one of them lies on a multiple of four wherever the needle stands. The scan loop (match/byte-scanner.ts)
 * looks up one word in four bytes in `map`; where that is set, it asks `verify`.
 */
export class GramFilter {
  /** Not 0 where the hash of some entered gram points. 256 KiB: it stays in the second-level cache. */
  readonly map = new Uint8Array(1 << (32 - SHIFT));
  /** All needles, one after the other; needle n begins at `#starts[n]` and ends at `#starts[n + 1]`. */
  readonly #bytes: Uint8Array;
  readonly #starts: Int32Array;
  /** Offset of each needle's first entered gram. */
  readonly #window: Int32Array;
  /** Chains of entries by hash: place of the first entry in `#entries`, 0 for none. */
  readonly #heads: Int32Array;
  readonly #headShift: number;
  /**
   * Four numbers an entry, so that one lies in one cache line: the gram; the index of a needle, or -1 - the kind of a
   * mark; the gram's offset; the place of the next entry. The first four are not used.
   */
  readonly #entries: Int32Array;

  /** @param needles of at least 7 bytes each */
  constructor(needles: readonly Uint8Array[], marks: readonly Mark[]) {
    this.#starts = new Int32Array(needles.length + 1);
    for (let i = 0; i < needles.length; i++) this.#starts[i + 1] = this.#starts[i]! + needles[i]!.length;
    this.#bytes = new Uint8Array(this.#starts.at(-1)!);
    for (let i = 0; i < needles.length; i++) this.#bytes.set(needles[i]!, this.#starts[i]!);
    // How many needles share a gram, by its hash: near enough for a choice between four.
    const shared = new Uint16Array(this.map.length);
    for (const needle of needles) {
      for (let i = 0; i + 4 <= needle.length; i++) shared[Math.imul(gramAt(needle, i), HASH) >>> SHIFT]!++;
    }
    this.#window = Int32Array.from(needles, (needle) => rarest(needle, shared));
    const count = marks.length + needles.length * 4;
    const bits = Math.min(18, Math.max(8, Math.ceil(Math.log2(count + 1))));
    this.#headShift = 32 - bits;
    this.#heads = new Int32Array(1 << bits);
    this.#entries = new Int32Array((count + 1) * 4);
    for (const [i, { gram, offset, kind }] of marks.entries()) this.#enter(i, gramAt(gram, 0), -1 - kind, offset);
    needles.forEach((needle, owner) => {
      const first = this.#window[owner]!;
      for (let k = 0; k < 4; k++) {
        this.#enter(marks.length + 4 * owner + k, gramAt(needle, first + k), owner, first + k);
      }
    });
  }

  #enter(index: number, gram: number, owner: number, offset: number): void {
    const place = (index + 1) * 4;
    const hash = Math.imul(gram, HASH);
    const head = hash >>> this.#headShift;
    this.#entries[place] = gram;
    this.#entries[place + 1] = owner;
    this.#entries[place + 2] = offset;
    this.#entries[place + 3] = this.#heads[head]!;
    this.#heads[head] = place;
    const print = fingerprint(hash);
    const before = this.map[hash >>> SHIFT]!;
    this.map[hash >>> SHIFT] = before === 0 || before === print ? print : ANY_GRAM;
  }

  /** Whether the word is likely to be an entered gram: tells most collisions without leaving the map. */
  mayHave(word: number): boolean {
    const hash = Math.imul(word, HASH);
    const entered = this.map[hash >>> SHIFT]!;
    return entered !== 0 && (entered === ANY_GRAM || entered === fingerprint(hash));
  }

  /**
   * Reports the needles and marks that have this gram. Positional, since it is asked of every fourth byte or so of text.
   * @param at position of the gram
   * @param low first position of the content, `high` the first after it
   * @returns the work done for needles, in steps of about equal cost
   */
  verify(bytes: Uint8Array, gram: number, at: number, low: number, high: number, sink: GramSink): number {
    const entries = this.#entries;
    const needles = this.#bytes;
    let steps = 0;
    for (let e = this.#heads[Math.imul(gram, HASH) >>> this.#headShift]!; e !== 0; e = entries[e + 3]!) {
      steps++;
      if (entries[e] !== gram) continue;
      const owner = entries[e + 1]!;
      const offset = entries[e + 2]!;
      if (owner < 0) {
        steps--;
        sink.mark(-1 - owner, at + offset);
        continue;
      }
      const start = at - offset;
      const first = this.#starts[owner]!;
      const end = this.#starts[owner + 1]!;
      if (start < low || start + end - first > high) continue;
      let i = first;
      for (let k = start; i < end && bytes[k] === needles[i]; k++) i++;
      steps += (i - first) >> 2;
      if (i === end) sink.needle(owner, start);
    }
    return steps;
  }

  /** Position of the one gram by which the filter meets a needle that starts here: the scan's words are multiples of 4. */
  meets(needle: number, start: number): number {
    return (start + this.#window[needle]! + 3) & ~3;
  }
}

/** Bits of the hash that the slot does not say; 1 to 128. */
function fingerprint(hash: number): number {
  return ((hash >>> 7) & 0x7f) + 1;
}
const ANY_GRAM = 255;

const commonSlots = COMMON_WORDS.map((word) => Math.imul(word, HASH) >>> SHIFT);

const littleEndian = new Uint8Array(Int32Array.of(1).buffer)[0] === 1;

/** In the machine's byte order, as a scan over an Int32Array reads it. */
function gramAt(bytes: Uint8Array, at: number): number {
  const a = bytes[at]!;
  const b = bytes[at + 1]!;
  const c = bytes[at + 2]!;
  const d = bytes[at + 3]!;
  return littleEndian ? a | (b << 8) | (c << 16) | (d << 24) : (a << 24) | (b << 16) | (c << 8) | d;
}

/** Offset of the four successive grams that should be met least, and whose chains are shortest. */
function rarest(needle: Uint8Array, shared: Uint16Array): number {
  let best = 0;
  let least = Number.POSITIVE_INFINITY;
  let [a, b, c] = [0, 0, 0];
  for (let i = 0; i + 4 <= needle.length; i++) {
    const d = costOf(needle, i, shared);
    const cost = a + b + c + d;
    if (i >= 3 && cost < least) {
      best = i - 3;
      least = cost;
    }
    a = b;
    b = c;
    c = d;
  }
  return best;
}

function costOf(needle: Uint8Array, at: number, shared: Uint16Array): number {
  let likely = 1;
  for (let k = at; k < at + 4; k++) likely *= frequencies[needle[k]!]!;
  const slot = Math.imul(gramAt(needle, at), HASH) >>> SHIFT;
  return likely * shared[slot]! + Number(commonSlots.includes(slot));
}

/** A rough share of each byte in code, names and text. */
const frequencies = Float64Array.from({ length: 256 }, (_, byte) => {
  const letter = LETTERS.indexOf(String.fromCharCode(byte));
  if (letter >= 0) return 0.08 * 0.9 ** letter;
  if (byte === 0) return 0.2;
  if (byte === 0x20) return 0.05;
  if (byte === 0x2e || byte === 0x2f || byte === 0x5f) return 0.02;
  return byte >= 0x30 && byte < 0x5b ? 0.01 : 0.003;
});
