/** Names that engines for scripts, and frameworks around them, load code by. A `.bundle` alone is also Unity's. */
const scripts = /\.(?:[cm]?js|jsx|jsbundle|hbc|jsc)$|\.(?:android|ios)\.bundle$/;

/**
 * Heaps of V8 in which an app's code was run beforehand: snapshot/android/snapshot-generator.js of
 * npm:nativescript-dev-webpack@1.5.1.
 */
const snapshots = /(?:^|[/!])(?:TNS)?snapshot\.blob$/;

/** Bytes that are looked at, and the share of them that text may have of control characters, such as page breaks: noise has twice as many. */
const LOOKED_AT = 512;
const OF_TEXT = 1 / 16;

/**
 * What stands where a script is loaded and is neither text nor bytecode that is read: encrypted, or compiled in another way.
 * @param head first bytes of content of no known kind
 * @returns in words; null for anything else
 */
export function unreadScript(path: string, head: Uint8Array): string | null {
  const name = path.slice(-64);
  if (snapshots.test(name)) return 'a snapshot of a heap of V8';
  if (!scripts.test(name) || head.length === 0 || isTextAfterAll(head)) return null;
  // kMagicNumber of V8's src/snapshot/code-serializer.h: 0xC0DE and a number that hangs on the release.
  if (head[2] === 0xde && head[3] === 0xc0) return 'a code cache of V8';
  return 'encrypted, or compiled in a form that is not known';
}

/** UTF-16 by its mark, or text with a few characters that text seldom has. */
function isTextAfterAll(head: Uint8Array): boolean {
  const mark = (head[0]! << 8) | (head[1] ?? 0);
  if (mark === 0xfffe || mark === 0xfeff) return true;
  const length = Math.min(head.length, LOOKED_AT);
  let others = 0;
  for (let i = 0; i < length; i++) {
    const byte = head[i]!;
    if (byte < 32 && byte !== 9 && byte !== 10 && byte !== 13) others++;
  }
  return others <= length * OF_TEXT;
}
