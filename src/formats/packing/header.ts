import { begins, u16, u32 } from '../magic.ts';
import { crc32 } from './header-crc.ts';
import { type Unopened, unopened } from './unopened.ts';

/** Ways to pack one stream, or an archive that is no ZIP, told by a header that is valid: a magic alone is chance. */
export type Packing = 'xz' | 'bzip2' | '7z' | 'RAR' | 'Zstandard' | 'LZ4' | 'XALZ' | 'LZMA' | 'lzip' | Unopened;

const XZ = [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0, 0];
const SEVEN_ZIP = [0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c, 0];
const RAR = [0x52, 0x61, 0x72, 0x21, 0x1a, 7];
const BZIP2 = [0x42, 0x5a, 0x68];
const ZSTANDARD = [0x28, 0xb5, 0x2f, 0xfd];
const LZ4 = [0x04, 0x22, 0x4d, 0x18];
const OLD_LZ4 = [0x02, 0x21, 0x4c, 0x18];
const XALZ = [0x58, 0x41, 0x4c, 0x5a];
const LZIP = [0x4c, 0x5a, 0x49, 0x50, 1];

/** xz-file-format 2.1.1: the flags of the stream, and their CRC-32. */
function isXz(head: Uint8Array): boolean {
  if (!begins(head, XZ) || head.length < 12) return false;
  return u32(head, 8) === crc32(head.subarray(6, 8));
}

/** 7zFormat.txt, SignatureHeader: the place of the next header, and its CRC-32. */
function is7z(head: Uint8Array): boolean {
  if (!begins(head, SEVEN_ZIP) || head.length < 32) return false;
  return u32(head, 8) === crc32(head.subarray(12, 32));
}

/** RAR 4 (technote.txt: the main header with the low half of its CRC-32) and RAR 5 (a header of variable length). */
function isRar(head: Uint8Array): boolean {
  if (!begins(head, RAR)) return false;
  if (head[6] === 0) {
    const size = u16(head, 12);
    if (head[9] !== 0x73 || size < 13 || 7 + size > head.length) return false;
    return u16(head, 7) === (crc32(head.subarray(9, 7 + size)) & 0xffff);
  }
  if (head[6] !== 1 || head[7] !== 0) return false;
  let size = 0;
  let at = 12;
  for (let shift = 0; shift < 21 && at < head.length; shift += 7) {
    const byte = head[at++]!;
    size |= (byte & 0x7f) << shift;
    if (byte < 0x80) break;
  }
  return size > 0 && at + size <= head.length && u32(head, 8) === crc32(head.subarray(12, at + size));
}

/** The magic of a block, the mode, the place of the original string, the map of symbols, the number of tables (2 to 6). */
function isBzip2(head: Uint8Array): boolean {
  if (!begins(head, BZIP2) || head[3]! < 0x31 || head[3]! > 0x39) return false;
  if (begins(head, [0x17, 0x72, 0x45, 0x38, 0x50, 0x90], 4)) return true;
  if (!begins(head, [0x31, 0x41, 0x59, 0x26, 0x53, 0x59], 4) || head.length < 24) return false;
  let bit = 14 * 8;
  const read = (count: number) => {
    let value = 0;
    for (let i = 0; i < count; i++, bit++) value = (value << 1) | (((head[bit >> 3] ?? 0) >> (7 - (bit & 7))) & 1);
    return value;
  };
  const randomised = read(1);
  const origin = read(24);
  const groups = read(16);
  let symbols = 0;
  for (let group = 15; group >= 0; group--) if ((groups >> group) & 1) symbols += ones(read(16));
  const tables = read(3);
  return randomised === 0 && origin < (head[3]! - 0x30) * 100_000 && symbols > 0 && tables >= 2 && tables <= 6;
}

function ones(value: number): number {
  let count = 0;
  for (let rest = value; rest !== 0; rest &= rest - 1) count++;
  return count;
}

/** Where the first frame begins behind those that hold something else: Zstandard and LZ4 have them in common. */
function skippedTo(head: Uint8Array): number {
  let at = 0;
  while ((u32(head, at) & 0xfffffff0) >>> 0 === 0x184d2a50 && at + 8 < head.length) at += 8 + u32(head, at + 4);
  return at;
}

/** RFC 8878: a frame header without reserved bits, and the header of its first block; skippable frames come before it. */
function isZstandard(head: Uint8Array): boolean {
  const at = skippedTo(head);
  if (!begins(head, ZSTANDARD, at)) return false;
  const descriptor = head[at + 4] ?? 8;
  if ((descriptor & 8) !== 0) return false;
  const single = (descriptor & 0x20) !== 0;
  const dictionary = [0, 1, 2, 4][descriptor & 3]!;
  const size = [single ? 1 : 0, 2, 4, 8][descriptor >> 6]!;
  const block = at + 5 + (single ? 0 : 1) + dictionary + size;
  if (block + 3 > head.length) return false;
  const header = u16(head, block) | (head[block + 2]! << 16);
  return ((header >> 1) & 3) !== 3 && header >> 3 <= 128 * 1024;
}

/** LZ4 frame format 1.6: version, reserved bits, the size of blocks, and a byte of the xxHash of them all; of the older form a size. */
function isLz4(from: Uint8Array): boolean {
  const head = from.subarray(skippedTo(from));
  if (begins(head, OLD_LZ4)) return u32(head, 4) - 1 < 8_421_520 && head.length > 8;
  if (!begins(head, LZ4) || head.length < 11) return false;
  const [flags = 0, size = 0] = head.subarray(4, 6);
  if (flags >> 6 !== 1 || (flags & 2) !== 0 || (size & 0x8f) !== 0 || size >> 4 < 4) return false;
  const end = 6 + (flags & 8 ? 8 : 0) + (flags & 1 ? 4 : 0);
  return head[end] === ((shortHash(head.subarray(4, end)) >>> 8) & 0xff);
}

/** xxHash32 of less than 16 bytes, seed 0. */
function shortHash(bytes: Uint8Array): number {
  let hash = 374761393 + bytes.length;
  let at = 0;
  for (; at + 4 <= bytes.length; at += 4) {
    hash = hash + Math.imul(u32(bytes, at), 0xc2b2ae3d);
    hash = Math.imul((hash << 17) | (hash >>> 15), 668265263);
  }
  for (; at < bytes.length; at++) {
    hash = hash + Math.imul(bytes[at]!, 374761393);
    hash = Math.imul((hash << 11) | (hash >>> 21), 0x9e3779b1);
  }
  hash = Math.imul(hash ^ (hash >>> 15), 0x85ebca77);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae3d);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/** What .NET for Android makes of its assemblies (xamarin-android, CompressedAssemblyHeader): magic, index, size. */
function isXalz(head: Uint8Array): boolean {
  if (!begins(head, XALZ) || head.length < 14) return false;
  return u32(head, 4) < 0x10000 && u32(head, 8) > 0;
}

/**
 * LZMA alone has no magic: properties as every tool writes them (0x5d), a size of the dictionary and of the content that
 * the tools of xz take, and the first byte of the range coder, which is 0 (xz: alone_decoder.c).
 */
const isLzma = (head: Uint8Array) => head[0] === 0x5d && mayBeLzma(head);

/** The same with other properties (lc, lp, pb: less than 9 · 5 · 5): what begins so is LZMA only where it decodes. */
export const isOddLzma = (head: Uint8Array): boolean => head[0] !== 0x5d && head[0]! < 9 * 5 * 5 && mayBeLzma(head);

function mayBeLzma(head: Uint8Array): boolean {
  if (head.length < 18 || head[13] !== 0) return false;
  const dictionary = u32(head, 1);
  const low = (dictionary & -dictionary) >>> 0;
  const isUsual = dictionary === 0xffffffff || dictionary === low || dictionary === 3 * low;
  const size = u32(head, 5) + u32(head, 9) * 2 ** 32;
  return isUsual && dictionary >= 4096 && size > 0 && (size < 2 ** 38 || (u32(head, 5) & u32(head, 9)) === -1);
}

/** lzip manual, "File format": version 1, and a coded size of the dictionary. */
function isLzip(head: Uint8Array): boolean {
  if (!begins(head, LZIP)) return false;
  const bits = head[5]! & 0x1f;
  return bits >= 12 && bits <= 29 && head[6] === 0;
}

const packings: readonly (readonly [Packing, (head: Uint8Array) => boolean])[] = [
  ['xz', isXz],
  ['7z', is7z],
  ['RAR', isRar],
  ['bzip2', isBzip2],
  ['Zstandard', isZstandard],
  ['LZ4', isLz4],
  ['XALZ', isXalz],
  ['LZMA', isLzma],
  ['lzip', isLzip],
  ...unopened,
];

/** How content that begins so is packed; null where no header is valid. */
export function packingOf(head: Uint8Array): Packing | null {
  for (let i = 0; i < packings.length; i++) if (packings[i]![1](head)) return packings[i]![0];
  return null;
}
