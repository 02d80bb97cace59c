import { citable, knownOf } from '../asof.ts';
import { order } from '../order.ts';
import { hostOwners } from '../rules/hosts.ts';
import type { PolicyRule } from '../rules/schema.ts';
import { type DataKind, dataKinds, type Ground, type HostUse, type VendorHost } from '../types.ts';
import { one, type Subject, setOf, someOf, type Truth } from './conditions.ts';
import { sharedSubject } from './fields.ts';
import { type Outcome, type Trial, trial, wantsOf, write } from './finding.ts';
import { sourceGround } from './grounds.ts';
import { ownerOf, type Party } from './links.ts';
import type { Setting } from './setting.ts';
import { list, some } from './words.ts';

/** Findings about hosts of vendors: one for each rule and vendor. */

interface Match extends Trial {
  readonly at: VendorHost;
}

const HOSTS_GROUNDED = 8;

export function judgeHosts(rule: PolicyRule, setting: Setting): Outcome[] {
  const byVendor = new Map<string, Match[]>();
  const sorted = [...setting.found.hosts].sort(
    (a, b) =>
      order(a.host, b.host) || order(a.scheme ?? '', b.scheme ?? '') || order(JSON.stringify(a), JSON.stringify(b)),
  );
  for (const at of sorted) {
    const supposed = [true, false].map((others) => hostSubject(at, setting, others));
    const tried = trial(rule, hostSubject(at, setting), supposed);
    if (tried.truth === false) continue;
    const group = byVendor.get(at.vendor);
    if (group) group.push({ at, ...tried });
    else byVendor.set(at.vendor, [{ at, ...tried }]);
  }
  return [...byVendor].flatMap(([vendor, matches]) => outcome(rule, vendor, matches, setting));
}

function hostSubject(at: VendorHost, setting: Setting, others: Truth = 'unknown'): Subject {
  const rest = sharedSubject(setting);
  return (field) => {
    switch (field) {
      case 'stands':
        return one(at.stands);
      case 'serves':
        return setOf(at.serves.length > 0 ? at.serves : ['unknown']);
      case 'protection':
        return one(protectionOf(at));
      case 'carries':
        return setOf(at.carries.length > 0 ? at.carries : ['unknown']);
      case 'vendor':
        return one(at.vendor);
      case 'vendor.country': {
        const vendor = setting.rules.vendors.get(at.vendor);
        if (!vendor) return undefined;
        const { countries, countriesComplete } = knownOf(vendor, setting.asOf);
        return countriesComplete ? setOf(countries) : someOf(countries, others);
      }
    }
    return rest(field);
  };
}

const clear: readonly (string | null)[] = ['http', 'ws', 'ftp', 'rtmp', 'rtmpt', 'rtsp', 'mqtt'];
const secure: readonly (string | null)[] = ['https', 'wss', 'rtmps', 'rtsps', 'mqtts', 'quic'];

/** What the scheme says of it: that of a bare host, of TCP or of STUN nothing. */
function protectionOf({ scheme }: VendorHost): string {
  return clear.includes(scheme) ? 'cleartext' : secure.includes(scheme) ? 'transport' : 'not-said';
}

/** What reports call the uses of hosts. */
export const useWords: Record<HostUse, string> = {
  media: 'media',
  relay: 'relay of media',
  signalling: 'signalling',
  messaging: 'messages',
  push: 'push messages',
  telemetry: 'reports on use and quality',
  configuration: 'configuration',
  files: 'files',
  api: 'an interface for customers',
  'sign-in': 'sign-in',
  console: 'a console',
  'web-site': 'a web site',
  documentation: 'documentation',
};

/** What was found of the vendor besides. */
const foundWords: Record<VendorHost['found'], string> = {
  none: 'no known SDK of it was found',
  texts: 'of its known SDKs texts alone were found, and no class, symbol or library',
  named: 'a known SDK of it is named, and was not found aboard',
  sdk: 'a known SDK of it was found',
};

/** Why a host says less than one that stands alone. */
const standingWords: Record<VendorHost['stands'], string> = {
  sdk: 'in a file of an SDK of {recipient}',
  alone: 'in code that no SDK of {recipient} explains',
  beside: 'in other code of an app that holds an SDK of {recipient}',
  'own-app': 'in the code of an app with an id of the domain of {recipient}, which proves nothing of who made it',
  open: 'for people, or an interface that an app may call by itself',
  text: 'in a text or a picture, and not in code',
  people: 'for people',
};

/** `zoom.us: for people …; dev.zoom.us: in other code …`. */
function standing(matches: readonly Match[], recipient: string): string {
  const kinds = new Map<VendorHost['stands'], Set<string>>();
  for (const { at } of matches) kinds.set(at.stands, (kinds.get(at.stands) ?? new Set()).add(at.host));
  const parts = [...kinds].map(([kind, hosts]) => `${some([...hosts], 2)}: ${standingWords[kind]}`);
  return `${parts.join('; ').replaceAll('{recipient}', recipient)}.`;
}

function outcome(rule: PolicyRule, vendorId: string, matches: readonly Match[], setting: Setting): Outcome[] {
  const vendor = setting.rules.vendors.get(vendorId);
  if (!vendor) return [];
  const party: Party = { kind: 'entity', id: vendor.id, name: vendor.name, ...knownOf(vendor, setting.asOf) };
  const holding = matches.filter(({ truth }) => truth === true);
  const state = holding.length > 0 ? 'holds' : 'undetermined';
  const decided = holding.length > 0 ? holding : matches;
  const hosts = [...new Set(decided.map(({ at }) => at.host))];
  const schemed = [...new Set(decided.map(({ at }) => (at.scheme === null ? at.host : `${at.scheme}://${at.host}`)))];
  const serves = [...new Set(decided.flatMap(({ at }) => at.serves))];
  const unknown = decided.some(({ at }) => at.serves.length === 0);
  const known = list(serves.map((use) => useWords[use]));
  const open = [...new Set(matches.flatMap((match) => match.open))];
  const data: DataKind[] = dataKinds.filter((kind) => decided.some(({ at }) => at.carries.includes(kind)));
  return [
    write(
      {
        rule,
        of: vendorId,
        state,
        wants: wantsOf(matches),
        party,
        sdks: [],
        sdkNames: [],
        data,
        hosts,
        basis: 'coded',
        open,
        words: {
          host: some(schemed, HOSTS_GROUNDED),
          fact: standing(decided, party.name),
          says: foundWords[decided[0]!.at.found],
          names: known === '' ? 'a use that is not known' : unknown ? `${known}, and a use that is not known` : known,
        },
        grounds: hostGrounds(hosts, setting),
        evidence: onePerHost(decided),
        contributions: [{ cause: `${ownerOf(party, setting.asOf)} · hosts · ${rule.axis}`, state }],
      },
      setting,
    ),
  ];
}

/** The first place of each host before the second of any. */
function onePerHost(matches: readonly Match[]) {
  return [
    ...matches.flatMap(({ at }) => at.evidence.slice(0, 1)),
    ...matches.flatMap(({ at }) => at.evidence.slice(1)),
  ];
}

/** Where the rules have it that a host is the vendor's, and what it serves. */
function hostGrounds(hosts: readonly string[], setting: Setting): Ground[] {
  const owner = hostOwners(setting.rules);
  const lines = new Map<string, Ground>();
  for (const host of hosts) {
    const rule = owner(host)?.host;
    if (!rule || lines.has(rule.host) || lines.size === HOSTS_GROUNDED) continue;
    const says = `${rule.host}${rule.purpose === undefined ? '' : `: ${rule.purpose}`}`;
    const { source } = rule;
    const ground = sourceGround(source, says);
    // An artifact shows that the vendor's SDK names the host: it is no byte of this bundle.
    const kind = ground.kind === 'bytes' ? 'research' : ground.kind;
    lines.set(rule.host, { ...ground, kind, source: citable(source, setting.asOf) ? source : null });
  }
  return [...lines.values()];
}
