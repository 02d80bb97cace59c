import { canThrow } from '../opcodes.ts';
import type { Body, Instruction } from './code.ts';

/** What is asked of the ways through a method. */
export interface Question {
  /** An instruction behind which no way is followed. */
  isBarrier(instruction: Instruction): boolean;
  /** Whether a barrier that throws counts as met. */
  isSureOf(instruction: Instruction): boolean;
  isGoal(instruction: Instruction): boolean;
  /** Whether the end of the method is a goal; that it throws is none. */
  readonly isEndGoal: boolean;
  /** Whether a test is one whose jump (`0x38`) or whose next instruction (`0x39`) cannot matter. */
  isNullTest(instruction: Instruction): boolean;
}

/** Whether some way leads from a place in the instructions to a goal, and meets no barrier before. Exceptions are ways as well. */
export function leads({ instructions, placeOf, tries }: Body, from: number, question: Question): boolean {
  const seen = new Set<number>();
  const waiting = [from];
  const reachUnit = (unit: number) => {
    const place = placeOf.get(unit);
    if (place !== undefined) waiting.push(place);
  };
  for (let place = waiting.pop(); place !== undefined; place = waiting.pop()) {
    const instruction = instructions[place];
    if (!instruction || seen.has(place)) continue;
    seen.add(place);
    const { opcode, targets, at } = instruction;
    if (question.isGoal(instruction)) return true;
    const isBarrier = question.isBarrier(instruction);
    if (canThrow(opcode) && !(isBarrier && question.isSureOf(instruction))) {
      for (const { start, end, handlers } of tries) if (at >= start && at < end) handlers.forEach(reachUnit);
    }
    if (isBarrier || opcode === 0x27) continue;
    if (opcode >= 0x0e && opcode <= 0x11) {
      if (question.isEndGoal) return true;
      continue;
    }
    const isNullTest = question.isNullTest(instruction);
    if (!(isNullTest && opcode === 0x38)) targets.forEach(reachUnit);
    const isJump = opcode >= 0x28 && opcode <= 0x2a;
    if (!isJump && !(isNullTest && opcode === 0x39)) waiting.push(place + 1);
  }
  return false;
}
