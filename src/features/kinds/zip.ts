import { zipArchive } from '../../bundle/archive.ts';
import { isZip } from '../../formats/zip/index.ts';
import type { ContentKind } from './kind.ts';

export const zip: ContentKind = {
  is: isZip,
  platform: null,
  isCode: true,
  isNative: false,
  isSearched: false,
  read: 'every entry inside',
  how: 'container',
  open: (source, path, { budgets, streamer, runtime }) => zipArchive(source, `${path}!`, budgets, streamer, runtime),
};
