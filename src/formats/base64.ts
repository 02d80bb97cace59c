import type { Output, Unpacking } from './packing/output.ts';

/** In place of a value: a line's end, what indents the next line, what escapes a character, any other byte. */
const LINE_END = 64;
const INDENT = 65;
const ESCAPE = 66;
const NONE = 255;

/** Value of each character of base64 (RFC 4648, 4, and 5: the alphabet that is safe in file names). */
export const base64Values = new Uint8Array(256).fill(NONE);
for (const [i, letter] of [...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'].entries()) {
  base64Values[letter.charCodeAt(0)] = i;
}
const [MINUS, UNDERSCORE, BACKSLASH] = [0x2d, 0x5f, 0x5c];
base64Values[MINUS] = 62;
base64Values[UNDERSCORE] = 63;
base64Values[0x0a] = LINE_END;
base64Values[0x0d] = LINE_END;
base64Values[0x09] = INDENT;
base64Values[0x20] = INDENT;
base64Values[BACKSLASH] = ESCAPE;

const values = base64Values;

export const isLineEnd = (byte: number | undefined): boolean => byte === 0x0a || byte === 0x0d;
/** Characters that code takes in base64, whatever packs it. */
export const LEAST_OF_CODE = 256;

/** Whether a run is a symbol of code or a name of a file rather than base64: both have letters of the alphabet for names, and end soon. */
export function isName(bytes: Uint8Array, start: number, end: number): boolean {
  if (end - start >= LEAST_OF_CODE) return false;
  for (let at = start; at < end; at++) if (bytes[at] === UNDERSCORE || bytes[at] === MINUS) return true;
  return false;
}
/** What a backslash stands before in text that quotes base64 (RFC 8259, 7): a solidus, a line's end, another one. */
const isEscaped = (byte: number | undefined) =>
  byte === 0x2f || byte === 0x6e || byte === 0x72 || byte === 0x74 || byte === BACKSLASH;

/**
 * Bytes from a place on that stand in base64 and are none of it: line ends and how the next line is indented, or what
 * escapes a character. 0 where the run ends, or hangs on bytes behind `to`.
 */
export function besideBase64(bytes: Uint8Array, at: number, to: number): number {
  if (at >= to) return 0;
  if (isLineEnd(bytes[at])) {
    let end = at + 1;
    while (end < to && (values[bytes[end]!] === LINE_END || values[bytes[end]!] === INDENT)) end++;
    // What frames base64 begins and ends with these (RFC 7468); in lines, it is written in the other alphabet.
    const isFrame = bytes[at - 1] === MINUS || (end < to && bytes[end] === MINUS);
    return isFrame ? 0 : end - at;
  }
  if (bytes[at] !== BACKSLASH || at + 1 === to || !isEscaped(bytes[at + 1])) return 0;
  return bytes[at + 1] === 0x2f || bytes[at + 1] === BACKSLASH ? 1 : 2;
}

/** Where a run of base64 ends that begins here. */
export function base64End(bytes: Uint8Array, from: number, to = bytes.length): number {
  for (let at = from; ; ) {
    while (at < to && values[bytes[at]!]! < LINE_END) at++;
    const beside = besideBase64(bytes, at, to);
    if (beside === 0) return at;
    at += beside;
  }
}

/** Whether a line ends here that frames base64, which begins behind it. */
const endsFrame = (bytes: Uint8Array, at: number) => isLineEnd(bytes[at]) && bytes[at - 1] === MINUS;

/** Where a run of base64 begins that has the byte before this place, `least` at the earliest. */
export function base64Start(bytes: Uint8Array, from: number, least: number): number {
  for (let start = from; ; ) {
    for (; start > least && values[bytes[start - 1]!]! <= LINE_END; start--)
      if (bytes[start - 1] === MINUS && endsFrame(bytes, start)) return start + 1;
    if (endsFrame(bytes, start)) return start + 1;
    let line = start;
    while (line > least && values[bytes[line - 1]!] === INDENT) line--;
    if (line < start && line > least && isLineEnd(bytes[line - 1])) start = line;
    else if (start > least && bytes[start - 1] === BACKSLASH && isEscaped(bytes[start])) start--;
    else return start;
  }
}

/** Whether a run that ends here, where the bytes at hand end, may go on: and where it is to be taken up. */
export function openEnd(bytes: Uint8Array, end: number, filled: number): number | null {
  if (end === filled - 1 && bytes[end] === BACKSLASH) return end;
  if (end < filled) return null;
  let at = end;
  while (at > 0 && values[bytes[at - 1]!] === INDENT) at--;
  return at < end ? at - 1 : end;
}

/** Characters between two moments in which decoding can be left. */
const PIECE = 16 * 1024;
/** And of looking where the run ends. */
const LOOKED = 16 * PIECE;

/** `base64End` of what may be long. */
function* endOfAll(bytes: Uint8Array): Generator<number, number, void> {
  const { length } = bytes;
  for (let at = 0, due = LOOKED; ; due = at + LOOKED) {
    while (at < due) {
      const stop = Math.min(due, length);
      while (at < stop && values[bytes[at]!]! < LINE_END) at++;
      if (at === due) break;
      const beside = besideBase64(bytes, at, length);
      if (beside === 0) return at;
      at += beside;
    }
    yield 0;
  }
}

/** What a run of base64 decodes to. @returns the place behind it, its padding included */
export function* unpackBase64(bytes: Uint8Array, out: Output): Unpacking {
  const end = yield* endOfAll(bytes);
  out.reserve(Math.floor((end * 3) / 4));
  let bits = 0;
  let count = 0;
  for (let at = 0, due = PIECE; at < end; ) {
    if (at >= due) {
      due = at + PIECE;
      yield 1;
    }
    const value = values[bytes[at]!]!;
    if (value >= LINE_END) {
      at += besideBase64(bytes, at, end);
      continue;
    }
    at++;
    bits = ((bits << 6) | value) & 0xffff;
    count += 6;
    if (count < 8) continue;
    count -= 8;
    out.push((bits >> count) & 0xff);
  }
  let behind = end;
  while (bytes[behind] === 0x3d && behind < end + 2) behind++;
  return behind;
}
