import { orderReleases } from '../releases.ts';
import type { Instance, VersionBounds } from '../types.ts';
import type { ClueHit } from './clue-hits.ts';

/**
 * The releases between which the clues put an SDK: the latest `since` and the earliest `until` of those that are defined
 * aboard. A weak clue, a reference and a mere name say nothing of a release. Null where nothing bounds it or the bounds
 * exclude each other, as those of two copies do.
 */
export function boundsOf(met: readonly ClueHit[]): VersionBounds | null {
  const defined = new Map(
    met.filter((m) => m.hit.grade === 'defined' && m.clue.strength !== 'weak').map(({ id, clue }) => [id, clue]),
  );
  const ids = [...defined.keys()].sort();
  const say = (field: 'since' | 'until') => ids.flatMap((id) => defined.get(id)?.[field] ?? []).sort(orderReleases);
  const from = say('since').at(-1) ?? null;
  const before = say('until')[0] ?? null;
  if (from === null && before === null) return null;
  if (from !== null && before !== null && orderReleases(from, before) >= 0) return null;
  const clues = ids.filter((id) => {
    const clue = defined.get(id);
    return (from !== null && clue?.since === from) || (before !== null && clue?.until === before);
  });
  return { from, before, clues };
}

/** Whether a version that was read lies between them. */
export function isWithin(version: string, { from, before }: VersionBounds): boolean {
  return (
    (from === null || orderReleases(version, from) >= 0) && (before === null || orderReleases(version, before) < 0)
  );
}

/**
 * Instances without the versions that the bounds contradict: the place that was read may hold another number, or there are
 * two copies. Neither is then said.
 */
export function settled(
  instances: readonly Instance[],
  bounds: VersionBounds | null,
): { readonly instances: readonly Instance[]; readonly bounds: VersionBounds | null } {
  if (bounds === null) return { instances, bounds };
  const kept = instances.map((instance) =>
    instance.version === null || isWithin(instance.version, bounds)
      ? instance
      : { ...instance, version: null, versionAt: null },
  );
  const contradicted = kept.some((instance, i) => instance !== instances[i]);
  return { instances: kept, bounds: contradicted ? null : bounds };
}
