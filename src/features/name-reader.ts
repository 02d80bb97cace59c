import type { LibraryHit } from '../inventory/facts.ts';
import type { Layout } from '../inventory/taker.ts';

/** Looks content through, as it comes by, for the packages that it names. */
export interface NameReader {
  push(bytes: Uint8Array): void;
  /** The content has ended. */
  end(): readonly LibraryHit[];
  /** Whether there was more than is kept. */
  readonly isFull: boolean;
}

/** What was found in content that was looked through in pieces, where it stands in the content. */
export function placedIn(layout: Layout, { seen, ...hit }: LibraryHit): LibraryHit {
  let encoding = seen.encoding;
  const spans = seen.spans.map(({ offset, length }) => {
    const isWide = layout.isWide(offset);
    if (isWide) encoding = 'utf-16le';
    return { offset: layout.placeOf(offset), length: isWide ? 2 * length : length };
  });
  return { ...hit, seen: { ...seen, spans, encoding } };
}
