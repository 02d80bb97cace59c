/** One LZ4 block: greedy, with the ends that the format asks for (lz4_Block_format.md, "End of block conditions"). */
export function lz4Block(plain: Uint8Array): Uint8Array {
  const out: number[] = [];
  const seen = new Map<number, number>();
  const key = (at: number) => plain[at]! | (plain[at + 1]! << 8) | (plain[at + 2]! << 16) | (plain[at + 3]! << 24);
  const more = (length: number) => {
    let rest = length - 15;
    for (; rest >= 255; rest -= 255) out.push(255);
    if (rest >= 0) out.push(rest);
  };
  let from = 0;
  const sequence = (to: number, distance: number, length: number) => {
    out.push((Math.min(15, to - from) << 4) | (distance === 0 ? 0 : Math.min(15, length - 4)));
    more(to - from);
    out.push(...plain.subarray(from, to));
    if (distance === 0) return;
    out.push(distance & 255, distance >> 8);
    more(length - 4);
  };
  for (let at = 0; at < plain.length - 12; ) {
    const before = seen.get(key(at));
    seen.set(key(at), at);
    if (before === undefined || at - before > 0xffff) {
      at++;
      continue;
    }
    let length = 4;
    while (at + length < plain.length - 5 && plain[before + length] === plain[at + length]) length++;
    sequence(at, at - before, length);
    at += length;
    from = at;
  }
  sequence(plain.length, 0, 0);
  return Uint8Array.from(out);
}

const u32 = (value: number) => [value & 255, (value >> 8) & 255, (value >> 16) & 255, value >>> 24];

/** An assembly as .NET for Android packs it. */
export const xalz = (plain: Uint8Array, index = 3): Uint8Array =>
  Uint8Array.from([0x58, 0x41, 0x4c, 0x5a, ...u32(index), ...u32(plain.length), ...lz4Block(plain)]);
