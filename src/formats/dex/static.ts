import { attempt } from '../../coverage.ts';
import { FormatError } from '../../errors.ts';
import { Cursor } from './cursor.ts';
import type { DexFile } from './header.ts';
import { storedString } from './initialiser.ts';
import { type DexString, descriptorOf, findClass, findString, findType, textOf } from './lookup.ts';
import { MOST_MEMBERS, type StaticField, visitStaticFields } from './members.ts';
import { addOnce } from './tables.ts';
import { stringValue } from './values.ts';

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
  if (Math.max(...counts) > MOST_MEMBERS) throw new FormatError('class_data_item claims too many members', offset);
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
