import type { EntryFeatures } from '../features/features.ts';
import type { Matcher } from '../rules/compile.ts';
import type { Unidentified } from '../types.ts';
import { compare } from './met.ts';

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
