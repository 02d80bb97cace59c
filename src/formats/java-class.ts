import { FormatError } from '../errors.ts';
import { decodeMutf8 } from './dex/mutf8.ts';

/** JVMS 4.1: versions start at 45 (JDK 1.0.2). */
const FIRST_MAJOR = 45;

/** Bytes of a cp_info behind its tag (JVMS 4.4, table 4.4-A); CONSTANT_Utf8 has a length of its own. */
const constantBytes: ReadonlyMap<number, number> = new Map([
  [3, 4], // CONSTANT_Integer
  [4, 4], // CONSTANT_Float
  [5, 8], // CONSTANT_Long
  [6, 8], // CONSTANT_Double
  [7, 2], // CONSTANT_Class
  [8, 2], // CONSTANT_String
  [9, 4], // CONSTANT_Fieldref
  [10, 4], // CONSTANT_Methodref
  [11, 4], // CONSTANT_InterfaceMethodref
  [12, 4], // CONSTANT_NameAndType
  [15, 3], // CONSTANT_MethodHandle
  [16, 2], // CONSTANT_MethodType
  [17, 4], // CONSTANT_Dynamic
  [18, 4], // CONSTANT_InvokeDynamic
  [19, 2], // CONSTANT_Module
  [20, 2], // CONSTANT_Package
]);
const utf8 = 1;
const long = 5;
const double = 6;
const classTag = 7;
const stringTag = 8;
const accStatic = 0x0008;

/**
 * Whether these first bytes start a Java class file (JVMS 4.1). A fat Mach-O has the same magic: there the word behind
 * it counts slices, and no fat file holds 45 of them.
 */
export function isJavaClass(head: Uint8Array): boolean {
  if (head.length < 8 || head[0] !== 0xca || head[1] !== 0xfe || head[2] !== 0xba || head[3] !== 0xbe) return false;
  return (head[6]! << 8) + head[7]! >= FIRST_MAJOR;
}

export interface ClassConstant {
  /** Dotted, `$` for nested ones. */
  readonly class: string;
  readonly field: string;
  readonly value: string;
  /** Of the string's bytes in the file. */
  readonly offset: number;
}

/**
 * The ConstantValues of the static String fields of one class file (JVMS 4.7.2). Fields that code sets have none.
 * @throws FormatError where the file breaks off or contradicts itself, once what came before was given
 */
export function* constantStrings(bytes: Uint8Array): Generator<ClassConstant> {
  const file = new ClassFile(bytes);
  const text = (constant: number) => decodeMutf8(bytes, ...file.text(constant));
  const className = text(file.index(file.thisClass, classTag)).replaceAll('/', '.');
  for (let left = file.u2(); left > 0; left--) {
    const access = file.u2();
    const name = file.u2();
    const descriptor = file.u2();
    // The JVM ignores a ConstantValue of a field that is not static.
    const isString = (access & accStatic) !== 0 && file.isText(descriptor, 'Ljava/lang/String;');
    for (let attributes = file.u2(); attributes > 0; attributes--) {
      const attribute = file.u2();
      const length = file.u4();
      if (!isString || !file.isText(attribute, 'ConstantValue')) {
        file.skip(length);
        continue;
      }
      if (length !== 2) throw new FormatError(`a ConstantValue attribute of ${length} bytes`, file.at - 4);
      const [start, end] = file.text(file.index(file.u2(), stringTag));
      yield { class: className, field: text(name), value: decodeMutf8(bytes, start, end), offset: start };
    }
  }
}

/** A class file whose constant pool was walked; `at` stands at fields_count. */
class ClassFile {
  at = 8;
  readonly thisClass: number;
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  /** Offset of the tag of each entry; 0 for none: entry 0, and the second slot of a long or double. */
  readonly #pool: Uint32Array;

  constructor(bytes: Uint8Array) {
    if (!isJavaClass(bytes)) throw new FormatError('no Java class file', 0);
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const count = this.u2();
    this.#pool = new Uint32Array(count);
    for (let index = 1; index < count; index++) {
      this.#pool[index] = this.at;
      const tag = this.#bytes[this.at];
      this.skip(1);
      const length = tag === utf8 ? this.u2() : constantBytes.get(tag ?? 0);
      if (length === undefined) throw new FormatError(`constant ${index} has the unknown tag ${tag}`, this.at - 1);
      this.skip(length);
      // JVMS 4.4.5: "In retrospect, making 8-byte constants take two constant pool entries was a poor choice."
      if (tag === long || tag === double) index++;
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
    if (length > this.#bytes.length - this.at) throw new FormatError('the class file is cut off', this.#bytes.length);
    this.at += length;
  }

  /** The one index that a CONSTANT_Class or CONSTANT_String holds. */
  index(constant: number, tag: number): number {
    return this.#view.getUint16(this.#entry(constant, tag) + 1);
  }

  /** Where the bytes of a CONSTANT_Utf8 start and end. */
  text(constant: number): readonly [start: number, end: number] {
    const start = this.#entry(constant, utf8) + 3;
    return [start, start + this.#view.getUint16(start - 2)];
  }

  isText(constant: number, wanted: string): boolean {
    const [start, end] = this.text(constant);
    // A UTF-16 unit takes one to three bytes: most names are told apart by their length.
    const length = end - start;
    if (length < wanted.length || length > 3 * wanted.length) return false;
    return decodeMutf8(this.#bytes, start, end) === wanted;
  }

  #entry(constant: number, tag: number): number {
    const at = this.#pool[constant] ?? 0;
    if (at === 0 || this.#bytes[at] !== tag) {
      throw new FormatError(`constant ${constant} is not there or not of tag ${tag}`, at === 0 ? this.at : at);
    }
    return at;
  }
}
