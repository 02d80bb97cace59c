import { FormatError } from '../../errors.ts';
import { type Field, fieldsOf, lastField, textAt, wire } from './wire.ts';

/**
 * bundletool's commands.proto, by the field numbers in the classes of com.android.tools.build:bundletool:1.18.2 (seen
 * 2026-11-27): BuildApksResult, Variant, ApkSet, ModuleMetadata, AssetSliceSet, AssetModuleMetadata, ApkDescription.
 */
const result = { variant: 1, assetSliceSet: 3, packageName: 4 } as const;
const variant = { apkSet: 2 } as const;
/** An AssetSliceSet has the same two. */
const apkSet = { module: 1, apk: 2 } as const;
const moduleOf = { name: 1, delivery: 6 } as const;
const assetModule = { name: 1, delivery: 4 } as const;
const apk = { path: 2 } as const;

type Range = Pick<Field, 'start' | 'end'>;

const deliveries = [null, 'at install', 'on demand', 'right after install'] as const;

/** A package that a set holds by its own table. */
export interface ListedPackage {
  readonly path: string;
  readonly module: string;
  /** When a device gets it. */
  readonly delivery: (typeof deliveries)[number];
}

/**
 * The table of a set that bundletool built (toc.pb): of which app it is, and each package in it.
 * @param most packages that it may list
 * @throws FormatError
 */
export function readSetTable(
  bytes: Uint8Array,
  most: number,
): { readonly id: string | null; readonly packages: ListedPackage[] } {
  let id: string | null = null;
  let listed = 0;
  const packages: ListedPackage[] = [];
  const all = { start: 0, end: bytes.length };
  /** Parts of a message; of the whole table, no more than there may be packages. */
  function* partsOf(within: Range, number: number): Generator<Field> {
    for (const field of fieldsOf(bytes, within.start, within.end)) {
      if (field.number !== number || field.type !== wire.bytes) continue;
      if (++listed > 4 * most) throw new FormatError(`lists more than ${most} packages`, field.start);
      yield field;
    }
  }
  const addSet = (set: Field, numbers: typeof moduleOf | typeof assetModule) => {
    let module = '';
    let delivery = 0;
    // In pieces a message says what all of them do.
    for (const said of partsOf(set, apkSet.module)) {
      const name = lastField(bytes, said, numbers.name);
      if (name) module = textAt(bytes, name);
      delivery = lastField(bytes, said, numbers.delivery, wire.varint)?.value ?? delivery;
    }
    for (const each of partsOf(set, apkSet.apk)) {
      const path = lastField(bytes, each, apk.path);
      if (!path || path.start === path.end) continue;
      packages.push({ path: textAt(bytes, path), module, delivery: deliveries[delivery] ?? null });
    }
  };
  for (const each of partsOf(all, result.variant)) {
    for (const set of partsOf(each, variant.apkSet)) addSet(set, moduleOf);
  }
  for (const set of partsOf(all, result.assetSliceSet)) addSet(set, assetModule);
  for (const name of partsOf(all, result.packageName)) id = textAt(bytes, name);
  return { id, packages };
}
