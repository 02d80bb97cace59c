import { classGroup } from '../inventory/class-group.ts';
import type { EntryFeatures } from '../inventory/facts.ts';
import { partyOf } from './parties.ts';

/** Types under one name inside of a file that is listed itself, from which they are likelier another party's. */
const MANY_INSIDE = 10;

/** Labels of that many letters say whose a host is: `mixpanel`, and not `io`. */
const LEAST_LABEL = 4;

/** Types of one native file by what they are called after. */
export interface InsideGroup {
  readonly kind: 'classes' | 'module';
  readonly name: string;
  readonly types: number;
  /** Hosts in the same file whose domain is called as the types are: `api.mixpanel.com` of `MixpanelPeople`. */
  readonly hosts: readonly string[];
}

/** What an image defines besides what its own name says: `FirebaseAuth` is who `FirebaseAuth.framework` is. */
export function typesInside(
  { packages, native, endpoints }: Pick<EntryFeatures, 'packages' | 'native' | 'endpoints'>,
  isListed: boolean,
): InsideGroup[] {
  const stem = (native?.name ?? '').replace(/\.(?:framework|dylib)$/, '').replace(/^lib(?:swift)?/, '');
  const byLabel = new Map<string, string[]>();
  if (packages.size > 0) {
    for (const { host } of endpoints) {
      const party = partyOf(host.split('.').reverse().join('.'));
      const label = party?.slice(party.lastIndexOf('.') + 1) ?? '';
      if (label.length < LEAST_LABEL) continue;
      const hosts = byLabel.get(label);
      if (hosts) hosts.push(host);
      else byLabel.set(label, [host]);
    }
  }
  const most = isListed ? Math.max(0, ...packages.values()) : Number.POSITIVE_INFINITY;
  const groups: InsideGroup[] = [];
  for (const [called, types] of packages) {
    const isModule = called.endsWith('.');
    const name = isModule ? called.slice(0, -1) : called;
    if (isModule && stem === name) continue;
    // Of a file that is listed, most types are its own; what stands in it by the way is not told from them.
    if (isListed && (types < MANY_INSIDE || types === most || stem.startsWith(name))) continue;
    const hosts = byLabel.get((classGroup(name) ?? name).toLowerCase()) ?? byLabel.get(name.toLowerCase()) ?? [];
    groups.push({ kind: isModule ? 'module' : 'classes', name, types, hosts });
  }
  return groups;
}
