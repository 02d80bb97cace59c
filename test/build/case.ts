import { noApp } from '../../src/bundle/app.ts';
import type { AdvisoryMatch, Case } from '../../src/judge/index.ts';
import type { Jurisdiction, Policy, Rules, Sdk, Vendor } from '../../src/rules/schema.ts';
import type { Receiver, TracedFlow } from '../../src/trace/flow.ts';
import type {
  Anomaly,
  AnomalyCode,
  Context,
  Control,
  ControlState,
  Coverage,
  Detection,
  EntityFact,
  Evidence,
  Handed,
  Source,
  Unidentified,
  VendorHost,
} from '../../src/types.ts';
import { bareSdk } from './bare-sdk.ts';

/** Cases to judge, from short descriptions. The vendors here are made up after real ones and serve tests alone. */

const page = (published?: string): Source => ({
  how: 'document',
  url: 'https://vendor.example/page',
  seen: '2026-01-01',
  ...(published === undefined ? {} : { published }),
});
const filing: Source = {
  how: 'filing',
  url: 'https://registry.example/filing',
  seen: '2026-01-01',
  published: '2020-06-15',
};
const study: Source = { how: 'research', url: 'https://study.example', seen: '2026-01-01', published: '2021-02-12' };

function entity(name: string, role: EntityFact['role'], country: string, days: { from?: string; to?: string } = {}) {
  return { name, role, country, ...days, source: filing };
}

const reported = (
  id: string,
  topic: Vendor['claims'][number]['topic'],
  data: TracedFlow['data'][],
  from = '2021-02-12',
) => ({
  id,
  topic,
  basis: 'reported' as const,
  says: `What the study says (${id}).`,
  data,
  about: { ids: ['example.rooms'], name: 'Rooms' },
  from,
  source: { ...study, published: from },
});

export const vendors: Vendor[] = [
  {
    id: 'agora-like',
    name: 'Agora-like',
    recipient: true,
    entities: [
      entity('Agora-like, Inc.', 'incorporated', 'KY'),
      entity('Agora-like, Inc.', 'headquartered', 'CN', { from: '2014-01-01' }),
      entity('Agora-like Lab, Inc.', 'operating', 'US'),
      entity('Agora-like Hong Kong Limited', 'operating', 'HK'),
    ],
    hosts: [
      { host: 'agora.example', source: page() },
      { host: 'run-by-cn.agora.example', operator: 'A carrier', country: 'CN', source: page('2019-01-01') },
      { host: 'run-by-us.agora.example', operator: 'Another carrier', country: 'US', source: page('2019-01-01') },
    ],
    claims: [
      reported('clear-ids', 'identifiers-in-clear', ['user-id', 'room-id']),
      reported('raw-audio', 'media-access', ['microphone']),
      reported('metadata', 'relay-region', ['room-id']),
      reported('anycast', 'server-operators', ['microphone']),
      reported('who-talks', 'linkability', ['user-id', 'room-id']),
      reported('users-there', 'reach', ['user-id']),
      reported('later-report', 'media-access', ['microphone'], '2024-05-01'),
      {
        id: 'own-words',
        topic: 'media-access',
        basis: 'documented',
        says: 'Media encryption is off until the app switches it on.',
        from: '2020-09-22',
        source: page('2020-09-22'),
      },
      {
        id: 'page-of-later-years',
        topic: 'media-access',
        basis: 'documented',
        says: 'A page of 2023.',
        from: '2020-01-01',
        source: page('2023-01-01'),
      },
    ],
    code: [],
    disputed: [],
  },
  {
    id: 'twilio-like',
    name: 'Twilio-like',
    recipient: true,
    entities: [entity('Twilio-like Inc.', 'incorporated', 'US'), entity('Twilio-like Inc.', 'headquartered', 'US')],
    hosts: [{ host: 'twilio.example', source: page() }],
    claims: [],
    code: [],
    disputed: [],
  },
  {
    id: 'moved',
    name: 'Moved',
    recipient: true,
    entities: [
      entity('Moved Ltd', 'headquartered', 'CN', { from: '2010-01-01', to: '2020-01-01' }),
      entity('Moved Ltd', 'headquartered', 'US', { from: '2020-01-01' }),
    ],
    hosts: [],
    claims: [],
    code: [],
    disputed: [],
  },
  {
    id: 'abroad',
    name: 'Abroad',
    recipient: true,
    entities: [entity('Abroad Inc.', 'incorporated', 'US'), entity('Abroad Ireland Limited', 'operating', 'IE')],
    hosts: [],
    code: [],
    claims: [],
    disputed: [],
  },
  {
    id: 'staffed',
    name: 'Staffed',
    recipient: true,
    entities: [entity('Staffed Inc.', 'incorporated', 'US'), entity('Staffed Inc.', 'access', 'IN')],
    hosts: [],
    code: [],
    claims: [],
    disputed: [],
  },
  {
    id: 'daughter',
    name: 'Daughter',
    recipient: true,
    entities: [entity('Agora-like, Inc.', 'parent', 'CN'), entity('Daughter Ltd', 'incorporated', 'US')],
    hosts: [],
    claims: [],
    code: [],
    disputed: [],
  },
];

const sdk = (id: string, vendor: string, service: Sdk['service'], category: Sdk['category'] = 'real-time'): Sdk => ({
  ...bareSdk(id, vendor),
  name: id.toUpperCase(),
  service,
  category,
});

export const sdks: Sdk[] = [
  sdk('agora-sdk', 'agora-like', 'hosted'),
  sdk('agora-chat', 'agora-like', 'hosted'),
  sdk('twilio-sdk', 'twilio-like', 'hosted'),
  sdk('moved-sdk', 'moved', 'hosted'),
  sdk('daughter-sdk', 'daughter', 'hosted'),
  sdk('abroad-sdk', 'abroad', 'hosted'),
  sdk('staffed-sdk', 'staffed', 'hosted'),
  sdk('push-sdk', 'agora-like', 'hosted', 'push'),
  sdk('messages-sdk', 'agora-like', 'hosted', 'messaging'),
  sdk('rtc', 'rtc-project', 'none'),
];

const law = (
  id: string,
  from: string,
  to?: string,
  reaches: Jurisdiction['laws'][number]['reaches'] = ['headquartered'],
) => ({
  id,
  title: `Law ${id}`,
  citation: `No. ${id}`,
  kind: 'compulsion' as const,
  says: 'Companies are to help.',
  reaches,
  from,
  ...(to === undefined ? {} : { to }),
  source: { ...filing, how: 'statute' as const, published: from },
});

export const jurisdictions: Jurisdiction[] = [
  {
    id: 'cn',
    country: 'CN',
    name: 'China',
    laws: [
      law('cn-2017', '2017-06-28'),
      law('cn-2021-09', '2021-09-01'),
      law('cn-repealed', '1995-01-01', '2015-01-01'),
      law('cn-parents-only', '2000-01-01', undefined, ['parent']),
    ],
    lists: [],
  },
  {
    id: 'hk',
    country: 'HK',
    name: 'Hong Kong',
    laws: [law('hk-2020', '2020-07-07', undefined, ['operating'])],
    lists: [],
  },
  { id: 'us', country: 'US', name: 'United States', laws: [law('us-2018', '2018-03-23')], lists: [] },
];

export function rulesOf(
  parts: { sdks?: Sdk[]; vendors?: Vendor[]; jurisdictions?: Jurisdiction[]; policies?: Policy[] } = {},
): Rules {
  const byId = <T extends { id: string }>(list: T[]) => new Map(list.map((x) => [x.id, x]));
  return {
    sdks: byId(parts.sdks ?? sdks),
    vendors: byId(parts.vendors ?? vendors),
    jurisdictions: byId(parts.jurisdictions ?? jurisdictions),
    policies: byId(parts.policies ?? []),
    runtimes: new Map(),
    permissions: new Map(),
    listed: new Map(),
    categories: new Map(),
    digest: '0'.repeat(64),
  };
}

export function recipientOf(id: string): Receiver {
  if (id === 'unknown' || id === 'first-party') {
    const name = id === 'unknown' ? 'Unknown' : 'The app itself';
    return { kind: id, id, name, entities: [], countries: [], countriesComplete: false };
  }
  const vendor = vendors.find((v) => v.id === id);
  if (!vendor) throw new Error(`no vendor ${id} to test with`);
  const countries = [...new Set(vendor.entities.map((e) => e.country))].sort();
  return { kind: 'entity', id, name: vendor.name, entities: vendor.entities, countries, countriesComplete: true };
}

export interface FlowDescription {
  data: TracedFlow['data'];
  /** SDK id; its vendor receives, unless `to` says otherwise. */
  sdk?: string;
  to?: string;
  host?: string;
  basis?: TracedFlow['basis'];
  protection?: TracedFlow['protection'];
  permission?: 'declared' | 'absent' | 'undetermined';
  region?: { readonly in: readonly string[]; readonly out: readonly string[] };
  controls?: Record<string, ControlState>;
}

export function evidenceAt(path: string, offset: number, text: string): Evidence {
  const spans = [{ offset, length: text.length }];
  const passage = { text, encoding: 'ascii', spans, how: 'text in bytes', value: null } as const;
  return { clue: 'endpoint', kind: 'endpoint', path, ...passage, entrySha256: 'ab'.repeat(32) };
}

export function flowOf(d: FlowDescription): TracedFlow {
  const id = d.sdk ?? 'agora-sdk';
  const recipient = recipientOf(d.to ?? sdks.find((s) => s.id === id)?.vendor ?? 'unknown');
  const controls: Control[] = Object.entries(d.controls ?? {}).map(([control, state]) => ({
    id: control,
    name: control,
    state,
    reason: 'as the test says',
  }));
  const basis = d.basis ?? (d.host === undefined ? 'capable' : 'coded');
  const offset = d.data.length * 16 + (d.host?.length ?? 0);
  return {
    id: `${d.data}:${recipient.id}:${id}${d.host === undefined ? '' : `:${d.host}`}`,
    data: d.data,
    recipient,
    sdk: id,
    host: d.host ?? null,
    permission: d.permission ? { name: `use-${d.data}`, state: d.permission } : null,
    basis,
    protection: d.protection ?? 'undetermined',
    protectionBasis: null,
    region: d.region ?? null,
    controls,
    says: `${id} takes ${d.data}.`,
    evidence: basis === 'documented' ? [] : [evidenceAt(`lib/${id}.so`, offset, d.host ?? d.data)],
  };
}

export function detectionOf(sdkId: string, scored = true): Detection {
  const vendor = sdks.find((s) => s.id === sdkId)?.vendor ?? null;
  return {
    sdk: sdkId,
    products: [sdkId],
    name: sdkId.toUpperCase(),
    family: null,
    vendor,
    candidates: vendor === null ? [] : [vendor],
    version: null,
    versionBounds: null,
    presence: ['bundled'],
    confidence: scored ? 'high' : 'low',
    scored,
    componentOf: [],
    distributedAs: [],
    onlyUserOf: [],
    instances: [],
    evidence: [{ ...evidenceAt(`lib/${sdkId}.so`, 64, `${sdkId} clue`), clue: `${sdkId}/clue`, kind: 'string' }],
    moreInstances: 0,
    moreEvidence: 0,
  };
}

export interface CaseDescription {
  flows?: FlowDescription[];
  /** SDKs met by a weak clue alone. */
  weak?: string[];
  advisories?: {
    sdk: string;
    id: string;
    kind?: 'vulnerability' | 'end-of-support';
    level: string;
    state: string;
    version: string | null;
    published?: string;
  }[];
  anomalies?: string[];
  hosts?: Partial<VendorHost>[];
  unidentified?: { kind: Unidentified['kind']; name: string; vendor?: string; hosts?: string[] }[];
  coverage?: Partial<Coverage>[];
  appId?: string | null;
  /** What every SDK of the flows is handed, by code that is reached unless it says otherwise. */
  handed?: Pick<Handed, 'what' | 'from'>[] & Partial<Handed>[];
}

export const context: Context = {
  operator: { name: 'Maker', country: 'US' },
  distribution: { notOffered: ['CN'] },
};

export function caseOf(d: CaseDescription): Case {
  const flows = (d.flows ?? []).map(flowOf);
  const weak = d.weak ?? [];
  const named = new Set([...flows.flatMap((f) => f.sdk ?? []), ...(d.advisories ?? []).map((a) => a.sdk)]);
  return {
    detections: [
      ...[...named].filter((id) => !weak.includes(id)).map((id) => ({ ...detectionOf(id), ...handedOf(d) })),
      ...weak.map((id) => detectionOf(id, false)),
    ],
    flows,
    hosts: (d.hosts ?? []).map(hostOf),
    anomalies: (d.anomalies ?? []).map(
      (code, i): Anomaly => ({ code: code as AnomalyCode, path: `file-${i}`, offset: 100 + i, detail: 'detail of it' }),
    ),
    unidentified: (d.unidentified ?? []).map(
      (u): Unidentified => ({
        ...{ id: null, version: null, vendor: null, referrers: [], moreReferrers: 0 },
        ...{ paths: [u.name], more: 0, sha256: 'cd'.repeat(32), size: 4096, hosts: [], onlyUserOf: [] },
        ...u,
      }),
    ),
    coverage: (d.coverage ?? []).map(coverageOf),
    units: [
      {
        path: 'Payload/A.app',
        kind: 'app',
        platform: 'ios',
        app: {
          ...noApp,
          id: d.appId === undefined ? 'example.other' : d.appId,
          name: 'Other',
          version: '1.0',
          build: '1',
        },
      },
    ],
    advisories: (d.advisories ?? []).map(
      (a): AdvisoryMatch => ({
        sdk: a.sdk,
        advisory: {
          id: a.id,
          kind: a.kind ?? 'vulnerability',
          affected: '<3.2.1',
          confidence: 'high',
          level: a.level as AdvisoryMatch['advisory']['level'],
          says: 'A key travels in clear.',
          remedy: 'Update to 3.2.1.',
          published: a.published ?? '2020-12-01',
          source: { ...study, published: '2020-12-01' },
        },
        state: a.state as AdvisoryMatch['state'],
        version: a.version,
        evidence: a.version === null ? [] : [evidenceAt('lib/v.so', 9, a.version)],
      }),
    ),
  };
}

function handedOf({ handed }: CaseDescription): Pick<Detection, 'handed'> {
  const none = { value: 'it', identifier: null, isReached: true, evidence: [], more: 0 };
  return handed === undefined ? {} : { handed: handed.map((each) => ({ ...none, ...each })) };
}

export function hostOf(part: Partial<VendorHost>): VendorHost {
  const host = part.host ?? 'argus.agora.example';
  return {
    vendor: 'agora-like',
    host,
    scheme: null,
    stands: 'alone',
    serves: ['signalling'],
    carries: [],
    found: 'none',
    evidence: [evidenceAt('classes.dex', 300, host)],
    ...part,
  };
}

export function coverageOf(part: Partial<Coverage>): Coverage {
  return {
    path: 'Payload/A.app/A',
    format: 'macho',
    state: 'read',
    reason: null,
    offset: null,
    detail: '',
    matters: true,
    ...part,
  };
}

/** Agora-like as of February 2021: what its code holds and can take, no control seen. */
export function roomsApp(sdkId = 'agora-sdk', host = 'argus.agora.example'): FlowDescription[] {
  const controls = { 'media-encryption': 'undetermined' } as const;
  return [
    { data: 'microphone', sdk: sdkId, permission: 'declared', controls },
    { data: 'user-id', sdk: sdkId, host, protection: 'cleartext' },
    { data: 'room-id', sdk: sdkId, host, protection: 'cleartext' },
    { data: 'device-ids', sdk: sdkId, basis: 'documented' },
  ];
}
