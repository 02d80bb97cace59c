import type { StringPlace, XmlAttribute } from '../axml/types.ts';
import { type Field, fieldsOf, textAt, wire } from './wire.ts';

/** aapt2's Resources.proto (AOSP frameworks/base/tools/aapt2, seen 2026-11-26): Item, Reference, Primitive. */
const item = { reference: 1, string: 2, rawString: 3, styledString: 4, file: 5, primitive: 7 } as const;
const reference = { type: 1, id: 2, isDynamic: 5 } as const;
const primitive = {
  float: 3,
  decimal: 6,
  hexadecimal: 7,
  boolean: 8,
  firstColour: 9,
  lastColour: 12,
} as const;

/** Res_value::dataType (AOSP ResourceTypes.h), which what reads manifests goes by. */
const dataType = { reference: 0x01, attribute: 0x02, string: 0x03, float: 0x04, dynamic: 0x07 } as const;
const number = { decimal: 0x10, hexadecimal: 0x11, boolean: 0x12, colour: 0x1c } as const;

export type ItemValue = Pick<XmlAttribute, 'value' | 'type' | 'reference'> & { readonly place: StringPlace | null };

export const noValue: ItemValue = { value: null, type: 0, reference: null, place: null };

/** A value of a resource or attribute, as the compiled form would have it. @throws FormatError */
export function itemAt(bytes: Uint8Array, { start, end }: Pick<Field, 'start' | 'end'>): ItemValue {
  let found = noValue;
  for (const field of fieldsOf(bytes, start, end)) {
    if (field.type !== wire.bytes) continue;
    if (field.number === item.reference) found = referenceAt(bytes, field);
    else if (field.number === item.primitive) found = primitiveAt(bytes, field);
    else if (field.number >= item.string && field.number <= item.file) found = stringAt(bytes, field);
  }
  return found;
}

function stringAt(bytes: Uint8Array, message: Field): ItemValue {
  for (const field of fieldsOf(bytes, message.start, message.end)) {
    if (field.number === 1 && field.type === wire.bytes) return textValue(bytes, field);
  }
  return { ...noValue, value: '', type: dataType.string };
}

/** A text and where it stands. */
export function textValue(bytes: Uint8Array, { start, end }: Pick<Field, 'start' | 'end'>): ItemValue {
  const place = { start, end, encoding: 'utf-8' } as const;
  return { value: textAt(bytes, { start, end }), type: dataType.string, reference: null, place };
}

function referenceAt(bytes: Uint8Array, message: Field): ItemValue {
  let id = 0;
  let type: number = dataType.reference;
  for (const field of fieldsOf(bytes, message.start, message.end)) {
    if (field.number === reference.id && field.type === wire.varint) id = field.value;
    if (field.number === reference.type && field.value === 1) type = dataType.attribute;
    if (field.number === reference.isDynamic) type = dataType.dynamic;
  }
  return { ...noValue, type, reference: id === 0 ? null : id };
}

function primitiveAt(bytes: Uint8Array, message: Field): ItemValue {
  let found = noValue;
  for (const { number: kind, type, start, value } of fieldsOf(bytes, message.start, message.end)) {
    if (kind === primitive.float && type === wire.fixed32) {
      const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      found = { ...noValue, value: view.getFloat32(start, true), type: dataType.float };
    } else if (type !== wire.varint) continue;
    else if (kind === primitive.decimal) found = { ...noValue, value: value | 0, type: number.decimal };
    else if (kind === primitive.hexadecimal) found = { ...noValue, value, type: number.hexadecimal };
    else if (kind === primitive.boolean) found = { ...noValue, value: value !== 0, type: number.boolean };
    else if (kind >= primitive.firstColour && kind <= primitive.lastColour) {
      found = { ...noValue, value, type: number.colour };
    }
  }
  return found;
}
