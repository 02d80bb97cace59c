import type { Working } from '../allowance.ts';
import { type PieceTaker, type TextTables, visitPieces } from '../formats/text-pieces.ts';
import type { Layout } from '../inventory/taker.ts';
import type { Collector } from './collector.ts';

/** Bytes that are handed on at once: a file has thousands of strings of a few bytes. */
const BATCH = 32 * 1024;

const NUL = 0;
const QUOTE = 0x22;
/** Stands for a character that is no ASCII. */
const OTHER = 0x1a;

/**
 * Content in pieces, parted by NULs, in the order in which they are to be searched; strings in quotes, as they stand in the
 * source, so that a clue of source code that begins or ends with one holds, and a byte for each unit of UTF-16. Knows where
 * each piece was taken from.
 */
export class LaidOut implements Layout, PieceTaker {
  readonly #bytes: Uint8Array;
  readonly #take: (bytes: Uint8Array) => void;
  readonly #buffer: Uint8Array;
  #filled = 0;
  /** Bytes that were handed on. */
  #base = 0;
  #kind: Parameters<PieceTaker['begin']>[0] = 'bytes';
  // Of each piece, where it begins and ends in what is handed on, and where it begins in the content.
  readonly #starts: number[] = [];
  readonly #ends: number[] = [];
  readonly #origins: number[] = [];
  readonly #wide: boolean[] = [];

  /** @param take gets the pieces, in an array that is used again */
  constructor(bytes: Uint8Array, take: (bytes: Uint8Array) => void) {
    this.#bytes = bytes;
    this.#take = take;
    // An archive may hold thousands of small files.
    this.#buffer = new Uint8Array(Math.min(BATCH, 2 * bytes.length));
  }

  begin(kind: 'bytes' | 'string' | 'wide string'): void {
    this.#quote();
    this.#kind = kind;
    this.#put(NUL);
    this.#quote();
    this.#wide.push(kind === 'wide string');
    this.#starts.push(this.#at);
    this.#ends.push(this.#at);
  }

  add(from: number, to: number): void {
    if (this.#origins.length < this.#starts.length) this.#origins.push(from);
    if (this.#kind === 'wide string') {
      for (let at = from; at < to; at += 2) {
        const low = this.#bytes[at]!;
        this.#put(this.#bytes[at + 1] === 0 && low < 0x80 ? low : OTHER);
      }
      this.#ends[this.#ends.length - 1] = this.#at;
      return;
    }
    for (let at = from; at < to; ) {
      const end = Math.min(to, at + this.#buffer.length - this.#filled);
      this.#buffer.set(this.#bytes.subarray(at, end), this.#filled);
      this.#filled += end - at;
      at = end;
      if (this.#filled === this.#buffer.length) this.#hand();
    }
    this.#ends[this.#ends.length - 1] = this.#at;
  }

  end(): void {
    this.#quote();
    this.#hand();
  }

  placeOf(at: number): number {
    const piece = this.#pieceAt(at);
    return this.#origins[piece]! + (at - this.#starts[piece]!) * (this.#wide[piece] ? 2 : 1);
  }

  isWide(at: number): boolean {
    return this.#wide[this.#pieceAt(at)]!;
  }

  isContent(at: number): boolean {
    const piece = this.#pieceAt(at);
    return at >= this.#starts[piece]! && at < this.#ends[piece]!;
  }

  get #at(): number {
    return this.#base + this.#filled;
  }

  #pieceAt(at: number): number {
    let low = 0;
    let high = this.#starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.#starts[middle]! <= at) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  #quote(): void {
    if (this.#kind !== 'bytes') this.#put(QUOTE);
  }

  #put(byte: number): void {
    this.#buffer[this.#filled++] = byte;
    if (this.#filled === this.#buffer.length) this.#hand();
  }

  #hand(): void {
    this.#take(this.#buffer.subarray(0, this.#filled));
    this.#base += this.#filled;
    this.#filled = 0;
  }
}

/**
 * Searches every byte of content: the strings of its table each by itself, what stands before, between and behind them as
 * it stands.
 * @param also takes what is searched
 * @returns strings that share their bytes with others and were not searched by themselves
 */
export function* searchPieces(
  bytes: Uint8Array,
  tables: TextTables,
  into: Collector,
  also: (piece: Uint8Array) => void = () => {},
): Working<{ readonly leftOut: number; readonly laid: LaidOut }> {
  const laid = new LaidOut(bytes, (piece) => {
    into.facts.bytes(piece);
    also(piece);
  });
  into.facts.begin(false, laid);
  const leftOut = yield* visitPieces(bytes.length, tables, laid, into.spend);
  laid.end();
  into.coverUncompared(into.facts.end());
  // A packed stream inside is told by what goes on there in the file, and not in the next piece.
  into.suspicions.follow(bytes, 0);
  return { leftOut, laid };
}
