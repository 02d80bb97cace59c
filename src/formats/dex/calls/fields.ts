import { staticConstant } from '../static.ts';
import type { Classes } from './classes.ts';
import type { Defined } from './defined.ts';
import { Evaluation } from './evaluator.ts';
import type { FileCode } from './following.ts';
import type { Access, CodeIndex } from './index-of-code.ts';
import { argumentAt, type Held } from './origin.ts';
import { isHandedOver, isNeverRun } from './reach.ts';
import { each, parameter } from './value.ts';

const nowhere: ReadonlyMap<number, Defined> = new Map();

/** What is written to a field, and what that hangs on. */
export interface Written extends Reliance {
  /**
   * Each value with what is known when the method that writes it is over. Null where that cannot be told: the class is
   * elsewhere, nothing is written by code, or not all of it could be followed.
   */
  readonly held: readonly Held[] | null;
}

/** Classes whose members were taken to be written or called nowhere else, and those whose code, or whose fields, were taken to be those of this file. */
export interface Reliance {
  readonly relies: Set<string>;
  readonly follows: Set<string>;
}

/** Slots that are kept of all fields together. */
const MOST_SLOTS = 100_000;

/** What fields hold, by all code of a file that writes to them: found once for all places that ask. */
export class Fields {
  readonly #code: FileCode;
  readonly #classes: Classes;
  readonly #index: CodeIndex;
  #relies = new Set<string>();
  #follows = new Set<string>();
  readonly #written = new Map<string, Written>();
  #slots = 0;

  constructor(code: FileCode) {
    this.#code = code;
    this.#classes = code.classes;
    this.#index = code.index;
  }

  /** What is written to a field of a class of this file. */
  written(field: number, isMember: boolean): Written {
    const key = `${isMember} ${field}`;
    let found = this.#written.get(key);
    if (found === undefined) {
      this.#relies = new Set();
      this.#follows = new Set();
      const held = this.#writtenTo(field, isMember);
      found = { held, relies: this.#relies, follows: this.#follows };
      for (const { slots } of held ?? []) this.#slots += slots.size;
      if (this.#slots > MOST_SLOTS) {
        this.#written.clear();
        this.#slots = 0;
      }
      this.#written.set(key, found);
    }
    return found;
  }

  #writtenTo(field: number, isMember: boolean): readonly Held[] | null {
    const name = this.#classes.field(field);
    if (!name) return null;
    if (!this.#classes.isDefined(name.of)) this.#classes.lacking.add(name.of);
    if (!this.#classes.isDefined(name.of) || this.#index.unread) return null;
    this.#relyOn(name.class);
    const writers = this.#index.writers(field);
    if (writers === null) return null;
    const held: Held[] = [];
    for (const writer of writers) {
      const written = this.#writtenBy(writer);
      if (written === null) return null;
      held.push(...written);
    }
    const initialiser = isMember ? '<init>' : '<clinit>';
    const initialisers = this.#classes.methodsOf(name.of).filter((each) => this.#nameOf(each) === initialiser);
    const slot = isMember ? `${parameter(0, true).key}.${field}` : `s${field}`;
    if (initialisers.length > 0 && initialisers.every((each) => this.#leaves(each, slot))) return held;
    const initial = isMember ? null : this.#initial(name);
    if (initial) return [...held, initial];
    // What nobody sets is zero; an object that is not there yet shows no value.
    const isObject = name.type.startsWith('L') || name.type.startsWith('[');
    if (isObject) return held.length === 0 ? null : held;
    if (isMember && held.length === 0) return null;
    return [...held, { value: { kind: 'number', key: '0', value: 0n, at: null }, slots: new Map() }];
  }

  /** Whether a method has written a slot whatever way it comes to its end. */
  #leaves(method: Defined, slot: string): boolean {
    const watch = { offsets: new Set<number>(), through: nowhere };
    const value = new Evaluation(this.#code, watch).begin(method, null)?.slots.get(slot);
    return value !== undefined && each(value).every(({ kind }) => kind !== 'absent');
  }

  #initial({ class: owner, name, type }: { class: string; name: string; type: string }): Held | null {
    const constant = staticConstant(this.#classes.dex, { class: owner, field: name, type }, this.#code.spend);
    if (constant === null) return null;
    const { value, offset } = constant;
    if (typeof value === 'string') {
      const at = { offset, length: new TextEncoder().encode(value).length };
      return { value: { kind: 'string', key: `"${offset}"`, text: value, at }, slots: new Map() };
    }
    return {
      value: { kind: 'number', key: `${Number(value)}`, value: BigInt(value), at: { offset, length: 1 } },
      slots: new Map(),
    };
  }

  #writtenBy({ offset, by }: Access): readonly Held[] | null {
    const watch = { offsets: new Set([offset]), through: nowhere };
    const evaluation = new Evaluation(this.#code, watch);
    const outcome = evaluation.begin(by, null);
    if (outcome === null) return null;
    this.#rely(evaluation);
    const met = [...evaluation.met.values()].filter(({ frames }) => frames.length === 1);
    const codes = [...evaluation.followed.keys()];
    return met.flatMap(({ values }) => this.#throughCallers({ value: values[0]!, slots: outcome.slots, codes }, by));
  }

  /** A value that is an argument of the method that writes it, by the calls of that method. */
  #throughCallers(held: Held, by: Defined): readonly Held[] {
    const { value } = held;
    if (value.kind !== 'parameter') return [held];
    const callers = this.#index.callers(by);
    if (callers === null) return [held];
    this.#relyOn(this.#classes.className(by.of));
    // A setter that nobody calls never ran.
    if (callers.length === 0) return isNeverRun(by, this.#classes) ? [] : [held];
    const handed = callers.flatMap(({ offset, by: caller }): readonly Held[] => {
      const watch = { offsets: new Set([offset]), through: nowhere };
      const evaluation = new Evaluation(this.#code, watch);
      const outcome = evaluation.begin(caller, null);
      this.#rely(evaluation);
      if (outcome === null)
        return [{ value: { kind: 'unknown', key: '?', why: 'a caller is too long to follow' }, slots: new Map() }];
      return [...evaluation.met.values()].map(({ values }) => {
        const given = values[argumentAt(this.#classes, by, value.index)];
        return {
          value: given ?? ({ kind: 'unknown', key: '?', why: 'an argument that was not given' } as const),
          slots: outcome.slots,
          codes: [...evaluation.followed.keys()],
        };
      });
    });
    return isHandedOver(by, this.#classes) ? [...handed, held] : handed;
  }

  #rely(evaluation: Evaluation): void {
    relyOn(evaluation, this.#classes, { relies: this.#relies, follows: this.#follows });
  }

  #relyOn(name: string): void {
    this.#relies.add(name);
    this.#follows.add(name);
  }

  #nameOf({ index }: Defined): string | undefined {
    return this.#classes.signature(index)?.name;
  }
}

/** Takes in what a way that was followed hangs on. */
export function relyOn({ relied, followed }: Evaluation, classes: Classes, { relies, follows }: Reliance): void {
  for (const type of relied) {
    if (type < 0) continue;
    relies.add(classes.className(type));
    follows.add(classes.className(type));
  }
  for (const { of } of followed.values()) follows.add(classes.className(of));
}
