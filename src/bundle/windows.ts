import type { ByteSource } from '../runtime/runtime.ts';
import type { Content } from './content.ts';

/** Stored content as a source of its own: what it holds is read where it stands. */
export function windowOf({ source, offset, length }: Content): ByteSource {
  const size = Math.max(0, Math.min(length, source.size - offset));
  return {
    size,
    read: (at, count) => source.read(offset + Math.min(at, size), Math.max(0, Math.min(count, size - at))),
    readInto: (into, at) => source.readInto(into.subarray(0, Math.max(0, size - at)), offset + Math.min(at, size)),
    close() {},
  };
}

/** Reads ahead: the headers and data of small neighbouring entries cost one read for many. */
export function readAhead(source: ByteSource, size = 64 * 1024): ByteSource {
  let window = new Uint8Array(0);
  let start = 0;
  let filled = 0;
  const holds = (offset: number, length: number) => offset >= start && offset + length <= start + filled;
  return {
    size: source.size,
    close: () => source.close(),
    read(offset, length) {
      if (length > size / 2) return source.read(offset, length);
      const view = () => window.subarray(offset - start, Math.max(0, Math.min(offset - start + length, filled)));
      if (holds(offset, length)) return view();
      // A new window each time, since the old one may still be in somebody's hands: cheaper than a copy for each read.
      window = new Uint8Array(Math.min(size, Math.max(0, source.size - offset)));
      const count = source.readInto(window, offset);
      const set = (n: number) => {
        start = offset;
        filled = n;
        return view();
      };
      return count instanceof Promise ? count.then(set) : set(count);
    },
    readInto(into, offset) {
      if (into.length > size / 2) return source.readInto(into, offset);
      const piece = this.read(offset, into.length);
      const copy = (bytes: Uint8Array) => {
        into.set(bytes);
        return bytes.length;
      };
      return piece instanceof Promise ? piece.then(copy) : copy(piece);
    },
  };
}
