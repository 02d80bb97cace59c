import { concat, fields } from './zip.ts';

/** A Zstandard frame (RFC 8878) of raw blocks, which any encoder may choose. */
export function zstandard(plain: Uint8Array, most = 1000): Uint8Array {
  const blocks: Uint8Array[] = [];
  for (let at = 0; at < plain.length || blocks.length === 0; at += most) {
    const piece = plain.subarray(at, at + most);
    const isLast = at + most >= plain.length;
    blocks.push(fields([2, ((piece.length << 3) | Number(isLast)) & 0xffff], [1, piece.length >> 13]), piece);
  }
  return concat(fields([4, 0xfd2fb528], [1, 0x80], [1, 0x50], [4, plain.length]), ...blocks);
}

/** A Zstandard frame of blocks that repeat one byte. */
export function zstandardOf(runs: readonly { readonly run: number; readonly length: number }[]): Uint8Array {
  const bytes = new Uint8Array(runs.length * 4 + 6);
  bytes.set([0x28, 0xb5, 0x2f, 0xfd, 0, 0x50]);
  runs.forEach(({ run, length }, i) => {
    const header = (length << 3) | 2 | Number(i === runs.length - 1);
    bytes.set([header & 255, (header >> 8) & 255, header >> 16, run], 6 + i * 4);
  });
  return bytes;
}

/** Writes bits, the highest first. */
class Bits {
  readonly bytes: number[] = [];
  #count = 0;

  put(value: number, count: number): void {
    for (let i = count - 1; i >= 0; i--) {
      if (this.#count % 8 === 0) this.bytes.push(0);
      const bit = Math.floor(value / 2 ** i) % 2;
      this.bytes[this.bytes.length - 1]! |= bit << (7 - (this.#count++ % 8));
    }
  }
}

/**
 * A bzip2 stream of one block, sorted by comparing all its rotations: for small inputs. Codes are all of one length, and
 * two tables the same.
 */
export function bzip2(plain: Uint8Array): Uint8Array {
  const runs = withRuns(plain);
  const doubled = concat(runs, runs);
  const order = Array.from(runs, (_, i) => i).sort((a, b) => {
    for (let i = 0; i < runs.length; i++) {
      const difference = doubled[a + i]! - doubled[b + i]!;
      if (difference !== 0) return difference;
    }
    return a - b;
  });
  const used = [...new Set(runs)].sort((a, b) => a - b);
  const front = [...used];
  const symbols: number[] = [];
  let zeros = 0;
  const flush = () => {
    for (; zeros > 0; zeros = (zeros - 1) >> 1) symbols.push(zeros % 2 === 1 ? 0 : 1);
  };
  for (const start of order) {
    const byte = runs[(start + runs.length - 1) % runs.length]!;
    const place = front.indexOf(byte);
    front.splice(place, 1);
    front.unshift(byte);
    if (place === 0) {
      zeros++;
      continue;
    }
    flush();
    symbols.push(place + 1);
  }
  flush();
  symbols.push(used.length + 1);

  const bits = new Bits();
  for (const byte of [0x42, 0x5a, 0x68, 0x39, 0x31, 0x41, 0x59, 0x26, 0x53, 0x59]) bits.put(byte, 8);
  const crc = crcOf(plain);
  bits.put(crc, 32);
  bits.put(0, 1);
  bits.put(order.indexOf(0), 24);
  const groups = Array.from({ length: 16 }, (_, i) => used.some((byte) => byte >> 4 === i));
  for (const group of groups) bits.put(Number(group), 1);
  groups.forEach((group, i) => {
    for (let low = 0; group && low < 16; low++) bits.put(Number(used.includes(i * 16 + low)), 1);
  });
  const selectors = Math.ceil(symbols.length / 50);
  bits.put(2, 3);
  bits.put(selectors, 15);
  for (let i = 0; i < selectors; i++) bits.put(0, 1);
  const length = Math.max(1, 32 - Math.clz32(used.length + 1));
  for (let table = 0; table < 2; table++) {
    bits.put(length, 5);
    for (let symbol = 0; symbol < used.length + 2; symbol++) bits.put(0, 1);
  }
  for (const symbol of symbols) bits.put(symbol, length);
  for (const byte of [0x17, 0x72, 0x45, 0x38, 0x50, 0x90]) bits.put(byte, 8);
  bits.put(crc, 32);
  return Uint8Array.from(bits.bytes);
}

/** CRC-32 with the highest bit first. */
function crcOf(plain: Uint8Array): number {
  let crc = -1;
  for (const byte of plain) {
    crc ^= byte << 24;
    for (let bit = 0; bit < 8; bit++) crc = crc < 0 ? (crc << 1) ^ 0x04c11db7 : crc << 1;
  }
  return ~crc >>> 0;
}

/** Four equal bytes are followed by how many more there are. */
function withRuns(plain: Uint8Array): Uint8Array {
  const out: number[] = [];
  for (let at = 0; at < plain.length; ) {
    let count = 1;
    while (count < 255 && plain[at + count] === plain[at]) count++;
    for (let i = 0; i < Math.min(4, count); i++) out.push(plain[at]!);
    if (count >= 4) out.push(count - 4);
    at += count;
  }
  return Uint8Array.from(out);
}
