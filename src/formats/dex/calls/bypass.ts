import { isInvoke } from '../opcodes.ts';
import type { Body } from './code.ts';

/**
 * Whether a method can come to its end without the instruction at a place: a condition decides whether it runs. A test of
 * whether there is the object that it is called on is none, nor is an exception.
 */
export function isBypassed({ instructions, placeOf }: Body, offset: number): boolean {
  const site = instructions.find((each) => each.offset === offset);
  if (!site) return false;
  const receiver = isInvoke(site.opcode) ? site.arguments[0] : site.b;
  const seen = new Set<number>();
  const waiting = [0];
  const reach = (place: number | undefined) => {
    if (place !== undefined && place < instructions.length && !seen.has(place)) waiting.push(place);
  };
  for (let place = waiting.pop(); place !== undefined; place = waiting.pop()) {
    if (seen.has(place)) continue;
    seen.add(place);
    const { opcode, targets, a, offset: at } = instructions[place]!;
    if (at === offset || opcode === 0x27) continue;
    if (opcode >= 0x0e && opcode <= 0x11) return true;
    const isNullTest = (opcode === 0x38 || opcode === 0x39) && a === receiver;
    // `if-eqz` jumps where there is none, `if-nez` goes on.
    if (!(isNullTest && opcode === 0x38)) for (const target of targets) reach(placeOf.get(target));
    const isJump = opcode >= 0x28 && opcode <= 0x2a;
    if (!isJump && !(isNullTest && opcode === 0x39)) reach(place + 1);
  }
  return false;
}
