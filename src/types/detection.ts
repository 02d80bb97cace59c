import type { Evidence } from './evidence.ts';
import type { Confidence, ControlState, PresenceFact, UserKind } from './words.ts';

/** What an argument of an SDK's API hands over, as its rule says. */
export const argumentMeanings = ['app-id', 'secret', 'token', 'server', 'user-id', 'room-id', 'key'] as const;
export type ArgumentMeaning = (typeof argumentMeanings)[number];

/** Where a value that code hands to an SDK comes from. */
export const handedOrigins = ['constant', 'none', 'identifier', 'elsewhere', 'not-known'] as const;
export type HandedOrigin = (typeof handedOrigins)[number];

/** What of a platform tells people or devices apart, by where code gets it from. */
export const identifierKinds = ['phone-number', 'email', 'account', 'advertising-id', 'device-id'] as const;
export type IdentifierKind = (typeof identifierKinds)[number];

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

export interface Control {
  readonly id: string;
  readonly name: string;
  readonly state: ControlState;
  /** Why the state is what it is. */
  readonly reason: string;
  /** The instructions that switch it, or that start the SDK without it; left out where none was seen. */
  readonly evidence?: readonly Evidence[] | undefined;
}
