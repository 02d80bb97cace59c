import type { EntrySpan } from '../types.ts';

interface Wanted extends EntrySpan {
  readonly bytes: Uint8Array;
  filled: number;
}

const keyOf = ({ offset, length }: EntrySpan) => `${offset}+${length}`;

/** Keeps the bytes of some spans while content streams by once, whatever its size and wherever they lie. */
export class SpanReader {
  readonly #all = new Map<string, Wanted>();
  /** By offset: those before `#next` have begun. */
  readonly #sorted: readonly Wanted[];
  #next = 0;
  #open: Wanted[] = [];
  #at = 0;

  constructor(spans: Iterable<EntrySpan>) {
    for (const span of spans) {
      const { offset, length } = span;
      const key = keyOf(span);
      if (!this.#all.has(key)) this.#all.set(key, { offset, length, bytes: new Uint8Array(length), filled: 0 });
    }
    this.#sorted = [...this.#all.values()].sort((a, b) => a.offset - b.offset);
  }

  push(chunk: Uint8Array): void {
    const end = this.#at + chunk.length;
    for (let span = this.#sorted[this.#next]; span && span.offset < end; span = this.#sorted[this.#next]) {
      this.#open.push(span);
      this.#next++;
    }
    for (const span of this.#open) {
      const from = span.offset + span.filled - this.#at;
      const piece = chunk.subarray(from, from + span.length - span.filled);
      span.bytes.set(piece, span.filled);
      span.filled += piece.length;
    }
    this.#open = this.#open.filter((span) => span.filled < span.length);
    this.#at = end;
  }

  /** The bytes of these spans, joined; null where the content ended before. */
  joined(spans: readonly EntrySpan[]): Uint8Array | null {
    const found = spans.map((span) => this.#all.get(keyOf(span)));
    const bytes = new Uint8Array(spans.reduce((sum, { length }) => sum + length, 0));
    let at = 0;
    for (const span of found) {
      if (!span || span.filled < span.length) return null;
      bytes.set(span.bytes, at);
      at += span.length;
    }
    return bytes;
  }
}
