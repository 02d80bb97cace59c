/** What to write into a .NET assembly. */
export interface AssemblyDescription {
  name?: string;
  version?: readonly [number, number, number, number];
  references?: readonly { name: string; version?: readonly [number, number, number, number] }[];
  /** Types of the assembly by their full names; `registered` is the class of Java or Objective-C that it stands for. */
  types?: readonly { name: string; registered?: string; nested?: boolean }[];
  typeReferences?: readonly string[];
  /** Native libraries that methods are imported from. */
  modules?: readonly string[];
  /** Texts of code, as `ldstr` loads them. */
  userStrings?: readonly string[];
  /** Bytes behind the metadata. */
  rest?: Uint8Array;
  /** Whether heaps and tables are indexed by four bytes. */
  wide?: boolean;
  /** PE32+ in place of PE32. */
  plus?: boolean;
  /** Leaves the CLI header out, as a library of Windows has none. */
  isNative?: boolean;
}

type Cell = readonly [size: number, value: number];

/** Writes an assembly as a compiler lays it out (ECMA-335 II.24 and II.25): one section with the CLI header and metadata. */
export function buildAssembly(description: AssemblyDescription): Uint8Array {
  const { name = 'Example', version = [1, 2, 3, 4], references = [], types = [], modules = [] } = description;
  const heap = description.wide ? 4 : 2;
  const strings = new Heap();
  const blobs = new Heap();
  const s = (text: string): Cell => [heap, text === '' ? 0 : strings.add(latin1(`${text}\0`))];
  const b = (bytes: readonly number[]): Cell => [heap, blobs.add([bytes.length, ...bytes])];
  const split = (full: string): readonly [string, string] => {
    const dot = full.lastIndexOf('.');
    return dot < 0 ? ['', full] : [full.slice(0, dot), full.slice(dot + 1)];
  };
  const registered = types.flatMap((type, i) => (type.registered === undefined ? [] : [[i, type.registered] as const]));
  const typeReferences = ['System.Object', ...(description.typeReferences ?? [])];
  if (registered.length > 0) typeReferences.push('Android.Runtime.RegisterAttribute');
  const scope = references.length > 0 ? (1 << 2) | 2 : 1 << 2;
  const tables: [number, Cell[][]][] = [
    [0x00, [[[2, 0], s(`${name}.dll`), [heap, 1], [heap, 0], [heap, 0]]]],
    [0x01, typeReferences.map((full) => [[2, scope], s(split(full)[1]), s(split(full)[0])])],
    [
      0x02,
      [{ name: '<Module>' }, ...types].map((type) => [
        [4, 'nested' in type && type.nested ? 2 : 1],
        s(split(type.name)[1]),
        s(split(type.name)[0]),
        [2, 0],
        [2, 1],
        [2, 1],
      ]),
    ],
    // One constructor, of the last type reference: MemberRefParent 1 is a type reference.
    [0x0a, registered.length > 0 ? [[[2, (typeReferences.length << 3) | 1], s('.ctor'), b([0x20, 1, 1, 0x0e])]] : []],
    [
      0x0c,
      registered.map(([i, java]) => [
        [2, ((i + 2) << 5) | 3],
        [2, (1 << 3) | 3],
        b([1, 0, java.length, ...latin1(java), 0, 0]),
      ]),
    ],
    [0x1a, modules.map((module) => [s(module)])],
    [0x20, [[[4, 0x8004], ...version.map((part): Cell => [2, part]), [4, 0], [heap, 0], s(name), [heap, 0]]]],
    [
      0x23,
      references.map((reference) => [
        ...(reference.version ?? [4, 0, 0, 0]).map((part): Cell => [2, part]),
        [4, 0],
        [heap, 0],
        s(reference.name),
        [heap, 0],
        [heap, 0],
      ]),
    ],
  ];
  const present = tables.filter(([, rows]) => rows.length > 0);
  const valid = present.reduce((mask, [number]) => mask | (1n << BigInt(number)), 0n);
  const stream = [
    ...[0, 0, 0, 0, 2, 0, description.wide ? 7 : 0, 1],
    ...le(8, valid),
    ...le(8, 0),
    ...present.flatMap(([, rows]) => le(4, rows.length)),
    ...present.flatMap(([, rows]) => rows.flatMap((row) => row.flatMap(([size, value]) => le(size, value)))),
  ];
  const user = [0, ...(description.userStrings ?? []).flatMap(userString)];
  const metadata = root([
    ['#~', stream],
    ['#Strings', strings.bytes],
    ['#US', user],
    ['#GUID', new Array<number>(16).fill(7)],
    ['#Blob', blobs.bytes],
  ]);
  return image([...metadata, ...(description.rest ?? [])], metadata.length, description);
}

/** A text in UTF-16 between its length and a byte that says whether it is plain (II.24.2.4). */
function userString(text: string): number[] {
  const length = 2 * text.length + 1;
  const head = length < 0x80 ? [length] : [0x80 | (length >> 8), length & 0xff];
  return [...head, ...[...text].flatMap((letter) => le(2, letter.charCodeAt(0))), 0];
}

class Heap {
  readonly bytes: number[] = [0];

  add(bytes: readonly number[]): number {
    this.bytes.push(...bytes);
    return this.bytes.length - bytes.length;
  }
}

function root(streams: readonly (readonly [string, readonly number[]])[]): number[] {
  const version = latin1('v4.0.30319\0\0');
  const padded = streams.map(([name, bytes]) => [name, [...bytes, ...zeros(-bytes.length & 3)]] as const);
  const named = padded.map(([name]) => latin1(`${name}${'\0'.repeat(4 - (name.length % 4))}`));
  let at = 16 + version.length + 4 + named.reduce((sum, name) => sum + 8 + name.length, 0);
  const headers: number[] = [];
  for (const [i, [, bytes]] of padded.entries()) {
    headers.push(...le(4, at), ...le(4, bytes.length), ...named[i]!);
    at += bytes.length;
  }
  const head = [...le(4, 0x424a5342), ...le(2, 1), ...le(2, 1), ...le(4, 0), ...le(4, version.length), ...version];
  return [...head, ...le(2, 0), ...le(2, streams.length), ...headers, ...padded.flatMap(([, bytes]) => bytes)];
}

const FILE_START = 0x200;
const ADDRESS = 0x2000;
const CLI_HEADER = 72;

function image(
  content: readonly number[],
  metadataLength: number,
  { plus: isPlus = false, isNative = false }: AssemblyDescription,
): Uint8Array {
  const optional = isPlus ? 240 : 224;
  const size = CLI_HEADER + content.length;
  const directories = [...zeros(14 * 8), ...le(4, isNative ? 0 : ADDRESS), ...le(4, CLI_HEADER), ...zeros(8)];
  const head = [
    ...latin1('MZ'),
    ...zeros(58),
    ...le(4, 0x80),
    ...zeros(64),
    ...latin1('PE\0\0'),
    ...le(2, isPlus ? 0x8664 : 0x14c),
    ...le(2, 1),
    ...zeros(12),
    ...le(2, optional),
    ...le(2, 0x2102),
    ...le(2, isPlus ? 0x20b : 0x10b),
    ...zeros(optional - 2 - directories.length),
    ...directories,
    ...latin1('.text\0\0\0'),
    ...[size, ADDRESS, size, FILE_START].flatMap((value) => le(4, value)),
    ...zeros(12),
    ...le(4, 0x60000020),
  ];
  const cli = [...le(4, CLI_HEADER), ...le(4, 0x00050002), ...le(4, ADDRESS + CLI_HEADER), ...le(4, metadataLength)];
  return Uint8Array.from([
    ...head,
    ...zeros(FILE_START - head.length),
    ...cli,
    ...zeros(CLI_HEADER - cli.length),
    ...content,
  ]);
}

const zeros = (count: number): number[] => new Array<number>(count).fill(0);
const latin1 = (text: string): number[] => [...text].map((letter) => letter.charCodeAt(0));
const le = (size: number, value: number | bigint): number[] =>
  Array.from({ length: size }, (_, i) => Number((BigInt(value) >> BigInt(8 * i)) & 0xffn));
