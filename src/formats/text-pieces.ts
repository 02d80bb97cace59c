import type { ByteRange } from './parsing.ts';

/** Where each text of a table stands, as bytes from the start of the file, and whether it is in UTF-16. */
export interface TextPlaces {
  readonly offsets: Uint32Array;
  readonly lengths: Uint32Array;
  readonly wide: Uint8Array;
}

/** Of a file whose tables cannot be followed. */
export const noTexts: TextPlaces = {
  offsets: new Uint32Array(0),
  lengths: new Uint32Array(0),
  wide: new Uint8Array(0),
};

/** Where text stands in a file that keeps it without borders: bytecode of Hermes, metadata of IL2CPP. */
export interface TextTables {
  readonly storage: ByteRange;
  readonly strings: TextPlaces;
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
/** Those that are searched once more are dearer: they bring finds that were met before. */
const PER_STEP_AGAIN = 32;
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
  { storage, strings: { offsets, lengths, wide } }: TextTables,
  take: PieceTaker,
  mayRepeat: (steps: number) => boolean,
): Generator<number, number, void> {
  const start = Math.min(storage.offset, size);
  const end = Math.min(storage.offset + storage.length, size);
  let sinceTurn = 0;
  function* piece(from: number, to: number, kind: 'bytes' | 'string' | 'wide string'): Generator<number, void, void> {
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
  const order = yield* inOrder(offsets);
  for (let n = 0; n < order.length; n++) {
    const i = order[n]!;
    const from = offsets[i]!;
    const to = from + lengths[i]!;
    if (to === from) continue;
    if (from > reached) yield* piece(reached, from, 'bytes');
    const again = Math.max(0, Math.min(reached, to) - from);
    if (again === 0 || mayRepeat(Math.ceil(again / PER_STEP_AGAIN)))
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

/** So many strings are put in order by comparing them. */
const FEW = 256;

/** The numbers of the strings in the order in which they stand; of many by each byte of the offset, the lowest first. */
function* inOrder(offsets: Uint32Array): Generator<number, Uint32Array, void> {
  const { length } = offsets;
  let order = new Uint32Array(length);
  for (let i = 0; i < length; i++) order[i] = i;
  if (length < FEW) return order.sort((a, b) => offsets[a]! - offsets[b]! || a - b);
  for (const shift of [0, 8, 16, 24]) {
    const places = new Uint32Array(257);
    for (let i = 0; i < length; i++) places[((offsets[i]! >>> shift) & 0xff) + 1]!++;
    // Most files have nothing in the upper bytes.
    if (places[1] === length) continue;
    for (let i = 1; i < places.length; i++) places[i]! += places[i - 1]!;
    const sorted = new Uint32Array(length);
    for (let n = 0; n < length; n++) {
      const i = order[n]!;
      sorted[places[(offsets[i]! >>> shift) & 0xff]!++] = i;
    }
    order = sorted;
    yield length / PER_STEP;
  }
  return order;
}
