/** method_ids name a prototype in 16 bits. */
const MOST_PROTOS = 0x10000;

/** A method that this file defines, with its class's row in class_defs. */
export interface Defined {
  readonly index: number;
  readonly name: number;
  readonly proto: number;
  readonly of: number;
  readonly code: number;
  readonly row: number;
  /** Neither static nor private nor a constructor. */
  readonly isVirtual: boolean;
}

/** The methods of one class, the first of each where several are alike. */
export class Listed {
  readonly all: Defined[] = [];
  #byCode: Map<number, Defined> | null = null;
  #byName: Map<number, Defined> | null = null;

  at(code: number): Defined | null {
    this.#byCode ??= firstBy(this.all, (method) => method.code);
    return this.#byCode.get(code) ?? null;
  }

  named(name: number, proto: number): Defined | null {
    this.#byName ??= firstBy(this.all, (method) => method.name * MOST_PROTOS + method.proto);
    return this.#byName.get(name * MOST_PROTOS + proto) ?? null;
  }
}

const firstBy = (all: readonly Defined[], key: (method: Defined) => number): Map<number, Defined> =>
  new Map(all.toReversed().map((method) => [key(method), method]));
