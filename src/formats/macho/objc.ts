import { type NameAllowance, nulAfter } from './bytes.ts';
import type { VisitName } from './types.ts';

export const CLASS_PREFIX = '_OBJC_CLASS_$_';
const PREFIX_BYTES = Uint8Array.from(CLASS_PREFIX, (char) => char.charCodeAt(0));

/** Whether the name at `start` begins with `_OBJC_CLASS_$_`. */
export function isClassSymbol(bytes: Uint8Array, start: number): boolean {
  for (let i = 0; i < PREFIX_BYTES.length; i++) if (bytes[start + i] !== PREFIX_BYTES[i]) return false;
  return true;
}

/**
 * Calls `visit` for each NUL-terminated string of a section.
 * @param base where `bytes` start in the content
 */
export function visitStrings(bytes: Uint8Array, base: number, visit: VisitName): void {
  for (let start = 0; start < bytes.length; ) {
    const nul = bytes.indexOf(0, start);
    const end = nul < 0 ? bytes.length : nul;
    if (end > start) visit(bytes, start, end, base + start);
    start = end + 1;
  }
}

/**
 * Visits the strings of `__objc_classname` that can be names. The section also holds instance variable layouts, which are
 * arbitrary bytes: what is no identifier is left out, and a layout that happens to look like one stays in.
 * @throws BudgetError
 */
export function readClassNames(bytes: Uint8Array, base: number, names: NameAllowance, visit: VisitName): void {
  visitStrings(bytes, base, (_, start, end, offset) => {
    if (!isIdentifier(bytes, start, end) || nulAfter(bytes, start, end + 1) < 0) return;
    names.count(offset);
    names.spend(end - start, offset);
    visit(bytes, start, end, offset);
  });
}

/** Letters, digits, `_`, `$`, `.` (Swift modules) and all beyond ASCII; neither digit nor dot first. */
const IDENTIFIER = Uint8Array.from({ length: 256 }, (_, byte) => {
  if (byte >= 0x80) return 2;
  return /[A-Za-z_$]/.test(String.fromCharCode(byte)) ? 2 : /[0-9.]/.test(String.fromCharCode(byte)) ? 1 : 0;
});

function isIdentifier(bytes: Uint8Array, start: number, end: number): boolean {
  if (IDENTIFIER[bytes[start]!] !== 2) return false;
  for (let at = start + 1; at < end; at++) if (IDENTIFIER[bytes[at]!] === 0) return false;
  return true;
}
