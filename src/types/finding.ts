import type { Evidence } from './evidence.ts';
import type { Source } from './source.ts';
import type { Axis, Basis, DataKind, Level } from './words.ts';

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
