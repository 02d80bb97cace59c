/** Bytes (UTF-8) that one text of the app's may take in a report. */
export const TEXT_BYTES = 1024;

/**
 * What a terminal acts on, a reader cannot see, or no UTF-8 can hold: controls, bidirectional and zero-width characters,
 * line separators, tags, fillers, noncharacters and lone surrogates. By number and not by Unicode's properties, which
 * change from one release of Node.js to the next, as a report must not. Selectors of an emoji's form are left alone.
 */
export const unseen =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: naming them is the point
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufdd0-\ufdef\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff\ud800-\udfff\u{1d173}-\u{1d17a}\u{e0000}-\u{e00ff}\u{e01f0}-\u{e0fff}]|\u034f/gu;

function escapeOne(character: string): string {
  const hex = character.codePointAt(0)!.toString(16);
  return hex.length > 4 ? `\\u{${hex}}` : `\\u${hex.padStart(4, '0')}`;
}

/** Nearly every text, and told several times faster than what is unseen. */
const plain = /^[ -~]*$/;

/** The text with what is unseen written out: `\u001b`. A backslash stays one: paths are made distinct where they are listed. */
export function visible(text: string): string {
  return plain.test(text) ? text : text.replace(unseen, escapeOne);
}

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
export const MARK = '…digest:';
/** In UTF-8, with the 16 digits behind it. */
const SUFFIX = encoder.encode(MARK).length + 16;

/**
 * A text of the app's as it may stand in a report: visible, and not longer than `most` bytes; what is longer ends in a
 * digest of it, so that two texts that differ stay two. Done twice, it changes nothing more.
 */
export function reportText(text: string, most = TEXT_BYTES): string {
  const clean = visible(text);
  // One UTF-16 unit takes one byte at least and three at most.
  if (clean.length * 3 <= most) return clean;
  if (clean.length <= most && encoder.encode(clean).length <= most) return clean;
  const bytes = new Uint8Array(most - SUFFIX);
  const { written } = encoder.encodeInto(clean.slice(0, most), bytes);
  return `${decoder.decode(bytes.subarray(0, written))}${MARK}${digest(clean)}`;
}

/**
 * 64 bits over all of a text, in two lanes of multiplying. Not against somebody who looks for two texts with one digest:
 * hashing megabytes of names for that would cost more than reading them. Paths are made distinct where they are listed.
 */
function digest(text: string): string {
  let a = 0x9e3779b9;
  let b = 0x85ebca6b;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    a = Math.imul(a ^ unit, 0x9e3779b1);
    b = Math.imul(b ^ unit, 0x5f356495);
    b ^= b >>> 15;
  }
  a = Math.imul(a ^ (a >>> 16), 0x85ebca6b) ^ b;
  b = Math.imul(b ^ (b >>> 13), 0xc2b2ae35) ^ (a >>> 16);
  return [a, b].map((lane) => (lane >>> 0).toString(16).padStart(8, '0')).join('');
}

/** The same for every text in a value of plain data; what has nothing to be written otherwise is not copied. */
export function reportTexts<T>(value: T, most = TEXT_BYTES): T {
  return textsOf(value, most) as T;
}

function textsOf(value: unknown, most: number): unknown {
  if (typeof value === 'string') return reportText(value, most);
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Set) return new Set([...value].map((each) => textsOf(each, most)));
  if (value instanceof Map) {
    return new Map([...value].map(([key, content]) => [textsOf(key, most), textsOf(content, most)]));
  }
  const held = value as Readonly<Record<string, unknown>>;
  let copy: Record<string, unknown> | null = null;
  for (const key of Object.keys(held)) {
    const written = textsOf(held[key], most);
    if (written === held[key]) continue;
    copy ??= (Array.isArray(value) ? [...value] : { ...held }) as Record<string, unknown>;
    copy[key] = written;
  }
  return copy ?? value;
}
