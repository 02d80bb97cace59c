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

export const taxonomies = ['CWE', 'MASVS', 'MASWE'] as const;
export type Taxonomy = (typeof taxonomies)[number];

/**
 * What is known of an SDK's code: declared, only named, fetched at run time by a page aboard, in the bundle, or reached by
 * a chain of calls from something that the system starts.
 */
export const presenceFacts = ['declared', 'referenced', 'remote', 'bundled', 'reachable'] as const;
export type PresenceFact = (typeof presenceFacts)[number];

/**
 * Whose code it is that refers to something: a known SDK, the app's own, a runtime, a party that no rule knows (by the
 * name by which `unidentified` lists it), or nobody's that can be told: renamed packages, what build tools share out.
 */
export const userKinds = ['sdk', 'app', 'runtime', 'unidentified', 'mixed'] as const;
export type UserKind = (typeof userKinds)[number];
