import { attempt } from '../../coverage.ts';
import { followed, type ResourceValue, type Spend } from '../arsc/index.ts';
import { itemAt } from './item.ts';
import { type Field, fieldsOf, lastField, textAt, wire } from './wire.ts';

/** aapt2's Resources.proto: ResourceTable, Package, Type, Entry, ConfigValue, Value, Configuration. */
const table = { package: 2 } as const;
const pack = { id: 1, type: 3 } as const;
const type = { id: 1, entry: 3 } as const;
const entry = { id: 1, value: 6 } as const;
const configured = { configuration: 1, value: 2 } as const;
const value = { item: 4 } as const;
const configuration = { locale: 3 } as const;

/** Entries of a type that are passed over in the time of a step. */
const ENTRIES_PER_STEP = 16;

/** A resource table as App Bundles keep it, as far as its types can be found. */
export interface ProtoTable {
  readonly bytes: Uint8Array;
  /** By package id x 256 + type id. */
  readonly types: ReadonlyMap<number, readonly Field[]>;
  readonly spend: Spend;
  readonly isWhole: boolean;
}

/** Finds the types of `resources.pb`. @throws FormatError where its packages and types do not fit */
export function openProtoTable(bytes: Uint8Array, spend: Spend = () => true): ProtoTable {
  const types = new Map<number, Field[]>();
  let isWhole = true;
  for (const part of fieldsOf(bytes)) {
    if (part.number !== table.package || part.type !== wire.bytes) continue;
    const packageId = idIn(bytes, part, pack.id);
    for (const inner of fieldsOf(bytes, part.start, part.end)) {
      isWhole &&= spend(1);
      if (!isWhole) break;
      if (inner.number !== pack.type || inner.type !== wire.bytes) continue;
      const key = packageId * 256 + idIn(bytes, inner, type.id);
      const known = types.get(key);
      if (known) known.push(inner);
      else types.set(key, [inner]);
    }
  }
  return { bytes, types, spend, isWhole };
}

/** PackageId, TypeId and EntryId are messages of one number; left out, it is 0. */
function idIn(bytes: Uint8Array, message: Field, number: number): number {
  const id = lastField(bytes, message, number);
  return (id && lastField(bytes, id, 1, wire.varint)?.value) ?? 0;
}

/** Every value of a resource id, as `resourceValues` of a compiled table has it. What cannot be read has none. */
export function protoValues(opened: ProtoTable, id: number): ResourceValue[] {
  return followed(id, function* (each) {
    const rows: (ResourceValue | number)[] = [];
    for (const found of opened.types.get(each >>> 16) ?? []) {
      attempt(
        () => collect(opened, found, each & 0xffff, rows),
        () => {},
      );
    }
    yield* rows;
  });
}

function collect({ bytes, spend }: ProtoTable, found: Field, id: number, rows: (ResourceValue | number)[]): void {
  let count = 0;
  for (const each of fieldsOf(bytes, found.start, found.end)) {
    if (each.number !== type.entry || each.type !== wire.bytes) continue;
    if (count++ % ENTRIES_PER_STEP === 0 && !spend(1)) return;
    if (idIn(bytes, each, entry.id) !== id) continue;
    for (const one of fieldsOf(bytes, each.start, each.end)) {
      if (one.number !== entry.value || one.type !== wire.bytes) continue;
      if (!spend(1)) return;
      const row = rowOf(bytes, one);
      if (row !== null) rows.push(row);
    }
  }
}

/** Null for a bag (a style, an array) and for what means nothing in a manifest. */
function rowOf(bytes: Uint8Array, message: Field): ResourceValue | number | null {
  const held = lastField(bytes, message, configured.value);
  const item = held && lastField(bytes, held, value.item);
  if (!item) return null;
  const { value: own, reference, place } = itemAt(bytes, item);
  if (reference !== null) return reference;
  if (own === null) return null;
  const config = lastField(bytes, message, configured.configuration);
  const locale = config && lastField(bytes, config, configuration.locale);
  const isDefault = config === null || config.start === config.end;
  return { language: locale ? textAt(bytes, locale) : '', isDefault, value: own, place };
}
