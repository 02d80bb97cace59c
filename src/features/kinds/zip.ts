import { zipArchive } from '../../bundle/archive.ts';
import type { StreamEnd } from '../../bundle/content.ts';
import type { Entry } from '../../bundle/entry.ts';
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
  async open(source, path, around) {
    const archive = await zipArchive(source, `${path}!`, around);
    const { entries, coverage, anomalies } = archive;
    return { entries: each(entries), coverage, anomalies, archive };
  },
};

function* each(entries: readonly Entry[]): Generator<Entry, null, StreamEnd | null> {
  yield* entries;
  return null;
}
