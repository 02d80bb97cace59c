/** Bytes that mean something in markup. */
export const LESS = 0x3c;
export const GREATER = 0x3e;
export const DASH = 0x2d;
export const BANG = 0x21;
export const SLASH = 0x2f;
export const EQUALS = 0x3d;
export const QUOTE = 0x22;
export const APOSTROPHE = 0x27;

/** ASCII white space (HTML, 13.2.5: tab, line feed, form feed, space; a carriage return became a line feed before). */
export function isSpace(byte: number): boolean {
  return byte === 0x20 || (byte >= 0x09 && byte <= 0x0d && byte !== 0x0b);
}

export function isLetter(byte: number): boolean {
  const lower = byte | 0x20;
  return lower >= 0x61 && lower <= 0x7a;
}

/** What ends the name of a tag. */
export function endsName(byte: number): boolean {
  return isSpace(byte) || byte === SLASH || byte === GREATER;
}
