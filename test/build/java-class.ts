import { mutf8 } from './dex-bytes.ts';

export interface JavaField {
  readonly name: string;
  /** String, int, or (bigint) long; without one, a String that is set in code. */
  readonly value?: string | number | bigint;
  /** Default true. */
  readonly static?: boolean;
}

/** One instruction: a string that is loaded, a call, a write of a static field, or bytes as they stand. */
export type JavaInstruction =
  | { readonly load: string }
  | { readonly call: readonly [owner: string, name: string, descriptor: string] }
  | { readonly put: readonly [owner: string, name: string] }
  | { readonly bytes: readonly number[] };

export interface JavaMethod {
  readonly name: string;
  readonly descriptor?: string;
  readonly code: readonly JavaInstruction[];
}

export interface JavaClassDescription {
  /** Dotted, `$` for nested ones. */
  readonly name: string;
  /** Default 52, Java 8. */
  readonly major?: number;
  readonly interfaces?: readonly string[];
  readonly fields?: readonly JavaField[];
  readonly methods?: readonly JavaMethod[];
  /** Of the class, by name. */
  readonly attributes?: Readonly<Record<string, Uint8Array>>;
}

/** A Java class file (JVMS 4.1) that javap accepts: final fields with ConstantValue, methods with code. */
export function buildJavaClass(description: JavaClassDescription): Uint8Array<ArrayBuffer> {
  const pool: number[][] = [];
  const known = new Map<string, number>();
  let slots = 1;
  /** The index of a constant, which is put into the pool once. */
  const constant = (tag: number, bytes: readonly number[]): number => {
    const key = `${tag} ${bytes}`;
    const index = known.get(key) ?? slots;
    if (index === slots) {
      known.set(key, index);
      pool.push([tag, ...bytes]);
      slots += tag === 5 ? 2 : 1;
    }
    return index;
  };
  const utf8 = (text: string) => {
    const bytes = mutf8(text);
    return constant(1, [...u2(bytes.length), ...bytes]);
  };
  const type = (name: string) => constant(7, u2(utf8(name.replaceAll('.', '/'))));
  const string = (text: string) => constant(8, u2(utf8(text)));
  const constantOf = (value: string | number | bigint) => {
    if (typeof value === 'string') return string(value);
    if (typeof value === 'number') return constant(3, u4(value));
    return constant(5, [...u4(Number(value >> 32n)), ...u4(Number(value & 0xffffffffn))]);
  };
  const member = (tag: number, owner: string, name: string, descriptor: string) =>
    constant(tag, [...u2(type(owner)), ...u2(constant(12, [...u2(utf8(name)), ...u2(utf8(descriptor))]))]);

  const fields = (description.fields ?? []).flatMap(({ name, value, static: isStatic = true }) => {
    const descriptor = typeof value === 'number' ? 'I' : typeof value === 'bigint' ? 'J' : 'Ljava/lang/String;';
    // A deprecated field has an attribute before its value.
    const attributes = [[...u2(utf8('Deprecated')), ...u4(0)]];
    if (value !== undefined) attributes.push([...u2(utf8('ConstantValue')), ...u4(2), ...u2(constantOf(value))]);
    return [
      ...[isStatic ? 0x0019 : 0x0011, utf8(name), utf8(descriptor), attributes.length].flatMap(u2),
      ...attributes.flat(),
    ];
  });
  const encoded = (instruction: JavaInstruction): readonly number[] => {
    // ldc_w, invokestatic, putstatic
    if ('load' in instruction) return [0x13, ...u2(string(instruction.load))];
    if ('call' in instruction) return [0xb8, ...u2(member(10, ...instruction.call))];
    if ('put' in instruction) return [0xb3, ...u2(member(9, ...instruction.put, 'Ljava/lang/String;'))];
    return instruction.bytes;
  };
  const methods = (description.methods ?? []).flatMap(({ name, descriptor = '()V', code }) => {
    const bytes = code.flatMap(encoded);
    // max_stack, max_locals, the code, no handlers, no attributes.
    const content = [...u2(8), ...u2(8), ...u4(bytes.length), ...bytes, ...u2(0), ...u2(0)];
    return [...[0x0009, utf8(name), utf8(descriptor), 1, utf8('Code')].flatMap(u2), ...u4(content.length), ...content];
  });
  const attributes = Object.entries(description.attributes ?? {}).flatMap(([name, bytes]) => [
    ...u2(utf8(name)),
    ...u4(bytes.length),
    ...bytes,
  ]);
  const body = [
    ...[0x0021, type(description.name), type('java.lang.Object'), description.interfaces?.length ?? 0].flatMap(u2),
    ...(description.interfaces ?? []).flatMap((name) => u2(type(name))),
    ...u2(description.fields?.length ?? 0),
    ...fields,
    ...u2(description.methods?.length ?? 0),
    ...methods,
    ...u2(Object.keys(description.attributes ?? {}).length),
    ...attributes,
  ];
  const head = [0xca, 0xfe, 0xba, 0xbe, ...u2(0), ...u2(description.major ?? 52), ...u2(slots)];
  return Uint8Array.from([...head, ...pool.flat(), ...body]);
}

function u2(value: number): number[] {
  return [(value >> 8) & 0xff, value & 0xff];
}

function u4(value: number): number[] {
  return [...u2(value >>> 16), ...u2(value)];
}
