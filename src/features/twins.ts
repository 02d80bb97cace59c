import type { Content, StreamEnd } from '../bundle/content.ts';
import type { EntryFeatures } from '../inventory/facts.ts';
import type { ByteSource } from '../runtime/runtime.ts';
import { kindOf } from './kinds/index.ts';

/** The entry that was read first: its features, and how its content ended. */
export interface Twin {
  readonly features: EntryFeatures;
  readonly end: StreamEnd | null;
}

/** Contents that are remembered: an archive may claim thousands that overlap and are not the same. */
const MOST = 1024;

/** What was read of bytes that several entries of an archive claim. */
export class Twins {
  readonly #read = new WeakMap<ByteSource, Map<string, Twin>>();

  /** The entry that was read first of those with exactly these bytes. */
  of(content: Content): Twin | undefined {
    return this.#read.get(content.source)?.get(rangeOf(content));
  }

  /** Of the first of them: what comes after is read at each place, as the law allows. */
  remember(content: Content, features: EntryFeatures, end: StreamEnd | null): void {
    const known = this.#read.get(content.source) ?? new Map<string, Twin>();
    if (known.size >= MOST) return;
    // What its name said is not said of others.
    const hits = features.hits.filter((hit) => hit.seen.encoding !== 'name');
    this.#read.set(content.source, known.set(rangeOf(content), { features: { ...features, hits }, end }));
  }
}

const rangeOf = ({ offset, length, coding }: Content) => `${offset} ${length} ${coding}`;

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
