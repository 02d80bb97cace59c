import { addressFamily } from '../given/ip.ts';
import type { EndpointHit, EntryFeatures } from '../inventory/facts.ts';
import { hostOwners } from '../rules/hosts.ts';
import type { Rules } from '../rules/schema.ts';
import type { AddressRegistry, Coverage, Detection, Endpoint, Evidence } from '../types.ts';
import { placeOf } from './places.ts';

/** Places listed for one host; the rest is counted. */
const MOST_PLACES = 8;

interface Group {
  readonly host: string;
  readonly scheme: string | null;
  url: string | null;
  readonly at: Evidence[];
  more: number;
  readonly paths: Set<string>;
  inCode: boolean;
}

/** What there is to list. */
interface Named {
  readonly entries: readonly EntryFeatures[];
  readonly detections: readonly Detection[];
  /** Lines kept: the rest becomes coverage. */
  readonly most: number;
  readonly addresses: AddressRegistry | null;
}

/** The name of a vocabulary, as `http://www.npes.org/pdfx/ns/id/`: nobody goes there. */
const namespace = /^http:\/\/[^/?#%{]+\/(?:[\w.-]+\/){0,6}(?:ns|xmlns)(?:[/#][^?%{]*)?$/;

/** Hits or hosts between two looks at whether the event loop waits. */
const SOME = 1024;

/**
 * Every host and address the bundle's code holds, with who runs it where a rule says so. Yields how many it has looked at
 * since it last did, so that whoever drives it can give the event loop back.
 */
export function* endpointsOf(
  { entries, detections, most, addresses }: Named,
  rules: Rules,
): Generator<number, { endpoints: Endpoint[]; coverage: Coverage[] }, void> {
  const groups = new Map<string, Group>();
  const ownerOf = hostOwners(rules);
  const packages = deepPackages(entries);
  let dropped = 0;
  let looked = 0;
  for (const entry of entries) {
    dropped += entry.moreEndpoints;
    const isCode = entry.endpoints.length > 0 && placeOf(entry) !== 'text';
    for (const hit of entry.endpoints) {
      if (++looked % SOME === 0) yield SOME;
      const { host, scheme } = hit;
      // What a picture, a sound or a font names is in its own description; only a host of a vendor hides there.
      const names = entry.format === 'media' || packages.has(host) || namespace.test(hit.url ?? '');
      if (names && ownerOf(host) === null) continue;
      const key = `${host} ${scheme ?? ''}`;
      const group = groups.get(key) ?? { host, scheme, url: null, at: [], more: 0, paths: new Set(), inCode: false };
      groups.set(key, group);
      if (hit.url !== null && hit.url.length > (group.url?.length ?? 0)) group.url = hit.url;
      group.paths.add(entry.path);
      group.inCode ||= isCode;
      if (group.at.length < MOST_PLACES) group.at.push(endpointEvidence(hit, entry));
      else group.more++;
    }
  }
  const sdks = placesByVendor(detections);
  // Chosen first: of a flood, far more are met than are kept. Known ones stand first, each by host and scheme.
  const keys = [...groups.keys()].sort();
  yield keys.length / SOME;
  const all = keys.map((key) => groups.get(key)!);
  const isKnown = ({ host }: Group) => ownerOf(host) !== null;
  const kept = [...all.filter(isKnown), ...all.filter((group) => !isKnown(group))].slice(0, most);
  yield all.length / SOME;
  const endpoints: Endpoint[] = [];
  for (const group of kept) {
    if (endpoints.length % SOME === SOME - 1) yield SOME;
    const { host, url, scheme } = group;
    const operator = ownerOf(host);
    const vendor = operator ? (rules.vendors.get(operator.vendor) ?? null) : null;
    endpoints.push({
      host,
      url,
      scheme,
      vendor: vendor?.id ?? null,
      operator: operator?.host.operator ?? vendor?.name ?? null,
      serves: operator?.host.serves ?? [],
      sdk: vendor ? sdkAt(group.paths, sdks.get(vendor.id) ?? []) : null,
      inCode: group.inCode,
      registered: registeredOf(host, addresses),
      at: group.at,
      more: group.more,
    });
  }
  dropped += all.length - kept.length;
  const coverage: Coverage[] =
    dropped === 0
      ? []
      : [
          {
            path: '(all entries)',
            format: 'endpoints',
            state: 'partial',
            reason: 'budget',
            offset: null,
            detail: `${dropped} endpoints more were met than the budget keeps`,
            matters: true,
          },
        ];
  return { endpoints, coverage };
}

/**
 * Packages of three labels and more that hold classes: `http://javax.xml.transform/feature` names a property of what is in
 * that package, and no host. Of two labels a package may well be spelled as a host is.
 */
function deepPackages(entries: readonly EntryFeatures[]): ReadonlySet<string> {
  const names = new Set<string>();
  for (const { packages, format } of entries) {
    if (format === 'macho') continue;
    for (const name of packages.keys()) if (name.split('.').length > 2) names.add(name.toLowerCase());
  }
  return names;
}

function registeredOf(host: string, addresses: AddressRegistry | null): Endpoint['registered'] {
  // RFC 3986, 3.2.2: an IPv6 address stands in brackets.
  const address = host.startsWith('[') && host.endsWith(']') ? host.slice(1, -1) : host;
  if (addresses === null || addressFamily(address) === null) return null;
  return { country: addresses.countryOf(address) };
}

export function endpointEvidence(hit: EndpointHit, entry: EntryFeatures): Evidence {
  return { clue: 'endpoint', kind: 'endpoint', path: entry.path, ...hit.seen, entrySha256: entry.sha256 };
}

interface Placed {
  readonly sdk: string;
  readonly paths: ReadonlySet<string>;
}

/** The detected SDKs of each vendor, with the entries that they stand in. */
function placesByVendor(detections: readonly Detection[]): Map<string, Placed[]> {
  const vendors = new Map<string, Placed[]>();
  for (const { sdk, scored, vendor, instances } of detections) {
    if (!scored || vendor === null) continue;
    const placed = { sdk, paths: new Set(instances.map((i) => i.path)) };
    const known = vendors.get(vendor);
    if (known) known.push(placed);
    else vendors.set(vendor, [placed]);
  }
  return vendors;
}

/** The first of these SDKs that stands in one of these entries. */
function sdkAt(paths: ReadonlySet<string>, sdks: readonly Placed[]): string | null {
  for (const { sdk, paths: own } of sdks) {
    for (const path of paths) if (own.has(path)) return sdk;
  }
  return null;
}
