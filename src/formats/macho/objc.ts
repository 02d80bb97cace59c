import { type NameAllowance, nulAfter, text } from './bytes.ts';
import type { ExportedName, ImportedName, MachOVisitor, NamedAt, ObjcName, SymbolName } from './types.ts';

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
export function visitStrings(bytes: Uint8Array, base: number, visit: NonNullable<MachOVisitor['selector']>): void {
  for (let start = 0; start < bytes.length; ) {
    const nul = bytes.indexOf(0, start);
    const end = nul < 0 ? bytes.length : nul;
    if (end > start) visit(bytes, start, end, base + start);
    start = end + 1;
  }
}

/**
 * Adds the strings of `__objc_classname` that can be names. The section also holds instance variable layouts, which are
 * arbitrary bytes: what is no identifier is left out, and a layout that happens to look like one stays in.
 * @throws BudgetError
 */
export function readClassNames(bytes: Uint8Array, base: number, names: NameAllowance, found: NamedAt[]): void {
  visitStrings(bytes, base, (_, start, end, offset) => {
    if (!isIdentifier(bytes, start, end) || nulAfter(bytes, start, end + 1) < 0) return;
    names.room(found.length, offset);
    names.spend(end - start, offset);
    found.push({ name: text(bytes, start, end), offset });
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

/** Everything that names classes, in the order of trust. */
export interface ClassSources {
  readonly symbols: readonly SymbolName[];
  readonly exports: readonly ExportedName[];
  readonly imports: readonly ImportedName[];
  readonly section: readonly NamedAt[];
}

/** Merges the sources: each class once, at the first source that names it. */
export function objcNames(from: ClassSources): { classes: ObjcName[]; references: ObjcName[] } {
  const classes = new Map<string, ObjcName>();
  const references = new Map<string, ObjcName>();
  const add = (
    to: Map<string, ObjcName>,
    symbol: NamedAt,
    source: ObjcName['source'],
    edge: ObjcName['edge'] = null,
  ): void => {
    if (!symbol.name.startsWith(CLASS_PREFIX)) return;
    const name = symbol.name.slice(CLASS_PREFIX.length);
    // The name itself stands behind the prefix, but a trie holds it in pieces.
    const offset = source === 'export' ? symbol.offset : symbol.offset + CLASS_PREFIX.length;
    if (!to.has(name)) to.set(name, { name, offset, source, edge });
  };
  for (const symbol of from.symbols) add(symbol.defined ? classes : references, symbol, 'symbol');
  for (const symbol of from.exports) add(symbol.reexport ? references : classes, symbol, 'export', symbol.edge);
  for (const symbol of from.imports) add(references, symbol, 'import');
  for (const { name, offset } of from.section)
    if (!classes.has(name)) classes.set(name, { name, offset, source: 'section', edge: null });
  for (const name of classes.keys()) references.delete(name);
  return { classes: [...classes.values()], references: [...references.values()] };
}
