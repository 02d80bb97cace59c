import { createHash } from 'node:crypto';

export interface DexClass {
  /** Dotted, `$` for nested ones: `io.agora.rtc.RtcEngine`. */
  readonly name: string;
  /** Default `java.lang.Object`. */
  readonly super?: string;
  readonly interfaces?: readonly string[];
  /** Each becomes a public `void name()` that returns at once. */
  readonly methods?: readonly string[];
}

export interface DexDescription {
  /** Default `035`; `041` gets the header of a container with one DEX. */
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
  const version = description.version ?? '035';
  const classes = supertypesFirst(description.classes ?? []);
  const methodRefs = description.methodRefs ?? [];
  const methodsOf = classes.flatMap((each) => (each.methods ?? []).map((name) => ({ class: each.name, name })));

  const typeNames = new Set(['V', ...(description.references ?? []).map(descriptor)]);
  for (const each of classes) {
    const supertypes = [each.super ?? 'java.lang.Object', ...(each.interfaces ?? [])];
    for (const name of [each.name, ...supertypes]) typeNames.add(descriptor(name));
  }
  for (const each of methodRefs) typeNames.add(descriptor(each.class));

  const methods = [...methodsOf, ...methodRefs].map((each) => ({ type: descriptor(each.class), name: each.name }));
  const strings = sorted([...typeNames, ...methods.map((each) => each.name), ...(description.strings ?? [])]);
  const types = sorted([...typeNames]);
  const stringIndex = indexOf(strings);
  const typeIndex = indexOf(types);
  const methodIds = [...new Map(methods.map((each) => [`${each.type}\0${each.name}`, each])).values()].sort(
    (a, b) => typeIndex(a.type) - typeIndex(b.type) || stringIndex(a.name) - stringIndex(b.name),
  );
  const methodIndex = indexOf(methodIds.map((each) => `${each.type}\0${each.name}`));

  const headerSize = Number(version) >= 41 ? 0x78 : 0x70;
  const protoCount = methodIds.length > 0 ? 1 : 0;
  const stringIds = headerSize;
  const typeIds = stringIds + 4 * strings.length;
  const protoIds = typeIds + 4 * types.length;
  const methodTable = protoIds + 12 * protoCount;
  const classDefs = methodTable + 8 * methodIds.length;
  const dataStart = classDefs + 32 * classes.length;

  const file = new Bytes(dataStart);
  const map: [type: number, count: number, offset: number][] = [[0, 1, 0]];
  const section = (type: number, count: number, offset: number) => {
    if (count > 0) map.push([type, count, offset]);
  };
  section(1, strings.length, stringIds);
  section(2, types.length, typeIds);
  section(3, protoCount, protoIds);
  section(5, methodIds.length, methodTable);
  section(6, classes.length, classDefs);

  // All methods share one code_item: `return-void` with `this` in its only register.
  const withCode = classes.some((each) => each.methods?.length);
  const code = file.length;
  if (withCode) {
    section(0x2001, 1, code);
    file.u16(1, 1, 0, 0).u32(0, 1).u16(0x000e).align(4);
  }
  const withInterfaces = classes.filter((each) => each.interfaces?.length);
  section(0x1001, withInterfaces.length, file.length);
  const interfacesOf = new Map<DexClass, number>();
  for (const each of withInterfaces) {
    interfacesOf.set(each, file.align(4).length);
    const list = (each.interfaces ?? []).map((name) => typeIndex(descriptor(name)));
    file.u32(list.length).u16(...list);
  }
  section(0x2002, strings.length, file.length);
  const stringData = strings.map((text) => {
    const offset = file.length;
    file.uleb(text.length).bytes(mutf8(text)).bytes([0]);
    return offset;
  });
  const withMethods = classes.filter((each) => each.methods?.length);
  section(0x2000, withMethods.length, file.length);
  const classData = new Map<DexClass, number>();
  for (const each of withMethods) {
    classData.set(each, file.length);
    const all = [...new Set(each.methods)].map((name) => ({
      name,
      id: methodIndex(`${descriptor(each.name)}\0${name}`),
    }));
    const direct = all.filter(({ name }) => name === '<init>');
    const virtual = all.filter(({ name }) => name !== '<init>').sort((a, b) => a.id - b.id);
    file.uleb(0, 0, direct.length, virtual.length);
    for (const list of [direct, virtual]) {
      list.forEach(({ id }, i) => {
        file.uleb(id - (i > 0 ? list[i - 1]!.id : 0), list === direct ? 0x10001 : 1, code);
      });
    }
  }
  const mapOffset = file.align(4).length;
  section(0x1000, 1, mapOffset);
  file.u32(map.length);
  for (const [type, count, offset] of map) file.u16(type, 0).u32(count, offset);

  const bytes = file.toUint8Array();
  const view = new DataView(bytes.buffer);
  const u32 = (offset: number, ...values: number[]) => {
    values.forEach((value, i) => {
      view.setUint32(offset + 4 * i, value, true);
    });
  };
  bytes.set(new TextEncoder().encode(`dex\n${version}\0`));
  const table = (count: number, offset: number) => [count, count > 0 ? offset : 0];
  const isContainer = headerSize > 0x70;
  u32(32, bytes.length, headerSize, 0x12345678, 0, 0, mapOffset);
  u32(56, ...table(strings.length, stringIds), ...table(types.length, typeIds), ...table(protoCount, protoIds), 0, 0);
  u32(88, ...table(methodIds.length, methodTable), ...table(classes.length, classDefs));
  u32(104, ...(isContainer ? [0, 0, bytes.length, 0] : [bytes.length - dataStart, dataStart]));
  u32(stringIds, ...stringData);
  u32(typeIds, ...types.map(stringIndex));
  if (protoCount > 0) u32(protoIds, stringIndex('V'), typeIndex('V'), 0);
  methodIds.forEach((each, i) => {
    view.setUint16(methodTable + 8 * i, typeIndex(each.type), true);
    u32(methodTable + 8 * i + 4, stringIndex(each.name));
  });
  classes.forEach((each, i) => {
    const superIndex = typeIndex(descriptor(each.super ?? 'java.lang.Object'));
    const [interfaces, data] = [interfacesOf.get(each) ?? 0, classData.get(each) ?? 0];
    u32(classDefs + 32 * i, typeIndex(descriptor(each.name)), 1, superIndex, interfaces, 0xffffffff, 0, data, 0);
  });
  signDex(bytes);
  return bytes;
}

/** Puts the signature and checksum right, after a test has changed bytes. */
export function signDex(bytes: Uint8Array): void {
  bytes.set(createHash('sha1').update(bytes.subarray(32)).digest(), 12);
  new DataView(bytes.buffer, bytes.byteOffset).setUint32(8, adler32(bytes.subarray(12)), true);
}

function adler32(bytes: Uint8Array): number {
  let [a, b] = [1, 0];
  for (const byte of bytes) {
    a = (a + byte) % 65521;
    b = (b + a) % 65521;
  }
  return b * 0x10000 + a;
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

/** Modified UTF-8: NUL as C0 80, each surrogate on its own. */
export function mutf8(text: string): number[] {
  const bytes: number[] = [];
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit > 0 && unit < 0x80) bytes.push(unit);
    else if (unit < 0x800) bytes.push(0xc0 | (unit >> 6), 0x80 | (unit & 0x3f));
    else bytes.push(0xe0 | (unit >> 12), 0x80 | ((unit >> 6) & 0x3f), 0x80 | (unit & 0x3f));
  }
  return bytes;
}

/** Bytes that grow, little-endian, behind a start that is filled in later. */
class Bytes {
  private readonly content: number[];

  constructor(start: number) {
    this.content = new Array<number>(start).fill(0);
  }

  get length(): number {
    return this.content.length;
  }

  bytes(values: Iterable<number>): this {
    for (const value of values) this.content.push(value);
    return this;
  }

  u16(...values: number[]): this {
    for (const value of values) this.content.push(value & 0xff, (value >> 8) & 0xff);
    return this;
  }

  u32(...values: number[]): this {
    for (const value of values) this.u16(value & 0xffff, value >>> 16);
    return this;
  }

  uleb(...values: number[]): this {
    for (let value of values) {
      for (; value >= 0x80; value >>>= 7) this.content.push((value & 0x7f) | 0x80);
      this.content.push(value);
    }
    return this;
  }

  align(size: number): this {
    while (this.content.length % size !== 0) this.content.push(0);
    return this;
  }

  toUint8Array(): Uint8Array<ArrayBuffer> {
    return Uint8Array.from(this.content);
  }
}
