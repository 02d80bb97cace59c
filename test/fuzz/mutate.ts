export type Random = () => number;

export const below = (random: Random, limit: number) => Math.floor(random() * limit);
export const pick = <T>(random: Random, from: readonly T[]): T => from[below(random, from.length)]!;

/** What sizes, counts and offsets go wrong at: nothing, signs, the widths of fields. */
const EDGES = [
  0, 1, 2, 0x7f, 0x80, 0xff, 0x100, 0x7fff, 0xffff, 0x10000, 0x7fffffff, 0x80000000, 0xfffffffe, 0xffffffff,
];

/** A place in the file: often in its head or its last bytes, where most formats have their tables of contents. */
function place(random: Random, length: number): number {
  const where = random();
  if (where < 0.35) return below(random, Math.min(length, 128));
  if (where < 0.5) return Math.max(0, length - 1 - below(random, 64));
  return below(random, length);
}

type Change = (bytes: Uint8Array, random: Random, other: Uint8Array) => Uint8Array;

function write(bytes: Uint8Array, at: number, width: 1 | 2 | 4 | 8, value: number, little: boolean): void {
  if (at < 0 || at + width > bytes.length) return;
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  if (width === 1) view.setUint8(at, value);
  else if (width === 2) view.setUint16(at, value, little);
  else if (width === 4) view.setUint32(at, value, little);
  else view.setBigUint64(at, BigInt(value), little);
}

function cut(bytes: Uint8Array, start: number, end: number, between: Uint8Array): Uint8Array {
  const all = new Uint8Array(start + between.length + bytes.length - end);
  all.set(bytes.subarray(0, start));
  all.set(between, start);
  all.set(bytes.subarray(end), start + between.length);
  return all;
}

const changes: readonly Change[] = [
  (bytes, random) => {
    bytes[place(random, bytes.length)]! ^= 1 << below(random, 8);
    return bytes;
  },
  (bytes, random) => {
    bytes[place(random, bytes.length)] = below(random, 256);
    return bytes;
  },
  // A field as a whole, at its alignment: an edge, a size that is near the file's, or a place in the file.
  (bytes, random) => {
    const width = pick(random, [1, 2, 4, 4, 4, 8] as const);
    const near = bytes.length - 8 + below(random, 16);
    const value = pick(random, [pick(random, EDGES), Math.max(0, near), below(random, bytes.length)]);
    const at = place(random, bytes.length);
    write(bytes, random() < 0.8 ? at - (at % width) : at, width, value, random() < 0.8);
    return bytes;
  },
  // A field moved by a little: counts and offsets that are nearly right go deepest into a reader.
  (bytes, random) => {
    const at = place(random, bytes.length) & ~3;
    if (at + 4 > bytes.length) return bytes;
    const view = new DataView(bytes.buffer, bytes.byteOffset);
    const little = random() < 0.7;
    view.setUint32(at, (view.getUint32(at, little) + below(random, 33) - 16) >>> 0, little);
    return bytes;
  },
  (bytes, random) => bytes.slice(0, place(random, bytes.length)),
  (bytes, random) => {
    const start = place(random, bytes.length);
    return cut(bytes, start, Math.min(bytes.length, start + 1 + below(random, 64)), new Uint8Array(0));
  },
  // A part once more, elsewhere; or a part of another file.
  (bytes, random, other) => {
    const from = random() < 0.6 ? bytes : other;
    const start = place(random, from.length);
    const part = from.slice(start, start + 1 + below(random, 96));
    const at = place(random, bytes.length);
    return cut(bytes, at, random() < 0.5 ? at : Math.min(bytes.length, at + part.length), part);
  },
];

/** A copy with one to six changes. @param other a file to take parts of */
export function mutated(whole: Uint8Array, random: Random, other: Uint8Array): Uint8Array {
  let bytes: Uint8Array = whole.slice();
  for (let left = 1 + below(random, 6); left > 0 && bytes.length > 0; left--) {
    bytes = pick(random, changes)(bytes, random, other);
  }
  return bytes;
}
