import type { Content, Streamer } from '../bundle/content.ts';
import { startsGzip } from '../formats/gzip.ts';
import { hermesLength } from '../formats/hermes/index.ts';
import { dexLength, elfLength, type ImageKind, isLocalHeader, machoLength, zipExtent } from '../formats/image.ts';
import { packingOf } from '../formats/packing/header.ts';
import type { ByteRange } from '../formats/parsing.ts';
import { memorySource } from '../runtime/runtime.ts';

/** Suspicions that are kept for one entry: real content has one or two, a store of map tiles thousands. */
const MOST_KEPT = 16 * 1024;

export interface Suspicion {
  /** What it may be; `base64` of any of it. */
  readonly kind: ImageKind | 'base64';
  readonly at: number;
  /** By its own headers; Infinity for what says nothing of its end. */
  readonly length: number;
  /** It goes on to the end of the content, as far as anybody knows. */
  readonly isOpen?: boolean;
  /** The bytes from there on, as many as were kept: only packed streams and base64 have them. */
  readonly head?: Uint8Array;
}

/** Packed streams of one entry whose beginning is kept while the content streams by, and how much of each. */
const MOST_FOLLOWED = 32;
const HEAD = 80 * 1024;

const none: ReadonlySet<number> = new Set();

/** The beginning of a packed stream, as far as it has come by. */
interface Followed {
  readonly at: number;
  readonly head: Uint8Array;
  filled: number;
}

const nothing: readonly never[] = [];

/** What begins inside other content as code does, as far as its first kilobyte fits. */
export class Suspicions {
  /** Made at the first suspicion: most entries raise none. */
  #found: Suspicion[] | null = null;
  #followed: Map<number, Followed> | null = null;
  /** Suspicions beyond those that are kept. */
  more = 0;
  /** Runs of base64 that were read as what they decode to. */
  opened: readonly { readonly at: number; readonly length: number }[] = nothing;
  /** Where something may begin that has no magic: what stands before it ended there by its own account. In order. */
  starts: readonly number[] = nothing;
  /** Those at which a picture or font packs what it says of itself. */
  pieces: ReadonlySet<number> = none;
  /** Where the packed stream ends that the content begins with: what is met before is its business, but for what it passes over. */
  behind = 0;
  skipped: readonly ByteRange[] = nothing;

  get isEmpty(): boolean {
    return this.#found === null && this.starts.length === 0;
  }

  /** @param seen the bytes from there on that have come by */
  add(suspicion: Suspicion, seen: Uint8Array): void {
    this.#found ??= [];
    if (this.#found.length >= MOST_KEPT) {
      this.more++;
      return;
    }
    this.#found.push(suspicion);
    const { kind, at } = suspicion;
    if (kind !== 'packed' && kind !== 'base64') return;
    this.#followed ??= new Map();
    if (this.#followed.size >= MOST_FOLLOWED || this.#followed.has(at)) return;
    const followed = { at, head: new Uint8Array(HEAD), filled: 0 };
    this.#followed.set(at, followed);
    fill(followed, seen, at);
  }

  /** Whether the content is worth following. */
  get isFollowing(): boolean {
    return this.#followed !== null;
  }

  /** Content comes by, `bytes` from `start` on. */
  follow(bytes: Uint8Array, start: number): void {
    for (const followed of this.#followed?.values() ?? []) fill(followed, bytes, start);
  }

  /** Those that lie inside content of that size and begin none of its slices, by place. */
  within(size: number, slices: readonly { readonly offset: number }[]): Suspicion[] {
    const placed = (this.#found ?? [])
      .filter(({ at }) => at >= this.behind || this.skipped.some((s) => at >= s.offset && at < s.offset + s.length))
      .filter(({ kind, at }) => kind !== 'macho' || !slices.some(({ offset }) => offset === at))
      .map((s) => (s.length < Number.POSITIVE_INFINITY ? s : { ...s, length: size - s.at, isOpen: true }))
      .map((s) => {
        const followed = this.#followed?.get(s.at);
        return followed && (s.kind === 'packed' || s.kind === 'base64')
          ? { ...s, head: followed.head.subarray(0, followed.filled) }
          : s;
      });
    // An archive that has an end comes before what reaches to the end of everything.
    return placed
      .filter(({ at, length }) => at + length <= size)
      .sort((a, b) => a.at - b.at || Number(b.kind === 'end of zip') - Number(a.kind === 'end of zip'));
  }
}

/** Keeps what goes on where the head ends, of bytes that begin at `start`. */
function fill(followed: Followed, bytes: Uint8Array, start: number): void {
  const from = followed.at + followed.filled - start;
  if (from < 0 || from >= bytes.length || followed.filled === HEAD) return;
  const piece = bytes.subarray(from, Math.min(bytes.length, from + HEAD - followed.filled));
  followed.head.set(piece, followed.filled);
  followed.filled += piece.length;
}

/** Archives of objects hold objects, by themselves or in a slice; any other image is not what a linker puts there. */
export function isOwnBusiness(kind: ImageKind, head: Uint8Array, around: string): boolean {
  if (around !== 'ar' && around !== 'macho') return false;
  // mach-o/loader.h: `filetype` is MH_OBJECT, in the order of the magic's bytes; gABI: `e_type` is ET_REL.
  if (kind === 'macho') return head[12] === 1 || (head[0] === 0xfe && head[15] === 1);
  return around === 'ar' && kind === 'elf' && head[16] === 1;
}

/** What a place looks like by the kilobyte from there; null where that does not fit. */
export function suspicionOf(kind: ImageKind, offset: number, head: Uint8Array): Suspicion | null {
  const sized = (length: number) => (length > 0 ? { kind, at: offset, length } : null);
  switch (kind) {
    case 'dex':
      return sized(dexLength(head));
    case 'elf':
      return sized(elfLength(head));
    case 'macho':
      return sized(machoLength(head));
    case 'hermes':
      return sized(hermesLength(head));
    case 'zip':
      return isLocalHeader(head) ? sized(Number.POSITIVE_INFINITY) : null;
    case 'packed':
      return packingOf(head) !== null || startsGzip(head) ? sized(Number.POSITIVE_INFINITY) : null;
    case 'payload':
      // Its place is told by a table, and by no magic.
      return null;
    case 'end of zip': {
      const extent = zipExtent(head);
      return extent && { kind, at: offset - extent.before, length: extent.before + extent.after };
    }
  }
}

/** What the name of an entry inside other content says: its place there, and its bytes. */
export const partName = ({ at, length }: Pick<Suspicion, 'at' | 'length'>): string => `!@${at}+${length}`;

/** The place and length in such a name, and where in the path it ends; null where a path goes on otherwise. */
export function partOfName(
  rest: string,
): { readonly at: number; readonly length: number; readonly end: number } | null {
  const match = /^!@(\d{1,15})\+(\d{1,15})(?=!|$)/.exec(rest);
  return match && { at: Number(match[1]), length: Number(match[2]), end: match[0].length };
}

/** Whether a path is that of a part of other content, whose ends are not known but by what the part says. */
export const isPart = (path: string): boolean => /!@\d{1,15}\+\d{1,15}$/.test(path);

/** A part of content as content of its own: where it stands, or a copy of what inflates to it; null where it is not there. */
export async function partOf(
  content: Content,
  { at, length }: { readonly at: number; readonly length: number },
  streamer: Streamer,
  most: number,
): Promise<Content | null> {
  if (content.coding === 'stored') {
    return at + length > content.length ? null : { ...content, offset: content.offset + at, length, claimed: length };
  }
  if (length > most) return null;
  const bytes = new Uint8Array(length);
  let filled = 0;
  let position = 0;
  await streamer.stream(content, at + length, (piece) => {
    const from = Math.max(0, at - position);
    const taken = piece.subarray(Math.min(from, piece.length), Math.max(0, at + length - position));
    bytes.set(taken, filled);
    filled += taken.length;
    position += piece.length;
    return filled < length;
  });
  if (filled < length) return null;
  return { source: memorySource(bytes), offset: 0, length, coding: 'stored', claimed: length };
}
