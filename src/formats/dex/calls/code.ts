import { LooseCursor } from '../cursor.ts';
import type { DexFile } from '../header.ts';
import { type Code, codeAt, codeHeader, Instructions, type Spend } from '../instructions.ts';
import { formatOf, isInvoke, op } from '../opcodes.ts';

/** One instruction with what its format names ("Dalvik executable instruction formats"). */
export interface Instruction {
  /** Its first unit, and bytes from the start of the file. */
  readonly at: number;
  readonly offset: number;
  readonly length: number;
  readonly opcode: number;
  /** Registers in the order of the format: A, B, C. */
  readonly a: number;
  readonly b: number;
  readonly c: number;
  /** Into the table that the opcode names. */
  readonly index: number;
  readonly literal: bigint;
  /** Of an invocation or `filled-new-array`. */
  readonly arguments: readonly number[];
  /** Units to which it may jump; of a switch with their keys. */
  readonly targets: readonly number[];
  readonly keys: readonly number[];
}

/** Instructions from `start` to before `end` whose exceptions go on at the handlers, all in units. */
export interface Try {
  readonly start: number;
  readonly end: number;
  readonly handlers: readonly number[];
}

/** The code of a method, decoded. */
export interface Body {
  readonly registers: number;
  /** Registers that hold the arguments: the last ones. */
  readonly ins: number;
  readonly instructions: readonly Instruction[];
  /** Unit → place in `instructions`. */
  readonly placeOf: ReadonlyMap<number, number>;
  readonly tries: readonly Try[];
}

/** Units of a method that is followed: longer ones take too long. */
const MOST_UNITS = 16_384;
/** Try blocks and handlers of a method that are followed. */
const MOST_TRIES = 256;

/**
 * Decodes a method, which is paid for by its length.
 * @returns null for one that is too long to be followed
 * @throws FormatError where it breaks off or is no code, and with reason `budget` where no steps are left
 */
export function bodyAt(dex: DexFile, offset: number, spend: Spend): Body | null {
  const code = codeAt(dex, offset);
  if (code.units > MOST_UNITS) return null;
  const shown = new Instructions(dex, code, spend);
  const instructions: Instruction[] = [];
  const placeOf = new Map<number, number>();
  while (shown.next()) {
    if (shown.isTable) continue;
    placeOf.set(shown.at, instructions.length);
    instructions.push(decoded(dex, shown, code));
  }
  const ins = dex.view.getUint16(offset + 2, true);
  return { registers: code.registers, ins, instructions, placeOf, tries: triesOf(dex, offset, code) };
}

function decoded(dex: DexFile, shown: Instructions, code: Code): Instruction {
  const { at, offset, opcode, units } = shown;
  const first = shown.unit(0);
  const second = units > 1 ? shown.unit(1) : 0;
  const format = formatOf(opcode);
  const narrow = ['12x', '11n', '22t', '22s', '22c'].includes(format);
  const isArithmetic = format === '23x' || format === '22b';
  const b = format === '22x' ? second : format === '32x' ? shown.unit(2) : isArithmetic ? second & 0xff : first >> 12;
  const [targets, keys] = jumps(dex, shown, code);
  const isCall = isInvoke(opcode) || opcode === 0x24 || opcode === 0x25;
  return {
    at,
    offset,
    length: 2 * units,
    opcode,
    a: format === '32x' ? second : narrow ? (first >> 8) & 0xf : first >> 8,
    b,
    c: format === '23x' ? second >> 8 : 0,
    index: units > 1 ? shown.index : 0,
    literal: literalOf(shown, format, second),
    arguments: isCall ? shown.arguments : none,
    targets,
    keys,
  };
}

const none: readonly number[] = [];

function literalOf(shown: Instructions, format: string, second: number): bigint {
  if (format === '22b') return BigInt.asIntN(8, BigInt(second >> 8));
  if (format === '22s') return BigInt.asIntN(16, BigInt(second));
  return shown.opcode >= op.const4 && shown.opcode <= op.constWideHigh16 ? shown.literal : 0n;
}

const int16 = (unit: number): number => (unit << 16) >> 16;
const int32 = (low: number, high: number): number => low | (high << 16);

/** Where a jump, a test or a switch may go on, and the keys of a switch. */
function jumps(
  dex: DexFile,
  shown: Instructions,
  code: Code,
): readonly [targets: readonly number[], keys: readonly number[]] {
  const { at } = shown;
  switch (formatOf(shown.opcode)) {
    case '10t':
      return [[at + ((shown.unit(0) << 16) >> 24)], none];
    case '20t':
    case '21t':
    case '22t':
      return [[at + int16(shown.unit(1))], none];
    case '30t':
      return [[at + int32(shown.unit(1), shown.unit(2))], none];
    case '31t':
      return shown.opcode === op.fillArrayData
        ? [none, none]
        : switchOf(dex, code, at, at + int32(shown.unit(1), shown.unit(2)));
    default:
      return [none, none];
  }
}

/** packed-switch-payload and sparse-switch-payload ("Dalvik bytecode"); nothing where there is none. */
function switchOf({ view }: DexFile, code: Code, at: number, table: number) {
  const unit = (index: number) =>
    table + index >= 0 && table + index < code.units ? view.getUint16(code.start + 2 * (table + index), true) : 0;
  const word = (index: number) => int32(unit(index), unit(index + 1));
  const kind = unit(0);
  const count = kind === 0x0100 || kind === 0x0200 ? Math.min(unit(1), code.units) : 0;
  const keys = Array.from({ length: count }, (_, i) => (kind === 0x0100 ? word(2) + i : word(2 + 2 * i)));
  const behind = kind === 0x0100 ? 4 : 2 + 2 * count;
  return [keys.map((_, i) => at + word(behind + 2 * i)), keys] as const;
}

/** try_item and encoded_catch_handler_list (dex-format), which stand behind the instructions. */
function triesOf({ view, bytes }: DexFile, offset: number, code: Code): readonly Try[] {
  const count = view.getUint16(offset + 6, true);
  if (count === 0) return [];
  const start = offset + codeHeader + 2 * code.units + (code.units % 2 === 0 ? 0 : 2);
  const lists = start + 8 * count;
  if (lists > bytes.length) return [];
  return Array.from({ length: Math.min(count, MOST_TRIES) }, (_, i) => {
    const row = start + 8 * i;
    const first = view.getUint32(row, true);
    const handlers = handlersAt(bytes, lists + view.getUint16(row + 6, true));
    return { start: first, end: first + view.getUint16(row + 4, true), handlers };
  });
}

function handlersAt(bytes: Uint8Array, from: number): readonly number[] {
  const list = new LooseCursor(bytes, from);
  // A SLEB128 of one byte in practice: its sign says whether there is a handler for everything.
  const size = list.uleb128();
  const signed = size & 0x40 && size < 0x80 ? size - 0x80 : size;
  const handlers: number[] = [];
  for (let i = 0; i < Math.min(Math.abs(signed), MOST_TRIES); i++) {
    list.uleb128();
    handlers.push(list.uleb128());
  }
  if (signed <= 0) handlers.push(list.uleb128());
  return handlers;
}
