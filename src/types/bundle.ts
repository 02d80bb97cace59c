import type { App } from './app.ts';
import type { BundleKind, Platform, UnitKind } from './words.ts';

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
