/** A string of the table: its text, or where in the storage it stands, whatever stands there. */
export type HermesText = string | { readonly offset: number; readonly length: number };

export interface HermesDescription {
  /** Default 96. */
  readonly version?: number;
  readonly strings: readonly HermesText[];
  /** Bytes behind the string storage, where code stands. */
  readonly code?: Uint8Array;
  /** Default 2. */
  readonly functions?: number;
}

const HEADER = 128;

/**
 * Bytecode of Hermes as far as a reader of its strings can tell (BytecodeFileFormat.h): its functions are zeros. The text of
 * strings stands in the storage in the order of the table, with nothing between them; UTF-16 where a character is no ASCII.
 */
export function buildHermes({ version = 96, strings, code = new Uint8Array(0), functions = 2 }: HermesDescription) {
  const storage: number[] = [];
  const places = strings.map((text) => {
    if (typeof text !== 'string') return { ...text, isWide: false };
    const isWide = [...text].some((character) => character > '\x7f');
    const offset = storage.length;
    for (let i = 0; i < text.length; i++) {
      const unit = text.charCodeAt(i);
      storage.push(unit & 0xff, ...(isWide ? [unit >> 8] : []));
    }
    return { offset, length: text.length, isWide };
  });
  const long: number[] = [];
  const table = places.flatMap(({ offset, length, isWide }) => {
    const isShort = offset < 1 << 23 && length < 255;
    const entry = isShort ? length * 2 ** 24 + offset * 2 : 255 * 2 ** 24 + (long.length / 8) * 2;
    if (!isShort) long.push(...u4(offset), ...u4(length));
    return u4(entry + Number(isWide));
  });
  const kinds = u4(strings.length);
  const headers = new Uint8Array(functions * (version < 97 ? 16 : 12));
  const parts = [headers, kinds, table, long, storage, new Uint8Array(-storage.length & 3), code];
  const size = parts.reduce((sum, part) => sum + part.length, HEADER);
  const bytes = new Uint8Array(size);
  bytes.set([0xc6, 0x1f, 0xbc, 0x03, 0xc1, 0x03, 0x19, 0x1f, ...u4(version)]);
  const counts = [size, 0, functions, 1, 0, strings.length, long.length / 8, storage.length];
  bytes.set(counts.flatMap(u4), 32);
  let at = HEADER;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

function u4(value: number): number[] {
  return [value & 0xff, (value >>> 8) & 0xff, (value >>> 16) & 0xff, (value >>> 24) & 0xff];
}
