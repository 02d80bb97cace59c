import type { Ground } from '../../types.ts';

/** What the findings of a long form have said, by the number of the first that did: the same stands once, then a number. */
export class Said {
  readonly #grounds = new Map<string, number>();
  readonly #sentences = new Map<string, number>();

  /** The earlier finding that has this ground; undefined where there is none, and this one is noted. */
  ground({ kind, says }: Pick<Ground, 'kind' | 'says'>, at: number): number | undefined {
    const first = noted(this.#grounds, JSON.stringify([kind, says]), at);
    // `the rules read that code as taking messages: …`, `Agora documents: …`: a flow says what stands behind the colon.
    const colon = says.indexOf(': ');
    for (const text of [says, says.slice(colon + 2)]) noted(this.#sentences, text, at);
    return first;
  }

  /** The same of a sentence. */
  sentence(text: string, at: number): number | undefined {
    return noted(this.#sentences, text, at);
  }

  /** The finding that has a text; undefined where none has. */
  find(text: string): number | undefined {
    return this.#sentences.get(text);
  }
}

function noted(known: Map<string, number>, text: string, at: number): number | undefined {
  const first = known.get(text);
  if (first === undefined) known.set(text, at);
  return first === at ? undefined : first;
}
