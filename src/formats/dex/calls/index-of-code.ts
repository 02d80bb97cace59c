import { methodHandles } from '../handles.ts';
import type { Spend } from '../instructions.ts';
import { type Unread, type Use, visitWrites } from '../uses.ts';
import { type Classes, rowsOf } from './classes.ts';
import type { Defined } from './defined.ts';

/** An instruction that calls a method or writes a field, and the method whose code it is. */
export interface Access {
  readonly offset: number;
  readonly by: Defined;
}

/** Accesses of one member that are looked at; more are said to be more. */
const MOST = 64;

/** Who calls the methods of a file, and who writes its fields: gone through once, when something asks. */
export class CodeIndex {
  readonly #classes: Classes;
  readonly #calls = new Map<number, Use[]>();
  readonly #writes = new Map<number, Use[]>();
  /** Answers that were given: who leads to a call is asked at each call anew. */
  readonly #callers = new Map<number, readonly Access[] | null>();
  readonly #writers = new Map<number, readonly Access[] | null>();
  /** Methods that the system is handed to call: nobody tells with what. */
  readonly #handled: ReadonlySet<number>;
  /** Why not all code was gone through; null where it was. */
  unread: Unread | null = null;

  private constructor(classes: Classes) {
    this.#classes = classes;
    this.#handled = new Set(methodHandles(classes.dex));
  }

  /** Yields the steps that it has done. */
  static *of(classes: Classes, spend: Spend): Generator<number, CodeIndex, void> {
    const index = new CodeIndex(classes);
    const { dex } = classes;
    const rows = {
      method: new Uint8Array(dex.methods.count).fill(1),
      field: new Uint8Array(dex.fields.count).fill(1),
      string: new Uint8Array(0),
    };
    const take = (use: Use) => {
      const map = use.kind === 'method' ? index.#calls : index.#writes;
      const list = map.get(use.index);
      if (list === undefined) map.set(use.index, [use]);
      else if (list.length <= MOST) list.push(use);
    };
    index.unread = yield* visitWrites(dex, rows, spend, take);
    return index;
  }

  /** Null where there are too many to look at each. */
  writers(field: number): readonly Access[] | null {
    return once(this.#writers, field, () => this.#accesses(this.#writes.get(field) ?? []));
  }

  /** Calls by one row of method_ids. Null where there are too many to look at each. */
  callsOf(method: number): readonly Access[] | null {
    return this.#accesses(this.#calls.get(method) ?? []);
  }

  /**
   * Calls that can run a method: by its own id, and by those of classes of the file above and below it.
   * Null where there are too many to look at each, and where the system calls it by a handle.
   */
  callers(method: Defined): readonly Access[] | null {
    return once(this.#callers, method.index, () => {
      const ids = this.#idsOf(method);
      if (ids.some((id) => this.#handled.has(id))) return null;
      return this.#accesses(ids.flatMap((id) => this.#calls.get(id) ?? []));
    });
  }

  #accesses(uses: readonly Use[]): readonly Access[] | null {
    if (uses.length > MOST) return null;
    return uses.flatMap(({ offset, row, code }) => {
      const by = this.#classes.methodAt(row, code);
      return by ? [{ offset, by }] : [];
    });
  }

  #idsOf({ index, name, proto, of }: Defined): readonly number[] {
    const { dex } = this.#classes;
    // An interface from outside is called on whatever implements it: whoever does so says nothing of this one.
    const above = this.#above(of).filter((type) => this.#classes.isDefined(type));
    const ids = new Set([index]);
    for (const type of new Set([of, ...above, ...this.#below(of)])) {
      for (const id of rowsOf(dex, dex.methods, type)) {
        const row = dex.methods.offset + 8 * id;
        if (dex.view.getUint32(row + 4, true) === name && dex.view.getUint16(row + 2, true) === proto) ids.add(id);
      }
    }
    return [...ids];
  }

  /** Classes and interfaces above a type, in and outside of the file. */
  #above(type: number): readonly number[] {
    const found = new Set<number>();
    const waiting = [type];
    while (waiting.length > 0 && found.size < 64) {
      const next = waiting.pop()!;
      for (const above of [this.#classes.above(next), ...this.#classes.interfaces(next)]) {
        if (above < 0 || found.has(above)) continue;
        found.add(above);
        waiting.push(above);
      }
    }
    return [...found];
  }

  #below(type: number): readonly number[] {
    const found = new Set<number>();
    const waiting = [type];
    while (waiting.length > 0 && found.size < 64) {
      for (const below of this.#classes.below(waiting.pop()!)) {
        if (found.has(below)) continue;
        found.add(below);
        waiting.push(below);
      }
    }
    return [...found];
  }
}

function once<T>(known: Map<number, T>, key: number, make: () => T): T {
  if (!known.has(key)) known.set(key, make());
  return known.get(key) as T;
}
