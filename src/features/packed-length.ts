import type { Content } from '../bundle/content.ts';
import { attempt } from '../coverage.ts';
import { CutError } from '../errors.ts';
import { startsGzip } from '../formats/gzip.ts';
import { packingOf } from '../formats/packing/header.ts';
import { isLegacyLz4, LONGEST_LEGACY_BLOCK } from '../formats/packing/lz4.ts';
import type { Around } from './inflates.ts';
import { type Coding, hasCertainMagic, isOpened, unpacked } from './packed.ts';

/** Bytes of a packed stream that are decoded first to see where it ends; where they do not suffice, eight times as many. */
const WINDOW = 64 * 1024;

export interface Within extends Around {
  /** Bytes that may be held. */
  readonly room: () => number;
}

/**
 * How long a packed stream is, by decoding it to its end.
 * @param held content that can be read by position
 * @returns 0 where its magic was chance; null where only reading it can tell
 */
export async function packedLength(held: Content, at: number, around: Within): Promise<number | null> {
  const { allowance } = around.streamer;
  const room = Math.min(held.length - at, around.room());
  for (let most = Math.min(WINDOW, room); ; most = Math.min(room, most * 8)) {
    // Any number of magics may stand before the same bytes: they are paid for as if they were inflated.
    if (most > WINDOW) {
      if (allowance.bytesLeft < most) return null;
      allowance.inflate(most);
    }
    const bytes = await held.source.read(held.offset + at, most);
    const coding = packingOf(bytes);
    if (coding === null || !isOpened(coding)) return null;
    const end = await endOf(coding, bytes, around, around.room());
    if (end === 'cut' && most < room) continue;
    if (typeof end === 'number') {
      // Nothing but its length says that another block follows.
      if (isLegacyLz4(bytes) && most < room && most - end < LONGEST_LEGACY_BLOCK) continue;
      return end;
    }
    // Behind a magic of seven bytes there is no chance: that it breaks off is said.
    return end === 'too much' || hasCertainMagic(coding) ? null : 0;
  }
}

/**
 * Whether what stands behind a magic shows that it is chance.
 * @param head what was kept of it
 * @param isWhole the content ends with it
 */
export async function isChance(head: Uint8Array, isWhole: boolean, around: Within): Promise<boolean> {
  const coding = packingOf(head);
  // A name that goes on beyond what was kept leaves it open.
  if (coding === null) return !startsGzip(head);
  if (!isOpened(coding) || hasCertainMagic(coding)) return false;
  const end = await endOf(coding, head, around, around.room());
  return end === 'broken' || (end === 'cut' && isWhole);
}

/** Where a stream ends, or why that is not known: `cut` where it goes on behind these bytes, as far as anybody knows. */
async function endOf(
  coding: Coding,
  bytes: Uint8Array,
  around: Around,
  most: number,
): Promise<number | 'cut' | 'broken' | 'too much'> {
  let why: 'cut' | 'broken' | 'too much' = 'broken';
  const plain = await attempt(
    () => unpacked(coding, bytes, around, most),
    ({ reason }, error) => {
      if (reason === 'budget') why = 'too much';
      else if (error instanceof CutError) why = 'cut';
    },
  );
  if (plain === null) return why;
  if (plain.content.length > 0) return Math.min(plain.end, bytes.length);
  return isLegacyLz4(bytes) ? 'cut' : 'broken';
}
