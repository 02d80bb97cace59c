import { attempt } from '../../coverage.ts';
import { FormatError } from '../../errors.ts';
import { type DexFile, headerSize } from './header.ts';
import { decodeMutf8 } from './mutf8.ts';
import { addOnce, stringStart } from './tables.ts';

/** Instructions name a field by a 16-bit index (dalvik-bytecode, `sget`): no class has use for more. */
const MOST_FIELDS = 0x10000;

/** Bytes of a constant: the class file that it was compiled from has room for no more (JVMS 4.4.7). */
const LONGEST = 0xffff;

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

export interface DexString {
  readonly value: string;
  /** Bytes from the start of the file to the first byte of the string's data, behind its utf16_size. */
  readonly offset: number;
}

/**
 * The initial value of a static String field of a class that this file defines. Null where there is none: the class or
 * field is not defined here, code sets the field, it has another type, or what should say so is broken (then with a
 * problem in `dex.problems`). The binary searches trust the order of string_ids and type_ids, as ART does.
 * @param className dotted, `$` for nested ones
 */
export function staticString(dex: DexFile, className: string, field: string): DexString | null {
  const type = findType(dex, `L${className.replaceAll('.', '/')};`);
  const row = type < 0 ? -1 : findClass(dex, type);
  if (row < 0) return null;
  return attempt(
    () => {
      const values = dex.view.getUint32(row + 28, true);
      const position = values === 0 ? -1 : staticPosition(dex, dex.view.getUint32(row + 24, true), type, field);
      return position < 0 ? null : stringValue(dex, values, position);
    },
    ({ offset, message }) => addOnce(dex, offset, `static fields of ${className}: ${message}`),
  );
}

export interface DexConstant extends DexString {
  readonly name: { readonly class: string; readonly field: string };
}

/** Every static String field of a class defined here that has an initial value. Broken classes are a problem each. */
export function* stringConstants(dex: DexFile): Generator<DexConstant, void, void> {
  const { view, classes } = dex;
  const stringType = findType(dex, 'Ljava/lang/String;');
  // Classes may share their data: no more fields are looked at than the file has bytes.
  let left = dex.bytes.length;
  const ofClass = function* (row: number, values: number): Generator<DexConstant, void, void> {
    const className = descriptorOf(dex, view.getUint32(row, true)).replace(/^L|;$/g, '').replaceAll('/', '.');
    for (const { position, name, type } of staticFields(dex, view.getUint32(row + 24, true))) {
      left--;
      const found = type === stringType ? stringValue(dex, values, position) : null;
      if (found) yield { name: { class: className, field: textOf(dex, name, row).value }, ...found };
    }
  };
  for (let index = 0; index < classes.count && left > 0; index++) {
    const row = classes.offset + 32 * index;
    const values = view.getUint32(row + 28, true);
    if (values === 0) continue;
    yield* attempt(
      () => ofClass(row, values),
      ({ offset, message }) => addOnce(dex, offset, `static fields: ${message}`),
    );
  }
}

/** Offset of the first class_def_item of a type id; -1 where the file does not define it. */
function findClass(dex: DexFile, type: number): number {
  const { view, classes } = dex;
  for (let index = 0; index < classes.count; index++) {
    const row = classes.offset + 32 * index;
    if (view.getUint32(row, true) === type) return row;
  }
  return -1;
}

/** Which of the class's static fields, in order, is the String of that name; -1 for none. */
function staticPosition(dex: DexFile, offset: number, owner: number, field: string): number {
  const wanted = findString(dex, field);
  const stringType = findType(dex, 'Ljava/lang/String;');
  if (offset === 0 || wanted < 0 || stringType < 0) return -1;
  for (const { position, name, type, of } of staticFields(dex, offset)) {
    // Names alone do not tell fields apart: shrinkers give one name to fields of several types.
    if (name === wanted && type === stringType && of === owner) return position;
  }
  return -1;
}

interface StaticField {
  readonly position: number;
  /** Index of its name in string_ids, of its type and its class in type_ids. */
  readonly name: number;
  readonly type: number;
  readonly of: number;
}

/** The static fields of a class_data_item, in order. */
function* staticFields(dex: DexFile, offset: number): Generator<StaticField> {
  const data = new Cursor(dex, offset);
  const count = data.uleb128();
  if (count > MOST_FIELDS) throw new FormatError(`class_data_item claims ${count} static fields`, offset);
  for (let i = 0; i < 3; i++) data.uleb128();
  const { view, fields } = dex;
  for (let position = 0, index = 0; position < count; position++) {
    const at = data.at;
    index += data.uleb128();
    data.uleb128();
    if (index >= fields.count) throw new FormatError(`field ${index} is not in field_ids`, at);
    const row = fields.offset + 8 * index;
    const [of, type] = [view.getUint16(row, true), view.getUint16(row + 2, true)];
    yield { position, name: view.getUint32(row + 4, true), type, of };
  }
}

function descriptorOf(dex: DexFile, type: number): string {
  if (type >= dex.types.count) throw new FormatError(`type ${type} is not in type_ids`, dex.types.offset);
  return textOf(dex, dex.view.getUint32(dex.types.offset + 4 * type, true), dex.types.offset).value;
}

/** The string at one place of an encoded_array_item; null for the default value or a null. */
function stringValue(dex: DexFile, offset: number, position: number): DexString | null {
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

function textOf(dex: DexFile, index: number, at: number): DexString {
  const { bytes } = dex;
  const offset = stringStart(dex, index);
  let end = offset;
  while (end < bytes.length && end - offset <= LONGEST && bytes[end] !== 0) end++;
  if (bytes[end] !== 0) throw new FormatError(`string ${index} is not readable or too long`, at);
  return { value: decodeMutf8(bytes, offset, end), offset };
}

/** type_ids are sorted by the index of their descriptor. */
function findType(dex: DexFile, descriptor: string): number {
  const string = findString(dex, descriptor);
  const { view, types } = dex;
  if (string < 0) return -1;
  return search(types.count, (index) => view.getUint32(types.offset + 4 * index, true) - string);
}

/** string_ids are sorted by UTF-16 code units, which is the order of their MUTF-8 bytes. */
function findString(dex: DexFile, text: string): number {
  const { bytes } = dex;
  const wanted = new TextEncoder().encode(text);
  return search(dex.strings.count, (index) => {
    const start = stringStart(dex, index);
    for (let i = 0; i < wanted.length; i++) {
      const difference = (bytes[start + i] ?? 0) - wanted[i]!;
      if (difference !== 0) return difference;
    }
    return bytes[start + wanted.length] ?? 0;
  });
}

/** Binary search in a sorted table: `compare` says how the row at an index stands to what is sought. */
function search(count: number, compare: (index: number) => number): number {
  let low = 0;
  let high = count - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const order = compare(middle);
    if (order === 0) return middle;
    if (order < 0) low = middle + 1;
    else high = middle - 1;
  }
  return -1;
}

/** Reads on from a place in the data section. */
class Cursor {
  at: number;
  readonly #bytes: Uint8Array;

  constructor(dex: DexFile, offset: number) {
    if (offset < headerSize) throw new FormatError(`data at ${offset} lies inside the header`, offset);
    this.#bytes = dex.bytes;
    this.at = offset;
  }

  byte(): number {
    if (this.at >= this.#bytes.length) throw new FormatError('cut off at the end of the file', this.#bytes.length);
    return this.#bytes[this.at++]!;
  }

  /** dex-format, "LEB128": at most five bytes for 32 bits. */
  uleb128(): number {
    let value = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = this.byte();
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return value >>> 0;
    }
    throw new FormatError('a ULEB128 of more than five bytes', this.at - 5);
  }
}
