import type { Budgets } from '../budgets.ts';
import type { Archive, Entry } from '../bundle/archive.ts';
import { zipArchive } from '../bundle/archive.ts';
import type { Content, Streamer } from '../bundle/content.ts';
import { BudgetError, FormatError } from '../errors.ts';
import { memorySource, type Platform } from '../platform/platform.ts';
import type { Matcher } from '../rules/compile.ts';
import type { Depth } from '../types.ts';
import { ByteScanner } from './byte-scanner.ts';
import { Collector } from './collector.ts';
import { extractDex } from './dex.ts';
import type { EntryFeatures, Scene } from './features.ts';
import { extractClass } from './fields.ts';
import { matchName } from './names.ts';
import { PASSES, Pass, type Shared } from './pass.ts';

/** One per scan: holds what all entries share, and counts what they use up together. */
export class Extractor {
  readonly #shared: Shared;
  readonly #streamer: Streamer;
  readonly #scene: Scene;
  #held = new Uint8Array(0);
  #total = 0;

  constructor(matcher: Matcher, platform: Platform, streamer: Streamer, budgets: Budgets, depth: Depth, scene: Scene) {
    this.#streamer = streamer;
    this.#scene = scene;
    const scanner = new ByteScanner(matcher.bytes);
    this.#shared = { matcher, platform, budgets, depth, scanner, hold: (length) => this.#hold(length) };
  }

  /** Inflated bytes read so far. */
  get total(): number {
    return this.#total;
  }

  /** Reads one entry and what is nested in it. Never throws for what the entry holds: that becomes coverage. */
  async extract(entry: Entry, nesting = 0): Promise<EntryFeatures[]> {
    const into = new Collector(entry.path, containerOf(entry.path, this.#scene), this.#shared.budgets);
    into.size = entry.size;
    matchName(entry.path, this.#scene, this.#shared.matcher, into);
    const nested: EntryFeatures[] = [];
    try {
      const { content, anomalies, close } = await entry.locate();
      try {
        into.anomalies(anomalies);
        await this.#read(content, entry, into, nesting, nested);
      } finally {
        close();
      }
    } catch (error) {
      if (!(error instanceof FormatError)) throw error;
      const budget = error instanceof BudgetError;
      into.cover('unreadable', budget ? 'budget' : 'malformed', error.offset, error.message);
    }
    return [into.finish(), ...nested];
  }

  async #read(content: Content, entry: Entry, into: Collector, nesting: number, nested: EntryFeatures[]) {
    if (this.#shared.depth === 'names') {
      into.format = 'unread';
      into.cover('skipped', 'depth', null, 'only names were read at depth names', mayHideCode(entry.path));
      return;
    }
    if (this.#total >= this.#shared.budgets.totalBytes) {
      into.cover(
        'unreadable',
        'budget',
        null,
        `the bundle inflates to more than ${this.#shared.budgets.totalBytes} bytes`,
      );
      return;
    }
    const pass = new Pass(this.#shared, content, entry, into);
    const limit = Math.min(this.#shared.budgets.entryBytes, this.#shared.budgets.totalBytes - this.#total);
    const end = await this.#streamer.stream(content, limit, (bytes) => pass.push(bytes));
    this.#total += end.bytes;
    pass.end();
    if (end.state === 'broken') into.cover('partial', 'malformed', end.bytes, end.detail ?? 'broken content');
    if (end.state === 'budget') into.cover('partial', 'budget', end.bytes, end.detail ?? 'budget');
    for (let again = 1; pass.wantsAgain && again < PASSES; again++) {
      await this.#streamer.stream(content, limit, (bytes) => pass.pushAgain(bytes));
      pass.endAgain();
    }
    if (end.state === 'whole') pass.checkClaims(end.bytes);
    pass.finish(end.state === 'whole');
    if (pass.held && into.format === 'dex') extractDex(pass.held, this.#shared.matcher, into);
    if (pass.held && into.format === 'class') extractClass(pass.held, this.#shared.matcher, into);
    if (end.state === 'whole' && into.sha256 === null && into.hasPlaces)
      into.sha256 = await this.#digest(content, pass);
    if (into.coverage.length === 0) coverRead(into);
    if (pass.held && into.format === 'zip') await this.#descend(pass.held, into, nesting, nested);
  }

  /** Digest of content that was not hashed on its way: a DEX is still held, anything else is read once more. */
  async #digest(content: Content, pass: Pass): Promise<string> {
    const hash = this.#shared.platform.sha256();
    if (pass.held) hash.update(pass.held);
    else {
      await this.#streamer.stream(content, this.#shared.budgets.entryBytes, (bytes) => {
        hash.update(bytes);
        return true;
      });
    }
    return hash.digest();
  }

  #hold(length: number): Uint8Array {
    if (this.#held.length < length) {
      const grown = new Uint8Array(Math.max(length, Math.min(this.#shared.budgets.heldBytes, this.#held.length * 2)));
      grown.set(this.#held);
      this.#held = grown;
    }
    return this.#held;
  }

  /** Reads an archive inside the bundle. Its bytes are copied: the held buffer serves the next entry. */
  async #descend(bytes: Uint8Array, into: Collector, nesting: number, nested: EntryFeatures[]): Promise<void> {
    if (nesting >= this.#shared.budgets.nesting) {
      into.cover('unreadable', 'budget', null, `archives are nested more than ${this.#shared.budgets.nesting} deep`);
      return;
    }
    const archive: Archive = await zipArchive(
      memorySource(bytes.slice()),
      `${into.path}!`,
      this.#shared.budgets,
      this.#streamer,
      this.#shared.platform,
    );
    for (const line of archive.coverage) into.cover(line.state, line.reason, line.offset, line.detail, line.matters);
    for (const inner of archive.entries) nested.push(...(await this.extract(inner, nesting + 1)));
  }
}

/** Says what was read of an entry that had nothing to complain of. */
function coverRead(into: Collector): void {
  if (into.format === 'media') {
    into.cover(
      'skipped',
      null,
      null,
      'pictures, sound and fonts are told by their first bytes and not searched',
      false,
    );
    return;
  }
  const read: Record<string, string> = {
    dex: 'strings, types and classes',
    elf: 'dynamic symbols, and every byte for strings',
    macho: 'load commands, symbols, class names, and every byte for strings',
    ar: 'symbol table, and every byte for strings',
    zip: 'every entry inside',
  };
  into.cover('read', null, null, read[into.format] ?? 'every byte, for strings');
}

/** By name alone: whether an unread entry could hold code. */
function mayHideCode(path: string): boolean {
  return !/\.(png|jpe?g|webp|gif|ttf|otf|mp3|ogg|mp4|xml|strings|nib|car|lproj)$/i.test(path);
}

/** Nearest framework, extension or nested archive around an entry; null for the app itself. */
function containerOf(path: string, scene: Scene): string | null {
  const bang = path.lastIndexOf('!');
  const inner = path.slice(scene.root.length);
  const match = /^(.*\.(?:framework|appex|bundle|app))\//.exec(inner);
  if (match && bang < scene.root.length) return scene.root + match[1];
  return bang < 0 ? null : path.slice(0, bang);
}
