import { ascii, begins, u16, u32 } from '../magic.ts';
import { adler32 } from './adler.ts';
import { crc32 } from './header-crc.ts';

/** Archives and streams that are named and not opened, each told by a header whose fields fit one another. */
export type Unopened =
  | 'cabinet'
  | 'compress'
  | 'lzop'
  | 'Snappy'
  | 'LZFSE'
  | 'LZ4 of Apple'
  | 'xar'
  | 'SquashFS'
  | 'WIM';

/** Nine bytes, and a version that was released (lzop 1.04, src/conf.h). */
const LZOP = [0x89, ...ascii('LZO\0\r\n\x1a\n')];
/** The stream identifier, which comes first (snappy, framing_format.txt 4.1). */
const SNAPPY = [0xff, 6, 0, 0, ...ascii('sNaPpY')];
const WIM = [...ascii('MSWIM\0\0\0'), 0xd0, 0, 0, 0];
const CABINET = ascii('MSCF\0\0\0\0');
const XAR = ascii('xar!\0');
const SQUASH = ascii('hsqs');
const LZFSE = ascii('bvx');
const APPLE_LZ4 = ascii('bv41');

/** Magics of them that are long enough to be met inside other content. */
export const unopenedMagics: readonly (readonly number[])[] = [
  LZOP,
  SNAPPY,
  WIM.slice(0, 8),
  CABINET,
  ascii('xar!\0\x1c\0\x01'),
];

const FILTER = 0x800;
const HEADER_CRC32 = 0x1000;

/**
 * lzop 1.04, src/lzop.c, read_header: versions, method, flags, times, a name, and the header's check sum. Tools are files
 * that hold the magic as a constant (busybox).
 */
function isLzop(head: Uint8Array): boolean {
  if (!begins(head, LZOP)) return false;
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  const isNew = head.length > 11 && view.getUint16(9) >= 0x940;
  // Of the header's own version, a level and the upper half of the time came with 0.94.
  let at = isNew ? 17 : 14;
  if (head.length < at + 20) return false;
  const flags = view.getUint32(at);
  at += 4 + ((flags & FILTER) !== 0 ? 4 : 0) + (isNew ? 12 : 8);
  at += 1 + (head[at] ?? 0);
  if (at + 4 > head.length) return false;
  const header = head.subarray(9, at);
  return view.getUint32(at) === ((flags & HEADER_CRC32) !== 0 ? crc32(header) : adler32(header));
}

/** snappy, framing_format.txt 4.2, 4.3: a chunk behind the identifier, with room for its check sum and at most 65,536 bytes. */
function isSnappy(head: Uint8Array): boolean {
  if (!begins(head, SNAPPY)) return false;
  let at = SNAPPY.length;
  // Padding, and what a reader may skip.
  while (head[at]! >= 0x80 && at + 4 <= head.length) at += 4 + (u32(head, at) >>> 8);
  if (at + 9 > head.length) return false;
  const length = u32(head, at) >>> 8;
  if (head[at] === 1) return length > 4 && length <= 65_540;
  if (head[at] !== 0 || length < 6 || length > 76_494) return false;
  // The size of what was packed comes first, seven bits a byte and at most three of them.
  let size = 0;
  for (let i = 0, byte = 0x80; i < 3 && byte >= 0x80; i++) {
    byte = head[at + 8 + i] ?? 0;
    size |= (byte & 0x7f) << (7 * i);
    if (i === 2 && byte >= 0x80) return false;
  }
  return size > 0 && size <= 65_536;
}

/** [MS-WIM], WIMHEADER_V1: the version, a chunk size that is a power of two, and which part of how many. */
function isWim(head: Uint8Array): boolean {
  if (!begins(head, WIM) || head.length < 48) return false;
  const version = u32(head, 12);
  const chunk = u32(head, 20);
  const [part, parts] = [u16(head, 40), u16(head, 42)];
  return (version === 0x10d00 || version === 0xe00) && (chunk & (chunk - 1)) === 0 && part >= 1 && part <= parts;
}

/** [MS-CAB] 2.1, CFHEADER: what is reserved is 0, the version 1.3; the files stand behind the header and inside. */
function isCabinet(head: Uint8Array): boolean {
  if (!begins(head, CABINET) || u32(head, 12) !== 0 || u16(head, 24) !== 0x103) return false;
  const files = u32(head, 16);
  return files >= 36 && files < u32(head, 8) && u16(head, 26) > 0 && u16(head, 28) > 0;
}

/** The header of 28 bytes and more, version 1, a table of contents that packs (xar, include/xar.h); numbers are big-endian. */
function isXar(head: Uint8Array): boolean {
  if (!begins(head, XAR) || head[5]! < 28 || u16(head, 6) !== 0x100) return false;
  return begins(head, [0, 0, 0, 0], 8) && begins(head, [0, 0, 0, 0], 16) && u32(head, 12) > 0;
}

/** squashfs_fs.h, superblock 4.0: the size of blocks is said twice. */
function isSquashFs(head: Uint8Array): boolean {
  if (!begins(head, SQUASH) || u32(head, 28) !== 4) return false;
  const log = u16(head, 22);
  return log >= 12 && log <= 20 && u32(head, 12) === 2 ** log && u16(head, 20) >= 1 && u16(head, 20) <= 6;
}

/** lzfse_internal.h: the head of a compressed block, whose counts have limits; of LZVN two sizes. A block that only stores is text. */
function isLzfse(head: Uint8Array): boolean {
  if (!begins(head, LZFSE) || head.length < 32 || u32(head, 4) === 0) return false;
  if (head[3] === 0x6e) return u32(head, 8) > 0 && u32(head, 8) <= u32(head, 4) + 64;
  if (head[3] !== 0x32) return false;
  const literals = u32(head, 8) & 0xfffff;
  const matches = ((u32(head, 12) >>> 8) & 0xfffff) >>> 0;
  return literals <= 40_000 && matches <= 10_000 && u32(head, 24) >= 32 && u32(head, 24) <= 2048;
}

/** Blocks of Apple's Compression library (COMPRESSION_LZ4): the size of what is packed, and packed. */
function isAppleLz4(head: Uint8Array): boolean {
  return begins(head, APPLE_LZ4) && u32(head, 4) > 0 && u32(head, 8) > 0 && u32(head, 8) <= u32(head, 4) + 1024;
}

/** Codes that have to be right: of noise each second one is not, at first. */
const ENOUGH = 64;

/** compress 4.2 has no check: the header as it writes it, and codes of nine bits of which none is of a string yet to come. */
function isCompress(head: Uint8Array): boolean {
  if (head[0] !== 0x1f || head[1] !== 0x9d || (head[2]! & 0x60) !== 0 || (head[2]! & 31) < 9 || (head[2]! & 31) > 16)
    return false;
  let next = (head[2]! & 0x80) !== 0 ? 257 : 256;
  const codes = Math.min(ENOUGH, Math.floor(((head.length - 3) * 8) / 9));
  for (let i = 0; i < codes; i++, next++) {
    const bit = i * 9;
    const code = (u16(head, 3 + (bit >> 3)) >> (bit & 7)) & 511;
    if (i === 0 ? code > 255 : code >= next) return false;
    if (code === 256) return i > 0;
  }
  return codes >= 16;
}

export const unopened: readonly (readonly [Unopened, (head: Uint8Array) => boolean])[] = [
  ['cabinet', isCabinet],
  ['compress', isCompress],
  ['lzop', isLzop],
  ['Snappy', isSnappy],
  ['LZFSE', isLzfse],
  ['LZ4 of Apple', isAppleLz4],
  ['xar', isXar],
  ['SquashFS', isSquashFs],
  ['WIM', isWim],
];
