import type { Content, StreamEnd } from '../bundle/content.ts';
import type { EntryFeatures } from '../inventory/facts.ts';
import { kindOf } from './kinds/index.ts';

/** The entry that was read first: its features, and how its content ended. */
export interface Twin {
  readonly features: EntryFeatures;
  readonly end: StreamEnd | null;
}

/** Contents that are remembered: an archive may claim thousands that overlap and are not the same. */
const MOST = 1024;

/** By what the bytes of entries are known to be the same: a key, and among what it tells them apart. */
export interface Identity {
  readonly among: object;
  readonly key: string;
}

/** Entries of one archive that claim the same bytes of it. */
export const byPlace = ({ source, offset, length, coding }: Content): Identity => ({
  among: source,
  key: `${offset} ${length} ${coding}`,
});

const bundle = {};

/** Entries of several archives whose content has one digest, however each packs it. */
export const byDigest = (sha256: string): Identity => ({ among: bundle, key: sha256 });

/** What was read of bytes that several entries have. */
export class Twins {
  readonly #read = new WeakMap<object, Map<string, Twin>>();
  /** Sizes and check sums of content that was read whole, and whose digest is known. */
  readonly #claims = new Set<string>();

  /** Whether content that claims the same was read, so that it is worth computing its digest. */
  mayHave(claim: string): boolean {
    return this.#claims.has(claim);
  }

  /** Content that an archive claims so has been read. */
  claimed(claim: string): void {
    this.#claims.add(claim);
  }

  /** The entry that was read first of those with exactly these bytes. */
  of({ among, key }: Identity): Twin | undefined {
    return this.#read.get(among)?.get(key);
  }

  /** Of the first of them: what comes after is read at each place, as the law allows. */
  remember({ among, key }: Identity, features: EntryFeatures, end: StreamEnd | null): void {
    const known = this.#read.get(among) ?? new Map<string, Twin>();
    if (known.size >= MOST) return;
    // What its name said is not said of others.
    const hits = features.hits.filter((hit) => hit.seen.encoding !== 'name');
    this.#read.set(among, known.set(key, { features: { ...features, hits }, end }));
  }
}

/** An entry by its own name, with what the bytes say that it shares: they were read once, and are the same at each place. */
export function asTwin(own: EntryFeatures, twin: EntryFeatures): EntryFeatures {
  const { path, container, native, coverage, anomalies } = own;
  return {
    ...twin,
    ...{ path, container, coverage, anomalies },
    native: native ?? (kindOf(twin.format).isNative ? { kind: 'library', name: nameOf(path), main: false } : null),
    hits: own.hits.length === 0 ? twin.hits : [...own.hits, ...twin.hits],
  };
}

const nameOf = (path: string) => path.slice(path.lastIndexOf('/') + 1);
