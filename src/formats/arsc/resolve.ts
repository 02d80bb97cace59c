import { order } from '../../order.ts';
import type { StringPlace } from '../axml/types.ts';
import type { ResourceTable, TypeChunk } from './table.ts';

// ResTable_type::flags and ResTable_entry::flags
const sparse = 0x01;
const offset16 = 0x02;
const complex = 0x0001;
const compact = 0x0008;
// Res_value::dataType
const reference = 0x01;
const string = 0x03;
const dynamicReference = 0x07;
const boolean = 0x12;
const firstInteger = 0x10;
const lastInteger = 0x1f;

/** References that lead to references. The platform follows 20. */
const DEPTH = 20;

/** A value that a resource has in one configuration. */
export interface ResourceValue {
  readonly language: string;
  readonly isDefault: boolean;
  readonly value: string | number | boolean;
  /** Where its string stands; null for what is no string. */
  readonly place: StringPlace | null;
}

/**
 * Every value of a resource id such as 0x7f0a0001, the default configuration's first; references are followed. Empty
 * where it has none, is a bag (a style, an array), or cannot be read. Where `spend` says no, as far as that went.
 */
export function resourceValues(table: ResourceTable, id: number): ResourceValue[] {
  return followed(id, function* (each) {
    for (const type of table.types.get(each >>> 16) ?? []) {
      if (!table.spend(1)) return;
      const raw = entryValue(table, type, each & 0xffff);
      if (!raw) continue;
      if (raw.type === reference || raw.type === dynamicReference) yield raw.data;
      else {
        const value = valueIn(table, raw);
        if (value) yield { language: type.language, isDefault: type.isDefault, ...value };
      }
    }
  });
}

/**
 * Every value of a resource, the default configuration's first, where references lead from one to the next.
 * @param rowsOf what stands under an id: values, and ids that are referred to
 */
export function followed(id: number, rowsOf: (id: number) => Iterable<ResourceValue | number>): ResourceValue[] {
  const found: ResourceValue[] = [];
  // Each id once: a reference that comes back to itself has no value.
  const seen = new Set<number>();
  const waiting: { id: number; depth: number }[] = [{ id, depth: 0 }];
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    if (seen.has(next.id) || next.depth > DEPTH) continue;
    seen.add(next.id);
    for (const row of rowsOf(next.id)) {
      if (typeof row === 'number') waiting.push({ id: row, depth: next.depth + 1 });
      else found.push(row);
    }
  }
  return sorted(found);
}

/** What every device can take first, then what any language can, then by language. */
function sorted(found: ResourceValue[]): ResourceValue[] {
  return found.sort((a, b) => Number(b.isDefault) - Number(a.isDefault) || order(a.language, b.language));
}

interface RawValue {
  readonly type: number;
  readonly data: number;
}

/** The Res_value of one entry of a type chunk; null where it has none. */
function entryValue({ view }: ResourceTable, type: TypeChunk, index: number): RawValue | null {
  const offset = entryOffset(view, type, index);
  if (offset === null) return null;
  const at = type.values + offset;
  if (at + 8 > type.end) return null;
  const flags = view.getUint16(at + 2, true);
  if (flags & compact) return { type: flags >> 8, data: view.getUint32(at + 4, true) };
  const value = at + view.getUint16(at, true);
  if (flags & complex || value + 8 > type.end) return null;
  return { type: view.getUint8(value + 3), data: view.getUint32(value + 4, true) };
}

/** Bytes from the first entry to the entry of an index; null for none. */
function entryOffset(view: DataView, { offsets, end, entries, flags }: TypeChunk, index: number): number | null {
  const width = flags & offset16 ? 2 : 4;
  const count = Math.min(entries, Math.floor((end - offsets) / width));
  if (flags & sparse) {
    // Pairs of index and offset / 4, sorted by index.
    let low = 0;
    let high = count - 1;
    while (low <= high) {
      const middle = (low + high) >> 1;
      const own = view.getUint16(offsets + 4 * middle, true);
      if (own === index) return 4 * view.getUint16(offsets + 4 * middle + 2, true);
      if (own < index) low = middle + 1;
      else high = middle - 1;
    }
    return null;
  }
  if (index >= count) return null;
  const offset = width === 2 ? view.getUint16(offsets + 2 * index, true) : view.getUint32(offsets + 4 * index, true);
  if (width === 2) return offset === 0xffff ? null : 4 * offset;
  return offset === 0xffff_ffff ? null : offset;
}

function valueIn({ strings }: ResourceTable, { type, data }: RawValue): Pick<ResourceValue, 'value' | 'place'> | null {
  if (type === string) {
    const found = strings?.at(data);
    return found ? { value: found.text, place: found.place } : null;
  }
  if (type === boolean) return { value: data !== 0, place: null };
  return type >= firstInteger && type <= lastInteger ? { value: data | 0, place: null } : null;
}
