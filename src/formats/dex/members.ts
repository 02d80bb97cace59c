import { BudgetError, FormatError } from '../../errors.ts';
import { Cursor } from './cursor.ts';
import type { DexFile } from './header.ts';
import type { Spend } from './instructions.ts';

/** Instructions name fields and methods by a 16-bit index (dalvik-bytecode, `sget`): no class has use for more. */
export const MOST_MEMBERS = 0x10000;

/** Members that are gone over in about a step. */
const MEMBERS_PER_STEP = 32;

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
  const [count] = countsOf(data, offset);
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

export interface Method {
  /** In method_ids. */
  index: number;
  /** Index of its name in string_ids, of its prototype in proto_ids, of its class in type_ids. */
  name: number;
  proto: number;
  of: number;
  /** Of its code_item; 0 for an abstract or native method. */
  code: number;
  /** Neither static nor private nor a constructor. */
  isVirtual: boolean;
}

/**
 * Shows the methods that a class_data_item defines, direct ones first, in one object.
 * @throws FormatError where the item is broken, or with reason `budget` where no steps are left
 */
export function visitMethodsOf(dex: DexFile, offset: number, spend: Spend, visit: (method: Method) => void): void {
  const data = new Cursor(dex, offset);
  const [statics, instances, direct, virtual] = countsOf(data, offset);
  const steps = 1 + Math.floor((statics + instances + direct + virtual) / MEMBERS_PER_STEP);
  if (!spend(steps)) throw new BudgetError('steps for the methods of a class', steps, offset);
  for (let left = 2 * (statics + instances); left > 0; left--) data.uleb128();
  const { view, methods } = dex;
  const method: Method = { index: 0, name: 0, proto: 0, of: 0, code: 0, isVirtual: false };
  for (const isVirtual of [false, true]) {
    method.index = 0;
    method.isVirtual = isVirtual;
    for (let left = isVirtual ? virtual : direct; left > 0; left--) {
      const at = data.at;
      method.index += data.uleb128();
      data.uleb128();
      method.code = data.uleb128();
      if (method.index >= methods.count) throw new FormatError(`method ${method.index} is not in method_ids`, at);
      const row = methods.offset + 8 * method.index;
      method.of = view.getUint16(row, true);
      method.proto = view.getUint16(row + 2, true);
      method.name = view.getUint32(row + 4, true);
      visit(method);
    }
  }
}

const kinds = ['static fields', 'instance fields', 'direct methods', 'virtual methods'] as const;

/** How many there are of each kind. */
function countsOf(data: Cursor, offset: number): readonly [number, number, number, number] {
  const counts = [data.uleb128(), data.uleb128(), data.uleb128(), data.uleb128()] as const;
  const over = counts.findIndex((count) => count > MOST_MEMBERS);
  if (over >= 0) throw new FormatError(`class_data_item claims ${counts[over]} ${kinds[over]}`, offset);
  return counts;
}
