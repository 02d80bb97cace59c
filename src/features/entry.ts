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
import { matchName } from './names.ts';
import { matchNative } from './native.ts';
import { type Format, sniff } from './sniff.ts';
import { StreamReading } from './stream-reading.ts';
import { collectText } from './text.ts';

/** Passes over one entry that a reader may cost: a library whose tables lie in an odd order needs two or three. */
const PASSES = 4;

/** One per scan: holds what all entries share, and counts what they use up together. */
export class Extractor {
  readonly #matcher: Matcher;
  readonly #platform: Platform;
  readonly #streamer: Streamer;
  readonly #budgets: Budgets;
  readonly #depth: Depth;
  readonly #scene: Scene;
  readonly #scanner: ByteScanner;
  #held = new Uint8Array(0);
  #total = 0;

  constructor(matcher: Matcher, platform: Platform, streamer: Streamer, budgets: Budgets, depth: Depth, scene: Scene) {
    this.#matcher = matcher;
    this.#platform = platform;
    this.#streamer = streamer;
    this.#budgets = budgets;
    this.#depth = depth;
    this.#scene = scene;
    this.#scanner = new ByteScanner(matcher.bytes);
  }

  /** Inflated bytes read so far. */
  get total(): number {
    return this.#total;
  }

  /** Reads one entry and what is nested in it. Never throws for what the entry holds: that becomes coverage. */
  async extract(entry: Entry, nesting = 0): Promise<EntryFeatures[]> {
    const into = new Collector(entry.path, containerOf(entry.path, this.#scene), this.#budgets);
    into.size = entry.size;
    matchName(entry.path, this.#scene, this.#matcher, into);
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
    if (this.#depth === 'names') {
      into.format = 'unread';
      into.cover('skipped', 'depth', null, 'only names were read at depth names', mayHideCode(entry.path));
      return;
    }
    if (this.#total >= this.#budgets.totalBytes) {
      into.cover('unreadable', 'budget', null, `the bundle inflates to more than ${this.#budgets.totalBytes} bytes`);
      return;
    }
    const pass = new Pass(this, content, entry, into);
    const limit = Math.min(this.#budgets.entryBytes, this.#budgets.totalBytes - this.#total);
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
    if (pass.held && into.format === 'dex') extractDex(pass.held, this.#matcher, into);
    if (into.coverage.length === 0) coverRead(into);
    if (pass.held && into.format === 'zip') await this.#descend(pass.held, into, nesting, nested);
  }

  /** Reads an archive inside the bundle. Its bytes are copied: the held buffer serves the next entry. */
  async #descend(bytes: Uint8Array, into: Collector, nesting: number, nested: EntryFeatures[]): Promise<void> {
    if (nesting >= this.#budgets.nesting) {
      into.cover('unreadable', 'budget', null, `archives are nested more than ${this.#budgets.nesting} deep`);
      return;
    }
    const archive: Archive = await zipArchive(
      memorySource(bytes.slice()),
      `${into.path}!`,
      this.#budgets,
      this.#streamer,
      this.#platform,
    );
    for (const line of archive.coverage) into.cover(line.state, line.reason, line.offset, line.detail, line.matters);
    for (const inner of archive.entries) nested.push(...(await this.extract(inner, nesting + 1)));
  }

  /** What a pass may use; not for others. */
  get shared() {
    return {
      matcher: this.#matcher,
      platform: this.#platform,
      budgets: this.#budgets,
      depth: this.#depth,
      scanner: this.#scanner,
      hold: (length: number): Uint8Array => {
        if (this.#held.length < length) {
          const grown = new Uint8Array(Math.min(this.#budgets.heldBytes, Math.max(length, this.#held.length * 2)));
          grown.set(this.#held);
          this.#held = grown;
        }
        return this.#held;
      },
    };
  }
}

/** One entry on its way through: sniffed by its first bytes, then hashed, scanned, parsed or held as its kind wants. */
class Pass {
  readonly #shared: Extractor['shared'];
  readonly #content: Content;
  readonly #entry: Entry;
  readonly #into: Collector;
  #format: Format | null = null;
  #hash: ReturnType<Platform['sha256']> | null = null;
  #crc = 0;
  #scans = false;
  #reading: StreamReading<void> | null = null;
  #readingFailed = false;
  #holds = false;
  #heldLength = 0;

  constructor(extractor: Extractor, content: Content, entry: Entry, into: Collector) {
    this.#shared = extractor.shared;
    this.#content = content;
    this.#entry = entry;
    this.#into = into;
  }

  /** Bytes of a DEX or nested archive that was held whole. */
  get held(): Uint8Array | null {
    return this.#holds ? this.#shared.hold(0).subarray(0, this.#heldLength) : null;
  }

  get wantsAgain(): boolean {
    return this.#reading !== null && !this.#readingFailed && !this.#reading.done;
  }

  push(bytes: Uint8Array): boolean {
    if (this.#format === null) this.#begin(bytes);
    // A picture is not read on: it holds no code, and its digest proves nothing.
    if (this.#format === 'media') return false;
    this.#hash?.update(bytes);
    if (this.#entry.crc32 !== null) this.#crc = this.#shared.platform.crc32(bytes, this.#crc);
    if (this.#scans) this.#shared.scanner.push(bytes);
    if (this.#reading && !this.#readingFailed) this.#parse((reading) => reading.push(bytes));
    if (this.#holds) this.#hold(bytes);
    return true;
  }

  #begin(head: Uint8Array): void {
    const { matcher, platform, budgets, depth, scanner } = this.#shared;
    const format = sniff(head);
    this.#format = format;
    this.#into.format = format;
    this.#hash = platform.sha256();
    const native = format === 'elf' || format === 'macho' || format === 'ar';
    if (native) {
      const size = Math.max(this.#content.claimed, 0) || budgets.entryBytes;
      this.#parse(() => {
        this.#reading = new StreamReading(matchNative(size, matcher, budgets, this.#into), budgets.heldBytes);
      });
    }
    this.#holds = format === 'dex' || format === 'zip';
    // Standard depth reads the text of those libraries only that a rule names, and of all Mach-O.
    const named = format !== 'elf' || this.#into.met((clue) => matcher.clues[clue]?.clue.kind === 'library');
    this.#scans = format !== 'dex' && format !== 'zip' && format !== 'media' && (depth === 'deep' || named);
    if (this.#scans) scanner.begin(collectText(matcher, this.#into));
    else if (format === 'elf') {
      this.#into.cover(
        'skipped',
        'depth',
        null,
        'strings of a library that no rule names were not read at depth standard',
      );
    }
  }

  /** Runs a step of the native reader; what it cannot follow ends the reading, not the scan of the bytes. */
  #parse(step: (reading: StreamReading<void>) => void): void {
    try {
      step(this.#reading as StreamReading<void>);
    } catch (error) {
      if (!(error instanceof FormatError)) throw error;
      this.#readingFailed = true;
      const reason = error instanceof BudgetError ? 'budget' : 'malformed';
      this.#into.cover('partial', reason, error.offset, error.message);
    }
  }

  #hold(bytes: Uint8Array): void {
    const { budgets, hold } = this.#shared;
    const most = this.#format === 'zip' ? budgets.nestedBytes : budgets.heldBytes;
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
    if (this.#scans) this.#shared.scanner.end();
    if (this.#reading && !this.#readingFailed) this.#parse((reading) => reading.end());
  }

  pushAgain(bytes: Uint8Array): boolean {
    this.#parse((reading) => reading.push(bytes));
    return this.wantsAgain;
  }

  endAgain(): void {
    if (!this.#readingFailed) this.#parse((reading) => reading.end());
  }

  /** Size and checksum as the container claims them: Android checks neither for what it maps itself. */
  checkClaims(bytes: number): void {
    if (this.#format === 'media' || this.#entry.crc32 === null) return;
    const { claimed } = this.#content;
    if (claimed >= 0 && bytes !== claimed) {
      this.#into.anomalies([
        {
          code: 'zip.size-mismatch',
          offset: this.#content.offset,
          detail: `${bytes} bytes, the directory claims ${claimed}`,
        },
      ]);
    } else if (this.#crc !== this.#entry.crc32) {
      this.#into.anomalies([
        { code: 'zip.crc-mismatch', offset: this.#content.offset, detail: 'CRC-32 does not match' },
      ]);
    }
  }

  finish(whole: boolean): void {
    const into = this.#into;
    if (this.wantsAgain) into.cover('partial', 'budget', null, `tables not found in ${PASSES} passes`);
    if (whole && this.#format !== 'media') into.sha256 = this.#hash?.digest() ?? null;
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
