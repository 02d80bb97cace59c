import { attempt, byReason, type Problem } from '../coverage.ts';
import type { PlistTally } from '../formats/plist/index.ts';
import type { Stepping } from '../formats/plist/parsing.ts';
import type { Coverage, PrivacyManifest, Provisioning } from '../types.ts';
import { type Document, type Reader, readDocument } from './app.ts';
import type { Entry } from './entry.ts';
import { PRIVACY_MANIFEST, readPrivacyManifest } from './privacy-manifest.ts';
import { PROFILE, readProfile } from './provisioning.ts';
import { type UnitFacts, unitFinder } from './unit.ts';

/** Documents of each sort that are read at most: an app of a hundred frameworks has as many manifests. */
const MOST = 512;

/** What provisioning profiles and privacy manifests say of the units of a bundle. */
export interface UnitDocuments {
  /** By the root of the unit. */
  readonly profiles: ReadonlyMap<string, Provisioning>;
  readonly privacyManifests: readonly PrivacyManifest[];
  readonly documents: readonly Document[];
  readonly coverage: readonly Coverage[];
}

/**
 * Reads the provisioning profile of each unit, and the privacy manifests below it. What cannot be read of them hides no
 * SDK: it is said, and the rest of the answer stays whole.
 * @param entries the content that may be read
 * @param tally shared with the other property lists of the bundle
 */
export async function readUnitDocuments(
  entries: readonly Entry[],
  units: readonly UnitFacts[],
  reader: Reader,
  tally: PlistTally,
): Promise<UnitDocuments> {
  const find = unitFinder(units);
  const profiles = new Map<string, Provisioning>();
  const privacyManifests: PrivacyManifest[] = [];
  const documents: Document[] = [];
  const coverage: Coverage[] = [];
  const { budgets, streamer } = reader;
  const say = (path: string, state: Coverage['state'], { reason, offset, message }: Problem) =>
    coverage.push({ path, format: 'plist', state, reason, offset, detail: message, matters: false });

  /** The document, and what `read` makes of it. */
  async function readOne<T extends { readonly problems: readonly Problem[] }>(
    entry: Entry,
    read: (bytes: Uint8Array) => Stepping<T>,
  ): Promise<(T & { readonly document: Document }) | null> {
    const lines: Coverage[] = [];
    const held = await readDocument(entry, 'plist', reader, { coverage: lines, anomalies: [], tally });
    coverage.push(...lines.map((line) => ({ ...line, matters: false })));
    if (!held) return null;
    documents.push(held.document);
    const found = await attempt(
      () => streamer.run(read(held.bytes)),
      (problem) => say(entry.path, 'unreadable', problem),
    );
    for (const problem of byReason(found?.problems ?? [])) say(entry.path, 'partial', problem);
    return found && { ...found, document: held.document };
  }

  const isProfile = new Set(units.map(({ root }) => root + PROFILE));
  const wanted = entries.filter(({ path }) => isProfile.has(path) || isPrivacyManifest(path));
  wanted.sort((a, b) => (a.path < b.path ? -1 : 1));
  const left = { profiles: MOST, manifests: MOST };
  const unread = new Map<string, number>();
  for (const entry of wanted) {
    const unit = find(entry.path);
    if (unit === null) continue;
    const sort = isProfile.has(entry.path) ? 'profiles' : 'manifests';
    if (left[sort] === 0 || tally.bytes >= budgets.allPlistBytes || tally.objects >= budgets.allPlistObjects) {
      unread.set(sort, (unread.get(sort) ?? 0) + 1);
      continue;
    }
    left[sort]--;
    if (sort === 'profiles') {
      const read = await readOne(entry, (bytes) => readProfile(bytes, budgets, tally));
      if (read) profiles.set(unit.root, { path: entry.path, sha256: read.document.sha256, ...read.said });
    } else {
      const read = await readOne(entry, (bytes) => readPrivacyManifest(bytes, budgets, tally));
      if (!read) continue;
      const place = { path: entry.path, sha256: read.document.sha256, unit: unit.root.slice(0, -1) };
      privacyManifests.push({ ...place, ...read.said });
    }
  }
  for (const [sort, count] of unread) {
    const what = sort === 'profiles' ? 'provisioning profiles' : 'privacy manifests';
    const message = `${count} ${what} more than were read, at ${MOST}, or at what all property lists may take`;
    say(`${units[0]?.root ?? ''}(all ${what})`, 'partial', { reason: 'budget', offset: 0, message });
  }
  return { profiles, privacyManifests, documents, coverage };
}

function isPrivacyManifest(path: string): boolean {
  return (
    path.endsWith(PRIVACY_MANIFEST) &&
    (path.length === PRIVACY_MANIFEST.length || path.endsWith(`/${PRIVACY_MANIFEST}`))
  );
}
