import type { Host, Rules, Vendor } from './schema.ts';

export interface OwnedHost {
  /** Vendor id. */
  readonly vendor: string;
  readonly host: Host;
}

/** Four decimal numbers: such a host has no names below it. */
export const IPV4 = /^\d{1,3}(?:\.\d{1,3}){3}$/;

/** Labels, or templates of them: `vocs%d`, `{region}`, `${zone}`, `*`. */
const LABELS = /^[-_%*{}$.0-9A-Za-z]*$/;

/** Every host of every vendor, in the order of vendor ids. */
export function hostsOf(vendors: ReadonlyMap<string, Vendor>): OwnedHost[] {
  const ids = [...vendors.keys()].sort();
  return ids.flatMap((vendor) => vendors.get(vendor)!.hosts.map((host) => ({ vendor, host })));
}

/** The last answer for each set of rules: scans ask for one day. */
const kept = new WeakMap<Rules, { readonly asOf: string; readonly rules: Rules }>();

/** The same rules without the hosts that are nobody's on that day. */
export function rulesOn(rules: Rules, asOf: string): Rules {
  const hasEnded = ({ until }: Host) => until !== undefined && until <= asOf;
  if (![...rules.vendors.values()].some(({ hosts }) => hosts.some(hasEnded))) return rules;
  const last = kept.get(rules);
  if (last?.asOf === asOf) return last.rules;
  const vendors = [...rules.vendors].map(([id, vendor]): [string, Vendor] => {
    return [id, { ...vendor, hosts: vendor.hosts.filter((host) => !hasEnded(host)) }];
  });
  const left = { ...rules, vendors: new Map(vendors) };
  kept.set(rules, { asOf, rules: left });
  return left;
}

/** Looks up which vendor runs a host: a rule's host name owns itself and every name below it, an IPv4 address only itself. */
export type HostOwners = (host: string) => OwnedHost | null;

const owners = new WeakMap<ReadonlyMap<string, Vendor>, HostOwners>();

/** The owner of a host name (without scheme or port): that with the longest name, then the first by vendor id. */
export function hostOwners({ vendors }: Pick<Rules, 'vendors'>): HostOwners {
  let find = owners.get(vendors);
  if (!find) {
    const byName = new Map<string, OwnedHost>();
    for (const owned of hostsOf(vendors)) if (!byName.has(owned.host.host)) byName.set(owned.host.host, owned);
    const labels = Math.max(0, ...[...byName.keys()].map((name) => name.split('.').length));
    find = (host) => ownerOf(host.toLowerCase(), byName, labels);
    owners.set(vendors, find);
  }
  return find;
}

/** @param labels that a rule's host has at most: what stands before them cannot matter, however long it is */
function ownerOf(host: string, byName: ReadonlyMap<string, OwnedHost>, labels: number): OwnedHost | null {
  if (!LABELS.test(host)) return null;
  let start = host.length + 1;
  for (let left = labels; left > 0 && start > 0; left--) start = host.lastIndexOf('.', start - 2) + 1;
  for (let at = start; ; ) {
    const owned = byName.get(host.slice(at));
    if (owned && (at === 0 || !IPV4.test(owned.host.host))) return owned;
    const dot = host.indexOf('.', at);
    if (dot < 0) return null;
    at = dot + 1;
  }
}
