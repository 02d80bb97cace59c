import type { Problem } from '../../coverage.ts';
import { type DexFile, headerSize } from './header.ts';

/** Counts the rows that one visit had to skip, so that a million of them make one problem. */
interface Skipped {
  count: number;
  offset: number;
}

/** Marks by two bytes, first x 256 + second: strings that neither begin nor end with a marked pair are not of interest. */
export interface StringFilter {
  readonly heads: Uint8Array;
  readonly tails: Uint8Array;
}

const everyString: StringFilter = { heads: new Uint8Array(0x1_0000).fill(1), tails: new Uint8Array(0) };

/**
 * Calls `visit` with the MUTF-8 bytes of each string, in place: no JavaScript strings. `start` and `end` (exclusive,
 * without the NUL) are bytes from the start of the file. A string whose offset is bad is skipped, with one problem for
 * all of them.
 */
export function visitStrings(
  dex: DexFile,
  visit: (index: number, start: number, end: number) => void,
  { heads, tails }: StringFilter = everyString,
): void {
  const { bytes, view, strings } = dex;
  const skipped: Skipped = { count: 0, offset: 0 };
  let left = dex.allowance;
  for (let index = 0; index < strings.count && left >= 0; index++) {
    // What stringStart and stringEnd come to for a short string of ASCII, as nearly all are: this loop is what a DEX costs.
    const offset = view.getUint32(strings.offset + 4 * index, true);
    let start = offset + 1;
    let end = start + bytes[offset]!;
    if (offset < headerSize || !(end - start < 0x80) || bytes[end] !== 0) {
      start = stringStart(dex, index);
      end = stringEnd(bytes, start);
    }
    left -= end - start;
    if (end === bytes.length) skip(skipped, strings.offset + 4 * index);
    else if (
      left >= 0 &&
      (heads[bytes[start]! * 256 + bytes[start + 1]!] || tails[bytes[end - 2]! * 256 + bytes[end - 1]!])
    ) {
      visit(index, start, end);
    }
  }
  report(dex, skipped, 'strings have no readable data');
  if (left < 0) reportOverlap(dex, strings.offset, 'string_ids');
}

/**
 * Calls `visit` with the descriptor (`Lio/agora/rtc/RtcEngine;`) behind each type id: `defined` where a class_def of
 * this file has the type, else the file only refers to it. An array type stands for its element type, always as
 * referenced (a defined element comes by its own id, too); primitive types are skipped.
 */
export function visitTypes(
  dex: DexFile,
  visit: (index: number, start: number, end: number, defined: boolean) => void,
): void {
  const { starts, ends, defined } = typesOf(dex);
  for (let index = 0; index < starts.length; index++) {
    const start = starts[index]!;
    if (start > 0) visit(index, start, ends[index]!, defined[index] === 1);
  }
}

/**
 * Calls `visit` with the class descriptor and the name of each method id; methods of primitive arrays are skipped. For
 * call sites, which a later issue reads.
 */
export function visitMethods(
  dex: DexFile,
  visit: (index: number, classStart: number, classEnd: number, nameStart: number, nameEnd: number) => void,
): void {
  const { bytes, view, methods } = dex;
  const { starts, ends } = typesOf(dex);
  const skipped: Skipped = { count: 0, offset: 0 };
  let left = dex.allowance;
  for (let index = 0; index < methods.count && left >= 0; index++) {
    const row = methods.offset + 8 * index;
    const type = view.getUint16(row, true);
    const name = view.getUint32(row + 4, true);
    const nameStart = stringStart(dex, name);
    const nameEnd = stringEnd(bytes, nameStart);
    left -= nameEnd - nameStart;
    if (type >= starts.length || nameEnd === bytes.length) {
      skip(skipped, row);
      continue;
    }
    const classStart = starts[type]!;
    const classEnd = ends[type]!;
    left -= classEnd - classStart;
    if (classStart > 0 && left >= 0) visit(index, classStart, classEnd, nameStart, nameEnd);
  }
  report(dex, skipped, 'methods name no class or no readable string');
  if (left < 0) reportOverlap(dex, methods.offset, 'method_ids');
}

/** Where the MUTF-8 bytes of a string start (string_data_item behind its utf16_size); the file's end if nowhere. */
export function stringStart(dex: DexFile, index: number): number {
  const { bytes, strings } = dex;
  if (index >= strings.count) return bytes.length;
  let at = dex.view.getUint32(strings.offset + 4 * index, true);
  if (at < headerSize) return bytes.length;
  // utf16_size is a ULEB128 of at most five bytes. Its value is only a claim: the NUL ends the string.
  const last = at + 4;
  while (at < bytes.length && at < last && bytes[at]! >= 0x80) at++;
  return Math.min(at + 1, bytes.length);
}

/**
 * Where the NUL is; the file's end if nowhere. Tried first where a short string of ASCII has it, by the utf16_size before
 * the string: ART refuses a file with a NUL before that (dex_file_verifier.cc, CheckIntraStringDataItem).
 */
function stringEnd(bytes: Uint8Array, start: number): number {
  const likely = start + bytes[start - 1]!;
  if (bytes[likely] === 0) return likely;
  const end = bytes.indexOf(0, start);
  return end < 0 ? bytes.length : end;
}

interface Types {
  readonly starts: Uint32Array;
  readonly ends: Uint32Array;
  /** 1 for each type id that a class_def of the file defines. */
  readonly defined: Uint8Array;
}

/** Several visits go over the same types. */
const types = new WeakMap<DexFile, Types>();

function typesOf(dex: DexFile): Types {
  let found = types.get(dex);
  if (!found) {
    const defined = definedTypes(dex);
    const { starts, ends } = descriptors(dex);
    found = { starts, ends, defined };
    types.set(dex, found);
  }
  return found;
}

/** Where the class descriptor of a type id stands, without the `[` of arrays; null where it has none. */
export function descriptorRange(dex: DexFile, type: number): { readonly start: number; readonly end: number } | null {
  const { starts, ends } = typesOf(dex);
  const start = starts[type] ?? 0;
  return start === 0 ? null : { start, end: ends[type]! };
}

/** A mark for each type id that a class_def of this file defines. */
function definedTypes(dex: DexFile): Uint8Array {
  const { view, classes } = dex;
  const defined = new Uint8Array(dex.types.count);
  const skipped: Skipped = { count: 0, offset: 0 };
  for (let index = 0; index < classes.count; index++) {
    const row = classes.offset + 32 * index;
    const type = view.getUint32(row, true);
    if (type < defined.length) defined[type] = 1;
    else skip(skipped, row);
  }
  report(dex, skipped, 'class_defs name no type');
  return defined;
}

/** The class descriptor of each type id, without the `[` of arrays; start 0 where there is none. */
function descriptors(dex: DexFile): { starts: Uint32Array; ends: Uint32Array } {
  const { bytes, view, types } = dex;
  const starts = new Uint32Array(types.count);
  const ends = new Uint32Array(types.count);
  const skipped: Skipped = { count: 0, offset: 0 };
  let left = dex.allowance;
  for (let index = 0; index < types.count && left >= 0; index++) {
    const row = types.offset + 4 * index;
    let start = stringStart(dex, view.getUint32(row, true));
    const end = stringEnd(bytes, start);
    left -= end - start;
    while (start < end && bytes[start] === 0x5b) start++;
    if (end < bytes.length && end - start > 2 && bytes[start] === 0x4c && bytes[end - 1] === 0x3b) {
      starts[index] = start;
      ends[index] = end;
    } else if (end === bytes.length || end - start !== 1) {
      skip(skipped, row);
    }
  }
  report(dex, skipped, 'types have no descriptor');
  if (left < 0) reportOverlap(dex, types.offset, 'type_ids');
  return { starts, ends };
}

function skip(skipped: Skipped, offset: number): void {
  if (skipped.count++ === 0) skipped.offset = offset;
}

function report(dex: DexFile, skipped: Skipped, what: string): void {
  if (skipped.count > 0)
    addOnce(dex, malformed(skipped.offset, `${skipped.count} ${what}, the first at ${skipped.offset}`));
}

function reportOverlap(dex: DexFile, offset: number, table: string): void {
  addOnce(dex, malformed(offset, `${table} hand out the same bytes over and over: the rest of them is not read`));
}

/** Several visits read the same table; each finds the same problem. */
export function addOnce(dex: DexFile, problem: Problem): void {
  if (!dex.problems.some(({ message }) => message === problem.message)) dex.problems.push(problem);
}

function malformed(offset: number, message: string): Problem {
  return { offset, message, reason: 'malformed' };
}
