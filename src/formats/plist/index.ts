import type { Budgets } from '../../budgets.ts';
import { BudgetError, FormatError } from '../../errors.ts';
import type { Problem } from '../problems.ts';
import { isBinaryPlist, readBinaryPlist } from './binary.ts';
import { readOpenStepPlist, readOpenStepStrings } from './openstep.ts';
import { atOnce, type Place, PlistParsing, type PlistTally, type Stepping, type TextSpan } from './parsing.ts';
import { DocumentText } from './text.ts';
import type { PlistValue } from './value.ts';
import { readXmlPlist } from './xml.ts';

export type { PlistTally, TextSpan } from './parsing.ts';
export type { PlistUid, PlistValue } from './value.ts';

/** A property list and the form it was in. */
export interface Plist {
  readonly value: PlistValue;
  readonly format: 'binary' | 'xml' | 'openstep';
  /** What was left out or kept as something else. Offsets are bytes; in text of other encodings than ASCII, characters. */
  readonly problems: readonly Problem[];
}

/** A value that was wanted, and where it and its key stand: null for what is no text, or not written as it is read. */
export interface PlistEntry {
  readonly value: PlistValue;
  readonly at: { readonly key: TextSpan | null; readonly value: TextSpan | null };
}

/**
 * Reads a property list in any of its three forms; text in UTF-8, UTF-16 or as its XML declaration says.
 * @throws FormatError where it is none @throws BudgetError `documentBytes`, `plistObjects`, `plistDepth`
 */
export function readPlist(bytes: Uint8Array, budgets: Budgets): Plist {
  return atOnce(read(bytes, new PlistParsing(budgets, () => true, { bytes: 0, objects: 0 }))).plist;
}

/**
 * Reads the wanted keys of a dictionary; of others nothing is kept, and XML's are not even made.
 * @throws FormatError as `readPlist`, and where the list is no dictionary
 * @throws BudgetError as `readPlist`, and `allPlistObjects`
 */
export function readPlistKeys(
  bytes: Uint8Array,
  budgets: Budgets,
  wanted: (key: string) => boolean,
  tally: PlistTally,
): PlistKeys {
  return atOnce(plistKeys(bytes, budgets, wanted, tally));
}

interface PlistKeys {
  readonly entries: ReadonlyMap<string, PlistEntry>;
  readonly problems: readonly Problem[];
}

/** The same as work that can be left in between. */
export function* plistKeys(
  bytes: Uint8Array,
  budgets: Budgets,
  wanted: (key: string) => boolean,
  tally: PlistTally,
): Stepping<PlistKeys> {
  const reading = new PlistParsing(budgets, wanted, tally);
  const { plist, spanOf } = yield* read(bytes, reading);
  if (!(plist.value instanceof Map)) throw new FormatError('the property list is not a dictionary', 0);
  const entries = new Map<string, PlistEntry>();
  for (const [key, value] of plist.value as ReadonlyMap<string, PlistValue>) {
    const place = reading.places.get(key);
    const at = {
      key: place?.key ? spanOf(place.key, key) : null,
      value: place?.value && typeof value === 'string' ? spanOf(place.value, value) : null,
    };
    entries.set(key, { value, at });
  }
  return { entries, problems: plist.problems };
}

/**
 * Reads the wanted texts of a file of strings, in text or as a property list of any form.
 * @throws FormatError, BudgetError as `readPlistKeys`
 */
export function readStrings(
  bytes: Uint8Array,
  budgets: Budgets,
  wanted: (key: string) => boolean,
  tally: PlistTally,
): ReadonlyMap<string, string> {
  const { value } = atOnce(read(bytes, new PlistParsing(budgets, wanted, tally), true)).plist;
  if (!(value instanceof Map)) throw new FormatError('the strings are no dictionary', 0);
  const all = value as ReadonlyMap<string, PlistValue>;
  return new Map([...all].flatMap(([key, text]) => (typeof text === 'string' ? [[key, text]] : [])));
}

interface Read {
  readonly plist: Plist;
  readonly spanOf: (place: Place, text: string) => TextSpan | null;
}

function* read(bytes: Uint8Array, reading: PlistParsing, isStrings = false): Stepping<Read> {
  const { documentBytes } = reading.budgets;
  if (bytes.length > documentBytes) throw new BudgetError('documentBytes', documentBytes, 0);
  const problems = reading.problems.list;
  const result = (format: Plist['format'], value: PlistValue, spanOf: Read['spanOf']): Read => ({
    plist: { value, format, problems },
    spanOf,
  });
  if (isBinaryPlist(bytes))
    return result('binary', readBinaryPlist(bytes, reading), ({ encoding, ...place }) =>
      encoding === null ? null : { ...place, encoding },
    );
  const document = new DocumentText(bytes);
  const spanOf = document.spanOf.bind(document);
  const first = document.text.trimStart()[0];
  if (first === '<') return result('xml', yield* readXmlPlist(document.text, reading), spanOf);
  if (isStrings && first !== '{') return result('openstep', readOpenStepStrings(document.text, reading), spanOf);
  // A project.pbxproj begins with a comment.
  if (first === '{' || first === '(' || first === '/')
    return result('openstep', readOpenStepPlist(document.text, reading), spanOf);
  throw new FormatError('not a property list', 0);
}
