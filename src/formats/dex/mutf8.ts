const REPLACEMENT = 0xfffd;

/**
 * Decodes modified UTF-8 (dex-format, "MUTF-8"): NUL is C0 80, a supplementary character is two surrogates of three
 * bytes each. Four-byte sequences are taken as well, because resource string pools hold either form. A byte that
 * starts nothing valid becomes U+FFFD; lone surrogates stay, obfuscators use them in names.
 */
export function decodeMutf8(bytes: Uint8Array, start: number, end: number): string {
  const units = new Uint16Array(end - start);
  let count = 0;
  let at = start;
  while (at < end) {
    const lead = bytes[at]!;
    const length = lead < 0x80 ? 1 : lead >> 5 === 6 ? 2 : lead >> 4 === 14 ? 3 : lead >> 3 === 30 ? 4 : 0;
    if (length === 0 || at + length > end || !areContinuations(bytes, at + 1, at + length)) {
      units[count++] = REPLACEMENT;
      at++;
      continue;
    }
    let code = length === 1 ? lead : lead & (0x7f >> length);
    for (let i = at + 1; i < at + length; i++) code = (code << 6) | (bytes[i]! & 0x3f);
    if (code > 0xffff) {
      units[count++] = 0xd7c0 + (code >> 10);
      code = 0xdc00 | (code & 0x3ff);
    }
    units[count++] = code;
    at += length;
  }
  return fromUnits(units.subarray(0, count));
}

function areContinuations(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at < end; at++) if (bytes[at]! >> 6 !== 2) return false;
  return true;
}

/** UTF-16 code units → string. fromCharCode takes them as arguments, hence on the stack: in pieces. */
export function fromUnits(units: Uint16Array): string {
  let text = '';
  for (let at = 0; at < units.length; at += 4096) {
    // Not spread: that goes through an iterator, one object a unit.
    text += String.fromCharCode.apply(null, units.subarray(at, at + 4096) as unknown as number[]);
  }
  return text;
}
