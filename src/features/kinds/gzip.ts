import { gzipEntries } from '../../bundle/gaps.ts';
import { FormatError } from '../../errors.ts';
import { gzipMember } from '../../formats/gzip.ts';
import type { ContentKind } from './kind.ts';

/** Deflate streams, each behind a header (RFC 1952, 2.2). */
export const gzip: ContentKind = {
  is: (head) => head[0] === 0x1f && head[1] === 0x8b && head[2] === 8,
  platform: null,
  isCode: false,
  isNative: false,
  isSearched: false,
  read: 'what is packed inside',
  how: 'container',
  async open(source, path) {
    const bytes = await source.read(0, source.size);
    if (gzipMember(bytes, 0) === null) throw new FormatError('what is packed inside was not read', 10);
    return { entries: gzipEntries(bytes, path), coverage: [], anomalies: [] };
  },
};
