import { attempt } from '../../../coverage.ts';
import type { DexFile, DexTable } from '../header.ts';
import type { Spend } from '../instructions.ts';
import { descriptorOf, dottedName, firstOf, textOf } from '../lookup.ts';
import { type Method, visitMethodsOf } from '../members.ts';
import { type Defined, Listed } from './defined.ts';

/** A method by what it is called: its parameters and result as descriptors (`Ljava/lang/String;`, `I`). */
export interface Signature {
  readonly class: string;
  readonly name: string;
  readonly parameters: readonly string[];
  readonly result: string;
}

const NO_INDEX = 0xffff_ffff;
/** Classes above one that are followed: a chain of superclasses may run in a circle. */
const MOST_ABOVE = 32;

/** How an instruction finds the code that it calls. */
type Dispatch = (typeof dispatches)[number];
const dispatches = ['static', 'direct', 'virtual', 'interface', 'super'] as const;
/** An instruction names a method in 16 bits. */
const MOST_METHODS = 0x10000;

/** A field by its class (dotted), name and type; `of` is the class's type. */
interface Field {
  readonly class: string;
  readonly of: number;
  readonly name: string;
  readonly type: string;
}

const none = new Listed();

/** The classes that one file defines, their methods and what is above and below them; each looked up when it is asked for. */
export class Classes {
  readonly dex: DexFile;
  readonly #spend: Spend;
  readonly #rows: Int32Array;
  readonly #methods = new Map<number, Listed>();
  #below: Map<number, number[]> | null = null;
  readonly #signatures = new Map<number, Signature | null>();
  readonly #names = new Map<number, string>();
  /** Each call of a method is met anew on every way to it. */
  readonly #targets = new Map<number, Defined | null>();
  readonly #fields = new Map<number, Field | null>();
  /** Types that the file does not define, and whose code or fields were asked for. */
  readonly lacking = new Set<number>();

  constructor(dex: DexFile, spend: Spend) {
    this.dex = dex;
    this.#spend = spend;
    this.#rows = new Int32Array(dex.types.count).fill(-1);
    const { view, classes } = dex;
    for (let row = 0; row < classes.count; row++) {
      const type = view.getUint32(classes.offset + 32 * row, true);
      if (type < this.#rows.length && this.#rows[type] === -1) this.#rows[type] = row;
    }
  }

  isDefined(type: number): boolean {
    return this.row(type) >= 0;
  }

  /** In class_defs; -1 where this file does not define the type. */
  row(type: number): number {
    return this.#rows[type] ?? -1;
  }

  typeOf(row: number): number {
    return this.dex.view.getUint32(this.dex.classes.offset + 32 * row, true);
  }

  /** The superclass's type; -1 where there is none, or the class is not defined here. */
  above(type: number): number {
    const row = this.row(type);
    if (row < 0) return -1;
    const above = this.dex.view.getUint32(this.dex.classes.offset + 32 * row + 8, true);
    return above === NO_INDEX ? -1 : above;
  }

  /** Types of the interfaces that a class names. */
  interfaces(type: number): readonly number[] {
    const row = this.row(type);
    const { view, bytes, classes } = this.dex;
    const list = row < 0 ? 0 : view.getUint32(classes.offset + 32 * row + 12, true);
    if (list === 0 || list + 4 > bytes.length) return [];
    const count = Math.min(view.getUint32(list, true), 256, Math.floor((bytes.length - list - 4) / 2));
    return Array.from({ length: count }, (_, i) => view.getUint16(list + 4 + 2 * i, true));
  }

  /** Classes whose superclass it is. */
  below(type: number): readonly number[] {
    if (this.#below === null) {
      this.#below = new Map();
      const { view, classes } = this.dex;
      for (let row = 0; row < classes.count; row++) {
        const above = view.getUint32(classes.offset + 32 * row + 8, true);
        const list = this.#below.get(above);
        if (list) list.push(this.typeOf(row));
        else this.#below.set(above, [this.typeOf(row)]);
      }
    }
    return this.#below.get(type) ?? [];
  }

  /** The methods that a class defines; none where its list is broken or nothing is left to spend. */
  methodsOf(type: number): readonly Defined[] {
    return this.#listed(type).all;
  }

  #listed(type: number): Listed {
    const row = this.row(type);
    if (row < 0) return none;
    let found = this.#methods.get(row);
    if (found === undefined) {
      found = new Listed();
      const { all } = found;
      const data = this.dex.view.getUint32(this.dex.classes.offset + 32 * row + 24, true);
      const add = ({ index, name, proto, of, code, isVirtual }: Method) =>
        all.push({ index, name, proto, of, code, row, isVirtual });
      if (data !== 0) {
        attempt(
          () => visitMethodsOf(this.dex, data, this.#spend, add),
          () => {},
        );
      }
      this.#methods.set(row, found);
    }
    return found;
  }

  /** The method whose code begins there, in the class of a row. */
  methodAt(row: number, code: number): Defined | null {
    return this.#listed(this.typeOf(row)).at(code);
  }

  /**
   * The code that an invocation runs; null where it is not in this file, or may be one of several.
   * @param exact the object's class where it is known for sure, -1 where not
   */
  target(method: number, how: Dispatch, exact: number): Defined | null {
    const key = ((exact + 1) * MOST_METHODS + method) * dispatches.length + dispatches.indexOf(how);
    let found = this.#targets.get(key);
    if (found === undefined) {
      found = this.#target(method, how, exact);
      this.#targets.set(key, found);
    }
    return found;
  }

  #target(method: number, how: Dispatch, exact: number): Defined | null {
    const { view, methods } = this.dex;
    if (method >= methods.count) return null;
    const row = methods.offset + 8 * method;
    const of = view.getUint16(row, true);
    const proto = view.getUint16(row + 2, true);
    const name = view.getUint32(row + 4, true);
    const start = exact >= 0 && (how === 'virtual' || how === 'interface') ? exact : of;
    if (how === 'interface' && exact < 0) return null;
    let found: Defined | null = null;
    for (let type = start, left = MOST_ABOVE; type >= 0 && left > 0 && !found; type = this.above(type), left--) {
      found = this.#listed(type).named(name, proto);
      if (!found && !this.isDefined(type)) this.lacking.add(type);
    }
    if (!found || found.code === 0) return null;
    if (how === 'virtual' && exact < 0 && this.#isOverridden(of, name, proto)) return null;
    return found;
  }

  #isOverridden(type: number, name: number, proto: number): boolean {
    const waiting = [...this.below(type)];
    for (let left = 64; waiting.length > 0; left--) {
      if (left === 0) return true;
      const below = waiting.pop()!;
      if (this.#listed(below).named(name, proto)) return true;
      waiting.push(...this.below(below));
    }
    return false;
  }

  /** Dotted; `?` where the file does not say. */
  className(type: number): string {
    let name = this.#names.get(type);
    if (name === undefined) {
      const found = attempt(
        () => dottedName(this.dex, type),
        () => {},
      );
      name = found ?? '?';
      this.#names.set(type, name);
    }
    return name;
  }

  /** Whether it is a constructor or a static initialiser. */
  isInitialiser({ index }: Defined): boolean {
    return this.signature(index)?.name.startsWith('<') ?? false;
  }

  /** What a row of method_ids is called; null where the tables do not say. */
  signature(method: number): Signature | null {
    let found = this.#signatures.get(method);
    if (found === undefined) {
      found = attempt(
        () => this.#signature(method),
        () => {},
      );
      this.#signatures.set(method, found);
    }
    return found;
  }

  #signature(method: number): Signature | null {
    const { view, bytes, methods, protos } = this.dex;
    if (method < 0 || method >= methods.count) return null;
    const row = methods.offset + 8 * method;
    const proto = view.getUint16(row + 2, true);
    if (proto >= protos.count) return null;
    const at = protos.offset + 12 * proto;
    const list = view.getUint32(at + 8, true);
    const count = list === 0 || list + 4 > bytes.length ? 0 : Math.min(view.getUint32(list, true), 255);
    const parameters: string[] = [];
    for (let i = 0; i < count && list + 6 + 2 * i <= bytes.length; i++) {
      parameters.push(descriptorOf(this.dex, view.getUint16(list + 4 + 2 * i, true)));
    }
    return {
      class: dottedName(this.dex, view.getUint16(row, true)),
      name: textOf(this.dex, view.getUint32(row + 4, true), row).value,
      parameters,
      result: descriptorOf(this.dex, view.getUint32(at + 4, true)),
    };
  }

  /** What a row of field_ids is called; null where the tables do not say. */
  field(index: number): Field | null {
    let found = this.#fields.get(index);
    if (found === undefined) {
      found = attempt(
        () => this.#field(index),
        () => {},
      );
      this.#fields.set(index, found);
    }
    return found;
  }

  #field(index: number): Field | null {
    const { view, fields } = this.dex;
    if (index < 0 || index >= fields.count) return null;
    const row = fields.offset + 8 * index;
    const of = view.getUint16(row, true);
    return {
      class: dottedName(this.dex, of),
      of,
      name: textOf(this.dex, view.getUint32(row + 4, true), row).value,
      type: descriptorOf(this.dex, view.getUint16(row + 2, true)),
    };
  }
}

/** Rows of a class in method_ids or field_ids, which are sorted by their class. */
export function* rowsOf({ view }: DexFile, table: DexTable, type: number): Generator<number> {
  const ofClass = (index: number) => view.getUint16(table.offset + 8 * index, true) - type;
  for (let index = firstOf(table.count, ofClass); index < table.count && ofClass(index) === 0; index++) yield index;
}
