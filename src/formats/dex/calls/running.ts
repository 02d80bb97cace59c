import { isInvoke } from '../opcodes.ts';
import type { Body, Instruction } from './code.ts';
import type { Defined } from './defined.ts';
import type { FileCode } from './following.ts';
import { kindOf } from './invoke.ts';
import { isHandedOver } from './reach.ts';

/** What the code of a method calls. */
interface Called {
  readonly targets: readonly Defined[];
  /** Rows in method_ids of what is not in the file, or may be one of several. */
  readonly outside: readonly number[];
}

/** Whether a call by that row in method_ids is of what is named and typed as a method is. */
export function isNamed({ classes }: FileCode, { name, proto }: Defined, index: number): boolean {
  const { view, methods } = classes.dex;
  const row = methods.offset + 8 * index;
  return index < methods.count && view.getUint32(row + 4, true) === name && view.getUint16(row + 2, true) === proto;
}

/** The one method of the file that an instruction calls; null for none, or one of several. */
export function targetOf({ classes }: FileCode, { opcode, index }: Instruction): Defined | null {
  const how = isInvoke(opcode) ? kindOf(opcode) : null;
  return how === null ? null : classes.target(index, how, -1);
}

/** What a method may lead to. */
type Part = 'later' | 'undone';

/** Tells methods that may run code which nothing in them calls by its name: a task that was handed over, or is kept. */
export class Running {
  readonly #code: FileCode;
  readonly #leading: Readonly<Record<Part, ReadonlyMap<number, Defined>>>;
  readonly #look: (method: Defined) => Body | null;
  readonly #known = new Map<Part, Map<number, boolean>>();
  /** By the code of a method; null where it cannot be looked through. */
  readonly #called = new Map<number, Called | null>();

  /** @param leading methods that lead to a call of each part, by their code @param look what it costs is paid for there */
  constructor(
    code: FileCode,
    leading: Readonly<Record<Part, ReadonlyMap<number, Defined>>>,
    look: (method: Defined) => Body | null,
  ) {
    this.#code = code;
    this.#leading = leading;
    this.#look = look;
  }

  /** Whether a method that is not known to lead to such a call may run one that does. */
  runs(method: Defined, part: Part): boolean {
    const known = this.#known.get(part) ?? new Map<number, boolean>();
    this.#known.set(part, known);
    let found = known.get(method.code);
    if (found === undefined) {
      found = this.#mayRun(method, part);
      known.set(method.code, found);
    }
    return found;
  }

  #mayRun(method: Defined, part: Part): boolean {
    const { classes, spend } = this.#code;
    const handed = [...this.#leading[part].values()].filter((one) => isHandedOver(one, classes));
    if (handed.length === 0) return false;
    const below = new Map([[method.code, method]]);
    for (const next of below.values()) {
      const called = this.#calledBy(next);
      if (!called || !spend(1 + ((called.targets.length + called.outside.length * handed.length) >> 6))) return true;
      if (called.outside.some((row) => handed.some((one) => isNamed(this.#code, one, row)))) return true;
      for (const each of called.targets) below.set(each.code, each);
    }
    return false;
  }

  #calledBy(method: Defined): Called | null {
    let found = this.#called.get(method.code);
    if (found === undefined) {
      const calls = this.#look(method)?.instructions.filter(({ opcode }) => isInvoke(opcode));
      found = calls
        ? {
            targets: [...new Set(calls.flatMap((each) => targetOf(this.#code, each) ?? []))],
            outside: [...new Set(calls.flatMap((each) => (targetOf(this.#code, each) ? [] : each.index)))],
          }
        : null;
      this.#called.set(method.code, found);
    }
    return found;
  }
}
