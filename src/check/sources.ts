import type { Rules } from '../rules/schema.ts';
import type { SourceKind } from '../types.ts';
import type { Complain } from './problem.ts';

/**
 * Where what a source's kind names is published by whoever keeps it. A host stands for itself and every name below it; with
 * a path, for what lies below that path. What stands elsewhere is a copy, and is written as `secondary`.
 */
const official = {
  /** What companies file with supervisors and exchanges, as these publish it; court files. */
  filing: [
    'sec.gov',
    'hkexnews.hk',
    'sgx.com',
    'sse.com.cn',
    'szse.cn',
    'cninfo.com.cn',
    'edinet-fsa.go.jp',
    'dart.fss.or.kr',
    'data.fca.org.uk',
    'sedarplus.ca',
    'asx.com.au',
    'bseindia.com',
    'nseindia.com',
    'e-disclosure.ru',
    'cadc.uscourts.gov',
    'supremecourt.gov',
    'govinfo.gov',
  ],
  /** Registers of companies, products and records, by whoever keeps them. */
  register: [
    'find-and-update.company-information.service.gov.uk',
    'bizfile.gov.sg',
    'icris.cr.gov.hk',
    'e-services.cr.gov.hk',
    'gsxt.gov.cn',
    'egrul.nalog.ru',
    'pb.nalog.ru',
    'mca.gov.in',
    'bolagsverket.se',
    'handelsregister.de',
    'unternehmensregister.de',
    'infogreffe.fr',
    'core.cro.ie',
    'kvk.nl',
    'brreg.no',
    'icis.corp.delaware.gov',
    'bizfileonline.sos.ca.gov',
    'abr.business.gov.au',
    'houjin-bangou.nta.go.jp',
    'usr.minjust.gov.ua',
    'beian.miit.gov.cn',
    'gleif.org',
    'dataprivacyframework.gov',
    'cve.org',
    'github.com/CVEProject/cvelistV5',
    'raw.githubusercontent.com/CVEProject/cvelistV5',
    'nvd.nist.gov',
    'cisa.gov',
    'github.com/advisories',
    'osv.dev',
    'iana.org',
    'rdap.org',
    'search.ccb.gov.kz',
  ],
  /** Laws, regulations, decisions and notices, by the body that makes or publishes them. */
  statute: [
    'ecfr.gov',
    'govinfo.gov',
    'federalregister.gov',
    'congress.gov',
    'uscode.house.gov',
    'justice.gov',
    'whitehouse.gov',
    'defense.gov',
    'war.gov',
    'fcc.gov',
    'dni.gov',
    'eur-lex.europa.eu',
    'data.europa.eu',
    'curia.europa.eu',
    'coe.int',
    'legislation.gov.uk',
    'gov.uk',
    'npc.gov.cn',
    'gov.cn',
    'elegislation.gov.hk',
    'gov.hk',
    'gov.mo',
    'agc.gov.sg',
    'pdpc.gov.sg',
    'indiacode.nic.in',
    'egazette.gov.in',
    'egazette.nic.in',
    'meity.gov.in',
    'dot.gov.in',
    'pravo.gov.ru',
    'kremlin.ru',
    'legislation.gov.ky',
    'gov.ky',
    'ombudsman.ky',
    'riksdagen.se',
    'regeringen.se',
    'gesetze-im-internet.de',
    'legifrance.gouv.fr',
    'irishstatutebook.ie',
    'laws-lois.justice.gc.ca',
    'legislation.gov.au',
    'elaws.e-gov.go.jp',
    'law.go.kr',
    'gov.il',
    'zakon.rada.gov.ua',
    'vanban.chinhphu.vn',
    'adilet.zan.kz',
    'fedlex.admin.ch',
    'mevzuat.gov.tr',
  ],
} as const satisfies Partial<Record<SourceKind, readonly string[]>>;

/** Where public bodies say something of their own law: bodies of the Union have sites that publish none. */
const bodies = [...official.statute, 'europa.eu'];

const called = {
  filing: 'where filings are published',
  register: 'a register',
  statute: 'where its maker publishes law',
  document: "the vendor's own (its hosts and sites)",
};

type Json = Readonly<Record<string, unknown>>;

/**
 * Whether each source lies where its kind says. `artifact` has digests, `research` and `press` publishers of their own, a
 * `secondary` may lie anywhere. Runtimes are no companies: their documents are not asked.
 */
export function checkSources(
  rules: Omit<Rules, 'digest'>,
  on: (kind: 'sdks' | 'vendors' | 'jurisdictions', id: string) => Complain,
): void {
  const own = new Map<string, readonly string[]>();
  for (const { id, hosts, sites = [] } of rules.vendors.values())
    own.set(id, [...hosts.map(({ host }) => host), ...sites]);
  for (const vendor of rules.vendors.values()) check(vendor, own.get(vendor.id) ?? [], on('vendors', vendor.id));
  for (const sdk of rules.sdks.values()) check(sdk, own.get(sdk.vendor) ?? [], on('sdks', sdk.id));
  // What a public body says of its own law is a document of its own.
  for (const file of rules.jurisdictions.values()) check(file, bodies, on('jurisdictions', file.id));
}

function check(rule: object, own: readonly string[], report: Complain): void {
  const waiting: [path: string, value: object][] = [['', rule]];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const [path, value] = next;
    const { how, url } = value as Json;
    if (typeof how === 'string' && typeof url === 'string') {
      const message = misplaced(how as SourceKind, url, own);
      if (message !== null) report(`${path}.how`, message);
    }
    for (const [key, inner] of Object.entries(value).reverse()) {
      if (typeof inner === 'object' && inner !== null) waiting.push([path === '' ? key : `${path}.${key}`, inner]);
    }
  }
}

function misplaced(how: SourceKind, url: string, own: readonly string[]): string | null {
  if (how !== 'filing' && how !== 'register' && how !== 'statute' && how !== 'document') return null;
  const places = how === 'document' ? own : official[how];
  if (places.some((place) => liesAt(url, place))) return null;
  return `${new URL(url).hostname} is not ${called[how]}: write "secondary", with the document it is a copy of in "of"`;
}

/** Whether an address is at a host (or a name below it) and, where the place has a path, below that path. */
function liesAt(url: string, place: string): boolean {
  const { hostname, pathname } = new URL(url);
  const slash = place.indexOf('/');
  const host = slash < 0 ? place : place.slice(0, slash);
  if (hostname !== host && !hostname.endsWith(`.${host}`)) return false;
  return slash < 0 || `${pathname}/`.startsWith(`${place.slice(slash)}/`);
}
