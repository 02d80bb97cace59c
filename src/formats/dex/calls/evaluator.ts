import { canThrow, isInvoke } from '../opcodes.ts';
import { holds } from './arithmetic.ts';
import type { Classes, Defined } from './classes.ts';
import type { Body, Instruction } from './code.ts';
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
import { State } from './state.ts';
import { step } from './step.ts';
import { absent, either, number, parameter, unknown, type Value } from './value.ts';

/** Calls inside calls that are followed. */
const DEEPEST = 6;
/** Instructions that are followed from one method, with those of the methods that it calls. */
const MOST_STEPS = 60_000;
const STEPS_PER_SPEND = 64;
/** Instructions of a method that is followed because an object is handed to it. */
const LONGEST_CALLEE = 400;

/** One way through a method and what it calls, with all that is not known of it left open. */
export class Evaluation implements Following {
  readonly classes: Classes;
  readonly #code: FileCode;
  readonly #watch: Watch;
  readonly met = new Map<string, Met>();
  /** Methods that were followed, by their code. */
  readonly followed = new Set<number>();
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
    this.followed.add(method.code);
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
    return this.#code.spend(1 + (owed >> 3));
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

/** The states of one method: block by block until nothing changes any more. */
class MethodRun {
  readonly #evaluation: Evaluation;
  readonly #body: Body;
  readonly #frames: readonly Frame[];
  readonly #leaders: ReadonlySet<number>;
  /** State at the beginning of each block, by its place in the instructions. */
  readonly #states = new Map<number, State>();
  readonly #waiting = new Set<number>();
  #returned: Value | null = null;
  #exit: State | null = null;
  #thrown: State | null = null;

  constructor(evaluation: Evaluation, body: Body, frames: readonly Frame[]) {
    this.#evaluation = evaluation;
    this.#body = body;
    this.#frames = frames;
    this.#leaders = leadersOf(body);
  }

  run(entry: State): Outcome | null {
    this.#reach(0, entry);
    while (this.#waiting.size > 0) {
      const [place] = this.#waiting;
      this.#waiting.delete(place!);
      if (!this.#block(place!)) return null;
    }
    // A method that only throws leaves nothing behind.
    const thrown = this.#thrown?.slots ?? null;
    return { returned: this.#returned ?? absent, slots: this.#exit?.slots ?? entry.slots, thrown };
  }

  #reach(place: number | undefined, state: State): void {
    if (place === undefined) return;
    const before = this.#states.get(place);
    if (before === undefined) this.#states.set(place, state.copy());
    else if (!before.join(state)) return;
    this.#waiting.add(place);
  }

  #unit(at: number): number | undefined {
    return this.#body.placeOf.get(at);
  }

  /** Follows a block to its end. False where nothing is left to spend. */
  #block(from: number): boolean {
    const { instructions } = this.#body;
    const state = this.#states.get(from)!.copy();
    for (let place = from; place < instructions.length; place++) {
      if (place !== from && this.#leaders.has(place)) {
        this.#reach(place, state);
        return true;
      }
      if (!this.#evaluation.pay()) return false;
      const instruction = instructions[place]!;
      this.#reachHandlers(instruction, state);
      if (this.#ends(instruction, place, state)) return true;
      step(instruction, state, this.#evaluation, this.#frames);
      // A call that throws may have written before; what it leaves is looked at before the next one throws, if that is caught too.
      if (isInvoke(instruction.opcode)) {
        if (!this.#isCaughtAlike(instruction, instructions[place + 1])) this.#reachHandlers(instruction, state);
        if (state.thrown) this.#reachHandlers(instruction, state.withThrown());
      }
    }
    return true;
  }

  /** Whether the next instruction may throw as well, inside of the same try blocks. */
  #isCaughtAlike({ at }: Instruction, next: Instruction | undefined): boolean {
    if (!next || !canThrow(next.opcode)) return false;
    return this.#body.tries.every(
      ({ start, end }) => (at >= start && at < end) === (next.at >= start && next.at < end),
    );
  }

  /** Whatever throws goes on at a handler with what is known before it. */
  #reachHandlers(instruction: Instruction, state: State): void {
    const { at, opcode } = instruction;
    if (!canThrow(opcode)) return;
    // Of the first method nobody asks what it leaves behind when it throws.
    if (this.#frames.length > 1) {
      if (this.#thrown === null) this.#thrown = state.copy();
      else this.#thrown.join(state);
    }
    for (const { start, end, handlers } of this.#body.tries) {
      if (at >= start && at < end) for (const handler of handlers) this.#reach(this.#unit(handler), state);
    }
  }

  /** Returns, throws, jumps, tests and switches: whether the block ends with it. */
  #ends(instruction: Instruction, place: number, state: State): boolean {
    const { opcode, targets, keys } = instruction;
    if (opcode >= 0x0e && opcode <= 0x11) {
      this.#returns(opcode === 0x0e ? absent : (state.registers[instruction.a] ?? absent), state);
      return true;
    }
    if (opcode === 0x27) return true;
    if (opcode >= 0x28 && opcode <= 0x2a) {
      this.#reach(this.#unit(targets[0]!), state);
      return true;
    }
    if (opcode === 0x2b || opcode === 0x2c) {
      const value = state.registers[instruction.a];
      const taken = value?.kind === 'number' ? keys.indexOf(Number(value.value)) : null;
      if (taken === null) for (const target of targets) this.#reach(this.#unit(target), state);
      else if (taken >= 0) this.#reach(this.#unit(targets[taken]!), state);
      if (taken === null || taken < 0) this.#reach(place + 1, state);
      return true;
    }
    if (opcode >= 0x32 && opcode <= 0x3d) {
      const a = state.registers[instruction.a] ?? absent;
      const b = opcode < 0x38 ? (state.registers[instruction.b] ?? absent) : number(0n);
      const isTaken = holds(opcode, a, b);
      if (isTaken !== false) this.#reach(this.#unit(targets[0]!), state);
      if (isTaken !== true) this.#reach(place + 1, state);
      return true;
    }
    return false;
  }

  #returns(value: Value, state: State): void {
    this.#returned = this.#returned === null ? value : either(this.#returned, value);
    if (this.#exit === null) this.#exit = state.copy();
    else this.#exit.join(state);
  }
}

/** Places at which a block begins: targets, handlers, and what stands behind a jump. */
function leadersOf({ instructions, placeOf, tries }: Body): ReadonlySet<number> {
  const leaders = new Set<number>();
  const add = (unit: number) => {
    const place = placeOf.get(unit);
    if (place !== undefined) leaders.add(place);
  };
  instructions.forEach(({ targets, opcode }, place) => {
    for (const target of targets) add(target);
    if (targets.length > 0 || (opcode >= 0x0e && opcode <= 0x11) || opcode === 0x27) leaders.add(place + 1);
  });
  for (const { handlers } of tries) for (const handler of handlers) add(handler);
  return leaders;
}
