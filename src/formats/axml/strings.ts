import { decodeMutf8, fromUnits } from '../dex/mutf8.ts';
import type { XmlAnomalies } from './anomalies.ts';
import type { StringPlace } from './types.ts';

const headerBytes = 28;
const utf8Flag = 1 << 8;

export interface PoolString {
  readonly text: string;
  readonly place: StringPlace;
}

/** Strings that overlap could make a small pool decode to gigabytes; those of real pools lie side by side. */
const OVERLAP = 4;

/**
 * A string pool (AOSP ResourceTypes.h, ResStringPool_header), decoded string by string when asked. Counts are only
 * hints: an index is good where its entry and its string lie inside the chunk.
 */
export class StringPool {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #entries: number;
  readonly #count: number;
  readonly #start: number;
  readonly #end: number;
  readonly #isUtf8: boolean;
  readonly #anomalies: XmlAnomalies;
  readonly #decoded = new Map<number, PoolString | null>();
  #left: number;

  /** @param end where the chunk ends; `offset` + 28 lies before it */
  constructor(bytes: Uint8Array, offset: number, end: number, anomalies: XmlAnomalies) {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const claimedHeader = view.getUint16(offset + 2, true);
    const isHeader = claimedHeader >= headerBytes && offset + claimedHeader <= end;
    if (claimedHeader !== headerBytes)
      anomalies.add('axml.header-size', offset, `string pool header of ${claimedHeader} bytes`);
    const [stringCount, styleCount] = [view.getUint32(offset + 8, true), view.getUint32(offset + 12, true)];
    const [stringsStart, stylesStart] = [view.getUint32(offset + 20, true), view.getUint32(offset + 24, true)];
    this.#bytes = bytes;
    this.#view = view;
    this.#anomalies = anomalies;
    this.#isUtf8 = (view.getUint32(offset + 16, true) & utf8Flag) !== 0;
    this.#entries = offset + (isHeader ? claimedHeader : headerBytes);
    this.#start = Math.min(end, offset + stringsStart);
    const hasStyles = styleCount > 0 && stylesStart > stringsStart;
    this.#end = hasStyles ? Math.min(end, offset + stylesStart) : end;
    this.#left = bytes.length * OVERLAP;

    // The tables of string and style entries reach to the strings; hence the count that is true where the claim is not.
    const room = Math.max(0, Math.floor((this.#start - this.#entries) / 4));
    const derived = Math.max(0, room - (hasStyles ? styleCount : 0));
    if (stringCount !== derived || (styleCount > 0 && !hasStyles)) {
      const detail = `${stringCount} strings and ${styleCount} styles are claimed, there is room for ${room}`;
      anomalies.add('axml.string-count', offset + 8, detail);
    }
    this.#count = Math.max(derived, Math.min(stringCount, Math.floor((end - this.#entries) / 4)));
    this.#checkOffsets(Math.min(stringCount, derived));
  }

  /** The string of an index; null where there is none (0xffffffff means "no string") or it cannot be read. */
  at(index: number): PoolString | null {
    if (index >= this.#count) return null;
    let string = this.#decoded.get(index);
    if (string === undefined) {
      string = this.#decode(index);
      this.#decoded.set(index, string);
    }
    return string;
  }

  #checkOffsets(count: number): void {
    for (let index = 0; index < count; index++) {
      const entry = this.#entries + 4 * index;
      if (this.#start + this.#view.getUint32(entry, true) < this.#end) continue;
      this.#anomalies.add('axml.string-offset', entry, `string ${index} starts outside the pool`);
    }
  }

  #decode(index: number): PoolString | null {
    const offset = this.#view.getUint32(this.#entries + 4 * index, true);
    const place = this.#isUtf8
      ? this.#utf8Place(this.#start + offset)
      : this.#utf16Place(this.#start + offset - (offset % 2));
    if (!place) return null;
    const { start, end } = place;
    if (!this.#spend(end - start)) return null;
    if (this.#isUtf8) return { text: decodeMutf8(this.#bytes, start, end), place };
    const units = new Uint16Array((end - start) / 2);
    for (let i = 0; i < units.length; i++) units[i] = this.#view.getUint16(start + 2 * i, true);
    return { text: fromUnits(units), place };
  }

  /** Two lengths (UTF-16 units, then bytes) of one or two bytes each, the bytes, NUL. */
  #utf8Place(at: number): StringPlace | null {
    const bytes = this.#bytes;
    if (at + 2 > this.#end) return null;
    const second = at + (bytes[at]! & 0x80 ? 2 : 1);
    if (second + 2 > this.#end) return null;
    const isLong = (bytes[second]! & 0x80) !== 0;
    const length = isLong ? ((bytes[second]! & 0x7f) << 8) | bytes[second + 1]! : bytes[second]!;
    const start = second + (isLong ? 2 : 1);
    let end = start + length;
    if (end >= this.#end) return null;
    // Writers cut a length above 0x7fff to 15 bits: the string then goes on to its NUL, as the platform reads it.
    if (bytes[end] !== 0) {
      this.#anomalies.add('axml.string-length', at, `a string of ${length} bytes does not end in NUL`);
      while (end < this.#end && bytes[end] !== 0) end++;
    }
    return { start, end, encoding: 'mutf-8' };
  }

  /** A length of one or two units, the units, NUL. */
  #utf16Place(at: number): StringPlace | null {
    const view = this.#view;
    if (at + 4 > this.#end) return null;
    const first = view.getUint16(at, true);
    const isLong = first >= 0x8000;
    const length = isLong ? (first & 0x7fff) * 0x10000 + view.getUint16(at + 2, true) : first;
    const start = at + (isLong ? 4 : 2);
    const end = start + 2 * length;
    if (end + 2 > this.#end) return null;
    if (view.getUint16(end, true) !== 0) {
      this.#anomalies.add('axml.string-length', at, `a string of ${length} units does not end in NUL`);
    }
    return { start, end, encoding: 'utf-16le' };
  }

  #spend(count: number): boolean {
    this.#left -= count;
    return this.#left >= 0;
  }
}
