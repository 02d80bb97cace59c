import type { Confidence, PresenceFact } from './words.ts';

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
