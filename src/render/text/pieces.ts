import type { Evidence } from '../../types.ts';
import { dim, type Span } from './layout.ts';
import { evidenceInline } from './words.ts';

/** Pieces of bytes by number: each is printed where it comes first, with its place and text, and is a number from then on. */
export class Pieces {
  readonly #numbers = new Map<string, number>();

  /** `path@offset "text" (how) [b3]`, or `[b3]` for what was printed before. */
  inline(evidence: Evidence): (string | Span)[] {
    const said = this.said(evidence);
    if (said) return [said];
    const number = this.#numbers.size + 1;
    this.#numbers.set(keyOf(evidence), number);
    return [...evidenceInline(evidence), dim(` [b${number}]`)];
  }

  /** The number of what was printed before; null for what was not. */
  said(evidence: Evidence): Span | null {
    const number = this.#numbers.get(keyOf(evidence));
    return number === undefined ? null : dim(`[b${number}]`);
  }
}

function keyOf({ path, spans, text, how, value }: Evidence): string {
  return JSON.stringify([path, spans.map(({ offset, length }) => [offset, length]), text, how, value]);
}
