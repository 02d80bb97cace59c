import type { EntryFeatures } from '../inventory/facts.ts';
import { order } from '../order.ts';
import type { Group } from './groups.ts';

/** Contents that are listed, the largest first: a game has thousands of packed pictures. */
const MOST_CONTENTS = 50;

/** Large content of no known kind that looks encrypted or packed, and in which nothing was found; and who spells its name. */
export function opaqueContent(
  entries: readonly EntryFeatures[],
): { readonly group: Group; readonly referrers: readonly string[] }[] {
  const referrers = new Map<string, string[]>();
  for (const { path, refersTo = [] } of entries) {
    for (const to of refersTo) {
      const known = referrers.get(to);
      if (known) known.push(path);
      else referrers.set(to, [path]);
    }
  }
  return entries
    .filter(({ opaque, hits, endpoints }) => opaque !== null && hits.length === 0 && endpoints.length === 0)
    .sort((a, b) => b.size - a.size || order(a.path, b.path))
    .slice(0, MOST_CONTENTS)
    .map(({ path, size, sha256, opaque }) => ({
      group: {
        kind: 'content',
        name: path.slice(path.lastIndexOf('/') + 1),
        ...{ paths: new Set([path]), hosts: new Set<string>(), id: null, version: null, vendor: null, sha256, size },
        entropy: opaque ?? 0,
      },
      referrers: referrers.get(path) ?? [],
    }));
}
