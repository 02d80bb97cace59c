import { decodeMutf8 } from '../dex/mutf8.ts';
import { type ClassFile, dottedClass, tags } from './class-file.ts';

/** Longer names are none that anybody asks for; a pool may refer 65,535 times to one of 64 KiB. */
const LONGEST_NAME = 512;

/** Constants between two moments in which a walk can be left. */
const CONSTANTS = 4096;

/** Takes a text in place. */
export type TakeRange = (start: number, end: number) => void;

/**
 * Calls `visit` with the internal name of each class that the constant pool names, in place and once: by a CONSTANT_Class,
 * of an array that of its elements, and in the descriptors of what is referred to. Yields the constants passed.
 * @throws FormatError where a constant is of another kind than it must be
 */
export function* visitTypes(file: ClassFile, visit: TakeRange): Generator<number, void, void> {
  const seen = new Uint8Array(file.constants);
  for (let index = 1; index < file.constants; index++) {
    if (index % CONSTANTS === 0) yield CONSTANTS;
    const tag = file.tagOf(index);
    const isType = tag === tags.class;
    if (!isType && tag !== tags.nameAndType && tag !== tags.methodType) continue;
    const text = file.index(index, tag, tag === tags.nameAndType ? 1 : 0);
    const [start, end] = file.text(text);
    if (seen[text]) continue;
    seen[text] = 1;
    if (isType && file.bytes[start] !== 0x5b) visit(start, end);
    else typesInDescriptor(file.bytes, start, end, visit);
  }
  yield file.constants % CONSTANTS;
}

/** `(Lio/agora/rtc2/Config;[I)V` (JVMS 4.3): what stands between each `L` and `;`. */
function typesInDescriptor(bytes: Uint8Array, start: number, end: number, visit: TakeRange): void {
  for (let at = start; at < end; at++) {
    if (bytes[at] !== 0x4c) continue;
    const close = bytes.subarray(at, end).indexOf(0x3b);
    if (close < 0) return;
    visit(at + 1, at + close);
    at += close;
  }
}

/** Calls `visit` with each text of the constant pool, in place. Yields the constants passed. */
export function* visitTexts(file: ClassFile, visit: TakeRange): Generator<number, void, void> {
  for (let index = 1; index < file.constants; index++) {
    if (index % CONSTANTS === 0) yield CONSTANTS;
    if (file.tagOf(index) === tags.utf8) visit(...file.text(index));
  }
  yield file.constants % CONSTANTS;
}

/** A field or method, or a string, that code of the class can refer to. */
export interface Reference {
  readonly kind: 'field' | 'method' | 'string';
  /** Dotted; null for a string. */
  readonly class: string | null;
  readonly name: string;
  /** Where the name, or the string, stands. */
  readonly start: number;
  readonly end: number;
}

/**
 * Calls `visit` with each field, method and string of the constant pool; with none whose name is longer than any that is
 * asked for. Yields the constants passed.
 * @throws FormatError where a constant is of another kind than it must be
 */
export function* visitReferences(file: ClassFile, visit: (found: Reference) => void): Generator<number, void, void> {
  const known = new Map<number, string | null>();
  const text = (constant: number): string | null => {
    let found = known.get(constant);
    if (found === undefined) {
      const [start, end] = file.text(constant);
      found = end - start > LONGEST_NAME ? null : decodeMutf8(file.bytes, start, end);
      known.set(constant, found);
    }
    return found;
  };
  for (let index = 1; index < file.constants; index++) {
    if (index % CONSTANTS === 0) yield CONSTANTS;
    const tag = file.tagOf(index);
    if (tag === tags.string) {
      const constant = file.index(index, tag);
      const name = text(constant);
      const [start, end] = file.text(constant);
      if (name !== null) visit({ kind: 'string', class: null, name, start, end });
    } else if (tag === tags.fieldRef || tag === tags.methodRef || tag === tags.interfaceMethodRef) {
      const owner = text(file.index(file.index(index, tag), tags.class));
      const member = file.index(file.index(index, tag, 1), tags.nameAndType);
      const name = text(member);
      const [start, end] = file.text(member);
      const kind = tag === tags.fieldRef ? 'field' : 'method';
      if (owner !== null && name !== null) visit({ kind, class: dottedClass(owner), name, start, end });
    }
  }
  yield file.constants % CONSTANTS;
}
