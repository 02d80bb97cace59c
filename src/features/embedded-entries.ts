import type { Content } from '../bundle/content.ts';
import { type Entry, innerEntry } from '../bundle/entry.ts';
import { base64End, openEnd } from '../formats/base64.ts';
import { gzipMember, isUsualGzip, startsGzip } from '../formats/gzip.ts';
import { isZlib } from '../formats/packing/deflate-start.ts';
import { beginsByHeader, decoded } from './base64.ts';
import { LEAST_BEHIND, packedBehind } from './behind.ts';
import { partName, partOf, type Suspicion, type Suspicions } from './embedded.ts';
import { gzipLength, LEAST_OF_ODD } from './gzip-length.ts';
import { inflatesWhole } from './inflates.ts';
import { isSum } from './packed.ts';
import { isChance, packedLength, type Within } from './packed-length.ts';

/** What looking into a suspicion costs in steps, beside the bytes that it reads. */
const TRY_STEPS = 64;

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
  around: Within,
): AsyncGenerator<{ readonly suspicion: Suspicion; readonly entry: Entry | null }> {
  const all = await believed(suspicions.within(size, slices), size, around);
  const starts = suspicions.starts.filter((start) => start + LEAST_BEHIND <= size);
  const first = Math.min(all[0]?.at ?? size, starts[0] ?? size);
  if (first === size) return;
  // Inflated once for all of them.
  const from = content.coding === 'stored' ? 0 : first;
  const rest = { at: from, length: size - from };
  const held = content.coding === 'stored' ? content : await partOf(content, rest, around.streamer, around.room());
  const { allowance } = around.streamer;
  const inside = (suspicion: Suspicion, part: Content) => ({
    suspicion,
    entry: innerEntry(path + partName(suspicion), part),
  });
  /** What is packed without a magic, where the content before it ended. */
  const behind = async (at: number) => {
    const packed = held && (await packedBehind(held, at - from, around));
    if (!packed) return null;
    const { at: place, length } = packed;
    const suspicion: Suspicion = { kind: 'packed', at: from + place, length };
    return inside(suspicion, { ...held, offset: held.offset + place, length, claimed: length });
  };
  const pieces: Suspicion[] = [];
  for (const start of starts) {
    if (pieces.some(({ at, length }) => start >= at && start < at + length) || !allowance.spend(TRY_STEPS)) continue;
    const found = await behind(start);
    if (!found) continue;
    pieces.push(found.suspicion);
    yield found;
  }
  let covered = 0;
  for (let suspicion of all) {
    // Thousands of headers may begin nothing.
    if (allowance.isTurn) await around.streamer.turn();
    const { at, isOpen } = suspicion;
    if (pieces.some((piece) => at >= piece.at && at < piece.at + piece.length)) continue;
    if ((isOpen ? at + 1 : at + suspicion.length) <= covered) continue;
    let part: Content | null = null;
    const end =
      held !== null && suspicion.kind === 'packed'
        ? ((await gzipLength(held, at - from, around)) ?? (await packedLength(held, at - from, around)))
        : null;
    if (end === 0) continue;
    if (held !== null && end !== null) {
      suspicion = { ...suspicion, length: end, isOpen: false };
      part = { ...held, offset: held.offset + at - from, length: end, claimed: end };
    } else {
      if (held !== null && suspicion.kind === 'base64') {
        const length = await base64Length(held, at - from);
        if (!(await isWorthDecoding(held, { at: at - from, length }, around))) continue;
        suspicion = { ...suspicion, length, isOpen: false };
      }
      const { length } = suspicion;
      const mayTry = held !== null && allowance.bytesLeft > 0 && allowance.spend(TRY_STEPS);
      part = mayTry ? await partOf(held, { at: at - from, length }, around.streamer, length) : null;
      const isProved = part && (await hasProof(suspicion.kind, part, around));
      if (isProved === false) continue;
      if (isProved === null) part = null;
    }
    covered = Math.max(covered, at + suspicion.length);
    if (part === null) {
      yield { suspicion, entry: null };
      return;
    }
    yield inside(suspicion, part);
    const found = suspicion.isOpen ? null : await behind(covered);
    if (!found) continue;
    covered = found.suspicion.at + found.suspicion.length;
    yield found;
  }
}

/** Characters of base64 that a header takes. */
const HEAD = 1024;
/** Bytes of a run of base64 that are read at once, to see where it ends. */
const RUN = 64 * 1024;

/** How long a run of base64 is. */
async function base64Length(held: Content, at: number): Promise<number> {
  for (let length = 0; ; ) {
    const bytes = await held.source.read(held.offset + at + length, Math.min(RUN, held.length - at - length));
    const end = base64End(bytes, 0);
    const open = bytes.length < RUN ? null : openEnd(bytes, end, RUN);
    // An indentation that is longer than what is read at once ends it.
    if (open === null || open === 0) return length + end;
    length += open;
  }
}

/** Whether a run of base64 holds what a header tells, or a deflate stream that runs to its end: lines of `/` and `+` look like one that begins. */
async function isWorthDecoding(
  { source, offset }: Content,
  { at, length }: { readonly at: number; readonly length: number },
  around: Within,
): Promise<boolean> {
  return isDecodable(await source.read(offset + at, Math.min(length, MOST_PROVED)), false, around);
}

/** @param isCut the run goes on */
async function isDecodable(run: Uint8Array, isCut: boolean, around: Within): Promise<boolean> {
  if (beginsByHeader(decoded(run.subarray(0, HEAD)))) return true;
  const { allowance } = around.streamer;
  // Whoever reads it says that there is no room for it.
  if (allowance.bytesLeft < run.length) return true;
  allowance.inflate(run.length);
  const plain = decoded(run);
  const skipped = isZlib(plain) ? 2 : 0;
  const whole = await inflatesWhole(plain.subarray(skipped), around, MOST_PROVED, isCut);
  if (whole === null) return false;
  return whole.goesOn || whole.size >= LEAST_OF_ODD || isSum(plain.subarray(skipped + whole.end), whole.adler32);
}

/** Without those that are chance by what was kept of them: content that streamed by would be inflated and held for them. */
async function believed(all: readonly Suspicion[], size: number, around: Within): Promise<Suspicion[]> {
  const left: Suspicion[] = [];
  for (const suspicion of all) {
    if (around.streamer.allowance.isTurn) await around.streamer.turn();
    const { kind, at, head } = suspicion;
    if (head === undefined) left.push(suspicion);
    else if (kind === 'base64') {
      const end = base64End(head, 0);
      const isCut = end === head.length && at + end < size;
      if (await isDecodable(head.subarray(0, end), isCut, around)) left.push(suspicion);
    } else if (!(await isChance(head, at + head.length >= size, around))) left.push(suspicion);
  }
  return left;
}

/**
 * What the first kilobyte could not tell: whether the content of a local header has its CRC, a directory is where it should
 * be. Null where there is no room to see.
 */
async function hasProof(
  kind: Suspicion['kind'],
  { source, offset, length }: Content,
  around: Within,
): Promise<boolean | null> {
  const { allowance } = around.streamer;
  // Any number of headers may claim the same bytes: they are paid for as if they were inflated.
  const pays = (count: number) => {
    if (allowance.bytesLeft < count) return false;
    allowance.inflate(count);
    return true;
  };
  if (kind === 'packed') {
    const magic = await source.read(offset, Math.min(length, 2));
    const most = Math.min(length, MOST_PROVED);
    if (magic[0] !== 0x1f || magic[1] !== 0x8b) return true;
    if (!pays(most)) return null;
    const bytes = await source.read(offset, most);
    // What the first bytes left open, a name that goes on, is to be seen here.
    const member = gzipMember(bytes, 0);
    if (member === null || !startsGzip(bytes)) return false;
    const whole = await inflatesWhole(bytes.subarray(member.data), around, MOST_PROVED);
    return whole !== null && (whole.goesOn || whole.size >= (isUsualGzip(bytes) ? 1 : LEAST_OF_ODD));
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
  if (!pays(most)) return null;
  const bytes = await source.read(offset + start, most);
  if (view.getUint16(8, true) === 0) return packed <= MOST_PROVED && around.runtime.crc32(bytes, 0) === crc;
  const whole = await inflatesWhole(bytes, around, MOST_PROVED, packed > MOST_PROVED);
  if (whole === null) return false;
  if (whole.goesOn) return packed > MOST_PROVED;
  return isDescribed ? whole.size > 0 : whole.crc32 === crc;
}

/** Bytes of an entry that are read to prove that a local header is one; a longer one is believed. */
const MOST_PROVED = 4 * 1024 * 1024;
