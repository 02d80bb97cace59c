import { canThrow, isInvoke } from '../opcodes.ts';
import { holds } from './arithmetic.ts';
import type { Body, Instruction } from './code.ts';
import type { Following, Frame, Outcome } from './following.ts';
import type { State } from './state.ts';
import { step } from './step.ts';
import { absent, either, number, type Value } from './value.ts';

/** The states of one method: block by block until nothing changes any more. */
export class MethodRun {
  readonly #evaluation: Following;
  readonly #body: Body;
  readonly #frames: readonly Frame[];
  readonly #leaders: ReadonlySet<number>;
  /** State at the beginning of each block, by its place in the instructions. */
  readonly #states = new Map<number, State>();
  readonly #waiting = new Set<number>();
  #returned: Value | null = null;
  #exit: State | null = null;
  #thrown: State | null = null;

  constructor(evaluation: Following, body: Body, frames: readonly Frame[]) {
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
