import { copy } from '../formats/native-bytes.ts';
import type { Blocks } from './blocks.ts';
import { type BytePattern, type BytePatterns, CONTEXT } from './byte-patterns.ts';
import { GramFilter, HASH, SHIFT } from './gram-filter.ts';
import { addressEnd, addressStart, LONGEST_URL, UrlReader, urlMarks } from './locators.ts';
import { beginsPoolString } from './pool-string.ts';

export { hostAround } from './host-matcher.ts';
export { versionLike, versionNear } from './version-at.ts';

/** What a scanner reports to; in no set order within 32 KiB. */
export interface ScanSink {
  /** Whether it looks at one more hit of that kind; else it is not reported. */
  looks(kind: 'url' | 'address' | BytePattern['kind']): boolean;
  /**
   * A literal was met. `window[at..at + pattern.length)` is the literal; the window holds 1 KiB before and after
   * it, less only at the content's ends, and is valid during the call. `offset` counts from the content's start.
   */
  literal(pattern: BytePattern, offset: number, window: Uint8Array, at: number): void;
  /** From the scheme on, at most 1 KiB. `bytes[at]` is its first byte; 32 bytes around it are content or zero. */
  url(offset: number, text: string, bytes: Uint8Array, at: number): void;
  /** A public IPv4 address that is a word of its own; `bytes` as of a URL. */
  address(offset: number, text: string, bytes: Uint8Array, at: number): void;
}

const ascii = new TextDecoder();

const BLOCK = 32 * 1024;

/** All bytes of a word that lies in a dotted quad are 0x20 to 0x3f: two instructions rule out nearly every other word. */
const TOP_BITS = 0xe0e0e0e0 | 0;
const DIGITS_OR_DOTS = 0x20202020;

/** Steps of comparing that content may cost before the automaton takes over: a page's worth, and one per 8 bytes. */
const SPARE_STEPS = 16 * 1024;
/** Bytes that `like` clues may read around their literals: this, and one for two bytes of content. */
const SPARE_READING = 1024 * 1024;

/**
 * The next four words of which one has an entered gram or may lie in a dotted quad; `end` if there are none. Real files hold
 * nothing in most of them, and with nothing else in the loop V8 compiles it once, whatever is met.
 */
function nextMet(words: Int32Array, map: Uint8Array, from: number, end: number): number {
  for (let i = from; i < end; i += 4) {
    const a = words[i]!;
    const b = words[i + 1]!;
    const c = words[i + 2]!;
    const d = words[i + 3]!;
    const set =
      map[Math.imul(a, HASH) >>> SHIFT]! |
      map[Math.imul(b, HASH) >>> SHIFT]! |
      map[Math.imul(c, HASH) >>> SHIFT]! |
      map[Math.imul(d, HASH) >>> SHIFT]!;
    if (
      set !== 0 ||
      (a & TOP_BITS) === DIGITS_OR_DOTS ||
      (b & TOP_BITS) === DIGITS_OR_DOTS ||
      (c & TOP_BITS) === DIGITS_OR_DOTS ||
      (d & TOP_BITS) === DIGITS_OR_DOTS
    )
      return i;
  }
  return end;
}

/**
 * Finds literals, URLs and addresses in content that comes in chunks of any size. What it reports depends on the
 * content alone, not on how it was cut. One scanner serves many contents, one after the other.
 *
 * Content is copied into one buffer and looked at in blocks; each word of the block (four bytes on a multiple of four)
 * is looked at once, with enough content on both sides for everything that can hang on it.
 */
export class ByteScanner {
  readonly #patterns: BytePatterns;
  readonly #filter: GramFilter;
  /** For words in which the automaton has looked for needles. */
  #marksOnly: GramFilter | null = null;
  readonly #spareSteps: number;
  /** Content kept before a block, and needed behind it. */
  readonly #margin: number;
  readonly #buffer: Uint8Array;
  readonly #words: Int32Array;
  readonly #urls = new UrlReader();
  #sink: ScanSink | null = null;
  /** Who looks at the blocks besides. */
  #others: readonly Blocks[] = [];
  /** Content offset of the buffer's first byte, a multiple of 4; negative in the first block. */
  #base = 0;
  #filled = 0;
  #steps = 0;
  #read = 0;
  #uncompared = 0;
  /** The words that the automaton looks at instead of the filter, as positions in the buffer. */
  #from = 0;
  #to = 0;

  /**
   * @param spareSteps for tests: -Infinity: only the automaton searches, Infinity: only the filter
   */
  constructor(patterns: BytePatterns, spareSteps: number = SPARE_STEPS) {
    this.#patterns = patterns;
    this.#filter = patterns.filter(urlMarks());
    this.#spareSteps = spareSteps;
    this.#margin = (CONTEXT + Math.max(patterns.longest, LONGEST_URL) + 31) & ~31;
    this.#buffer = new Uint8Array(this.#margin + BLOCK + this.#margin + 32);
    this.#words = new Int32Array(this.#buffer.buffer);
  }

  /**
   * Literals of `like` clues in this content that were met and not compared, because it holds so many that comparing
   * them all would take too long. Above 0, the clues were not fully answered.
   */
  get uncompared(): number {
    return this.#uncompared;
  }

  begin(sink: ScanSink, others: readonly Blocks[] = []): void {
    this.#sink = sink;
    this.#others = others;
    for (const other of others) other.begin();
    this.#base = -this.#margin;
    this.#filled = this.#margin;
    this.#buffer.fill(0, 0, this.#margin);
    this.#steps = 0;
    this.#read = 0;
    this.#uncompared = 0;
    this.#urls.reset();
  }

  push(chunk: Uint8Array): void {
    const full = this.#margin + BLOCK + this.#margin;
    for (let taken = 0; taken < chunk.length; ) {
      const count = Math.min(full - this.#filled, chunk.length - taken);
      copy(chunk.subarray(taken, taken + count), this.#buffer, this.#filled);
      this.#filled += count;
      taken += count;
      if (this.#filled < full) break;
      this.#block(this.#margin + BLOCK);
      this.#buffer.copyWithin(0, BLOCK, full);
      this.#base += BLOCK;
      this.#filled -= BLOCK;
      this.#urls.shift(BLOCK);
    }
  }

  end(): void {
    // Bytes of an earlier block must not be read as content.
    this.#buffer.fill(0, this.#filled, this.#filled + 32);
    this.#block((this.#filled + 15) & ~15);
    this.#sink = null;
  }

  /** Looks at the words from the margin to `to`. */
  #block(to: number): void {
    const from = this.#margin;
    for (const other of this.#others) {
      other.block(this.#buffer, this.#words, from, to, Math.max(0, -this.#base), this.#filled, this.#base);
    }
    const stopped = this.#search(this.#filter, from, to);
    if (stopped >= to) return;
    this.#from = stopped;
    this.#to = to;
    const low = Math.max(0, -this.#base, stopped - this.#patterns.longest);
    const high = Math.min(this.#filled, to + this.#patterns.longest);
    this.#patterns.automaton.scan(this.#buffer, low, high, this.#onEnd);
    this.#marksOnly ??= new GramFilter([], urlMarks());
    this.#search(this.#marksOnly, stopped, to);
  }

  /** @returns where the content had cost more comparing than it may; `to` if it never did */
  #search(filter: GramFilter, from: number, to: number): number {
    const words = this.#words;
    const { map } = filter;
    const mayStop = filter === this.#filter;
    if (mayStop && this.#isDear(from)) return from;
    const end = to >> 2;
    for (let i = nextMet(words, map, from >> 2, end); i < end; i = nextMet(words, map, i + 4, end)) {
      for (let k = i; k < i + 4; k++) if ((words[k]! & TOP_BITS) === DIGITS_OR_DOTS) this.#address(k << 2);
      this.#compare(filter, i << 2);
      if (mayStop && this.#isDear(i << 2)) return (i + 4) << 2;
    }
    return to;
  }

  #isDear(at: number): boolean {
    return this.#steps > this.#spareSteps + (this.#base + at) / 8;
  }

  /** Compares what has the grams of the four words from here. */
  #compare(filter: GramFilter, at: number): void {
    const low = Math.max(0, -this.#base);
    for (let i = at; i < at + 16; i += 4) {
      const word = this.#words[i >> 2]!;
      if (filter.mayHave(word)) this.#steps += filter.verify(this.#buffer, word, i, low, this.#filled, this.#met);
    }
  }

  readonly #met = {
    needle: (index: number, start: number) => this.#onNeedle(index, start),
    mark: (kind: number, at: number) => {
      if (!this.#urls.at(this.#buffer, kind, at, this.#filled) || !this.#sink!.looks('url')) return;
      const { start, end } = this.#urls;
      this.#sink!.url(this.#base + start, this.#text(start, end), this.#buffer, start);
    },
  };

  readonly #onEnd = (needle: number, start: number): void => {
    const met = this.#filter.meets(needle, start);
    if (met >= this.#from && met < this.#to) this.#onNeedle(needle, start);
  };

  #onNeedle(needle: number, start: number): void {
    const low = Math.max(0, -this.#base);
    for (const { pattern, lead } of this.#patterns.needles[needle]!.targets) {
      const at = start + lead;
      const end = at + pattern.length;
      if (pattern.kind === 'clue' && pattern.surroundings !== null && !this.#surrounded(pattern, at, end)) continue;
      if (!this.#sink!.looks(pattern.kind)) continue;
      const first = Math.max(low, at - CONTEXT);
      const window = this.#buffer.subarray(first, Math.min(this.#filled, end + CONTEXT));
      this.#sink!.literal(pattern, this.#base + at, window, at - first);
    }
  }

  /** Whether what stands before and after the literal of a `like` clue is what the clue says. */
  #surrounded(pattern: BytePattern & { kind: 'clue' }, at: number, end: number): boolean {
    const { before, after } = pattern.surroundings!;
    if (this.#read > SPARE_READING + (this.#base + at) / 2) {
      this.#uncompared++;
      return false;
    }
    const low = Math.max(0, -this.#base, at - CONTEXT);
    const high = Math.min(this.#filled, end + CONTEXT);
    this.#read += CONTEXT;
    return before.matches(this.#buffer, at - 1, low - 1, -1, false) && after.matches(this.#buffer, end, high, 1, false);
  }

  #address(word: number): void {
    const run = addressStart(this.#buffer, word);
    if (run === -1) return;
    // Lengths of a string before it may look like digits of it.
    let start = run;
    if (beginsPoolString(this.#buffer, run + 1, this.#filled)) start = run + 1;
    else if (beginsPoolString(this.#buffer, run + 2, this.#filled)) start = run + 2;
    const end = addressEnd(this.#buffer, start, this.#filled);
    if (end === -1 || !this.#sink!.looks('address')) return;
    this.#sink!.address(this.#base + start, this.#text(start, end), this.#buffer, start);
  }

  #text(start: number, end: number): string {
    return ascii.decode(this.#buffer.subarray(start, end));
  }
}
