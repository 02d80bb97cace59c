import type { EvidenceKind } from './words.ts';

/**
 * How the bytes of a piece of evidence become its text. `hex`: two digits a byte. `name`: the text is the name of the
 * entry in the container's directory, not in its content. `decoded`: it was made out of a form that keeps no text of its
 * own in one place, so that no bytes can be compared.
 */
export const encodings = [
  'ascii',
  'utf-8',
  'mutf-8',
  'utf-16le',
  'utf-16be',
  'latin1',
  'hex',
  'name',
  'decoded',
] as const;
export type Encoding = (typeof encodings)[number];

/** Bytes of an inflated entry, counted from its start. */
export interface EntrySpan {
  readonly offset: number;
  readonly length: number;
}

/** Text and where it stands: the bytes of the spans, joined and decoded, are the text. */
export interface Passage {
  /** At most 170 bytes of it; control characters are escaped. */
  readonly text: string;
  readonly encoding: Encoding;
  /** In the order of the text. Empty for `name` and `decoded` alone. */
  readonly spans: readonly EntrySpan[];
  /** What kind of place it is, for people: `export trie`, `DEX string`. */
  readonly how: string;
  /** What it comes to, where the bytes do not spell it: a packed version, the full name of `.Main`; else null. */
  readonly value: string | null;
}

/** A clue met at a place. */
export interface Evidence extends Passage {
  /** `<sdk id>/<clue id>`; or `endpoint`, `version`, `key`, `permission` for what no clue asked for. */
  readonly clue: string;
  readonly kind: EvidenceKind;
  /** Entry path; an entry of a nested archive is `outer!inner`. */
  readonly path: string;
  /** Digest of the inflated entry; null for the name of an entry, or content that could not be read to its end. */
  readonly entrySha256: string | null;
}
