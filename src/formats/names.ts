/**
 * Whether another language's name can be mangled into the one that begins there: what `jniName`, `objcClassName`,
 * `swiftModule` and `cxxScope` ask for first, told of the bytes.
 */
export function isMangled(bytes: Uint8Array, start: number): boolean {
  for (const prefix of manglings[bytes[start]!] ?? []) {
    let i = 1;
    while (i < prefix.length && bytes[start + i] === prefix[i]) i++;
    if (i === prefix.length) return true;
  }
  return false;
}

const manglings: Uint8Array[][] = [];
for (const prefix of [
  ...['Java_', '.objc_class_name_'],
  // Mach-O puts one `_` before every name of the C level.
  ...['OBJC_CLASS_$_', 'OBJC_METACLASS_$_', '_T0', '_Tt', '$s', '$S', '$e', '_Z'].flatMap((name) => [name, `_${name}`]),
]) {
  const bytes = new TextEncoder().encode(prefix);
  manglings[bytes[0]!] = [...(manglings[bytes[0]!] ?? []), bytes];
}

/**
 * JNI export → Java class and method, both unescaped.
 * JNI specification, "Resolving Native Method Names": `Java_` class `_` method, `__` signature of an overload.
 */
export function jniName(symbol: string): { class: string; method: string } | null {
  if (!symbol.startsWith('Java_')) return null;
  const parts: string[] = [];
  let part = '';
  let i = 'Java_'.length;
  while (i < symbol.length) {
    const plain = symbol.indexOf('_', i);
    part += symbol.slice(i, plain < 0 ? symbol.length : plain);
    if (plain < 0) break;
    i = plain;
    const mark = symbol[i + 1];
    // `__` and a digit is a separator before an escape: no signature begins with a digit.
    if (mark === '_' && !/[0-3]/.test(symbol[i + 2] ?? '')) break;
    if (mark === '0') {
      const code = symbol.slice(i + 2, i + 6);
      if (!/^[0-9a-fA-F]{4}$/.test(code)) return null;
      part += String.fromCharCode(Number.parseInt(code, 16));
      i += 6;
    } else if (mark === '1' || mark === '2' || mark === '3') {
      part += mark === '1' ? '_' : mark === '2' ? ';' : '[';
      i += 2;
    } else {
      parts.push(part);
      part = '';
      i++;
    }
  }
  if (parts.length === 0 || part === '' || parts.includes('')) return null;
  return { class: parts.join('.'), method: part };
}

/**
 * Module of a mangled Swift name: its first identifier (swift/docs/ABI/Mangling.rst, "Identifiers"), or of an Objective-C
 * runtime name in the old mangling (`_TtC6Module5Class`). Null for the standard library (`s`, `S…`), for imported
 * Objective-C (`So`) and for names that begin with something else (generic parameters, Punycode).
 */
export function swiftModule(symbol: string): string | null {
  // Mach-O puts one `_` before every name of the C level.
  const prefix = /^_?(?:_T0|\$[sSe]|_Tt[A-Z]{1,8})(?=[1-9])/.exec(symbol);
  return prefix ? identifierAt(symbol, prefix[0].length).name : null;
}

/** `_OBJC_CLASS_$_X`, `_OBJC_METACLASS_$_X` and the old runtime's `.objc_class_name_X` → `X`. */
export function objcClassName(symbol: string): string | null {
  return /^(?:_?OBJC_(?:META)?CLASS_\$_|\.objc_class_name_)(.+)$/.exec(symbol)?.[1] ?? null;
}

const MAX_SCOPES = 16;

/**
 * The namespaces and classes around a C++ name, joined by dots: `_ZN5agora3rtc6Engine4joinEv` → `agora.rtc.Engine`.
 * Itanium C++ ABI 5.1.5.1 (nested names), without templates and substitutions: reading stops at the first of those.
 * Null where the name is not nested.
 */
export function cxxScope(symbol: string): string | null {
  // T…: virtual tables, type information and thunks; GV: guard variables; Z: a name local to a function.
  const prefix = /^_{1,2}Z(?:T[VTIS]|T[hv](?:n?\d+_){1,2}|GV|Z)?N[rVK]*[RO]?/.exec(symbol);
  if (!prefix) return null;
  const scopes: string[] = [];
  let i = prefix[0].length;
  if (symbol.startsWith('St', i)) {
    scopes.push('std');
    i += 2;
  }
  while (scopes.length < MAX_SCOPES) {
    if (symbol[i] === 'L') i++; // internal linkage
    const { name, end } = identifierAt(symbol, i);
    if (name === null) break;
    if (!name.startsWith('_GLOBAL__N')) scopes.push(name);
    i = end;
  }
  // At the `E` the last name is the entity itself; where reading stopped earlier, all of them lie around it.
  if (symbol[i] === 'E') scopes.pop();
  return scopes.length > 0 ? scopes.join('.') : null;
}

/** A decimal length and that many characters, as Swift and Itanium both write an identifier. */
function identifierAt(symbol: string, start: number): { name: string | null; end: number } {
  let i = start;
  let length = 0;
  while (i < symbol.length && i < start + 5) {
    const digit = symbol.charCodeAt(i) - 0x30;
    if (digit < 0 || digit > 9) break;
    length = length * 10 + digit;
    i++;
  }
  if (length === 0 || i + length > symbol.length) return { name: null, end: start };
  return { name: symbol.slice(i, i + length), end: i + length };
}
