import { descriptor, signDex } from './dex.ts';
import { Bytes, mutf8 } from './dex-bytes.ts';

/** A class with code of its own, in a notation like that of smali. */
export interface CodeClass {
  /** Dotted. */
  readonly name: string;
  readonly super?: string;
  readonly interfaces?: readonly string[];
  /** `name:descriptor`. */
  readonly fields?: readonly string[];
  readonly staticFields?: readonly string[];
  readonly methods?: readonly CodeMethod[];
}

export interface CodeMethod {
  /** `name(descriptors)result`. */
  readonly is: string;
  readonly static?: boolean;
  /** 16 where left out; arguments stand in the last ones. */
  readonly registers?: number;
  /**
   * An instruction each: `const v0 7`, `const-string v1 text`, `new-instance v0 a.B`, `iput v1 v0 a.B.f:I`,
   * `invoke-virtual a.B.f(I)V v0 v1`, `if-eqz v0 3` (over so many instructions). None: a method without code.
   */
  readonly code?: readonly string[];
}

type Member = { readonly of: string; readonly name: string; readonly rest: string };

const plain: Readonly<Record<string, number>> = { 'return-void': 0x0e, nop: 0 };
const one: Readonly<Record<string, number>> = {
  'move-result': 0x0a,
  'move-result-object': 0x0c,
  return: 0x0f,
  'return-object': 0x11,
};
const two: Readonly<Record<string, number>> = { move: 0x01, 'move-object': 0x07 };
const statics: Readonly<Record<string, number>> = { sget: 0x60, 'sget-object': 0x62, sput: 0x67, 'sput-object': 0x69 };
const instances: Readonly<Record<string, number>> = {
  iget: 0x52,
  'iget-object': 0x54,
  'iget-boolean': 0x55,
  iput: 0x59,
  'iput-object': 0x5b,
  'iput-boolean': 0x5c,
};
const invokes: Readonly<Record<string, number>> = {
  'invoke-virtual': 0x6e,
  'invoke-super': 0x6f,
  'invoke-direct': 0x70,
  'invoke-static': 0x71,
  'invoke-interface': 0x72,
};
const tests: Readonly<Record<string, number>> = { 'if-eqz': 0x38, 'if-nez': 0x39 };

/** `a.b.C.name(I)V` and `a.b.C.name:I`. */
function memberOf(text: string): Member {
  const end = text.search(/[(:]/);
  const dot = text.lastIndexOf('.', end);
  return {
    of: text.slice(0, dot),
    name: text.slice(dot + 1, end),
    rest: text.slice(text[end] === ':' ? end + 1 : end),
  };
}

const partsOf = (proto: string) => {
  const [, list = '', result = 'V'] = /^\((.*)\)(.+)$/.exec(proto) ?? [];
  return { parameters: list.match(/\[*(?:L[^;]+;|[A-Z])/g) ?? [], result };
};

/** A DEX whose methods have parameters, results and bodies. Same description, same bytes. */
export function buildCode(classes: readonly CodeClass[]): Uint8Array {
  const lines = classes.flatMap(({ methods = [] }) =>
    methods.flatMap(({ code = [] }) => code.map((line) => line.split(' '))),
  );
  const methodRefs = [
    ...lines.flatMap(([op, what]) => (op! in invokes ? [memberOf(what!)] : [])),
    ...classes.flatMap(({ name, methods = [] }) => methods.map(({ is }) => memberOf(`${name}.${is}`))),
  ];
  const fieldRefs = [
    ...lines.flatMap(([op, , a, b]) => (op! in statics ? [memberOf(a!)] : op! in instances ? [memberOf(b!)] : [])),
    ...classes.flatMap(({ name, fields = [], staticFields = [] }) =>
      [...fields, ...staticFields].map((f) => memberOf(`${name}.${f}`)),
    ),
  ];
  const protos = [...new Set(methodRefs.map(({ rest }) => rest))];
  const typeNames = new Set(protos.flatMap((proto) => [...partsOf(proto).parameters, partsOf(proto).result]));
  for (const { of } of [...methodRefs, ...fieldRefs]) typeNames.add(descriptor(of));
  for (const { rest } of fieldRefs) typeNames.add(rest);
  for (const each of classes)
    for (const name of [each.name, each.super ?? 'java.lang.Object', ...(each.interfaces ?? [])])
      typeNames.add(descriptor(name));
  for (const [op, , type] of lines) if (op === 'new-instance') typeNames.add(descriptor(type!));
  const loaded = lines.flatMap(([op, , ...text]) => (op === 'const-string' ? [text.join(' ')] : []));
  const shorty = (proto: string) =>
    [partsOf(proto).result, ...partsOf(proto).parameters].map((t) => (t.length > 1 ? 'L' : t)).join('');
  const strings = [
    ...new Set([
      ...typeNames,
      ...loaded,
      ...protos.map(shorty),
      ...[...methodRefs, ...fieldRefs].map(({ name }) => name),
    ]),
  ].sort();
  const types = [...typeNames].sort();
  const stringAt = (text: string) => strings.indexOf(text);
  const typeAt = (name: string) => types.indexOf(name);
  const compare = (a: readonly number[], b: readonly number[]): number => {
    const at = a.findIndex((value, i) => value !== b[i]);
    return at < 0 ? a.length - b.length : a[at]! - (b[at] ?? -1);
  };
  const protoKey = (proto: string) => [typeAt(partsOf(proto).result), ...partsOf(proto).parameters.map(typeAt)];
  protos.sort((a, b) => compare(protoKey(a), protoKey(b)));
  const unique = (refs: readonly Member[]) => [...new Map(refs.map((ref) => [JSON.stringify(ref), ref])).values()];
  const methodKey = ({ of, name, rest }: Member) => [typeAt(descriptor(of)), stringAt(name), protos.indexOf(rest)];
  const fieldKey = ({ of, name, rest }: Member) => [typeAt(descriptor(of)), stringAt(name), typeAt(rest)];
  const methods = unique(methodRefs).sort((a, b) => compare(methodKey(a), methodKey(b)));
  const fields = unique(fieldRefs).sort((a, b) => compare(fieldKey(a), fieldKey(b)));
  const methodAt = (ref: Member) => methods.findIndex((each) => JSON.stringify(each) === JSON.stringify(ref));
  const fieldAt = (ref: Member) => fields.findIndex((each) => JSON.stringify(each) === JSON.stringify(ref));

  const sizes = [
    4 * strings.length,
    4 * types.length,
    12 * protos.length,
    8 * fields.length,
    8 * methods.length,
    32 * classes.length,
  ];
  const places = sizes.map((_, i) => 0x70 + sizes.slice(0, i).reduce((sum, size) => sum + size, 0));
  const file = new Bytes(places[5]! + sizes[5]!);
  const register = (text: string) => Number(text.slice(1));

  const units = (line: readonly string[]): number[] => {
    const [op = '', a = '', b = '', c = ''] = line;
    if (op in plain) return [plain[op]!];
    if (op in one) return [one[op]! | (register(a) << 8)];
    if (op in two) return [two[op]! | (register(a) << 8) | (register(b) << 12)];
    if (op === 'const') return [0x14 | (register(a) << 8), Number(b) & 0xffff, (Number(b) >> 16) & 0xffff];
    if (op === 'const-string') return [0x1a | (register(a) << 8), stringAt(line.slice(2).join(' '))];
    if (op === 'new-instance') return [0x22 | (register(a) << 8), typeAt(descriptor(b))];
    if (op in statics) return [statics[op]! | (register(a) << 8), fieldAt(memberOf(b))];
    if (op in instances) return [instances[op]! | (register(a) << 8) | (register(b) << 12), fieldAt(memberOf(c))];
    if (op in tests) return [tests[op]! | (register(a) << 8), 0];
    const given = line.slice(2).map(register);
    if (op in invokes) {
      const [, , , , fifth = 0] = given;
      const four = given.slice(0, 4).reduce((all, each, i) => all | (each << (4 * i)), 0);
      return [invokes[op]! | (fifth << 8) | (given.length << 12), methodAt(memberOf(a)), four];
    }
    throw new Error(`no instruction: ${line.join(' ')}`);
  };
  const codeAt = new Map<string, number>();
  for (const { name, methods: own = [] } of classes) {
    for (const { is, static: isStatic = false, registers = 16, code } of own) {
      if (!code) continue;
      const ins = partsOf(memberOf(`x.${is}`).rest).parameters.reduce(
        (sum, t) => sum + (/^[JD]$/.test(t) ? 2 : 1),
        isStatic ? 0 : 1,
      );
      const all = code.map((line) => units(line.split(' ')));
      code.forEach((line, i) => {
        const [op = '', , over = ''] = line.split(' ');
        if (op in tests) all[i]![1] = all.slice(i, i + 1 + Number(over)).flat().length;
      });
      codeAt.set(`${name}.${is}`, file.align(4).length);
      file
        .u16(registers, ins, 5, 0)
        .u32(0, all.flat().length)
        .u16(...all.flat());
    }
  }
  const listAt = new Map<string, number>();
  const typeList = (key: string, names: readonly string[]) => {
    if (names.length === 0) return;
    listAt.set(key, file.align(4).length);
    file.u32(names.length).u16(...names.map(typeAt));
  };
  for (const proto of protos) typeList(proto, partsOf(proto).parameters);
  for (const { name, interfaces = [] } of classes) typeList(name, interfaces.map(descriptor));
  const stringData = strings.map((text) => {
    const offset = file.length;
    file.uleb(text.length).bytes(mutf8(text)).bytes([0]);
    return offset;
  });
  const dataAt = classes.map(({ name, fields: own = [], staticFields = [], methods: list = [] }) => {
    const offset = file.length;
    const ids = (refs: readonly string[]) =>
      refs.map((ref) => fieldAt(memberOf(`${name}.${ref}`))).sort((a, b) => a - b);
    const isDirect = ({ is, static: isStatic }: CodeMethod) => isStatic === true || is.startsWith('<');
    const rows = [list.filter(isDirect), list.filter((each) => !isDirect(each))];
    file.uleb(staticFields.length, own.length, rows[0]!.length, rows[1]!.length);
    for (const refs of [ids(staticFields), ids(own)])
      for (const [i, id] of refs.entries()) file.uleb(id - (i > 0 ? refs[i - 1]! : 0), 1);
    for (const row of rows) {
      const placed = row
        .map((each) => ({ each, id: methodAt(memberOf(`${name}.${each.is}`)) }))
        .sort((a, b) => a.id - b.id);
      placed.forEach(({ each, id }, i) => {
        const flags = (each.static ? 8 : 0) | (each.is.startsWith('<') ? 0x10000 : 0) | 1;
        file.uleb(id - (i > 0 ? placed[i - 1]!.id : 0), flags, codeAt.get(`${name}.${each.is}`) ?? 0);
      });
    }
    return offset;
  });
  const bytes = file.toUint8Array();
  const view = new DataView(bytes.buffer);
  const words = (at: number, ...values: number[]) => {
    for (const [i, value] of values.entries()) view.setUint32(at + 4 * i, value, true);
  };
  bytes.set(new TextEncoder().encode('dex\n035\0'));
  words(32, bytes.length, 0x70, 0x12345678, 0, 0, 0);
  const counts = [strings, types, protos, fields, methods, classes].map((table) => table.length);
  for (const [i, count] of counts.entries()) words(56 + 8 * i, count, count > 0 ? places[i]! : 0);
  words(104, bytes.length - places[5]! - sizes[5]!, places[5]! + sizes[5]!);
  words(places[0]!, ...stringData);
  words(places[1]!, ...types.map(stringAt));
  for (const [i, proto] of protos.entries()) {
    words(places[2]! + 12 * i, stringAt(shorty(proto)), typeAt(partsOf(proto).result), listAt.get(proto) ?? 0);
  }
  fields.forEach((ref, i) => {
    const at = places[3]! + 8 * i;
    view.setUint16(at, typeAt(descriptor(ref.of)), true);
    view.setUint16(at + 2, typeAt(ref.rest), true);
    words(at + 4, stringAt(ref.name));
  });
  methods.forEach((ref, i) => {
    const at = places[4]! + 8 * i;
    view.setUint16(at, typeAt(descriptor(ref.of)), true);
    view.setUint16(at + 2, protos.indexOf(ref.rest), true);
    words(at + 4, stringAt(ref.name));
  });
  classes.forEach((each, i) => {
    const above = typeAt(descriptor(each.super ?? 'java.lang.Object'));
    words(
      places[5]! + 32 * i,
      typeAt(descriptor(each.name)),
      1,
      above,
      listAt.get(each.name) ?? 0,
      0xffffffff,
      0,
      dataAt[i]!,
      0,
    );
  });
  signDex(bytes);
  return bytes;
}
