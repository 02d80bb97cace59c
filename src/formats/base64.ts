import type { Output, Unpacking } from './packing/output.ts';

/** In place of a value: a line end, which may stand in base64, and any other byte, which ends it. */
export const LINE_END = 64;
const NONE = 255;

/** Value of each character of base64 (RFC 4648, 4). */
export const base64Values = new Uint8Array(256).fill(NONE);
for (const [i, letter] of [...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'].entries()) {
  base64Values[letter.charCodeAt(0)] = i;
}
base64Values[0x0a] = LINE_END;
base64Values[0x0d] = LINE_END;

/** Where a run of base64 ends that begins here. */
export function base64End(bytes: Uint8Array, from: number): number {
  let at = from;
  while (at < bytes.length && base64Values[bytes[at]!]! <= LINE_END) at++;
  return at;
}

/** Characters between two moments in which decoding can be left. */
const PIECE = 16 * 1024;

/** What a run of base64 decodes to. @returns the place behind it, its padding included */
export function* unpackBase64(bytes: Uint8Array, out: Output): Unpacking {
  const end = base64End(bytes, 0);
  out.reserve(Math.floor((end * 3) / 4));
  let bits = 0;
  let count = 0;
  for (let at = 0; at < end; at++) {
    if (at % PIECE === PIECE - 1) yield 1;
    const value = base64Values[bytes[at]!]!;
    if (value === LINE_END) continue;
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
