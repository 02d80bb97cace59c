import { createHash } from 'node:crypto';
import { adler32, Bytes, encodedValue, mutf8 } from './dex-bytes.ts';

export { mutf8 } from './dex-bytes.ts';

export interface DexClass {
  /** Dotted, `$` for nested ones: `io.agora.rtc.RtcEngine`. */
  readonly name: string;
  /** Default `java.lang.Object`. */
  readonly super?: string;
  readonly interfaces?: readonly string[];
  /** Each becomes a public `void name()` that returns at once. */
  readonly methods?: readonly string[];
  /** Each becomes a `public static final` field. */
  readonly staticFields?: readonly StaticField[];
  /** The code of its `<clinit>`; `return-void` ends it. */
  readonly initialiser?: readonly Instruction[];
  /** Methods with code of their own, in 16 registers; `return-void` stands behind it. */
  readonly code?: Readonly<Record<string, readonly Instruction[]>>;
}

/**
 * What code does: puts a string or a static field into a register, a register into a static field, calls a static method
 * (`void name()` of a class as `a.b.C.name`), reads a static field of another class into v0, or other units.
 */
export type Instruction =
  | { readonly calls: string }
  | { readonly reads: string }
  | { readonly register: number; readonly get: string }
  | { readonly register: number; readonly string: string }
  | { readonly field: string; readonly register: number }
  | { readonly class: string; readonly method: string; readonly registers: readonly number[] }
  | { readonly units: readonly number[] };

export interface StaticField {
  readonly name: string;
  /** Gives a String, int or boolean its initial value; a String without one is set in code. */
  readonly value?: string | number | boolean;
  /** Descriptor, where there is no value: `J`. */
  readonly type?: string;
}

export interface DexDescription {
  /** Default `035`; `041` gets the header of a container with one DEX (more: dex-container.ts). */
  readonly version?: string;
  readonly classes?: readonly DexClass[];
  /** Types that are only referred to: dotted names, or descriptors of arrays and primitives (`[I`, `[Lio/x/Y;`). */
  readonly references?: readonly string[];
  /** Methods that are only referred to, as `void name()`. */
  readonly methodRefs?: readonly { readonly class: string; readonly name: string }[];
  readonly strings?: readonly string[];
}

/** `io.x.Y` → `Lio/x/Y;`; descriptors of arrays and primitives stay. */
export function descriptor(name: string): string {
  return name.startsWith('[') || /^[BCDFIJSVZ]$/.test(name) ? name : `L${name.replaceAll('.', '/')};`;
}

/** A DEX file that dexdump accepts: sorted tables, map, checksum and signature. Layout: dex-format. */
export function buildDex(description: DexDescription): Uint8Array {
  const part = writeDex(description, description.version ?? '035', 0);
  if (part.isContainer) new DataView(part.bytes.buffer).setUint32(112, part.bytes.length, true);
  signDex(part.bytes);
  return part.bytes;
}

export interface DexPart {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly isContainer: boolean;
  /** Of the header in the container. */
  readonly base: number;
  /** Where each string's offset stands, in `bytes`, and what it says. */
  readonly strings: readonly { readonly text: string; readonly entry: number; readonly offset: number }[];
}

/** One DEX, unsigned, whose offsets count from `base` bytes before it. */
export function writeDex(description: DexDescription, version: string, base: number): DexPart {
  const classes = supertypesFirst(description.classes ?? []);
  const instructions = classes.flatMap((each) => bodiesOf(each).flatMap(([, body]) => body));
  const called = instructions.flatMap((each) =>
    'calls' in each ? [memberOf(each.calls)] : 'method' in each ? [{ class: each.class, name: each.method }] : [],
  );
  const read = instructions.flatMap((each) => ('reads' in each ? [memberOf(each.reads)] : []));
  const methodRefs = [...(description.methodRefs ?? []), ...called];
  const fieldsOf = classes.flatMap((each) =>
    (each.staticFields ?? []).map(({ name, value, type }) => ({
      class: descriptor(each.name),
      type: type ?? typeOf(value),
      name,
      value,
    })),
  );
  const methodsOf = classes.flatMap((each) => methodNames(each).map((name) => ({ class: each.name, name })));

  const typeNames = new Set(['V', ...(description.references ?? []).map(descriptor)]);
  for (const each of classes) {
    const supertypes = [each.super ?? 'java.lang.Object', ...(each.interfaces ?? [])];
    for (const name of [each.name, ...supertypes]) typeNames.add(descriptor(name));
  }
  for (const each of [...methodRefs, ...read]) typeNames.add(descriptor(each.class));
  if (read.length > 0) typeNames.add(URI);
  for (const each of fieldsOf) typeNames.add(each.type);

  const methods = [...methodsOf, ...methodRefs].map((each) => ({ type: descriptor(each.class), name: each.name }));
  const values = fieldsOf.flatMap(({ value }) => (typeof value === 'string' ? [value] : []));
  const loaded = classes.flatMap((each) =>
    bodiesOf(each).flatMap(([, code]) => code.flatMap((i) => ('string' in i ? [i.string] : []))),
  );
  const names = [...fieldsOf, ...methods, ...read].map((each) => each.name);
  const strings = sorted([...typeNames, ...names, ...values, ...loaded, ...(description.strings ?? [])]);
  const types = sorted([...typeNames]);
  const stringIndex = indexOf(strings);
  const typeIndex = indexOf(types);
  const methodIds = [...new Map(methods.map((each) => [`${each.type}\0${each.name}`, each])).values()].sort(
    (a, b) => typeIndex(a.type) - typeIndex(b.type) || stringIndex(a.name) - stringIndex(b.name),
  );
  const methodIndex = indexOf(methodIds.map((each) => `${each.type}\0${each.name}`));

  const fieldsRead = read.map((each) => ({
    class: descriptor(each.class),
    type: URI,
    name: each.name,
    value: undefined,
  }));
  const fieldKey = (each: { class: string; name: string }) => `${each.class}\0${each.name}`;
  const all = [...fieldsOf, ...new Map(fieldsRead.map((each) => [fieldKey(each), each])).values()];
  const fieldIds = all.sort(
    (a, b) =>
      typeIndex(a.class) - typeIndex(b.class) ||
      stringIndex(a.name) - stringIndex(b.name) ||
      typeIndex(a.type) - typeIndex(b.type),
  );

  const headerSize = Number(version) >= 41 ? 0x78 : 0x70;
  const protoCount = methodIds.length > 0 ? 1 : 0;
  const stringIds = headerSize;
  const typeIds = stringIds + 4 * strings.length;
  const protoIds = typeIds + 4 * types.length;
  const fieldTable = protoIds + 12 * protoCount;
  const methodTable = fieldTable + 8 * fieldIds.length;
  const classDefs = methodTable + 8 * methodIds.length;
  const dataStart = classDefs + 32 * classes.length;

  const file = new Bytes(dataStart);
  const map: [type: number, count: number, offset: number][] = [[0, 1, base]];
  const section = (type: number, count: number, offset: number) => {
    if (count > 0) map.push([type, count, base + offset]);
  };
  section(1, strings.length, stringIds);
  section(2, types.length, typeIds);
  section(3, protoCount, protoIds);
  section(4, fieldIds.length, fieldTable);
  section(5, methodIds.length, methodTable);
  section(6, classes.length, classDefs);

  // All methods share one code_item: `return-void` with `this` in its only register.
  const withCode = classes.some((each) => each.methods?.length);
  const bodies = classes.flatMap((each) => bodiesOf(each).map(([name, body]) => ({ each, name, body })));
  const code = base + file.length;
  section(0x2001, (withCode ? 1 : 0) + bodies.length, file.length);
  if (withCode) file.u16(1, 1, 0, 0).u32(0, 1).u16(0x000e).align(4);
  const codeOf = new Map<string, number>();
  for (const { each, name, body } of bodies) {
    codeOf.set(`${each.name}\0${name}`, base + file.length);
    const own = fieldIds.flatMap((field, id) =>
      field.class === descriptor(each.name) ? [[field.name, id] as const] : [],
    );
    const fieldIndex = new Map(own);
    const insns = body.flatMap((instruction) => {
      if ('units' in instruction) return instruction.units;
      if ('method' in instruction) {
        const { registers } = instruction;
        const id = methodIndex(`${descriptor(instruction.class)}\0${instruction.method}`);
        return [0x71 | (registers.length << 12), id, registers.reduce((all, each, i) => all | (each << (4 * i)), 0)];
      }
      if ('calls' in instruction) {
        const { class: owner, name } = memberOf(instruction.calls);
        // invoke-static without arguments.
        return [0x71, methodIndex(`${descriptor(owner)}\0${name}`), 0];
      }
      if ('reads' in instruction) {
        const { class: owner, name } = memberOf(instruction.reads);
        return [0x62, fieldIds.findIndex((field) => field.class === descriptor(owner) && field.name === name)];
      }
      const { register } = instruction;
      if ('get' in instruction) return [0x62 | (register << 8), fieldIndex.get(instruction.get)!];
      return 'string' in instruction
        ? [0x1a | (register << 8), stringIndex(instruction.string)]
        : [0x69 | (register << 8), fieldIndex.get(instruction.field)!];
    });
    file
      .u16(16, 0, 0, 0)
      .u32(0, insns.length + 1)
      .u16(...insns, 0x000e)
      .align(4);
  }
  const withInterfaces = classes.filter((each) => each.interfaces?.length);
  section(0x1001, withInterfaces.length, file.length);
  const interfacesOf = new Map<DexClass, number>();
  for (const each of withInterfaces) {
    interfacesOf.set(each, base + file.align(4).length);
    const list = (each.interfaces ?? []).map((name) => typeIndex(descriptor(name)));
    file.u32(list.length).u16(...list);
  }
  section(0x2002, strings.length, file.length);
  const stringData = strings.map((text) => {
    const offset = base + file.length;
    file.uleb(text.length).bytes(mutf8(text)).bytes([0]);
    return offset;
  });
  // Fields in the order of their ids, with values up to the last that is not the default of its type.
  const staticsOf = (each: DexClass) => {
    const ids = fieldIds.flatMap((field, id) => (field.class === descriptor(each.name) ? [{ ...field, id }] : []));
    const count = ids.findLastIndex(({ value }) => value !== undefined) + 1;
    return { ids, values: ids.slice(0, count).map(({ value }) => value) };
  };
  const withValues = classes.filter((each) => staticsOf(each).values.length > 0);
  section(0x2005, withValues.length, file.length);
  const staticValues = new Map<DexClass, number>();
  for (const each of withValues) {
    staticValues.set(each, base + file.length);
    const { values } = staticsOf(each);
    file.uleb(values.length);
    for (const value of values) file.bytes(encodedValue(value, stringIndex));
  }
  const withMembers = classes.filter((each) => methodNames(each).length > 0 || each.staticFields?.length);
  section(0x2000, withMembers.length, file.length);
  const classData = new Map<DexClass, number>();
  for (const each of withMembers) {
    classData.set(each, base + file.length);
    const { ids } = staticsOf(each);
    const all = [...new Set(methodNames(each))].map((name) => ({
      name,
      id: methodIndex(`${descriptor(each.name)}\0${name}`),
    }));
    const direct = all.filter(({ name }) => name.startsWith('<')).sort((a, b) => a.id - b.id);
    const virtual = all.filter(({ name }) => !name.startsWith('<')).sort((a, b) => a.id - b.id);
    file.uleb(ids.length, 0, direct.length, virtual.length);
    ids.forEach(({ id }, i) => {
      file.uleb(id - (i > 0 ? ids[i - 1]!.id : 0), 0x19);
    });
    for (const list of [direct, virtual]) {
      list.forEach(({ id, name }, i) => {
        const isInitialiser = name === '<clinit>';
        const flags = isInitialiser ? 0x10008 : list === direct ? 0x10001 : 1;
        const at = codeOf.get(`${each.name}\0${name}`) ?? code;
        file.uleb(id - (i > 0 ? list[i - 1]!.id : 0), flags, at);
      });
    }
  }
  const mapOffset = file.align(4).length;
  section(0x1000, 1, mapOffset);
  file.u32(map.length);
  for (const [type, count, offset] of map) file.u16(type, 0).u32(count, offset);

  const bytes = file.toUint8Array();
  const view = new DataView(bytes.buffer);
  const list = (offset: number, values: readonly number[]) => {
    values.forEach((value, i) => {
      view.setUint32(offset + 4 * i, value, true);
    });
  };
  const u32 = (offset: number, ...values: number[]) => list(offset, values);
  bytes.set(new TextEncoder().encode(`dex\n${version}\0`));
  const table = (count: number, offset: number) => [count, count > 0 ? base + offset : 0];
  const isContainer = headerSize > 0x70;
  u32(32, bytes.length, headerSize, 0x12345678, 0, 0, base + mapOffset);
  u32(56, ...table(strings.length, stringIds), ...table(types.length, typeIds), ...table(protoCount, protoIds));
  u32(80, ...table(fieldIds.length, fieldTable));
  u32(88, ...table(methodIds.length, methodTable), ...table(classes.length, classDefs));
  u32(104, ...(isContainer ? [0, 0] : [bytes.length - dataStart, dataStart]));
  list(stringIds, stringData);
  list(typeIds, types.map(stringIndex));
  if (protoCount > 0) u32(protoIds, stringIndex('V'), typeIndex('V'), 0);
  fieldIds.forEach((each, i) => {
    view.setUint16(fieldTable + 8 * i, typeIndex(each.class), true);
    view.setUint16(fieldTable + 8 * i + 2, typeIndex(each.type), true);
    u32(fieldTable + 8 * i + 4, stringIndex(each.name));
  });
  methodIds.forEach((each, i) => {
    view.setUint16(methodTable + 8 * i, typeIndex(each.type), true);
    u32(methodTable + 8 * i + 4, stringIndex(each.name));
  });
  classes.forEach((each, i) => {
    const superIndex = typeIndex(descriptor(each.super ?? 'java.lang.Object'));
    const [interfaces, data] = [interfacesOf.get(each) ?? 0, classData.get(each) ?? 0];
    u32(classDefs + 32 * i, typeIndex(descriptor(each.name)), 1, superIndex, interfaces, 0xffffffff, 0, data);
    u32(classDefs + 32 * i + 28, staticValues.get(each) ?? 0);
  });
  const entries = strings.map((text, i) => ({ text, entry: stringIds + 4 * i, offset: stringData[i]! }));
  return { bytes, isContainer, base, strings: entries };
}

/** Puts the signature and checksum right, after a test has changed bytes. */
export function signDex(bytes: Uint8Array): void {
  bytes.set(createHash('sha1').update(bytes.subarray(32)).digest(), 12);
  new DataView(bytes.buffer, bytes.byteOffset).setUint32(8, adler32(bytes.subarray(12)), true);
}

function methodNames(each: DexClass): string[] {
  return [...(each.methods ?? []), ...bodiesOf(each).map(([name]) => name)];
}

function bodiesOf({ initialiser, code = {} }: DexClass): [name: string, body: readonly Instruction[]][] {
  return [...(initialiser ? [['<clinit>', initialiser] as const] : []), ...Object.entries(code)].map(([name, body]) => [
    name,
    body,
  ]);
}

const URI = 'Landroid/net/Uri;';

function memberOf(text: string): { readonly class: string; readonly name: string } {
  const dot = text.lastIndexOf('.');
  return { class: text.slice(0, dot), name: text.slice(dot + 1) };
}

function typeOf(value: StaticField['value']): string {
  return typeof value === 'number' ? 'I' : typeof value === 'boolean' ? 'Z' : 'Ljava/lang/String;';
}

/** Each string once, by UTF-16 code units: JavaScript's own order. */
function sorted(strings: readonly string[]): string[] {
  return [...new Set(strings)].sort();
}

function indexOf(keys: readonly string[]): (key: string) => number {
  const indices = new Map(keys.map((key, i) => [key, i]));
  return (key) => indices.get(key)!;
}

/** class_defs: a class comes after the superclass and interfaces that are defined in the same file. */
function supertypesFirst(classes: readonly DexClass[]): DexClass[] {
  const byName = new Map(classes.map((each) => [each.name, each]));
  const ordered = new Set<DexClass>();
  const add = (each: DexClass | undefined): void => {
    if (!each || ordered.has(each)) return;
    add(byName.get(each.super ?? 'java.lang.Object'));
    for (const name of each.interfaces ?? []) add(byName.get(name));
    ordered.add(each);
  };
  for (const each of classes) add(each);
  return [...ordered];
}
