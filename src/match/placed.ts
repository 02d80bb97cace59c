import type { About } from '../inventory/taker.ts';
import type { Passage } from '../types.ts';
import type { Finds } from './finds.ts';

/** Where a byte of what is searched stands in the content, which it was taken from in pieces. */
type PlaceOf = (at: number) => number;

/** What takes finds, as far as a search brings them. */
export type FindTaker = Pick<Finds, 'hit' | 'version' | 'endpoint'>;

/** Finds of pieces as finds of the content. Nothing found goes beyond the piece it begins in: a NUL parts it from the next. */
export function placedFinds(finds: FindTaker, placeOf: PlaceOf): FindTaker {
  const placed = (seen: Passage): Passage => ({
    ...seen,
    spans: seen.spans.map(({ offset, length }) => ({ offset: placeOf(offset), length })),
  });
  return {
    hit: (clue, grade, offset, seen) =>
      finds.hit(clue, grade, offset === null ? null : placeOf(offset), () => placed(seen())),
    version: (sdk, version, seen) => finds.version(sdk, version, placed(seen)),
    endpoint: (endpoint, seen) => finds.endpoint(endpoint, () => placed(seen())),
  };
}

/** What begins in pieces, told by its place in the content. */
export function placedAbout(about: About, placeOf: PlaceOf): About {
  return {
    ...about,
    embedded: (kind, offset, head, coding) => about.embedded(kind, placeOf(offset), head, coding),
    coded: (offset, head, seen) => about.coded(placeOf(offset), head, seen),
  };
}
