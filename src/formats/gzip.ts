/** Where the deflate stream of a gzip file begins (RFC 1952, 2.3: a header with optional fields); null where its header does not end. */
export function gzipData(bytes: Uint8Array): number | null {
  const flags = bytes[3] ?? 0;
  let at = 10;
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
