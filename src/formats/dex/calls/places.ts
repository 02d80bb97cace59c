import type { DexFile } from '../header.ts';
import type { Spend } from '../instructions.ts';
import { supertypes } from '../joined/index.ts';
import { descriptorFor, dottedName, findType } from '../lookup.ts';
import { type Unread, visitWrites } from '../uses.ts';
import { Classes, rowsOf } from './classes.ts';
import { isOfSystem, libraries } from './origin.ts';
import { WantedRows } from './rows.ts';
import { isOf, type Wanted, type WantedValue } from './wanted.ts';

/** Tells of classes, by their rows in class_defs: some more than once. Yields the steps that it has done. */
type Visiting = Generator<number, Unread | null, void>;

/** Classes with calls that are wanted, or that have to come after one, or that undo one. */
export function* visitCalling(dex: DexFile, wanted: Wanted, spend: Spend, visit: (row: number) => void): Visiting {
  const rows = new WantedRows(new Classes(dex, spend), wanted);
  if (rows.isEmpty) return null;
  return yield* visitWrites(dex, rows, spend, (use) => {
    const { calls, later, undone } = rows.ofOthers(use, wanted);
    if (calls.length + later.length + undone.length > 0) visit(use.row);
  });
}

/**
 * Whether the code of a class may say more of calls: that of the system, of well-known libraries and of SDKs does not, but for
 * what the constructor of an object writes whose fields are asked for.
 */
export function isFollowed(name: string, wanted: Wanted): boolean {
  if (isOfSystem(name) || name.startsWith('androidx.') || libraries.test(name)) return false;
  const isAsked = ({ of }: WantedValue) => of?.class === name && of.fields.length > 0;
  return !isOf(name, wanted.packages, wanted) || wanted.calls.some(({ values }) => values.some(isAsked));
}

/** Classes that are named so. */
export function visitNamed(dex: DexFile, names: Iterable<string>, visit: (row: number) => void): void {
  const types = typesOf(dex, names);
  const { view, classes } = dex;
  for (let row = 0; row < classes.count; row++)
    if (types.has(view.getUint32(classes.offset + 32 * row, true))) visit(row);
}

/**
 * Classes that call methods of those that are named so, write their fields, or extend them. What an SDK does with its own
 * classes is its own business.
 */
export function* visitUsing(
  dex: DexFile,
  names: Iterable<string>,
  wanted: Wanted,
  spend: Spend,
  visit: (row: number) => void,
): Visiting {
  const types = typesOf(dex, names);
  if (types.size === 0) return null;
  const { view, classes, methods, fields } = dex;
  const isSdks = (type: number) => isOf(dottedName(dex, type), wanted.packages, wanted);
  const isOwn = new Map([...types].map((type) => [type, isSdks(type)]));
  const take = (row: number, type: number) => {
    const by = view.getUint32(classes.offset + 32 * row, true);
    if (!(isOwn.get(type) && isSdks(by))) visit(row);
  };
  for (let row = 0; row < classes.count; row++) {
    for (const type of supertypes(dex, row)) if (types.has(type)) take(row, type);
  }
  const rows = {
    method: new Uint8Array(methods.count),
    field: new Uint8Array(fields.count),
    string: new Uint8Array(0),
  };
  for (const type of types) {
    for (const index of rowsOf(dex, methods, type)) rows.method[index] = 1;
    for (const index of rowsOf(dex, fields, type)) rows.field[index] = 1;
  }
  return yield* visitWrites(dex, rows, spend, ({ kind, index, row }) => {
    const { offset } = kind === 'method' ? methods : fields;
    take(row, view.getUint16(offset + 8 * index, true));
  });
}

function typesOf(dex: DexFile, names: Iterable<string>): ReadonlySet<number> {
  return new Set([...names].map((name) => findType(dex, descriptorFor(name))).filter((type) => type >= 0));
}
