import { decodedText } from '../formats/passage.ts';
import type { Passage } from '../types.ts';
import type { BytePatterns } from './byte-patterns.ts';
import type { ScanSink } from './byte-scanner.ts';
import { ByteScanner } from './byte-scanner.ts';
import type { FindTaker } from './placed.ts';

/** What a text is spelled in; of `decoded` no place can be shown. */
type Spelling = 'utf-16le' | 'utf-16be' | 'decoded';

export const isPrintable = (byte: number): boolean => byte >= 0x20 && byte < 0x7f;

/** Pieces that are kept behind what the scanner may still report of: the rest has passed. */
const KEPT = 512 * 1024;
/** Text that is handed to the scanner at once: a content has thousands of texts of a few bytes. */
const BATCH = 16 * 1024;

/** Text that stands in content in another form, searched as if it stood there by itself; its finds get the places of the form. */
export class Folded {
  readonly #patterns: () => BytePatterns;
  readonly #how: string;
  #scanner: ByteScanner | null = null;
  #sinkOf: (() => ScanSink) | null = null;
  #isActive = false;
  /** What the scanner has not got yet; a NUL stands between two texts. */
  #buffer = new Uint8Array(2 * BATCH);
  #filled = 0;
  /** Bytes that the scanner has. */
  #scanned = 0;
  // Of each text its place in what is scanned, its place in the content, and what it is spelled in.
  #starts: number[] = [];
  #origins: number[] = [];
  #spellings: Spelling[] = [];

  /** @param how a word for people, put behind what was found */
  constructor(patterns: () => BytePatterns, how: string) {
    this.#patterns = patterns;
    this.#how = how;
  }

  /** @param sinkOf asked for where there is any such text */
  begin(sinkOf: () => ScanSink): void {
    this.#sinkOf = sinkOf;
    this.#isActive = false;
    this.#filled = 0;
    this.#scanned = 0;
    if (this.#starts.length > 0) this.#keepFrom(this.#starts.length);
  }

  /** Where the next text is to be put: at `at` in the array. */
  room(length: number): Uint8Array {
    const needed = this.at + length;
    if (this.#buffer.length < needed) {
      const grown = new Uint8Array(needed * 2);
      grown.set(this.#buffer.subarray(0, this.#filled));
      this.#buffer = grown;
    }
    return this.#buffer;
  }

  /** Behind the byte that parts it from the text before; what goes on has it as well, and `add` takes it away. */
  get at(): number {
    return this.#filled + 1;
  }

  /**
   * Takes so many bytes that were put into `room`.
   * @param goesOn whether it goes on where the text before ended
   */
  add(length: number, origin: number, spelling: Spelling, goesOn: boolean): void {
    if (!this.#isActive) {
      this.#scanner ??= new ByteScanner(this.#patterns());
      this.#scanner.begin(this.#sinkOf!());
      this.#isActive = true;
    }
    if (goesOn) this.#buffer.copyWithin(this.#filled, this.at, this.at + length);
    else this.#buffer[this.#filled++] = 0;
    this.#starts.push(this.#scanned + this.#filled);
    this.#origins.push(origin);
    this.#spellings.push(spelling);
    this.#filled += length;
    if (this.#filled >= BATCH) this.#scan();
    if (this.#starts.length > 65_536) this.#forget();
  }

  #scan(): void {
    this.#scanner!.push(this.#buffer.subarray(0, this.#filled));
    this.#scanned += this.#filled;
    this.#filled = 0;
  }

  #forget(): void {
    let passed = this.#starts.findIndex((start) => start > this.#scanned - KEPT);
    if (passed < 0) passed = this.#starts.length;
    this.#keepFrom(Math.max(0, passed - 1));
  }

  #keepFrom(first: number): void {
    this.#starts = this.#starts.slice(first);
    this.#origins = this.#origins.slice(first);
    this.#spellings = this.#spellings.slice(first);
  }

  /** @returns possible hits of wildcard clues that were not compared */
  end(): number {
    if (!this.#isActive) return 0;
    this.#isActive = false;
    this.#scan();
    this.#scanner!.end();
    return this.#scanner!.uncompared;
  }

  /** Finds of the text as finds of the content. */
  placed(finds: FindTaker): FindTaker {
    return {
      hit: (clue, grade, offset, seen) =>
        finds.hit(clue, grade, offset === null ? null : this.originOf(offset), () => this.#passage(seen())),
      version: (sdk, version, seen) => finds.version(sdk, version, this.#passage(seen)),
      endpoint: (endpoint, seen) => finds.endpoint(endpoint, () => this.#passage(seen())),
    };
  }

  /** Place in the content of a byte of the text; near it for what was decoded. */
  originOf(offset: number): number {
    const index = this.#indexAt(offset);
    const perByte = this.#spellings[index] === 'decoded' ? 4 / 3 : 2;
    return this.#origins[index]! + Math.floor((offset - this.#starts[index]!) * perByte);
  }

  #passage(seen: Passage): Passage {
    const [span] = seen.spans;
    if (span === undefined) return seen;
    const how = `${seen.how}, ${this.#how}`;
    const spelling = this.#spellings[this.#indexAt(span.offset)]!;
    if (spelling === 'decoded') return { ...decodedText(seen.text, how), value: seen.value };
    return {
      ...seen,
      encoding: spelling,
      spans: [{ offset: this.originOf(span.offset), length: 2 * span.length }],
      how,
    };
  }

  #indexAt(offset: number): number {
    let low = 0;
    let high = this.#starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.#starts[middle]! <= offset) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}
