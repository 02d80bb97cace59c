import type { DexFile } from './header.ts';

const TYPE_METHOD_HANDLE = 0x0008;
/** Items of the map: the format knows some twenty. */
const MOST_ITEMS = 64;
/** Handles of methods, of fields before that ("Method handle type codes"). */
const FIRST_OF_METHODS = 0x04;

/**
 * Rows in method_ids that a handle is for (method_handle_item): what `invoke-custom` calls, as the system finds it by the map.
 * Each is told once for each handle.
 */
export function* methodHandles({ view, bytes, map }: DexFile): Generator<number, void, void> {
  if (map === 0 || map + 4 > bytes.length) return;
  const items = Math.min(view.getUint32(map, true), MOST_ITEMS, Math.floor((bytes.length - map - 4) / 12));
  for (let i = 0; i < items; i++) {
    const item = map + 4 + 12 * i;
    if (view.getUint16(item, true) !== TYPE_METHOD_HANDLE) continue;
    const offset = view.getUint32(item + 8, true);
    const count = Math.min(view.getUint32(item + 4, true), Math.floor(Math.max(0, bytes.length - offset) / 8));
    for (let k = 0; k < count; k++) {
      const handle = offset + 8 * k;
      if (view.getUint16(handle, true) >= FIRST_OF_METHODS) yield view.getUint16(handle + 4, true);
    }
  }
}
