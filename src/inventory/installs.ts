import type { Unit, UnitKind } from '../types.ts';
import type { DexTypes, EntryFeatures } from './facts.ts';

/** Each is the app by itself: Android takes one package without the name of a split (AOSP, PackageInstallerSession). */
const isWhole: ReadonlySet<UnitKind> = new Set(['app', 'variant']);

/** More than these are taken for one: what any of them shows is asked of the others then, which leaves more open. */
const MOST = 8;

/**
 * What devices may have of a set of packages, by its DEX files: with all that several hold, one of those that are the app by
 * themselves. Packages with the same DEX files count once.
 */
export function installsOf(
  entries: readonly EntryFeatures[],
  units: readonly Pick<Unit, 'kind' | 'path'>[],
): readonly (readonly EntryFeatures[])[] {
  if (!units.some(({ kind }) => kind === 'variant')) return [entries];
  const whole = new Map<string, Set<readonly DexTypes[]>>();
  for (const { kind, path } of units) if (isWhole.has(kind)) whole.set(path, new Set());
  const rest = new Set<readonly DexTypes[]>();
  for (const { path, types } of entries) {
    if (types) (whole.get(path.slice(0, path.indexOf('!'))) ?? rest).add(types);
  }
  const distinct: Set<readonly DexTypes[]>[] = [];
  for (const each of whole.values()) {
    if (!distinct.some((other) => isSame(other, each))) distinct.push(each);
    if (distinct.length > MOST) return [entries];
  }
  return distinct.map((own) => entries.filter(({ types }) => !types || own.has(types) || rest.has(types)));
}

const isSame = <T>(one: ReadonlySet<T>, other: ReadonlySet<T>): boolean =>
  one.size === other.size && [...one].every((each) => other.has(each));
