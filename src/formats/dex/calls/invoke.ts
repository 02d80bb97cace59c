import type { Instruction } from './code.ts';
import type { Following, Frame } from './following.ts';
import { pure } from './origin.ts';
import type { State } from './state.ts';
import { absent, call, each, number, unknown, type Value } from './value.ts';

/** How an opcode finds the code that it runs; null for `invoke-custom` and `invoke-polymorphic`. */
export function kindOf(opcode: number): 'static' | 'direct' | 'virtual' | 'interface' | 'super' | null {
  const kinds = ['virtual', 'super', 'direct', 'static', 'interface'] as const;
  if (opcode >= 0x6e && opcode <= 0x72) return kinds[opcode - 0x6e]!;
  return opcode >= 0x74 && opcode <= 0x78 ? kinds[opcode - 0x74]! : null;
}

/** What belongs to the system or to Kotlin: its methods keep nothing of an object that they are handed. */
const isPlatform = (name: string): boolean => /^(?:java|javax|android|kotlin|dalvik)\./.test(name);

/** What a call gives; what it does to objects that it is handed is written down. */
export function invoke(instruction: Instruction, state: State, following: Following, frames: readonly Frame[]): Value {
  const how = kindOf(instruction.opcode);
  state.thrown = null;
  const registers = instruction.arguments.map((register) => state.registers[register] ?? absent);
  if (how === null) {
    for (const value of registers) handOut(value, state);
    spoil(instruction, state, following, frames);
    return unknown('a call whose target is found at run time');
  }
  const { classes } = following;
  const signature = classes.signature(instruction.index);
  if (!signature) return unknown('a call to a method that the tables do not name');
  const values: Value[] = [];
  let at = 0;
  if (how !== 'static') values.push(registers[at++] ?? absent);
  for (const name of signature.parameters) {
    values.push(registers[at] ?? absent);
    at += name === 'J' || name === 'D' ? 2 : 1;
  }
  following.note(instruction, values, state, frames);
  const [receiver] = how === 'static' ? [] : values;
  const given = how === 'static' ? values : values.slice(1);
  if (receiver) noteSetter(receiver, `${signature.name}/${given.length}`, given, state);
  const exact = receiver?.kind === 'object' ? receiver.type : -1;
  const target = following.through(instruction.offset) ?? classes.target(instruction.index, how, exact);
  if (target && following.follows(target, instruction.offset, values, frames)) {
    if (how === 'virtual' && exact < 0) following.rely(target.of);
    const outcome = following.run(target, values, new Map(state.slots), [
      ...frames,
      { method: target, from: instruction.offset },
    ]);
    if (outcome) {
      state.thrown = outcome.thrown;
      state.slots.clear();
      for (const [slot, value] of outcome.slots) state.slots.set(slot, value);
      return outcome.returned;
    }
  }
  const { offset, length } = instruction;
  const result = call(instruction.index, how === 'static', values, { offset, length });
  const isKept = !isPlatform(signature.class);
  // A constructor from elsewhere keeps nothing; one that was not followed may have written whatever it has.
  const isMaker = signature.name === '<init>' && target === null;
  values.forEach((value, i) => {
    for (const one of each(value)) {
      if (one.kind !== 'object' && one.kind !== 'call') continue;
      if (isKept && !(i === 0 && receiver && isMaker)) handOut(one, state);
      // What a method of the system is handed may be in the object, or come out of it.
      const others = values.filter((_, k) => k !== i);
      for (const other of others) state.add(one, other);
      if (!(i === 0 && receiver) || signature.result === 'V') state.add(one, result);
    }
  });
  if (!pure.test(signature.class)) spoil(instruction, state, following, frames);
  return result;
}

function spoil({ offset, length }: Instruction, state: State, following: Following, frames: readonly Frame[]): void {
  following.pay(state.slots.size >> 1);
  state.spoil((field) => following.isWrittenElsewhere(field, frames), { offset, length });
}

/** Marks objects that code which is not followed may write to. */
function handOut(value: Value, state: State): void {
  for (const one of each(value)) if (one.kind === 'object') state.slots.set(`${one.key}!`, number(1n));
}

/** `o5#setKey/1:0`: what the last call of a method of an object handed over. */
function noteSetter(receiver: Value, method: string, given: readonly Value[], state: State): void {
  for (const one of each(receiver)) {
    given.forEach((value, i) => {
      const slot = `${one.key}#${method}:${i}`;
      state.write(slot, value, one, receiver.kind !== 'any');
    });
  }
}
