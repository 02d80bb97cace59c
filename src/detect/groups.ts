import { order } from '../order.ts';
import type { Unidentified } from '../types.ts';

/** Paths, hosts and referrers listed for one; the rest is counted or left. */
const MOST_PATHS = 4;
const MOST_HOSTS = 20;

const nothing: readonly never[] = [];

/** What the entries of one name have in common. */
export interface Group extends Pick<Unidentified, 'kind' | 'name' | 'entropy'> {
  readonly paths: Set<string>;
  readonly hosts: Set<string>;
  id: string | null;
  version: string | null;
  vendor: string | null;
  sha256: string | null;
  size: number;
}

/** As it stands in the report. Field by field: there may be 100,000, and a copy without two fields takes microseconds. */
export function listing(group: Group, by: Iterable<string>): Unidentified {
  const { kind, name, id, version, vendor, sha256, size, entropy, paths, hosts } = group;
  const all = paths.size === 1 ? [...paths] : [...paths].sort(order);
  const referrers = [...by].sort(order);
  return {
    ...{ kind, name, id, version, vendor, sha256, size },
    ...(entropy === undefined ? {} : { entropy }),
    paths: all.slice(0, MOST_PATHS),
    more: Math.max(0, all.length - MOST_PATHS),
    hosts: hosts.size === 0 ? [] : [...hosts].sort(order).slice(0, MOST_HOSTS),
    referrers: referrers.slice(0, MOST_PATHS),
    moreReferrers: Math.max(0, referrers.length - MOST_PATHS),
    onlyUserOf: nothing,
  };
}
