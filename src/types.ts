/** The words of ARCHITECTURE.md as types. Imports nothing. */

export const platforms = ['android', 'ios'] as const;
export type Platform = (typeof platforms)[number];
/** Kinds of bundle that are read; each has a row in src/bundle/kinds/index.ts. Of two that fit, the first names the bundle. */
export const bundleKinds = [
  'aab',
  'apks',
  'aar',
  'jar',
  'apk',
  'app',
  'ipa',
  'xcarchive',
  'xcframework',
  'framework',
  'dsym',
  'macho',
  'elf',
  'archive',
  'sdk',
] as const;
export type BundleKind = (typeof bundleKinds)[number];
/** What a unit of a bundle is to the system that installs it; a library is nothing that it installs, and becomes a part of an app. */
export const unitKinds = [
  'app',
  'extension',
  'watch-app',
  'app-clip',
  'feature',
  'split',
  'variant',
  'asset-pack',
  'nested',
  'library',
] as const;
export type UnitKind = (typeof unitKinds)[number];
export const depths = ['names', 'standard', 'deep'] as const;
export type Depth = (typeof depths)[number];

/** The kinds of data a flow can carry. */
export const dataKinds = [
  'microphone',
  'camera',
  'screen',
  'messages',
  'user-id',
  'room-id',
  'device-ids',
  'network-info',
  'location',
] as const;
export type DataKind = (typeof dataKinds)[number];

/** What a flow or finding stands on, strongest first. */
export const bases = ['observed', 'configured', 'coded', 'capable', 'documented', 'reported'] as const;
export type Basis = (typeof bases)[number];

export const levels = ['info', 'low', 'medium', 'high', 'critical'] as const;
export type Level = (typeof levels)[number];

export const verdicts = ['pass', 'review', 'inconclusive', 'reject'] as const;
export type Verdict = (typeof verdicts)[number];

export const axes = ['jurisdiction', 'data-flow', 'integrity', 'vulnerability'] as const;
export type Axis = (typeof axes)[number];

export const controlStates = ['on', 'weak', 'off', 'undetermined'] as const;
export type ControlState = (typeof controlStates)[number];
export const confidences = ['high', 'medium', 'low'] as const;
export type Confidence = (typeof confidences)[number];

/** Kinds of feature a clue can ask for. */
export const featureKinds = [
  'class',
  'symbol',
  'library',
  'bundle-id',
  'component',
  'key',
  'string',
  'file',
  'script',
] as const;
export type FeatureKind = (typeof featureKinds)[number];

/**
 * How the bytes of a piece of evidence become its text. `hex`: two digits a byte. `name`: the text is the name of the
 * entry in the container's directory, not in its content. `decoded`: it was made out of a form that keeps no text of its
 * own in one place, so that no bytes can be compared.
 */
export const encodings = [
  'ascii',
  'utf-8',
  'mutf-8',
  'utf-16le',
  'utf-16be',
  'latin1',
  'hex',
  'name',
  'decoded',
] as const;
export type Encoding = (typeof encodings)[number];

/** Bytes of an inflated entry, counted from its start. */
export interface EntrySpan {
  readonly offset: number;
  readonly length: number;
}

/** Text and where it stands: the bytes of the spans, joined and decoded, are the text. */
export interface Passage {
  /** At most 170 bytes of it; control characters are escaped. */
  readonly text: string;
  readonly encoding: Encoding;
  /** In the order of the text. Empty for `name` and `decoded` alone. */
  readonly spans: readonly EntrySpan[];
  /** What kind of place it is, for people: `export trie`, `DEX string`. */
  readonly how: string;
  /** What it comes to, where the bytes do not spell it: a packed version, the full name of `.Main`; else null. */
  readonly value: string | null;
}

/** How much a clue says by itself: suffices, counts towards `need`, is listed alone; or says what code aboard can do. */
export const strengths = ['strong', 'supporting', 'weak', 'shows', 'explains'] as const;
export type Strength = (typeof strengths)[number];

/**
 * What a vendor's host serves. The first group is the service itself: code that names such a host speaks to it. `api` is
 * an interface that the vendor's customers call by themselves; the last group is for people and their browsers.
 */
export const hostUses = [
  'media',
  'relay',
  'signalling',
  'messaging',
  'push',
  'telemetry',
  'configuration',
  'files',
  'api',
  'sign-in',
  'console',
  'web-site',
  'documentation',
] as const;
export type HostUse = (typeof hostUses)[number];

export const categories = ['real-time', 'messaging', 'push', 'media-engine'] as const;
/** Who runs the service behind an SDK. */
export const services = ['hosted', 'self-hosted', 'either', 'none'] as const;
/** What an app can switch on against the vendor, as policies ask for it. */
export const controlIds = [
  'media-encryption',
  'end-to-end-encryption',
  'region',
  'proxy',
  'token',
  'transport-encryption',
] as const;
export type ControlId = (typeof controlIds)[number];
/** What an argument of an SDK's API hands over, as its rule says. */
export const argumentMeanings = ['app-id', 'secret', 'token', 'server', 'user-id', 'room-id', 'key'] as const;
export type ArgumentMeaning = (typeof argumentMeanings)[number];
/** Where a value that code hands to an SDK comes from. */
export const handedOrigins = ['constant', 'none', 'identifier', 'elsewhere', 'not-known'] as const;
export type HandedOrigin = (typeof handedOrigins)[number];
/** What of a platform tells people or devices apart, by where code gets it from. */
export const identifierKinds = ['phone-number', 'email', 'account', 'advertising-id', 'device-id'] as const;
export type IdentifierKind = (typeof identifierKinds)[number];
/** What a claim is about: policy rules cite claims by it. */
export const topics = [
  'identifiers-in-clear',
  'media-access',
  'relay-region',
  'server-operators',
  'linkability',
  'reach',
  'collection',
  'transport-protection',
  'legal-assistance',
] as const;
/** What an advisory is of: a weakness, or a release that its vendor no longer mends. */
export const advisoryKinds = ['vulnerability', 'end-of-support'] as const;
export type AdvisoryKind = (typeof advisoryKinds)[number];
/** What the rows of a policy are over. */
export const subjects = ['flow', 'detection', 'host', 'advisory', 'anomaly', 'bundle'] as const;
export type SubjectKind = (typeof subjects)[number];

/** What evidence is of: a feature that a clue asks for, or what no clue asked for. */
export const evidenceKinds = [...featureKinds, 'version', 'endpoint', 'use'] as const;
export type EvidenceKind = (typeof evidenceKinds)[number];

/** Somebody whose code calls an SDK, with the first places; `more` counts other classes that do. */
export interface Caller {
  readonly kind: UserKind;
  /** Id of the app or of the other SDK, or the name of the party. */
  readonly name: string;
  readonly evidence: readonly Evidence[];
  readonly more: number;
}

/** What code aboard hands to an SDK. */
export interface Handed {
  /** What it is for, by the SDK's rule. */
  readonly what: ArgumentMeaning;
  readonly from: HandedOrigin;
  /** The constant (of a secret how it begins and how long it is), or where it comes from, in words; empty for `none`. */
  readonly value: string;
  /** What it comes from where that tells people or devices apart; null for any other. */
  readonly identifier: IdentifierKind | null;
  /** Whether a chain of calls leads there from something that the system starts. */
  readonly isReached: boolean;
  /** The call that hands it over, and the constant where it is no secret. */
  readonly evidence: readonly Evidence[];
  /** Further places that hand over the same. */
  readonly more: number;
}

/** A clue met at a place. */
export interface Evidence extends Passage {
  /** `<sdk id>/<clue id>`; or `endpoint`, `version`, `key`, `permission` for what no clue asked for. */
  readonly clue: string;
  readonly kind: EvidenceKind;
  /** Entry path; an entry of a nested archive is `outer!inner`. */
  readonly path: string;
  /** Digest of the inflated entry; null for the name of an entry, or content that could not be read to its end. */
  readonly entrySha256: string | null;
}

export interface Instance {
  readonly path: string;
  /** Instruction set, `dex`, or `jvm` for Java class files; null for a place that is not code (a manifest, a framework folder). */
  readonly arch: string | null;
  readonly version: string | null;
  readonly versionAt: Evidence | null;
  /** The archive, slice or framework that holds it; null for the bundle itself. */
  readonly container: string | null;
  /** Package of a copy that stands re-prefixed, such as `tvi.webrtc`; null where the rule asks for no such. */
  readonly namespace: string | null;
  /** Id of the detected SDK that this instance is a part of; null where it stands for itself. */
  readonly within: string | null;
}

/** Releases between which what is defined aboard puts an SDK, where clues say since and until when they are in it. */
export interface VersionBounds {
  /** The first release that it can be; null where no clue says. */
  readonly from: string | null;
  /** The first release that it is no longer; null where no clue says. */
  readonly before: string | null;
  /** Ids of the clues that say so (`agora-rtc/java-rtc2`). */
  readonly clues: readonly string[];
}

/** What a list or file of the build names by the Maven coordinates of an SDK. */
export interface BuiltOf {
  /** `group:artifact`. */
  readonly name: string;
  readonly version: string;
  /** Whether it is the release that was read in the bytes, which stands; null where none was read, so that this one does. */
  readonly agrees: boolean | null;
  readonly evidence: Evidence;
}

/**
 * What is known of an SDK's code: declared, only named, fetched at run time by a page aboard, in the bundle, or reached by
 * a chain of calls from something that the system starts.
 */
export const presenceFacts = ['declared', 'referenced', 'remote', 'bundled', 'reachable'] as const;
export type PresenceFact = (typeof presenceFacts)[number];

export interface Detection {
  /** Id of the SDK; of the family, where its products cannot be told apart. */
  readonly sdk: string;
  /** SDK ids that it can be: itself, or the products of the family. */
  readonly products: readonly string[];
  readonly name: string;
  readonly family: string | null;
  /** Vendor id; null where the clues cannot tell candidates apart. */
  readonly vendor: string | null;
  readonly candidates: readonly string[];
  /** The one version every instance that shows a version agrees on; else null. */
  readonly version: string | null;
  /** Null where no clue bounds it, and where what stands aboard contradicts itself: two copies, or a version read wrongly. */
  readonly versionBounds: VersionBounds | null;
  /** What the build says of its release; left out where it says nothing. */
  readonly builtOf?: readonly BuiltOf[] | undefined;
  readonly presence: readonly PresenceFact[];
  readonly confidence: Confidence;
  /** False for a weak clue, a reference or a stub: listed, and counted only where bytes were unreadable. */
  readonly scored: boolean;
  /** Of a stub or remnant: what its rule says that it needs, and what was found of it, in words. Left out for any other. */
  readonly lacks?: string | undefined;
  /** Other detected SDKs that hold an instance of this one, or whose own clues are met wherever a sign of it is. */
  readonly componentOf: readonly string[];
  /** Native files that hold this SDK's code and bear another party's name or id: a white label. */
  readonly distributedAs: readonly string[];
  /** Of what the app asks for, the permissions of which only its code refers to what they are for (`permissionUse`). */
  readonly onlyUserOf: readonly string[];
  /**
   * Whose code calls it, as far as code of a DEX names what it calls; left out where nobody was seen to: by reflection, native
   * code and other runtimes it can be called unseen.
   */
  readonly calledBy?: readonly Caller[] | undefined;
  /** True where all code was read, none calls it, and nothing aboard is known that could by name; left out for any other. */
  readonly isUncalled?: true | undefined;
  /** What code aboard hands to it; left out where nothing was seen to. */
  readonly handed?: readonly Handed[] | undefined;
  /** The first by path; `moreInstances` counts the rest. */
  readonly instances: readonly Instance[];
  readonly moreInstances: number;
  readonly evidence: readonly Evidence[];
  /** Pieces of evidence met but not listed, by the evidence budget. */
  readonly moreEvidence: number;
}

export const sourceKinds = [
  'artifact',
  'document',
  'filing',
  'statute',
  'register',
  'research',
  'press',
  'secondary',
] as const;
export type SourceKind = (typeof sourceKinds)[number];

/** Where a fact was seen. `seen` and `published` are ISO dates. */
export interface Source {
  readonly how: SourceKind;
  readonly url?: string | undefined;
  /** Of a `secondary`: the document that the address has a copy of, or retells. */
  readonly of?: string | undefined;
  readonly artifact?: string | undefined;
  readonly sha256?: string | undefined;
  readonly offset?: number | undefined;
  readonly seen: string;
  readonly published?: string | undefined;
  readonly note?: string | undefined;
}

export const entityRoles = [
  'incorporated',
  'headquartered',
  'operating',
  'access',
  'parent',
  'owner',
  'controlled-by-contract',
] as const;
export type EntityRole = (typeof entityRoles)[number];

export interface EntityFact {
  readonly name: string;
  readonly role: EntityRole;
  /** ISO 3166-1 alpha-2. */
  readonly country: string;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly share?: number | undefined;
  /** Of a company above the vendor: whether the country is that of its registration or of its head office. */
  readonly seat?: 'incorporated' | 'headquartered' | undefined;
  readonly source: Source;
}

export const lawKinds = ['compulsion', 'blocking', 'transfer', 'listing'] as const;
export type LawKind = (typeof lawKinds)[number];

export interface LawFact {
  readonly id: string;
  readonly country: string;
  readonly title: string;
  readonly citation: string;
  readonly kind: LawKind;
  readonly says: string;
  /** The day by which it is to be read again, YYYY-MM-DD; null where the rules name none. */
  readonly review: string | null;
  /** It changes often, or is before a court or a legislature: what is said may not hold tomorrow. */
  readonly volatile: boolean;
  readonly source: Source;
}

/** What somebody other than the bundle says; worded by us, dated, with its source. */
export interface Claim {
  readonly id: string;
  readonly topic: string;
  readonly basis: 'documented' | 'reported';
  readonly says: string;
  /** The app a report was about; null for what a vendor documents of its product. */
  readonly about: string | null;
  /** Whether `about` is the app that was scanned; null where `about` is null. */
  readonly aboutThisApp: boolean | null;
  readonly source: Source;
}

/** Who gets data: a vendor, whoever runs the app, or nobody that the bundle names. */
export const recipientKinds = ['entity', 'first-party', 'unknown'] as const;
export type RecipientKind = (typeof recipientKinds)[number];

export interface Recipient {
  /**
   * Vendor id (its companies stand in `vendors`), `first-party`, or `unknown`; of an unknown one that something tells apart,
   * with what does: `unknown:turn.example.org`, `unknown:volcengine,byteplus`.
   */
  readonly id: string;
  readonly kind: RecipientKind;
  readonly name: string;
  /** Of its companies that the report's date knows. */
  readonly countries: readonly string[];
  /** False: a company in force that day was published later, so beside `countries` stands *not known*. */
  readonly countriesComplete: boolean;
}

export const permissionStates = ['declared', 'absent', 'undetermined'] as const;
export type PermissionState = (typeof permissionStates)[number];

export interface Permission {
  readonly name: string;
  readonly state: PermissionState;
}

/** How data is protected on its way. */
export const protections = ['cleartext', 'transport', 'end-to-end', 'undetermined'] as const;
export type Protection = (typeof protections)[number];

export interface Flow {
  /** `<data>:<recipient>:<sdk>` and, for a coded flow, the host; `no-known-sdk` where there is no SDK. */
  readonly id: string;
  readonly data: DataKind;
  /** Id in `recipients`. */
  readonly recipient: string;
  /** Null where no SDK that the rules know explains the code that it stands on. */
  readonly sdk: string | null;
  readonly host: string | null;
  /** Where the host is what the SDK goes to unless the app names another; left out for any other flow. */
  readonly byDefault?: true | undefined;
  readonly permission: Permission | null;
  readonly basis: Basis;
  readonly protection: Protection;
  /** What the protection stands on: bytes that name a scheme, or what the vendor documents; null where it is not known. */
  readonly protectionBasis: Basis | null;
  /**
   * Countries the data may or may not reach, as far as the app's code says; null: nothing in the bundle says. */
  readonly region: { readonly in: readonly string[]; readonly out: readonly string[] } | null;
  readonly controls: readonly Control[];
  readonly says: string;
  readonly evidence: readonly Evidence[];
}

export interface Control {
  readonly id: string;
  readonly name: string;
  readonly state: ControlState;
  /** Why the state is what it is. */
  readonly reason: string;
  /** The instructions that switch it, or that start the SDK without it; left out where none was seen. */
  readonly evidence?: readonly Evidence[] | undefined;
}

export const groundKinds = [
  'bytes',
  'vendor',
  'law',
  'filing',
  'register',
  'research',
  'copy',
  'press',
  'context',
  'nothing',
] as const;
export type GroundKind = (typeof groundKinds)[number];

/** One thing a finding stands on, in the order of truth: bytes, vendor, law and filings, press, what the caller stated. */
export interface Ground {
  readonly kind: GroundKind;
  readonly says: string;
  readonly source: Source | null;
}

/** What somebody reported about another app with an SDK of the same vendor: no ground of any finding here. */
export interface Background {
  /** Id of the vendor. */
  readonly vendor: string;
  /** The app that it was about, with its release where the report names one. */
  readonly about: string;
  /** Day of publication, YYYY-MM-DD. */
  readonly published: string;
  readonly says: readonly string[];
  readonly source: Source;
  /** Objections of the vendor that the rules record. */
  readonly disputed: readonly Ground[];
}

export const findingStates = ['holds', 'undetermined'] as const;
export type FindingState = (typeof findingStates)[number];
/** What an undetermined finding waits for: who governs the recipient, what only the caller can state, or other facts. */
export const openQuestions = ['governance', 'context', 'bundle'] as const;
export type OpenQuestion = (typeof openQuestions)[number];

export interface Remedy {
  /** What the maker of the app can do. */
  readonly maker: string;
  /** What a reviewer can write to the maker, word for word; null where there is nothing to ask. */
  readonly reviewer: string | null;
}

export interface Finding {
  /** Rule, recipient and data: the same from scan to scan. */
  readonly id: string;
  readonly rule: string;
  readonly axis: Axis;
  readonly level: Level;
  readonly state: FindingState;
  /** Of an undetermined finding; null where it holds. */
  readonly open: OpenQuestion | null;
  /** Of an undetermined finding a question. */
  readonly title: string;
  readonly reason: string;
  /** What would settle an undetermined finding; null where it holds. */
  readonly settle: string | null;
  readonly remedy: Remedy;
  /** Whom it is about: an id in `recipients`, `unknown` for several of these; of code or a host, a vendor in `vendors`. */
  readonly recipient: string | null;
  readonly sdks: readonly string[];
  readonly data: readonly DataKind[];
  readonly basis: Basis | 'context' | null;
  /** Which link of the recipient's chain matched, in words. */
  readonly link: string | null;
  /** Ids in `laws` of the report. */
  readonly laws: readonly string[];
  readonly grounds: readonly Ground[];
  readonly weight: number;
  readonly evidence: readonly Evidence[];
}

export interface RiskPair {
  /** 0 to 100: undetermined counts as good. */
  readonly proven: number;
  /** 0 to 100: undetermined counts as bad. */
  readonly possible: number;
}

export interface RiskTerm {
  /** Recipient, data and concern. */
  readonly cause: string;
  readonly weight: number;
  readonly finding: string;
  readonly state: FindingState;
}

export interface Risk {
  readonly overall: RiskPair;
  readonly axes: Readonly<Record<Axis, RiskPair>>;
  /** The arithmetic: each cause once, with the finding that weighs most in it. */
  readonly terms: readonly RiskTerm[];
}

export const coverageReasons = [
  'depth',
  'encrypted',
  'malformed',
  'budget',
  'missing',
  'unsupported',
  'password',
] as const;
export type CoverageReason = (typeof coverageReasons)[number];

/** What the content of an entry is, told by its first bytes and never by its name. Each has a row in features/kinds/. */
export const contentFormats = [
  'empty',
  'dex',
  'vdex',
  'elf',
  'macho',
  'class',
  'hermes',
  'ar',
  'pe',
  'windows',
  'assembly-store',
  'il2cpp',
  'zip',
  'gzip',
  'packed',
  'media',
  'resources',
  'text',
  'data',
] as const;
export type ContentFormat = (typeof contentFormats)[number];

/** What a line of coverage can be about: content, a document or part of the bundle, or what was kept of it all. */
export const formats = [
  ...contentFormats,
  'manifest',
  'plist',
  'signature',
  'metadata',
  'link',
  'file',
  'unread',
  'features',
  'endpoints',
  'report',
] as const;
export type Format = (typeof formats)[number];

export const coverageStates = ['read', 'partial', 'skipped', 'unreadable'] as const;
export type CoverageState = (typeof coverageStates)[number];

export interface Coverage {
  readonly path: string;
  readonly format: Format;
  readonly state: CoverageState;
  readonly reason: CoverageReason | null;
  /** Bytes from the start of the entry, or of the bundle for the archive itself. */
  readonly offset: number | null;
  readonly detail: string;
  /** False for what cannot hide an SDK (an image that was not searched). */
  readonly matters: boolean;
}

/** One for each host and scheme: what goes to a host in clear is not hidden by what goes there encrypted. */
export interface Endpoint {
  /** Host name, template of one, or address literal. */
  readonly host: string;
  /** The longest URL or template seen with this scheme; null for a bare host. */
  readonly url: string | null;
  readonly scheme: string | null;
  readonly vendor: string | null;
  readonly operator: string | null;
  /** What the rule says that it serves; empty where it says nothing. */
  readonly serves: readonly HostUse[];
  readonly sdk: string | null;
  /** Whether code, a script or a page holds it; false where it stands in texts or settings alone. */
  readonly inCode: boolean;
  /**
   * Of an address: the country it is registered in, null where the registry data has none. Null for a host name, and
   * where no registry data was given. No finding stands on it.
   */
  readonly registered: { readonly country: string | null } | null;
  readonly at: readonly Evidence[];
  readonly more: number;
}

/**
 * How a vendor's host stands in the bundle, which decides what can be made of it. `sdk`: in a file of the vendor's SDK.
 * `alone`: in code, and nothing that the rules know of the vendor explains it. `beside`: in other code of an app that
 * holds an SDK of the vendor. `own-app`: `alone`, where the app's id is of the vendor's domain. `open`: in code, a host
 * that serves people as well, or an interface that an app may call by itself. `text`: in no code. `people`: a site,
 * documentation, a console or a sign-in.
 */
export const hostStandings = ['sdk', 'alone', 'beside', 'own-app', 'open', 'text', 'people'] as const;
export type HostStanding = (typeof hostStandings)[number];

/** A host, address or URL template of a vendor, by scheme, with what its place says of it. */
export interface VendorHost {
  /** Vendor id. */
  readonly vendor: string;
  readonly host: string;
  readonly scheme: string | null;
  readonly stands: HostStanding;
  readonly serves: readonly HostUse[];
  /** Data that the parameters of a template carry, by the vendor's SDK rules. */
  readonly carries: readonly DataKind[];
  /** Of the vendor's SDKs: one is aboard, or texts of one alone, which anybody's code can hold, or its name alone. */
  readonly found: 'sdk' | 'texts' | 'named' | 'none';
  readonly evidence: readonly Evidence[];
}

/** Which registry data of addresses was asked. */
export interface AddressDatabase {
  /** What the database calls itself. */
  readonly name: string;
  readonly sha256: string;
  /** Day on which it was built, by its own metadata: YYYY-MM-DD. */
  readonly built: string;
}

/** Countries of addresses, by registry data that the caller has. */
export interface AddressRegistry extends AddressDatabase {
  /**
   * The country (ISO 3166-1 alpha-2) an IPv4 or IPv6 address is registered in; null where none is known.
   * @throws ScanError bad-option where the database turns out to be broken
   */
  countryOf(ip: string): string | null;
}

/** What code of nobody known is: a native file, classes of one package or prefix, a Swift module, a script; or content. */
export const unidentifiedKinds = ['library', 'framework', 'package', 'classes', 'module', 'script', 'content'] as const;
export type UnidentifiedKind = (typeof unidentifiedKinds)[number];

/** Something aboard that no rule knows: the app's own, or a third party's. */
export interface Unidentified {
  /** `content`: large, of no known format, and as even as what is encrypted or packed. */
  readonly kind: UnidentifiedKind;
  /** File, dotted package, prefix of Objective-C classes or Swift module. */
  readonly name: string;
  /** Bundle id of a framework; null where none is known. */
  readonly id: string | null;
  /** As its own property list says; null where none is known. */
  readonly version: string | null;
  /** Id of the vendor whose package, bundle id or file name it bears; null where no vendor's. A name proves nothing alone. */
  readonly vendor: string | null;
  /** The first few by name; `more` counts the rest. */
  readonly paths: readonly string[];
  readonly more: number;
  readonly sha256: string | null;
  /** Bytes, or classes of a package. */
  readonly size: number;
  /** Of content: bits per byte. */
  readonly entropy?: number;
  /**
   * Of native code: the files aboard that ask the system to load it. Of content: the DEX files in whose strings its name
   * stands - the base name, the end of its path, or its path below `assets/`. The first few; `moreReferrers` counts the
   * rest. None means that none was met there, not that nothing refers to it.
   */
  readonly referrers: readonly string[];
  readonly moreReferrers: number;
  /** Held in it; of a package, those of its own domain in the same file. */
  readonly hosts: readonly string[];
  /** Of what the app asks for, the permissions of which only its code refers to what they are for (`permissionUse`). */
  readonly onlyUserOf: readonly string[];
}

/**
 * Whose code it is that refers to something: a known SDK, the app's own, a runtime, a party that no rule knows (by the
 * name by which `unidentified` lists it), or nobody's that can be told: renamed packages, what build tools share out.
 */
export const userKinds = ['sdk', 'app', 'runtime', 'unidentified', 'mixed'] as const;
export type UserKind = (typeof userKinds)[number];

/** What code refers to of what a permission is for: something of the system that needs it, or the permission's name alone. */
export const referenceKinds = ['interface', 'name'] as const;
export type ReferenceKind = (typeof referenceKinds)[number];

/** Somebody whose code refers to what needs a permission, or only to the name of the permission, as whoever asks for it does. */
export interface PermissionUser {
  readonly kind: UserKind;
  /** Id of the SDK or runtime; id of the app; or the name of the party. */
  readonly name: string;
  readonly refers: ReferenceKind;
  /** The first places, of what says more; `more` counts the rest. */
  readonly evidence: readonly Evidence[];
  readonly more: number;
}

/** A permission or purpose string of the app, of which the rules know what needs it, and whose code refers to that. */
export interface PermissionUse {
  readonly permission: string;
  /** Empty where no code that was read refers to it. */
  readonly users: readonly PermissionUser[];
  readonly moreUsers: number;
  /** The one in `users` whose code alone refers to an interface that needs it; null where there is none or `open` says why. */
  readonly only: { readonly kind: UserKind; readonly name: string } | null;
  /** Why nobody can be said to be the only one, though others were not met; null where nothing stands against it. */
  readonly open: string | null;
}

/** A platform's or language's runtime, known by the names of its files and packages: what is found in it counts all the same. */
export interface RuntimeAboard {
  readonly id: string;
  readonly name: string;
  /** Who makes it. */
  readonly by: string;
  /** Where the framework's property list, or a file of the build, says it. */
  readonly version: string | null;
  readonly paths: readonly string[];
  readonly more: number;
}

/** A library that a file of the build names: `META-INF/….version`, `pom.properties`, `play-services-ads.properties`. */
export interface NamedLibrary {
  /** `group:artifact`, or as the file says it. */
  readonly name: string;
  /** Null where the file says none. */
  readonly version: string | null;
  readonly evidence: Evidence;
}

/** By what an SDK of a published list is told: its framework, the class that CocoaPods leaves of it, its Swift module. */
export const listedSigns = ['framework', 'pod', 'module'] as const;
export type ListedSign = (typeof listedSigns)[number];

/** An SDK of a published list that is aboard by name. */
export interface ListedSdk {
  /** As the list has it. */
  readonly name: string;
  /** Path of the unit that it lies in. */
  readonly unit: string;
  readonly found: ListedSign;
  /** The framework's folder, or the file that holds the class or module. */
  readonly path: string;
  /** Of the unit's privacy manifests, the path of one that stands in it, or bears its name; null where none does. */
  readonly manifest: string | null;
}

/** A list of SDKs that somebody publishes, as far as they are aboard by name. No finding stands on it. */
export interface SdkList {
  readonly id: string;
  readonly name: string;
  /** Who publishes it. */
  readonly by: string;
  readonly says: string;
  readonly sources: readonly Source[];
  /** The first by name; `more` counts the rest. */
  readonly aboard: readonly ListedSdk[];
  readonly more: number;
}

/** Stable names of anomalies, by the format that they are of. */
export const anomalyCodes = [
  'apk.dex-not-loaded',
  'apk.signing-block-payload',
  'axml.attribute-id',
  'axml.attribute-name',
  'axml.attribute-namespace',
  'axml.attribute-size',
  'axml.attribute-start',
  'axml.chunk-size',
  'axml.file-size',
  'axml.file-type',
  'axml.header-size',
  'axml.junk-chunk',
  'axml.raw-value',
  'axml.second-pool',
  'axml.second-root',
  'axml.string-count',
  'axml.string-length',
  'axml.string-offset',
  'axml.trailing-bytes',
  'axml.unbalanced-end',
  'axml.zero-size-chunk',
  'content.embedded',
  'dex.data-section',
  'dex.endian-tag',
  'dex.file-size',
  'dex.header-offset',
  'dex.header-size',
  'dex.magic',
  'dex.trailing-bytes',
  'elf.section-headers',
  'macho.platform',
  'set.package',
  'set.signer',
  'set.version',
  'zip.bad-extra-field',
  'zip.bad-offset',
  'zip.bad-size',
  'zip.crc-mismatch',
  'zip.directory-gap',
  'zip.directory-named-as-file',
  'zip.directory-size',
  'zip.directory-with-data',
  'zip.disk-number',
  'zip.duplicate-name',
  'zip.encryption-flag',
  'zip.entry-count',
  'zip.hostile-name',
  'zip.local-header-mismatch',
  'zip.not-utf8',
  'zip.orphan-entry',
  'zip.overlapping-entries',
  'zip.prepended-data',
  'zip.second-end-record',
  'zip.size-mismatch',
  'zip.trailing-data',
  'zip.unclaimed-data',
  'zip.unknown-method',
  'zip.zip64',
] as const;
export type AnomalyCode = (typeof anomalyCodes)[number];

/** Something about the container that an installer accepts and other readers do not, or that hides content. */
export interface Anomaly {
  readonly code: AnomalyCode;
  readonly path: string | null;
  readonly offset: number;
  readonly detail: string;
}

/** A permission that an app asks of devices up to an API level alone. */
export interface PermissionLimit {
  readonly name: string;
  readonly maxSdk: number;
}

export interface ImpliedPermission {
  readonly name: string;
  /** The permission that brings it, or `targetSdkVersion`. */
  readonly by: string;
}

/** Whose certificates a connection may be vouched for with; `own`: a file of the app's. */
export const trustAnchors = ['system', 'user', 'wfa', 'own'] as const;
export type TrustAnchors = (typeof trustAnchors)[number];

/** What Android's own stacks ask of a connection: those of HTTP, WebView and TLS. Sockets of native code do not ask. */
export interface NetworkRules {
  /** Whether a connection without TLS is permitted, on Android 9 and later. */
  readonly cleartext: boolean;
  /** `user`: those that the user of a device, or its owner, installs. None: nobody is trusted. */
  readonly trust: readonly TrustAnchors[];
}

export interface NetworkDomain {
  /** In lower case, as the configuration has it. */
  readonly name: string;
  readonly includeSubdomains: boolean;
}

/** What holds for some domains. Of several that a host lies in, the longest name decides. */
export interface NetworkDomains extends NetworkRules {
  readonly names: readonly NetworkDomain[];
  /** Keys of which a server must show one, and the day from which none is asked for (YYYY-MM-DD); null for no pins. */
  readonly pins: { readonly count: number; readonly expires: string | null } | null;
}

/** What an Android app's documents say of its connections: its network security configuration, or the manifest alone. */
export interface NetworkSecurity {
  /** The document that the manifest names, which Android reads since 7.0: its entry path, as far as it is known. */
  readonly config: { readonly path: string | null; readonly isRead: boolean } | null;
  /** As the manifest says it, which Android 7.0 and later passes over where there is a configuration; null for nothing. */
  readonly usesCleartextTraffic: boolean | null;
  /** For every host but those of `domains`; null where the configuration could not be read. */
  readonly base: NetworkRules | null;
  readonly domains: readonly NetworkDomains[];
  /** Names of domains that are not listed. */
  readonly moreDomains: number;
  /** Documents that other devices read in its place, by the resource table: not read. */
  readonly variants: readonly string[];
}

/** What Android starts by name. */
export const componentKinds = ['activity', 'service', 'receiver', 'provider'] as const;
export type ComponentKind = (typeof componentKinds)[number];

/** A component that other apps can start. */
export interface ExportedComponent {
  readonly kind: ComponentKind;
  /** Of its class. */
  readonly name: string;
  /** What whoever starts it has to hold; null for nothing. */
  readonly permission: string | null;
  /** Vendor in whose package the class stands, as the rules know it; null for nobody's. */
  readonly vendor: string | null;
}

/** What an Android manifest opens to other apps, lets run before the app, and asks to see of others. */
export interface AndroidFacts {
  readonly exported: readonly ExportedComponent[];
  readonly moreExported: number;
  /** Classes that androidx.startup makes before the app's own code runs. */
  readonly initialisers: readonly string[];
  /** `package com.example`, `intent android.intent.action.VIEW https`, `provider com.example.files`. */
  readonly queries: readonly string[];
  readonly moreQueries: number;
}

export interface App {
  /** Package name or bundle identifier. */
  readonly id: string | null;
  readonly name: string | null;
  /**
   * Language (BCP 47) whose configuration of the resources gave `name`; empty for the default one. Null where the name
   * stands in the document itself, or is not known.
   */
  readonly nameIn: string | null;
  readonly version: string | null;
  readonly build: string | null;
  readonly minOs: string | null;
  readonly targetOs: string | null;
  /** Android permissions, or iOS usage-description keys. */
  readonly permissions: readonly string[];
  /** Of these, the ones that only devices up to an API level are asked for (Android). */
  readonly permissionLimits: readonly PermissionLimit[];
  /** What Android grants besides, without being asked: an old target or another permission brings it. */
  readonly implied: readonly ImpliedPermission[];
  /** Background modes (iOS) or foreground service types (Android). */
  readonly background: readonly string[];
  /** Keys of the entitlements in the code signature of its executable (iOS). */
  readonly entitlements: readonly string[];
  readonly architectures: readonly string[];
  /** What Android's stacks permit it to connect to, and whom they trust; null on iOS, and where no manifest was read. */
  readonly network: NetworkSecurity | null;
  /** Left out on iOS, and where the manifest has nothing of it. */
  readonly android?: AndroidFacts | undefined;
}

/** An X.509 certificate inside a signature. What it says of itself is null where the runtime has no reader for it. */
export interface Certificate {
  /** Of its DER. */
  readonly sha256: string;
  /** RFC 4514: the most specific name first. */
  readonly subject: string | null;
  readonly issuer: string | null;
  /** ISO 8601. */
  readonly notBefore: string | null;
  readonly notAfter: string | null;
}

/** `v1` is a JAR signature, the other v's are in the APK Signing Block, `codesign` is Apple's. */
export const signatureSchemes = ['v1', 'v2', 'v3', 'v3.1', 'codesign'] as const;
export type SignatureScheme = (typeof signatureSchemes)[number];

/**
 * Who signed the bundle, as the bundle itself says. Neither the signature nor the certificates were verified: anyone can
 * copy a certificate into a file. An installer refuses what does not verify; Waybill does not look.
 */
export interface Signature {
  readonly scheme: SignatureScheme;
  /** Apple's identifier of the team that signed the app's executable; null where it names none, and on Android. */
  readonly teamId: string | null;
  /** The signer's own first, then those that vouch for it. Those of `codesign` are not read. */
  readonly certificates: readonly Certificate[];
}

/** What else an APK Signing Block holds. */
export interface SigningBlockPair {
  /** Eight hexadecimal digits behind `0x`. */
  readonly id: string;
  /** What is known to be stored under the id; null for an unknown one. */
  readonly name: string | null;
  /** Bytes. */
  readonly size: number;
}

export interface BundleFacts {
  readonly kind: BundleKind;
  readonly platform: Platform;
  readonly sha256: string;
  /** Bytes of the file, or of all files of a directory. */
  readonly size: number;
  readonly entries: number;
  /** One for each scheme and signer; not verified. */
  readonly signatures: readonly Signature[];
  readonly signingBlock: readonly SigningBlockPair[];
  /** The first unit's. */
  readonly app: App;
  readonly units: readonly Unit[];
  /** By path; left out where there is none (iOS). */
  readonly privacyManifests?: readonly PrivacyManifest[] | undefined;
}

/** Whom a provisioning profile lets run what was signed with it. */
export const provisioningKinds = ['development', 'ad-hoc', 'enterprise', 'app-store'] as const;
export type ProvisioningKind = (typeof provisioningKinds)[number];

/**
 * The provisioning profile that came with a unit (`embedded.mobileprovision`), as it says itself: its signature was not
 * verified. A copy from the App Store has none.
 */
export interface Provisioning {
  /** Entry path of the profile. */
  readonly path: string;
  readonly sha256: string;
  readonly kind: ProvisioningKind;
  readonly name: string | null;
  /** Apple's identifier of the team that it was made for. */
  readonly teamId: string | null;
  readonly teamName: string | null;
  /** Behind the team's prefix the bundle identifier, or `*` for any that begins so. */
  readonly appId: string | null;
  /** ISO 8601. */
  readonly created: string | null;
  readonly expires: string | null;
  /** `get-task-allow`: whether a debugger may attach; null where the profile says nothing of it. */
  readonly debuggable: boolean | null;
  /** How many devices it names; which ones, no report says. */
  readonly devices: number;
}

/** A kind of data that a privacy manifest says is collected. Null: the manifest does not say. */
export interface CollectedData {
  /** As Apple or the manifest calls it: `NSPrivacyCollectedDataTypeUserID`. */
  readonly type: string;
  readonly linked: boolean | null;
  readonly tracking: boolean | null;
  readonly purposes: readonly string[];
}

/** A kind of API that a privacy manifest says is used, with the reasons that it gives: codes of Apple's, such as `CA92.1`. */
export interface AccessedApi {
  readonly type: string;
  readonly reasons: readonly string[];
}

/** A `PrivacyInfo.xcprivacy` of the app, of a framework or of a bundle of resources: what its maker says of data. */
export interface PrivacyManifest {
  /** Entry path. */
  readonly path: string;
  readonly sha256: string;
  /** Path of the unit that it lies in. */
  readonly unit: string;
  /** Null where it does not say. */
  readonly tracking: boolean | null;
  readonly trackingDomains: readonly string[];
  readonly collects: readonly CollectedData[];
  readonly accesses: readonly AccessedApi[];
}

/**
 * One app inside a bundle, or a part of one that is handed out by itself: an extension, a watch app, a split, a feature
 * module. Each asks for its own permissions.
 */
export interface Unit {
  /** Its folder, or the archive that it is; empty where the bundle is the unit. */
  readonly path: string;
  readonly kind: UnitKind;
  readonly platform: Platform;
  readonly app: App;
  /** Left out where there is none that could be read, and on Android. */
  readonly provisioning?: Provisioning | undefined;
}

/** What no bundle holds and the caller may state. */
export interface Context {
  readonly operator?: { readonly name: string; readonly country?: string | undefined } | undefined;
  readonly distribution?:
    | { readonly offered?: readonly string[] | undefined; readonly notOffered?: readonly string[] | undefined }
    | undefined;
  readonly audience?: string | undefined;
  readonly sector?: string | undefined;
}

/** A vendor that something aboard names, with what the report's date knows of it. */
export interface VendorFacts {
  readonly id: string;
  readonly name: string;
  /** False for a project that publishes code and receives nothing. */
  readonly receives: boolean;
  readonly entities: readonly EntityFact[];
  readonly countries: readonly string[];
  /** As of a recipient. */
  readonly countriesComplete: boolean;
  /** Of its SDKs, as far as they were found; empty, and null, where hosts alone name it. */
  readonly presence: readonly PresenceFact[];
  readonly confidence: Confidence | null;
}

export const taxonomies = ['CWE', 'MASVS', 'MASWE'] as const;
export type Taxonomy = (typeof taxonomies)[number];

/** A rule of the policy: what was asked of the bundle, whether a finding came of it or not. */
export interface AskedRule {
  readonly id: string;
  readonly axis: Axis;
  /** What it was asked of: each flow, each detection, the bundle. */
  readonly over: SubjectKind;
  /** Of a finding that holds, and of one not decided. */
  readonly level: Level;
  readonly undetermined: Level;
  /** Rules that ask what this one must know: while one of them has no answer, this one says nothing, which is no answer. */
  readonly askedBy: readonly string[];
  /** What it asks, of no recipient or SDK in particular. */
  readonly question: string;
  /** Where public lists of weaknesses and controls have it; by `source`, which says so. */
  readonly taxa: readonly { readonly taxonomy: Taxonomy; readonly id: string; readonly source: Source }[];
}

/** The answer: a pure function of bytes, rules, policy, context, registry data and date. */
export interface Report {
  readonly schema: '2.0.0';
  readonly waybill: string;
  readonly asOf: string;
  readonly depth: Depth;
  readonly bundle: BundleFacts;
  readonly rules: { readonly digest: string; readonly sdks: number; readonly vendors: number };
  readonly policy: {
    readonly id: string;
    readonly name: string;
    /** Levels from which a finding rejects, or asks for review. */
    readonly reject: Level;
    readonly review: Level;
    /** Reasons of incompleteness that the policy accepts. */
    readonly accepts: readonly CoverageReason[];
    /** Every rule that was asked, in the policy's order. */
    readonly rules: readonly AskedRule[];
  };
  readonly context: { readonly digest: string; readonly stated: Context } | null;
  /** Null where no registry data was given. */
  readonly addresses: AddressDatabase | null;
  readonly verdict: Verdict;
  readonly verdictReasons: readonly string[];
  readonly complete: boolean;
  readonly risk: Risk;
  readonly detections: readonly Detection[];
  /** Every vendor that something aboard or a finding names, whether data goes to it or not. */
  readonly vendors: readonly VendorFacts[];
  /** Who gets data, each once: flows and findings refer to it by id. */
  readonly recipients: readonly Recipient[];
  readonly flows: readonly Flow[];
  readonly findings: readonly Finding[];
  /** Laws that findings cite, each once. */
  readonly laws: readonly LawFact[];
  readonly background: readonly Background[];
  readonly endpoints: readonly Endpoint[];
  readonly unidentified: readonly Unidentified[];
  readonly permissionUse: readonly PermissionUse[];
  readonly runtimes: readonly RuntimeAboard[];
  readonly libraries: readonly NamedLibrary[];
  /** Published lists of which something is aboard by name. */
  readonly listed: readonly SdkList[];
  readonly coverage: readonly Coverage[];
  readonly anomalies: readonly Anomaly[];
  readonly notices: readonly string[];
}

/** A known finding that somebody has accepted, for a reason and a time. What it names of an app must all be so. */
export interface Waiver {
  /** Id of a finding, or its beginning up to a `/` and then `*`: `relay-through-country/*`. */
  readonly finding: string;
  readonly reason: string;
  /** Who accepted it. */
  readonly by: string;
  /** First day on which it no longer counts, YYYY-MM-DD: compared with the real day, never with the report's. */
  readonly expires: string;
  /** Package name or bundle identifier of the one app that it is for; every app where left out. */
  readonly app?: string | undefined;
  /** Version of the app, where `*` stands for any characters: `4.*`. */
  readonly version?: string | undefined;
  /** What the bundle's file is called, as reports call it, where `*` stands for any characters: `build/*.apk`. */
  readonly file?: string | undefined;
}

/** What became of something between two reports. What one of them did not read, or did not ask, is not called new or gone. */
export const changeKinds = [
  'added',
  'removed',
  'changed',
  'unread-old',
  'unread-new',
  'unasked-old',
  'unasked-new',
] as const;
export type ChangeKind = (typeof changeKinds)[number];

/** Which way a finding, or a whole app, went between two reports. */
export const trends = ['better', 'worse', 'mixed', 'same', 'unclear'] as const;
export type Trend = (typeof trends)[number];

/** Why two reports cannot be compared as they stand, or not in all. */
export const differenceRemarks = [
  'same-bundle',
  'other-app',
  'app-unknown',
  'other-platform',
  'other-signer',
  'other-policy',
  'other-context',
  'other-rules',
  'other-addresses',
  'other-day',
  'other-depth',
  'other-waybill',
  'unread-old',
  'unread-new',
] as const;
export type DifferenceRemark = (typeof differenceRemarks)[number];

export interface Progress {
  readonly phase: 'open' | 'read' | 'judge';
  /** Bytes of the source read so far and in all. */
  readonly done: number;
  readonly total: number;
}
