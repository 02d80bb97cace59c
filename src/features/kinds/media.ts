import { ascii, begins } from '../../formats/magic.ts';
import type { ContentKind } from './kind.ts';

const magics: readonly (readonly [offset: number, magic: readonly number[]])[] = [
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

/** Content that holds no code and no text: pictures, sound, films, fonts. */
export const media: ContentKind = {
  is: (head) => magics.some(([offset, magic]) => begins(head, magic, offset)),
  platform: null,
  isCode: false,
  isNative: false,
  isSearched: true,
  atStandard: 'pictures, sound and fonts were not read at depth standard',
  read: 'every byte, for strings',
  how: 'searched',
};
