import type { Ordered, Origin } from '../formats/dex/index.ts';
import type { Anomaly, Coverage, Format, Passage, Platform } from '../types.ts';

/**
 * How strongly a feature ties to code aboard: it is defined here, only named here, declared in a manifest, or what a page
 * aboard fetches at run time.
 */
export type Grade = 'defined' | 'referenced' | 'declared' | 'remote';

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

/** A library that a file of the build, a class that it leaves or a bundled script names, and its version where the file says one. */
export interface LibraryHit {
  readonly kind: 'file' | 'class' | 'string';
  readonly name: string;
  readonly version: string | null;
  readonly seen: Passage;
}

/** Stands for the package of code that build tools share out among all: what it refers to is nobody's alone. */
export const SHARED_CODE = '(shared by the build)';

/** Something of the platform's that needs a permission, and whose code refers to it. */
export interface UseHit {
  /** Id of what the rules say is guarded; null where it is the name of the permission that code loads. */
  readonly guarded: string | null;
  /** What is referred to: a member, a class, a symbol, a string. */
  readonly name: string;
  /** Package of a DEX; null where it is the file. */
  readonly by: string | null;
  readonly seen: Passage;
}

/**
 * By which types are told that one DEX refers to and another defines: FNV-1a of the name as it stands between `L` and `;`.
 * Two names with one digest only leave more open.
 */
export function digestOfType(bytes: Uint8Array, from: number, to: number): number {
  let digest = 0x811c9dc5;
  for (let i = from; i < to; i++) digest = Math.imul(digest ^ bytes[i]!, 0x0100_0193);
  return digest >>> 0;
}

/** Digests of the names of types of one DEX, ascending: of those that it defines, and of those that it only refers to. */
export interface DexTypes {
  readonly defined: Uint32Array;
  readonly foreign: Uint32Array;
}

/** Whether a digest is among these: a hostile app has a thousand calls, and 65,536 types in each of many files. */
export function hasDigest(ascending: Uint32Array, digest: number): boolean {
  let low = 0;
  let high = ascending.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (ascending[middle]! < digest) low = middle + 1;
    else high = middle;
  }
  return ascending[low] === digest;
}

/** Where a value that code hands to an SDK comes from. */
export interface OriginHit extends Omit<Origin, 'at'> {
  /** The constant, or the instruction that makes it; null where there is no one place. */
  readonly seen: Passage | null;
}

/** A call of an SDK's API, or a write of a field of it, that a rule asks for. */
export interface CallHit {
  /** `<sdk>/<control>/<switch>` or `<sdk>/api/<id>`. */
  readonly id: string;
  /** Class and method whose code it is. */
  readonly by: { readonly class: string; readonly method: string };
  /** What each value can be, in the order in which the rule reads them. Empty where no way through the code leads there. */
  readonly values: readonly (readonly OriginHit[])[];
  /** From a method that the system starts down to this one; empty where no such chain was seen. */
  readonly chain: readonly string[];
  /** Whether the method can come to its end without it. */
  readonly isConditional: boolean;
  readonly relies: readonly string[];
  readonly follows: readonly string[];
  /** Place of its DEX among the headers of the entry. */
  readonly dex: number;
  /** Why code of other DEX files may say otherwise, where that was asked when all were read. */
  readonly elsewhere?: string;
  readonly seen: Passage;
}

/** Whether what switches a control comes before what has to come later, in one file. */
export interface OrderHit {
  /** `<sdk>/<control>`. */
  readonly group: string;
  readonly later: Ordered;
  readonly start: Ordered;
  readonly undone: string | null;
  readonly relies: readonly string[];
  readonly follows: readonly string[];
  /** Place of its DEX among the headers of the entry. */
  readonly dex: number;
  /** Why code of other DEX files may say otherwise, where that was asked when all were read. */
  readonly elsewhere?: string;
}

/**
 * Code outside of a package that calls into it: the first place in each class. `reflection`: it asks for classes or members
 * by name, or loads code; `name`: beside that, it loads the name of a member of an SDK.
 */
export interface CallerHit {
  readonly kind: 'call' | 'name' | 'reflection' | 'loader';
  /** Of the SDK; empty for what is of none. */
  readonly package: string;
  /** The class whose code it is. */
  readonly by: string;
  readonly called: string;
  readonly seen: Passage;
}

/** A selector that Objective-C code refers to and that a rule asks for: of whose method, and whether it is sent, is not said. */
export interface SelectorHit {
  readonly name: string;
  readonly arch: string | null;
  readonly seen: Passage;
}

/** Code that can be named when no rule knows it. */
export interface NativeFacts {
  readonly kind: 'library' | 'framework' | 'script';
  readonly name: string;
  /** True for the app's own executable. */
  readonly main: boolean;
}

export interface LibraryIdentity {
  /** SONAME of an ELF file, install name of a Mach-O, without folders. */
  readonly name: string | null;
  /** Build id of an ELF file, LC_UUID of each slice of a Mach-O. */
  readonly builds: readonly string[];
}

/** One instruction set's part of a Mach-O file. */
export interface Slice {
  readonly arch: string;
  readonly offset: number;
  readonly size: number;
}

/** What the slices of one Mach-O ask dyld to load from the app, and where to look. */
export interface Linkage {
  /** By install name: whether all that ask for it do so weakly, so that it may be absent. */
  readonly loads: ReadonlyMap<string, boolean>;
  readonly rpaths: ReadonlySet<string>;
}

/** Everything one entry offers to match on, already matched: no names are kept but those that hit. */
export interface EntryFeatures {
  readonly path: string;
  readonly format: Format;
  /** Whose content it is in whatever bundle it stands: a DEX is Android's. Null for what either can hold. */
  readonly platform: Platform | null;
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
  /** What a native library calls itself, and what tells its build from any other; left out where it says neither. */
  readonly identity?: LibraryIdentity;
  /** The code signature of a Mach-O, by its first slice that has one. */
  readonly signature: { readonly teamId: string | null } | null;
  /** What a Mach-O asks the system to load; null for anything else. */
  readonly linkage: Linkage | null;
  /** The property list of entitlements in that signature, as it stands; null once its keys were read. */
  readonly entitlements: Uint8Array | null;
  /** Dotted packages of classes defined here, with their number of classes. */
  readonly packages: ReadonlyMap<string, number>;
  /** What of the platform its code refers to, once for each package; left out where there is none. */
  readonly uses?: readonly UseHit[];
  /** Why not all of its code was gone through for them; left out where it was. */
  readonly codeUnread?: string;
  /** Calls that rules ask for, and who calls an SDK at all; left out where there is none. */
  readonly calls?: readonly CallHit[];
  readonly callers?: readonly CallerHit[];
  readonly orders?: readonly OrderHit[];
  /** Why not all code was gone through for them; left out where it was. */
  readonly callsUnread?: string;
  /** Left out where there is none that a rule asks for. */
  readonly selectors?: readonly SelectorHit[];
  /** Of each header of a DEX, in their order; left out where nobody asks for calls. */
  readonly types?: readonly DexTypes[];
  /** Names that a native file asks the system to load, without their folders. */
  readonly loads: readonly string[];
  /** Libraries that a file of the build names. */
  readonly libraries: readonly LibraryHit[];
  /** Bits per byte of large content of no known kind that looks encrypted or packed; null for any other. */
  readonly opaque: number | null;
  /** Paths of large entries that a string of the DEX spells, whether they turn out to be opaque or not. */
  readonly refersTo?: readonly string[];
  readonly coverage: readonly Coverage[];
  readonly anomalies: readonly Anomaly[];
}

/** What extractors need to know of the app, extension or watch app that an entry belongs to. */
export interface SceneUnit {
  readonly platform: Platform;
  /** Its folder, with `/` at its end, or empty. */
  readonly root: string;
  /** Entry path of its own executable; null on Android or where none is named. */
  readonly executable: string | null;
  /** The folder, where it is not the app itself: what it holds stands in a container. */
  readonly container: string | null;
  /** Whether the system, or what it starts, loads the entry as code by its place. */
  isCode(path: string): boolean;
  /** Where a device has what stands there in the unit: an App Bundle keeps it elsewhere. */
  installed(place: string): string;
}

/** By what two entries may have the same content, as their archives claim. */
export interface Repeatable {
  readonly size: number;
  readonly crc32: number | null;
}

/** What every extractor needs to know of the bundle. */
export interface Scene {
  /** What the manifests call the app and its parts. */
  readonly appIds: readonly string[];
  /** The unit of an entry, by the longest folder around it; null for what stands beside all units. */
  unitOf(path: string): SceneUnit | null;
  /** Of a bundle that is read as two kinds, and is both from its top: what it is besides. */
  readonly beside: SceneUnit | null;
  /** Whether the entry was read as a document: what that declares is known, what else it holds is searched like any data. */
  isDocument(path: string): boolean;
  /** Whether another package of the app has an entry that may be the same: its bytes are compared then, and read once. */
  isRepeated(entry: Repeatable): boolean;
  /** Whether a unit asks for the permission, or has the purpose string. */
  hasPermission(permission: string): boolean;
  /** Told of each class that a DEX defines: `Lio/agora/rtc/RtcEngine;`, in place. */
  defines(bytes: Uint8Array, start: number, end: number): void;
  /** Told of each library that a DEX asks the system to load by a constant: `foo` for `libfoo.so`. */
  asks(path: string, asked: { readonly name: string; readonly by: string; readonly offset: number }): void;
}
