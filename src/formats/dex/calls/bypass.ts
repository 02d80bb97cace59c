import { isInvoke, isWide, writes } from '../opcodes.ts';
import type { Body, Instruction } from './code.ts';

/**
 * Whether a method can come to its end without the instruction at a place: a condition decides whether it runs. A test of
 * whether there is the object that it is called on is none, nor is an exception.
 */
export function isBypassed(body: Body, offset: number): boolean {
  const { instructions, placeOf } = body;
  const site = instructions.find((each) => each.offset === offset);
  if (!site) return false;
  const seen = new Set<number>();
  const waiting = [0];
  const reach = (place: number | undefined) => {
    if (place !== undefined && place < instructions.length && !seen.has(place)) waiting.push(place);
  };
  for (let place = waiting.pop(); place !== undefined; place = waiting.pop()) {
    if (seen.has(place)) continue;
    seen.add(place);
    const { opcode, targets, offset: at } = instructions[place]!;
    if (at === offset || opcode === 0x27) continue;
    if (opcode >= 0x0e && opcode <= 0x11) return true;
    const isNullTest = isTestFor(site, instructions[place]!, body);
    // `if-eqz` jumps where there is none, `if-nez` goes on.
    if (!(isNullTest && opcode === 0x38)) for (const target of targets) reach(placeOf.get(target));
    const isJump = opcode >= 0x28 && opcode <= 0x2a;
    if (!isJump && !(isNullTest && opcode === 0x39)) reach(place + 1);
  }
  return false;
}

/**
 * Whether a test asks if there is the object that a call is on, or a field is written of: what its register holds came from the
 * same instruction, or from the same field. A register is used again for anything.
 */
export function isTestFor(site: Instruction, test: Instruction, body: Body): boolean {
  const receiver = isInvoke(site.opcode) ? site.arguments[0] : site.b;
  if ((test.opcode !== 0x38 && test.opcode !== 0x39) || test.a !== receiver || test.offset > site.offset) return false;
  const tested = onlyWriter(test, body);
  if (tested === null) return false;
  const used = body.instructions.findLast((each) => each.offset < site.offset && isWriter(each, receiver));
  if (tested?.offset === used?.offset) return true;
  return tested !== undefined && isLoad(tested.opcode) && tested.opcode === used?.opcode && tested.index === used.index;
}

/** What a tested register was given on every way to the test; undefined for an argument, null where ways may differ. */
export function onlyWriter(
  test: Instruction,
  { instructions, tries, registers, ins }: Body,
): Instruction | undefined | null {
  const writers = instructions.filter((each) => isWriter(each, test.a));
  const last = writers.findLast(({ offset }) => offset < test.offset);
  const isArgument = test.a >= registers - ins;
  if (writers.length === 0 || (writers.length === 1 && !isArgument)) return last;
  const isBetween = (at: number) => at > (last?.at ?? -1) && at <= test.at;
  const isJoined =
    instructions.some(({ targets }) => targets.some(isBetween)) ||
    tries.some(({ handlers }) => handlers.some(isBetween));
  return isJoined ? null : last;
}

const isWriter = ({ opcode, a }: Instruction, register: number): boolean =>
  writes(opcode) && (a === register || (isWide(opcode) && a + 1 === register));

/** `iget` and `sget`. */
export const isLoad = (opcode: number): boolean =>
  (opcode >= 0x52 && opcode <= 0x58) || (opcode >= 0x60 && opcode <= 0x66);
