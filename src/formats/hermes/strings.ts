import type { Problem } from '../../coverage.ts';
import { Problems } from '../problems.ts';
import type { TextPlaces } from '../text-pieces.ts';
import { ENTRY, type HermesFile, LONG_ENTRY } from './header.ts';

/** Strings that are read of one file: what is over stays unread, and is said. */
export const MOST_STRINGS = 1 << 20;

/** The length in an entry that says: look among the long ones. */
const LONG = 255;

/** Entries between two moments in which the event loop may turn. */
const SOME = 16 * 1024;
/** Entries that are read in the time of a step. */
const PER_STEP = 16;

/** Where each string stands in the file, by its number: bytes, and whether they are UTF-16. */
export interface HermesStrings extends TextPlaces {
  /** Entries that lead out of the storage or the file have length 0. */
  readonly problems: readonly Problem[];
}

/** Reads the string table. @returns no more strings than MOST_STRINGS, and says so */
export function* hermesStrings(
  bytes: Uint8Array,
  { strings, longStrings, storage }: HermesFile,
): Generator<number, HermesStrings, void> {
  const problems = new Problems();
  const claimed = strings.length / ENTRY;
  const whole = Math.max(
    0,
    Math.floor((Math.min(strings.offset + strings.length, bytes.length) - strings.offset) / ENTRY),
  );
  const count = Math.min(whole, MOST_STRINGS);
  if (whole < claimed)
    problems.add(bytes.length, `the string table claims ${claimed} strings and ends behind ${whole}`);
  else if (count < claimed) problems.add(strings.offset, `of ${claimed} strings ${count} are read`, 'budget');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const offsets = new Uint32Array(count);
  const lengths = new Uint32Array(count);
  const wide = new Uint8Array(count);
  const end = Math.min(storage.offset + storage.length, bytes.length);
  let outside = 0;
  for (let i = 0; i < count; i++) {
    if (i % SOME === SOME - 1) yield SOME / PER_STEP;
    const place = strings.offset + i * ENTRY;
    const entry = view.getUint32(place, true);
    let offset = (entry >>> 1) & 0x7f_ffff;
    let length = entry >>> 24;
    if (length === LONG) {
      const long = longStrings.offset + offset * LONG_ENTRY;
      const isThere = (offset + 1) * LONG_ENTRY <= longStrings.length && long + LONG_ENTRY <= bytes.length;
      offset = isThere ? view.getUint32(long, true) : Number.POSITIVE_INFINITY;
      length = isThere ? view.getUint32(long + 4, true) : 0;
    }
    const isWide = entry & 1;
    const from = storage.offset + offset;
    if (from + length * (1 + isWide) > end) {
      if (outside++ === 0) problems.add(place, 'strings lie outside of the string storage');
      continue;
    }
    offsets[i] = from;
    lengths[i] = length * (1 + isWide);
    wide[i] = isWide;
  }
  return { offsets, lengths, wide, problems: problems.list };
}
