import { FormatError } from '../../errors.ts';

/** A table of finite state entropy: by state, the symbol, how many bits follow, and what they are added to. */
export interface FseTable {
  readonly log: number;
  readonly symbols: Uint8Array;
  readonly bits: Uint8Array;
  readonly bases: Uint16Array;
}

const highest = (value: number) => 31 - Math.clz32(value);

/** RFC 8878, 4.1.1: how often each symbol occurs in 2^log; -1 is less than once. @throws FormatError */
export function fseTable(counts: readonly number[], log: number): FseTable {
  const size = 1 << log;
  const symbols = new Uint8Array(size);
  const next = new Uint16Array(counts.length);
  let high = size;
  counts.forEach((count, symbol) => {
    if (count !== -1) return;
    symbols[--high] = symbol;
    next[symbol] = 1;
  });
  const step = (size >> 1) + (size >> 3) + 3;
  let at = 0;
  counts.forEach((count, symbol) => {
    if (count <= 0) return;
    next[symbol] = count;
    for (let i = 0; i < count; i++) {
      symbols[at] = symbol;
      do at = (at + step) & (size - 1);
      while (at >= high);
    }
  });
  if (at !== 0) throw new FormatError('a Zstandard table that does not come out even', 0);
  const bits = new Uint8Array(size);
  const bases = new Uint16Array(size);
  for (let state = 0; state < size; state++) {
    const count = next[symbols[state]!]!++;
    bits[state] = log - highest(count);
    bases[state] = (count << bits[state]!) - size;
  }
  return { log, symbols, bits, bases };
}

/** One symbol, without any bits. */
export const fseOf = (symbol: number): FseTable => ({
  log: 0,
  symbols: Uint8Array.of(symbol),
  bits: new Uint8Array(1),
  bases: new Uint16Array(1),
});

/** What a description may hold. */
interface Most {
  readonly log: number;
  readonly symbols: number;
}

/** Reads the description of a table, bits from the lowest on. @returns the table, and the place behind @throws FormatError */
export function readFse(bytes: Uint8Array, from: number, to: number, most: Most): { table: FseTable; end: number } {
  let bit = from * 8;
  const peek = (count: number) => {
    const byte = bit >> 3;
    const word = (bytes[byte] ?? 0) | ((bytes[byte + 1] ?? 0) << 8) | ((bytes[byte + 2] ?? 0) << 16);
    return (word >>> (bit & 7)) & ((1 << count) - 1);
  };
  const read = (count: number) => {
    const value = peek(count);
    bit += count;
    if (bit > to * 8) throw new FormatError('a Zstandard table is cut off', to);
    return value;
  };
  const log = read(4) + 5;
  if (log > most.log) throw new FormatError('a Zstandard table larger than it may be', from);
  const counts: number[] = [];
  let left = 1 << log;
  while (left > 0) {
    if (counts.length >= most.symbols) throw new FormatError('a Zstandard table of too many symbols', from);
    const count = highest(left + 1) + 1;
    const low = (1 << (count - 1)) - 1;
    const threshold = (1 << count) - 2 - left;
    let value = peek(count);
    if ((value & low) < threshold) value = read(count - 1);
    else {
      read(count);
      if (value > low) value -= threshold;
    }
    const often = value - 1;
    left -= Math.abs(often);
    counts.push(often);
    if (often !== 0) continue;
    for (let zeros = 3; zeros === 3; ) {
      zeros = read(2);
      for (let i = 0; i < zeros; i++) counts.push(0);
      if (counts.length > most.symbols) throw new FormatError('a Zstandard table of too many symbols', from);
    }
  }
  if (left < 0) throw new FormatError('a Zstandard table that holds more than it may', from);
  return { table: fseTable(counts, log), end: (bit + 7) >> 3 };
}
