import { attempt } from '../../coverage.ts';
import type { DexFile } from './header.ts';
import type { Spend } from './instructions.ts';
import {
  type DexString,
  descriptorFor,
  descriptorOf,
  dottedName,
  findClass,
  findType,
  textOf,
  textWithin,
} from './lookup.ts';
import { type Method, visitMethodsOf } from './members.ts';
import { staticConstant } from './static.ts';
import { type Held, returnedBy, visitLoaded } from './straight.ts';
import { addOnce } from './tables.ts';

/** A string that the code of a method loads, or that it returns whatever it is called with. */
export interface CodedString extends DexString {
  readonly class: string;
  readonly method: string;
  readonly as: 'returned' | 'loaded';
}

/** Longer ones are no version, key, address or name; and a text of 64 KB costs too much to be shown a million times. */
const LONGEST = 256;

/**
 * Calls `visit` with the strings in the code of a class that this file defines: each one that a method loads, once a
 * method, and what a method returns whose code is one straight line, also from a static field of this file. What is
 * broken is a problem in `dex.problems`, of the class.
 * @param className dotted
 * @param wants by the name of a method: whether its code is to be read
 */
export function visitCodedStrings(
  dex: DexFile,
  { class: className, wants }: { readonly class: string; readonly wants: (method: string) => boolean },
  spend: Spend,
  visit: (found: CodedString) => void,
): void {
  const type = findType(dex, descriptorFor(className));
  const row = type < 0 ? -1 : findClass(dex, type);
  if (row >= 0) visitClass(dex, { row, className, wants }, spend, visit);
}

/** The same of every class, for who writes everything down. */
export function visitAllCodedStrings(dex: DexFile, spend: Spend, visit: (found: CodedString) => void): void {
  const { view, classes } = dex;
  for (let index = 0; index < classes.count; index++) {
    const row = classes.offset + 32 * index;
    const failed = (problem: Parameters<typeof addOnce>[1]) => addOnce(dex, problem);
    const className = attempt(() => dottedName(dex, view.getUint32(row, true)), failed);
    if (className !== null) visitClass(dex, { row, className, wants: () => true }, spend, visit);
  }
}

interface Wanted {
  readonly row: number;
  readonly className: string;
  readonly wants: (method: string) => boolean;
}

function visitClass(
  dex: DexFile,
  { row, className, wants }: Wanted,
  spend: Spend,
  visit: (found: CodedString) => void,
): void {
  const data = dex.view.getUint32(row + 24, true);
  if (data === 0) return;
  const ofMethod = ({ code, name }: Method): void => {
    if (code === 0) return;
    const method = textOf(dex, name, code).value;
    if (!wants(method)) return;
    const show = (as: CodedString['as'], found: DexString | null) => {
      if (found !== null) visit({ class: className, method, as, ...found });
    };
    visitLoaded(dex, code, spend, (string) => {
      if (spend(1)) show('loaded', textWithin(dex, string, LONGEST));
    });
    show('returned', returnedString(dex, returnedBy(dex, code, spend), spend));
  };
  attempt(
    () => visitMethodsOf(dex, data, spend, ofMethod),
    (problem) => addOnce(dex, { ...problem, message: `code of ${className}: ${problem.message}` }),
  );
}

/** A string, or that of a static field; null for all else. */
function returnedString(dex: DexFile, held: Held | null, spend: Spend): DexString | null {
  if (held?.kind === 'string') return textWithin(dex, held.index, LONGEST);
  const { view, fields } = dex;
  if (held?.kind !== 'field' || held.index >= fields.count) return null;
  const row = fields.offset + 8 * held.index;
  if (descriptorOf(dex, view.getUint16(row + 2, true)) !== 'Ljava/lang/String;') return null;
  const name = {
    class: dottedName(dex, view.getUint16(row, true)),
    field: textOf(dex, view.getUint32(row + 4, true), row).value,
  };
  const found = staticConstant(dex, name, spend);
  return typeof found?.value === 'string' && found.value.length <= LONGEST
    ? { value: found.value, offset: found.offset }
    : null;
}
