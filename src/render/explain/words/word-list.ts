/** The words of one closed list, each with its meaning. */
export interface WordList {
  /** What the list is called, and can be asked for by: `basis`. */
  readonly id: string;
  /** What a word of it is: `kind of data`. */
  readonly of: string;
  /** In the order of the list: where it has one, from the least or the strongest. */
  readonly members: readonly string[];
  readonly words: Readonly<Record<string, string>>;
  /** What reports print for a word besides the word itself: `user ID`. */
  readonly printed: Readonly<Record<string, readonly string[]>>;
}

/** A word of the constant that has no meaning here does not compile. */
export function wordList<const Member extends string>(
  id: string,
  of: string,
  members: readonly Member[],
  words: Readonly<Record<Member, string>>,
  printed?: Readonly<Partial<Record<Member, readonly string[]>>>,
): WordList {
  return { id, of, members, words, printed: (printed ?? {}) as WordList['printed'] };
}
