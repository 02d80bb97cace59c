import { attempt } from '../../coverage.ts';
import { type DexFile, headerSize } from './header.ts';
import type { Spend } from './instructions.ts';
import { dottedName, findString, findType, textOf, textWithin } from './lookup.ts';
import { type Method, visitMethodsOf } from './members.ts';
import { isInvoke } from './opcodes.ts';
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

/** Calls looked at, and method ids that stand for a loader: real files have tens, and one of each. */
const MOST_CALLS = 4096;
const MOST_LOADERS = 8;

/** Longer than the name of any file. */
const LONGEST = 255;

/** Bytes that are looked through for calls in about a step. */
const BYTES_PER_STEP = 8192;

/**
 * Calls `visit` with each library that is asked for by `System.loadLibrary` and its kin with a constant. Code is decoded
 * only of methods that hold such a call. What is broken, or costs more than may be spent, is passed over.
 */
export function visitAskedLibraries(dex: DexFile, spend: Spend, visit: (asked: AskedLibrary) => void): void {
  const calls = callsOf(dex, spend);
  if (calls.length === 0) return;
  const isCall = (at: number) => calls[firstFrom(calls, at)] === at;
  const { view, classes, bytes } = dex;
  const ofMethod = ({ code, name, of }: Method): void => {
    if (code < headerSize || code + 16 > bytes.length) return;
    const start = code + 16;
    const first = calls[firstFrom(calls, start)];
    if (first === undefined || first >= start + 2 * view.getUint32(code + 12, true)) return;
    visitLastStrings(dex, code, isCall, spend, (string) => {
      const asked = textWithin(dex, string, LONGEST);
      if (asked === null || asked.value === '' || asked.value.includes('/')) return;
      const by = `${dottedName(dex, of)}.${textOf(dex, name, code).value}`.slice(0, LONGEST);
      visit({ name: asked.value, by, offset: asked.offset });
    });
  };
  for (let index = 0; index < classes.count; index++) {
    const data = view.getUint32(classes.offset + 32 * index + 24, true);
    if (data === 0) continue;
    attempt(
      () => visitMethodsOf(dex, data, spend, ofMethod),
      () => {},
    );
  }
}

/** Where instructions stand that seem to call a loader, in order: data can look so as well. */
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
    for (let at = units.indexOf(id, 1); at > 0 && calls.length < MOST_CALLS; at = units.indexOf(id, at + 1)) {
      if (isInvoke(units[at - 1]! & 0xff)) calls.push(2 * (at - 1));
    }
  }
  return calls.sort((a, b) => a - b);
}

function loaderIds(dex: DexFile): number[] {
  const { view, methods } = dex;
  const ids: number[] = [];
  for (const [descriptor, names] of Object.entries(loaders)) {
    const type = findType(dex, descriptor);
    const strings = names.map((name) => findString(dex, name)).filter((string) => string >= 0);
    if (type < 0 || strings.length === 0) continue;
    // Instructions name methods by 16 bits.
    for (let index = 0; index < Math.min(methods.count, 0x1_0000) && ids.length < MOST_LOADERS; index++) {
      const row = methods.offset + 8 * index;
      if (view.getUint16(row, true) === type && strings.includes(view.getUint32(row + 4, true))) ids.push(index);
    }
  }
  return ids;
}

/** Index of the first of sorted numbers that is not below one. */
function firstFrom(sorted: readonly number[], least: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle]! < least) low = middle + 1;
    else high = middle;
  }
  return low;
}
