import type { ContentKind } from './kind.ts';
import { ascii, startsWith } from './magic.ts';

/** xz, Zstandard, 7z, RAR, bzip2, LZ4. */
const magics: readonly (readonly number[])[] = [
  [0xfd, ...ascii('7zXZ'), 0],
  [0x28, 0xb5, 0x2f, 0xfd],
  [...ascii('7z'), 0xbc, 0xaf, 0x27, 0x1c],
  ascii('Rar!'),
  ascii('BZh'),
  [0x04, 0x22, 0x4d, 0x18],
];

/** Compressed content that is not opened. */
export const packed: ContentKind = {
  is: (head) => magics.some((magic) => startsWith(head, magic)),
  platform: null,
  isCode: false,
  isNative: false,
  isSearched: true,
  unopened: 'compressed in a way that is not opened; only its packed bytes were searched',
  read: 'every byte, for strings',
  how: 'searched',
};
