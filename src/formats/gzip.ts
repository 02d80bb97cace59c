/** Where the next member of a gzip file begins and its deflate stream; null where none begins there, or its header does not end. */
export function gzipMember(
  bytes: Uint8Array,
  at: number,
): { readonly data: number; readonly isLabelled: boolean } | null {
  if (bytes[at] !== 0x1f || bytes[at + 1] !== 0x8b || bytes[at + 2] !== 8) return null;
  const data = gzipData(bytes.subarray(at));
  return data === null ? null : { data: at + data, isLabelled: data > HEADER };
}

/** A header without optional fields. */
const HEADER = 10;

/** CRC-32 and size behind the stream. */
export const GZIP_TRAILER = 8;

/** RFC 1952, 2.3: a header with optional fields. */
function gzipData(bytes: Uint8Array): number | null {
  const flags = bytes[3] ?? 0;
  let at = HEADER;
  if (flags & 4) at += 2 + (bytes[at] ?? 0) + ((bytes[at + 1] ?? 0) << 8);
  for (const field of [8, 16]) {
    if (flags & field) {
      const end = bytes.indexOf(0, at);
      if (end < 0) return null;
      at = end + 1;
    }
  }
  if (flags & 2) at += 2;
  return at < bytes.length ? at : null;
}
