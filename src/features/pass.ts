import type { Budgets } from '../budgets.ts';
import type { Content, StreamEnd, Streamer } from '../bundle/content.ts';
import type { Entry } from '../bundle/entry.ts';
import type { InnerArchive } from '../bundle/kinds/nested.ts';
import type { Tail } from '../bundle/tail.ts';
import { attempt } from '../coverage.ts';
import { copy } from '../formats/native-bytes.ts';
import { passageOfName } from '../formats/passage.ts';
import type { EntryFeatures } from '../inventory/facts.ts';
import type { Taker } from '../inventory/taker.ts';
import type { Hash, Runtime } from '../runtime/runtime.ts';
import type { Depth } from '../types.ts';
import { checkClaims, coverEnd } from './claims.ts';
import type { Collector } from './collector.ts';
import { type ContentKind, contentKinds, sniff, type TableKind } from './kinds/index.ts';
import { namedLibraries, namedModule, namedServices } from './named-libraries.ts';
import { type Coding, codingOf, isCertain, isOpened } from './packed.ts';
import { Search } from './search.ts';
import { type Buffers, MOST_RETAINED, StreamReading } from './stream-reading.ts';
import { unreadScript } from './unread-scripts.ts';

/** Passes over one entry that a reader may cost: a library whose tables lie in an odd order needs two or three. */
export const PASSES = 4;

/** Bytes that one byte of deflate can become (zlib's manual, "Maximum Compression Factor"). */
const MOST_INFLATED = 1032;

/** What tables cost in steps to be looked for, whatever they hold: headers are checked, a digest is made, the report has a row. */
const TABLE_STEPS = 144;

/** What all entries of a scan share. */
export interface Shared {
  readonly taker: Taker;
  readonly runtime: Runtime;
  readonly streamer: Streamer;
  readonly budgets: Budgets;
  readonly depth: Depth;
  /** Whether the system loads an entry of this path as code, and content of that kind is none to it. */
  isLoadedInVain(path: string, kind: ContentKind): boolean;
  /** Told of each archive inside the bundle before its entries are read. @returns what the app in it declares */
  enter(inner: InnerArchive): Promise<readonly EntryFeatures[]>;
  /** Bytes that an archive inside the bundle may have: those that are open at once share one budget. */
  nestedRoom(): number;
  /** The end of the content that streams now. */
  readonly tail: Tail;
  /** A buffer of at least that many bytes that keeps what it held: one at a time. */
  hold(length: number): Uint8Array;
  /** Of the ranges that a reader of native code asks for: one at a time. */
  readonly buffers: Buffers;
}

/** The entry that is read, and whether it is searched at every depth that reads at all. */
export interface Visit {
  readonly entry: Entry;
  readonly isDocument: boolean;
  /** Whether another entry may have the same content, so that its digest is wanted. */
  readonly isRepeated: boolean;
}

/** One entry on its way through: sniffed by its first bytes, then hashed, scanned, parsed or held as its kind wants. */
export class Pass {
  readonly #shared: Shared;
  readonly #content: Content;
  readonly #entry: Entry;
  readonly #into: Collector;
  readonly #isDocument: boolean;
  readonly #isRepeated: boolean;
  #kind: ContentKind | null = null;
  /** How the content is packed, where its first bytes tell. */
  coding: Coding | null = null;
  #hash: Hash | null = null;
  #crc = 0;
  /** Of content that is searched. */
  #search: Search | null = null;
  #reading: StreamReading<void> | null = null;
  #readingFailed = false;
  #holds = false;
  #heldLength = 0;
  /** What the content is in place of a script, in words. */
  unread: string | null = null;
  /** Nothing after the first bytes is wanted. */
  #stops = false;

  constructor(shared: Shared, content: Content, into: Collector, { entry, isDocument, isRepeated }: Visit) {
    this.#shared = shared;
    this.#content = content;
    this.#entry = entry;
    this.#into = into;
    this.#isDocument = isDocument;
    this.#isRepeated = isRepeated;
    shared.tail.begin(content.claimed);
  }

  /** What the content is. */
  get kind(): ContentKind {
    return this.#kind ?? contentKinds.empty;
  }

  /** Bytes of content that was held whole. */
  get held(): Uint8Array | null {
    return this.#holds ? this.#shared.hold(0).subarray(0, this.#heldLength) : null;
  }

  /** Whether it is a ZIP that begins somewhere inside; null where only reading it again tells. Valid until another entry is read. */
  get endsLikeZip(): boolean | null {
    return this.#search !== null && this.#shared.tail.isZip;
  }

  get wantsAgain(): boolean {
    return this.#reading !== null && !this.#readingFailed && !this.#reading.done;
  }

  push(bytes: Uint8Array): boolean {
    if (this.#kind === null) this.#begin(bytes);
    if (this.#stops) return false;
    this.#hash?.update(bytes);
    if (this.#entry.crc32 !== null && !this.#shared.streamer.computesCrc32) {
      this.#crc = this.#shared.runtime.crc32(bytes, this.#crc);
    }
    this.#search?.push(bytes);
    if (this.#reading && !this.#readingFailed) this.#parse((reading) => reading.push(bytes));
    if (this.#holds) this.#hold(bytes);
    return true;
  }

  /** Takes what a list of the build names. */
  #listed(bytes: Uint8Array): void {
    const into = this.#into;
    const libraries = namedLibraries(into.place, bytes);
    if (libraries.length > 0) into.libraries = libraries;
    for (const { name, at } of namedServices(into.place, bytes)) {
      const seen = () => passageOfName(name, at, 'list of services');
      into.facts.name('class', name, 'referenced', at, seen);
    }
  }

  #begin(head: Uint8Array): void {
    const { taker, runtime, streamer, depth } = this.#shared;
    const into = this.#into;
    const format = sniff(head);
    const kind = contentKinds[format];
    this.#kind = kind;
    into.begins(format, kind);
    // Native code is listed by digest whether a rule knows it or not; anything else is hashed once it gave evidence.
    if ((kind.isNative || this.#isRepeated) && !streamer.computesSha256) this.#hash = runtime.sha256();
    into.libraries = namedModule(into.place, into.path);
    if (kind.how === 'tables') this.#beginTables(kind);
    if (!kind.isCode) into.facts.namesOnly();
    if (format === 'text' && head.length === this.#content.claimed) this.#listed(head);
    if (this.#shared.isLoadedInVain(this.#entry.path, kind)) into.coverNoCode();
    if (kind.isNative && into.native === null) {
      const name = this.#entry.path.slice(this.#entry.path.lastIndexOf('/') + 1);
      into.native = { kind: 'library', name, main: false };
    }
    this.coding = codingOf(format, head);
    const isUnpacked = this.coding !== null && isOpened(this.coding);
    if (this.coding !== null && isCertain(this.coding) && !isUnpacked) {
      const detail = `packed with ${this.coding}, which is not opened; only its packed bytes were searched`;
      into.cover({ state: 'partial', reason: 'unsupported', offset: 0, detail });
    }
    // A container that is stored is read where it stands.
    this.#holds =
      isUnpacked ||
      (kind.how === 'whole' ? kind.wants(taker, into) : kind.how === 'container' && this.#content.coding !== 'stored');
    if (this.#holds) this.#makeRoom(this.#mostHeld);
    const skipped = depth === 'standard' && !this.#isDocument && !into.facts.isNamed ? kind.atStandard : undefined;
    if (kind.isSearched && skipped === undefined) {
      const { budgets, tail } = this.#shared;
      const { path } = this.#entry;
      this.#search = new Search(into, budgets, tail, { path, head, format, kind, claimed: this.#content.claimed });
    }
    if (format === 'data' || format === 'text') this.unread = unreadScript(this.#entry.path, head, format);
    if (skipped !== undefined) into.cover({ state: 'skipped', reason: 'depth', detail: skipped });
    this.#stops = skipped !== undefined && kind.how !== 'tables' && !this.#holds;
  }

  #beginTables(kind: TableKind): void {
    const { budgets, hold, buffers, streamer } = this.#shared;
    if (!streamer.allowance.spend(TABLE_STEPS)) {
      const detail = 'the bundle holds more native code than its size and content allow for: its tables were not read';
      this.#into.cover({ state: 'partial', reason: 'budget', detail });
      return;
    }
    const size = Math.max(this.#content.claimed, 0) || budgets.entryBytes;
    const retained = Math.min(MOST_RETAINED, kind.kept(size));
    this.#makeRoom(retained);
    this.#parse(() => {
      const parsing = kind.extract(size, budgets, this.#into);
      this.#reading = new StreamReading(parsing, { most: budgets.heldBytes, retained, store: hold, buffers });
    });
  }

  /** Runs a step of the native reader; what it cannot follow ends the reading, not the scan of the bytes. */
  #parse(step: (reading: StreamReading<void>) => void): void {
    attempt(
      () => step(this.#reading as StreamReading<void>),
      ({ reason, offset, message }) => {
        this.#readingFailed = true;
        this.#into.cover({ state: 'partial', reason, offset, detail: message });
      },
    );
  }

  get #mostHeld(): number {
    const { budgets, nestedRoom } = this.#shared;
    return this.#kind?.how === 'container' || this.coding !== null ? nestedRoom() : budgets.heldBytes;
  }

  /** As much as is claimed and can be true, at once: a buffer that grows step by step is copied at each. */
  #makeRoom(most: number): void {
    const { claimed, length } = this.#content;
    this.#shared.hold(Math.max(0, Math.min(claimed, length * MOST_INFLATED, most)));
  }

  #hold(bytes: Uint8Array): void {
    const { hold } = this.#shared;
    const most = this.#mostHeld;
    if (this.#heldLength + bytes.length > most) {
      this.#holds = false;
      // Only a suspicion, and too large to be looked into.
      if (this.coding === 'brotli') return;
      this.#into.cover({
        state: 'unreadable',
        reason: 'budget',
        offset: most,
        detail: `a ${this.#into.format} of more than ${most} bytes is not read`,
      });
      return;
    }
    copy(bytes, hold(this.#heldLength + bytes.length), this.#heldLength);
    this.#heldLength += bytes.length;
  }

  end(): void {
    if (this.#kind === null) this.#begin(new Uint8Array(0));
    this.#search?.end();
    if (this.#reading && !this.#readingFailed) this.#parse((reading) => reading.end());
  }

  pushAgain(bytes: Uint8Array): boolean {
    this.#parse((reading) => reading.push(bytes));
    return this.wantsAgain;
  }

  endAgain(): void {
    if (!this.#readingFailed) this.#parse((reading) => reading.end());
  }

  /** After the last pass. */
  finish(end: StreamEnd): void {
    if (this.wantsAgain)
      this.#into.cover({ state: 'partial', reason: 'budget', detail: `tables not found in ${PASSES} passes` });
    coverEnd(this.#into, end, this.#entry, this.#content);
    this.#search?.finish(end.bytes);
    if (end.state !== 'whole') return;
    if (!this.#stops)
      checkClaims(this.#into, this.#entry, this.#content, { bytes: end.bytes, crc32: end.crc32 ?? this.#crc });
    if (this.kind.isNative || this.#isRepeated) this.#into.sha256 = end.sha256 ?? this.#hash?.digest() ?? null;
  }
}
