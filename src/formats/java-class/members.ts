import { FormatError } from '../../errors.ts';
import type { ByteRange } from '../parsing.ts';
import { type ClassFile, tags } from './class-file.ts';

/** A field or method (JVMS 4.5, 4.6); `name` and `descriptor` are constants. */
export interface Member {
  readonly kind: 'field' | 'method';
  readonly access: number;
  readonly name: number;
  readonly descriptor: number;
}

/** An attribute (JVMS 4.7): its bytes without name and length. */
export interface Attribute extends ByteRange {
  /** The member that has it; null for the class itself. */
  readonly of: Member | null;
  /** The constant that is its name. */
  readonly name: number;
}

/** What visits the parts of a class file, in their order. */
export interface PartsVisitor {
  member?(member: Member): void;
  attribute?(attribute: Attribute): void;
}

/** Parts between two moments in which the walk can be left; each is a step or less. */
const PARTS = 2048;

/**
 * Walks fields, methods and attributes once, and keeps none. Yields how many it has passed since it last did.
 * @returns where the file's own structure ends
 * @throws FormatError where the file breaks off, once what came before was visited
 */
export function* visitParts(file: ClassFile, visitor: PartsVisitor): Generator<number, number, void> {
  let parts = 0;
  for (const kind of ['field', 'method', 'class'] as const) {
    // The class itself comes last, and is one.
    for (let left = kind === 'class' ? 1 : file.u2(); left > 0; left--) {
      const of = kind === 'class' ? null : { kind, access: file.u2(), name: file.u2(), descriptor: file.u2() };
      if (of) visitor.member?.(of);
      for (let attributes = file.u2(); attributes > 0; attributes--) {
        const name = file.u2();
        const length = file.u4();
        const offset = file.at;
        file.skip(length);
        visitor.attribute?.({ of, name, offset, length });
        if (++parts % PARTS === 0) yield PARTS;
      }
      if (++parts % PARTS === 0) yield PARTS;
    }
  }
  yield parts % PARTS;
  return file.at;
}

const accStatic = 0x0008;

/** The String of a ConstantValue (JVMS 4.7.2), as the constant that is its text; null for any other attribute. @throws FormatError */
export function constantValue(file: ClassFile, { of, name, offset, length }: Attribute): number | null {
  // The JVM ignores a ConstantValue of a field that is not static.
  if (of?.kind !== 'field' || (of.access & accStatic) === 0 || !file.isText(name, 'ConstantValue')) return null;
  if (!file.isText(of.descriptor, 'Ljava/lang/String;')) return null;
  if (length !== 2) throw new FormatError(`a ConstantValue attribute of ${length} bytes`, offset - 4);
  return file.index((file.bytes[offset]! << 8) | file.bytes[offset + 1]!, tags.string);
}
