import { attempt } from '../../coverage.ts';
import type { DexFile } from './header.ts';
import type { Spend } from './instructions.ts';
import { type DexString, descriptorFor, dottedName, findClass, findString, findType, textOf } from './lookup.ts';
import { type StaticField, visitMethodsOf, visitStaticFields } from './members.ts';
import { type Held, storedBy } from './straight.ts';
import { addOnce } from './tables.ts';
import { stringValue, valueAt } from './values.ts';

/**
 * The initial value of a static String field of a class that this file defines. Null where there is none: the class or
 * field is not defined here, code sets the field, it has another type, or what should say so is broken (then with a
 * problem in `dex.problems`). The binary searches trust the order of string_ids and type_ids, as ART does.
 * @param className dotted, `$` for nested ones
 */
export function staticString(dex: DexFile, className: string, field: string): DexString | null {
  return inField(dex, { class: className, field }, ({ row, position }) => {
    const values = dex.view.getUint32(row + 28, true);
    return values === 0 ? null : stringValue(dex, values, position);
  });
}

/** A static field: `type` is its descriptor, `Ljava/lang/String;` where it is left out. */
export interface FieldName {
  /** Dotted, `$` for nested ones. */
  readonly class: string;
  readonly field: string;
  readonly type?: string;
}

const STRING = 'Ljava/lang/String;';

/**
 * What a static field of a class that this file defines holds once the class is initialised: what the straight beginning
 * of `<clinit>` stores in it, and else its initial value. Strings, whole numbers (`bigint`) and booleans; null where it
 * is not known or never set, the class or field is not defined here, or something is broken (then with a problem in
 * `dex.problems`). `offset` is the place of a string's data, or of the instruction or encoded_value that has the number.
 */
export function staticConstant(
  dex: DexFile,
  { class: className, field, type = STRING }: FieldName,
  spend: Spend,
): { readonly value: string | bigint | boolean; readonly offset: number } | null {
  return inField(dex, { class: className, field, type }, ({ row, of, index, position }) => {
    const stored = storedIn(dex, { data: dex.view.getUint32(row + 24, true), owner: of, field: index }, spend);
    const values = dex.view.getUint32(row + 28, true);
    const held = stored ?? (values === 0 ? null : valueAt(dex, values, position));
    if (held === null || held === 'unknown' || held.kind === 'field') return null;
    if (held.kind === 'string') return type === STRING ? textOf(dex, held.index, held.at) : null;
    const value = numberOf(type, held.value);
    return value === null ? null : { value, offset: held.at };
  });
}

/** As the field keeps it; null for a type that is no whole number. */
function numberOf(type: string, value: bigint): bigint | boolean | null {
  if (type === 'Z') return value !== 0n;
  return 'BCSIJ'.includes(type) ? value : null;
}

function inField<T>(
  dex: DexFile,
  { class: className, field, type = STRING }: FieldName,
  read: (found: StaticField & { readonly row: number }) => T | null,
): T | null {
  const owner = findType(dex, descriptorFor(className));
  const row = owner < 0 ? -1 : findClass(dex, owner);
  if (row < 0) return null;
  return attempt(
    () => {
      const found = findField(dex, { data: dex.view.getUint32(row + 24, true), owner, field, type });
      return found && read({ ...found, row });
    },
    (problem) => addOnce(dex, { ...problem, message: `static fields of ${className}: ${problem.message}` }),
  );
}

export interface DexConstant extends DexString {
  readonly name: { readonly class: string; readonly field: string };
}

/** Every static String field of a class defined here that has an initial value. Broken classes are a problem each. */
export function* stringConstants(dex: DexFile): Generator<DexConstant, void, void> {
  const { view, classes } = dex;
  const stringType = findType(dex, STRING);
  // Classes may share their data: no more fields are looked at than the file has bytes.
  let left = dex.bytes.length;
  const ofClass = (row: number, values: number): DexConstant[] => {
    const found: DexConstant[] = [];
    const className = dottedName(dex, view.getUint32(row, true));
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
      (problem) => addOnce(dex, { ...problem, message: `static fields: ${problem.message}` }),
    );
    if (found) yield* found;
  }
}

interface Sought {
  /** Offset of the class_data_item, 0 for none. */
  readonly data: number;
  /** Index of the class in type_ids. */
  readonly owner: number;
}

/** The field of that name and type among the class's static ones; null for none. */
function findField(
  dex: DexFile,
  { data, owner, field, type }: Sought & { readonly field: string; readonly type: string },
): StaticField | null {
  const name = findString(dex, field);
  const typeIndex = findType(dex, type);
  if (data === 0 || name < 0 || typeIndex < 0) return null;
  let found: StaticField | null = null;
  visitStaticFields(dex, data, (field) => {
    // Names alone do not tell fields apart: shrinkers give one name to fields of several types.
    if (field.name === name && field.type === typeIndex && field.of === owner) found = { ...field };
    return found !== null;
  });
  return found;
}

/** What `<clinit>` stores in a field, by its index in field_ids; null where there is none or it stores nothing. */
function storedIn(
  dex: DexFile,
  { data, owner, field }: Sought & { readonly field: number },
  spend: Spend,
): Held | 'unknown' | null {
  const name = findString(dex, '<clinit>');
  if (name < 0) return null;
  let stored: Held | 'unknown' | null = null;
  visitMethodsOf(dex, data, spend, (method) => {
    if (method.name === name && method.of === owner && method.code > 0) {
      stored = storedBy(dex, method.code, field, spend);
    }
  });
  return stored;
}
