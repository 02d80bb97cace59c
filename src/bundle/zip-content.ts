import type { Budgets } from '../budgets.ts';
import type { ByteRange } from '../formats/parsing.ts';
import {
  besideEntry,
  type EntryData,
  type EntryRange,
  isEncrypted,
  isLink,
  LOCAL_HEADER_SIZE,
  locateEntry,
  type ZipEntry,
} from '../formats/zip/index.ts';
import type { ByteSource, Runtime } from '../runtime/runtime.ts';
import { type Content, drive, type StreamEnd, type Streamer } from './content.ts';
import type { Entry, Located } from './entry.ts';

/** What the entries of one ZIP archive share. */
export interface ZipAround {
  readonly source: ByteSource;
  /** The same, for headers and small contents. */
  readonly near: ByteSource;
  /** Path of the archive and `!` where it is nested, else empty. */
  readonly prefix: string;
  readonly budgets: Budgets;
  readonly streamer: Streamer;
  readonly runtime: Runtime;
}

const nothing: readonly never[] = [];

/** An entry of a ZIP archive. There may be 100,000: what they share they hold once, and a path is put together when asked for. */
export class ZipContent implements Entry {
  readonly #around: ZipAround;
  readonly #entry: ZipEntry;
  readonly #name: string;
  overlaps = false;

  readonly unlisted: boolean;

  /** @param name unique in the archive */
  constructor(around: ZipAround, entry: ZipEntry, name: string, unlisted: boolean) {
    this.#around = around;
    this.#entry = entry;
    this.#name = name;
    this.unlisted = unlisted;
  }

  get path(): string {
    return this.#around.prefix + this.#name;
  }

  get size(): number {
    return Math.max(0, this.#entry.size);
  }

  get position(): number {
    return this.#entry.headerOffset;
  }

  /** Where its data ends at least, as the directory says. */
  get leastEnd(): number {
    return this.#entry.headerOffset + LOCAL_HEADER_SIZE + Math.max(0, this.#entry.compressedSize);
  }

  get link(): boolean {
    return isLink(this.#entry);
  }

  get encrypted(): boolean {
    return isEncrypted(this.#entry);
  }

  /** Null where a descriptor behind the data has it, and no directory: its place in the local header holds zeros. */
  get crc32(): number | null {
    return this.#entry.compressedSize < 0 ? null : this.#entry.crc32;
  }

  get packed(): number {
    return this.#entry.compressedSize;
  }

  async likely(): Promise<Content> {
    return this.#content(await this.#range());
  }

  async locate(): Promise<Located> {
    const entry = this.#entry;
    const found = this.#range();
    const data = found instanceof Promise ? await found : found;
    const path = data.anomalies.length > 0 ? this.path : '';
    const anomalies =
      data.anomalies.length === 0
        ? nothing
        : data.anomalies.map((a) => ({ code: a.code, path, offset: a.offset, detail: a.detail }));
    let chosen = this.#content(data);
    // An unknown method: Android takes the bytes as they stand; where their CRC is wrong, inflating may be right.
    if (data.alternative && entry.crc32 !== (await this.#crcOf(chosen))) {
      const other = this.#content(data.alternative);
      if ((await this.#crcOf(other)) === entry.crc32) chosen = other;
    }
    return { content: chosen, anomalies, beside: (end) => this.#beside(chosen, data.room, end), close() {} };
  }

  #beside(content: Content, room: readonly ByteRange[], end: StreamEnd) {
    const { source, near } = this.#around;
    const { offset, length, coding } = content;
    // What inflates to nothing stands there as it is, whatever the header calls it.
    const isRaw = end.state === 'broken' && coding === 'deflate';
    const packed = { offset, length: Math.max(0, Math.min(length, source.size - offset, this.#entry.limit - offset)) };
    const behind = offset + (end.packed ?? length);
    return drive(besideEntry(this.#entry, isRaw ? [...room, packed] : room, behind, source.size), near);
  }

  #range(): EntryData | Promise<EntryData> {
    const { source, near } = this.#around;
    return drive(locateEntry(this.#entry, source.size), near);
  }

  #content({ offset, length, coding }: EntryRange): Content {
    const { source, near } = this.#around;
    return { source: length <= 32 * 1024 ? near : source, offset, length, coding, claimed: this.#entry.size };
  }

  /** Null where the content is broken, or may not be read to its end. */
  async #crcOf(content: Content): Promise<number | null> {
    const { budgets, streamer, runtime } = this.#around;
    if (streamer.allowance.bytesLeft <= 0) return null;
    let crc = 0;
    const end = await streamer.stream(content, budgets.entryBytes, (bytes) => {
      if (!streamer.computesCrc32) crc = runtime.crc32(bytes, crc);
      return true;
    });
    return end.state === 'whole' ? (end.crc32 ?? crc) : null;
  }
}
