import type { Content } from '../../bundle/content.ts';
import { FormatError } from '../../errors.ts';
import { gzipData } from '../../formats/gzip.ts';
import type { ContentKind } from './kind.ts';

/** Bytes that a header with a name and a comment may have. */
const MOST_HEADER = 64 * 1024;

/** One deflate stream behind a header (RFC 1952, 2.3). */
export const gzip: ContentKind = {
  is: (head) => head[0] === 0x1f && head[1] === 0x8b && head[2] === 8,
  platform: null,
  isCode: false,
  isNative: false,
  isSearched: false,
  read: 'what is packed inside',
  how: 'container',
  async open(source, path) {
    const start = gzipData(await source.read(0, Math.min(source.size, MOST_HEADER)));
    if (start === null) throw new FormatError('what is packed inside was not read: the header does not end', 10);
    const content: Content = { source, offset: start, length: source.size - start, coding: 'deflate', claimed: -1 };
    const locate = async () => ({ content, anomalies: [], close() {} });
    return { entries: [{ path: `${path}!`, size: 0, position: 0, crc32: null, locate }], coverage: [] };
  },
};
