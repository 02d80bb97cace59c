import { FormatError } from '../../errors.ts';
import { Cursor } from './cursor.ts';
import type { DexFile } from './header.ts';

/** Instructions name fields and methods by a 16-bit index (dalvik-bytecode, `sget`): no class has use for more. */
export const MOST_MEMBERS = 0x10000;

export interface StaticField {
  position: number;
  /** In field_ids. */
  index: number;
  /** Index of its name in string_ids, of its type and its class in type_ids. */
  name: number;
  type: number;
  of: number;
}

/** Shows the static fields of a class_data_item in order, in one object, until `visit` has seen enough. */
export function visitStaticFields(dex: DexFile, offset: number, visit: (field: StaticField) => boolean): void {
  const data = new Cursor(dex, offset);
  const count = data.uleb128();
  if (count > MOST_MEMBERS) throw new FormatError(`class_data_item claims ${count} static fields`, offset);
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
