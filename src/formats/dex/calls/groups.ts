import type { Use } from '../uses.ts';
import type { Classes } from './classes.ts';
import type { FileCode } from './following.ts';
import { MOST_CALLS, type Parts, Precedence } from './precedence.ts';
import type { Asked } from './rows.ts';

/** Whether calls of one group come before what has to come later, as the code of one file has it. */
export interface FoundOrder {
  readonly group: string;
  /** Calls that have to come later: one before which nothing need have come is open. */
  readonly later: Ordered;
  /** Calls that make an object: one whose object need not get the first call before anything else is open. Not asked where all later ones are closed. */
  readonly start: Ordered;
  /** A call after which the first has to come anew; null for none. */
  readonly undone: string | null;
  /** Classes whose methods were taken to be called, or overridden, in this file alone; and whose code to be what runs. */
  readonly relies: readonly string[];
  readonly follows: readonly string[];
}

export interface Ordered {
  readonly count: number;
  /** `a.b.C.method calls x.Y.join`; null where none is open. */
  readonly open: string | null;
}

type Mutable = { readonly [Part in keyof Parts]: Use[] };

/** Sorts the calls of a file by the groups in which they have to come first, later, or make what the others are called on. */
export class Groups {
  readonly #parts = new Map<string, Mutable>();
  /** What is asked of many uses is asked once. */
  readonly #lists = new WeakMap<Asked, readonly Use[][]>();

  add(use: Use, asked: Asked): void {
    let lists = this.#lists.get(asked);
    if (lists === undefined) {
      lists = this.#listsFor(asked);
      this.#lists.set(asked, lists);
    }
    for (const list of lists) keep(list, use);
  }

  #listsFor({ calls, later, undone }: Asked): readonly Use[][] {
    const lists: Use[][] = [];
    for (const { group, before, starts } of calls) {
      if (before.length > 0) lists.push(this.#of(group).first);
      for (const each of starts) lists.push(this.#of(each).start);
    }
    for (const group of new Set(later.map((each) => each.group))) lists.push(this.#of(group).later);
    for (const group of new Set(undone.map((each) => each.group))) lists.push(this.#of(group).undone);
    return lists;
  }

  #of(group: string): Mutable {
    const found = this.#parts.get(group) ?? { first: [], later: [], start: [], undone: [] };
    this.#parts.set(group, found);
    return found;
  }

  /** @param code null where none of the file's code was followed, so that nothing comes first */
  *orders(code: FileCode | null, classes: Classes): Generator<FoundOrder> {
    for (const [group, parts] of this.#parts) {
      const { first, later, start } = parts;
      const isSought = code !== null && first.length > 0;
      let precedence = isSought ? new Precedence(code, parts) : null;
      const unpreceded = precedence ? precedence.later() : later[0];
      // Either is enough, and each relies on classes of its own.
      const isEnough = precedence !== null && later.length > 0 && unpreceded === null;
      if (precedence && !isEnough) precedence = new Precedence(code!, parts);
      const unfollowed = isEnough ? null : precedence ? precedence.start() : start[0];
      const named = (use: Use | null | undefined) => (use ? nameOf(use, classes) : null);
      yield {
        group,
        later: { count: later.length, open: named(unpreceded) },
        start: { count: start.length, open: named(unfollowed) },
        undone: named(parts.undone[0]),
        relies: [...(precedence?.relies ?? [])].sort(),
        follows: [...(precedence?.follows ?? [])].sort(),
      };
    }
  }
}

/** One more than are looked at shows that there are more. */
function keep(uses: Use[], use: Use): void {
  if (uses.length <= MOST_CALLS) uses.push(use);
}

function nameOf({ row, code, index }: Use, classes: Classes): string {
  const by = classes.methodAt(row, code);
  const called = classes.signature(index);
  const caller = by
    ? `${classes.className(by.of)}.${classes.signature(by.index)?.name}`
    : classes.className(classes.typeOf(row));
  return `${caller} calls ${called?.class}.${called?.name}`;
}
