import { FormatError } from '../../errors.ts';
import { AnomalyLog, type FormatAnomaly } from '../anomaly.ts';
import type { ByteRange, Parsing } from '../parsing.ts';
import { LEAST_GAP } from '../ranges.ts';
import { readName } from './names.ts';
import {
  CUT,
  DESCRIPTOR_FOLLOWS,
  DESCRIPTOR_MAX,
  ENCRYPTED,
  LOCAL_HEADER,
  LOCAL_HEADER_SIZE,
  readExtraFields,
  resolveZip64,
  unknownExtra,
  viewOf,
  type ZipEntry,
} from './records.ts';

/** A stretch of the file and how the content is coded there. */
export interface EntryRange {
  readonly offset: number;
  /** At most: what follows the end of a deflate stream within it is not content. */
  readonly length: number;
  readonly coding: 'stored' | 'deflate';
}

export interface EntryData extends EntryRange {
  /**
   * What to try where the first reading fails or its CRC-32 is not the entry's: an unknown method may be deflate, and a
   * compressed size may be made up. Reaches to the next header or the directory. Null where there is nothing else.
   */
  readonly alternative: EntryRange | null;
  /** What of the local header is neither known nor the directory's: records of its extra field, another name. */
  readonly room: readonly ByteRange[];
  readonly anomalies: readonly FormatAnomaly[];
}

/** Room for an ordinary extra field, so that one request is enough. */
const EXTRA_EXPECTED = 256;

const utf8 = new TextEncoder();
const none: readonly never[] = [];

/**
 * Reads the local header and says where the content lies, as Android does: the directory's method and sizes, the local
 * header's lengths of name and extra field (libziparchive FindEntry). Method 8 is inflated; `size` bytes of any other
 * are taken as they are (frameworks/base AssetsProvider.cpp).
 * @param size of the whole file
 * @throws FormatError where there is no local header, or it points out of the file
 */
export function* locateEntry(entry: ZipEntry, size: number): Parsing<EntryData> {
  const at = entry.headerOffset;
  if (at < 0 || at + LOCAL_HEADER_SIZE > size) throw new FormatError('the local header lies outside the file', at);
  // In UTF-8 a unit of UTF-16 takes three bytes at most.
  const most = entry.nameBytes === CUT ? 0xffff : (entry.nameBytes?.length ?? 3 * entry.name.length);
  const wanted = LOCAL_HEADER_SIZE + most + EXTRA_EXPECTED;
  const header = yield { offset: at, length: Math.min(wanted, size - at) };
  if (header.length < LOCAL_HEADER_SIZE) throw new FormatError('the local header is cut off', at);
  const anomalies = new AnomalyLog();
  const view = viewOf(header);
  const isSameName = compareNames(view, header, entry, anomalies);
  if (entry.index >= 0) compareFields(view, entry, anomalies);
  const offset = at + LOCAL_HEADER_SIZE + view.getUint16(26, true) + view.getUint16(28, true);
  if (offset > size) throw new FormatError('the data would begin behind the end of the file', at);
  // Where another entry begins inside this one's header, its limit says nothing.
  const room = Math.max(0, Math.min(entry.limit, size) - offset);
  return {
    ...chooseRange(entry, offset, room, size),
    room: headerRoom(view, entry, isSameName),
    anomalies: anomalies.list(),
  };
}

function headerRoom(view: DataView, { headerOffset }: ZipEntry, isSameName: boolean): readonly ByteRange[] {
  const nameLength = view.getUint16(26, true);
  const extraLength = view.getUint16(28, true);
  if (isSameName && extraLength < LEAST_GAP) return none;
  const extraAt = LOCAL_HEADER_SIZE + nameLength;
  const room = unknownExtra(view, extraAt, extraLength);
  if (!isSameName) room.push({ offset: LOCAL_HEADER_SIZE, length: nameLength });
  return room.map(({ offset, length }) => ({ offset: headerOffset + offset, length }));
}

type Chosen = Omit<EntryData, 'anomalies' | 'room'>;

function chooseRange(entry: ZipEntry, offset: number, room: number, fileSize: number): Chosen {
  const claimed = entry.method === 8 ? entry.compressedSize : entry.size;
  const length = claimed < 0 ? room : Math.min(claimed, fileSize - offset);
  const inflated: EntryRange = { offset, length: room, coding: 'deflate' };
  if (entry.method === 8) {
    const cutShort = claimed >= 0 && length + DESCRIPTOR_MAX < room;
    return { offset, length, coding: 'deflate', alternative: cutShort ? inflated : null };
  }
  // A stored entry as any writer makes it needs no second way: to try both would read every library of an app twice.
  const isPlain = entry.method === 0 && entry.compressedSize === entry.size && entry.size <= room;
  return { offset, length, coding: 'stored', alternative: room > 0 && claimed >= 0 && !isPlain ? inflated : null };
}

function compareNames(view: DataView, header: Uint8Array, entry: ZipEntry, anomalies: AnomalyLog): boolean {
  const length = view.getUint16(26, true);
  const local = header.subarray(LOCAL_HEADER_SIZE, LOCAL_HEADER_SIZE + length);
  const same = local.length === length && isName(local, entry);
  if (view.getUint32(0, true) !== LOCAL_HEADER) {
    if (!same || length === 0) throw new FormatError('no local header where the directory points', entry.headerOffset);
    mismatch(anomalies, entry, 'the signature is missing');
  }
  const isSame = same || entry.nameBytes === CUT;
  if (!isSame) mismatch(anomalies, entry, `the name is ${JSON.stringify(readName(local).text.slice(0, 200))}`);
  return isSame;
}

/** In place where the name is ASCII, as nearly all are. */
function isName(local: Uint8Array, { name, nameBytes }: ZipEntry): boolean {
  let i = 0;
  if (nameBytes === null && local.length === name.length) {
    while (i < local.length && local[i]! < 0x80 && local[i] === name.charCodeAt(i)) i++;
    if (i === local.length) return true;
  }
  const bytes = nameBytes ?? utf8.encode(name);
  return local.length === bytes.length && local.every((byte, at) => byte === bytes[at]);
}

function compareFields(view: DataView, entry: ZipEntry, anomalies: AnomalyLog): void {
  const flags = view.getUint16(6, true);
  const method = view.getUint16(8, true);
  if (method !== entry.method) mismatch(anomalies, entry, `method ${method}, in the directory ${entry.method}`);
  if ((flags & ENCRYPTED) !== 0 && (entry.flags & ENCRYPTED) === 0) {
    anomalies.add('zip.encryption-flag', entry.headerOffset, entry.name, 'marked as encrypted in the local header');
  }
  const extraAt = LOCAL_HEADER_SIZE + view.getUint16(26, true);
  const extra = readExtraFields(view, extraAt, view.getUint16(28, true));
  if (extra.malformed) {
    anomalies.add('zip.bad-extra-field', entry.headerOffset, entry.name, 'the local extra field runs past its end');
  }
  // With a descriptor behind the data the fields may be zero, and Android does not look at them.
  if ((flags & DESCRIPTOR_FOLLOWS) !== 0) return;
  let size = view.getUint32(22, true);
  let compressedSize = view.getUint32(18, true);
  if (size === 0xffff_ffff || compressedSize === 0xffff_ffff) {
    [size, compressedSize] = (resolveZip64(view, extra, [size, compressedSize]) ?? [size, compressedSize]) as [
      number,
      number,
    ];
  }
  const crc32 = view.getUint32(14, true);
  if (size !== entry.size) mismatch(anomalies, entry, `size ${size}, in the directory ${entry.size}`);
  if (compressedSize !== entry.compressedSize) {
    mismatch(anomalies, entry, `compressed size ${compressedSize}, in the directory ${entry.compressedSize}`);
  }
  if (crc32 !== entry.crc32) {
    mismatch(anomalies, entry, `CRC-32 ${crc32.toString(16)}, in the directory ${entry.crc32.toString(16)}`);
  }
}

function mismatch(anomalies: AnomalyLog, entry: ZipEntry, detail: string): void {
  anomalies.add('zip.local-header-mismatch', entry.headerOffset, entry.name, `local header: ${detail}`);
}
