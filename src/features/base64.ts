import { base64End, unpackBase64 } from '../formats/base64.ts';
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
  return dexLength(head) > 0 || startsBlock(head, isZlib(head) ? 2 : 0);
}

/** Whether content is base64 of that from its first byte on. */
export function isBase64OfCode(content: Uint8Array): boolean {
  const head = content.subarray(0, HEAD);
  if (base64End(head, 0) < SHORTEST) return false;
  const out = new Output(HEAD, HEAD);
  const decoding = unpackBase64(head, out);
  while (decoding.next().done !== true);
  return beginsAsCode(out.whole);
}
