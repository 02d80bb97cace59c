import { schemes } from './locators.ts';

/**
 * URLs that stand inside of other text, with their slashes written another way: JSON's `\/`, JavaScript's `\u002f` and
 * `\x2f`, a query's `%2F` (RFC 8259, 7; ECMA-262, 12.9.4; RFC 3986, 2.1).
 */

const latin1 = new TextDecoder('latin1');

/** Bytes before a host that are looked at: a scheme and three escapes of six. */
const BEFORE = 32;

/** Bytes of a URL behind its host. */
const AFTER = 768;

/** `%2F`, `%3A`, `%3F`, `%23`, `%26`, `%22`, `%2C`, `%3D`: what ends one part of a URL inside of another. */
const percentBorder = /^%(?:2[FfCc236]|3[AaFfDd])$/;
const codeBorder = /(?:\\u00|\\x)2[Ff]$/;
const before = /([a-z]{2,6})(?::|%3[Aa])(?:\\?\/|\\u002[Ff]|\\x2[Ff]|%2[Ff]){2}$/;
const escapes = /\\\/|(?:\\u00|\\x|%)([2-7][0-9A-Fa-f])/g;

/** Whether a name may begin here: an escaped character stands before it. */
export function beginsEscaped(bytes: Uint8Array, start: number): boolean {
  // `f` or `F`, `A`, `2` or another digit: what every one ends with.
  const last = bytes[start - 1] ?? 0;
  if (!((last >= 0x30 && last <= 0x39) || ((last | 0x20) >= 0x61 && (last | 0x20) <= 0x66))) return false;
  const text = latin1.decode(bytes.subarray(Math.max(0, start - 6), start));
  return percentBorder.test(text.slice(-3)) || codeBorder.test(text);
}

/** Whether a name ends here: `%2F`. */
export function endsEscaped(bytes: Uint8Array, end: number): boolean {
  return bytes[end] === 0x25 && percentBorder.test(latin1.decode(bytes.subarray(end, end + 3)));
}

/** A URL around a host, with its slashes as they are meant. */
export interface EscapedUrl {
  readonly scheme: string;
  readonly url: string;
  /** Its place in the bytes, as it is spelled. */
  readonly start: number;
  readonly end: number;
}

/** The URL that escaped slashes before a host make of it; null where none stand there. */
export function escapedUrl(
  bytes: Uint8Array,
  { start, end }: { readonly start: number; readonly end: number },
): EscapedUrl | null {
  const head = before.exec(latin1.decode(bytes.subarray(Math.max(0, start - BEFORE), start)));
  const scheme = head?.[1];
  if (!head || scheme === undefined || !schemes.has(scheme)) return null;
  const rest = /^[-\w.~%{}$:/?#[\]@!&()*+,;=|^\\]*/.exec(latin1.decode(bytes.subarray(end, end + AFTER)))?.[0] ?? '';
  // A backslash that begins no escape ends the string: `\"`.
  const stray = rest.search(/\\(?!\/|u00[2-7]|x[2-7])/);
  const tail = stray < 0 ? rest : rest.slice(0, stray);
  const plain = (text: string) =>
    text.replace(escapes, (_, code?: string) =>
      code === undefined ? '/' : String.fromCharCode(Number.parseInt(code, 16)),
    );
  const from = start - head[0].length;
  const host = latin1.decode(bytes.subarray(start, end));
  return { scheme, url: `${scheme}://${host}${plain(tail)}`, start: from, end: end + tail.length };
}
