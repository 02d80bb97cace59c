import { attempt } from '../../../coverage.ts';
import type { Spend } from '../instructions.ts';
import type { Classes } from './classes.ts';
import { type Body, bodyAt, type Instruction } from './code.ts';
import type { Defined } from './defined.ts';
import type { CodeIndex } from './index-of-code.ts';
import type { State } from './state.ts';
import type { Value } from './value.ts';

/** All code of one file. */
export interface FileCode {
  readonly classes: Classes;
  readonly index: CodeIndex;
  /** Decoded methods, by their code: one store serves all that is followed. */
  readonly bodies: Map<number, Body | null>;
  readonly spend: Spend;
}

/** The decoded method; null where it is broken, too long, or nothing is left to spend. */
export function bodyOf({ classes, bodies, spend }: FileCode, { code }: Defined): Body | null {
  let body = bodies.get(code);
  if (body === undefined) {
    body = attempt(
      () => bodyAt(classes.dex, code, spend),
      () => {},
    );
    bodies.set(code, body);
  }
  return body;
}

/** A method that is being followed, and the call that led to it: its place in the file, 0 for the first. */
export interface Frame {
  readonly method: Defined;
  readonly from: number;
}

/** What was met at an instruction that was watched for: the values that it takes, and all that is known there. */
export interface Met {
  readonly instruction: Instruction;
  readonly values: readonly Value[];
  readonly state: State;
  /** From the method that was begun with to the one whose code it is. */
  readonly frames: readonly Frame[];
}

/** What a method leaves behind. */
export interface Outcome {
  readonly returned: Value;
  readonly slots: Map<string, Value>;
  /** What stands in objects where it may throw; null where it cannot. */
  readonly thrown: Map<string, Value> | null;
}

/** What is asked of one way through the code. */
export interface Watch {
  /** Places in the file of instructions that are watched for. */
  readonly offsets: ReadonlySet<number>;
  /** Calls, by their place in the file, that are followed whatever they cost: what is watched for lies behind them. */
  readonly through: ReadonlyMap<number, Defined>;
}

/** What an instruction asks of the way on which it is followed. */
export interface Following {
  readonly classes: Classes;
  /** The method that a call leads to where what is watched for lies behind it. */
  through(offset: number): Defined | null;
  /** Whether a call is to be followed at once. */
  follows(target: Defined, offset: number, values: readonly Value[], frames: readonly Frame[]): boolean;
  /** Follows a method with these arguments, the object first. Null where it cannot be followed. */
  run(method: Defined, values: readonly Value[], slots: Map<string, Value>, frames: readonly Frame[]): Outcome | null;
  /** False where nothing is left to follow more with. */
  pay(steps?: number): boolean;
  /** Whether code that is not followed, in place of these methods, writes a field. */
  isWrittenElsewhere(field: number, frames: readonly Frame[]): boolean;
  /** Notes that what is known hangs on this file alone having code that writes to a class's fields, or extends the class. */
  rely(type: number): void;
  /** Notes an instruction with what it takes, where somebody watches for it. */
  note(instruction: Instruction, values: readonly Value[], state: State, frames: readonly Frame[]): void;
}

/** Tells calls of one method from several places apart. */
export const pathOf = (frames: readonly Frame[]): string =>
  frames.map(({ method, from }) => `${from}>${method.code}`).join('>');
