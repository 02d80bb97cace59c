import { packingOf } from '../../formats/packing/header.ts';
import type { ContentKind } from './kind.ts';

/** Compressed content with a header of its own; `features/packed.ts` says which of it is opened. */
export const packed: ContentKind = {
  is: (head) => packingOf(head) !== null,
  platform: null,
  isCode: false,
  isNative: false,
  isSearched: true,
  read: 'every byte, for strings',
  how: 'searched',
};
