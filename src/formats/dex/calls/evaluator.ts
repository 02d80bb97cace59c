import type { Classes } from './classes.ts';
import type { Instruction } from './code.ts';
import type { Defined } from './defined.ts';
import {
  bodyOf,
  type FileCode,
  type Following,
  type Frame,
  type Met,
  type Outcome,
  pathOf,
  type Watch,
} from './following.ts';
import { MethodRun } from './method-run.ts';
import { State } from './state.ts';
import { absent, parameter, unknown, type Value } from './value.ts';

/** Calls inside calls that are followed. */
const DEEPEST = 6;
/** Instructions that are followed from one method, with those of the methods that it calls. */
const MOST_STEPS = 60_000;
const STEPS_PER_SPEND = 64;
/** What it costs to begin, whatever there is to follow. */
const STEPS_PER_WAY = 16;
/** Instructions of a method that is followed because an object is handed to it. */
const LONGEST_CALLEE = 400;

/** One way through a method and what it calls, with all that is not known of it left open. */
export class Evaluation implements Following {
  readonly classes: Classes;
  readonly #code: FileCode;
  readonly #watch: Watch;
  readonly met = new Map<string, Met>();
  /** Methods that were followed, by their code. */
  readonly followed = new Map<number, Defined>();
  /** Classes of which other files could have written what was read, or have overridden what was followed. */
  readonly relied = new Set<number>();
  #left = MOST_STEPS;
  #owed = 0;

  constructor(code: FileCode, watch: Watch) {
    this.classes = code.classes;
    this.#code = code;
    this.#watch = watch;
  }

  /**
   * Follows a method from its beginning. @param values its arguments, the object first; what is left out is open
   * @returns null where it cannot be followed: too long, broken, or nothing is left to spend
   */
  begin(method: Defined, values: readonly Value[] | null, slots: Map<string, Value> = new Map()): Outcome | null {
    if (!this.#code.spend(STEPS_PER_WAY)) return null;
    return this.run(method, values, slots, [{ method, from: 0 }]);
  }

  run(
    method: Defined,
    values: readonly Value[] | null,
    slots: Map<string, Value>,
    frames: readonly Frame[],
  ): Outcome | null {
    const body = bodyOf(this.#code, method);
    if (!body || body.instructions.length === 0) return null;
    const registers = new Array<Value>(body.registers).fill(absent);
    const first = body.registers - body.ins;
    if (first < 0) return null;
    const widths = values && widthsOf(values.length, this.classes, method);
    const hasThis = body.ins > argumentRegisters(this.classes, method);
    let at = first;
    for (let i = 0; i < body.ins && at < body.registers; i++) {
      registers[at] =
        values === null
          ? parameter(at - first, hasThis && at === first)
          : (values[i] ?? unknown('an argument that was not given'));
      at += values === null ? 1 : (widths?.[i] ?? 1);
    }
    this.followed.set(method.code, method);
    return new MethodRun(this, body, frames).run(new State(registers, slots));
  }

  /** The method that a call leads to where what is watched for lies behind it. */
  through(offset: number): Defined | null {
    return this.#watch.through.get(offset) ?? null;
  }

  /** Whether a call is to be followed at once: what is watched for lies behind it, or it is handed an object made here. */
  follows(target: Defined, offset: number, values: readonly Value[], frames: readonly Frame[]): boolean {
    if (frames.length >= DEEPEST || frames.some(({ method }) => method.code === target.code)) return false;
    if (this.#watch.through.has(offset)) return true;
    if (!values.some(({ kind }) => kind === 'object')) return false;
    const body = bodyOf(this.#code, target);
    return body !== null && body.instructions.length <= LONGEST_CALLEE;
  }

  /** Notes one instruction that is watched for; the last time that it is met most is known of what can reach it. */
  note(instruction: Instruction, values: readonly Value[], state: State, frames: readonly Frame[]): void {
    if (!this.#watch.offsets.has(instruction.offset)) return;
    const key = `${pathOf(frames)}@${instruction.offset}`;
    this.met.set(key, { instruction, values, state: state.copy(), frames });
  }

  /** False where nothing is left. */
  pay(steps = 1): boolean {
    this.#left -= steps;
    this.#owed += steps;
    if (this.#left < 0) return false;
    if (this.#owed < STEPS_PER_SPEND) return true;
    const owed = this.#owed;
    this.#owed = 0;
    return this.#code.spend(1 + (owed >> 2));
  }

  isWrittenElsewhere(field: number, frames: readonly Frame[]): boolean {
    const { index, classes } = this.#code;
    const writers = index.unread === null ? index.writers(field) : null;
    if (writers === null) return true;
    const of = classes.field(field)?.of;
    // An initialiser writes to an object that is new, or has run.
    return writers.some(
      ({ by }) => !frames.some(({ method }) => method.code === by.code) && !(by.of === of && classes.isInitialiser(by)),
    );
  }

  rely(type: number): void {
    this.relied.add(type);
  }
}

/** Incoming registers of a method without the object that it is called on. */
function argumentRegisters(classes: Classes, { index }: Defined): number {
  const parameters = classes.signature(index)?.parameters ?? [];
  return parameters.reduce((sum, name) => sum + (name === 'J' || name === 'D' ? 2 : 1), 0);
}

/** Registers that each value takes as an argument of the method, the object first where there is one more than parameters. */
function widthsOf(count: number, classes: Classes, method: Defined): readonly number[] | null {
  const signature = classes.signature(method.index);
  if (!signature) return null;
  const widths = signature.parameters.map((name) => (name === 'J' || name === 'D' ? 2 : 1));
  return count > widths.length ? [1, ...widths] : widths;
}
