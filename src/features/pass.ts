import type { Budgets } from '../budgets.ts';
import type { Entry } from '../bundle/archive.ts';
import type { Content, StreamEnd, Streamer } from '../bundle/content.ts';
import { attempt } from '../coverage.ts';
import type { Taker } from '../inventory/taker.ts';
import type { Hash, Runtime } from '../runtime/runtime.ts';
import type { Depth } from '../types.ts';
import type { Collector } from './collector.ts';
import { isWanted } from './kinds/class.ts';
import { type Format, isCode, sniff } from './sniff.ts';
import { retainedOf, StreamReading } from './stream-reading.ts';
import { matchNative } from './symbols.ts';

/** Passes over one entry that a reader may cost: a library whose tables lie in an odd order needs two or three. */
export const PASSES = 4;

/** Bytes that one byte of deflate can become (zlib's manual, "Maximum Compression Factor"). */
const MOST_INFLATED = 1032;

/** What all entries of a scan share. */
export interface Shared {
  readonly taker: Taker;
  readonly runtime: Runtime;
  readonly streamer: Streamer;
  readonly budgets: Budgets;
  readonly depth: Depth;
  /** Whether the system loads an entry of this path as code, and content of that format is none to it. */
  isLoadedInVain(path: string, format: string): boolean;
  /** Bytes that an archive inside the bundle may have: those that are open at once share one budget. */
  nestedRoom(): number;
  /** A buffer of at least that many bytes that keeps what it held: one at a time. */
  hold(length: number): Uint8Array;
}

const skippedAtStandard: Partial<Record<Format, string>> = {
  elf: 'strings of a library that no rule names were not read at depth standard',
  class: 'Java classes outside a DEX were not searched at depth standard',
  data: 'content of no known kind was not read at depth standard',
  resources: 'compiled resources were not read at depth standard',
  media: 'pictures, sound and fonts were not read at depth standard',
};

/** One entry on its way through: sniffed by its first bytes, then hashed, scanned, parsed or held as its kind wants. */
export class Pass {
  readonly #shared: Shared;
  readonly #content: Content;
  readonly #entry: Entry;
  readonly #into: Collector;
  #format: Format | null = null;
  #isNative = false;
  #hash: Hash | null = null;
  #crc = 0;
  #scans = false;
  #reading: StreamReading<void> | null = null;
  #readingFailed = false;
  #holds = false;
  #heldLength = 0;
  /** Nothing after the first bytes is wanted. */
  #stops = false;

  constructor(shared: Shared, content: Content, entry: Entry, into: Collector) {
    this.#shared = shared;
    this.#content = content;
    this.#entry = entry;
    this.#into = into;
  }

  /** Bytes of a DEX, class file or nested archive that was held whole. */
  get held(): Uint8Array | null {
    return this.#holds ? this.#shared.hold(0).subarray(0, this.#heldLength) : null;
  }

  get wantsAgain(): boolean {
    return this.#reading !== null && !this.#readingFailed && !this.#reading.done;
  }

  push(bytes: Uint8Array): boolean {
    if (this.#format === null) this.#begin(bytes);
    if (this.#stops) return false;
    this.#hash?.update(bytes);
    if (this.#entry.crc32 !== null && !this.#shared.streamer.computesCrc32) {
      this.#crc = this.#shared.runtime.crc32(bytes, this.#crc);
    }
    if (this.#scans) this.#into.facts.bytes(bytes);
    if (this.#reading && !this.#readingFailed) this.#parse((reading) => reading.push(bytes));
    if (this.#holds) this.#hold(bytes);
    return true;
  }

  #begin(head: Uint8Array): void {
    const { taker, runtime, streamer, budgets, depth, hold } = this.#shared;
    const format = sniff(head);
    this.#format = format;
    this.#into.format = format;
    const native = format === 'elf' || format === 'macho' || format === 'ar';
    this.#isNative = native;
    // Native code is listed by digest whether a rule knows it or not; anything else is hashed once it gave evidence.
    if (native && !streamer.computesSha256) this.#hash = runtime.sha256();
    if (native) {
      const size = Math.max(this.#content.claimed, 0) || budgets.entryBytes;
      const retained = retainedOf(size, format === 'elf');
      this.#makeRoom(retained);
      this.#parse(() => {
        const reading = matchNative(size, budgets, this.#into);
        this.#reading = new StreamReading(reading, budgets.heldBytes, retained, hold);
      });
    }
    if (!isCode(format)) this.#into.facts.namesOnly();
    if (this.#shared.isLoadedInVain(this.#entry.path, format)) this.#into.coverNoCode();
    if (native && this.#into.native === null) {
      const name = this.#entry.path.slice(this.#entry.path.lastIndexOf('/') + 1);
      this.#into.native = { kind: 'library', name, main: false };
    }
    if (format === 'packed') {
      this.#into.cover(
        'partial',
        'unsupported',
        0,
        'compressed in a way that is not opened; only its packed bytes were searched',
      );
    }
    this.#holds =
      format === 'dex' ||
      (format === 'zip' && this.#content.coding !== 'stored') ||
      format === 'gzip' ||
      (format === 'class' && isWanted(taker, this.#into.className));
    if (this.#holds) this.#makeRoom(this.#mostHeld);
    // Standard depth reads the text of all Mach-O and web content, and of those libraries that a rule names.
    const skips =
      depth === 'standard' &&
      (format === 'class' ||
        format === 'data' ||
        format === 'media' ||
        format === 'resources' ||
        (format === 'elf' && !this.#into.facts.isNamed));
    this.#scans = !skips && format !== 'dex' && format !== 'zip' && format !== 'gzip';
    if (this.#scans) this.#into.facts.begin();
    if (skips) this.#into.cover('skipped', 'depth', null, skippedAtStandard[format] ?? '');
    this.#stops = skips && !native && !this.#holds;
  }

  /** Runs a step of the native reader; what it cannot follow ends the reading, not the scan of the bytes. */
  #parse(step: (reading: StreamReading<void>) => void): void {
    attempt(
      () => step(this.#reading as StreamReading<void>),
      ({ reason, offset, message }) => {
        this.#readingFailed = true;
        this.#into.cover('partial', reason, offset, message);
      },
    );
  }

  get #mostHeld(): number {
    const { budgets, nestedRoom } = this.#shared;
    return this.#format === 'zip' || this.#format === 'gzip' ? nestedRoom() : budgets.heldBytes;
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
      this.#into.cover('unreadable', 'budget', most, `a ${this.#format} of more than ${most} bytes is not read`);
      return;
    }
    hold(this.#heldLength + bytes.length).set(bytes, this.#heldLength);
    this.#heldLength += bytes.length;
  }

  end(): void {
    if (this.#format === null) this.#begin(new Uint8Array(0));
    if (this.#scans) this.#endScan();
    if (this.#reading && !this.#readingFailed) this.#parse((reading) => reading.end());
  }

  #endScan(): void {
    const uncompared = this.#into.facts.end();
    if (uncompared === 0) return;
    this.#into.cover('partial', 'budget', null, `${uncompared} possible hits of wildcard clues were not compared`);
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
    if (this.wantsAgain) this.#into.cover('partial', 'budget', null, `tables not found in ${PASSES} passes`);
    if (end.state === 'broken' && this.#entry.encrypted) this.#behindPassword('partial');
    else if (end.state === 'broken') {
      this.#into.cover('partial', 'malformed', end.bytes, end.detail ?? 'broken content');
    }
    if (end.state === 'budget') this.#into.cover('partial', 'budget', end.bytes, end.detail ?? 'budget');
    if (end.state !== 'whole') return;
    this.#checkClaims(end.bytes, end.crc32 ?? this.#crc);
    if (this.#isNative) this.#into.sha256 = end.sha256 ?? this.#hash?.digest() ?? null;
  }

  /** Size and checksum as the container claims them: Android checks neither for what it maps itself. */
  #checkClaims(bytes: number, crc: number): void {
    if (this.#stops || this.#entry.crc32 === null) return;
    const { claimed } = this.#content;
    const isOtherSize = claimed >= 0 && bytes !== claimed;
    if (this.#entry.encrypted && (isOtherSize || crc !== this.#entry.crc32)) this.#behindPassword('unreadable');
    if (isOtherSize) {
      this.#into.anomalies([
        {
          code: 'zip.size-mismatch',
          offset: this.#content.offset,
          detail: `${bytes} bytes, the directory claims ${claimed}`,
        },
      ]);
    } else if (crc !== this.#entry.crc32) {
      this.#into.anomalies([
        { code: 'zip.crc-mismatch', offset: this.#content.offset, detail: 'CRC-32 does not match' },
      ]);
    }
  }

  /** The container says that the content is encrypted, and it is not what it would be without. */
  #behindPassword(state: 'partial' | 'unreadable'): void {
    const { offset } = this.#content;
    this.#into.cover(state, 'password', offset, 'encrypted with a password (ZIP), as its header says');
  }
}
