import { FormatError } from '../../errors.ts';
import { Cursor } from './cursor.ts';
import type { DexFile } from './header.ts';
import { type DexString, textOf } from './lookup.ts';

/** Bytes that an encoded_value of each type may have behind its first (dex-format, "Value formats"). */
const mostBytes: ReadonlyMap<number, number> = new Map([
  [0x00, 1], // VALUE_BYTE
  [0x02, 2], // VALUE_SHORT
  [0x03, 2], // VALUE_CHAR
  [0x04, 4], // VALUE_INT
  [0x06, 8], // VALUE_LONG
  [0x10, 4], // VALUE_FLOAT
  [0x11, 8], // VALUE_DOUBLE
  [0x15, 4], // VALUE_METHOD_TYPE
  [0x16, 4], // VALUE_METHOD_HANDLE
  [0x17, 4], // VALUE_STRING
  [0x18, 4], // VALUE_TYPE
  [0x19, 4], // VALUE_FIELD
  [0x1a, 4], // VALUE_METHOD
  [0x1b, 4], // VALUE_ENUM
]);
const valueChar = 0x03;
const valueLong = 0x06;
const valueString = 0x17;
const valueNull = 0x1e;
const valueBoolean = 0x1f;

/** A string by its index in string_ids, or a whole number; `at` is where it stands. */
export type Value =
  | { readonly kind: 'string'; readonly index: number; readonly at: number }
  | { readonly kind: 'number'; readonly value: bigint; readonly at: number };

/** The string or whole number at one place of an encoded_array_item; null for others, for the default value and null. */
export function valueAt(dex: DexFile, offset: number, position: number): Value | null {
  let at = 0;
  for (const value of valuesAt(dex, offset)) if (at++ === position) return value;
  // Fields behind the end of the array have the default value of their type (class_def_item, static_values_off).
  return null;
}

/** The strings and whole numbers of an encoded_array_item in order; null stands for each other value. */
export function* valuesAt(dex: DexFile, offset: number): Generator<Value | null, void, void> {
  const values = new Cursor(dex, offset);
  for (let left = values.uleb128(); left > 0; left--) {
    const at = values.at;
    const head = values.byte();
    const type = head & 0x1f;
    const length = valueLength(type, head >> 5, at);
    if (type === valueBoolean) yield { kind: 'number', value: BigInt(head >> 5), at };
    else if (type !== valueString && type > valueLong) {
      values.at += length;
      yield null;
    } else {
      let value = 0n;
      for (let k = 0; k < length; k++) value |= BigInt(values.byte()) << BigInt(8 * k);
      if (type === valueString) yield { kind: 'string', index: Number(value), at };
      else yield { kind: 'number', value: type === valueChar ? value : BigInt.asIntN(8 * length, value), at };
    }
  }
}

/** The string at one place of an encoded_array_item; null for all else. */
export function stringValue(dex: DexFile, offset: number, position: number): DexString | null {
  const value = valueAt(dex, offset, position);
  return value?.kind === 'string' ? textOf(dex, value.index, value.at) : null;
}

/** Arrays and annotations are values of annotations only: ART takes none as that of a static field. */
function valueLength(type: number, arg: number, at: number): number {
  if (type === valueNull || type === valueBoolean) return 0;
  const length = arg + 1;
  if (length > (mostBytes.get(type) ?? 0)) {
    throw new FormatError(`encoded_value of type 0x${type.toString(16)} and argument ${arg}`, at);
  }
  return length;
}
