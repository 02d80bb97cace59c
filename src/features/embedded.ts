import type { Content, Streamer } from '../bundle/content.ts';
import { type Entry, innerEntry } from '../bundle/entry.ts';
import { gzipMember, startsGzip } from '../formats/gzip.ts';
import { dexLength, elfLength, type ImageKind, isLocalHeader, machoLength, zipExtent } from '../formats/image.ts';
import { packingOf } from '../formats/packing/header.ts';
import { memorySource, type Runtime } from '../runtime/runtime.ts';
import { inflatesWhole } from './inflates.ts';

/** Suspicions that are kept for one entry, how many of them are looked into, and read: real content has one or two. */
const MOST_KEPT = 256;
const MOST_TRIED = 32;
const MOST_READ = 16;

export interface Suspicion {
  readonly kind: ImageKind;
  readonly at: number;
  /** By its own headers; Infinity for what says nothing of its end. */
  readonly length: number;
  /** It goes on to the end of the content, as far as anybody knows. */
  readonly isOpen?: boolean;
}

/** What begins inside other content as code does, as far as its first kilobyte fits. */
export class Suspicions {
  readonly #found: Suspicion[] = [];
  /** Suspicions beyond those that are kept. */
  more = 0;
  /** Where the packed stream ends that the content begins with: what is met before is its business. */
  behind = 0;

  get isEmpty(): boolean {
    return this.#found.length === 0;
  }

  add(suspicion: Suspicion): void {
    if (this.#found.length < MOST_KEPT) this.#found.push(suspicion);
    else this.more++;
  }

  /** Those that lie inside content of that size and begin none of its slices, by place. */
  within(size: number, slices: readonly { readonly offset: number }[]): Suspicion[] {
    const placed = this.#found
      .filter(({ at }) => at >= this.behind)
      .filter(({ kind, at }) => kind !== 'macho' || !slices.some(({ offset }) => offset === at))
      .map((s) => (s.length < Number.POSITIVE_INFINITY ? s : { ...s, length: size - s.at, isOpen: true }));
    // An archive that has an end comes before what reaches to the end of everything.
    return placed
      .filter(({ at, length }) => at + length <= size)
      .sort((a, b) => a.at - b.at || Number(b.kind === 'end of zip') - Number(a.kind === 'end of zip'));
  }
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
    case 'zip':
      return isLocalHeader(head) ? sized(Number.POSITIVE_INFINITY) : null;
    case 'packed':
      return packingOf(head) !== null || startsGzip(head) ? sized(Number.POSITIVE_INFINITY) : null;
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

/** The entry around what is inside. */
interface Around {
  readonly path: string;
  readonly suspicions: Suspicions;
  readonly slices: readonly { readonly offset: number }[];
}

/**
 * Reads what the suspicions were of, one after the other, each as an entry of its own; what lies in one that was read is
 * its business. Hands out the entries whose content has proved itself.
 */
export async function* embeddedEntries(
  { suspicions, slices, path }: Around,
  content: Content,
  size: number,
  around: { readonly streamer: Streamer; readonly runtime: Runtime; readonly room: () => number },
): AsyncGenerator<{ readonly suspicion: Suspicion; readonly entry: Entry | null }> {
  const all = suspicions.within(size, slices);
  if (all.length === 0) return;
  // Inflated once for all of them.
  const from = content.coding === 'stored' ? 0 : all[0]!.at;
  const rest = { at: from, length: size - from };
  const held = content.coding === 'stored' ? content : await partOf(content, rest, around.streamer, around.room());
  let covered = 0;
  let read = 0;
  let tried = 0;
  for (const suspicion of all) {
    const { at, length, isOpen } = suspicion;
    if ((isOpen ? at + 1 : at + length) <= covered) continue;
    const mayTry = held !== null && read < MOST_READ && tried++ < MOST_TRIED;
    const part = mayTry ? await partOf(held, { at: at - from, length }, around.streamer, length) : null;
    if (part && !(await hasProof(suspicion.kind, part, around))) continue;
    read++;
    covered = Math.max(covered, at + length);
    const entry = part && innerEntry(path + partName(suspicion), part);
    yield { suspicion, entry };
    if (!entry) return;
  }
}

/** What the first kilobyte could not tell: whether the content of a local header has its CRC, a directory is where it should be. */
async function hasProof(
  kind: ImageKind,
  { source, offset, length }: Content,
  around: { readonly streamer: Streamer; readonly runtime: Runtime },
): Promise<boolean> {
  if (kind === 'packed') {
    const bytes = await source.read(offset, Math.min(length, MOST_PROVED));
    if (!startsGzip(bytes)) return true;
    const member = gzipMember(bytes, 0);
    return member !== null && (await inflatesWhole(bytes.subarray(member.data), around, MOST_PROVED)) !== null;
  }
  if (kind !== 'zip' && kind !== 'end of zip') return true;
  const head = await source.read(offset, 30);
  if (head.length < 30) return false;
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  if (view.getUint32(0, true) !== 0x04034b50) return false;
  if (kind === 'end of zip') return true;
  const start = 30 + view.getUint16(26, true) + view.getUint16(28, true);
  const crc = view.getUint32(14, true);
  const packed = view.getUint32(18, true);
  const isDescribed = (view.getUint16(6, true) & 8) !== 0 && packed === 0;
  if (start + (isDescribed ? 0 : packed) > length || (packed === 0 && !isDescribed)) return false;
  // A descriptor behind the data says its size: how far the stream goes, only inflating tells.
  const most = Math.min(isDescribed ? length - start : packed, MOST_PROVED);
  const bytes = await source.read(offset + start, most);
  if (view.getUint16(8, true) === 0) return packed <= MOST_PROVED && around.runtime.crc32(bytes, 0) === crc;
  const whole = await inflatesWhole(bytes, around, MOST_PROVED);
  if (whole === null || whole.goesOn) return packed > MOST_PROVED;
  return isDescribed ? whole.size > 0 : whole.crc32 === crc;
}

/** Bytes of an entry that are read to prove that a local header is one; a longer one is believed. */
const MOST_PROVED = 4 * 1024 * 1024;
