import type { DexFile } from './header.ts';
import { codeAt, Instructions, type Spend } from './instructions.ts';
import {
  endsLine,
  isInvoke,
  isMove,
  isNumber,
  isStaticGet,
  isStaticPut,
  isString,
  isWide,
  op,
  writes,
} from './opcodes.ts';

/** What a register is known to hold: a constant, or what a static field holds. `at` is where the file loads it. */
export type Held =
  | { readonly kind: 'string'; readonly index: number; readonly at: number }
  | { readonly kind: 'number'; readonly value: bigint; readonly at: number }
  | { readonly kind: 'field'; readonly index: number; readonly at: number };

/**
 * The registers of a method along the straight beginning of its code: up to the first jump or return nothing else can
 * have run. What is not known is not held.
 */
class Registers {
  readonly #held = new Map<number, Held>();
  /** Registers whose value goes on in the next one. */
  readonly #pairs = new Set<number>();

  of(register: number): Held | undefined {
    return this.#held.get(register);
  }

  /** Follows one instruction. */
  follow(shown: Instructions): void {
    const { opcode } = shown;
    if (shown.isTable || !writes(opcode)) return;
    const value = this.#written(shown);
    const { register } = shown;
    this.#forget(register);
    if (isWide(opcode)) {
      this.#forget(register + 1);
      this.#pairs.add(register);
    }
    if (value) this.#held.set(register, value);
  }

  /** Half a value that is written over is none. */
  #forget(register: number): void {
    this.#held.delete(register);
    this.#pairs.delete(register);
    if (this.#pairs.delete(register - 1)) this.#held.delete(register - 1);
  }

  #written(shown: Instructions): Held | undefined {
    const { opcode, offset: at } = shown;
    if (isString(opcode)) return { kind: 'string', index: shown.index, at };
    if (isNumber(opcode)) return { kind: 'number', value: shown.literal, at };
    if (isStaticGet(opcode)) return { kind: 'field', index: shown.index, at };
    return isMove(opcode) ? this.#held.get(shown.source) : undefined;
  }
}

/**
 * What a static initialiser stores in a field, as far as its code is a straight line.
 * @param offset of the code_item
 * @returns null where it never stores in it, `unknown` where it does something else than store a constant once and for all
 * @throws FormatError where the code cannot be followed to its end
 */
export function storedBy(dex: DexFile, offset: number, field: number, spend: Spend): Held | 'unknown' | null {
  const shown = new Instructions(dex, codeAt(dex, offset), spend);
  const registers = new Registers();
  let stored: Held | 'unknown' | null = null;
  let isStraight = true;
  while (shown.next()) {
    if (shown.isTable) continue;
    if (isStaticPut(shown.opcode) && shown.index === field) {
      stored = isStraight ? (registers.of(shown.register) ?? 'unknown') : 'unknown';
    }
    if (isStraight) registers.follow(shown);
    isStraight &&= !endsLine(shown.opcode);
  }
  return stored;
}

/**
 * The constant or field that a method returns whose code is one straight line; null for any other.
 * @throws FormatError where the code cannot be followed
 */
export function returnedBy(dex: DexFile, offset: number, spend: Spend): Held | null {
  const shown = new Instructions(dex, codeAt(dex, offset), spend);
  const registers = new Registers();
  while (shown.next()) {
    const { opcode } = shown;
    if (opcode > op.returnVoid && opcode <= op.returnObject) return registers.of(shown.register) ?? null;
    if (endsLine(opcode)) return null;
    registers.follow(shown);
  }
  return null;
}

/**
 * Calls `visit` with the index of each string that the code of a method loads, each once.
 * @throws FormatError where the code cannot be followed
 */
export function visitLoaded(dex: DexFile, offset: number, spend: Spend, visit: (string: number) => void): void {
  const shown = new Instructions(dex, codeAt(dex, offset), spend);
  const seen = new Set<number>();
  while (shown.next()) {
    if (!isString(shown.opcode) || seen.has(shown.index)) continue;
    seen.add(shown.index);
    visit(shown.index);
  }
}

/**
 * Calls `visit` with the string that a call gets as its last argument, where the straight line before it loads one.
 * @param isCall by the bytes from the start of the file to an instruction
 * @throws FormatError where the code cannot be followed
 */
export function visitLastStrings(
  dex: DexFile,
  offset: number,
  isCall: (at: number) => boolean,
  spend: Spend,
  visit: (string: number, at: number) => void,
): void {
  const shown = new Instructions(dex, codeAt(dex, offset), spend);
  let registers = new Registers();
  while (shown.next()) {
    if (shown.isTable) continue;
    if (isInvoke(shown.opcode) && isCall(shown.offset)) {
      const held = registers.of(shown.arguments.at(-1) ?? -1);
      if (held?.kind === 'string') visit(held.index, held.at);
    }
    registers.follow(shown);
    // What follows is jumped to from elsewhere, or not.
    if (endsLine(shown.opcode)) registers = new Registers();
  }
}
