import type { EntryFeatures, Grade, Hit, VersionHit } from './features/features.ts';
import type { Matcher } from './rules/compile.ts';
import type { Clue, Rules, Sdk } from './rules/schema.ts';
import type { Confidence, Detection, Evidence, Instance, Platform, PresenceFact, Unidentified } from './types.ts';

const presenceOf: Record<Grade, PresenceFact> = { defined: 'bundled', referenced: 'referenced', declared: 'declared' };

/** Evidence listed for one detection; the rest is counted. */
const MOST_EVIDENCE = 24;

interface Met {
  readonly clue: Clue;
  readonly id: string;
  readonly hit: Hit;
  readonly entry: EntryFeatures;
}

/** Features × clues → the SDKs aboard. Pure: the same features and rules give the same detections in the same order. */
export function detect(
  entries: readonly EntryFeatures[],
  matcher: Matcher,
  rules: Rules,
  platform: Platform,
): Detection[] {
  const bySdk = new Map<string, Met[]>();
  const more = new Map<string, number>();
  for (const entry of entries) {
    for (const hit of entry.hits) {
      const compiled = matcher.clues[hit.clue];
      if (!compiled || (compiled.clue.platform !== undefined && compiled.clue.platform !== platform)) continue;
      const list = bySdk.get(compiled.sdk) ?? [];
      list.push({ clue: compiled.clue, id: compiled.id, hit, entry });
      bySdk.set(compiled.sdk, list);
    }
    for (const [clue, count] of entry.moreHits) {
      const sdk = matcher.clues[clue]?.sdk;
      if (sdk !== undefined) more.set(sdk, (more.get(sdk) ?? 0) + count);
    }
  }
  const detections: Detection[] = [];
  for (const [id, met] of bySdk) {
    const sdk = rules.sdks.get(id);
    if (sdk) detections.push(detectionOf(sdk, met, entries, more.get(id) ?? 0));
  }
  detections.sort((a, b) => (a.sdk < b.sdk ? -1 : 1));
  return detections.map((d) => ({
    ...d,
    componentOf: detections
      .filter((other) => other.scored && rules.sdks.get(other.sdk)?.contains.includes(d.sdk))
      .map((other) => other.sdk),
  }));
}

function detectionOf(sdk: Sdk, met: readonly Met[], entries: readonly EntryFeatures[], moreHits: number): Detection {
  const strong = met.filter((m) => m.clue.strength === 'strong');
  const supporting = new Set(met.filter((m) => m.clue.strength === 'supporting').map((m) => countsAs(m.clue)));
  const scored = strong.length > 0 || supporting.size >= sdk.need;
  const instances = scored ? instancesOf(sdk, met, entries) : [];
  const versions = new Set(instances.map((i) => i.version).filter((version) => version !== null));
  const evidence = met.map(evidenceOf).sort(byStrength(met, sdk));
  return {
    sdk: sdk.id,
    name: sdk.name,
    family: sdk.family ?? null,
    vendor: sdk.vendor,
    candidates: [sdk.vendor],
    version: versions.size === 1 ? ([...versions][0] ?? null) : null,
    presence: [...new Set(met.map((m) => presenceOf[m.hit.grade]))].sort(),
    confidence: confidenceOf(strong, supporting.size, sdk),
    scored,
    componentOf: [],
    instances,
    evidence: evidence.slice(0, MOST_EVIDENCE),
    moreEvidence: moreHits + Math.max(0, evidence.length - MOST_EVIDENCE),
  };
}

/** A library's file name and its SONAME are one fact, however many clues ask for them. */
function countsAs(clue: Clue): string {
  return clue.kind === 'library' ? `library ${clue.is ?? clue.like ?? clue.under ?? clue.tail}` : clue.id;
}

function confidenceOf(strong: readonly Met[], supporting: number, sdk: Sdk): Confidence {
  const kinds = new Set(strong.map((m) => m.clue.kind));
  if (strong.some((m) => m.hit.grade === 'defined') || kinds.size > 1) return 'high';
  if (strong.length > 0 || supporting >= sdk.need) return 'medium';
  return 'low';
}

function evidenceOf({ id, clue, hit, entry }: Met): Evidence {
  return {
    clue: id,
    kind: clue.kind,
    path: entry.path,
    offset: hit.offset,
    text: hit.text,
    entrySha256: hit.offset === null ? null : entry.sha256,
  };
}

/** Strong clues first, then by path and place: stable whatever order the entries came in. */
function byStrength(met: readonly Met[], sdk: Sdk): (a: Evidence, b: Evidence) => number {
  const order = ['strong', 'supporting', 'weak'];
  const strength = new Map(met.map((m) => [m.id, order.indexOf(m.clue.strength)]));
  const place = new Map(sdk.clues.map((clue, i) => [`${sdk.id}/${clue.id}`, i]));
  return (a, b) =>
    (strength.get(a.clue) ?? 0) - (strength.get(b.clue) ?? 0) ||
    (place.get(a.clue) ?? 0) - (place.get(b.clue) ?? 0) ||
    compare(a.path, b.path) ||
    (a.offset ?? -1) - (b.offset ?? -1);
}

/**
 * Where the SDK's own code or folder stands: one instance per entry and instruction set in which it is defined, and,
 * where no code of it could be read, the places that name it.
 */
function instancesOf(sdk: Sdk, met: readonly Met[], entries: readonly EntryFeatures[]): Instance[] {
  const defined = met.filter((m) => m.hit.grade === 'defined' && m.clue.strength !== 'weak');
  const places = new Map<string, Instance>();
  const versions = versionsByPlace(sdk, entries);
  for (const { hit, entry } of defined.length > 0 ? defined : met) {
    const arch = hit.arch ?? entry.arch;
    const path = placeOf(entry);
    const key = `${path}\n${arch ?? ''}`;
    if (places.has(key)) continue;
    const at = agreed(versions.get(path) ?? [], arch);
    places.set(key, {
      path,
      arch,
      version: at?.version.version ?? null,
      versionAt: at && {
        clue: `${sdk.id}/version`,
        kind: 'version',
        path: at.entry.path,
        offset: at.version.offset,
        text: at.version.text,
        entrySha256: at.version.offset === null ? null : at.entry.sha256,
      },
      container: entry.container,
    });
  }
  // A framework's plist has a version of its own, and stands beside the binary it speaks for.
  for (const read of versions.values()) {
    const at = agreed(read, null);
    if (!at || at.entry.container === null || at.version.offset !== null) continue;
    const { entry, version: own } = at;
    for (const [key, instance] of places) {
      if (instance.version !== null || instance.container !== entry.container) continue;
      const versionSeen: Evidence = {
        clue: `${sdk.id}/version`,
        kind: 'version',
        path: entry.path,
        offset: null,
        text: own.text,
        entrySha256: entry.sha256,
      };
      places.set(key, { ...instance, version: own.version, versionAt: versionSeen });
    }
  }
  // The name of a library is one more sign of the code inside it, not an instance beside it.
  const all = [...places.values()];
  const named = all.filter(
    (i) => i.arch !== null || !all.some((other) => other.path === i.path && other.arch !== null),
  );
  return named.sort((a, b) => compare(a.path, b.path) || compare(a.arch ?? '', b.arch ?? ''));
}

/** What an entry is an instance of: itself; the classes of one jar are one instance, not hundreds. */
function placeOf(entry: EntryFeatures): string {
  return entry.path.endsWith('.class') && entry.container !== null ? entry.container : entry.path;
}

interface VersionRead {
  readonly entry: EntryFeatures;
  readonly version: VersionHit;
}

/** The SDK's versions by the place that they speak for: a jar's stands in one class, which need not meet a clue. */
function versionsByPlace(sdk: Sdk, entries: readonly EntryFeatures[]): Map<string, VersionRead[]> {
  const places = new Map<string, VersionRead[]>();
  for (const entry of entries) {
    for (const version of entry.versions) {
      if (version.sdk !== sdk.id) continue;
      const path = placeOf(entry);
      const read = places.get(path);
      if (read) read.push({ entry, version });
      else places.set(path, [{ entry, version }]);
    }
  }
  return places;
}

/** The version every rule that could read one in a place agrees on; null where none could, or they differ. */
function agreed(read: readonly VersionRead[], arch: string | null): VersionRead | null {
  const own = read.filter(({ version: v }) => v.arch === null || arch === null || v.arch === arch);
  const [first] = own;
  return first && own.every((each) => each.version.version === first.version.version) ? first : null;
}

/** Packages of fewer classes than this are not listed as unidentified: a test helper, a generated stub. */
const LARGE_PACKAGE = 100;

/** Native libraries, frameworks and large packages that no rule knows. */
export function unidentified(
  entries: readonly EntryFeatures[],
  matcher: Matcher,
  appId: string | null,
): Unidentified[] {
  const found = new Map<string, Unidentified>();
  const packages = new Map<string, { classes: number; paths: Set<string> }>();
  for (const entry of entries) {
    const known = entry.hits.some((hit) => hit.grade === 'defined');
    if (entry.native && !entry.native.main && !known) {
      const { kind, name } = entry.native;
      const key = `${kind} ${name}`;
      const before = found.get(key);
      found.set(key, {
        kind,
        name,
        paths: [...(before?.paths ?? []), entry.path].sort(),
        sha256: before ? (before.sha256 === entry.sha256 ? before.sha256 : null) : entry.sha256,
        size: Math.max(before?.size ?? 0, entry.size),
        hosts: [...new Set([...(before?.hosts ?? []), ...entry.endpoints.map((e) => e.host)])].sort().slice(0, 20),
      });
    }
    for (const [name, classes] of entry.packages) {
      const top = name.split('.').slice(0, 2).join('.');
      const seen = packages.get(top) ?? { classes: 0, paths: new Set<string>() };
      let isKnown = false;
      matcher.names('class').match(`${name}.X`, () => {
        isKnown = true;
      });
      if (isKnown || isOwn(name, appId)) continue;
      seen.classes += classes;
      seen.paths.add(entry.path);
      packages.set(top, seen);
    }
  }
  for (const [name, { classes, paths }] of packages) {
    if (classes < LARGE_PACKAGE) continue;
    found.set(`package ${name}`, {
      kind: 'package',
      name,
      paths: [...paths].sort().slice(0, 4),
      sha256: null,
      size: classes,
      hosts: [],
    });
  }
  return [...found.values()].sort((a, b) => compare(a.kind, b.kind) || compare(a.name, b.name));
}

/** Packages of the app itself: the app id, or what it begins with to the depth that packages are counted. */
function isOwn(name: string, appId: string | null): boolean {
  return appId !== null && (`${appId}.`.startsWith(`${name}.`) || name.startsWith(`${appId}.`)) && name.includes('.');
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
