import type { ContentKind } from './kind.ts';

/** Compiled Android resources and binary XML (ResourceTypes.h: chunk types 0x0002 and 0x0003, header size 8 or 12). */
export const resources: ContentKind = {
  is: (head) => (head[0] === 2 || head[0] === 3) && head[1] === 0 && (head[2] === 8 || head[2] === 12) && head[3] === 0,
  platform: null,
  isCode: false,
  isNative: false,
  isSearched: true,
  atStandard: 'compiled resources were not read at depth standard',
  read: 'every byte, for strings',
  how: 'searched',
};
