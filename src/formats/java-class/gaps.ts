import { attempt } from '../../coverage.ts';
import type { ByteRange } from '../parsing.ts';
import { withoutPadding } from '../ranges.ts';
import type { ClassFile } from './class-file.ts';
import { type Attribute, visitParts } from './members.ts';

/**
 * Attributes that the JVM, compilers and debuggers read (JVMS 4.7), with the bytes that each has; null for any number. What
 * is called otherwise, or is longer than it can be, may hold anything.
 */
const known: ReadonlyMap<string, number | null> = new Map([
  ['AnnotationDefault', null],
  ['BootstrapMethods', null],
  ['Code', null],
  ['ConstantValue', 2],
  ['Deprecated', 0],
  ['EnclosingMethod', 4],
  ['Exceptions', null],
  ['InnerClasses', null],
  ['MethodParameters', null],
  ['Module', null],
  ['ModuleMainClass', 2],
  ['ModulePackages', null],
  ['NestHost', 2],
  ['NestMembers', null],
  ['PermittedSubclasses', null],
  ['Record', null],
  ['RuntimeInvisibleAnnotations', null],
  ['RuntimeInvisibleParameterAnnotations', null],
  ['RuntimeInvisibleTypeAnnotations', null],
  ['RuntimeVisibleAnnotations', null],
  ['RuntimeVisibleParameterAnnotations', null],
  ['RuntimeVisibleTypeAnnotations', null],
  ['Signature', 2],
  ['SourceFile', 2],
  ['Synthetic', 0],
]);

/** Those of code itself (JVMS 4.7.3). */
const ofCode: ReadonlySet<string> = new Set([
  'LineNumberTable',
  'LocalVariableTable',
  'LocalVariableTypeTable',
  'RuntimeInvisibleTypeAnnotations',
  'RuntimeVisibleTypeAnnotations',
  'StackMap',
  'StackMapTable',
]);

/** Parts that are walked, in steps of the walk, and gaps that are told apart: behind them all is one. Real classes have hundreds. */
const MOST_STEPS = 64;
const MOST_GAPS = 1024;

/**
 * What of a class file its structure does not explain: unknown attributes, and what stands behind its end.
 * @throws FormatError where the file breaks off
 */
export function classGaps(file: ClassFile): ByteRange[] {
  const gaps: ByteRange[] = [];
  const add = (range: ByteRange) => {
    const gap = withoutPadding(file.bytes, range);
    if (gap) gaps.push(gap);
  };
  const names = new Map<number, string>();
  const nameOf = (constant: number) => {
    const name =
      names.get(constant) ??
      attempt(
        () => file.decoded(constant),
        () => {},
      ) ??
      '';
    names.set(constant, name);
    return name;
  };
  const take = (attribute: Attribute) => {
    const name = nameOf(attribute.name);
    if (name === 'Code') inCode(file, attribute, nameOf, add);
    else if (!isKnown(name, attribute, file.bytes)) add(attribute);
  };
  const walk = visitParts(file, { attribute: take });
  for (let steps = 0; steps < MOST_STEPS && gaps.length < MOST_GAPS && !walk.next().done; ) steps++;
  add({ offset: file.at, length: file.bytes.length - file.at });
  return gaps;
}

function isKnown(name: string, { offset, length }: ByteRange, bytes: Uint8Array): boolean {
  // A map of lines (JSR 45) begins so; Kotlin writes one for each class with inlined code.
  if (name === 'SourceDebugExtension') return new TextDecoder().decode(bytes.subarray(offset, offset + 5)) === 'SMAP\n';
  const exact = known.get(name);
  return exact === null || exact === length;
}

/** Attributes of code that nobody reads, and what stands behind the last. */
function inCode(
  { bytes }: ClassFile,
  { offset, length }: ByteRange,
  nameOf: (constant: number) => string,
  add: (range: ByteRange) => void,
): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset + offset, length);
  const u2 = (at: number) => (at + 2 <= length ? view.getUint16(at) : 0);
  const u4 = (at: number) => (at + 4 <= length ? view.getUint32(at) : 0);
  const handlers = 8 + u4(4);
  let at = handlers + 2 + 8 * u2(handlers) + 2;
  for (let left = u2(at - 2); left > 0 && at + 6 <= length; left--) {
    const range = { offset: offset + at + 6, length: Math.min(u4(at + 2), length - at - 6) };
    if (!ofCode.has(nameOf(u2(at)))) add(range);
    at += 6 + u4(at + 2);
  }
  if (at < length) add({ offset: offset + at, length: length - at });
}
