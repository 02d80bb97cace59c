import { FormatError } from '../../errors.ts';
import { endsLine, unitsOf, writtenRegister } from './code.ts';
import type { DexFile } from './header.ts';

const moveObject = 0x07;
const constString = 0x1a;
const constStringJumbo = 0x1b;
const sputObject = 0x69;

/** Units of a static initialiser that are followed: those of enums and tables of constants are longer, and say less. */
const MOST_UNITS = 4096;

/** code_item (dex-format): registers, ins, outs, tries, debug_info_off, insns_size, insns. */
const codeHeader = 16;

/**
 * The index in string_ids of the constant that a static initialiser stores in a field, as far as its code is a straight
 * line: up to the first jump or return nothing else can have run. -1 for none.
 * @param offset of the code_item
 * @throws FormatError where the code breaks off
 */
export function storedString({ view, bytes }: DexFile, offset: number, field: number): number {
  if (offset + codeHeader > bytes.length) throw new FormatError('a code_item lies outside the file', offset);
  const start = offset + codeHeader;
  const count = Math.min(view.getUint32(offset + 12, true), MOST_UNITS);
  if (start + 2 * count > bytes.length) throw new FormatError('the code of a method is cut off', bytes.length);
  const unit = (at: number) => (at < count ? view.getUint16(start + 2 * at, true) : 0);
  const held = new Map<number, number>();
  let stored = -1;
  for (let at = 0; at < count; at += unitsOf(unit(at) & 0xff)) {
    const first = unit(at);
    const opcode = first & 0xff;
    if (endsLine(opcode)) break;
    if (opcode === sputObject && unit(at + 1) === field) stored = held.get(first >> 8) ?? -1;
    const value = stringIn(
      opcode,
      unit(at + 1),
      unit(at + 2),
      opcode === moveObject ? held.get(first >> 12) : undefined,
    );
    const register = writtenRegister(first, unit(at + 1));
    if (register >= 0) held.delete(register + 1);
    if (value === undefined) held.delete(register);
    else held.set(register, value);
  }
  return stored;
}

function stringIn(opcode: number, low: number, high: number, moved: number | undefined): number | undefined {
  if (opcode === constString) return low;
  return opcode === constStringJumbo ? low + high * 0x10000 : moved;
}
