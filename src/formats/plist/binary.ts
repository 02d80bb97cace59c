import type { Budgets } from '../../budgets.ts';
import { attempt } from '../../coverage.ts';
import { BudgetError, FormatError } from '../../errors.ts';
import type { Problems } from '../problems.ts';
import type { Place, PlistParsing } from './parsing.ts';
import type { PlistValue } from './value.ts';

const TRAILER = 32;
const HEADER = 8;
/** Seconds between 1970-01-01 and 2001-01-01, where property lists count from. */
const REFERENCE_DATE = 978_307_200;

/** Tells a binary property list; CoreFoundation takes any minor version. */
export function isBinaryPlist(bytes: Uint8Array): boolean {
  return bytes.length >= HEADER && new TextDecoder('latin1').decode(bytes.subarray(0, 7)) === 'bplist0';
}

/**
 * Reads a binary property list (CoreFoundation, CFBinaryPList.c). Objects may be shared: a few bytes can stand for a tree
 * of any size, so the budget counts objects as often as they are met, and all bytes of strings and data.
 * An object that cannot be read, or that holds itself, becomes null and a problem.
 * @throws FormatError where trailer, offset table or top object cannot be read
 * @throws BudgetError `plistObjects`, `allPlistObjects`, `plistDepth`, `documentBytes`
 */
export function readBinaryPlist(bytes: Uint8Array, reading: PlistParsing): PlistValue {
  return new BinaryPlist(bytes, reading).read();
}

/** An array or dictionary whose elements are still to be read. */
interface Frame {
  readonly index: number;
  readonly offset: number;
  readonly count: number;
  readonly array: PlistValue[] | null;
  readonly map: Map<string, PlistValue> | null;
  next: number;
}

class BinaryPlist {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #reading: PlistParsing;
  readonly #budgets: Budgets;
  readonly #problems: Problems;
  readonly #offsetSize: number;
  readonly #referenceSize: number;
  readonly #objectCount: number;
  readonly #top: number;
  readonly #offsetTable: number;
  readonly #leaves = new Map<number, PlistValue>();
  readonly #open: Frame[] = [];
  readonly #onPath = new Set<number>();
  #decoded = 0;

  constructor(bytes: Uint8Array, reading: PlistParsing) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#reading = reading;
    this.#budgets = reading.budgets;
    this.#problems = reading.problems;
    const trailer = bytes.length - TRAILER;
    if (trailer < HEADER) throw new FormatError('the binary property list has no trailer', Math.max(trailer, 0));
    this.#offsetSize = bytes[trailer + 6]!;
    this.#referenceSize = bytes[trailer + 7]!;
    this.#objectCount = this.#unsigned(trailer + 8, 8);
    this.#top = this.#unsigned(trailer + 16, 8);
    this.#offsetTable = this.#unsigned(trailer + 24, 8);
    if (this.#offsetSize < 1 || this.#offsetSize > 8 || this.#referenceSize < 1 || this.#referenceSize > 8)
      throw new FormatError('the trailer gives impossible sizes of offsets or references', trailer + 6);
    if (this.#offsetTable < HEADER || this.#offsetTable + this.#objectCount * this.#offsetSize > trailer)
      throw new FormatError('the offset table lies outside the binary property list', trailer + 24);
    if (this.#top >= this.#objectCount)
      throw new FormatError('the top object is not in the offset table', trailer + 16);
  }

  /** Walks the objects with a stack of its own: depth costs a frame, never the call stack. */
  read(): PlistValue {
    const root = this.#object(this.#top);
    for (;;) {
      const frame = this.#open.at(-1);
      if (!frame) return root;
      if (frame.next === frame.count) {
        this.#onPath.delete(frame.index);
        this.#open.pop();
        continue;
      }
      const i = frame.next++;
      if (frame.array) {
        frame.array.push(this.#referenced(frame.offset + i * this.#referenceSize));
      } else {
        const keyAt = frame.offset + i * this.#referenceSize;
        const key = this.#key(keyAt);
        const outermost = this.#open.length === 1;
        if (outermost && !this.#reading.wanted(key)) {
          this.#reading.count(1, keyAt);
          continue;
        }
        const valueAt = frame.offset + (frame.count + i) * this.#referenceSize;
        const value = this.#referenced(valueAt);
        if (outermost) this.#reading.places.set(key, { key: this.#place(keyAt), value: this.#place(valueAt) });
        if (frame.map!.has(key)) this.#problems.add(frame.offset, `key ${key} is there twice: the last one counts`);
        frame.map!.set(key, value);
      }
    }
  }

  /** The object that the reference at `offset` names. A container comes back empty and is filled later. */
  #referenced(offset: number): PlistValue {
    const index = this.#unsigned(offset, this.#referenceSize);
    return attempt(
      () => this.#object(index),
      ({ reason }, error) => {
        // A reference that leads nowhere is one value; a budget is the whole list's.
        if (reason === 'budget') throw error;
        this.#problems.failed(error);
      },
    );
  }

  #key(offset: number): string {
    const index = this.#unsigned(offset, this.#referenceSize);
    const at =
      index < this.#objectCount ? this.#unsigned(this.#offsetTable + index * this.#offsetSize, this.#offsetSize) : 0;
    const kind = (this.#bytes[at] ?? 0) >> 4;
    // Only a string is followed: an array or dictionary would open a frame of its own.
    const key = kind >= 5 && kind <= 7 ? this.#referenced(offset) : null;
    if (typeof key === 'string') return key;
    this.#problems.add(offset, 'a key that is no string');
    return `object ${index}`;
  }

  #object(index: number): PlistValue {
    if (index >= this.#objectCount)
      throw new FormatError(`object ${index} is not in the offset table`, this.#offsetTable);
    const offset = this.#offsetOf(index);
    this.#reading.count(1, offset);
    const marker = this.#bytes[offset]!;
    const kind = marker >> 4;
    if (kind >= 0xa) return this.#container(index, kind, offset);
    const known = this.#leaves.get(index);
    if (known !== undefined) return known;
    const value = this.#leaf(marker, offset);
    this.#leaves.set(index, value);
    return value;
  }

  #container(index: number, kind: number, offset: number): PlistValue {
    const isMap = kind === 0xd;
    // 0xa array, 0xb ordered set, 0xc set, 0xd dictionary
    if (kind > 0xd) throw new FormatError(`object kind ${kind} is unknown`, offset);
    if (this.#onPath.has(index)) throw new FormatError(`object ${index} holds itself`, offset);
    if (this.#open.length >= this.#budgets.plistDepth)
      throw new BudgetError('plistDepth', this.#budgets.plistDepth, offset);
    const { count, start } = this.#countAt(offset);
    this.#inside(start, count * this.#referenceSize * (isMap ? 2 : 1), offset);
    if (count > this.#budgets.plistObjects) throw new BudgetError('plistObjects', this.#budgets.plistObjects, offset);
    const array: PlistValue[] | null = isMap ? null : [];
    const map: Map<string, PlistValue> | null = isMap ? new Map() : null;
    this.#onPath.add(index);
    this.#open.push({ index, offset: start, count, array, map, next: 0 });
    return array ?? map;
  }

  /** The bytes of the string that the reference at `offset` names. */
  #place(offset: number): Place | null {
    const index = this.#unsigned(offset, this.#referenceSize);
    if (typeof this.#leaves.get(index) !== 'string') return null;
    const object = this.#offsetOf(index);
    const { count, start } = this.#countAt(object);
    // UTF-8 for ASCII too: to look at the bytes again for each reference could cost their length each time.
    return this.#bytes[object]! >> 4 === 6
      ? { offset: start, length: count * 2, encoding: 'utf-16be' }
      : { offset: start, length: count, encoding: 'utf-8' };
  }

  #leaf(marker: number, offset: number): PlistValue {
    const low = marker & 0xf;
    switch (marker >> 4) {
      case 0:
        if (marker === 0x08 || marker === 0x09) return marker === 0x09;
        if (marker === 0x00) return null;
        break;
      case 1:
        if (low <= 4) return this.#integer(offset + 1, 1 << low, offset);
        break;
      case 2:
      case 3:
        if (low === 2 || low === 3) return this.#real(marker, offset);
        break;
      case 4: {
        const { start, length } = this.#payload(offset, 1);
        return this.#bytes.subarray(start, start + length);
      }
      case 5:
      case 7: {
        // 5 is ASCII; 7, UTF-8, is written by newer systems only. Bytes above 0x7f in an ASCII string: as UTF-8.
        const { start, length } = this.#payload(offset, 1);
        return utf8.decode(this.#bytes.subarray(start, start + length));
      }
      case 6: {
        const { start, length } = this.#payload(offset, 2);
        return utf16(this.#view, start, length);
      }
      case 8: {
        this.#inside(offset + 1, low + 1, offset);
        const uid = this.#unsigned(offset + 1, low + 1);
        if (Number.isSafeInteger(uid)) return { uid };
        break;
      }
    }
    throw new FormatError(`object marker 0x${marker.toString(16)} is unknown`, offset);
  }

  #integer(start: number, size: number, offset: number): number | bigint {
    this.#inside(start, size, offset);
    // 1, 2 and 4 bytes are unsigned, 8 and 16 signed (CFBinaryPList.c, __CFBinaryPlistCreateObjectFiltered).
    if (size < 8) return this.#unsigned(start, size);
    const high = this.#view.getBigInt64(start);
    const value = size === 8 ? high : high * 2n ** 64n + this.#view.getBigUint64(start + 8);
    const rounded = Number(value);
    return Number.isSafeInteger(rounded) ? rounded : value;
  }

  #real(marker: number, offset: number): number | Date {
    const size = 1 << (marker & 0xf);
    this.#inside(offset + 1, size, offset);
    const value = size === 4 ? this.#view.getFloat32(offset + 1) : this.#view.getFloat64(offset + 1);
    if (marker >> 4 === 2) return value;
    const date = new Date((value + REFERENCE_DATE) * 1000);
    if (Number.isNaN(date.getTime())) throw new FormatError('a date that no calendar holds', offset);
    return date;
  }

  /** Length and start of a string or data, counted against the budget: objects may overlap. */
  #payload(offset: number, unit: 1 | 2): { start: number; length: number } {
    const { count, start } = this.#countAt(offset);
    const length = count * unit;
    this.#inside(start, length, offset);
    this.#decoded += length;
    if (this.#decoded > this.#budgets.documentBytes)
      throw new BudgetError('documentBytes', this.#budgets.documentBytes, offset);
    return { start, length };
  }

  /** Low half of the marker, or, where that is 15, the integer object behind it. */
  #countAt(offset: number): { count: number; start: number } {
    const low = this.#bytes[offset]! & 0xf;
    if (low < 0xf) return { count: low, start: offset + 1 };
    this.#inside(offset + 1, 1, offset);
    const marker = this.#bytes[offset + 1]!;
    const size = 1 << (marker & 0xf);
    if (marker >> 4 !== 1 || size > 8) throw new FormatError('a count that is no integer', offset + 1);
    this.#inside(offset + 2, size, offset);
    return { count: this.#unsigned(offset + 2, size), start: offset + 2 + size };
  }

  #offsetOf(index: number): number {
    const at = this.#offsetTable + index * this.#offsetSize;
    const offset = this.#unsigned(at, this.#offsetSize);
    if (offset < HEADER || offset >= this.#offsetTable) throw new FormatError(`object ${index} lies outside`, at);
    return offset;
  }

  #inside(start: number, length: number, offset: number): void {
    if (!(start + length <= this.#offsetTable))
      throw new FormatError('an object reaches into the offset table', offset);
  }

  /** Big-endian; rounded beyond 2^53, which no bound admits. */
  #unsigned(offset: number, size: number): number {
    let value = 0;
    for (let i = 0; i < size; i++) value = value * 256 + this.#bytes[offset + i]!;
    return value;
  }
}

const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });

function utf16(view: DataView, start: number, length: number): string {
  let text = '';
  const units: number[] = [];
  for (let at = start; at < start + length; at += 2) {
    units.push(view.getUint16(at));
    if (units.length === 4096) text += String.fromCharCode(...units.splice(0));
  }
  return text + String.fromCharCode(...units);
}
