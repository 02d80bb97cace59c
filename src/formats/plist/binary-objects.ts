import type { Budgets } from '../../budgets.ts';
import { BudgetError, FormatError } from '../../errors.ts';
import type { PlistValue } from './value.ts';

const TRAILER = 32;
export const HEADER = 8;
/** Seconds between 1970-01-01 and 2001-01-01, where property lists count from. */
const REFERENCE_DATE = 978_307_200;

/** The objects of a binary property list where they stand: trailer, offset table, markers and what has no parts. */
export class BinaryObjects {
  readonly bytes: Uint8Array;
  readonly referenceSize: number;
  /** Number of the object that is the list. */
  readonly top: number;
  readonly offsetTable: number;
  readonly #view: DataView;
  readonly #budgets: Budgets;
  readonly #offsetSize: number;
  readonly #count: number;
  #decoded = 0;

  /** @throws FormatError where trailer or offset table cannot be */
  constructor(bytes: Uint8Array, budgets: Budgets) {
    this.bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#budgets = budgets;
    const trailer = bytes.length - TRAILER;
    if (trailer < HEADER) throw new FormatError('the binary property list has no trailer', Math.max(trailer, 0));
    this.#offsetSize = bytes[trailer + 6]!;
    this.referenceSize = bytes[trailer + 7]!;
    this.#count = this.unsigned(trailer + 8, 8);
    this.top = this.unsigned(trailer + 16, 8);
    this.offsetTable = this.unsigned(trailer + 24, 8);
    if (this.#offsetSize < 1 || this.#offsetSize > 8 || this.referenceSize < 1 || this.referenceSize > 8)
      throw new FormatError('the trailer gives impossible sizes of offsets or references', trailer + 6);
    if (this.offsetTable < HEADER || this.offsetTable + this.#count * this.#offsetSize > trailer)
      throw new FormatError('the offset table lies outside the binary property list', trailer + 24);
    if (this.top >= this.#count) throw new FormatError('the top object is not in the offset table', trailer + 16);
  }

  has(index: number): boolean {
    return index < this.#count;
  }

  /** Whether the object can be a string, by its marker alone. */
  isText(index: number): boolean {
    const at = this.has(index) ? this.unsigned(this.offsetTable + index * this.#offsetSize, this.#offsetSize) : 0;
    const kind = (this.bytes[at] ?? 0) >> 4;
    return kind >= 5 && kind <= 7;
  }

  /** An object without parts. @throws FormatError, BudgetError `documentBytes` */
  leaf(marker: number, offset: number): PlistValue {
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
        return this.bytes.subarray(start, start + length);
      }
      case 5:
      case 7: {
        // 5 is ASCII; 7, UTF-8, is written by newer systems only. Bytes above 0x7f in an ASCII string: as UTF-8.
        const { start, length } = this.#payload(offset, 1);
        return utf8.decode(this.bytes.subarray(start, start + length));
      }
      case 6: {
        const { start, length } = this.#payload(offset, 2);
        return utf16(this.#view, start, length);
      }
      case 8: {
        this.inside(offset + 1, low + 1, offset);
        const uid = this.unsigned(offset + 1, low + 1);
        if (Number.isSafeInteger(uid)) return { uid };
        break;
      }
    }
    throw new FormatError(`object marker 0x${marker.toString(16)} is unknown`, offset);
  }

  #integer(start: number, size: number, offset: number): number | bigint {
    this.inside(start, size, offset);
    // 1, 2 and 4 bytes are unsigned, 8 and 16 signed (CFBinaryPList.c, __CFBinaryPlistCreateObjectFiltered).
    if (size < 8) return this.unsigned(start, size);
    const high = this.#view.getBigInt64(start);
    const value = size === 8 ? high : high * 2n ** 64n + this.#view.getBigUint64(start + 8);
    const rounded = Number(value);
    return Number.isSafeInteger(rounded) ? rounded : value;
  }

  #real(marker: number, offset: number): number | Date {
    const size = 1 << (marker & 0xf);
    this.inside(offset + 1, size, offset);
    const value = size === 4 ? this.#view.getFloat32(offset + 1) : this.#view.getFloat64(offset + 1);
    if (marker >> 4 === 2) return value;
    const date = new Date((value + REFERENCE_DATE) * 1000);
    if (Number.isNaN(date.getTime())) throw new FormatError('a date that no calendar holds', offset);
    return date;
  }

  /** Length and start of a string or data, counted against the budget: objects may overlap. */
  #payload(offset: number, unit: 1 | 2): { start: number; length: number } {
    const { count, start } = this.countAt(offset);
    const length = count * unit;
    this.inside(start, length, offset);
    this.#decoded += length;
    if (this.#decoded > this.#budgets.documentBytes)
      throw new BudgetError('documentBytes', this.#budgets.documentBytes, offset);
    return { start, length };
  }

  /** Low half of the marker, or, where that is 15, the integer object behind it. */
  countAt(offset: number): { count: number; start: number } {
    const low = this.bytes[offset]! & 0xf;
    if (low < 0xf) return { count: low, start: offset + 1 };
    this.inside(offset + 1, 1, offset);
    const marker = this.bytes[offset + 1]!;
    const size = 1 << (marker & 0xf);
    if (marker >> 4 !== 1 || size > 8) throw new FormatError('a count that is no integer', offset + 1);
    this.inside(offset + 2, size, offset);
    return { count: this.unsigned(offset + 2, size), start: offset + 2 + size };
  }

  offsetOf(index: number): number {
    const at = this.offsetTable + index * this.#offsetSize;
    const offset = this.unsigned(at, this.#offsetSize);
    if (offset < HEADER || offset >= this.offsetTable) throw new FormatError(`object ${index} lies outside`, at);
    return offset;
  }

  inside(start: number, length: number, offset: number): void {
    if (!(start + length <= this.offsetTable)) throw new FormatError('an object reaches into the offset table', offset);
  }

  /** Big-endian; rounded beyond 2^53, which no bound admits. */
  unsigned(offset: number, size: number): number {
    let value = 0;
    for (let i = 0; i < size; i++) value = value * 256 + this.bytes[offset + i]!;
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
