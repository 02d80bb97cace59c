import type { EntryFeatures, Hit } from '../inventory/facts.ts';
import type { Clue } from '../rules/schema.ts';
import type { Evidence, Platform } from '../types.ts';

/** A clue of one SDK, met in one entry. */
export interface ClueHit {
  readonly clue: Clue;
  /** `<sdk id>/<clue id>` */
  readonly id: string;
  readonly hit: Hit;
  readonly entry: EntryFeatures;
}

/** A DEX is Android's wherever it stands: an APK dressed as an IPA hides nothing. */
export function isOfPlatform(clue: Clue, entry: EntryFeatures, platforms: ReadonlySet<Platform>): boolean {
  const asked = clue.platform;
  if (asked === undefined) return true;
  return entry.platform === null ? platforms.has(asked) : entry.platform === asked;
}

/** A library or class that is there by name, with bytes that are no code. */
export function isNameOnly({ clue, hit }: ClueHit): boolean {
  return hit.grade === 'declared' && (clue.kind === 'library' || clue.kind === 'class' || clue.kind === 'file');
}

export function evidenceOf({ id, clue, hit, entry }: ClueHit): Evidence {
  const entrySha256 = hit.seen.encoding === 'name' ? null : entry.sha256;
  return { clue: id, kind: clue.kind, path: entry.path, ...hit.seen, entrySha256 };
}
