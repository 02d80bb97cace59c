import type { Linkage } from '../bundle/libraries.ts';
import type { Anomaly, Coverage, Passage, Platform } from '../types.ts';

/** How strongly a feature ties to code aboard: it is defined here, only named here, or declared in a manifest. */
export type Grade = 'defined' | 'referenced' | 'declared';

/** A clue of some SDK met in one entry. */
export interface Hit {
  /** `<sdk id>/<clue id>` */
  readonly clue: string;
  readonly grade: Grade;
  readonly seen: Passage;
  readonly arch: string | null;
}

export interface VersionHit {
  readonly sdk: string;
  readonly version: string;
  readonly seen: Passage;
  readonly arch: string | null;
}

/** A host, address or URL template that an entry holds. */
export interface EndpointHit {
  readonly host: string;
  readonly url: string | null;
  readonly scheme: string | null;
  readonly seen: Passage;
}

/** Native code that can be named when no rule knows it. */
export interface NativeFacts {
  readonly kind: 'library' | 'framework';
  readonly name: string;
  /** True for the app's own executable. */
  readonly main: boolean;
}

/** One instruction set's part of a Mach-O file. */
export interface Slice {
  readonly arch: string;
  readonly offset: number;
  readonly size: number;
}

/** Everything one entry offers to match on, already matched: no names are kept but those that hit. */
export interface EntryFeatures {
  readonly path: string;
  readonly format: string;
  readonly size: number;
  readonly sha256: string | null;
  /** Instruction set of a library of one; null for several or none. */
  readonly arch: string | null;
  /** Slices of a Mach-O file: a thin one has one. */
  readonly slices: readonly Slice[];
  /** Framework, app extension or nested archive that holds the entry. */
  readonly container: string | null;
  readonly hits: readonly Hit[];
  /** By clue: met, and not kept. */
  readonly moreHits: ReadonlyMap<string, number>;
  readonly versions: readonly VersionHit[];
  readonly endpoints: readonly EndpointHit[];
  readonly moreEndpoints: number;
  readonly native: NativeFacts | null;
  /** The code signature of a Mach-O, by its first slice that has one. */
  readonly signature: { readonly teamId: string | null } | null;
  /** What a Mach-O asks the system to load; null for anything else. */
  readonly linkage: Linkage | null;
  /** Dotted packages of classes defined here, with their number of classes. */
  readonly packages: ReadonlyMap<string, number>;
  /** Bits per byte of large content of no known kind that looks encrypted or packed; null for any other. */
  readonly opaque: number | null;
  readonly coverage: readonly Coverage[];
  readonly anomalies: readonly Anomaly[];
}

/** What every extractor needs to know of the bundle. */
export interface Scene {
  readonly platform: Platform;
  /** Folder of the app, with `/` at its end, or empty. */
  readonly root: string;
  /** Entry path of the app's own executable; null on Android or where none is named. */
  readonly executable: string | null;
  /** Entry paths of all executables: the app's, those of frameworks and extensions. */
  readonly executables: ReadonlySet<string>;
}
