/**
 * Strings of compiled Dart code stand one right behind the other, each with its length before it: what follows the last
 * character may look like one more, and the host of a URL like another.
 */

/** Bytes of what follows that may look like text: the header of an object. */
const MOST = 3;

/**
 * How many of the characters at `at` are a string of Dart's; as many as are asked where no length says that it ends before.
 * Snapshots since Dart 3 write the length doubled, seven bits to a byte, the top bit set in the last; older ones, and
 * those for 32 bits, hold objects as they lie in memory: header, length as a small integer, hash (dart-lang/sdk,
 * runtime/vm/app_snapshot.cc and raw_object.h; so in the apps of `test/real/engines.json`).
 */
export function dartLength(bytes: Uint8Array, at: number, length: number): number {
  for (let cut = 1; cut <= MOST && cut < length; cut++) {
    const doubled = 2 * (length - cut);
    if (isObject(bytes, at, doubled)) return length - cut;
  }
  // A length of 64 and more has a byte before its last that may be a letter.
  const doubled = 2 * (length - 1);
  return length > 1 && bytes[at + length]! >= 0x80 && isBehindLength(bytes, at, doubled) ? length - 1 : length;
}

const isObject = (bytes: Uint8Array, at: number, doubled: number): boolean =>
  bytes[at - 8] === (doubled & 0xff) && bytes[at - 7] === doubled >> 8 && bytes[at - 6] === 0 && bytes[at - 5] === 0;

const isBehindLength = (bytes: Uint8Array, at: number, doubled: number): boolean =>
  doubled < 0x80
    ? bytes[at - 1] === (doubled | 0x80)
    : bytes[at - 1] === ((doubled >> 7) | 0x80) && bytes[at - 2] === (doubled & 0x7f);
