import type { Budgets } from '../../budgets.ts';
import { attempt } from '../../coverage.ts';
import { BudgetError, FormatError } from '../../errors.ts';
import type { Problems } from '../problems.ts';
import { BinaryObjects, HEADER } from './binary-objects.ts';
import type { Place, PlistParsing } from './parsing.ts';
import type { PlistValue } from './value.ts';

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
  readonly #objects: BinaryObjects;
  readonly #reading: PlistParsing;
  readonly #budgets: Budgets;
  readonly #problems: Problems;
  readonly #leaves = new Map<number, PlistValue>();
  readonly #open: Frame[] = [];
  readonly #onPath = new Set<number>();

  constructor(bytes: Uint8Array, reading: PlistParsing) {
    this.#objects = new BinaryObjects(bytes, reading.budgets);
    this.#reading = reading;
    this.#budgets = reading.budgets;
    this.#problems = reading.problems;
  }

  /** Walks the objects with a stack of its own: depth costs a frame, never the call stack. */
  read(): PlistValue {
    const root = this.#object(this.#objects.top);
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
        frame.array.push(this.#referenced(frame.offset + i * this.#objects.referenceSize));
      } else {
        const keyAt = frame.offset + i * this.#objects.referenceSize;
        const key = this.#key(keyAt);
        const outermost = this.#open.length === 1;
        if (outermost && !this.#reading.wanted(key)) {
          this.#reading.count(1, keyAt);
          continue;
        }
        const valueAt = frame.offset + (frame.count + i) * this.#objects.referenceSize;
        const value = this.#referenced(valueAt);
        if (outermost) this.#reading.places.set(key, { key: this.#place(keyAt), value: this.#place(valueAt) });
        if (frame.map!.has(key)) this.#problems.add(frame.offset, `key ${key} is there twice: the last one counts`);
        frame.map!.set(key, value);
      }
    }
  }

  /** The object that the reference at `offset` names. A container comes back empty and is filled later. */
  #referenced(offset: number): PlistValue {
    const index = this.#objects.unsigned(offset, this.#objects.referenceSize);
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
    const index = this.#objects.unsigned(offset, this.#objects.referenceSize);
    // Only a string is followed: an array or dictionary would open a frame of its own.
    const key = this.#objects.isText(index) ? this.#referenced(offset) : null;
    if (typeof key === 'string') return key;
    this.#problems.add(offset, 'a key that is no string');
    return `object ${index}`;
  }

  #object(index: number): PlistValue {
    if (!this.#objects.has(index))
      throw new FormatError(`object ${index} is not in the offset table`, this.#objects.offsetTable);
    const offset = this.#objects.offsetOf(index);
    this.#reading.count(1, offset);
    const marker = this.#objects.bytes[offset]!;
    const kind = marker >> 4;
    if (kind >= 0xa) return this.#container(index, kind, offset);
    const known = this.#leaves.get(index);
    if (known !== undefined) return known;
    const value = this.#objects.leaf(marker, offset);
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
    const { count, start } = this.#objects.countAt(offset);
    this.#objects.inside(start, count * this.#objects.referenceSize * (isMap ? 2 : 1), offset);
    if (count > this.#budgets.plistObjects) throw new BudgetError('plistObjects', this.#budgets.plistObjects, offset);
    const array: PlistValue[] | null = isMap ? null : [];
    const map: Map<string, PlistValue> | null = isMap ? new Map() : null;
    this.#onPath.add(index);
    this.#open.push({ index, offset: start, count, array, map, next: 0 });
    return array ?? map;
  }

  /** The bytes of the string that the reference at `offset` names. */
  #place(offset: number): Place | null {
    const index = this.#objects.unsigned(offset, this.#objects.referenceSize);
    if (typeof this.#leaves.get(index) !== 'string') return null;
    const object = this.#objects.offsetOf(index);
    const { count, start } = this.#objects.countAt(object);
    // UTF-8 for ASCII too: to look at the bytes again for each reference could cost their length each time.
    return this.#objects.bytes[object]! >> 4 === 6
      ? { offset: start, length: count * 2, encoding: 'utf-16be' }
      : { offset: start, length: count, encoding: 'utf-8' };
  }
}
