import type { Policy, Rules, Sdk, Vendor } from '../../src/rules/schema.ts';
import type { Source } from '../../src/types.ts';

/** A small set of rules written by hand; the shipped ones change with the world. */

const artifact: Source = {
  how: 'artifact',
  artifact: 'npm:chat-sdk@1.0.0/lib/libchat.so',
  sha256: 'd'.repeat(64),
  offset: 4242,
  seen: '2026-01-01',
  note: 'one of 41 exports',
};
const document: Source = {
  how: 'document',
  url: 'https://docs.example/security',
  seen: '2026-01-02',
  published: '2020-09-22',
};
const statute: Source = { how: 'statute', url: 'https://law.example/intelligence', seen: '2026-01-03' };

const sdk: Sdk = {
  id: 'agora-rtc',
  name: 'Agora RTC',
  vendor: 'agora',
  category: 'real-time',
  service: 'hosted',
  clues: [
    { id: 'java-rtc', kind: 'class', under: 'io.agora.rtc', strength: 'strong', platform: 'android' },
    { id: 'log', kind: 'string', is: 'agorasdk.log', strength: 'supporting' },
  ],
  need: 2,
  maven: [],
  versions: [{ id: 'version', from: 'near', anchor: 'rtc.api.send_report_message', step: -3, parts: [3, 4] }],
  contains: [],
  takes: [
    {
      data: 'microphone',
      to: 'vendor',
      basis: 'capable',
      shownBy: [['java-rtc']],
      says: 'Carries live audio.',
      source: document,
    },
  ],
  api: [],
  parameters: [{ name: 'listener', data: 'user-id', source: artifact }],
  controls: [
    {
      id: 'media-encryption',
      name: 'Media encryption',
      calls: ['enableEncryption'],
      switches: [],
      default: 'off',
      remedy: 'Call enableEncryption before joining.',
      source: document,
    },
  ],
  claims: [],
  advisories: [
    {
      id: 'CVE-2020-25605',
      kind: 'vulnerability',
      affected: '<3.1.0',
      confidence: 'high',
      level: 'high',
      says: 'Sensitive information crosses the network in cleartext.',
      remedy: 'Move to 3.1.0 or later.',
      published: '2021-02-17',
      source: document,
    },
  ],
  artifacts: [
    {
      artifact: artifact.artifact!,
      sha256: artifact.sha256!,
      seen: artifact.seen,
      holds: {
        'java-rtc': { at: 4242, note: 'one of 41 exports' },
        log: { at: 4242, note: 'one of 41 exports' },
        version: { at: 4242, note: 'one of 41 exports' },
      },
    },
    { artifact: 'npm:chat-sdk@2.0.0/lib/libchat.so', sha256: 'e'.repeat(64), seen: '2026-01-01', holds: { log: {} } },
  ],
};

const vendor: Vendor = {
  id: 'agora',
  name: 'Agora',
  recipient: true,
  entities: [
    { name: 'Agora, Inc.', role: 'headquartered', country: 'CN', source: document },
    {
      name: 'Holder Ltd.',
      role: 'owner',
      country: 'KY',
      share: 0.25,
      from: '2019-01-01',
      to: '2020-01-01',
      source: document,
    },
  ],
  hosts: [{ host: 'agoralab.co', purpose: 'reports', operator: 'Agora Lab', country: 'US', source: document }],
  claims: [
    {
      id: 'sio-plaintext-ids',
      topic: 'identifiers-in-clear',
      basis: 'reported',
      says: 'The user ID crossed the network in plaintext.',
      about: { ids: ['com.example.chat'], name: 'Chat' },
      from: '2021-02-12',
      source: { how: 'research', url: 'https://research.example/report', seen: '2026-01-04', published: '2021-02-12' },
    },
  ],
  code: [],
  disputed: [{ what: 'It stores no audio.', by: 'Agora', on: '2021-02-13', source: document }],
};

const policy: Policy = {
  id: 'store',
  name: 'App store review',
  says: 'What a reviewer asks.',
  reject: 'critical',
  review: 'medium',
  accepts: ['encrypted'],
  rules: [
    {
      id: 'identifiers-in-clear',
      axis: 'data-flow',
      over: 'flow',
      per: 'data',
      when: [
        { field: 'data', in: ['user-id', 'room-id'] },
        { field: 'encryption', below: 'on' },
      ],
      level: 'high',
      undetermined: 'medium',
      weight: 0.5,
      cites: ['identifiers-in-clear'],
      laws: true,
      title: '{data} without transport encryption, for {recipient}',
      reason: 'Whoever stands on the path can read it.',
      question: 'Is it so?',
      settle: 'A capture shows it.',
      remedy: { maker: 'Move to TLS.' },
    },
  ],
};

export const rules: Rules = {
  sdks: new Map([[sdk.id, sdk]]),
  vendors: new Map([[vendor.id, vendor]]),
  jurisdictions: new Map([
    [
      'cn',
      {
        id: 'cn',
        country: 'CN',
        name: 'China',
        lists: [],
        laws: [
          {
            id: 'cn-intelligence-law',
            title: 'National Intelligence Law',
            citation: 'National Intelligence Law of the PRC (2017), arts. 7 and 14',
            kind: 'compulsion',
            says: 'All organisations are to support national intelligence work in accordance with law.',
            reaches: ['incorporated', 'headquartered'],
            from: '2017-06-28',
            source: statute,
          },
        ],
      },
    ],
  ]),
  runtimes: new Map(),
  permissions: new Map(),
  listed: new Map(),
  categories: new Map(),
  policies: new Map([[policy.id, policy]]),
  digest: 'e'.repeat(64),
};
