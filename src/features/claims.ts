import type { Content, StreamEnd } from '../bundle/content.ts';
import type { Entry } from '../bundle/entry.ts';
import type { Collector } from './collector.ts';

/** Says why content did not come whole. */
export function coverEnd(into: Collector, { state, bytes, detail }: StreamEnd, entry: Entry, content: Content): void {
  if (state === 'broken' && entry.encrypted) coverPassword(into, content, 'partial');
  else if (state === 'broken') {
    into.cover({ state: 'partial', reason: 'malformed', offset: bytes, detail: detail ?? 'broken content' });
  } else if (state === 'budget') {
    into.cover({ state: 'partial', reason: 'budget', offset: bytes, detail: detail ?? 'budget' });
  }
}

/** Size and checksum as the container claims them: Android checks neither for what it maps itself. */
export function checkClaims(
  into: Collector,
  { crc32, encrypted }: Entry,
  content: Content,
  came: { readonly bytes: number; readonly crc32: number },
): void {
  if (crc32 === null) {
    // Nothing shows that it is not encrypted.
    if (encrypted) coverPassword(into, content, 'unreadable');
    return;
  }
  const { claimed, offset } = content;
  const isOtherSize = claimed >= 0 && came.bytes !== claimed;
  if (!isOtherSize && came.crc32 === crc32) return;
  if (encrypted) coverPassword(into, content, 'unreadable');
  into.anomalies([
    isOtherSize
      ? { code: 'zip.size-mismatch', offset, detail: `${came.bytes} bytes, the directory claims ${claimed}` }
      : { code: 'zip.crc-mismatch', offset, detail: 'CRC-32 does not match' },
  ]);
}

/** The container says that the content is encrypted, and it is not what it would be without. */
function coverPassword(into: Collector, { offset }: Content, state: 'partial' | 'unreadable'): void {
  into.cover({ state, reason: 'password', offset, detail: 'encrypted with a password (ZIP), as its header says' });
}
