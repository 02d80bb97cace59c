import { attempt } from '../../coverage.ts';
import { FormatError } from '../../errors.ts';
import { LooseCursor } from './cursor.ts';
import { type DexFile, headerSize } from './header.ts';
import type { Spend } from './instructions.ts';
import { dottedName, findString, findType, textOf, textWithin } from './lookup.ts';
import { isInvoke, op } from './opcodes.ts';
import { visitLastStrings } from './straight.ts';

/** A library that code asks the system to load by a name that stands in it. */
export interface AskedLibrary {
  /** As it is asked for: `foo` for `libfoo.so`. */
  readonly name: string;
  /** Dotted class and method that ask. */
  readonly by: string;
  /** Bytes from the start of the file to the name. */
  readonly offset: number;
}

/** Methods of the platform that take such a name last (AOSP libcore, java.lang.System and java.lang.Runtime). */
const loaders = { 'Ljava/lang/System;': ['loadLibrary'], 'Ljava/lang/Runtime;': ['loadLibrary', 'loadLibrary0'] };

/** Calls looked at, and method ids that stand for a loader: real files have some ten, and one of each. */
const MOST_CALLS = 64;
const MOST_LOADERS = 8;

/** Longer than the name of any file. */
const LONGEST = 255;

/** Bytes that are looked through for calls in about a step. */
const BYTES_PER_STEP = 8192;

/** Members that are passed over in the time of a step. */
const MEMBERS_PER_STEP = 32;
/** Places that a member is held to in the time it takes to read one. */
const PLACES_PER_MEMBER = 8;

/**
 * Calls `visit` with each library that is asked for by `System.loadLibrary` and its kin with a constant that is loaded
 * right before. Only the code of methods that seem to hold such a call is decoded: a large DEX has 80,000 methods, and
 * what holds a call is looked for among the bytes. What is broken, or costs more than may be spent, is passed over.
 */
export function visitAskedLibraries(dex: DexFile, spend: Spend, visit: (asked: AskedLibrary) => void): void {
  const calls = callsOf(dex, spend);
  if (calls.length === 0) return;
  const isCall = (at: number) => calls.includes(at);
  for (const [code, method] of methodsAround(dex, calls, spend)) {
    const ask = (string: number) => {
      const asked = textWithin(dex, string, LONGEST);
      if (asked === null || asked.value === '' || asked.value.includes('/')) return;
      const by = nameOf(dex, method).slice(0, LONGEST);
      visit({ name: asked.value, by, offset: asked.offset });
    };
    attempt(
      () => visitLastStrings(dex, code, isCall, spend, ask),
      () => {},
    );
  }
}

/** Where instructions stand that seem to call a loader with a string, in order: data can look so as well. */
function callsOf(dex: DexFile, spend: Spend): number[] {
  const ids = loaderIds(dex);
  if (ids.length === 0) return [];
  const { bytes } = dex;
  const count = bytes.length >> 1;
  const units =
    bytes.byteOffset % 2 === 0
      ? new Uint16Array(bytes.buffer, bytes.byteOffset, count)
      : new Uint16Array(bytes.slice(0, 2 * count).buffer);
  const calls: number[] = [];
  for (const id of ids) {
    if (!spend(1 + Math.floor(bytes.length / BYTES_PER_STEP))) break;
    for (let at = units.indexOf(id, 4); at > 0 && calls.length < MOST_CALLS; at = units.indexOf(id, at + 1)) {
      if (isInvoke(units[at - 1]! & 0xff) && isAfterString(units, at - 1)) calls.push(2 * (at - 1));
    }
  }
  return calls.sort((a, b) => a - b);
}

/** Whether `const-string` stands right before, of either width. */
function isAfterString(units: Uint16Array, at: number): boolean {
  return (units[at - 2]! & 0xff) === op.constString || (units[at - 3]! & 0xff) === op.constStringJumbo;
}

/** The methods that begin last before some places in the file: each by its code_item, with its row in method_ids. */
function methodsAround({ bytes, view, classes }: DexFile, places: readonly number[], spend: Spend) {
  const codes = new Array<number>(places.length).fill(0);
  const methods = new Array<number>(places.length).fill(0);
  const last = places.at(-1)!;
  let left = places.length;
  const data = new LooseCursor(bytes, 0);
  for (let index = 0; index < classes.count && left > 0; index++) {
    data.at = view.getUint32(classes.offset + 32 * index + 24, true);
    if (data.at === 0) continue;
    const fields = data.uleb128() + data.uleb128();
    const direct = data.uleb128();
    const virtual = data.uleb128();
    // A member takes two bytes at least, a method three.
    if (data.at + 2 * fields + 3 * (direct + virtual) > bytes.length) continue;
    // Classes may share their data, and each of its methods is held to every place.
    const compared = (direct + virtual) * (1 + places.length / PLACES_PER_MEMBER);
    if (!spend(1 + Math.floor((fields + compared) / MEMBERS_PER_STEP))) break;
    for (let i = 2 * fields; i > 0; i--) data.uleb128();
    let method = 0;
    for (let rest = direct + virtual; rest > 0; rest--) {
      if (rest === virtual) method = 0;
      method += data.uleb128();
      data.uleb128();
      const code = data.uleb128();
      if (code < headerSize || code + 16 > last) continue;
      for (let i = 0; i < places.length; i++) {
        if (code + 16 > places[i]! || code <= codes[i]!) continue;
        codes[i] = code;
        methods[i] = method;
        // Its code, behind a header of 16 bytes, reaches beyond the place: no other method begins between them.
        if (code + 16 + 2 * view.getUint32(code + 12, true) > places[i]!) left--;
      }
    }
  }
  return new Map(codes.map((code, i) => [code, methods[i]!] as const).filter(([code]) => code > 0));
}

function nameOf(dex: DexFile, method: number): string {
  const { view, methods } = dex;
  const row = methods.offset + 8 * method;
  if (method >= methods.count) throw new FormatError(`method ${method} is not in method_ids`, row);
  return `${dottedName(dex, view.getUint16(row, true))}.${textOf(dex, view.getUint32(row + 4, true), row).value}`;
}

function loaderIds(dex: DexFile): number[] {
  const { view, methods } = dex;
  // Instructions name methods by 16 bits.
  const count = Math.min(methods.count, 0x1_0000);
  const typeAt = (index: number) => view.getUint16(methods.offset + 8 * index, true);
  const ids: number[] = [];
  for (const [descriptor, names] of Object.entries(loaders)) {
    const type = findType(dex, descriptor);
    const strings = names.map((name) => findString(dex, name)).filter((string) => string >= 0);
    if (type < 0 || strings.length === 0) continue;
    // method_ids are sorted by their class first.
    let first = 0;
    for (let high = count; first < high; ) {
      const middle = (first + high) >> 1;
      if (typeAt(middle) < type) first = middle + 1;
      else high = middle;
    }
    for (let index = first; index < count && typeAt(index) === type && ids.length < MOST_LOADERS; index++) {
      if (strings.includes(view.getUint32(methods.offset + 8 * index + 4, true))) ids.push(index);
    }
  }
  return ids;
}
