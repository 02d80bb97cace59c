import { isArchive } from '../formats/ar.ts';
import { isDex } from '../formats/dex/index.ts';
import { isElf } from '../formats/elf/index.ts';
import { isJavaClass } from '../formats/java-class.ts';
import { isMachO } from '../formats/macho/index.ts';
import { isZip } from '../formats/zip/index.ts';

export type Format =
  | 'dex'
  | 'class'
  | 'elf'
  | 'macho'
  | 'ar'
  | 'zip'
  | 'gzip'
  | 'packed'
  | 'text'
  | 'data'
  | 'media'
  | 'resources'
  | 'empty';

const native: ReadonlySet<string> = new Set<Format>(['elf', 'macho', 'ar']);
const code: ReadonlySet<string> = new Set<Format>(['elf', 'macho', 'ar', 'dex', 'class', 'zip']);

/** Whether content of that format is machine code. */
export const isNative = (format: string): boolean => native.has(format);

/** Whether content of that format can be what a name says of code. */
export const isCode = (format: string): boolean => code.has(format);

const ascii = (text: string) => [...text].map((c) => c.charCodeAt(0));

/** Content that holds no code and no text: pictures, sound, films, fonts. */
const media: readonly (readonly [offset: number, magic: readonly number[]])[] = [
  [0, [0x89, ...ascii('PNG')]],
  [0, [0xff, 0xd8, 0xff]],
  [0, ascii('GIF8')],
  [8, ascii('WEBP')],
  [0, ascii('OggS')],
  [0, ascii('ID3')],
  [0, [0xff, 0xfb]],
  [4, ascii('ftyp')],
  [0, ascii('OTTO')],
  [0, [0x00, 0x01, 0x00, 0x00, 0x00]],
  [0, ascii('wOF')],
];

/** Compressed content that is not opened. */
const packed: readonly (readonly number[])[] = [
  [0xfd, ...ascii('7zXZ'), 0],
  [0x28, 0xb5, 0x2f, 0xfd],
  [...ascii('7z'), 0xbc, 0xaf, 0x27, 0x1c],
  ascii('Rar!'),
  ascii('BZh'),
  [0x04, 0x22, 0x4d, 0x18],
];

const startsWith = (head: Uint8Array, magic: readonly number[]) => magic.every((byte, i) => head[i] === byte);

/** What an entry is, by its first bytes and never by its name. */
export function sniff(head: Uint8Array): Format {
  if (head.length === 0) return 'empty';
  if (isDex(head)) return 'dex';
  if (isElf(head)) return 'elf';
  if (isMachO(head)) return 'macho';
  if (isJavaClass(head)) return 'class';
  if (isArchive(head)) return 'ar';
  if (isZip(head)) return 'zip';
  if (startsWith(head, [0x1f, 0x8b, 8])) return 'gzip';
  if (packed.some((magic) => startsWith(head, magic))) return 'packed';
  if (media.some(([offset, magic]) => magic.every((byte, i) => head[offset + i] === byte))) return 'media';
  // Compiled Android resources and binary XML (ResourceTypes.h: chunk types 0x0002 and 0x0003, header size 8 or 12).
  if ((head[0] === 2 || head[0] === 3) && head[1] === 0 && (head[2] === 8 || head[2] === 12) && head[3] === 0) {
    return 'resources';
  }
  return isText(head, Math.min(head.length, 512)) ? 'text' : 'data';
}

/** A plain loop: thousands of small entries pass here. */
function isText(head: Uint8Array, length: number): boolean {
  for (let i = 0; i < length; i++) {
    const c = head[i]!;
    if (c < 32 && c !== 9 && c !== 10 && c !== 13) return false;
  }
  return true;
}
