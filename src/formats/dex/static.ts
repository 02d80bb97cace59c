import { attempt } from '../../coverage.ts';
import { FormatError } from '../../errors.ts';
import { type DexFile, headerSize } from './header.ts';
import { storedString } from './initialiser.ts';
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
  return fieldString(dex, className, field, ({ row, position }) => {
    const values = dex.view.getUint32(row + 28, true);
    return values === 0 ? null : stringValue(dex, values, position);
  });
}

/** What the straight beginning of a class's static initialiser stores in such a field: it counts more than an initial value. */
export function initialisedString(dex: DexFile, className: string, field: string): DexString | null {
  return fieldString(dex, className, field, ({ row, of, index }) =>
    storedIn(dex, dex.view.getUint32(row + 24, true), of, index),
  );
}

function fieldString(
  dex: DexFile,
  className: string,
  field: string,
  read: (found: StaticField & { readonly row: number }) => DexString | null,
): DexString | null {
  const type = findType(dex, `L${className.replaceAll('.', '/')};`);
  const row = type < 0 ? -1 : findClass(dex, type);
  if (row < 0) return null;
  return attempt(
    () => {
      const found = findField(dex, dex.view.getUint32(row + 24, true), type, field);
      return found && read({ ...found, row });
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
  const ofClass = (row: number, values: number): DexConstant[] => {
    const found: DexConstant[] = [];
    const className = descriptorOf(dex, view.getUint32(row, true)).replace(/^L|;$/g, '').replaceAll('/', '.');
    visitStaticFields(dex, view.getUint32(row + 24, true), ({ position, name, type }) => {
      const string = type === stringType ? stringValue(dex, values, position) : null;
      if (string) found.push({ name: { class: className, field: textOf(dex, name, row).value }, ...string });
      return --left <= 0;
    });
    return found;
  };
  for (let index = 0; index < classes.count && left > 0; index++) {
    const row = classes.offset + 32 * index;
    const values = view.getUint32(row + 28, true);
    if (values === 0) continue;
    const found = attempt(
      () => ofClass(row, values),
      ({ offset, message }) => addOnce(dex, offset, `static fields: ${message}`),
    );
    if (found) yield* found;
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

/** The String field of that name among the class's static ones; null for none. */
function findField(dex: DexFile, offset: number, owner: number, field: string): StaticField | null {
  const wanted = findString(dex, field);
  const stringType = findType(dex, 'Ljava/lang/String;');
  if (offset === 0 || wanted < 0 || stringType < 0) return null;
  let found: StaticField | null = null;
  visitStaticFields(dex, offset, (field) => {
    // Names alone do not tell fields apart: shrinkers give one name to fields of several types.
    if (field.name === wanted && field.type === stringType && field.of === owner) found = { ...field };
    return found !== null;
  });
  return found;
}

/** What `<clinit>` stores in a field, by the straight beginning of its code. */
function storedIn(dex: DexFile, offset: number, owner: number, field: number): DexString | null {
  const data = new Cursor(dex, offset);
  const counts = [data.uleb128(), data.uleb128(), data.uleb128()] as const;
  data.uleb128();
  if (Math.max(...counts) > MOST_FIELDS) throw new FormatError('class_data_item claims too many members', offset);
  for (let left = 2 * (counts[0] + counts[1]); left > 0; left--) data.uleb128();
  const name = findString(dex, '<clinit>');
  const { view, methods } = dex;
  for (let left = counts[2], index = 0; left > 0 && name >= 0; left--) {
    const at = data.at;
    index += data.uleb128();
    data.uleb128();
    const code = data.uleb128();
    if (index >= methods.count) throw new FormatError(`method ${index} is not in method_ids`, at);
    const row = methods.offset + 8 * index;
    if (view.getUint16(row, true) !== owner || view.getUint32(row + 4, true) !== name || code === 0) continue;
    const string = storedString(dex, code, field);
    return string < 0 ? null : textOf(dex, string, code);
  }
  return null;
}

interface StaticField {
  position: number;
  /** In field_ids. */
  index: number;
  /** Index of its name in string_ids, of its type and its class in type_ids. */
  name: number;
  type: number;
  of: number;
}

/** Shows the static fields of a class_data_item in order, in one object, until `visit` has seen enough. */
function visitStaticFields(dex: DexFile, offset: number, visit: (field: StaticField) => boolean): void {
  const data = new Cursor(dex, offset);
  const count = data.uleb128();
  if (count > MOST_FIELDS) throw new FormatError(`class_data_item claims ${count} static fields`, offset);
  for (let i = 0; i < 3; i++) data.uleb128();
  const { view, fields } = dex;
  const field: StaticField = { position: 0, index: 0, name: 0, type: 0, of: 0 };
  for (; field.position < count; field.position++) {
    const at = data.at;
    field.index += data.uleb128();
    data.uleb128();
    if (field.index >= fields.count) throw new FormatError(`field ${field.index} is not in field_ids`, at);
    const row = fields.offset + 8 * field.index;
    field.of = view.getUint16(row, true);
    field.type = view.getUint16(row + 2, true);
    field.name = view.getUint32(row + 4, true);
    if (visit(field)) return;
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
