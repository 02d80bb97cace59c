import { startsBlock } from './packing/deflate-start.ts';
import type { ByteRange } from './parsing.ts';

/** One member of a gzip file. */
export interface GzipMember {
  /** Where its deflate stream begins. */
  readonly data: number;
  /** Extra field, name and comment: whoever writes them may write anything. */
  readonly labels: readonly ByteRange[];
}

/** CRC-32 and size behind the stream. */
export const GZIP_TRAILER = 8;

/** Reads the header of the member at a place (RFC 1952, 2.3); null where none begins there, or it does not end. */
export function gzipMember(bytes: Uint8Array, start: number): GzipMember | null {
  if (bytes[start] !== 0x1f || bytes[start + 1] !== 0x8b || bytes[start + 2] !== 8) return null;
  const flags = bytes[start + 3] ?? 0;
  const labels: ByteRange[] = [];
  let at = start + 10;
  if (flags & 4) {
    const length = (bytes[at] ?? 0) + ((bytes[at + 1] ?? 0) << 8);
    labels.push({ offset: at + 2, length });
    at += 2 + length;
  }
  for (const field of [8, 16]) {
    if (flags & field) {
      const end = bytes.indexOf(0, at);
      if (end < 0) return null;
      labels.push({ offset: at, length: end - at });
      at = end + 1;
    }
  }
  if (flags & 2) at += 2;
  return at < bytes.length ? { data: at, labels } : null;
}

/** Whether no reserved flag is set, and the extra flags are those of RFC 1952. */
export function isUsualGzip(head: Uint8Array): boolean {
  return (head[3]! & 0xe0) === 0 && [0, 2, 4].includes(head[8]!);
}

/** Whether a member begins here, as far as these bytes tell: a block that decodes. Readers overlook reserved and extra flags (java.util.zip). */
export function startsGzip(head: Uint8Array): boolean {
  if (head.length < 18) return false;
  if (head[0] !== 0x1f || head[1] !== 0x8b || head[2] !== 8) return false;
  const member = gzipMember(head, 0);
  // Its name may go on beyond these bytes.
  return member === null || startsBlock(head, member.data);
}
