import type { FeatureKind } from '../types.ts';
import { NameMatcher } from './name-matcher.ts';
import type { Clue } from './schema.ts';

export interface OwnedClue {
  /** SDK id. */
  readonly sdk: string;
  /** Place in the SDK's clues. */
  readonly at: number;
  readonly clue: Clue;
}

/** What a clue asks for. */
export function asked(clue: Clue): { readonly operator: 'is' | 'under' | 'tail' | 'like'; readonly value: string } {
  if (clue.is !== undefined) return { operator: 'is', value: clue.is };
  if (clue.under !== undefined) return { operator: 'under', value: clue.under };
  if (clue.tail !== undefined) return { operator: 'tail', value: clue.tail };
  return { operator: 'like', value: clue.like ?? '' };
}

type Found = (a: OwnedClue, b: OwnedClue) => void;

/**
 * Calls `found(a, b)` for clues of two SDKs where whatever meets `b` meets `a` as well: the same clue, `under` a.b above
 * `is` a.b.c, a string that stands inside another. Of two `like` only equal ones are seen.
 */
export function overlaps(clues: readonly OwnedClue[], found: Found): void {
  const meet: Found = (a, b) => {
    const [one, other] = [a.clue.platform, b.clue.platform];
    if (a.sdk !== b.sdk && (one === undefined || other === undefined || one === other)) found(a, b);
  };
  for (const [kind, same] of groups(clues, ({ clue }) => clue.kind)) {
    if (kind === 'string') insideStrings(same, meet);
    else aboveNames(kind, same, meet);
    const globs = same.filter(({ clue }) => clue.like !== undefined);
    for (const equal of groups(globs, ({ clue }) => clue.like).values()) {
      for (const a of equal) for (const b of equal) meet(a, b);
    }
  }
}

/** Which clue may stand above one with this operator: `under` a.b meets names that `is` a.b does not. */
const above = { is: ['is', 'under', 'tail', 'like'], under: ['under'], tail: ['tail'], like: [] as string[] } as const;

function aboveNames(kind: FeatureKind, clues: readonly OwnedClue[], meet: Found): void {
  const matcher = new NameMatcher(
    kind,
    clues.map(({ clue }, id) => ({ ...asked(clue), id })),
  );
  for (const b of clues) {
    const { operator, value } = asked(b.clue);
    const may: readonly string[] = above[operator];
    // `under` a.b. says what `under` a.b says.
    const name = operator === 'is' ? value : value.replace(/^[.$/]|[.$/]$/g, '');
    matcher.match(name, (id) => {
      const a = asked(clues[id]!.clue);
      if (may.includes(a.operator) || a.value === value) meet(clues[id]!, b);
    });
  }
}

/** Characters by which strings are looked up; a byte clue has as many at least. */
const GRAM = 8;

function gramsOf(text: string): Set<string> {
  const grams = new Set<string>();
  for (let i = 0; i + GRAM <= text.length; i++) grams.add(text.slice(i, i + GRAM));
  return grams;
}

/** Each string is looked up by its rarest part: many strings of a pack may begin alike. */
function insideStrings(clues: readonly OwnedClue[], meet: Found): void {
  const literal = clues.flatMap((owned) => {
    const text = owned.clue.is ?? '';
    return text.length < GRAM ? [] : [{ owned, text, grams: gramsOf(text) }];
  });
  const counts = new Map<string, number>();
  for (const { grams } of literal) for (const gram of grams) counts.set(gram, (counts.get(gram) ?? 0) + 1);
  const byGram = groups(literal, ({ grams }) => {
    let rarest = '';
    for (const gram of grams) if (rarest === '' || counts.get(gram)! < counts.get(rarest)!) rarest = gram;
    return rarest;
  });
  for (const { owned, text, grams } of literal) {
    for (const gram of grams) {
      for (const a of byGram.get(gram) ?? []) if (text.includes(a.text)) meet(a.owned, owned);
    }
  }
}

function groups<T, K>(items: readonly T[], key: (item: T) => K): Map<K, T[]> {
  const map = new Map<K, T[]>();
  for (const item of items) {
    const group = map.get(key(item));
    if (group) group.push(item);
    else map.set(key(item), [item]);
  }
  return map;
}
