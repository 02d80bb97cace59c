import { viewOf } from './bytes.ts';
import type { ReadPiece } from './pieces.ts';
import type { ReadPointer } from './pointers.ts';

/** Collects addresses; nothing is kept of 0, which stands for what another image defines. */
export class Addresses {
  readonly #list: number[] = [];

  add(address: number): void {
    if (address > 0) this.#list.push(address);
  }

  /** Ascending, each once: so nothing is read twice, however often it is pointed at. */
  sorted(): Float64Array {
    const all = Float64Array.from(this.#list).sort();
    let count = 0;
    for (let i = 0; i < all.length; i++) if (i === 0 || all[i] !== all[i - 1]) all[count++] = all[i]!;
    return all.subarray(0, count);
  }
}

/** Those that lists of pointers hold. @param size bytes of a pointer */
export function addressesIn(lists: readonly ReadPiece[], size: number, pointer: ReadPointer): Float64Array {
  const found = new Addresses();
  for (const { bytes } of lists) {
    const view = viewOf(bytes);
    for (let at = 0; at + size <= bytes.length; at += size) found.add(pointer(view, at));
  }
  return found.sorted();
}
