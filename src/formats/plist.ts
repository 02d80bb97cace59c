import type { Budgets } from '../budgets.ts';
import { BudgetError, FormatError } from '../errors.ts';
import { isBinaryPlist, readBinaryPlist } from './bplist.ts';
import { readOpenStepPlist } from './plist-openstep.ts';
import type { PlistValue } from './plist-value.ts';
import { readXmlPlist } from './plist-xml.ts';
import { type Problem, Problems } from './problems.ts';

export type { PlistUid, PlistValue } from './plist-value.ts';

/** A property list and the form it was in. */
export interface Plist {
  readonly value: PlistValue;
  readonly format: 'binary' | 'xml' | 'openstep';
  /** What was left out or kept as something else. Offsets are bytes; in text of other encodings than ASCII, characters. */
  readonly problems: readonly Problem[];
}

/**
 * Reads a property list in any of its three forms; text in UTF-8, UTF-16 or as its XML declaration says.
 * @throws FormatError where it is none @throws BudgetError `documentBytes`, `plistObjects`, `plistDepth`
 */
export function readPlist(bytes: Uint8Array, budgets: Budgets): Plist {
  if (bytes.length > budgets.documentBytes) throw new BudgetError('documentBytes', budgets.documentBytes, 0);
  const problems = new Problems();
  const result = (format: Plist['format'], value: PlistValue) => ({ value, format, problems: problems.list });
  if (isBinaryPlist(bytes)) return result('binary', readBinaryPlist(bytes, budgets, problems));
  const text = decodeText(bytes);
  const first = text.trimStart()[0];
  if (first === '<') return result('xml', readXmlPlist(text, budgets, problems));
  // A project.pbxproj begins with a comment.
  if (first === '{' || first === '(' || first === '/')
    return result('openstep', readOpenStepPlist(text, budgets, problems));
  throw new FormatError('not a property list', 0);
}

/** XML 1.0, appendix F: byte order mark, else the look of the first characters, else the declaration. */
function decodeText(bytes: Uint8Array): string {
  const [a, b] = bytes;
  if ((a === 0xff && b === 0xfe) || (a === 0x3c && b === 0)) return new TextDecoder('utf-16le').decode(bytes);
  if ((a === 0xfe && b === 0xff) || (a === 0 && b === 0x3c)) return new TextDecoder('utf-16be').decode(bytes);
  const start = new TextDecoder('latin1').decode(bytes.subarray(0, 256));
  const label = /^\s*<\?xml[^>]*\sencoding\s*=\s*["']([\w.:-]+)["']/.exec(start)?.[1] ?? 'utf-8';
  try {
    const named = new TextDecoder(label);
    // Bytes that just spelled a declaration in ASCII are not UTF-16, whatever it says.
    if (!named.encoding.startsWith('utf-16')) return named.decode(bytes);
  } catch {
    // An encoding nobody knows: property lists are UTF-8.
  }
  return new TextDecoder().decode(bytes);
}
