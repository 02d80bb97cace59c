import { base64End, base64Values, LINE_END, unpackBase64 } from '../formats/base64.ts';
import { startsGzip } from '../formats/gzip.ts';
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

/** The same by a header alone: a deflate stream has none, and what begins as one is chance mostly. */
export function beginsByHeader(head: Uint8Array): boolean {
  if (head.length < 4) return false;
  if (packingOf(head) !== null || startsGzip(head)) return true;
  switch (new DataView(head.buffer, head.byteOffset, head.byteLength).getUint32(0)) {
    case 0x504b0304:
      return isLocalHeader(head);
    case 0x7f454c46:
      return elfLength(head) > 0;
    case 0xcffaedfe:
      return machoLength(head) > 0;
  }
  return dexLength(head) > 0;
}

/** Whether content is base64 of that from its first byte on. */
export function isBase64OfCode(content: Uint8Array): boolean {
  const head = content.subarray(0, HEAD);
  return base64End(head, 0) >= SHORTEST && beginsAsCode(decoded(head));
}

/** Characters of a line of other text before base64: a name, the end of a header of mail. */
const LINE = 128;

/** Where base64 of code begins behind the first line of a run, whose last word is of the same letters; -1 where it does not. */
export function behindFirstLine(run: Uint8Array): number {
  let at = 0;
  while (at < LINE && at < run.length && base64Values[run[at]!] !== LINE_END) at++;
  if (at === 0 || at === LINE) return -1;
  while (base64Values[run[at] ?? 0] === LINE_END) at++;
  const head = run.subarray(at, at + HEAD);
  return base64End(head, 0) >= SHORTEST && beginsAsCode(decoded(head)) ? at : -1;
}

/** What a piece of base64 is written of. */
export function decoded(text: Uint8Array): Uint8Array {
  const out = new Output(text.length, text.length);
  const decoding = unpackBase64(text, out);
  while (decoding.next().done !== true);
  return out.whole;
}
