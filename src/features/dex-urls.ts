import type { Working } from '../allowance.ts';
import type { DexFile } from '../formats/dex/index.ts';
import type { EntryTaker } from '../inventory/taker.ts';

const COLON = 0x3a;
const SLASH = 0x2f;
const BACKSLASH = 0x5c;

/** Letters of a scheme: `https`, `rtmpt`. */
const LONGEST_SCHEME = 6;

/** Bytes of a string that are looked at behind its scheme, and colons in the time of a step. */
const LONGEST = 1024;
const COLONS_PER_STEP = 16;
const COLONS = 8192;

const isLower = (byte: number | undefined) => byte !== undefined && byte >= 0x61 && byte <= 0x7a;

/**
 * Hands over the URLs inside of strings, each as a string that begins with it: in JSON, in a sentence, behind a blank.
 * Strings that begin with one were handed over before. It looks for colons, by the byte, in all of the file: code has few.
 */
export function* urlsInside({ bytes, base }: DexFile, facts: Pick<EntryTaker, 'string'>): Working<void> {
  let colons = 0;
  for (let at = bytes.indexOf(COLON); at >= 0; at = bytes.indexOf(COLON, at + 1)) {
    if (++colons % COLONS === 0) yield COLONS / COLONS_PER_STEP;
    const isEscaped = isEscapedAt(bytes, at);
    const start = schemeBefore(bytes, at, 0);
    if (start < 0 || (!isEscaped && beginsString(bytes, start))) continue;
    let end = at;
    while (end < bytes.length && end - at < LONGEST && bytes[end] !== 0) end++;
    facts.string(bytes, start, end, base);
  }
  yield (colons % COLONS) / COLONS_PER_STEP;
}

/** As JSON spells it: `:\/\/`. */
const isEscapedAt = (bytes: Uint8Array, colon: number) =>
  bytes[colon + 1] === BACKSLASH && bytes[colon + 3] === BACKSLASH && bytes[colon + 4] === SLASH;

/** Where the scheme of a URL begins whose colon this is, from `least` on; -1 where it is none. */
function schemeBefore(bytes: Uint8Array, colon: number, least: number): number {
  if (bytes[colon + 2] !== SLASH || !(bytes[colon + 1] === SLASH || isEscapedAt(bytes, colon))) return -1;
  let start = colon;
  while (start > least && colon - start < LONGEST_SCHEME && isLower(bytes[start - 1])) start--;
  return colon - start < 2 || (start > least && isLower(bytes[start - 1])) ? -1 : start;
}

/** The same of one text of a Java class, behind its beginning. */
export function urlsBehind(
  bytes: Uint8Array,
  start: number,
  end: number,
  take: (from: number, to: number) => void,
): void {
  for (let at = start; at < end - 2; at++) {
    if (bytes[at] !== COLON) continue;
    const from = schemeBefore(bytes, at, start);
    if (from > start || (from === start && isEscapedAt(bytes, at))) take(from, Math.min(end, at + LONGEST));
  }
}

/** Whether a string of a DEX begins here: its length stands before it (LEB128), and before that the end of another. */
function beginsString(bytes: Uint8Array, start: number): boolean {
  return bytes[start - 2] === 0 || (bytes[start - 3] === 0 && bytes[start - 2]! > 0x7f);
}
