import type { EntryFeatures } from '../inventory/facts.ts';
import { order } from '../order.ts';
import type { Listed, Rules } from '../rules/schema.ts';
import type { BundleFacts, ListedSdk, PrivacyManifest, SdkList, Unit } from '../types.ts';

/** SDKs told of one list: an app with extensions has a hundred. */
const MOST = 500;

/** What a build calls a library, and where that stands. */
interface Called {
  readonly name: string;
  readonly found: ListedSdk['found'];
  readonly path: string;
}

/**
 * SDKs of published lists that are aboard by name, and the privacy manifest that bears the name of each. A name can be taken
 * by anybody, and a library that is linked in may leave none: this decides nothing.
 */
export function listedAboard(
  entries: readonly EntryFeatures[],
  { units, privacyManifests = [] }: Pick<BundleFacts, 'units' | 'privacyManifests'>,
  rules: Pick<Rules, 'listed'>,
  asOf: string,
): SdkList[] {
  return [...rules.listed.values()].flatMap((list) => {
    const { id, name, by, says, platform, from, sources } = list;
    const own = new Map(units.filter((unit) => unit.platform === platform).map((unit) => [unit.path, unit]));
    if (from > asOf || own.size === 0) return [];
    const names = namesOf(list);
    const manifests = byHolder(privacyManifests, names);
    const aboard = new Map<string, ListedSdk>();
    for (const entry of entries) {
      const called = namesIn(entry).filter((each) => names.has(each.name));
      const unit = called.length > 0 ? unitOf(entry.path, own) : null;
      if (unit === null) continue;
      for (const { name: as, found, path } of called) {
        const sdk = names.get(as)!;
        const key = keyOf(unit.path, sdk);
        const known = aboard.get(key);
        if (known && rank(known.found) <= rank(found)) continue;
        const named = manifests.get(key) ?? [];
        const manifest = named.find((each) => each.startsWith(`${path}/`)) ?? named[0] ?? null;
        aboard.set(key, { name: sdk, unit: unit.path, found, path, manifest });
      }
    }
    if (aboard.size === 0) return [];
    const sorted = [...aboard.values()].sort((a, b) => order(a.name, b.name) || order(a.unit, b.unit));
    const kept = sorted.slice(0, MOST);
    return [{ id, name, by, says, sources, aboard: kept, more: sorted.length - kept.length }];
  });
}

function keyOf(unit: string, sdk: string): string {
  return `${unit}\0${sdk}`;
}

/** Of two signs of one SDK the one that says more where it stands. */
function rank(found: ListedSdk['found']): number {
  return ['framework', 'pod', 'module'].indexOf(found);
}

function namesIn({ path, native, libraries, packages, format }: EntryFeatures): Called[] {
  if (format !== 'macho') return [];
  const names: Called[] = [];
  const ending = '.framework';
  if (native?.kind === 'framework' && native.name.endsWith(ending)) {
    const folder = path.slice(0, path.lastIndexOf(native.name) + native.name.length);
    names.push({ name: native.name.slice(0, -ending.length), found: 'framework', path: folder });
  }
  for (const { kind, name } of libraries) if (kind === 'class') names.push({ name, found: 'pod', path });
  for (const name of packages.keys()) {
    if (name.endsWith('.')) names.push({ name: name.slice(0, -1), found: 'module', path });
  }
  return names;
}

/** What an SDK is called on the list, by what builds call it: in a name that is an identifier, all else is `_`. */
function namesOf({ sdks }: Listed): ReadonlyMap<string, string> {
  return new Map(sdks.flatMap(({ name, as }) => [name, ...as].map((each) => [each.replace(/\W/g, '_'), name])));
}

/**
 * Paths of manifests by the unit and the SDK whose name the framework or bundle around them bears: `Lottie.framework`, or
 * what CocoaPods and Swift packages call a bundle of resources, `FBLPromises_Privacy.bundle`, `Alamofire_Alamofire.bundle`.
 */
function byHolder(
  manifests: readonly PrivacyManifest[],
  names: ReadonlyMap<string, string>,
): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  for (const { path, unit } of manifests) {
    const holders = path.slice(unit.length).split('/').slice(0, -1);
    for (const sdk of new Set(holders.flatMap((holder) => holderOf(holder, names) ?? []))) {
      const key = keyOf(unit, sdk);
      found.set(key, [...(found.get(key) ?? []), path]);
    }
  }
  return found;
}

/** The SDK with the longest name that the folder's begins with, up to its end or a `_`. */
function holderOf(folder: string, names: ReadonlyMap<string, string>): string | undefined {
  const dot = folder.lastIndexOf('.');
  if (dot < 0) return undefined;
  const base = folder.slice(0, dot).replace(/\W/g, '_');
  for (let end = base.length; end > 0; end = base.lastIndexOf('_', end - 1)) {
    const sdk = names.get(base.slice(0, end));
    if (sdk !== undefined) return sdk;
  }
  return undefined;
}

function unitOf(path: string, units: ReadonlyMap<string, Unit>): Unit | null {
  for (let end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1)) {
    const unit = units.get(path.slice(0, end));
    if (unit) return unit;
  }
  return units.get('') ?? null;
}
