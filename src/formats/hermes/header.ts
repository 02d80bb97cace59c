import { FormatError } from '../../errors.ts';
import type { ByteRange } from '../parsing.ts';

/** BytecodeFileFormat.h of github.com/facebook/hermes, at each commit that changes it or BytecodeVersion.h (seen 2026-11-26). */
const MAGIC = [0xc6, 0x1f, 0xbc, 0x03, 0xc1, 0x03, 0x19, 0x1f];

/** Versions whose tables stand as they are read here: 57 ordered them so, and 59 is the first that was published. */
export const versions = { first: 59, last: 99 } as const;

/** From here on a function's header has 12 bytes, where it had 16. */
const SHORT_HEADERS = 97;

/** The header in all of these versions. Behind the size of the string storage its fields differ, and none of them is needed. */
const HEADER = 128;
const at = {
  version: 8,
  fileLength: 32,
  functions: 40,
  stringKinds: 44,
  identifiers: 48,
  strings: 52,
  longStrings: 56,
  storage: 60,
} as const;

const KIND = 4;
const IDENTIFIER_HASH = 4;
/** Bytes of an entry of the string table, and of one for strings that are too long, or lie too far behind, for it. */
export const ENTRY = 4;
export const LONG_ENTRY = 8;

export interface HermesFile {
  readonly version: number;
  /** Bytes that the file says it has: what stands behind them is not its own. */
  readonly size: number;
  /** Entries of four bytes, one for each string. */
  readonly strings: ByteRange;
  readonly longStrings: ByteRange;
  /** The text of all strings, one behind the other or over each other, with nothing between them. */
  readonly storage: ByteRange;
}

/** Whether these first bytes are those of Hermes bytecode, or of the form of it that is made to be compared. */
export function isHermes(head: Uint8Array): boolean {
  return isMade(head) || isDelta(head);
}

const isMade = (head: Uint8Array) => head[0] === MAGIC[0] && MAGIC.every((byte, i) => head[i] === byte);

/** DELTA_MAGIC: every bit of the magic turned over; tables hold differences in it, and no engine runs it. */
const isDelta = (head: Uint8Array) => head[0] === 255 - MAGIC[0]! && MAGIC.every((byte, i) => head[i] === 255 - byte);

/**
 * Bytes that bytecode has by its own header, where its tables fit in them; 0 where they do not, and for a delta: of that
 * the magic alone is certain.
 */
export function hermesLength(head: Uint8Array): number {
  if (head.length < HEADER || !isMade(head)) return 0;
  const view = new DataView(head.buffer, head.byteOffset);
  const count = (name: keyof typeof at) => view.getUint32(at[name], true);
  const numbers = count('functions') * 12 + (count('stringKinds') + count('identifiers') + count('strings')) * ENTRY;
  const least = HEADER + numbers + count('longStrings') * LONG_ENTRY + count('storage');
  return count('functions') > 0 && least <= count('fileLength') ? count('fileLength') : 0;
}

/** Version of bytecode, and why its tables are not read: another version, or a delta. @throws FormatError */
export function hermesVersion(bytes: Uint8Array): {
  readonly version: number;
  readonly unread: 'version' | 'delta' | null;
} {
  if (bytes.length < at.version + 4) throw new FormatError('Hermes bytecode is cut off in its header', bytes.length);
  const version = new DataView(bytes.buffer, bytes.byteOffset).getUint32(at.version, true);
  if (isDelta(bytes)) return { version, unread: 'delta' };
  return { version, unread: version >= versions.first && version <= versions.last ? null : 'version' };
}

/**
 * Where the string tables of bytecode stand, whose version is one of those that are read.
 * @throws FormatError where the header is cut off, or a table does not begin within the bytes
 */
export function openHermes(bytes: Uint8Array): HermesFile {
  const { version } = hermesVersion(bytes);
  if (bytes.length < HEADER) throw new FormatError('Hermes bytecode is cut off in its header', bytes.length);
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const field = (name: keyof typeof at) => view.getUint32(at[name], true);
  let next = HEADER;
  const table = (count: number, each: number): ByteRange => {
    const offset = next;
    if (offset > bytes.length) throw new FormatError('a table of Hermes bytecode lies behind its end', bytes.length);
    next += count * each;
    return { offset, length: count * each };
  };
  table(field('functions'), version < SHORT_HEADERS ? 16 : 12);
  table(field('stringKinds'), KIND);
  table(field('identifiers'), IDENTIFIER_HASH);
  const strings = table(field('strings'), ENTRY);
  const longStrings = table(field('longStrings'), LONG_ENTRY);
  const storage = table(field('storage'), 1);
  return { version, size: field('fileLength'), strings, longStrings, storage };
}
