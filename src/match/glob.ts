/** The value of a `like`: literal text, `*`, `**` and `{version}`. */
export type Piece =
  | { readonly kind: 'literal'; readonly bytes: Uint8Array }
  | { readonly kind: 'run' }
  | { readonly kind: 'any' }
  | { readonly kind: 'version' };

/** Splits the value of a `like`. `**` is a piece of its own; what it may cross beyond `*` is up to the reader. */
export function pieces(like: string): Piece[] {
  const encoder = new TextEncoder();
  return like
    .split(/(\*+|\{version\})/)
    .filter((text) => text !== '')
    .map((text) => {
      if (text === '{version}') return { kind: 'version' };
      if (/^\*+$/.test(text)) return { kind: text.length > 1 ? 'any' : 'run' };
      return { kind: 'literal', bytes: encoder.encode(text) };
    });
}

/**
 * Pieces as a machine of one state per literal byte. All states are followed side by side, so a match costs at most
 * length × states steps whatever the text: there is no backtracking to blow up.
 */
export class Glob {
  /** Bytes by which each state is left, or, for a loop, stayed in. */
  readonly #sets: Uint8Array[] = [];
  readonly #loops: boolean[] = [];
  #current: Uint16Array;
  #next: Uint16Array;
  /** When a state was last entered, so that it is entered once per byte. */
  readonly #entered: Int32Array;
  #moment = 0;

  /**
   * @param parts in the direction of the walk
   * @param run bytes that `*` may cross (1) or not (0)
   * @param fold byte → the byte it is compared as
   */
  constructor(parts: readonly Piece[], run: Uint8Array, fold: Uint8Array) {
    for (const part of parts) {
      if (part.kind === 'literal') for (const byte of part.bytes) this.#add(setOf(byte, fold));
      else if (part.kind === 'run') this.#add(run, true);
      else if (part.kind === 'any') this.#add(new Uint8Array(256).fill(1), true);
      else this.#add(digit).#add(digitOrDot, true);
    }
    this.#current = new Uint16Array(this.#sets.length + 1);
    this.#next = new Uint16Array(this.#sets.length + 1);
    this.#entered = new Int32Array(this.#sets.length + 1);
  }

  #add(set: Uint8Array, loop = false): this {
    this.#sets.push(set);
    this.#loops.push(loop);
    return this;
  }

  /**
   * Whether the bytes from `from` to `stop` match; positional, since it is asked of every name and string.
   * @param stop the first position not to read; below `from` when `step` is -1
   * @param whole true: all of the bytes; false: as many of them as the pieces take
   */
  matches(bytes: Uint8Array, from: number, stop: number, step: 1 | -1, whole: boolean): boolean {
    const final = this.#sets.length;
    if (this.#moment > 0x3fffffff) {
      this.#entered.fill(0);
      this.#moment = 0;
    }
    this.#moment++;
    let count = this.#enter(0, this.#current, 0);
    for (let i = from; i !== stop && count > 0; i += step) {
      if (!whole && this.#entered[final] === this.#moment) return true;
      const byte = bytes[i]!;
      let entered = 0;
      this.#moment++;
      for (let k = 0; k < count; k++) {
        const state = this.#current[k]!;
        if (state === final || this.#sets[state]![byte] === 0) continue;
        entered = this.#enter(this.#loops[state] ? state : state + 1, this.#next, entered);
      }
      count = entered;
      const left = this.#current;
      this.#current = this.#next;
      this.#next = left;
    }
    return count > 0 && this.#entered[final] === this.#moment;
  }

  /** Adds a state, and those behind it that need no byte. */
  #enter(state: number, list: Uint16Array, count: number): number {
    let length = count;
    for (let s = state; this.#entered[s] !== this.#moment; s++) {
      this.#entered[s] = this.#moment;
      list[length++] = s;
      if (!this.#loops[s]) break;
    }
    return length;
  }
}

/** By the table that folds them: rules have thousands of literal bytes, and few different ones. */
const sets = new WeakMap<Uint8Array, Uint8Array[]>();

/** The bytes that compare as this one. */
function setOf(byte: number, fold: Uint8Array): Uint8Array {
  let known = sets.get(fold);
  if (!known) {
    known = [];
    sets.set(fold, known);
  }
  const folded = fold[byte]!;
  let set = known[folded];
  if (!set) {
    set = new Uint8Array(256);
    for (let other = 0; other < 256; other++) if (fold[other] === folded) set[other] = 1;
    known[folded] = set;
  }
  return set;
}

const digit = new Uint8Array(256).fill(1, 0x30, 0x3a);
const digitOrDot = new Uint8Array(256).fill(1, 0x30, 0x3a).fill(1, 0x2e, 0x2f);

interface Around {
  readonly before: Uint8Array;
  readonly after: Uint8Array;
}

/** By the rule: encoding its text at each hit costs more than all else that is done there. */
const arounds = new WeakMap<object, Around>();

/** The bytes before and after `{version}` in a rule's version literal; `*` stands for itself there. */
export function aroundVersion(rule: { readonly like?: string | undefined }): Around {
  const known = arounds.get(rule);
  if (known) return known;
  const { like = '{version}' } = rule;
  const encoder = new TextEncoder();
  const mark = like.indexOf('{version}');
  const made = {
    before: encoder.encode(like.slice(0, mark)),
    after: encoder.encode(like.slice(mark + '{version}'.length)),
  };
  arounds.set(rule, made);
  return made;
}
