import type { Working } from '../allowance.ts';
import { base64End, isName } from '../formats/base64.ts';
import { type DexFile, stringStart } from '../formats/dex/index.ts';
import type { Collector } from './collector.ts';

/** Characters of a string that are worth a look. */
const SHORTEST = 64;
/** Strings of the table that are gone through in the time of a step, and between two moments in which it can be left. */
const STRINGS_PER_STEP = 64;
const STRINGS = 64 * 1024;

/**
 * Hands over strings that are base64 from their first character to their last: what a dropper takes its code from. A
 * descriptor is of the same letters and ends otherwise; a short string is told by its length alone.
 */
export function* base64Strings(dex: DexFile, into: Collector): Working<void> {
  const { bytes, view, strings, base } = dex;
  for (let index = 0; index < strings.count; index++) {
    if (index % STRINGS === STRINGS - 1) yield STRINGS / STRINGS_PER_STEP;
    const offset = view.getUint32(strings.offset + 4 * index, true);
    // The length is LEB128: 64 and more take its seventh bit, or go on.
    if (!(bytes[offset]! >= SHORTEST)) continue;
    const start = stringStart(dex, index);
    const end = start + base64End(bytes.subarray(start), 0);
    if (end - start < SHORTEST || isName(bytes, start, end) || (bytes[end] !== 0 && bytes[end] !== 0x3d)) continue;
    into.beginsAsText(base + start, bytes.subarray(start, end));
  }
  yield (strings.count % STRINGS) / STRINGS_PER_STEP;
}
