import { FormatError } from '../../errors.ts';
import { decodeMutf8 } from '../dex/mutf8.ts';

/** JVMS 4.1: versions start at 45 (JDK 1.0.2). */
const FIRST_MAJOR = 45;

/** Tags of a cp_info (JVMS 4.4, table 4.4-A) that somebody looks up. */
export const tags = {
  utf8: 1,
  long: 5,
  double: 6,
  class: 7,
  string: 8,
  fieldRef: 9,
  methodRef: 10,
  interfaceMethodRef: 11,
  nameAndType: 12,
  methodType: 16,
} as const;

/** Bytes of a cp_info behind its tag (JVMS 4.4); CONSTANT_Utf8 has a length of its own. */
const constantBytes: ReadonlyMap<number, number> = new Map([
  [3, 4], // CONSTANT_Integer
  [4, 4], // CONSTANT_Float
  [tags.long, 8],
  [tags.double, 8],
  [tags.class, 2],
  [tags.string, 2],
  [tags.fieldRef, 4],
  [tags.methodRef, 4],
  [tags.interfaceMethodRef, 4],
  [tags.nameAndType, 4],
  [15, 3], // CONSTANT_MethodHandle
  [tags.methodType, 2],
  [17, 4], // CONSTANT_Dynamic
  [18, 4], // CONSTANT_InvokeDynamic
  [19, 2], // CONSTANT_Module
  [20, 2], // CONSTANT_Package
]);

/**
 * Whether these first bytes start a Java class file (JVMS 4.1). A fat Mach-O has the same magic: there the word behind
 * it counts slices, and no fat file holds 45 of them.
 */
export function isJavaClass(head: Uint8Array): boolean {
  if (head.length < 8 || head[0] !== 0xca || head[1] !== 0xfe || head[2] !== 0xba || head[3] !== 0xbe) return false;
  return (head[6]! << 8) + head[7]! >= FIRST_MAJOR;
}

/** Bytes of a constant that are a text: where they start and end. */
export type TextRange = readonly [start: number, end: number];

/** A class file whose constant pool was walked; `at` stands at fields_count. All offsets are bytes from its start. */
export class ClassFile {
  at = 8;
  readonly bytes: Uint8Array;
  /** Constants are numbered from 1 to below this. */
  readonly constants: number;
  /** Index of the CONSTANT_Class that the file is of. */
  readonly thisClass: number;
  readonly #view: DataView;
  /** Offset of the tag of each entry; 0 for none: entry 0, and the second slot of a long or double. */
  readonly #pool: Uint32Array;

  /** @throws FormatError where the constant pool breaks off or holds what is none */
  constructor(bytes: Uint8Array) {
    if (!isJavaClass(bytes)) throw new FormatError('no Java class file', 0);
    this.bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.constants = this.u2();
    this.#pool = new Uint32Array(this.constants);
    for (let index = 1; index < this.constants; index++) {
      this.#pool[index] = this.at;
      const tag = bytes[this.at];
      this.skip(1);
      const length = tag === tags.utf8 ? this.u2() : constantBytes.get(tag ?? 0);
      if (length === undefined) throw new FormatError(`constant ${index} has the unknown tag ${tag}`, this.at - 1);
      this.skip(length);
      // JVMS 4.4.5: "In retrospect, making 8-byte constants take two constant pool entries was a poor choice."
      if (tag === tags.long || tag === tags.double) index++;
    }
    this.skip(2);
    this.thisClass = this.u2();
    this.skip(2);
    this.skip(2 * this.u2());
  }

  u2(): number {
    this.skip(2);
    return this.#view.getUint16(this.at - 2);
  }

  u4(): number {
    this.skip(4);
    return this.#view.getUint32(this.at - 4);
  }

  skip(length: number): void {
    if (length > this.bytes.length - this.at) throw new FormatError('the class file is cut off', this.bytes.length);
    this.at += length;
  }

  /** The tag of a constant; 0 where there is none. */
  tagOf(constant: number): number {
    const at = this.#pool[constant] ?? 0;
    return at === 0 ? 0 : this.bytes[at]!;
  }

  /** An index that a constant of that tag holds: the first, or the second. @throws FormatError where it is of another tag */
  index(constant: number, tag: number, which: 0 | 1 = 0): number {
    return this.#view.getUint16(this.#entry(constant, tag) + 1 + 2 * which);
  }

  /** Where the bytes of a CONSTANT_Utf8 start and end. @throws FormatError where it is none */
  text(constant: number): TextRange {
    const start = this.#entry(constant, tags.utf8) + 3;
    return [start, start + this.#view.getUint16(start - 2)];
  }

  /** The name of the class that the file is of, as it stands: `io/agora/rtc2/RtcEngine`. @throws FormatError */
  get nameRange(): TextRange {
    return this.text(this.index(this.thisClass, tags.class));
  }

  /** The text of a CONSTANT_Utf8. @throws FormatError where it is none */
  decoded(constant: number): string {
    return decodeMutf8(this.bytes, ...this.text(constant));
  }

  isText(constant: number, wanted: string): boolean {
    const start = this.#entry(constant, tags.utf8) + 3;
    const length = this.#view.getUint16(start - 2);
    // A UTF-16 unit takes one to three bytes: most names are told apart by their length.
    if (length < wanted.length || length > 3 * wanted.length) return false;
    return decodeMutf8(this.bytes, start, start + length) === wanted;
  }

  #entry(constant: number, tag: number): number {
    const at = this.#pool[constant] ?? 0;
    if (at === 0 || this.bytes[at] !== tag) {
      throw new FormatError(`constant ${constant} is not there or not of tag ${tag}`, at === 0 ? this.at : at);
    }
    return at;
  }
}

/** `io/agora/rtc2/RtcEngine` as people write it. */
export const dottedClass = (name: string): string => name.replaceAll('/', '.');
