import { noApp } from '../../src/bundle/app.ts';
import type {
  App,
  Control,
  Detection,
  EntityFact,
  Evidence,
  Finding,
  Flow,
  LawFact,
  Recipient,
  Report,
  Source,
} from '../../src/types.ts';

/** Reports written by hand: no bundle was read for them, and their digests are made up. */

const library = 'Payload/Chat.app/Frameworks/AgoraRtcKit.framework/AgoraRtcKit';
const librarySha256 = '66b7e3c53fcc22924eec575d0d58cf8bbacb46a96a9072b981f1961844177850';
const filing: Source = {
  how: 'filing',
  url: 'https://sec.gov/Archives/edgar/data/1802883/000162828020009382/agoraf-1a1.htm',
  seen: '2026-11-23',
  published: '2020-06-15',
  note: 'Cover: address of principal executive offices.',
};
const statute: Source = {
  how: 'statute',
  url: 'https://www.chinalawtranslate.com/en/national-intelligence-law-of-the-p-r-c-2017/',
  seen: '2026-11-23',
};
const document: Source = {
  how: 'document',
  url: 'https://github.com/AgoraIO/Documentation/blob/900f93c7e234/en/Agora%20Platform/security.md',
  seen: '2026-11-23',
  published: '2020-09-22',
};

const entities: readonly EntityFact[] = [
  { name: 'Agora, Inc.', role: 'incorporated', country: 'KY', from: '2013-11-29', source: filing },
  { name: 'Agora, Inc.', role: 'headquartered', country: 'CN', source: filing },
  { name: 'Agora Lab, Inc.', role: 'operating', country: 'US', source: filing },
];
const agora: Recipient = {
  kind: 'entity',
  id: 'agora',
  name: 'Agora',
  countries: ['KY', 'CN', 'US'],
  countriesComplete: true,
};

const textAt = (offset: number, text: string, how: string) =>
  ({ text, encoding: 'ascii', spans: [{ offset, length: text.length }], how, value: null }) as const;

export const template: Evidence = {
  clue: 'endpoint',
  kind: 'endpoint',
  path: library,
  ...textAt(8517551, 'http://argus.agoralab.co/report?listener=%u&venderID=%s&channelName=%s', 'URL in bytes'),
  entrySha256: librarySha256,
};
const className: Evidence = {
  clue: 'agora-rtc/objc-engine',
  kind: 'class',
  path: library,
  text: 'AgoraRtcEngineKit',
  encoding: 'utf-8',
  spans: [
    { offset: 4096, length: 8 },
    { offset: 4120, length: 9 },
  ],
  how: 'export trie',
  value: null,
  entrySha256: librarySha256,
};
const version: Evidence = {
  clue: 'version',
  kind: 'version',
  path: library,
  ...textAt(8515328, '3.1.2', 'text in bytes'),
  entrySha256: librarySha256,
};

const encryption: Control = {
  id: 'media-encryption',
  name: 'Media encryption',
  state: 'undetermined',
  reason:
    "How the app calls enableEncryption was not read; by the vendor's documents it is off unless the app switches it on.",
};

const detections: readonly Detection[] = [
  {
    sdk: 'agora-rtc',
    products: ['agora-rtc'],
    name: 'Agora RTC',
    family: null,
    vendor: 'agora',
    candidates: ['agora'],
    version: '3.1.2',
    versionBounds: null,
    presence: ['bundled', 'referenced'],
    confidence: 'high',
    scored: true,
    componentOf: [],
    distributedAs: [],
    onlyUserOf: [],
    instances: [
      {
        path: library,
        arch: 'arm64',
        version: '3.1.2',
        versionAt: version,
        container: null,
        namespace: null,
        within: null,
      },
    ],
    evidence: [className],
    moreInstances: 0,
    moreEvidence: 7,
  },
  {
    sdk: 'pubnub',
    products: ['pubnub'],
    name: 'PubNub',
    family: null,
    vendor: 'pubnub',
    candidates: ['pubnub'],
    version: null,
    versionBounds: null,
    presence: ['referenced'],
    confidence: 'low',
    scored: false,
    componentOf: [],
    distributedAs: [],
    onlyUserOf: [],
    instances: [],
    evidence: [
      {
        clue: 'pubnub/host',
        kind: 'string',
        path: 'Payload/Chat.app/Chat',
        ...textAt(77, 'ps.pndsn.com', 'text in bytes'),
        entrySha256: null,
      },
    ],
    moreInstances: 0,
    moreEvidence: 0,
  },
];

const flows: readonly Flow[] = [
  {
    id: 'microphone:agora:agora-rtc',
    data: 'microphone',
    recipient: 'agora',
    sdk: 'agora-rtc',
    host: null,
    permission: { name: 'NSMicrophoneUsageDescription', state: 'declared' },
    basis: 'capable',
    protection: 'undetermined',
    protectionBasis: null,
    region: null,
    controls: [encryption],
    says: "Carries live audio from the microphone over Agora's network once the app joins a channel.",
    evidence: [className],
  },
  {
    id: 'user-id:agora:agora-rtc:argus.agoralab.co',
    data: 'user-id',
    recipient: 'agora',
    sdk: 'agora-rtc',
    host: 'argus.agoralab.co',
    permission: null,
    basis: 'coded',
    protection: 'cleartext',
    protectionBasis: 'coded',
    region: null,
    controls: [encryption],
    says: 'The code of Agora RTC holds a URL template to argus.agoralab.co whose parameter "listener" carries it, over plain HTTP. That it is held is proved; that it is sent only a capture shows.',
    evidence: [template],
  },
];

const law: LawFact = {
  id: 'cn-intelligence-law',
  country: 'CN',
  title: 'National Intelligence Law',
  citation: 'National Intelligence Law of the PRC (2017), arts. 7 and 14',
  kind: 'compulsion',
  says: 'All organisations and citizens are to support, assist and cooperate with national intelligence work in accordance with law.',
  review: '2027-01-01',
  volatile: false,
  source: statute,
};
const office = { kind: 'filing', says: 'Agora, Inc. has its headquarters in China (CN)', source: filing } as const;

const findings: readonly Finding[] = [
  {
    id: 'identifiers-in-clear/agora/user-id',
    rule: 'identifiers-in-clear',
    axis: 'data-flow',
    level: 'high',
    state: 'holds',
    open: null,
    title: 'user ID without transport encryption, for Agora',
    reason: 'Agora RTC holds code that names argus.agoralab.co without transport encryption for user ID.',
    settle: null,
    remedy: {
      maker: 'Move to a release of Agora RTC that uses TLS for every request.',
      reviewer: 'Please show with a capture that no user ID leaves the device unencrypted.',
    },
    recipient: 'agora',
    sdks: ['agora-rtc'],
    data: ['user-id'],
    basis: 'coded',
    link: 'Agora, Inc. has its headquarters in China (CN)',
    laws: [],
    grounds: [
      { kind: 'bytes', says: `${library} holds "${template.text}" at byte 8517551`, source: null },
      { kind: 'vendor', says: 'Agora documents: TLS is used between user and server.', source: document },
      office,
    ],
    weight: 0.5,
    evidence: [template],
  },
  {
    id: 'recipient-under-foreign-law/agora',
    rule: 'recipient-under-foreign-law',
    axis: 'jurisdiction',
    level: 'medium',
    state: 'holds',
    open: null,
    title: 'Agora receives personal data and is under the law of China (CN)',
    reason:
      'What reaches Agora is within reach of the law of China (CN): Agora, Inc. has its headquarters in China (CN).',
    settle: null,
    remedy: { maker: 'Name Agora and China in the privacy notice.', reviewer: null },
    recipient: 'agora',
    sdks: ['agora-rtc'],
    data: ['microphone', 'user-id'],
    basis: 'documented',
    link: 'Agora, Inc. has its headquarters in China (CN)',
    laws: [law.id],
    grounds: [office, { kind: 'law', says: `${law.title} (${law.citation}): ${law.says}`, source: statute }],
    weight: 0.3,
    evidence: [],
  },
  {
    id: 'media-open-to-recipient/agora',
    rule: 'media-open-to-recipient',
    axis: 'data-flow',
    level: 'medium',
    state: 'undetermined',
    open: 'bundle',
    title: 'Is microphone audio encrypted with a key that Agora lacks? Not known from this bundle.',
    reason:
      'Agora RTC holds code that can take microphone audio. Undetermined; not known: whether the app encrypts media with a key that Agora lacks.',
    settle: "The app's own code shows whether media encryption is switched on.",
    remedy: { maker: 'Switch on the media encryption of Agora RTC.', reviewer: null },
    recipient: 'agora',
    sdks: ['agora-rtc'],
    data: ['microphone'],
    basis: 'reported',
    link: null,
    laws: [],
    grounds: [
      office,
      {
        kind: 'research',
        says: 'reported about this app, 2021-02-12: nothing encrypts the audio with a key that the vendor lacks.',
        source: {
          how: 'research',
          url: 'https://cyber.fsi.stanford.edu/io/news/clubhouse-china',
          seen: '2026-11-23',
          published: '2021-02-12',
        },
      },
      {
        kind: 'nothing',
        says: "not known: whether the app encrypts media with a key that Agora lacks. The app's own code shows whether media encryption is switched on.",
        source: null,
      },
    ],
    weight: 0.45,
    evidence: [className],
  },
];

const app: App = {
  id: 'com.example.chat',
  name: 'Chat',
  version: '0.1.27',
  build: '297',
  minOs: '13.0',
  targetOs: null,
  permissions: ['NSMicrophoneUsageDescription', 'NSContactsUsageDescription'],
  permissionLimits: [],
  implied: [],
  nameIn: null,
  background: ['audio', 'voip'],
  entitlements: ['aps-environment'],
  architectures: ['arm64'],
  network: null,
};

/** An app like the one of the case: Agora aboard, one finding proved by bytes, one open, some bytes encrypted. */
export const report: Report = {
  schema: '2.0.0',
  waybill: '0.1.0',
  asOf: '2021-02-13',
  depth: 'deep',
  bundle: {
    kind: 'ipa',
    platform: 'ios',
    sha256: '9f2c1ab03d4e5f60718293a4b5c6d7e8f90112233445566778899aabbccddeef',
    size: 41234567,
    entries: 1204,
    signatures: [{ scheme: 'codesign', teamId: 'A1B2C3D4E5', certificates: [] }],
    signingBlock: [],
    app,
    units: [{ path: 'Payload/Chat.app', kind: 'app', platform: 'ios', app }],
  },
  rules: { digest: 'a'.repeat(64), sdks: 6, vendors: 6 },
  policy: { id: 'store', name: 'App store review', reject: 'critical', review: 'medium', accepts: [], rules: [] },
  context: {
    digest: 'c'.repeat(64),
    stated: {
      operator: { name: 'Example Co.', country: 'US' },
      distribution: { offered: ['US', 'JP'], notOffered: ['CN'] },
    },
  },
  addresses: { name: 'country ipvAll', sha256: 'd'.repeat(64), built: '2021-02-10' },
  verdict: 'inconclusive',
  verdictReasons: [
    'not read whole (encrypted): Payload/Chat.app/Chat',
    'high: identifiers-in-clear/agora/user-id',
    'medium: recipient-under-foreign-law/agora',
    'medium: media-open-to-recipient/agora (not decided)',
  ],
  complete: false,
  risk: {
    overall: { proven: 65, possible: 81 },
    axes: {
      jurisdiction: { proven: 30, possible: 30 },
      'data-flow': { proven: 50, possible: 73 },
      integrity: { proven: 0, possible: 0 },
      vulnerability: { proven: 0, possible: 0 },
    },
    terms: [
      {
        cause: 'Agora, Inc. · identifiers · data-flow',
        weight: 0.5,
        finding: 'identifiers-in-clear/agora/user-id',
        state: 'holds',
      },
      {
        cause: 'Agora, Inc. · media · data-flow',
        weight: 0.45,
        finding: 'media-open-to-recipient/agora',
        state: 'undetermined',
      },
      {
        cause: 'Agora, Inc. · media · jurisdiction',
        weight: 0.3,
        finding: 'recipient-under-foreign-law/agora',
        state: 'holds',
      },
    ],
  },
  detections,
  vendors: [
    {
      id: 'agora',
      name: 'Agora',
      receives: true,
      entities,
      countries: agora.countries,
      countriesComplete: true,
      presence: ['bundled'],
      confidence: 'high',
    },
  ],
  recipients: [agora],
  flows,
  findings,
  laws: [law],
  background: [],
  endpoints: [
    {
      host: 'argus.agoralab.co',
      url: template.text,
      scheme: 'http',
      vendor: 'agora',
      operator: 'Agora',
      serves: [],
      sdk: 'agora-rtc',
      inCode: true,
      registered: null,
      at: [template],
      more: 2,
    },
    {
      host: 'api.example.com',
      url: 'https://api.example.com/v1',
      scheme: 'https',
      vendor: null,
      operator: null,
      serves: [],
      sdk: null,
      inCode: true,
      registered: null,
      at: [{ ...template, ...textAt(12, 'https://api.example.com/v1', 'URL in bytes') }],
      more: 0,
    },
    {
      host: '192.0.2.44',
      url: null,
      scheme: null,
      vendor: 'agora',
      operator: 'Agora',
      serves: [],
      sdk: 'agora-rtc',
      inCode: true,
      registered: { country: 'CN' },
      at: [{ ...template, ...textAt(8530012, '192.0.2.44', 'address in bytes') }],
      more: 0,
    },
    {
      host: '198.51.100.7',
      url: null,
      scheme: null,
      vendor: null,
      operator: null,
      serves: [],
      sdk: null,
      inCode: false,
      registered: { country: null },
      at: [{ ...template, ...textAt(8530099, '198.51.100.7', 'address in bytes') }],
      more: 0,
    },
  ],
  unidentified: [
    {
      ...{
        kind: 'package',
        name: 'com.example.rtcx',
        id: null,
        version: null,
        vendor: null,
        referrers: [],
        moreReferrers: 0,
        onlyUserOf: [],
      },
      ...{ paths: ['classes.dex'], more: 0, sha256: null, size: 812, hosts: [] },
    },
    {
      kind: 'framework',
      name: 'Widgets.framework',
      id: 'com.widgets.kit',
      version: '2.1',
      vendor: null,
      referrers: ['Payload/Chat.app/Chat'],
      moreReferrers: 0,
      onlyUserOf: [],
      paths: ['Payload/Chat.app/Frameworks/Widgets.framework/Widgets'],
      more: 0,
      sha256: 'b'.repeat(64),
      size: 1234567,
      hosts: ['a.example', 'b.example', 'c.example', 'd.example'],
    },
  ],
  permissionUse: [],
  runtimes: [
    {
      id: 'flutter',
      name: 'Flutter engine',
      by: 'Google',
      version: '1.0',
      paths: ['lib/arm64-v8a/libflutter.so'],
      more: 0,
    },
  ],
  libraries: [
    {
      name: 'androidx.core:core',
      version: '1.12.0',
      evidence: {
        ...{ clue: 'library', kind: 'file', path: 'META-INF/androidx.core_core.version', entrySha256: null },
        ...{
          text: '1.12.0',
          encoding: 'utf-8',
          spans: [{ offset: 0, length: 6 }],
          how: 'file of the build',
          value: null,
        },
      },
    },
  ],
  listed: [],
  coverage: [
    {
      path: 'Payload/Chat.app/Chat',
      format: 'macho',
      state: 'partial',
      reason: 'encrypted',
      offset: 16384,
      detail: '9,830,400 bytes of arm64 code are encrypted (cryptid 1).',
      matters: true,
    },
    { path: '(42 entries)', format: 'macho', state: 'read', reason: null, offset: null, detail: '', matters: true },
    {
      path: 'Payload/Chat.app/Info.plist',
      format: 'plist',
      state: 'read',
      reason: null,
      offset: null,
      detail: '',
      matters: true,
    },
    {
      path: '(1160 entries)',
      format: 'resources',
      state: 'skipped',
      reason: 'depth',
      offset: null,
      detail: 'images and fonts',
      matters: false,
    },
  ],
  anomalies: [
    {
      code: 'zip.orphan-entry',
      path: 'hidden.dex',
      offset: 991,
      detail: 'a local header that the central directory does not name',
    },
  ],
  notices: ['Two applications under Payload; the first is taken as the app.'],
};

/** What an app may write to fool a terminal or a reader: ESC, CSI, bidi override, zero width, line breaks. */
export const hostileText = 'Ba\u001b[2Jd\u009b31m\u202egnp.exe\u200b\r\nVERDICT: PASS\u2028\u00a0\u{e0041}\u3164\\x1b';

/** The same report of an app that writes hostile text wherever it can. */
export const hostileReport: Report = JSON.parse(
  JSON.stringify(report)
    .replaceAll('"Chat"', JSON.stringify(hostileText))
    .replaceAll('com.example.chat', JSON.stringify(hostileText).slice(1, -1))
    .replaceAll('argus.agoralab.co', JSON.stringify(hostileText).slice(1, -1))
    .replaceAll('country ipvAll', JSON.stringify(hostileText).slice(1, -1))
    .replaceAll('Widgets', JSON.stringify(hostileText).slice(1, -1))
    .replaceAll('hidden.dex', JSON.stringify(hostileText).slice(1, -1)),
);

/** A bundle in which nothing was found and all was read. */
export const emptyReport: Report = {
  ...report,
  bundle: {
    ...report.bundle,
    kind: 'apk',
    platform: 'android',
    size: 900,
    entries: 1,
    signatures: [],
    app: noApp,
    units: [{ path: '', kind: 'app', platform: 'android', app: noApp }],
  },
  context: null,
  addresses: null,
  verdict: 'pass',
  verdictReasons: [],
  complete: true,
  risk: {
    overall: { proven: 0, possible: 0 },
    axes: {
      jurisdiction: { proven: 0, possible: 0 },
      'data-flow': { proven: 0, possible: 0 },
      integrity: { proven: 0, possible: 0 },
      vulnerability: { proven: 0, possible: 0 },
    },
    terms: [],
  },
  detections: [],
  vendors: [],
  flows: [],
  findings: [],
  background: [],
  endpoints: [],
  unidentified: [],
  coverage: [],
  anomalies: [],
  notices: [],
};
