import { endpointEvidence } from '../detect/endpoints.ts';
import { LOOSE_CLASSES } from '../detect/instances.ts';
import { partyOf } from '../detect/parties.ts';
import { placeOf } from '../detect/places.ts';
import type { EndpointHit, EntryFeatures } from '../inventory/facts.ts';
import { order } from '../order.ts';
import { hostOwners, IPV4, type OwnedHost } from '../rules/hosts.ts';
import type { Host, Rules, Vendor } from '../rules/schema.ts';
import type { DataKind, Detection, Evidence, HostStanding, HostUse, Unit, VendorHost } from '../types.ts';
import { templateParameters } from './templates.ts';

/** What there is to look at. */
interface Found {
  readonly detections: readonly Detection[];
  readonly entries: readonly EntryFeatures[];
  readonly units: readonly Unit[];
}

/** Places kept of one host, scheme and standing. */
const MOST_PLACES = 8;

/** Every host of a vendor that receives, by scheme and by how it stands. */
export function vendorHosts(found: Found, rules: Rules): VendorHost[] {
  const ownerOf = hostOwners(rules);
  const aboard = sdksAboard(found, rules);
  const meanings = parametersOf(rules);
  const groups = new Map<string, VendorHost & { evidence: Evidence[]; carries: DataKind[] }>();
  for (const entry of found.entries) {
    for (const hit of entry.endpoints) {
      const owned = ownerOf(hit.host);
      if (owned === null || rules.vendors.get(owned.vendor)?.recipient !== true) continue;
      const own = aboard.get(owned.vendor);
      const stands = standingOf({ hit, entry, owned, own, units: found.units, rules });
      const key = `${owned.vendor} ${hit.host} ${hit.scheme} ${stands}`;
      let group = groups.get(key);
      if (!group) {
        const { vendor, host } = owned;
        const isNamed = found.detections.some(
          ({ presence, vendor }) => presence.includes('referenced') && vendor === owned.vendor,
        );
        const known = own ? (own.textsOnly ? 'texts' : 'sdk') : isNamed ? 'named' : 'none';
        const serves = host.serves ?? [];
        group = { vendor, host: hit.host, scheme: hit.scheme, stands, serves, carries: [], found: known, evidence: [] };
        groups.set(key, group);
      }
      for (const data of carriedBy(hit, meanings.get(owned.vendor))) {
        if (!group.carries.includes(data)) group.carries.push(data);
      }
      if (group.evidence.length < MOST_PLACES) group.evidence.push(endpointEvidence(hit, entry));
    }
  }
  return [...groups.entries()].sort(([a], [b]) => order(a, b)).map(([, group]) => group);
}

/** What a template's parameters carry. */
export function carriedBy({ url }: EndpointHit, meaning: ReadonlyMap<string, DataKind> | undefined): DataKind[] {
  if (url === null || meaning === undefined) return [];
  return [...new Set(templateParameters(url).flatMap((name) => meaning.get(name) ?? []))];
}

/** Meanings of URL parameters, by vendor: of all its SDKs, for code that is none of them by name. */
export function parametersOf(rules: Rules): Map<string, Map<string, DataKind>> {
  const vendors = new Map<string, Map<string, DataKind>>();
  for (const { vendor, parameters } of rules.sdks.values()) {
    if (parameters.length === 0) continue;
    const meaning = vendors.get(vendor) ?? new Map<string, DataKind>();
    vendors.set(vendor, meaning);
    for (const { name, data } of parameters) meaning.set(name, data);
  }
  return vendors;
}

interface Aboard {
  /** Entries, and archives in which they stand: a class of a JAR is its neighbours' SDK's too. */
  readonly places: ReadonlySet<string>;
  /** No class, symbol, library or id of it, and no script: its texts can stand in any code. */
  readonly textsOnly: boolean;
}

/** The SDKs found of each vendor, and of companies under the same roof: those that are named only are not aboard. */
export function sdksAboard({ detections, entries }: Omit<Found, 'units'>, rules: Rules): Map<string, Aboard> {
  const scripts = new Set(
    entries.flatMap(({ format, path }) => (format === 'text' || format === 'hermes' ? [path] : [])),
  );
  const vendors = new Map<string, { places: Set<string>; textsOnly: boolean }>();
  for (const { scored, presence, vendor, candidates, instances, evidence } of detections) {
    if (!scored || presence.every((fact) => fact === 'referenced')) continue;
    for (const id of (vendor === null ? candidates : [vendor]).flatMap((each) => underOneRoof(each, rules))) {
      const aboard = vendors.get(id) ?? { places: new Set(), textsOnly: true };
      vendors.set(id, aboard);
      for (const { path } of instances) {
        aboard.places.add(path);
        const archive = archiveOf(path);
        if (archive !== null) aboard.places.add(archive);
      }
      // A script's texts are all there is of an SDK in it.
      if (evidence.some(({ kind }) => kind !== 'string') || instances.some(({ path }) => scripts.has(path))) {
        aboard.textsOnly = false;
      }
    }
  }
  return vendors;
}

/** The library archive that an entry stands in, be it the bundle itself; a whole app inside the bundle is none. */
function archiveOf(path: string): string | null {
  const archive = path.slice(0, Math.max(0, path.lastIndexOf('!')));
  if (archive === '' && path.endsWith('.class')) return LOOSE_CLASSES;
  return /\.[aj]ar$/i.test(archive) ? archive : null;
}

/** Whether an entry is one of the files, or stands in one of the archives, of an SDK. */
export function isHeldBy(aboard: Aboard | undefined, path: string): boolean {
  if (aboard === undefined) return false;
  const archive = archiveOf(path);
  return aboard.places.has(path) || (archive !== null && aboard.places.has(archive));
}

const companies = new WeakMap<ReadonlyMap<string, Vendor>, Map<string, string[]>>();

/** The vendors that share an owner, a parent or a company with this one, itself among them. */
function underOneRoof(id: string, { vendors }: Rules): string[] {
  let known = companies.get(vendors);
  if (!known) {
    const names = new Map([...vendors.values()].map((vendor) => [vendor.id, new Set(companiesOf(vendor))]));
    const shares = (one: string, other: string) => [...names.get(one)!].some((name) => names.get(other)!.has(name));
    const ids = [...vendors.keys()];
    known = new Map(ids.map((one) => [one, ids.filter((other) => other === one || shares(one, other))]));
    companies.set(vendors, known);
  }
  return known.get(id) ?? [id];
}

const governing: readonly string[] = ['incorporated', 'headquartered', 'parent', 'owner'];

function companiesOf({ entities }: Vendor): string[] {
  return entities.flatMap(({ name, role }) => (governing.includes(role) ? [name] : []));
}

interface Standing {
  readonly hit: EndpointHit;
  readonly entry: EntryFeatures;
  readonly owned: OwnedHost;
  readonly own: Aboard | undefined;
  readonly units: readonly Unit[];
  readonly rules: Rules;
}

function standingOf({ hit, entry, owned, own, units, rules }: Standing): HostStanding {
  const use = useOf(hit, owned.host);
  if (use === 'people') return 'people';
  const place = placeOf(entry);
  // A link to a page in an SDK's error text is no request of the SDK's.
  const isPage = use === 'open' && hit.scheme === 'http';
  if (own && !own.textsOnly && isHeldBy(own, entry.path)) return isPage ? 'open' : 'sdk';
  if (place === 'text' || (place === 'page' && use === 'unknown')) return 'text';
  if (use === 'open') return 'open';
  if (own !== undefined && !own.textsOnly) return 'beside';
  return isVendorsApp(owned.vendor, units, rules) ? 'own-app' : 'alone';
}

const forPeople: readonly HostUse[] = ['sign-in', 'console', 'web-site', 'documentation'];

/** Names that are given to sites for people. What they serve is then told by the name. */
const siteLabels = 'www docs doc developer developers support help blog console dashboard status community forum'.split(
  ' ',
);

/** What code does with a host: `open` where both a person's browser and the service go there. */
function useOf({ host, scheme }: EndpointHit, rule: Host): 'service' | 'unknown' | 'open' | 'people' {
  const serves = rule.serves ?? [];
  const people = serves.filter((use) => forPeople.includes(use)).length;
  const isLink = scheme === 'http' || scheme === 'https';
  if (people > 0 && people === serves.length) return 'people';
  // What a rule says of a whole domain says nothing of the page at the domain itself, nor of a site below it.
  const isDomain = rule.host.split('.').length === 2 && !IPV4.test(rule.host);
  if (isDomain && host !== rule.host && siteLabels.includes(host.split('.')[0]!)) return 'people';
  if (isDomain && isLink && host === rule.host) return 'open';
  if (people > 0) return scheme === null || isLink ? 'open' : 'service';
  if (serves.length === 1 && serves[0] === 'api') return 'open';
  return serves.length === 0 ? 'unknown' : 'service';
}

/** Whether the app's id begins with a domain of the vendor. An id proves nothing of who made an app. */
function isVendorsApp(vendor: string, units: readonly Unit[], rules: Rules): boolean {
  const ids = units.flatMap(({ kind, app }) => (kind === 'app' && app.id !== null ? (partyOf(app.id) ?? []) : []));
  const hosts = rules.vendors.get(vendor)?.hosts ?? [];
  return hosts.some(({ host }) => {
    const party = IPV4.test(host) ? null : partyOf(host.split('.').reverse().join('.'));
    return party !== null && ids.includes(party);
  });
}
