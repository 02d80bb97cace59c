import type { EntryFeatures, VersionHit } from '../inventory/facts.ts';
import { order } from '../order.ts';
import type { Clue, Sdk } from '../rules/schema.ts';
import type { Evidence, Instance } from '../types.ts';
import type { ClueHit } from './clue-hits.ts';

/** Whether code is of classes: a DEX, or the class files of a JAR. Copies of a library are told apart in it by their packages. */
export const isBytecode = (arch: string | null): boolean => arch === 'dex' || arch === 'jvm';

/**
 * Where the SDK's own code or folder stands: one instance per entry and instruction set in which it is defined, and,
 * where no code of it could be read, the places that name it.
 */
export function instancesOf(sdk: Sdk, met: readonly ClueHit[], entries: readonly EntryFeatures[]): Instance[] {
  const defined = met.filter((m) => m.hit.grade === 'defined' && m.clue.strength !== 'weak');
  const places = new Map<string, Instance>();
  const versions = versionsByPlace(sdk, entries);
  // A framework of which only the property list says anything is an instance too, whatever stands elsewhere.
  const withCode = new Set(defined.map((m) => m.entry.container));
  const listed = met.filter(
    (m) =>
      m.clue.kind === 'bundle-id' &&
      m.clue.strength !== 'weak' &&
      m.entry.container !== null &&
      !withCode.has(m.entry.container),
  );
  // What a page fetches may be another release than the one aboard.
  const fetched = met.filter((m) => m.hit.grade === 'remote' && m.clue.strength !== 'weak');
  for (const { clue, hit, entry } of defined.length > 0 ? [...defined, ...listed, ...fetched] : met) {
    const arch = hit.arch ?? entry.arch;
    const path = placeOf(entry);
    const namespace = isBytecode(arch) ? namespaceOf(clue, hit.seen.value ?? hit.seen.text) : null;
    const key = `${path}\n${arch ?? ''}\n${namespace ?? ''}`;
    if (places.has(key)) continue;
    const at = agreed(versions.get(path) ?? [], arch);
    places.set(key, {
      path,
      arch,
      version: at?.version.version ?? null,
      versionAt: at && versionEvidence(sdk, at),
      container: entry.container,
      namespace,
      within: null,
    });
  }
  // A framework's plist has a version of its own, and stands beside the binary it speaks for.
  const byContainer = keysByContainer(places);
  for (const read of versions.values()) {
    const at = agreed(read, null);
    if (!at || at.entry.container === null || at.entry.format !== 'plist') continue;
    for (const key of byContainer.get(at.entry.container) ?? []) {
      const instance = places.get(key);
      if (!instance || instance.version !== null) continue;
      places.set(key, { ...instance, version: at.version.version, versionAt: versionEvidence(sdk, at) });
    }
  }
  // The name of a library is one more sign of the code inside it, not an instance beside it.
  const all = [...places.values()];
  const withArch = new Set(all.filter((i) => i.arch !== null).map((i) => i.path));
  const named = all.filter((i) => i.arch !== null || !withArch.has(i.path));
  // A class met by a clue without a re-prefix belongs to the copy that one with it found.
  const slotOf = (i: Instance) => `${i.path}\n${i.arch ?? ''}`;
  const prefixed = new Set(named.filter((i) => i.namespace !== null).map(slotOf));
  const placed = named.filter((i) => i.namespace !== null || !prefixed.has(slotOf(i)));
  return placed.sort(
    (a, b) => order(a.path, b.path) || order(a.arch ?? '', b.arch ?? '') || order(a.namespace ?? '', b.namespace ?? ''),
  );
}

function versionEvidence(sdk: Sdk, { entry, version }: VersionRead): Evidence {
  const place = { path: entry.path, entrySha256: entry.sha256 };
  return { clue: `${sdk.id}/version`, kind: 'version', ...place, ...version.seen };
}

function keysByContainer(places: ReadonlyMap<string, Instance>): Map<string, string[]> {
  const keys = new Map<string, string[]>();
  for (const [key, { container }] of places) {
    if (container === null) continue;
    const known = keys.get(container);
    if (known) known.push(key);
    else keys.set(container, [key]);
  }
  return keys;
}

/**
 * The package that a re-prefixed class stands in, down to the first label of the clue's tail: `tvi.webrtc` where the
 * clue `webrtc.PeerConnectionFactory` met `Ltvi/webrtc/PeerConnectionFactory;`, and of a tail that is the name of a class
 * alone the whole package. Two copies in one DEX are two instances.
 */
function namespaceOf(clue: Clue, descriptor: string): string | null {
  if (clue.tail === undefined) return null;
  const name = descriptor.replace(/^L|;$/g, '').replaceAll('/', '.');
  const at = name.lastIndexOf(clue.tail);
  if (at < 0) return null;
  return clue.tail.includes('.')
    ? name.slice(0, at) + clue.tail.split('.')[0]
    : name.slice(0, Math.max(0, at - 1)) || null;
}

/** Stands for the classes that are in no archive inside the bundle: those of a JAR that is the bundle. */
export const LOOSE_CLASSES = '(classes)';

/** What an entry is an instance of: itself; the classes of one jar are one instance, not hundreds. */
export function placeOf(entry: EntryFeatures): string {
  return entry.path.endsWith('.class') ? (entry.container ?? LOOSE_CLASSES) : entry.path;
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
