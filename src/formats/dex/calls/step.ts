import { textWithin } from '../lookup.ts';
import { isInvoke, isMove, isNumber, isString, isWide, op, writes } from '../opcodes.ts';
import { computed, converted } from './arithmetic.ts';
import type { Instruction } from './code.ts';
import { type Following, type Frame, pathOf } from './following.ts';
import { invoke } from './invoke.ts';
import type { State } from './state.ts';
import {
  absent,
  each,
  either,
  fieldOf,
  made,
  memberOf,
  number,
  object,
  string,
  type,
  unknown,
  type Value,
} from './value.ts';

/** Characters of a constant that are kept. */
const LONGEST_STRING = 512;

/** What one instruction that goes on to the next does to what is known. */
export function step(instruction: Instruction, state: State, following: Following, frames: readonly Frame[]): void {
  const { opcode, a } = instruction;
  if (isInvoke(opcode)) {
    state.result = invoke(instruction, state, following, frames);
    return;
  }
  if (isStore(opcode)) {
    store(instruction, state, following, frames);
    return;
  }
  if (opcode === 0x24 || opcode === 0x25) {
    const array = object(placeOf(instruction, frames), instruction.index);
    state.make(array, -1);
    instruction.arguments.forEach((register, i) => {
      state.slots.set(`${array.key}[${i}`, state.registers[register] ?? absent);
    });
    state.result = array;
    return;
  }
  if (opcode === op.fillArrayData) {
    const array = state.registers[a] ?? absent;
    // A table in the file: constants, whatever they are.
    state.add(array, made([number(0n, { offset: instruction.offset, length: instruction.length })]));
    return;
  }
  if (!writes(opcode)) return;
  const value = written(instruction, state, following, frames);
  state.set(a, value);
  if (isWide(opcode)) state.set(a + 1, value);
}

/** `aput`, `iput` and `sput`. */
const isStore = (opcode: number): boolean =>
  (opcode >= 0x4b && opcode <= 0x51) || (opcode >= 0x59 && opcode <= 0x5f) || (opcode >= 0x67 && opcode <= 0x6d);

/** Tells objects that are made at one place in several calls apart. */
const placeOf = ({ offset }: Instruction, frames: readonly Frame[]): string => `${offset}@${pathOf(frames)}`;

function store(instruction: Instruction, state: State, following: Following, frames: readonly Frame[]): void {
  const { opcode, a, b, c, index } = instruction;
  const value = state.registers[a] ?? absent;
  const of = opcode >= 0x67 ? null : (state.registers[b] ?? absent);
  following.note(instruction, of === null ? [value] : [value, of], state, frames);
  // What is kept somewhere can be written to by whoever comes by.
  for (const one of each(value)) if (one.kind === 'object') state.slots.set(`${one.key}!`, number(1n));
  if (of === null) {
    state.slots.set(`s${index}`, value);
    return;
  }
  const isArray = opcode <= 0x51;
  const place = isArray ? state.registers[c] : undefined;
  for (const one of each(of)) {
    if (isArray && place?.kind !== 'number') {
      state.add(one, value);
      continue;
    }
    const slot = isArray ? `${one.key}[${(place as { value: bigint }).value}` : `${one.key}.${index}`;
    state.write(slot, value, one, of.kind !== 'any');
  }
}

function written(instruction: Instruction, state: State, following: Following, frames: readonly Frame[]): Value {
  const { classes } = following;
  const { opcode, b, c, index, offset, length, literal } = instruction;
  const at = { offset, length };
  const register = (index: number): Value => state.registers[index] ?? absent;
  if (isMove(opcode)) return register(b);
  if (opcode >= 0x0a && opcode <= 0x0c) return state.result;
  if (opcode === 0x0d) return unknown('an exception that was thrown');
  if (isNumber(opcode)) return number(literal, at);
  if (isString(opcode)) {
    const text = textWithin(classes.dex, index, LONGEST_STRING);
    if (!text) return made([number(0n, at)]);
    return string(text.value, { offset: text.offset, length: encodedLength(classes.dex.bytes, text.offset) });
  }
  if (opcode === 0x1c) return type(index);
  if (opcode === 0x22 || opcode === 0x23) {
    const value = object(placeOf(instruction, frames), index);
    state.make(value, instruction.a);
    return value;
  }
  if (opcode >= 0x44 && opcode <= 0x4a) return loaded(register(b), register(c), state);
  if (opcode >= 0x52 && opcode <= 0x58) return member(register(b), index, at, state, following);
  if (opcode >= 0x60 && opcode <= 0x66) {
    const slot = state.slot(`s${index}`);
    if (each(slot).some(({ kind }) => kind === 'absent')) return fieldOf(index, at);
    following.rely(classes.field(index)?.of ?? -1);
    return slot;
  }
  if (opcode >= 0x90) {
    // Three registers, two, or one and a literal.
    if (opcode <= 0xaf) return computed(opcode, register(b), register(c));
    if (opcode <= 0xcf) return computed(opcode, register(instruction.a), register(b));
    return computed(opcode, register(b), number(literal));
  }
  return converted(opcode, register(b));
}

/** An element of an array; where the place is not known, one of all that went into it. */
function loaded(array: Value, place: Value, state: State): Value {
  if (array.kind !== 'object') return made([array, place]);
  const isThere = (slot: string) => slot.startsWith(`${array.key}[`) || slot === `${array.key}+`;
  const known = place.kind === 'number' ? [`${array.key}[${place.value}`, `${array.key}+`] : null;
  const slots = known?.filter((slot) => state.slots.has(slot)) ?? [...state.slots.keys()].filter(isThere);
  const values = slots.map((slot) => state.slot(slot));
  return values.length === 0 || values.some(({ kind }) => kind === 'absent')
    ? made([array, place])
    : values.reduce(either);
}

function member(
  of: Value,
  field: number,
  at: { offset: number; length: number },
  state: State,
  following: Following,
): Value {
  const values = each(of).map((one) => {
    const value = state.slot(`${one.key}.${field}`);
    if (!each(value).some(({ kind }) => kind === 'absent')) {
      const isShared = one.kind !== 'object' || state.slots.has(`${one.key}!`);
      if (isShared) following.rely(following.classes.field(field)?.of ?? -1);
      return value;
    }
    // What a constructor that was followed did not write is zero, as long as nobody else has the object.
    const isOwn = one.kind === 'object' && following.classes.isDefined(one.type) && !state.slots.has(`${one.key}!`);
    if (!isOwn) return memberOf(field, one, at);
    return value.kind === 'absent' ? number(0n, null) : zeroed(value);
  });
  return values.reduce(either);
}

const zeroed = (value: Value): Value =>
  each(value)
    .map((one) => (one.kind === 'absent' ? number(0n, null) : one))
    .reduce(either);

function encodedLength(bytes: Uint8Array, offset: number): number {
  const end = bytes.indexOf(0, offset);
  return end < 0 ? 0 : end - offset;
}
