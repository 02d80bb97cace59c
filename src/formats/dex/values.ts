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
const valueString = 0x17;
const valueNull = 0x1e;
const valueBoolean = 0x1f;

/** The string at one place of an encoded_array_item; null for the default value or a null. */
export function stringValue(dex: DexFile, offset: number, position: number): DexString | null {
  const values = new Cursor(dex, offset);
  // Fields behind the end of the array have the default value of their type (class_def_item, static_values_off).
  if (position >= values.uleb128()) return null;
  for (let i = 0; ; i++) {
    const at = values.at;
    const head = values.byte();
    const length = valueLength(head & 0x1f, head >> 5, at);
    if (i < position) {
      values.at += length;
      continue;
    }
    if ((head & 0x1f) !== valueString) return null;
    let index = 0;
    for (let shift = 0; shift < 8 * length; shift += 8) index |= values.byte() << shift;
    return textOf(dex, index >>> 0, at);
  }
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
