import { decodedText } from '../formats/passage.ts';
import type { Passage } from '../types.ts';
import type { BytePatterns } from './byte-patterns.ts';
import type { ScanSink } from './byte-scanner.ts';
import { ByteScanner } from './byte-scanner.ts';
import type { Finds } from './finds.ts';

/** What a text is spelled in; of `decoded` no place can be shown. */
type Spelling = 'utf-16le' | 'utf-16be' | 'decoded';

interface Piece {
  /** Place in what is handed on. */
  readonly start: number;
  /** Place in the content. */
  readonly origin: number;
  readonly spelling: Spelling;
}

export const isPrintable = (byte: number): boolean => byte >= 0x20 && byte < 0x7f;

/** Pieces that are kept behind what the scanner may still report of: the rest has passed. */
const KEPT = 512 * 1024;
const SEPARATOR = Uint8Array.of(0);

/** Text that stands in content in another form, searched as if it stood there by itself; its finds get the places of the form. */
export class Folded {
  readonly #patterns: () => BytePatterns;
  readonly #how: string;
  #scanner: ByteScanner | null = null;
  #sinkOf: (() => ScanSink) | null = null;
  #isActive = false;
  #buffer = new Uint8Array(4096);
  #length = 0;
  #pieces: Piece[] = [];

  /** @param how a word for people, put behind what was found */
  constructor(patterns: () => BytePatterns, how: string) {
    this.#patterns = patterns;
    this.#how = how;
  }

  /** @param sinkOf asked for where there is any such text */
  begin(sinkOf: () => ScanSink): void {
    this.#sinkOf = sinkOf;
    this.#isActive = false;
    this.#length = 0;
    this.#pieces = [];
  }

  /** Where the next text is to be put. */
  room(length: number): Uint8Array {
    if (this.#buffer.length < length) this.#buffer = new Uint8Array(length * 2);
    return this.#buffer;
  }

  /**
   * Takes the first bytes of `room`.
   * @param goesOn whether it goes on where the text before ended
   */
  add(length: number, origin: number, spelling: Spelling, goesOn: boolean): void {
    this.#scanner ??= new ByteScanner(this.#patterns());
    if (!this.#isActive) this.#scanner.begin(this.#sinkOf!());
    this.#isActive = true;
    if (!goesOn) {
      this.#scanner.push(SEPARATOR);
      this.#length++;
    }
    this.#pieces.push({ start: this.#length, origin, spelling });
    this.#scanner.push(this.#buffer.subarray(0, length));
    this.#length += length;
    if (this.#pieces.length > 65_536) this.#forget();
  }

  #forget(): void {
    let passed = this.#pieces.findIndex(({ start }) => start > this.#length - KEPT);
    if (passed < 0) passed = this.#pieces.length;
    this.#pieces = this.#pieces.slice(Math.max(0, passed - 1));
  }

  /** @returns possible hits of wildcard clues that were not compared */
  end(): number {
    if (!this.#isActive) return 0;
    this.#isActive = false;
    this.#scanner!.end();
    return this.#scanner!.uncompared;
  }

  /** Finds of the text as finds of the content. */
  placed(finds: Finds): Pick<Finds, 'hit' | 'version' | 'endpoint'> {
    return {
      hit: (clue, grade, offset, seen) =>
        finds.hit(clue, grade, offset === null ? null : this.originOf(offset), () => this.#passage(seen())),
      version: (sdk, version, seen) => finds.version(sdk, version, this.#passage(seen)),
      endpoint: (endpoint, seen) => finds.endpoint(endpoint, () => this.#passage(seen())),
    };
  }

  /** Place in the content of a byte of the text; near it for what was decoded. */
  originOf(offset: number): number {
    const { start, origin, spelling } = this.#pieceAt(offset);
    return origin + Math.floor((offset - start) * (spelling === 'decoded' ? 4 / 3 : 2));
  }

  #passage(seen: Passage): Passage {
    const [span] = seen.spans;
    if (span === undefined) return seen;
    const how = `${seen.how}, ${this.#how}`;
    const { spelling } = this.#pieceAt(span.offset);
    if (spelling === 'decoded') return { ...decodedText(seen.text, how), value: seen.value };
    return {
      ...seen,
      encoding: spelling,
      spans: [{ offset: this.originOf(span.offset), length: 2 * span.length }],
      how,
    };
  }

  #pieceAt(offset: number): Piece {
    let low = 0;
    let high = this.#pieces.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.#pieces[middle]!.start <= offset) low = middle;
      else high = middle - 1;
    }
    return this.#pieces[low]!;
  }
}
