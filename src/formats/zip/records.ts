import type { Budgets } from '../../budgets.ts';
import type { AnomalyLog, FormatAnomaly } from '../anomaly.ts';
import type { ByteRange, Parsing } from '../parsing.ts';
import type { Problem, Problems } from '../problems.ts';

/** One file in a ZIP. Sizes and offsets are bytes; offsets count from the start of the file. */
export interface ZipEntry {
  /** Decoded from UTF-8; invalid bytes as U+FFFD (then there is an anomaly too). */
  readonly name: string;
  /** The name's bytes where they are not UTF-8, so that two such names stay apart; `CUT` for a part of one; else null. */
  readonly nameBytes: Uint8Array | null;
  /** Position in the central directory; -1 where only a local header was found. */
  readonly index: number;
  /** As the central directory says: 0 stored, 8 deflated, anything else is a trick or not for mobile systems. */
  readonly method: number;
  readonly flags: number;
  readonly crc32: number;
  /** As the central directory says, ZIP64 resolved; -1 for an orphan whose local header leaves it to a descriptor. */
  readonly compressedSize: number;
  /** Likewise. Never trust it: it is what the file claims. */
  readonly size: number;
  /** Of the local header, with the correction for prepended data applied. */
  readonly headerOffset: number;
  /** Where the next header, the signing block or the directory begins. Honest data ends at or before it. */
  readonly limit: number;
  /** The name ends in `/` and there is no content, packed or not: `classes.dex/` with content is a file. */
  readonly directory: boolean;
  /** st_mode where the entry was written on Unix (a symbolic link in a framework); else null. */
  readonly unixMode: number | null;
}

/** Bytes that the format leaves room for, and where that is. */
export interface Gap extends ByteRange {
  readonly place: string;
}

export interface ZipDirectory {
  /** What the installer sees, in the order of the central directory, duplicates included. */
  readonly entries: readonly ZipEntry[];
  /** What it does not see: records behind a too small entry count, and local headers in no directory. */
  readonly orphans: readonly ZipEntry[];
  /** APK Signing Block, between the last entry and the central directory. */
  readonly signingBlock: ByteRange | null;
  /** The archive comment, where there is one. Channel tools write there. */
  readonly comment: ByteRange | null;
  /** What else stands in the archive and no entry claims: before the first, between or behind the end records, in records. */
  readonly gaps: readonly Gap[];
  readonly anomalies: readonly FormatAnomaly[];
  readonly problems: readonly Problem[];
}

/** In the place of the bytes of a name that is too long to be kept. */
export const CUT = new Uint8Array(0);

export type DraftEntry = { -readonly [Key in keyof ZipEntry]: ZipEntry[Key] };

/** APPNOTE.TXT 4.3: the signatures of the records, little-endian. */
export const LOCAL_HEADER = 0x04034b50;
export const CENTRAL_HEADER = 0x02014b50;
export const END_RECORD = 0x06054b50;
export const ZIP64_END_RECORD = 0x06064b50;
export const ZIP64_LOCATOR = 0x07064b50;

export const LOCAL_HEADER_SIZE = 30;
export const CENTRAL_HEADER_SIZE = 46;
export const END_RECORD_SIZE = 22;
/** Three 4-byte or 8-byte fields behind an optional signature (4.3.9). */
export const DESCRIPTOR_MAX = 24;

/** Packed bytes that no content can come of: Java's writer deflates directories too. */
export const EMPTY = 8;

/** Bit 0 of the general purpose flags (4.4.4). */
export const ENCRYPTED = 1;
export const DESCRIPTOR_FOLLOWS = 8;

/** The end of the file, asked for once and kept: small archives are answered from it. */
export interface Tail {
  readonly offset: number;
  readonly bytes: Uint8Array;
}

/** What all parts of listing one archive share. */
export interface Listing {
  /** Of the whole file. */
  readonly size: number;
  readonly tail: Tail;
  readonly budgets: Budgets;
  readonly anomalies: AnomalyLog;
  readonly problems: Problems;
}

/** Bytes at `offset`, from the tail where it holds them; fewer where the file ends. */
export function* readAt(tail: Tail, offset: number, length: number): Parsing<Uint8Array> {
  if (offset >= tail.offset) return tail.bytes.subarray(offset - tail.offset, offset - tail.offset + length);
  return yield { offset, length };
}

export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** An unsigned 64-bit field; what no file can hold comes back as the largest exact integer. */
export function u64(view: DataView, at: number): number {
  const value = view.getUint32(at + 4, true) * 0x1_0000_0000 + view.getUint32(at, true);
  return Math.min(value, Number.MAX_SAFE_INTEGER);
}

/** Where the four bytes `P K third fourth` next stand at or after `from`, or -1. */
export function indexOfSignature(bytes: Uint8Array, signature: number, from: number): number {
  const third = (signature >>> 16) & 0xff;
  const fourth = signature >>> 24;
  for (let i = bytes.indexOf(0x50, from); i >= 0 && i + 4 <= bytes.length; i = bytes.indexOf(0x50, i + 1)) {
    if (bytes[i + 1] === 0x4b && bytes[i + 2] === third && bytes[i + 3] === fourth) return i;
  }
  return -1;
}

export interface ExtraFields {
  /** Where the ZIP64 record's content starts, and its length; -1 where there is none. */
  readonly zip64At: number;
  readonly zip64Length: number;
  readonly malformed: boolean;
}

const ORDINARY: ExtraFields = { zip64At: -1, zip64Length: 0, malformed: false };

/**
 * Walks the extra field of `length` bytes at `at` (APPNOTE 4.5), as far as the view goes.
 * Zeros and a rest of under four bytes are ordinary: zipalign and older writers pad with them.
 */
export function readExtraFields(view: DataView, at: number, length: number): ExtraFields {
  const end = at + length;
  let zip64: ExtraFields | null = null;
  let i = at;
  while (i + 4 <= end && i + 4 <= view.byteLength) {
    const id = view.getUint16(i, true);
    const size = view.getUint16(i + 2, true);
    i += 4;
    if (i + size > end) return { zip64At: -1, zip64Length: 0, ...zip64, malformed: true };
    if (id === 1 && !zip64 && i + size <= view.byteLength) zip64 = { zip64At: i, zip64Length: size, malformed: false };
    i += size;
  }
  return zip64 ?? ORDINARY;
}

/** Records of an extra field that tools write, and the most bytes that each can have: times, owners, sizes, nothing. */
const knownExtra: ReadonlyMap<number, number> = new Map([
  [0x0001, 28],
  [0x000a, 32],
  [0x5455, 13],
  [0x5855, 12],
  [0x7855, 4],
  [0x7875, 19],
  [0xcafe, 0],
]);

/** Of zipalign and AGP. */
const ALIGNMENT = 0xd935;

/** First bytes of a DEX, ELF, ZIP, gzip, and of Mach-O in each order: no record has such an id (APPNOTE 4.5.2). */
const codeStarts: ReadonlySet<number> = new Set([
  ...[0x6564, 0x457f, 0x4b50, 0x8b1f],
  ...[0xfacf, 0xface, 0xfeca, 0xedfe],
]);

/** What of an extra field is no record that tools write; zeros are ordinary, and are left to whoever looks. */
export function unknownExtra(view: DataView, at: number, length: number): ByteRange[] {
  const unknown: ByteRange[] = [];
  const end = at + length;
  let i = at;
  // Where the view ends before the field does, the rest counts as unknown.
  while (i + 4 <= Math.min(end, view.byteLength)) {
    const size = view.getUint16(i + 2, true);
    const id = view.getUint16(i, true);
    if (i + 4 + size > end || codeStarts.has(id)) break;
    const most = knownExtra.get(id);
    // Alignment is a number, then padding.
    const head = id === ALIGNMENT ? Math.min(2, size) : 0;
    if (most === undefined || size > most) unknown.push({ offset: i + 4 + head, length: size - head });
    i += 4 + size;
  }
  if (end - i < 4) return unknown;
  // A record that runs past the end begins with its id and size; what is no record at all does not.
  const head = i + 2 <= view.byteLength && codeStarts.has(view.getUint16(i, true)) ? 0 : 4;
  if (end - i > head) unknown.push({ offset: i + head, length: end - i - head });
  return unknown;
}

/**
 * The values a ZIP64 record holds in place of the given 32-bit ones, in APPNOTE 4.5.3's order. Like libziparchive, a
 * record of 24 or 28 bytes is taken as complete, whatever the 32-bit fields say. Null where the record is too short.
 */
export function resolveZip64(view: DataView, extra: ExtraFields, values: readonly number[]): number[] | null {
  const complete = extra.zip64Length === 24 || extra.zip64Length === 28;
  const resolved = [...values];
  let at = 0;
  for (const [i, value] of values.entries()) {
    if (value !== 0xffff_ffff && !complete) continue;
    if (extra.zip64At < 0 || at + 8 > extra.zip64Length) return null;
    resolved[i] = u64(view, extra.zip64At + at);
    at += 8;
  }
  return resolved;
}

/** Whether the directory marks an entry as encrypted. */
export function isEncrypted({ flags }: ZipEntry): boolean {
  return (flags & ENCRYPTED) !== 0;
}

/** Whether the entry was written as a symbolic link (S_IFLNK). */
export function isLink({ unixMode }: ZipEntry): boolean {
  return unixMode !== null && (unixMode & 0o170000) === 0o120000;
}
