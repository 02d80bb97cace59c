import type { Evidence } from './evidence.ts';
import type { Source } from './source.ts';
import type { UserKind } from './words.ts';

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
