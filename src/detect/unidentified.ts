import { classGroup } from '../inventory/class-group.ts';
import type { EntryFeatures } from '../inventory/facts.ts';
import type { Folder } from '../inventory/reading.ts';
import { order } from '../order.ts';
import { cluesOf } from '../rules/clues.ts';
import type { Rules } from '../rules/schema.ts';
import type { RuntimeAboard, Unidentified } from '../types.ts';
import { type Group, listing } from './groups.ts';
import { opaqueContent } from './opaque.ts';
import { Packages } from './packages.ts';
import { KnownRuntimes, NativePlaces, RuntimesAboard } from './runtimes.ts';

/** A package of fewer classes is listed only where hosts of its own domain stand beside it: a test helper, a stub. */
const LARGE_PACKAGE = 100;

/** A Swift module or prefix of fewer types than this is not listed: a helper class that somebody copied. */
const LEAST_TYPES = 3;

/** Entries between two looks at whether the event loop waits. */
const SOME = 1024;

/** What is known of the bundle besides its entries. */
export interface Surroundings {
  readonly rules: Rules;
  readonly appId: string | null;
  /** Frameworks and extensions, by their property lists. */
  readonly folders: readonly Folder[];
  /** Names of the units' executables and folders, as Swift would call their modules. */
  readonly ownModules: ReadonlySet<string>;
}

/**
 * What no rule knows, and the runtimes of platforms and languages, which are known as such. Yields how many entries it has
 * looked at since it last did, so that whoever drives it can give the event loop back.
 */
export function* unidentified(
  entries: readonly EntryFeatures[],
  { rules, appId, folders, ownModules }: Surroundings,
): Generator<number, { readonly unidentified: Unidentified[]; readonly runtimes: RuntimeAboard[] }, void> {
  const found = new Map<string, Group>();
  const runtimes = new KnownRuntimes(rules);
  const aboard = new RuntimesAboard(folders);
  const known = knownPackages(entries, rules);
  const byPath = new Map(folders.map((folder) => [folder.path, folder]));
  const loaders = loadersOf(entries);
  const places = new NativePlaces();
  for (const { native, path } of entries) if (native) places.add(path, native.name);
  const packages = new Packages();
  const group = (kind: Group['kind'], name: string, { path, sha256 }: EntryFeatures): Group => {
    const key = `${kind} ${name}`;
    let own = found.get(key);
    if (!own) {
      own = { kind, name, paths: new Set(), hosts: new Set(), id: null, version: null, sha256, size: 0 };
      found.set(key, own);
    }
    own.paths.add(path);
    if (own.sha256 !== sha256) own.sha256 = null;
    return own;
  };
  for (const [i, entry] of entries.entries()) {
    if (i % SOME === SOME - 1) yield SOME;
    const { native, endpoints, container } = entry;
    if (native && !native.main && !entry.hits.some((hit) => hit.grade === 'defined')) {
      const folder = container === null ? undefined : byPath.get(container);
      const runtime = runtimes.ofFile(native.name, entry, places);
      if (runtime) aboard.add(runtime, entry);
      else {
        const own = group(native.kind, native.name, entry);
        own.size = Math.max(own.size, entry.size);
        if (native.kind === 'framework') {
          own.id ??= folder?.bundleId ?? null;
          own.version ??= folder?.version ?? null;
        }
        for (const { host } of endpoints) own.hosts.add(host);
      }
    }
    for (const [name, classes] of entry.packages) {
      if (entry.format === 'macho') {
        const isModule = name.endsWith('.');
        const own = isModule ? name.slice(0, -1) : name;
        const runtime = runtimes.ofModule(own);
        if (runtime) aboard.add(runtime, entry);
        else if (!known.has(own) && !ownModules.has(own) && `${own}.framework` !== native?.name)
          group(isModule ? 'module' : 'classes', own, entry).size += classes;
        continue;
      }
      if (prefixes(name).some((prefix) => known.has(prefix)) || isOwn(name, appId)) continue;
      const runtime = runtimes.ofPackage(name);
      if (runtime) aboard.add(runtime, entry);
      else packages.add(name, classes, entry);
    }
  }
  for (const { name, classes, paths, hosts } of packages.list()) {
    if (classes < LARGE_PACKAGE && hosts.size === 0) continue;
    const facts = { id: null, version: null, sha256: null, size: classes };
    found.set(`package ${name}`, { kind: 'package', name, paths, hosts, ...facts });
  }
  yield found.size;
  const isListed = ({ kind, size }: Group) => !(kind === 'classes' || kind === 'module') || size >= LEAST_TYPES;
  const listed: Unidentified[] = [];
  for (const item of [...found.values()].filter(isListed)) {
    const isNative = item.kind === 'library' || item.kind === 'framework';
    listed.push(listing(item, (isNative ? loaders.get(item.name.replace(/\.framework$/, '')) : undefined) ?? []));
    if (listed.length % SOME === 0) yield SOME;
  }
  for (const { group, referrers } of opaqueContent(entries)) listed.push(listing(group, referrers));
  return { unidentified: listed.sort(byName), runtimes: aboard.list() };
}

function byName(a: Unidentified, b: Unidentified): number {
  return order(a.kind, b.kind) || order(a.name, b.name) || order(a.paths[0] ?? '', b.paths[0] ?? '');
}

/** By the name of a native file: those that ask the system to load it. */
function loadersOf(entries: readonly EntryFeatures[]): ReadonlyMap<string, Set<string>> {
  const loaders = new Map<string, Set<string>>();
  for (const { path, loads } of entries) {
    for (const name of loads) {
      const by = loaders.get(name);
      if (by) by.add(path);
      else loaders.set(name, new Set([path]));
    }
  }
  return loaders;
}

/**
 * Packages that a rule speaks of: those whose classes it asks for (`under`), and those in which a class that it names
 * (`is`) is defined aboard: what lies beside and below it is that SDK's. A tail says nothing of who owns the package.
 */
function knownPackages(entries: readonly EntryFeatures[], rules: Rules): ReadonlySet<string> {
  const packages = new Set<string>();
  const clues = cluesOf(rules);
  for (const { clue } of clues.values()) {
    if (clue.kind === 'class' && clue.under !== undefined) packages.add(clue.under.replace(/\.$/, ''));
  }
  for (const { hits } of entries) {
    for (const { clue, grade, seen } of hits) {
      const rule = clues.get(clue)?.clue;
      if (grade !== 'defined' || rule?.kind !== 'class' || rule.is === undefined || rule.strength === 'weak') continue;
      const name = (seen.value ?? seen.text).replace(/^L(.*);$/, '$1').replaceAll('/', '.');
      // `JMSGMessage` of Objective-C, `TwilioVideo.Room` of Swift: what is called alike is the same SDK's.
      const own = name.includes('.') ? name.slice(0, name.indexOf('.')) : classGroup(name);
      if (own !== null && /^[A-Z]/.test(own)) packages.add(own);
      const end = name.lastIndexOf('.');
      // One label is a whole domain's: `com`.
      if (name.indexOf('.') < end) packages.add(name.slice(0, end));
    }
  }
  return packages;
}

/** `a`, `a.b`, `a.b.c` of `a.b.c`. */
function prefixes(name: string): string[] {
  const labels = name.split('.');
  return labels.map((_, i) => labels.slice(0, i + 1).join('.'));
}

/** Packages of the app itself: the app id, or what it begins with to the depth of two labels. */
function isOwn(name: string, appId: string | null): boolean {
  return appId !== null && (`${appId}.`.startsWith(`${name}.`) || name.startsWith(`${appId}.`)) && name.includes('.');
}
