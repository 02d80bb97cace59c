import { classGroup } from '../inventory/class-group.ts';
import type { EntryFeatures } from '../inventory/facts.ts';
import type { Folder } from '../inventory/reading.ts';
import { order } from '../order.ts';
import type { Rules } from '../rules/schema.ts';
import type { RuntimeAboard, Unidentified } from '../types.ts';
import { type Group, listing } from './groups.ts';
import { opaqueContent } from './opaque.ts';
import { isOwn, knownPackages, prefixes } from './own-packages.ts';
import { Owners } from './owners.ts';
import { Packages } from './packages.ts';
import { KnownRuntimes, NativePlaces, RuntimesAboard } from './runtimes.ts';
import { typesInside } from './types-inside.ts';

/**
 * A package, Swift module or prefix of fewer types is listed only where a host of its name or domain stands beside it: a
 * helper class that somebody copied. Of 100 classes, as it once was, every second third party of real apps had fewer.
 */
const LEAST_TYPES = 3;

/** What an entry starts with. */
const unsaid = { id: null, version: null, vendor: null };

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
  const owners = new Owners(rules);
  const packages = new Packages(owners);
  const group = (kind: Group['kind'], name: string, { path, sha256 }: EntryFeatures): Group => {
    const key = `${kind} ${name}`;
    let own = found.get(key);
    if (!own) {
      own = { kind, name, paths: new Set(), hosts: new Set(), ...unsaid, sha256, size: 0 };
      found.set(key, own);
    }
    own.paths.add(path);
    if (own.sha256 !== sha256) own.sha256 = null;
    return own;
  };
  for (const [i, entry] of entries.entries()) {
    if (i % SOME === SOME - 1) yield SOME;
    const { native, endpoints, container } = entry;
    let isListed = false;
    if (native && !native.main && !entry.hits.some((hit) => hit.grade === 'defined')) {
      const folder = container === null ? undefined : byPath.get(container);
      const runtime = runtimes.ofFile(native.name, entry, places);
      if (runtime) aboard.add(runtime, entry);
      else {
        isListed = true;
        const own = group(native.kind, native.name, entry);
        own.size = Math.max(own.size, entry.size);
        if (native.kind === 'framework') {
          own.id ??= folder?.bundleId ?? null;
          own.version ??= folder?.version ?? null;
        }
        own.vendor ??=
          owners.ofFile(native.name) ?? (own.id === null ? null : (owners.ofPackage(own.id)?.vendor ?? null));
        for (const { host } of endpoints) own.hosts.add(host);
      }
    }
    if (entry.format === 'macho') {
      for (const { kind, name, types, hosts } of typesInside(entry, isListed)) {
        const runtime = runtimes.ofModule(name);
        if (runtime) aboard.add(runtime, entry);
        else if (![name, classGroup(name) ?? name].some((each) => known.has(each) || ownModules.has(each))) {
          const own = group(kind, name, entry);
          own.size += types;
          for (const host of hosts) own.hosts.add(host);
        }
      }
      continue;
    }
    for (const [name, classes] of entry.packages) {
      if (prefixes(name).some((prefix) => known.has(prefix)) || isOwn(name, appId)) continue;
      const runtime = runtimes.ofPackage(name);
      if (runtime) aboard.add(runtime, entry);
      else packages.add(name, classes, entry);
    }
  }
  for (const { name, vendor, classes, paths, hosts } of packages.list()) {
    if (classes < LEAST_TYPES && hosts.size === 0) continue;
    const facts = { ...unsaid, vendor, sha256: null, size: classes };
    found.set(`package ${name}`, { kind: 'package', name, paths, hosts, ...facts });
  }
  yield found.size;
  const isWorthALine = ({ kind, size, hosts }: Group) =>
    !(kind === 'classes' || kind === 'module') || size >= LEAST_TYPES || hosts.size > 0;
  const listed: Unidentified[] = [];
  for (const item of [...found.values()].filter(isWorthALine)) {
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
