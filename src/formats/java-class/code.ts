import { FormatError } from '../../errors.ts';

/** Opcodes that somebody asks for (JVMS 6.5). */
export const op = { ldc: 18, ldcW: 19, putStatic: 179, returnReference: 176 } as const;

const tableSwitch = 170;
const lookupSwitch = 171;
const wide = 196;
const iinc = 132;

/** Bytes of an instruction by its opcode; 0 for none, and for those whose length hangs on what follows. */
const lengths = new Uint8Array(256);
for (const [from, to, length] of [
  [0, 15, 1], // nop, constants
  [16, 16, 2], // bipush
  [17, 17, 3], // sipush
  [18, 18, 2], // ldc
  [19, 20, 3], // ldc_w, ldc2_w
  [21, 25, 2], // loads
  [26, 53, 1],
  [54, 58, 2], // stores
  [59, 131, 1],
  [132, 132, 3], // iinc
  [133, 152, 1],
  [153, 168, 3], // branches
  [169, 169, 2], // ret
  [172, 177, 1], // returns
  [178, 184, 3], // fields, invocations
  [185, 186, 5], // invokeinterface, invokedynamic
  [187, 187, 3], // new
  [188, 188, 2], // newarray
  [189, 189, 3], // anewarray
  [190, 191, 1],
  [192, 193, 3], // checkcast, instanceof
  [194, 195, 1],
  [197, 197, 4], // multianewarray
  [198, 199, 3], // ifnull, ifnonnull
  [200, 201, 5], // goto_w, jsr_w
] as const) {
  lengths.fill(length, from, to + 1);
}

/** Bytes of code that a method can have (JVMS 4.7.3). */
const LONGEST_CODE = 65535;

/** One instruction: `at` is where its opcode stands in the file. */
export interface Instruction {
  readonly opcode: number;
  readonly at: number;
  readonly length: number;
}

/**
 * Calls `visit` with each instruction of a Code attribute's content.
 * @param offset where the content begins in `bytes` @param length of the content
 * @throws FormatError where it holds no code or breaks off, once what came before was visited
 */
export function visitInstructions(
  bytes: Uint8Array,
  { offset, length }: { readonly offset: number; readonly length: number },
  visit: (instruction: Instruction) => void,
): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const start = offset + 8;
  const size = length < 8 ? 0 : view.getUint32(offset + 4);
  if (size === 0 || size > LONGEST_CODE || size > length - 8) throw new FormatError(`code of ${size} bytes`, offset);
  const end = start + size;
  for (let at = start; at < end; ) {
    const opcode = bytes[at]!;
    const step = lengths[opcode] || variableLength(view, opcode, at, start, end);
    if (step === 0 || step > end - at) throw new FormatError(`no instruction has opcode ${opcode} here`, at);
    visit({ opcode, at, length: step });
    at += step;
  }
}

/** Of a switch, which begins on a multiple of four bytes behind its opcode, and of what `wide` widens; 0 where it is none. */
function variableLength(view: DataView, opcode: number, at: number, start: number, end: number): number {
  if (opcode === wide) return at + 1 < end && view.getUint8(at + 1) === iinc ? 6 : 4;
  if (opcode !== tableSwitch && opcode !== lookupSwitch) return 0;
  const operands = at + 4 - ((at - start) % 4);
  const head = opcode === tableSwitch ? 12 : 8;
  if (operands + head > end) return 0;
  const count =
    opcode === tableSwitch
      ? view.getInt32(operands + 8) - view.getInt32(operands + 4) + 1
      : view.getInt32(operands + 4);
  return count < 0 ? 0 : operands + head + count * (opcode === tableSwitch ? 4 : 8) - at;
}
