import { decodeMutf8 } from '../dex/mutf8.ts';
import { type ClassFile, dottedClass, tags } from './class-file.ts';
import { op, visitInstructions } from './code.ts';
import { type Attribute, constantValue } from './members.ts';

export interface ClassConstant {
  /** Dotted, `$` for nested ones. */
  readonly class: string;
  readonly field: string;
  readonly value: string;
  /** Of the string's bytes in the file. */
  readonly offset: number;
}

/** A string that the code of a method loads, or loads and returns at once. */
export interface ClassString {
  readonly class: string;
  readonly method: string;
  readonly as: 'loaded' | 'returned';
  readonly value: string;
  readonly offset: number;
}

/** Longer ones are no version, key, address or name. */
const LONGEST = 256;

/** Takes what the attributes of one class say. */
export interface StringsTaker {
  constant(found: ClassConstant): void;
  string(found: ClassString): void;
}

/**
 * Hands over the value of a static String field: of a ConstantValue, or of what the initialiser stores there at once; and,
 * of methods that are wanted, the strings that their code loads and returns, each once.
 * @returns whether the attribute was code that was gone through
 * @throws FormatError where the attribute contradicts itself
 */
export function takeStrings(
  file: ClassFile,
  attribute: Attribute,
  wants: (method: string) => boolean,
  taker: StringsTaker,
): boolean {
  const { of } = attribute;
  const owner = () => dottedClass(decodeMutf8(file.bytes, ...file.nameRange));
  if (of?.kind === 'field') {
    const text = constantValue(file, attribute);
    if (text === null) return false;
    const [start, end] = file.text(text);
    const value = decodeMutf8(file.bytes, start, end);
    taker.constant({ class: owner(), field: file.decoded(of.name), value, offset: start });
    return false;
  }
  if (of === null || !file.isText(attribute.name, 'Code')) return false;
  const isInitialiser = file.isText(of.name, '<clinit>');
  const method = isInitialiser ? '<clinit>' : file.decoded(of.name);
  const isWanted = wants(method);
  if (!isInitialiser && !isWanted) return false;
  const met = new Set<number>();
  /** The constant that was loaded by the instruction before. */
  let loaded = 0;
  const show = (as: ClassString['as'], text: number) => {
    const [start, end] = file.text(text);
    if (!isWanted || end - start > LONGEST || (as === 'loaded' && met.size === met.add(text).size)) return;
    const value = decodeMutf8(file.bytes, start, end);
    taker.string({ class: owner(), method, as, value, offset: start });
  };
  visitInstructions(file.bytes, attribute, ({ opcode, at, length }) => {
    const last = loaded;
    loaded = 0;
    if (opcode === op.ldc || opcode === op.ldcW) {
      const constant = length === 2 ? file.bytes[at + 1]! : (file.bytes[at + 1]! << 8) | file.bytes[at + 2]!;
      if (file.tagOf(constant) !== tags.string) return;
      loaded = file.index(constant, tags.string);
      show('loaded', loaded);
    } else if (last !== 0 && opcode === op.returnReference) show('returned', last);
    else if (last !== 0 && opcode === op.putStatic && isInitialiser) {
      const field = (file.bytes[at + 1]! << 8) | file.bytes[at + 2]!;
      if (file.index(field, tags.fieldRef) !== file.thisClass) return;
      const name = file.index(file.index(field, tags.fieldRef, 1), tags.nameAndType);
      const [start, end] = file.text(last);
      if (end - start > LONGEST) return;
      const value = decodeMutf8(file.bytes, start, end);
      taker.constant({ class: owner(), field: file.decoded(name), value, offset: start });
    }
  });
  return true;
}
