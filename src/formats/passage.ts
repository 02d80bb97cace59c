import { reportText } from '../text.ts';
import type { Encoding, EntrySpan, Passage } from '../types.ts';
import { decodeMutf8 } from './dex/mutf8.ts';

/** Bytes of a passage: what is longer is cut. Written out as escapes they are a kilobyte. */
export const LONGEST = 170;

const encoder = new TextEncoder();
const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });
const utf16le = new TextDecoder('utf-16le', { ignoreBOM: true });
const utf16be = new TextDecoder('utf-16be', { ignoreBOM: true });

type Spelled = Exclude<Encoding, 'name' | 'decoded'>;

const decoders: Record<Spelled, (bytes: Uint8Array) => string> = {
  ascii: (bytes) => Array.from(bytes, (byte) => (byte < 0x80 ? String.fromCharCode(byte) : REPLACEMENT)).join(''),
  'utf-8': (bytes) => utf8.decode(bytes),
  'mutf-8': (bytes) => decodeMutf8(bytes, 0, bytes.length),
  'utf-16le': (bytes) => utf16le.decode(bytes),
  'utf-16be': (bytes) => utf16be.decode(bytes),
  // Not a TextDecoder: what that calls Latin-1 is Windows-1252.
  latin1: (bytes) => Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''),
  hex: (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(''),
};

/** Stands for bytes that are no text of the encoding: many bytes for one character, so that nothing could be compared. */
const REPLACEMENT = '\ufffd';

/** The text that a report shows for these bytes. */
export function shownText(bytes: Uint8Array, encoding: Spelled): string {
  const isOneByte = encoding === 'ascii' || encoding === 'utf-8' || encoding === 'mutf-8';
  // Nearly every text, and told much faster.
  return isOneByte && isPlain(bytes) ? utf8.decode(bytes) : reportText(decoders[encoding](bytes));
}

/** Printable ASCII alone. */
function isPlain(bytes: Uint8Array): boolean {
  for (let i = 0; i < bytes.length; i++) if (bytes[i]! < 0x20 || bytes[i]! > 0x7e) return false;
  return true;
}

export function isSpelled(encoding: Encoding): encoding is Spelled {
  return encoding !== 'name' && encoding !== 'decoded';
}

/**
 * The passage that these bytes are. Where they are no text of that encoding, they are Latin-1, which any bytes are.
 * @param at where they stand in the content
 */
export function passageAt(bytes: Uint8Array, at: number, encoding: Spelled, how: string): Passage {
  const held = bytes.subarray(0, cut(bytes, encoding));
  const text = shownText(held, encoding);
  const lossy = text.includes(REPLACEMENT);
  return {
    text: lossy ? shownText(held, 'latin1') : text,
    encoding: lossy ? 'latin1' : encoding,
    spans: [{ offset: at, length: held.length }],
    how,
    value: null,
  };
}

/** The passage of a name that a reader decoded from UTF-8: it ends before the first byte that was none. */
export function passageOfName(name: string, at: number, how: string): Passage {
  return passageOfPieces(name, [{ offset: at, length: Number.MAX_SAFE_INTEGER }], how);
}

/** The same for a name that stands in pieces, which may have more bytes than the name. */
export function passageOfPieces(name: string, pieces: readonly EntrySpan[], how: string): Passage {
  const [whole = ''] = name.slice(0, LONGEST + 1).split(REPLACEMENT);
  const bytes = encoder.encode(whole);
  if (bytes.length === 0) return decodedText(name, how);
  const held = bytes.subarray(0, cut(bytes, 'utf-8'));
  const spans: EntrySpan[] = [];
  let left = held.length;
  for (const { offset, length } of pieces) {
    if (left === 0) break;
    if (length > 0) spans.push({ offset, length: Math.min(left, length) });
    left -= Math.min(left, length);
  }
  return { text: shownText(held, 'utf-8'), encoding: 'utf-8', spans, how, value: null };
}

/** Bytes that spell no text, and what they come to. */
export function packedValue(bytes: Uint8Array, at: number, value: string, how: string): Passage {
  return meaning(passageAt(bytes, at, 'hex', how), value);
}

/** A passage with what it comes to. */
export function meaning(passage: Passage, value: string | null): Passage {
  return { ...passage, value: value === null ? null : copyOf(reportText(value.slice(0, LONGEST))) };
}

/** The name of an entry: the path by which a report names it. */
export function entryName(path: string): Passage {
  return { text: copyOf(reportText(path)), encoding: 'name', spans: [], how: 'entry name', value: null };
}

/** What a reader made out of a form that it cannot point into. */
export function decodedText(text: string, how: string): Passage {
  return { text: copyOf(reportText(text.slice(0, LONGEST))), encoding: 'decoded', spans: [], how, value: null };
}

/** As many of these bytes as a passage may have, without a character cut in two. */
function cut(bytes: Uint8Array, encoding: Spelled): number {
  if (bytes.length <= LONGEST) return bytes.length;
  let end = LONGEST;
  if (encoding === 'utf-8' || encoding === 'mutf-8') {
    for (let back = 0; back < 3 && bytes[end]! >> 6 === 2; back++) end--;
    // Of a pair of surrogates, each of three bytes, the first says nothing alone.
    if (encoding === 'mutf-8' && bytes[end - 3] === 0xed && bytes[end - 2]! >> 4 === 0xa) end -= 3;
  } else if (encoding === 'utf-16le' || encoding === 'utf-16be') {
    if (bytes[end - (encoding === 'utf-16le' ? 1 : 2)]! >> 2 === 0x36) end -= 2;
  }
  return end;
}

/** A copy: V8 lets a slice of a string table keep the whole table in memory for as long as the report lives. */
function copyOf(text: string): string {
  return ` ${text}`.slice(1);
}

/**
 * A text of a property list: the bytes that it is, where it stands there as it is; else what the reader made of it.
 * @param at its place; `encoding` as `TextDecoder` names it
 */
export function passageOfText(
  text: string,
  at: { readonly offset: number; readonly length: number; readonly encoding: string } | null,
  how: string,
): Passage {
  if (!at) return decodedText(text, how);
  const encoding = at.encoding === 'utf-16le' || at.encoding === 'utf-16be' ? at.encoding : 'utf-8';
  const bytes = encoding === 'utf-8' ? encoder.encode(text) : utf16(text, encoding === 'utf-16le');
  // In a code page of one byte a letter beyond ASCII has another length.
  return bytes.length === at.length ? passageAt(bytes, at.offset, encoding, how) : decodedText(text, how);
}

function utf16(text: string, isLittle: boolean): Uint8Array {
  const bytes = new Uint8Array(2 * text.length);
  const view = new DataView(bytes.buffer);
  for (let i = 0; i < text.length; i++) view.setUint16(2 * i, text.charCodeAt(i), isLittle);
  return bytes;
}
