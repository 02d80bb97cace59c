import { FormatError } from '../../errors.ts';
import type { DexFile, DexTable } from './header.ts';
import { descriptorFor, dottedName, findType, firstOf, textOf, textWithin } from './lookup.ts';
import { visitMethodsOf } from './members.ts';
import { stringStart } from './tables.ts';

/** The tables that code names members and strings by. */
export type MemberKind = 'method' | 'field' | 'string';

/** A method or field by its class, dotted; where the class is null, a string that code loads. A string with `*` at its end is any that begins so. */
export interface MemberName {
  readonly class: string | null;
  readonly name: string;
}

/** Rows that are looked for, by table: 1 for each. */
export type Sought = Readonly<Record<MemberKind, Uint8Array>>;

export function everyRow({ methods, fields, strings }: DexFile): Sought {
  const all = ({ count }: DexTable) => new Uint8Array(count).fill(1);
  return { method: all(methods), field: all(fields), string: all(strings) };
}

/** The rows of these members; null where the file has none. The searches trust the order of the tables, as ART does. */
export function findMembers(dex: DexFile, members: readonly MemberName[]): Sought | null {
  const { methods, fields, strings } = dex;
  const sought: Sought = {
    method: new Uint8Array(methods.count),
    field: new Uint8Array(fields.count),
    string: new Uint8Array(strings.count),
  };
  let count = 0;
  for (const [owner, names] of byClass(members)) {
    if (owner === null) {
      for (const name of names) count += markStrings(dex, name, sought.string);
      continue;
    }
    const type = findType(dex, descriptorFor(owner));
    if (type < 0) continue;
    count += markMembers(dex, methods, type, names, sought.method);
    count += markMembers(dex, fields, type, names, sought.field);
  }
  return count === 0 ? null : sought;
}

type Names = ReadonlyMap<string | null, ReadonlySet<string>>;

/** One list serves all files of a scan. */
const grouped = new WeakMap<readonly MemberName[], Names>();

function byClass(members: readonly MemberName[]): Names {
  let found = grouped.get(members);
  if (!found) {
    const classes = new Map<string | null, Set<string>>();
    for (const { class: owner, name } of members) {
      const names = classes.get(owner);
      if (names) names.add(name);
      else classes.set(owner, new Set([name]));
    }
    found = classes;
    grouped.set(members, found);
  }
  return found;
}

const encoder = new TextEncoder();

function markStrings(dex: DexFile, name: string, marks: Uint8Array): number {
  const { strings, bytes } = dex;
  const goesOn = name.endsWith('*');
  const text = encoder.encode(goesOn ? name.slice(0, -1) : name);
  let count = 0;
  for (let index = firstOf(strings.count, (row) => compareText(dex, row, text)); index < strings.count; index++) {
    if (compareText(dex, index, text) !== 0) break;
    if (!goesOn && bytes[stringStart(dex, index) + text.length] !== 0) break;
    marks[index] = 1;
    count++;
  }
  return count;
}

/** Rows of a class that are looked at: none of the platform's has as many that one file names. */
const MOST_ROWS = 4096;

/** method_ids and field_ids are sorted by their class. */
function markMembers(dex: DexFile, table: DexTable, type: number, names: ReadonlySet<string>, marks: Uint8Array) {
  const { view } = dex;
  const ofClass = (index: number) => view.getUint16(table.offset + 8 * index, true) - type;
  const start = firstOf(table.count, ofClass);
  const end = Math.min(table.count, start + MOST_ROWS);
  let count = 0;
  for (let index = start; index < end && ofClass(index) === 0; index++) {
    const name = textWithin(dex, view.getUint32(table.offset + 8 * index + 4, true), LONGEST_NAME);
    if (name === null || !names.has(name.value)) continue;
    marks[index] = 1;
    count++;
  }
  return count;
}

/** Bytes of a name of the platform's. */
const LONGEST_NAME = 128;

/** How a string stands to a beginning of it: 0 where it begins so. */
export function compareText(dex: DexFile, index: number, beginning: Uint8Array): number {
  const start = stringStart(dex, index);
  for (let i = 0; i < beginning.length; i++) {
    const difference = (dex.bytes[start + i] ?? 0) - beginning[i]!;
    if (difference !== 0) return difference;
  }
  return 0;
}

/** The class of a type id, dotted. @throws FormatError where it has no readable descriptor */
export const classNameOf = (dex: DexFile, type: number): string => dottedName(dex, type);

/** `a.b.C.method`: the first method of the class that has the code. @throws FormatError where the tables do not say */
export function methodNameOf(dex: DexFile, { row, code }: { readonly row: number; readonly code: number }): string {
  const { view, classes } = dex;
  let found = -1;
  visitMethodsOf(dex, view.getUint32(classes.offset + 32 * row + 24, true), listed, (method) => {
    if (found < 0 && method.code === code) found = method.index;
  });
  const { class: owner, name } = memberOf(dex, { kind: 'method', index: found });
  return `${owner}.${name}`;
}

/** It was paid for when its code was gone through. */
const listed = () => true;

/** The member that an instruction names. @throws FormatError where the tables do not say */
export function memberOf(
  dex: DexFile,
  { kind, index }: { readonly kind: MemberKind; readonly index: number },
): MemberName {
  if (kind === 'string') return { class: null, name: textOf(dex, index, dex.strings.offset).value };
  const table = kind === 'method' ? dex.methods : dex.fields;
  if (index < 0 || index >= table.count) throw new FormatError(`${kind} ${index} is not in ${kind}_ids`, table.offset);
  const row = table.offset + 8 * index;
  return {
    class: dottedName(dex, dex.view.getUint16(row, true)),
    name: textOf(dex, dex.view.getUint32(row + 4, true), row).value,
  };
}
