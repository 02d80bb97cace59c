import type { Budgets } from '../budgets.ts';
import { FormatError } from '../errors.ts';
import type { Platform } from '../platform/platform.ts';
import type { Anomaly, App, Coverage, Passage } from '../types.ts';
import type { Entry } from './archive.ts';
import type { Streamer } from './content.ts';

/** Something a manifest or property list names. */
export interface Declaration {
  readonly kind: 'key' | 'component' | 'bundle-id';
  readonly name: string;
  readonly path: string;
  /** Where the name stands. */
  readonly seen: () => Passage;
}

/** A folder of an iOS bundle with an Info.plist of its own. */
export interface Container {
  /** Path without the last `/`. */
  readonly path: string;
  readonly bundleId: string | null;
  readonly executable: string | null;
  readonly strings: ReadonlyMap<string, string>;
}

/** A document that was read whole to know the app; its evidence needs its digest. */
export interface Document {
  readonly path: string;
  readonly format: string;
  readonly size: number;
  readonly sha256: string;
}

export interface AppFacts {
  readonly app: App;
  readonly declarations: readonly Declaration[];
  readonly containers: readonly Container[];
  readonly documents: readonly Document[];
  readonly coverage: readonly Coverage[];
  readonly anomalies: readonly Anomaly[];
  /** Entry path of the app's own executable (iOS). */
  readonly executable: string | null;
}

export interface Reader {
  readonly streamer: Streamer;
  readonly platform: Platform;
  readonly budgets: Budgets;
}

/** The whole of a small document; null, with a line of coverage, where it cannot be had. */
export async function readDocument(
  entry: Entry,
  format: string,
  reader: Reader,
  coverage: Coverage[],
  anomalies: Anomaly[],
): Promise<{ bytes: Uint8Array; document: Document } | null> {
  const fail = (reason: Coverage['reason'], offset: number | null, detail: string) => {
    coverage.push({ path: entry.path, format, state: 'unreadable', reason, offset, detail, matters: true });
    return null;
  };
  try {
    const located = await entry.locate();
    try {
      anomalies.push(...located.anomalies);
      const { bytes, end } = await reader.streamer.collect(located.content, reader.budgets.documentBytes);
      if (end.state === 'budget') return fail('budget', end.bytes, end.detail ?? 'too large');
      if (end.state === 'broken') return fail('malformed', end.bytes, end.detail ?? 'broken content');
      const hash = reader.platform.sha256();
      hash.update(bytes);
      return { bytes, document: { path: entry.path, format, size: bytes.length, sha256: hash.digest() } };
    } finally {
      located.close();
    }
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    return fail('malformed', error.offset, error.message);
  }
}

export const noApp: App = {
  id: null,
  name: null,
  version: null,
  build: null,
  minOs: null,
  targetOs: null,
  permissions: [],
  background: [],
  architectures: [],
};
