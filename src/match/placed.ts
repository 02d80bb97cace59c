import type { About, Layout } from '../inventory/taker.ts';
import type { Passage } from '../types.ts';
import type { Finds } from './finds.ts';

/** What takes finds, as far as a search brings them. */
export type FindTaker = Pick<Finds, 'hit' | 'version' | 'endpoint'>;

/** Finds of pieces as finds of the content. Nothing found goes beyond the piece it begins in: a NUL parts it from the next. */
export function placedFinds(finds: FindTaker, layout: Layout): FindTaker {
  return {
    hit: (clue, grade, offset, seen) =>
      finds.hit(clue, grade, offset === null ? null : layout.placeOf(offset), () => placed(seen(), layout)),
    version: (sdk, version, seen) => finds.version(sdk, version, placed(seen, layout)),
    endpoint: (endpoint, seen) => finds.endpoint(endpoint, () => placed(seen(), layout)),
  };
}

/** A passage of the content, without the quotes that were put around the piece. */
function placed(passage: Passage, layout: Layout): Passage {
  const [span] = passage.spans;
  if (span === undefined) return passage;
  // What is found in the piece spelled otherwise has units of its own.
  const unit = passage.encoding.startsWith('utf-16') ? 2 : 1;
  let { text } = passage;
  let from = span.offset;
  let to = from + span.length;
  if (!layout.isContent(from)) {
    text = text.slice(1);
    from += unit;
  }
  if (to > from && !layout.isContent(to - 1)) {
    text = text.slice(0, -1);
    to -= unit;
  }
  return { ...passage, text, ...spelled(passage.encoding, from, to, layout) };
}

/** How bytes of a piece are spelled in the content, and where. */
function spelled(
  encoding: Passage['encoding'],
  from: number,
  to: number,
  layout: Layout,
): Pick<Passage, 'encoding' | 'spans'> {
  const offset = layout.placeOf(from);
  if (!layout.isWide(from)) return { encoding, spans: [{ offset, length: to - from }] };
  return { encoding: 'utf-16le', spans: [{ offset, length: 2 * (to - from) }] };
}

/** What begins in pieces, told by its place in the content. */
export function placedAbout(about: About, layout: Layout): About {
  return {
    archAt: (offset) => about.archAt(offset),
    isReadUnpacked: (offset) => about.isReadUnpacked(layout.placeOf(offset)),
    looks: (kind) => about.looks(kind),
    isNative: about.isNative,
    evidencePerClue: about.evidencePerClue,
    endpoints: about.endpoints,
    embedded: (kind, offset, head, coding) => about.embedded(kind, layout.placeOf(offset), head, coding),
    coded: (offset, head, seen) => about.coded(layout.placeOf(offset), head, seen),
  };
}
