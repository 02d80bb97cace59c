import type { DexFile } from '../header.ts';
import type { Spend } from '../instructions.ts';
import { supertypes } from '../joined/index.ts';
import { descriptorFor, findType } from '../lookup.ts';
import { type Unread, visitWrites } from '../uses.ts';
import { Classes, rowsOf } from './classes.ts';
import { isOfSystem, libraries } from './origin.ts';
import { WantedRows } from './rows.ts';
import { isOf, type Wanted } from './wanted.ts';

/** Tells of classes, by their rows in class_defs: some more than once. Yields the steps that it has done. */
type Visiting = Generator<number, Unread | null, void>;

/** Classes with calls that are wanted, or that have to come after one. */
export function* visitCalling(dex: DexFile, wanted: Wanted, spend: Spend, visit: (row: number) => void): Visiting {
  const rows = new WantedRows(new Classes(dex, spend), wanted);
  if (rows.isEmpty) return null;
  return yield* visitWrites(dex, rows, spend, (use) => {
    const { calls, later } = rows.ofOthers(use, wanted);
    if (calls.length + later.length > 0) visit(use.row);
  });
}

/**
 * Whether the code of a class may say more of calls: that of the system, of well-known libraries and of SDKs does not, but for
 * the objects that calls are given.
 */
export function isFollowed(name: string, wanted: Wanted): boolean {
  if (isOfSystem(name) || name.startsWith('androidx.') || libraries.test(name)) return false;
  return (
    !isOf(name, wanted.packages, wanted) ||
    wanted.calls.some(({ values }) => values.some(({ of }) => of?.class === name))
  );
}

/** Classes that are named so. */
export function visitNamed(dex: DexFile, names: Iterable<string>, visit: (row: number) => void): void {
  const types = typesOf(dex, names);
  const { view, classes } = dex;
  for (let row = 0; row < classes.count; row++)
    if (types.has(view.getUint32(classes.offset + 32 * row, true))) visit(row);
}

/** Classes that call methods of those that are named so, write their fields, or extend them. */
export function* visitUsing(
  dex: DexFile,
  names: Iterable<string>,
  spend: Spend,
  visit: (row: number) => void,
): Visiting {
  const types = typesOf(dex, names);
  if (types.size === 0) return null;
  for (let row = 0; row < dex.classes.count; row++)
    if (supertypes(dex, row).some((type) => types.has(type))) visit(row);
  const rows = {
    method: new Uint8Array(dex.methods.count),
    field: new Uint8Array(dex.fields.count),
    string: new Uint8Array(0),
  };
  for (const type of types) {
    for (const index of rowsOf(dex, dex.methods, type)) rows.method[index] = 1;
    for (const index of rowsOf(dex, dex.fields, type)) rows.field[index] = 1;
  }
  return yield* visitWrites(dex, rows, spend, ({ row }) => visit(row));
}

function typesOf(dex: DexFile, names: Iterable<string>): ReadonlySet<number> {
  return new Set([...names].map((name) => findType(dex, descriptorFor(name))).filter((type) => type >= 0));
}
