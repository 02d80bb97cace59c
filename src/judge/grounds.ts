import { citable, reviewWords } from '../asof.ts';
import { order } from '../order.ts';
import type { ClaimRule, PolicyRule } from '../rules/schema.ts';
import type { DataKind, Evidence, Ground, LawFact, Source } from '../types.ts';
import { countryName, type Link, type Party } from './links.ts';
import type { Setting } from './setting.ts';
import { evidenceWords, list } from './words.ts';

/** Truth has an order: bytes, then what the vendor says of itself, law and filings, what others say, what was stated. */
const rank: Record<Ground['kind'], number> = {
  bytes: 0,
  vendor: 1,
  filing: 2,
  register: 3,
  law: 4,
  research: 5,
  copy: 6,
  press: 7,
  context: 8,
  nothing: 9,
};

export function inOrder(grounds: readonly Ground[]): Ground[] {
  return [...grounds].sort((a, b) => rank[a.kind] - rank[b.kind]);
}

export interface Cited {
  readonly claim: ClaimRule;
  /** Name of the vendor or SDK whose file holds the claim. */
  readonly by: string;
}

/** What a finding is about, for the claims that it may cite. */
interface About {
  readonly rule: PolicyRule;
  readonly party: Party;
  readonly sdks: readonly string[];
  readonly data: readonly DataKind[];
}

/** Claims on the topics a rule cites, on the data at hand, that could be made on the report's date. */
export function claimsFor({ rule, party, sdks, data }: About, setting: Setting): Cited[] {
  const { rules, asOf } = setting;
  const vendors = new Set([party.id]);
  // An unknown recipient has no file: what the makers of the code say is all there is.
  if (party.kind === 'unknown') for (const sdk of sdks) vendors.add(rules.sdks.get(sdk)?.vendor ?? party.id);
  const files = [...vendors].map((id) => rules.vendors.get(id));
  const cited = [...files, ...sdks.map((id) => rules.sdks.get(id))].flatMap((file) =>
    file ? file.claims.map((claim) => ({ claim, by: file.name })) : [],
  );
  return cited
    .filter(({ claim }) => rule.cites.includes(claim.topic))
    .filter(({ claim }) => claim.from <= asOf && (claim.to === undefined || asOf <= claim.to))
    .filter(({ claim }) => citable(claim.source, asOf))
    .filter(({ claim }) => claim.data === undefined || claim.data.some((kind) => data.includes(kind)))
    .sort((a, b) => order(a.claim.basis, b.claim.basis) || order(a.claim.id, b.claim.id) || order(a.by, b.by));
}

/** Of a report about this app (one about another is background): of another release, it says so. */
function claimGround({ claim, by }: Cited, { found }: Setting): Ground {
  const { how, published } = claim.source;
  if (claim.basis === 'documented') {
    const kind = how === 'artifact' || how === 'research' || how === 'press' ? 'vendor' : kindOfSource[how];
    return { kind, says: `${by} documents: ${claim.says}`, source: claim.source };
  }
  const { about } = claim;
  let whom = by;
  if (about) {
    const release = about.version === undefined ? '' : ` ${about.version}`;
    // Of two apps in one bundle, either may be the one: another that was put beside it takes no report away.
    const apps = found.units.filter((unit) => unit.kind === 'app').map((unit) => unit.app);
    const own = apps.find(({ id }) => id !== null && about.ids.includes(id));
    const other = about.version !== undefined && about.version !== own?.version;
    whom = other ? `this app, but release${release}` : 'this app';
  }
  const says = `reported about ${whom}, ${published ?? claim.from}: ${claim.says}`;
  const kind = how === 'press' || how === 'filing' || how === 'secondary' ? kindOfSource[how] : 'research';
  return { kind, says, source: claim.source };
}

const kindOfSource: Record<Source['how'], Ground['kind']> = {
  artifact: 'bytes',
  document: 'vendor',
  filing: 'filing',
  statute: 'law',
  register: 'register',
  research: 'research',
  press: 'press',
  secondary: 'copy',
};

const OLD_YEARS = 2;

/**
 * An old fact counts; that it is old is said beside it. Of each step that a finding names its newest source, and of those
 * the oldest: a later look at another company makes no step younger.
 */
export function ageOf(way: readonly Link[], links: readonly Link[], recipient: string, asOf: string): string[] {
  const days = way.flatMap((step) => newestOf(step, links)).sort();
  const newest = days[0];
  if (newest === undefined) return [];
  const years = Math.floor((Date.parse(asOf) - Date.parse(newest)) / (365.25 * 24 * 3600 * 1000));
  return years < OLD_YEARS
    ? []
    : [
        `The newest source for that is of ${newest}, ${years} years before this report: ask ${recipient} whether it still holds.`,
      ];
}

/** The day of the newest source that says the same; none where one has no day of its own, since it was seen not long ago. */
function newestOf({ entity, country }: Link, links: readonly Link[]): string[] {
  const same = links.filter((l) => l.entity?.role === entity?.role && l.country === country);
  const days = same.map(({ source }) => source.published ?? '').sort();
  return days.length > 0 && days[0] !== '' ? days.slice(-1) : [];
}

/** A link stands by its own dates; a source that was published later is not named. */
export function linkGround(link: Link, asOf: string): Ground {
  const source = citable(link.source, asOf) ? link.source : null;
  const kind = kindOfSource[link.source.how];
  // An artifact elsewhere shows a name, of a host or of a company. What that makes of it is the rule's reading.
  return { kind: kind === 'bytes' ? 'research' : kind, says: link.says, source };
}

export function sourceGround(source: Source, says: string): Ground {
  return { kind: kindOfSource[source.how], says, source };
}

export function claimGrounds(cited: readonly Cited[], setting: Setting): Ground[] {
  return cited.map((c) => claimGround(c, setting));
}

export function lawGrounds(laws: readonly LawFact[], asOf: string): Ground[] {
  return laws.map((law) => ({
    kind: 'law',
    says: `${law.title} (${law.citation}): ${law.says}${reviewWords(law, asOf)}`,
    source: law.source,
  }));
}

/** Countries whose law governs and of which the rules hold none: that nothing is listed says nothing. */
export function unlistedLaws(codes: readonly string[], { rules }: Pick<Setting, 'rules'>): Ground[] {
  const known = new Set([...rules.jurisdictions.values()].filter(({ laws }) => laws.length > 0).map((j) => j.country));
  const missing = [...new Set(codes)].filter((code) => !known.has(code)).sort();
  return missing.map((code) => ({
    kind: 'nothing',
    says: `the rules hold no law of ${countryName(rules, code)}: that none of it is listed is no sign that there is none.`,
    source: null,
  }));
}

export function bytesGrounds(evidence: readonly Evidence[]): Ground[] {
  return evidence.map((e) => ({ kind: 'bytes', says: evidenceWords(e), source: null }));
}

/** Objections that a vendor's file records. One that starts `<claim id>, …: ` stands only beside a claim it names. */
export function disputes(party: Party, cited: readonly Cited[], { rules, asOf }: Setting): Ground[] {
  const vendor = rules.vendors.get(party.id);
  const ids = new Set(vendor?.claims.map((claim) => claim.id));
  return (vendor?.disputed ?? []).flatMap(({ what, by, on, source }) => {
    if (on > asOf || !citable(source, asOf)) return [];
    const colon = what.indexOf(': ');
    const named = what.slice(0, Math.max(0, colon)).split(', ');
    const tied = named.every((id) => ids.has(id));
    if (tied && !cited.some(({ claim }) => named.includes(claim.id))) return [];
    return { kind: 'vendor', says: `disputed by ${by}, ${on}: ${tied ? what.slice(colon + 2) : what}`, source };
  });
}

/** What the caller stated on distribution, in words; null where nothing was stated. */
export function distributionWords({ context, rules }: Setting): string | null {
  const { offered = [], notOffered = [] } = context?.distribution ?? {};
  const name = (codes: readonly string[]) => list([...codes].sort().map((code) => countryName(rules, code)));
  const parts = [
    ...(offered.length > 0 ? [`offered in ${name(offered)}`] : []),
    ...(notOffered.length > 0 ? [`not offered in ${name(notOffered)}`] : []),
  ];
  return parts.length > 0 ? `the caller states that the app is ${parts.join(' and ')}` : null;
}
