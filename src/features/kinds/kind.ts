import type { Working } from '../../allowance.ts';
import type { Budgets } from '../../budgets.ts';
import type { Archive } from '../../bundle/archive.ts';
import type { StreamEnd, Streamer } from '../../bundle/content.ts';
import type { Entry } from '../../bundle/entry.ts';
import type { ByteRange, Parsing } from '../../formats/parsing.ts';
import type { Taker } from '../../inventory/taker.ts';
import type { ByteSource, Runtime } from '../../runtime/runtime.ts';
import type { Anomaly, Coverage, Platform } from '../../types.ts';
import type { Collector } from '../collector.ts';

/** A kind of content: all that is asked of it anywhere. A new one is a row in index.ts and files of its own. */
export type ContentKind = Searched | TableKind | WholeKind | ContainerKind;

interface Traits {
  /** Told by its first bytes, never by its name. */
  is(head: Uint8Array): boolean;
  /** Whose it is in whatever bundle it stands; null for what either platform's can hold. */
  readonly platform: Platform | null;
  /** Whether it is code or holds some: the name of a library or class then says more than that there is a name. */
  readonly isCode: boolean;
  /** Listed by its digest whether a rule knows it or not, and an image inside it is its own business. */
  readonly isNative: boolean;
  /** Bytes that it has by the first ones; 0 where they do not tell. */
  length?(head: Uint8Array): number;
  /** Whether every byte is searched for text. */
  readonly isSearched: boolean;
  /** Says what depth standard leaves out, unless the name is that of a library that a rule looks for. */
  readonly atStandard?: string;
  /** Says what was read where there is nothing to complain of. */
  readonly read: string;
}

/** There is nothing in it but bytes to search. */
interface Searched extends Traits {
  readonly how: 'searched';
}

/** Its tables are read by position from the bytes as they pass: native code is too large to hold. */
export interface TableKind extends Traits {
  readonly how: 'tables';
  /** Bytes from its start that stay available, as far as there is room: tables that lie in them cost no second pass. */
  kept(size: number): number;
  extract(size: number, budgets: Budgets, into: Collector): Parsing<void>;
}

/** Held whole, and then read. */
interface WholeKind extends Traits {
  readonly how: 'whole';
  /** Whether its tables are wanted: else it is only searched. */
  wants(taker: Taker, into: Collector): boolean;
  /** What takes long gives the event loop back. @throws FormatError */
  extract(bytes: Uint8Array, taker: Taker, into: Collector): void | Working<void>;
  /** What of its bytes its tables do not name. @throws FormatError */
  gaps?(bytes: Uint8Array): readonly ByteRange[];
}

/** Holds entries, which are read like those of the bundle. */
export interface ContainerKind extends Traits {
  readonly how: 'container';
  /** @throws FormatError where nothing of it can be listed */
  open(source: ByteSource, path: string, around: Around): Promise<Inside>;
}

export interface Around {
  readonly streamer: Streamer;
  readonly runtime: Runtime;
  readonly budgets: Budgets;
}

export interface Inside {
  /** Each is answered with how its reading ended, by which some tell where the next begins. Says what it leaves out. */
  readonly entries: Generator<Entry, string | null, StreamEnd | null>;
  readonly coverage: readonly Coverage[];
  readonly anomalies: readonly Anomaly[];
  /** Where it is one that may hold an app. */
  readonly archive?: Archive;
}
