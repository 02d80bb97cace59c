import type { Wanted } from '../formats/dex/index.ts';
import type { ImageKind } from '../formats/image.ts';
import type { FeatureKind, Passage } from '../types.ts';
import type { EndpointHit, EntryFeatures, Grade, Hit, UseHit, VersionHit } from './facts.ts';

/** Names of a table that are told by two bytes: those at their beginning or end, by first byte x 256 + second. */
export interface Marks {
  readonly heads: Uint8Array;
  readonly tails: Uint8Array;
}

/** A constant that somebody wants to know the value of. */
export interface ConstantName {
  /** Dotted, `$` for nested ones. */
  readonly class: string;
  readonly field: string;
}

/** A string in the code of a method: one that it loads, or what it returns whatever it is called with. */
export interface CodedName {
  /** Dotted, `$` for nested ones. */
  readonly class: string;
  readonly method: string;
  readonly as: 'loaded' | 'returned';
}

/**
 * Something of the platform's that somebody wants to know the users of: a method or field by its class (dotted, `$` for
 * nested ones), or, where the class is null, a string that code loads; `*` at its end stands for any that begins so.
 */
export interface WantedMember {
  readonly class: string | null;
  readonly name: string;
  /** It is of interest where the app asks for one of these permissions, or has one of these purpose strings. */
  readonly asked: readonly string[];
}

/** Code that refers to something of the platform's. */
export interface UseOf {
  readonly kind: 'method' | 'field' | 'string';
  readonly class: string | null;
  readonly name: string;
  /** Package of the class whose code it is, as packages are counted. */
  readonly by: string;
}

/** Code that somebody wants the strings of: that of one method, or, without one, of all methods of the class. */
export interface WantedCode {
  readonly class: string;
  readonly method: string | null;
}

/**
 * Whoever wants the facts that extractors read: the rules' matcher, or what writes them down. It also answers what a
 * reader must know before it reads. One taker serves one reading.
 */
export interface Taker {
  /** Which type descriptors of a DEX it wants, by what stands between `L` and `;`: others need not be handed over. */
  readonly types: Marks;
  /** Which strings of a DEX it wants. */
  readonly strings: Marks;
  /** Which symbols of native code it wants as they stand. */
  readonly symbols: Marks;
  /** Static fields it wants the values of; `every` for all of them. */
  readonly constants: readonly ConstantName[] | 'every';
  /** Methods whose code is to be decoded; `every` for all of them. */
  readonly code: readonly WantedCode[] | 'every';
  /** What of the platform it wants to know the users of; `every` for all that code refers to. */
  readonly members: readonly WantedMember[] | 'every';
  /** Calls that it wants every place of, and packages that it wants the callers of. */
  readonly calls: Wanted;
  /** Selectors that it wants to know the files of whose code refers to them; `every` for all. */
  readonly selectors: ReadonlySet<string> | 'every';
  /** Whether it wants to know of a key of a property list. */
  wantsKey(key: string): boolean;
  /** Begins an entry: entries may be nested, so that several are open at once. */
  entry(path: string, about: About): EntryTaker;
}

/** What a hit costs to look at, in steps of the scan's allowance. */
export const hitSteps = { name: 1, clue: 1, code: 1, address: 1, host: 2, url: 3, version: 4 } as const;
export type HitKind = keyof typeof hitSteps;

/** What the extractor of an entry answers its taker. */
export interface About {
  /** Something begins there, inside other content, as code does: `head` holds a kilobyte from there on. */
  embedded(kind: ImageKind, offset: number, head: Uint8Array, coding?: 'base64'): void;
  /** A run of base64 begins there: `head` is what it decodes to, a kilobyte or so; `seen` the text from there on. */
  coded(offset: number, head: Uint8Array, seen: Uint8Array): void;
  /** Instruction set of the slice that a place lies in, as far as the reader knows by now; null for none or several. */
  archAt(offset: number | null): string | null;
  /** Whether a place lies in packed bytes that were read as what they hold: what they spell by themselves is told there. */
  isReadUnpacked(offset: number): boolean;
  /** Whether one more hit of that kind may be looked at; else it is counted, and said of the entry. */
  looks(kind: HitKind): boolean;
  /** Whether it is native code, which holds hardly any text that a script or page could spell. */
  readonly isNative: boolean;
  /** Pieces of evidence kept for one clue of the entry. */
  readonly evidencePerClue: number;
  /** Hosts, addresses and URL templates kept of the entry. */
  readonly endpoints: number;
}

/** Where what is searched stands in the content that it was taken from in pieces. */
export interface Layout {
  placeOf(at: number): number;
  /** Whether a byte stands for a unit of UTF-16, the low byte first, of which it is the ASCII character. */
  isWide(at: number): boolean;
  /** False for what was put between two pieces. */
  isContent(at: number): boolean;
}

/** Takes the facts of one entry, in the order in which they are read. `seen` is asked for only where it is kept. */
export interface EntryTaker {
  /** A name that a reader decoded: out of a symbol, of a library, a file, a key that a document declares. */
  name(kind: FeatureKind, name: string, grade: Grade, offset: number | null, seen: () => Passage): void;
  /** A type descriptor of a DEX, `Lio/agora/rtc/RtcEngine;`, in place: `base` is where `bytes` begins in the content. */
  type(bytes: Uint8Array, start: number, end: number, grade: Grade, base: number): void;
  /** A string of a DEX or of a Java class, in place; `how` is the word for it. */
  string(bytes: Uint8Array, start: number, end: number, base: number, how?: string): void;
  /** A symbol of native code, in place; `offset` is where its name stands in the content. */
  symbol(bytes: Uint8Array, start: number, end: number, grade: Grade, offset: number, seen: () => Passage): void;
  /**
   * Content that is searched begins. One entry at a time: those nested in it begin after its end.
   * @param isPooled whether it holds string pools of Android, in which the length of a string stands before it
   * @param layout of content that comes in pieces, in another order than it stands in
   */
  begin(isPooled: boolean, layout?: Layout): void;
  /** The next bytes of it, from its first to its last. */
  bytes(chunk: Uint8Array): void;
  /** It has ended. @returns possible hits of wildcard clues that were not compared, because there were too many */
  end(): number;
  /** The value of a static field, of those that are wanted. */
  constant(name: ConstantName, value: string, seen: () => Passage): void;
  /** A string in code that is wanted; `seen` shows the part of it that begins so many bytes behind its first. */
  coded(name: CodedName, value: string, seen: (part: string, from: number) => Passage): void;
  /** Code refers to something of the platform's: once for each package of a DEX that does. */
  use(what: UseOf, seen: () => Passage): void;
  /** The current version in a library's own identification, or in the load command that names it. */
  dylib(name: string, version: string, seen: () => Passage): void;
  /** A value of a folder's Info.plist. */
  value(
    folder: { readonly name: string; readonly bundleId: string | null },
    key: string,
    value: string,
    seen: () => Passage,
  ): void;
  /** The content is no code: what the name alone said is declared and not defined. */
  namesOnly(): void;
  /** Whether the name of the entry is that of a library that somebody looks for. */
  readonly isNamed: boolean;
  /** Whether anything was taken at a place in the content, so that its digest is part of the proof. */
  readonly hasPlaces: boolean;
  /** What the entry offers: the rest of its features, and what the taker made of its facts. */
  finish(rest: Omit<EntryFeatures, keyof Taken>): EntryFeatures;
}

/** What a taker made of the facts of one entry. */
export interface Taken {
  readonly hits: readonly Hit[];
  /** By clue id: met, and not kept. */
  readonly moreHits: ReadonlyMap<string, number>;
  readonly versions: readonly VersionHit[];
  readonly endpoints: readonly EndpointHit[];
  readonly moreEndpoints: number;
  readonly uses?: readonly UseHit[];
}
