import type { Entry } from '../bundle/entry.ts';
import type { Marks } from '../inventory/taker.ts';
import { reportText } from '../text.ts';
import { LARGE } from './entropy.ts';

/** Entries whose names are looked for, the largest first, and names that one DEX is said to hold. */
const MOST_NAMES = 256;
const MOST_KEPT = 64;
/** A shorter name would be met by chance. */
const SHORTEST = 4;

/** What is of a known format whatever it holds, so that it is never listed as opaque. */
const known =
  /\.(?:dex|so|arsc|xml|png|webp|jpe?g|gif|ttf|otf|woff2?|mp[34]|m4a|ogg|wav|jar|zip|apk|js|json|html|txt)$/i;

interface Wanted {
  /** As the report has it. */
  readonly path: string;
  readonly base: Uint8Array;
  /** As code may ask for it: the path, and what of it lies below `assets/`. */
  readonly spelled: readonly string[];
}

/**
 * Names of large entries that may turn out to be opaque, which is known once they are read: strings of code that spell
 * one are told by their last two bytes, on the way through the table that is read anyway.
 */
export class Referable {
  readonly #byTail = new Map<number, Wanted[]>();
  #marks: { readonly of: Marks; readonly joined: Marks } | null = null;

  constructor(entries: Iterable<Pick<Entry, 'path' | 'size'>>) {
    const large: Pick<Entry, 'path' | 'size'>[] = [];
    for (const entry of entries) if (entry.size >= LARGE && !known.test(entry.path)) large.push(entry);
    large.sort((a, b) => b.size - a.size);
    for (const { path } of large.slice(0, MOST_NAMES)) {
      const base = new TextEncoder().encode(path.slice(path.lastIndexOf('/') + 1));
      if (base.length < SHORTEST) continue;
      const tail = base.at(-2)! * 256 + base.at(-1)!;
      const spelled = [path, ...(path.startsWith('assets/') ? [path.slice(7)] : [])];
      this.#byTail.set(tail, [...(this.#byTail.get(tail) ?? []), { path: reportText(path), base, spelled }]);
    }
  }

  /** Marks of what is wanted by these and by the names. */
  marks(of: Marks): Marks {
    if (this.#byTail.size === 0) return of;
    if (this.#marks?.of !== of) {
      const tails = of.tails.slice();
      for (const tail of this.#byTail.keys()) tails[tail] = 1;
      this.#marks = { of, joined: { heads: of.heads, tails } };
    }
    return this.#marks.joined;
  }

  /** Adds the paths of the entries that a string spells: by the name, by the end of the path, or with a path before it. */
  look(bytes: Uint8Array, start: number, end: number, into: Set<string>): void {
    const wanted = this.#byTail.get(bytes[end - 2]! * 256 + bytes[end - 1]!);
    if (!wanted || into.size >= MOST_KEPT) return;
    for (const { path, base, spelled } of wanted) {
      const from = end - base.length;
      if (from < start || (from > start && bytes[from - 1] !== 0x2f) || !endsWith(bytes, from, base)) continue;
      const text = new TextDecoder().decode(bytes.subarray(Math.max(start, end - 1024), end));
      if (spelled.some((name) => name === text || name.endsWith(`/${text}`) || text.endsWith(`/${name}`)))
        into.add(path);
    }
  }
}

function endsWith(bytes: Uint8Array, from: number, base: Uint8Array): boolean {
  for (let i = 0; i < base.length; i++) if (bytes[from + i] !== base[i]) return false;
  return true;
}
