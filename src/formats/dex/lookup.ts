import { FormatError } from '../../errors.ts';
import type { DexFile } from './header.ts';
import { decodeMutf8 } from './mutf8.ts';
import { stringStart } from './tables.ts';

/** Bytes of a constant: the class file that it was compiled from has room for no more (JVMS 4.4.7). */
const LONGEST = 0xffff;

export interface DexString {
  readonly value: string;
  /** Bytes from the start of the file to the first byte of the string's data, behind its utf16_size. */
  readonly offset: number;
}

/** Offset of the first class_def_item of a type id; -1 where the file does not define it. */
export function findClass(dex: DexFile, type: number): number {
  const { view, classes } = dex;
  for (let index = 0; index < classes.count; index++) {
    const row = classes.offset + 32 * index;
    if (view.getUint32(row, true) === type) return row;
  }
  return -1;
}

/** Of a type id. @throws FormatError where it has none */
export function descriptorOf(dex: DexFile, type: number): string {
  if (type >= dex.types.count) throw new FormatError(`type ${type} is not in type_ids`, dex.types.offset);
  return textOf(dex, dex.view.getUint32(dex.types.offset + 4 * type, true), dex.types.offset).value;
}

/** `a.b.C$D` → `La/b/C$D;` */
export const descriptorFor = (className: string): string => `L${className.replaceAll('.', '/')};`;

/** The class of a type id, dotted. @throws FormatError where it has no descriptor */
export function dottedName(dex: DexFile, type: number): string {
  return descriptorOf(dex, type).replace(/^L|;$/g, '').replaceAll('/', '.');
}

/** A string by its index. @throws FormatError where it has no end */
export function textOf(dex: DexFile, index: number, at: number): DexString {
  const { bytes } = dex;
  const offset = stringStart(dex, index);
  let end = offset;
  while (end < bytes.length && end - offset <= LONGEST && bytes[end] !== 0) end++;
  if (bytes[end] !== 0) throw new FormatError(`string ${index} is not readable or too long`, at);
  return { value: decodeMutf8(bytes, offset, end), offset };
}

/** A string of so many bytes at most; null for a longer one, and where it cannot be read. */
export function textWithin(dex: DexFile, index: number, most: number): DexString | null {
  const { bytes } = dex;
  const offset = stringStart(dex, index);
  const length = bytes.subarray(offset, offset + most + 1).indexOf(0);
  return length < 0 ? null : { value: decodeMutf8(bytes, offset, offset + length), offset };
}

/** type_ids are sorted by the index of their descriptor. */
export function findType(dex: DexFile, descriptor: string): number {
  const string = findString(dex, descriptor);
  const { view, types } = dex;
  if (string < 0) return -1;
  return search(types.count, (index) => view.getUint32(types.offset + 4 * index, true) - string);
}

/** string_ids are sorted by UTF-16 code units, which is the order of their MUTF-8 bytes. */
export function findString(dex: DexFile, text: string): number {
  const { bytes } = dex;
  const wanted = new TextEncoder().encode(text);
  return search(dex.strings.count, (index) => {
    const start = stringStart(dex, index);
    for (let i = 0; i < wanted.length; i++) {
      const difference = (bytes[start + i] ?? 0) - wanted[i]!;
      if (difference !== 0) return difference;
    }
    return bytes[start + wanted.length] ?? 0;
  });
}

/** Binary search in a sorted table: `compare` says how the row at an index stands to what is sought. */
function search(count: number, compare: (index: number) => number): number {
  let low = 0;
  let high = count - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const order = compare(middle);
    if (order === 0) return middle;
    if (order < 0) low = middle + 1;
    else high = middle - 1;
  }
  return -1;
}

/** The first row of a sorted table that does not stand before what is sought; their number where all do. */
export function firstOf(count: number, compare: (index: number) => number): number {
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (compare(middle) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}
