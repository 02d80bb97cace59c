import { NameMatcher } from '../match/name-matcher.ts';
import type { Clue } from '../rules/schema.ts';
import type { FeatureKind } from '../types.ts';

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
 * Calls `found(a, b)` for clues of two groups where whatever meets `b` meets `a` as well: the same clue, `under` a.b above
 * `is` a.b.c, a string that stands inside another. Of two `like` only equal ones are seen. Not every pair is told: a pack
 * may say one thing thousands of times, so each clue is told with one partner above it and one below.
 * @param groupOf what a clue shares with those that it may be like: its SDK, or its family
 */
export function overlaps(clues: readonly OwnedClue[], groupOf: (clue: OwnedClue) => string, found: Found): void {
  const all = [...groups(clues, ({ clue }) => JSON.stringify([clue.kind, asked(clue), clue.platform])).values()].map(
    (same) => new Alike(same, groupOf),
  );
  const meet = (a: Alike, b: Alike) => {
    const [one, other] = [a.clue.platform, b.clue.platform];
    if (one === undefined || other === undefined || one === other) a.standsAbove(b, found);
  };
  for (const [kind, same] of groups(all, ({ clue }) => clue.kind)) {
    if (kind === 'string') insideStrings(same, meet);
    else aboveNames(kind, same, meet);
    const globs = same.filter(({ clue }) => clue.like !== undefined);
    // Of one text there are three: for either platform and for both.
    for (const equal of groups(globs, ({ clue }) => clue.like).values()) {
      for (const a of equal) for (const b of equal) meet(a, b);
    }
  }
}

type Partners = readonly (readonly [group: string, clue: OwnedClue])[];
type Meet = (a: Alike, b: Alike) => void;

/** Clues that ask for the same, by whoever. */
class Alike {
  readonly clue: Clue;
  /** One of the first group, and one of another where there is one: enough to be a partner of anybody. */
  readonly #partners: Partners;
  /** Those that have not been told with a partner below, and above. */
  readonly #asUpper: Map<string, OwnedClue[]>;
  readonly #asLower: Map<string, OwnedClue[]>;

  constructor(same: readonly OwnedClue[], groupOf: (clue: OwnedClue) => string) {
    this.clue = same[0]!.clue;
    this.#asUpper = groups(same, groupOf);
    this.#asLower = new Map(this.#asUpper);
    this.#partners = [...this.#asUpper].slice(0, 2).map(([group, [first]]) => [group, first!]);
  }

  standsAbove(lower: Alike, found: Found): void {
    tellEach(this.#asUpper, lower.#partners, found);
    tellEach(lower.#asLower, this.#partners, (own, partner) => found(partner, own));
  }
}

/** What is told is taken out: however often this is asked, each clue has its turn once. */
function tellEach(waiting: Map<string, OwnedClue[]>, partners: Partners, tell: Found): void {
  for (const [group, clues] of waiting) {
    const partner = partners.find(([other]) => other !== group);
    if (!partner) continue;
    for (const clue of clues) tell(clue, partner[1]);
    waiting.delete(group);
  }
}

/** Which clue may stand above one with this operator: `under` a.b meets names that `is` a.b does not. */
const above = { is: ['is', 'under', 'tail', 'like'], under: ['under'], tail: ['tail'], like: [] as string[] } as const;

function aboveNames(kind: FeatureKind, clues: readonly Alike[], meet: Meet): void {
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
function insideStrings(clues: readonly Alike[], meet: Meet): void {
  const literal = clues.flatMap((alike) => {
    const text = alike.clue.is ?? '';
    return text.length < GRAM ? [] : [{ alike, text, grams: gramsOf(text) }];
  });
  const counts = new Map<string, number>();
  for (const { grams } of literal) for (const gram of grams) counts.set(gram, (counts.get(gram) ?? 0) + 1);
  const byGram = groups(literal, ({ grams }) => {
    let rarest = '';
    for (const gram of grams) if (rarest === '' || counts.get(gram)! < counts.get(rarest)!) rarest = gram;
    return rarest;
  });
  for (const { alike, text, grams } of literal) {
    for (const gram of grams) {
      for (const a of byGram.get(gram) ?? []) if (text.includes(a.text)) meet(a.alike, alike);
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
