import { crc32 } from 'node:zlib';
import { deflateSync } from 'fflate';

/** The fields of a local or central header (APPNOTE 4.3.7, 4.3.12) that a test may set to anything. */
export interface HeaderFields {
  signature?: number;
  name?: string | Uint8Array;
  versionMadeBy?: number;
  versionNeeded?: number;
  flags?: number;
  method?: number;
  crc32?: number;
  compressedSize?: number;
  size?: number;
  extra?: Uint8Array;
  /** Central header only. */
  comment?: Uint8Array;
  disk?: number;
  externalAttributes?: number;
  headerOffset?: number;
}

export interface BuildEntry {
  name: string | Uint8Array;
  /** A string is written as UTF-8. */
  data: Uint8Array | string;
  /** 8 where nothing is said. */
  method?: 0 | 8;
  /** The bytes of the data area as they are, in place of the coded `data`. */
  raw?: Uint8Array;
  /** Data starts at a multiple of this, by an extra field as zipalign and AGP write it. */
  align?: number;
  /** Sizes and CRC go behind the data (4.3.9), the local header holds zeros. */
  descriptor?: boolean;
  /** Bytes before the local header that belong to no entry. */
  before?: Uint8Array;
  /** ZIP64 sizes in both headers. */
  zip64?: boolean;
  /** Overrides of one header, null to leave that header out (without the local header, its data is left out too). */
  local?: HeaderFields | null;
  central?: HeaderFields | null;
}

export interface BuildOptions {
  /** For stored entries that name no `align` of their own. */
  align?: number;
  /** Bytes before the archive. `fixed`: the offsets count them in. */
  prepend?: { bytes: Uint8Array; fixed: boolean };
  append?: Uint8Array;
  comment?: Uint8Array;
  /** The pairs of an APK Signing Block: it goes before the directory, at a multiple of 4096 as apksig puts it. */
  signingBlock?: Uint8Array;
  /** Bytes between the directory and the end record. */
  afterDirectory?: Uint8Array;
  /** A ZIP64 end record and locator, sentinels in the end record. */
  zip64?: boolean;
  end?: {
    disk?: number;
    directoryDisk?: number;
    diskCount?: number;
    count?: number;
    directorySize?: number;
    directoryOffset?: number;
    commentLength?: number;
  };
}

const utf8 = new TextEncoder();
const toBytes = (value: string | Uint8Array) => (typeof value === 'string' ? utf8.encode(value) : value);

/** Little-endian fields: `[width in bytes, value]`. */
export function fields(...list: readonly (readonly [1 | 2 | 4 | 8, number])[]): Uint8Array {
  const bytes = new Uint8Array(list.reduce((sum, [width]) => sum + width, 0));
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const [width, value] of list) {
    if (width === 1) view.setUint8(at, value);
    else if (width === 2) view.setUint16(at, value, true);
    else if (width === 4) view.setUint32(at, value, true);
    else view.setBigUint64(at, BigInt(value), true);
    at += width;
  }
  return bytes;
}

export const concat = (...parts: readonly Uint8Array[]): Uint8Array => join(parts);

function join(parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

/** One record of an extra field (APPNOTE 4.5.1). */
export const extraField = (id: number, data: Uint8Array) => concat(fields([2, id], [2, data.length]), data);

/**
 * Writes a ZIP. Same input, same bytes: the time stamps are 1981-01-01, as Android's tools write them.
 *
 *     buildZip([{ name: 'AndroidManifest.xml', data: manifest }, { name: 'lib/arm64-v8a/libx.so', data: so, method: 0 }])
 */
export function buildZip(entries: readonly BuildEntry[], options: BuildOptions = {}): Uint8Array {
  const { prepend } = options;
  const base = prepend?.fixed ? prepend.bytes.length : 0;
  const body: Uint8Array[] = [];
  const directory: Uint8Array[] = [];
  let position = base;
  const push = (bytes: Uint8Array) => {
    body.push(bytes);
    position += bytes.length;
  };
  for (const entry of entries) {
    if (entry.before) push(entry.before);
    const headerOffset = position;
    const { values, coded } = codeEntry(entry);
    if (entry.local !== null) {
      const align = entry.align ?? (values.method === 0 ? options.align : undefined);
      push(localHeader({ ...values, ...localSizes(entry, values), ...entry.local }, position, align));
      push(coded);
      if (entry.descriptor) push(descriptor(values, entry.zip64 === true));
    }
    if (entry.central !== null) {
      directory.push(centralHeader({ ...values, headerOffset, ...zip64Fields(entry, values), ...entry.central }));
    }
  }
  if (options.signingBlock) {
    push(new Uint8Array((4096 - (position % 4096)) % 4096));
    const size = options.signingBlock.length + 24;
    push(concat(fields([8, size]), options.signingBlock, fields([8, size]), utf8.encode('APK Sig Block 42')));
  }
  const central = join(directory);
  const tail = endRecords(options, directory.length, central.length, position);
  return concat(prepend?.bytes ?? new Uint8Array(0), join(body), central, tail);
}

type Values = Required<Pick<HeaderFields, 'name' | 'flags' | 'method' | 'crc32' | 'compressedSize' | 'size'>>;

function codeEntry(entry: BuildEntry): { values: Values; coded: Uint8Array } {
  const data = toBytes(entry.data);
  const name = toBytes(entry.name);
  const method = entry.method ?? 8;
  const coded = entry.raw ?? (method === 8 ? deflateSync(data) : data);
  // 4.4.4, bit 11: the name is UTF-8. Writers set it only where it matters.
  const flags = (entry.descriptor ? 8 : 0) | (typeof entry.name === 'string' && name.some((b) => b > 127) ? 0x800 : 0);
  const values = { name, flags, method, crc32: crc32(data), compressedSize: coded.length, size: data.length };
  return { values, coded };
}

function localSizes(entry: BuildEntry, values: Values): HeaderFields {
  if (entry.descriptor) return { crc32: 0, compressedSize: 0, size: 0 };
  return zip64Fields(entry, values);
}

function zip64Fields(entry: BuildEntry, values: Values): HeaderFields {
  if (!entry.zip64) return {};
  const extra = extraField(1, fields([8, values.size], [8, values.compressedSize]));
  return { size: 0xffff_ffff, compressedSize: 0xffff_ffff, extra };
}

function localHeader(header: HeaderFields, position: number, align: number | undefined): Uint8Array {
  const name = toBytes(header.name ?? '');
  let extra = header.extra ?? new Uint8Array(0);
  const dataAt = position + 30 + name.length + extra.length;
  if (align && dataAt % align !== 0) {
    // Record 0xd935: the alignment, then zeros (apkzlib AlignedExtraField); at least six bytes.
    const padding = align - ((dataAt + 6) % align || align);
    extra = concat(extra, extraField(0xd935, concat(fields([2, align]), new Uint8Array(padding))));
  }
  return concat(
    fields([4, header.signature ?? 0x04034b50], ...commonFields(header), [2, name.length], [2, extra.length]),
    name,
    extra,
  );
}

function commonFields(header: HeaderFields): [2 | 4, number][] {
  return [
    [2, header.versionNeeded ?? 20],
    [2, header.flags ?? 0],
    [2, header.method ?? 0],
    [2, 0],
    [2, 0x221],
    [4, header.crc32 ?? 0],
    [4, header.compressedSize ?? 0],
    [4, header.size ?? 0],
  ];
}

function centralHeader(header: HeaderFields): Uint8Array {
  const name = toBytes(header.name ?? '');
  const extra = header.extra ?? new Uint8Array(0);
  const comment = header.comment ?? new Uint8Array(0);
  return concat(
    fields(
      [4, header.signature ?? 0x02014b50],
      [2, header.versionMadeBy ?? 20],
      ...commonFields(header),
      [2, name.length],
      [2, extra.length],
      [2, comment.length],
      [2, header.disk ?? 0],
      [2, 0],
      [4, header.externalAttributes ?? 0],
      [4, header.headerOffset ?? 0],
    ),
    name,
    extra,
    comment,
  );
}

const descriptor = ({ crc32, compressedSize, size }: Values, zip64: boolean) =>
  fields([4, 0x08074b50], [4, crc32], [zip64 ? 8 : 4, compressedSize], [zip64 ? 8 : 4, size]);

function endRecords(options: BuildOptions, count: number, size: number, offset: number): Uint8Array {
  const { end = {}, zip64 } = options;
  const comment = options.comment ?? new Uint8Array(0);
  const after = options.afterDirectory ?? new Uint8Array(0);
  const total = end.count ?? Math.min(count, 0xffff);
  return concat(
    after,
    zip64 ? zip64EndRecords(count, size, offset, after.length) : new Uint8Array(0),
    fields(
      [4, 0x06054b50],
      [2, end.disk ?? 0],
      [2, end.directoryDisk ?? 0],
      [2, end.diskCount ?? total],
      [2, total],
      [4, end.directorySize ?? (zip64 ? 0xffff_ffff : size)],
      [4, end.directoryOffset ?? (zip64 ? 0xffff_ffff : offset)],
      [2, end.commentLength ?? comment.length],
    ),
    comment,
    options.append ?? new Uint8Array(0),
  );
}

function zip64EndRecords(count: number, size: number, offset: number, gap: number): Uint8Array {
  const record = fields([4, 0x06064b50], [8, 44], [2, 45], [2, 45], [4, 0], [4, 0], [8, count], [8, count]);
  const locator = fields([4, 0x07064b50], [4, 0], [8, offset + size + gap], [4, 1]);
  return concat(record, fields([8, size], [8, offset]), locator);
}
