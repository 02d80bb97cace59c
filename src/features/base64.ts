import { base64End, isLineEnd, LEAST_OF_CODE, unpackBase64 } from '../formats/base64.ts';
import { startsGzip } from '../formats/gzip.ts';
import { hermesLength } from '../formats/hermes/index.ts';
import { dexLength, elfLength, isLocalHeader, machoLength } from '../formats/image.ts';
import { isZlib, startsBlock } from '../formats/packing/deflate-start.ts';
import { packingOf } from '../formats/packing/header.ts';
import { Output } from '../formats/packing/output.ts';

/** Characters of base64 that say what it holds, and the fewest that are worth a look. */
const HEAD = 1024;
const SHORTEST = 64;

/** Whether bytes begin as code, an archive or a packed stream does: what base64 is written of to be read as such. */
export function beginsAsCode(head: Uint8Array): boolean {
  return beginsByHeader(head) || (head.length >= 4 && startsBlock(head, isZlib(head) ? 2 : 0));
}

/** The same by a header alone, or by base64 of one: a deflate stream has none, and what begins as one is chance mostly. */
export function beginsByHeader(head: Uint8Array): boolean {
  if (head.length < 4) return false;
  if (packingOf(head) !== null || startsGzip(head)) return true;
  // To its padding; each coding takes a quarter, so that this comes to its end.
  if (head.length >= SHORTEST && base64End(head, 0) >= head.length - 2) return beginsAsCode(decoded(head));
  switch (new DataView(head.buffer, head.byteOffset, head.byteLength).getUint32(0)) {
    case 0x504b0304:
      return isLocalHeader(head);
    case 0x7f454c46:
      return elfLength(head) > 0;
    case 0xcffaedfe:
      return machoLength(head) > 0;
    case 0xc61fbc03:
      return hermesLength(head) > 0;
  }
  return dexLength(head) > 0;
}

/** Whether content is base64 of that from its first byte on. */
export function isBase64OfCode(content: Uint8Array): boolean {
  return isBase64Of(content.subarray(0, HEAD), beginsAsCode);
}

/** Characters of other text before base64, of the same letters: a name, the end of a header of mail, some put there to mislead. */
const BEFORE = 128;
/** How base64 begins of what a header tells: DEX, ELF, Mach-O, Hermes, ZIP, gzip, Zstandard, LZ4, xz, bzip2, 7z. */
const beginnings = [
  'ZGV4C',
  'f0VMR',
  'z/rt/',
  'xh+8A',
  'UEsDB',
  'H4sI',
  'KLUv/',
  'BCJNG',
  '/Td6W',
  'QlpoO',
  'N3q8r',
].map((letters) => Uint8Array.from(letters, (letter) => letter.charCodeAt(0)));

const isFirst = new Uint8Array(256);
for (const [first] of beginnings) isFirst[first!] = 1;

/** Where base64 of code begins in a run that begins with something else; -1 where it does not. */
export function behindOther(run: Uint8Array): number {
  const line = behindFirstLine(run);
  if (line >= 0) return line;
  if (base64End(run, 0, LEAST_OF_CODE) < LEAST_OF_CODE) return -1;
  for (let at = 1; at < BEFORE; at++) {
    if (isFirst[run[at]!] === 0 || !beginnings.some((letters) => letters.every((letter, i) => run[at + i] === letter)))
      continue;
    if (isBase64Of(run.subarray(at, at + HEAD), beginsByHeader)) return at;
  }
  return -1;
}

function behindFirstLine(run: Uint8Array): number {
  let at = 0;
  while (at < BEFORE && at < run.length && !isLineEnd(run[at])) at++;
  if (at === 0 || at === BEFORE) return -1;
  while (isLineEnd(run[at])) at++;
  return isBase64Of(run.subarray(at, at + HEAD), beginsAsCode) ? at : -1;
}

const isBase64Of = (head: Uint8Array, of: (plain: Uint8Array) => boolean) =>
  base64End(head, 0) >= SHORTEST && of(decoded(head));

/** What a piece of base64 is written of. */
export function decoded(text: Uint8Array): Uint8Array {
  const out = new Output(text.length, text.length);
  const decoding = unpackBase64(text, out);
  while (decoding.next().done !== true);
  return out.whole;
}
