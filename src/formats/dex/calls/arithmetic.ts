import { made, number, type Value } from './value.ts';

type Binary = (a: bigint, b: bigint) => bigint | null;

const shift = (b: bigint, mask: bigint) => b & mask;

/** Of `int` operands, in the order of the opcodes from 0x90 (`add-int`) on; division by zero throws. */
const ints: readonly Binary[] = [
  (a, b) => a + b,
  (a, b) => a - b,
  (a, b) => a * b,
  (a, b) => (b === 0n ? null : a / b),
  (a, b) => (b === 0n ? null : a % b),
  (a, b) => a & b,
  (a, b) => a | b,
  (a, b) => a ^ b,
  (a, b) => a << shift(b, 31n),
  (a, b) => a >> shift(b, 31n),
  (a, b) => BigInt.asUintN(32, a) >> shift(b, 31n),
];
const RSUB = 1;

/** What arithmetic writes: a number where both operands are, of `int`; else a value computed of them. */
export function computed(opcode: number, a: Value, b: Value): Value {
  const row = rowOf(opcode);
  if (row !== null && a.kind === 'number' && b.kind === 'number') {
    // `rsub-int` takes the register away from the literal.
    const isReversed = row === RSUB && (opcode === 0xd1 || opcode === 0xd9);
    const result = isReversed ? ints[row]!(b.value, a.value) : ints[row]!(a.value, b.value);
    if (result !== null) return number(BigInt.asIntN(32, result), a.at ?? b.at);
  }
  return made([a, b]);
}

/** Of one `int` operand: the opcodes of `neg-int`, `not-int` and of conversions that keep it in a register. */
const alone: ReadonlyMap<number, (a: bigint) => bigint> = new Map([
  [0x7b, (a: bigint) => -a],
  [0x7c, (a: bigint) => ~a],
  [0x8d, (a: bigint) => BigInt.asIntN(8, a)],
  [0x8e, (a: bigint) => BigInt.asUintN(16, a)],
  [0x8f, (a: bigint) => BigInt.asIntN(16, a)],
]);

/** What an opcode of one operand writes. */
export function converted(opcode: number, a: Value): Value {
  const of = alone.get(opcode);
  return of && a.kind === 'number' ? number(BigInt.asIntN(32, of(a.value)), a.at) : made([a]);
}

/** The row of `ints` that an opcode of three, two or one register and a literal has; null for long, float and double. */
function rowOf(opcode: number): number | null {
  if (opcode >= 0x90 && opcode <= 0x9a) return opcode - 0x90;
  if (opcode >= 0xb0 && opcode <= 0xba) return opcode - 0xb0;
  if (opcode >= 0xd0 && opcode <= 0xd7) return opcode - 0xd0;
  if (opcode >= 0xd8 && opcode <= 0xe2) return opcode - 0xd8;
  return null;
}

/** Whether a test of the opcodes from 0x32 (`if-eq`) or 0x38 (`if-eqz`) on holds; null where that is not known. */
export function holds(opcode: number, a: Value, b: Value): boolean | null {
  const test = opcode < 0x38 ? opcode - 0x32 : opcode - 0x38;
  const isSame = test <= 1;
  if (a.kind === 'number' && b.kind === 'number') {
    const [x, y] = [a.value, b.value];
    return [x === y, x !== y, x < y, x >= y, x > y, x <= y][test]!;
  }
  // What is made here is never null.
  const isMade = (value: Value) => value.kind === 'object' || value.kind === 'string' || value.kind === 'type';
  const isNull = (value: Value) => value.kind === 'number' && value.value === 0n;
  if (isSame && ((isMade(a) && isNull(b)) || (isNull(a) && isMade(b)))) return test === 1;
  return null;
}
