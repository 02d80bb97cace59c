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
