import type { EntryFeatures } from '../inventory/facts.ts';
import { order } from '../order.ts';
import { cluesOf } from '../rules/clues.ts';
import type { Rules } from '../rules/schema.ts';
import type { Unidentified } from '../types.ts';

/** Packages of fewer classes than this are not listed as unidentified: a test helper, a generated stub. */
const LARGE_PACKAGE = 100;

/** Paths listed for one; the rest is counted. */
const MOST_PATHS = 4;

const MOST_HOSTS = 20;

/** Entries between two looks at whether the event loop waits. */
const SOME = 1024;

/** Contents that are listed, the largest first: a game has thousands of packed pictures. */
const MOST_CONTENTS = 50;

/** What the entries of one name have in common. */
interface Group extends Pick<Unidentified, 'kind' | 'name' | 'entropy' | 'referrers' | 'moreReferrers'> {
  readonly paths: string[];
  readonly hosts: Set<string>;
  sha256: string | null;
  size: number;
}

/**
 * Native libraries, frameworks and large packages that no rule knows. Yields how many entries it has looked at since it
 * last did, so that whoever drives it can give the event loop back.
 */
export function* unidentified(
  entries: readonly EntryFeatures[],
  rules: Rules,
  appId: string | null,
): Generator<number, Unidentified[], void> {
  const found = new Map<string, Group>();
  const packages = new Map<string, { classes: number; paths: Set<string> }>();
  const known = knownPackages(entries, rules);
  for (const [i, entry] of entries.entries()) {
    if (i % SOME === SOME - 1) yield SOME;
    const isNamed = entry.hits.some((hit) => hit.grade === 'defined');
    if (entry.native && !entry.native.main && !isNamed) {
      const { kind, name } = entry.native;
      const key = `${kind} ${name}`;
      let group = found.get(key);
      if (!group) {
        group = { kind, name, paths: [], hosts: new Set(), sha256: entry.sha256, size: 0 };
        found.set(key, group);
      }
      group.paths.push(entry.path);
      for (const { host } of entry.endpoints) group.hosts.add(host);
      if (group.sha256 !== entry.sha256) group.sha256 = null;
      group.size = Math.max(group.size, entry.size);
    }
    for (const [name, classes] of entry.packages) {
      const top = name.split('.').slice(0, 2).join('.');
      const seen = packages.get(top) ?? { classes: 0, paths: new Set<string>() };
      const isKnown = prefixes(name).some((prefix) => known.has(prefix));
      if (isKnown || isOwn(name, appId)) continue;
      seen.classes += classes;
      seen.paths.add(entry.path);
      packages.set(top, seen);
    }
  }
  for (const [name, { classes, paths }] of packages) {
    if (classes < LARGE_PACKAGE) continue;
    const group = { kind: 'package' as const, name, paths: [...paths], hosts: new Set<string>() };
    found.set(`package ${name}`, { ...group, sha256: null, size: classes });
  }
  const contents = opaqueContent(entries).sort((a, b) => order(a.name, b.name) || order(a.paths[0]!, b.paths[0]!));
  // Kind and name are the key, and `content` comes before any other kind: there may be 100,000, which no comparing by parts sorts.
  const others = [...found.keys()].sort().map((key) => found.get(key)!);
  const list: Unidentified[] = [];
  for (const group of [...contents, ...others]) {
    if (list.length % SOME === SOME - 1) yield SOME;
    list.push(shown(group));
  }
  return list;
}

/** As it stands in the report. Field by field: there may be 100,000, and a copy without two fields takes microseconds. */
function shown({ kind, name, sha256, size, entropy, paths, hosts }: Group): Unidentified {
  return {
    ...{ kind, name, sha256, size },
    ...(entropy === undefined ? {} : { entropy }),
    paths: paths.length === 1 ? paths : paths.sort().slice(0, MOST_PATHS),
    more: Math.max(0, paths.length - MOST_PATHS),
    hosts: hosts.size === 0 ? [] : [...hosts].sort().slice(0, MOST_HOSTS),
  };
}

/** Large content of no known kind that looks encrypted or packed, and in which nothing was found. */
function opaqueContent(entries: readonly EntryFeatures[]): Group[] {
  const referrers = new Map<string, string[]>();
  for (const { path, refersTo = [] } of entries) {
    for (const to of refersTo) referrers.set(to, [...(referrers.get(to) ?? []), path]);
  }
  return entries
    .filter(({ opaque, hits, endpoints }) => opaque !== null && hits.length === 0 && endpoints.length === 0)
    .sort((a, b) => b.size - a.size || order(a.path, b.path))
    .slice(0, MOST_CONTENTS)
    .map(({ path, size, sha256, opaque }) => ({
      kind: 'content',
      name: path.slice(path.lastIndexOf('/') + 1),
      ...{ paths: [path], hosts: new Set<string>(), sha256, size },
      entropy: opaque ?? 0,
      ...referrersOf(referrers.get(path) ?? []),
    }));
}

const referrersOf = (paths: readonly string[]) => ({
  referrers: [...paths].sort(order).slice(0, MOST_PATHS),
  moreReferrers: Math.max(0, paths.length - MOST_PATHS),
});

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

/** Packages of the app itself: the app id, or what it begins with to the depth that packages are counted. */
function isOwn(name: string, appId: string | null): boolean {
  return appId !== null && (`${appId}.`.startsWith(`${name}.`) || name.startsWith(`${appId}.`)) && name.includes('.');
}
