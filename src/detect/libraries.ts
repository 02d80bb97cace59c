import type { EntryFeatures } from '../inventory/facts.ts';
import { order } from '../order.ts';
import type { NamedLibrary } from '../types.ts';

/** Libraries listed; no build names as many. */
const MOST = 1000;

/** What the files of the build name, by name: one of each name and version. */
export function namedLibraries(entries: readonly EntryFeatures[]): NamedLibrary[] {
  const found = new Map<string, NamedLibrary>();
  for (const { path, sha256, libraries } of entries) {
    for (const { kind, name, version, seen } of libraries) {
      const key = `${name}\0${version}`;
      if (found.has(key) || found.size >= MOST) continue;
      const evidence = { clue: 'library', kind, path, ...seen, entrySha256: sha256 };
      found.set(key, { name, version, evidence });
    }
  }
  return [...found.values()].sort((a, b) => order(a.name, b.name) || order(a.version ?? '', b.version ?? ''));
}
