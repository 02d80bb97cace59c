import { MARK } from '../../text.ts';

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const lossy = new TextDecoder('utf-8', { ignoreBOM: true });

export interface EntryName {
  readonly text: string;
  readonly valid: boolean;
  /** Too long for a path: `text` is only a part of it. */
  readonly isCut?: boolean;
  /** Why the name would harm a tool that uses it as a path or prints it; null for ordinary names. */
  readonly hostile: string | null;
  /** Of the bytes without a slash at the end: names that differ in no more than that have the same. */
  readonly hash: number;
}

/** Bytes of a name that is kept as it is: no system opens a longer path (PATH_MAX of Linux). */
const LONGEST_NAME = 4096;
const KEPT_OF_LONGER = 1024;

const DOT = 0x2e;
const SLASH = 0x2f;
const COLON = 0x3a;
const BACKSLASH = 0x5c;

/** Decodes an entry's name and looks for what path validation rejects (AOSP ZipPathValidator, CWE-22, CWE-150). */
export function readName(bytes: Uint8Array): EntryName {
  const length = bytes.length;
  if (length > LONGEST_NAME) return cutName(bytes);
  let ascii = length <= 1024;
  let ordinary = length > 0 && bytes[0] !== SLASH && bytes[1] !== COLON;
  let previous = 0;
  let hash = 0;
  const stem = bytes[length - 1] === SLASH ? length - 1 : length;
  for (let i = 0; i < length; i++) {
    const byte = bytes[i]!;
    if (byte >= 0x80) ascii = false;
    if (byte < 0x20 || byte === 0x7f || byte === BACKSLASH || (byte === DOT && previous === DOT)) ordinary = false;
    if (i < stem) hash = (Math.imul(hash, 31) + byte) >>> 0;
    previous = byte;
  }
  // Nearly every name is short ASCII, where this is several times faster than a TextDecoder.
  if (ascii) {
    const text = String.fromCharCode.apply(null, bytes as unknown as number[]);
    return { text, valid: true, hostile: ordinary ? null : hostility(text), hash };
  }
  const { text, valid } = decode(bytes);
  return { text, valid, hostile: hostility(text), hash };
}

/** Its beginning and its end, by which rules know a file, and what tells it from others that begin and end so. */
function cutName(bytes: Uint8Array): EntryName {
  let hash = 0;
  for (let i = 0; i < bytes.length; i++) hash = (Math.imul(hash, 31) + bytes[i]!) >>> 0;
  const [head, tail] = [bytes.subarray(0, KEPT_OF_LONGER), bytes.subarray(-KEPT_OF_LONGER)].map(decode);
  const text = `${head!.text}${MARK}${hash.toString(16).padStart(8, '0')}…${tail!.text}`;
  return { text, valid: true, isCut: true, hostile: `${bytes.length} bytes long`, hash };
}

function decode(bytes: Uint8Array): { text: string; valid: boolean } {
  try {
    return { text: utf8.decode(bytes), valid: true };
  } catch {
    return { text: lossy.decode(bytes), valid: false };
  }
}

function hostility(name: string): string | null {
  if (name === '') return 'empty';
  if (name.includes('\0')) return 'holds NUL';
  // C0, DEL, C1, line separators and bidirectional overrides: they forge lines of a report.
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  if (/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/.test(name))
    return 'holds control characters';
  if (name.startsWith('/') || /^[A-Za-z]:[/\\]/.test(name)) return 'absolute path';
  if (/(^|[/\\])\.\.([/\\]|$)/.test(name)) return 'climbs with ..';
  if (name.includes('\\')) return 'holds a backslash';
  return null;
}
