/**
 * How text stands in content: a version of four parts, a number in a drawing and the name in a certificate look like
 * endpoints, and what stands beside them tells. Nothing here reads more than 32 bytes beyond the text.
 */

const digits = (byte: number | undefined) => byte !== undefined && byte >= 0x30 && byte <= 0x39;
const isBlank = (byte: number | undefined) => byte === 0x20 || byte === 0x09;
const joins = (byte: number | undefined) => isBlank(byte) || byte === 0x2c;

/** What an address in text stands behind: a quote, a bracket, a sign of assignment, the end of a line or a string. */
const opens = new Set([...'"\'`=:([{>;|'].map((character) => character.charCodeAt(0)));

/**
 * Whether four numbers between dots, by themselves, are more likely an address than a version, an object identifier or a
 * number. Versions begin with small numbers, identifiers (ITU-T X.660) with 0 to 2; of what begins small, the two others
 * must be large that versions seldom have so. Measured on the applications of ../shared/corpus.md.
 */
export function isLikelyAddress([first = 0, second = 0, third = 0, fourth = 0]: readonly number[]): boolean {
  // `8.8.8.8`, `8.8.4.4`: chosen to be remembered.
  if (first === second && third === fourth && fourth !== 0) return true;
  if (first < 3 || fourth === 0 || (second === 0 && third === 0)) return false;
  if (first >= 32) return true;
  return [second, third, fourth].filter((part) => part >= 32).length >= 2;
}

/**
 * Whether the dotted quad at `[at, end)` stands as an address does: with a port, behind `//` or `@`; or alone, likely
 * by its numbers, and not in a row of other numbers.
 */
export function standsAsAddress(bytes: Uint8Array, at: number, end: number, parts: readonly number[]): boolean {
  if (hasPort(bytes, end)) return true;
  const before = bytes[at - 1];
  if (before === 0x40 || (before === 0x2f && bytes[at - 2] === 0x2f)) return true;
  // `Chrome/120.0.6.1`
  if (before === 0x2f && isWord(bytes[at - 2])) return false;
  if (!isLikelyAddress(parts) || isCalledVersion(bytes, at) || isAttribute(bytes, at, end)) return false;
  return !isInRow(bytes, at, end);
}

const VERSION = [...'Version'].map((character) => character.charCodeAt(0));

/** Whether the string before it is called so: `FileVersion` in the version resource of every assembly of .NET. */
function isCalledVersion(bytes: Uint8Array, at: number): boolean {
  const start = at - 1 - VERSION.length;
  return bytes[at - 1] === 0 && VERSION.every((byte, i) => bytes[start + i] === byte);
}

/**
 * Whether it begins what a custom attribute of .NET says (ECMA-335, II.23.3): in `AssemblyFileVersion` that is all, in
 * `AssemblyInformationalVersion` a commit may follow.
 */
function isAttribute(bytes: Uint8Array, at: number, end: number): boolean {
  if (bytes[at - 2] !== 0 || bytes[at - 3] !== 1) return false;
  const last = at + bytes[at - 1]!;
  return last >= end && (last > end + 30 || (bytes[last] === 0 && bytes[last + 1] === 0));
}

/** `:443`, and `::53` as some write it; of 2 to 5 digits. */
function hasPort(bytes: Uint8Array, end: number): boolean {
  if (bytes[end] !== 0x3a) return false;
  let i = end + (bytes[end + 1] === 0x3a ? 2 : 1);
  const from = i;
  while (i - from < 6 && digits(bytes[i])) i++;
  return i - from >= 2 && i - from <= 5 && bytes[i] !== 0x2e;
}

function isWord(byte: number | undefined): boolean {
  return byte !== undefined && (digits(byte) || (byte | 0x20) - 0x61 < 26) && byte >= 0x30;
}

/** Whether a blank or comma joins it to something that is no address: `M88.44.44.88 12`, `since 12.34.56.78 this`. */
function isInRow(bytes: Uint8Array, at: number, end: number): boolean {
  if (joins(bytes[at - 1])) {
    let i = at - 1;
    while (at - i < 32 && joins(bytes[i])) i--;
    const byte = bytes[i];
    if (byte !== undefined && byte >= 0x20 && byte < 0x7f && !opens.has(byte) && !endsQuad(bytes, i + 1)) return true;
  }
  if (!joins(bytes[end])) return false;
  let i = end;
  while (i - end < 8 && joins(bytes[i])) i++;
  return (digits(bytes[i]) || bytes[i] === 0x2d) && !startsQuad(bytes, i);
}

function startsQuad(bytes: Uint8Array, from: number): boolean {
  let dots = 0;
  let i = from;
  for (; i - from < 16 && (digits(bytes[i]) || bytes[i] === 0x2e); i++) if (bytes[i] === 0x2e) dots++;
  return dots === 3 && digits(bytes[i - 1]);
}

function endsQuad(bytes: Uint8Array, end: number): boolean {
  let start = end;
  while (end - start < 16 && (digits(bytes[start - 1]) || bytes[start - 1] === 0x2e)) start--;
  return startsQuad(bytes, start);
}

/** The URI of a certificate (RFC 5280, 4.2.1.6: `[6] IA5String`), and the IA5String of its policy. */
const URI = 0x86;
const IA5_STRING = 0x16;
/** PrintableString, UTF8String, TeletexString: in a name, behind the id of an attribute (X.520: 2.5.4.x). */
const nameStrings = [0x13, 0x0c, 0x14];

/**
 * Bytes of the string that a DER structure has here, by the tag and length before it; 0 where no such string begins here.
 * @param most bytes that the string can have: less than its length where the structure was cut
 */
export function derLength(bytes: Uint8Array, at: number, most: number): number {
  const length = bytes[at - 1] ?? 0;
  // X.690, 8.1.3: one byte below 128, else the number of bytes that follow.
  const isLong = length > 0x7f;
  if (isLong && bytes[at - 2] !== 0x81) return 0;
  const head = isLong ? at - 3 : at - 2;
  const tag = bytes[head];
  if (tag === URI) return Math.min(length, most);
  const isName = nameStrings.includes(tag ?? 0) && bytes[head - 3] === 0x55 && bytes[head - 2] === 0x04;
  if ((tag !== IA5_STRING && !isName) || length > most) return 0;
  // A string of 22 bytes in a string pool of compiled resources has its length there twice, and a NUL behind it.
  return bytes[at + length] === 0 ? 0 : length;
}
