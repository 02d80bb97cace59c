import type { Working } from '../../allowance.ts';
import type { ByteRange } from '../parsing.ts';
import type { HermesStrings } from './strings.ts';

/** Where text stands in the file. */
export interface HermesTables {
  readonly storage: ByteRange;
  readonly strings: Omit<HermesStrings, 'problems'>;
}

/** Takes the pieces of a file in the order in which they are to be searched. */
export interface PieceTaker {
  /** A string begins, or bytes that are none. */
  begin(kind: 'bytes' | 'string' | 'wide string'): void;
  /** The next bytes of it. */
  add(from: number, to: number): void;
}

/** Bytes that are searched between two moments in which the event loop may turn, and in the time of a step. */
const TURN = 32 * 1024;
const PER_STEP = 64;
/** What a piece costs, in bytes that are searched, whatever its length. */
const EACH = 16;

/**
 * Every byte of the file in pieces: what stands before the string storage, each string by itself, what of the storage is no
 * string's, what stands behind it. In the storage nothing parts a string from the next, so that only pieces have the borders
 * by which a host or a URL is told. The compiler lets strings share bytes: each is a piece.
 * @param size bytes of the file
 * @param mayRepeat whether so many bytes, in steps, may be searched once more
 * @returns how many strings were left out, or cut to bytes that no other had, because they may not
 */
export function* visitPieces(
  size: number,
  { storage, strings: { offsets, lengths, wide } }: HermesTables,
  take: PieceTaker,
  mayRepeat: (steps: number) => boolean,
): Working<number> {
  const start = Math.min(storage.offset, size);
  const end = Math.min(storage.offset + storage.length, size);
  let sinceTurn = 0;
  function* piece(from: number, to: number, kind: 'bytes' | 'string' | 'wide string'): Working<void> {
    if (from < to) take.begin(kind);
    for (let at = from; at < to; at += TURN) {
      const next = Math.min(to, at + TURN);
      take.add(at, next);
      sinceTurn += next - at + EACH;
      if (sinceTurn < TURN) continue;
      yield sinceTurn / PER_STEP;
      sinceTurn = 0;
    }
  }
  yield* piece(0, start, 'bytes');
  let reached = start;
  let leftOut = 0;
  for (const i of yield* inOrder(offsets)) {
    const from = offsets[i]!;
    const to = from + lengths[i]!;
    if (to === from) continue;
    if (from > reached) yield* piece(reached, from, 'bytes');
    const again = Math.max(0, Math.min(reached, to) - from);
    if (again === 0 || mayRepeat(Math.ceil(again / PER_STEP)))
      yield* piece(from, to, wide[i] === 1 ? 'wide string' : 'string');
    else {
      leftOut++;
      yield* piece(reached, to, 'bytes');
    }
    reached = Math.max(reached, to);
  }
  yield* piece(reached, end, 'bytes');
  yield* piece(end, size, 'bytes');
  return leftOut;
}

/** The numbers of the strings in the order in which they stand: by each byte of the offset, the lowest first. */
function* inOrder(offsets: Uint32Array): Working<Uint32Array> {
  let order = Uint32Array.from(offsets.keys());
  for (const shift of [0, 8, 16, 24]) {
    const places = new Uint32Array(257);
    for (const offset of offsets) places[((offset >>> shift) & 0xff) + 1]!++;
    for (let i = 1; i < places.length; i++) places[i]! += places[i - 1]!;
    const sorted = new Uint32Array(order.length);
    for (const i of order) sorted[places[(offsets[i]! >>> shift) & 0xff]!++] = i;
    order = sorted;
    yield offsets.length / PER_STEP;
  }
  return order;
}
