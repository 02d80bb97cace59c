import { ascii, begins, u16, u32 } from '../magic.ts';

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
  ['lzop', (head) => begins(head, LZOP) && head[9]! <= 0x20],
  ['Snappy', (head) => begins(head, SNAPPY) && (head[10]! <= 1 || head[10]! >= 0x80)],
  ['LZFSE', isLzfse],
  ['LZ4 of Apple', isAppleLz4],
  ['xar', isXar],
  ['SquashFS', isSquashFs],
  ['WIM', (head) => begins(head, WIM)],
];
