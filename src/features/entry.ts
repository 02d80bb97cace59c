import type { Budgets } from '../budgets.ts';
import type { Entry } from '../bundle/archive.ts';
import { zipArchive } from '../bundle/archive.ts';
import { type Content, overall, type StreamEnd, type Streamer, windowOf } from '../bundle/content.ts';
import { attempt } from '../coverage.ts';
import { gzipData } from '../formats/gzip.ts';
import type { EntryFeatures, Scene } from '../inventory/facts.ts';
import type { Taker } from '../inventory/taker.ts';
import { type ByteSource, memorySource, type Runtime } from '../runtime/runtime.ts';
import type { Depth } from '../types.ts';
import { Collector } from './collector.ts';
import { extractClass } from './kinds/class.ts';
import { extractDex } from './kinds/dex.ts';
import { PASSES, Pass, type Shared } from './pass.ts';
import { isLoadedInVain, matchName } from './path.ts';
import { isCode } from './sniff.ts';
import { asTwin, Twins } from './twins.ts';

/** Takes the features of one entry. */
type Out = (features: EntryFeatures) => void;

/** What an entry costs in steps, whatever it holds: a header is read, a name is matched, a line is written. */
const ENTRY_STEPS = 24;

/** One per scan: holds what all entries share, and counts what they use up together. */
export class Extractor {
  readonly #shared: Shared;
  readonly #scene: Scene;
  readonly #twins = new Twins();
  #held = new Uint8Array(0);
  /** Bytes of the archives inside archives that are open now. */
  #nested = 0;
  #entries = 0;

  constructor(taker: Taker, runtime: Runtime, streamer: Streamer, budgets: Budgets, depth: Depth, scene: Scene) {
    this.#scene = scene;
    this.#shared = {
      taker,
      runtime,
      streamer,
      budgets,
      depth,
      isLoadedInVain: (path, format) => isLoadedInVain(path, format, scene),
      hold: (length) => this.#hold(length),
      nestedRoom: () => budgets.nestedBytes - this.#nested,
    };
  }

  get #left(): number {
    return this.#shared.streamer.allowance.bytesLeft;
  }

  /**
   * Reads one entry and what is nested in it, and hands out the features of each: one by one, since an archive may hold
   * as many again. Never throws for what the entry holds: that becomes coverage.
   */
  async extract(entry: Entry, out: Out, nesting = 0): Promise<void> {
    this.#entries++;
    const { streamer } = this.#shared;
    await streamer.turn();
    const into = new Collector(
      entry.path,
      containerOf(entry.path, this.#scene),
      this.#shared.taker,
      this.#shared.budgets,
      streamer.allowance,
    );
    into.size = entry.size;
    matchName(entry.path, this.#scene, into);
    if (!streamer.allowance.spend(ENTRY_STEPS)) {
      into.cover('unreadable', 'budget', null, 'the bundle holds more entries than its size and content allow for');
      out(into.finish());
      return;
    }
    let twin: EntryFeatures | undefined;
    let shared: Content | null = null;
    await attempt(
      async () => {
        const { content, anomalies, close } = await entry.locate();
        try {
          into.anomalies(anomalies);
          if (entry.overlaps && this.#shared.depth !== 'names') {
            twin = this.#twins.of(content);
            shared = content;
          }
          if (twin) this.#asTwin(twin, entry, into);
          else await this.#read(content, entry, into, nesting, out);
        } finally {
          close();
        }
      },
      ({ reason, offset, message }) => into.cover('unreadable', reason, offset, message),
    );
    into.coverOverlooked();
    if (into.coverage.length === 0) coverRead(into);
    const features = into.finish();
    if (shared && !twin) this.#twins.remember(shared, features);
    out(twin ? asTwin(features, twin) : features);
  }

  /** Says of an entry what its name means, where its bytes were read at another place. */
  #asTwin(twin: EntryFeatures, entry: Entry, into: Collector): void {
    into.format = twin.format;
    if (!isCode(twin.format)) into.facts.namesOnly();
    if (this.#shared.isLoadedInVain(entry.path, twin.format)) into.coverNoCode();
    into.cover('read', null, null, 'bytes that another entry has as well, read there', false);
  }

  async #read(content: Content, entry: Entry, into: Collector, nesting: number, out: Out) {
    if (this.#shared.depth === 'names') {
      into.format = 'unread';
      into.cover('skipped', 'depth', null, 'only names were read at depth names', true);
      return;
    }
    if (this.#left <= 0) {
      into.cover('unreadable', 'budget', null, overall(this.#shared.streamer.allowance));
      return;
    }
    const pass = new Pass(this.#shared, content, entry, into);
    const { entryBytes } = this.#shared.budgets;
    const end = await this.#shared.streamer.stream(content, entryBytes, (bytes) => pass.push(bytes));
    pass.end();
    for (let again = 1; pass.wantsAgain && again < PASSES && this.#left > 0; again++) {
      await this.#shared.streamer.stream(content, entryBytes, (bytes) => pass.pushAgain(bytes));
      pass.endAgain();
    }
    pass.finish(end);
    if (pass.held && into.format === 'dex') extractDex(pass.held, this.#shared.taker, into);
    if (pass.held && into.format === 'class') extractClass(pass.held, into);
    if (into.sha256 === null && into.facts.hasPlaces) into.sha256 = await this.#digest(content, pass, end);
    if (into.format === 'zip' && content.coding === 'stored') {
      // It stands in the archive around it byte for byte: read there, it takes no memory.
      await this.#descend(windowOf(content), into, nesting, out);
    } else if (pass.held && (into.format === 'zip' || into.format === 'gzip')) {
      const { length } = pass.held;
      const source = memorySource(this.#handOver(pass.held));
      this.#nested += length;
      try {
        if (into.format === 'zip') await this.#descend(source, into, nesting, out);
        else await this.#gunzip(source, into, nesting, out);
      } finally {
        this.#nested -= length;
      }
    }
  }

  /** Digest of content that was not hashed on its way: a DEX is still held, anything else is read once more. */
  async #digest(content: Content, pass: Pass, end: StreamEnd): Promise<string | null> {
    if (end.state !== 'whole') return null;
    if (end.sha256 !== null) {
      // As if it had been read again: what a budget allows must not hang on how busy a core was.
      if (!pass.held) this.#shared.streamer.allowance.inflate(end.bytes);
      return end.sha256;
    }
    const hash = this.#shared.runtime.sha256();
    if (pass.held) hash.update(pass.held);
    else {
      const again = await this.#shared.streamer.stream(content, this.#shared.budgets.entryBytes, (bytes) => {
        hash.update(bytes);
        return true;
      });
      if (again.state !== 'whole') return null;
    }
    return hash.digest();
  }

  #hold(length: number): Uint8Array {
    if (this.#held.length < length) {
      // Most ask for all their room at once; what outgrows it, by steps that are copied a few times in all.
      const step = Math.min(this.#shared.budgets.heldBytes, Math.ceil(this.#held.length * 1.25));
      const grown = new Uint8Array(Math.max(length, step));
      grown.set(this.#held);
      this.#held = grown;
    }
    return this.#held;
  }

  /** What is held, for an archive that is read entry by entry: the buffer itself where it is full of it, else a copy. */
  #handOver(bytes: Uint8Array): Uint8Array {
    if (bytes.length * 2 < this.#held.length) return bytes.slice();
    this.#held = new Uint8Array(0);
    return bytes;
  }

  /** Reads what a gzip file holds (RFC 1952, 2.3: a header with optional fields, then one deflate stream). */
  async #gunzip(source: ByteSource, into: Collector, nesting: number, out: Out): Promise<void> {
    const start = gzipData(await source.read(0, source.size));
    if (start === null || nesting >= this.#shared.budgets.nesting) {
      into.cover('partial', start === null ? 'malformed' : 'budget', 10, 'what is packed inside was not read');
      return;
    }
    const content: Content = { source, offset: start, length: source.size - start, coding: 'deflate', claimed: -1 };
    const inner: Entry = {
      path: `${into.path}!`,
      size: 0,
      position: 0,
      crc32: null,
      locate: async () => ({ content, anomalies: [], close() {} }),
    };
    await this.extract(inner, out, nesting + 1);
  }

  /** Reads an archive inside the bundle. */
  async #descend(source: ByteSource, into: Collector, nesting: number, out: Out): Promise<void> {
    if (nesting >= this.#shared.budgets.nesting) {
      into.cover('unreadable', 'budget', null, `archives are nested more than ${this.#shared.budgets.nesting} deep`);
      return;
    }
    const { budgets, runtime } = this.#shared;
    // Entries that share one archive's bytes would multiply: the whole bundle has one budget of them.
    const entries = budgets.entries - this.#entries;
    if (entries <= 0) {
      into.cover('unreadable', 'budget', null, `the bundle holds more than ${budgets.entries} entries`);
      return;
    }
    const archive = await zipArchive(source, `${into.path}!`, { ...budgets, entries }, this.#shared.streamer, runtime);
    for (const line of archive.coverage) into.cover(line.state, line.reason, line.offset, line.detail, line.matters);
    for (const inner of archive.entries) await this.extract(inner, out, nesting + 1);
  }
}

/** Says what was read of an entry that had nothing to complain of. */
function coverRead(into: Collector): void {
  const read: Record<string, string> = {
    dex: 'strings, types and classes',
    elf: 'dynamic symbols, and every byte for strings',
    macho: 'load commands, symbols, class names, and every byte for strings',
    ar: 'symbol table, and every byte for strings',
    zip: 'every entry inside',
    gzip: 'what is packed inside',
  };
  into.cover('read', null, null, read[into.format] ?? 'every byte, for strings');
}

/** Nearest framework, extension or nested archive around an entry; null for the app itself. */
function containerOf(path: string, scene: Scene): string | null {
  const bang = path.lastIndexOf('!');
  const inner = path.slice(scene.root.length);
  const match = /^(.*\.(?:framework|appex|bundle|app))\//.exec(inner);
  if (match && bang < scene.root.length) return scene.root + match[1];
  return bang < 0 ? null : path.slice(0, bang);
}
