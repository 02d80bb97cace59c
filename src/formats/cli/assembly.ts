import { StringTable } from '../string-table.ts';
import { findMetadata } from './image.ts';
import {
  Assembly,
  AssemblyRef,
  CustomAttribute,
  decodeIndex,
  MemberRef,
  MethodDef,
  ModuleRef,
  readTables,
  type Table,
  TypeDef,
  TypeRef,
} from './tables.ts';

/** A name in the file: `bytes[start..end)`. */
export interface NameAt {
  readonly start: number;
  readonly end: number;
}

/** The name of an assembly, and its version of four numbers. */
export interface AssemblyName extends NameAt {
  readonly version: string;
}

/** Null where nobody gave the assembly a version: compilers then write zeros. */
export const saidVersion = (version: string): string | null => (version === '0.0.0.0' ? null : version);

/** A type by its namespace, which may be empty, and its name. */
export interface TypeName {
  readonly namespace: NameAt;
  readonly name: NameAt;
}

/** A .NET assembly whose tables were found. */
export interface CliAssembly {
  readonly bytes: Uint8Array;
  /** Null for a module that is no assembly itself. */
  readonly name: AssemblyName | null;
  readonly references: Iterable<AssemblyName>;
  /** Native libraries that its methods are imported from. */
  readonly nativeLibraries: Iterable<NameAt>;
  /** Types that it defines, but those inside of another, and types of other assemblies. */
  readonly types: Iterable<TypeName>;
  readonly typeReferences: Iterable<TypeName>;
  /** Classes of Java or Objective-C that its types stand for: the first argument of their `Register` attribute. */
  readonly registered: Iterable<NameAt>;
  /** Rows of all tables that these go through. */
  readonly rows: number;
  /** Whether names were left out: a forged table hands out the same bytes over and over. */
  readonly isOverdrawn: boolean;
}

const nowhere: NameAt = { start: 0, end: 0 };

/** Bits of a type's flags that tell how it is seen (II.23.1.15): from 2 on it stands inside of another. */
const VISIBILITY = 7;
const NESTED = 2;

/** Bytes of a name that are read: runtimes take 1,023 of a type's. */
const LONGEST_NAME = 1023;

/**
 * Opens a .NET assembly; what it names is read as it is asked for.
 * @returns null for a PE image that is no assembly
 * @throws FormatError where headers or tables cannot be followed
 */
export function openAssembly(bytes: Uint8Array): CliAssembly | null {
  const metadata = findMetadata(bytes);
  if (metadata === null) return null;
  const table = readTables(bytes, metadata.tables);
  const { offset, length } = metadata.strings;
  const strings = new StringTable(bytes.subarray(offset, offset + length), offset);
  // Thousands of types share the name of a namespace: each is looked up once.
  const names = new Map<number, NameAt>();
  const nameAt = (index: number): NameAt => {
    let name = names.get(index);
    if (name === undefined) {
      const end = Math.min(strings.endOf(index), index + LONGEST_NAME);
      name = end < 0 ? nowhere : { start: offset + index, end: offset + end };
      names.set(index, name);
    }
    return name;
  };
  const versioned = (of: Table, row: number, version: number, name: number): AssemblyName => ({
    ...nameAt(of.at(row, name)),
    version: [0, 1, 2, 3].map((i) => of.at(row, version + i)).join('.'),
  });
  const [assembly, references, modules, types, typeReferences] = [
    table(Assembly),
    table(AssemblyRef),
    table(ModuleRef),
    table(TypeDef),
    table(TypeRef),
  ];
  const attributes = table(CustomAttribute);
  const isNested = (row: number) => (types.at(row, 0) & VISIBILITY) >= NESTED;
  return {
    bytes,
    name: assembly.rows > 0 ? versioned(assembly, 0, 1, 7) : null,
    references: each(references, (row) => versioned(references, row, 0, 6)),
    nativeLibraries: each(modules, (row) => nameAt(modules.at(row, 0))),
    types: each(types, (row) =>
      isNested(row) ? null : { namespace: nameAt(types.at(row, 2)), name: nameAt(types.at(row, 1)) },
    ),
    typeReferences: each(typeReferences, (row) => ({
      namespace: nameAt(typeReferences.at(row, 2)),
      name: nameAt(typeReferences.at(row, 1)),
    })),
    registered: each(attributes, registeredName(bytes, table, metadata.blobs, nameAt)),
    rows: references.rows + modules.rows + types.rows + typeReferences.rows + attributes.rows,
    get isOverdrawn() {
      return strings.overdrawn;
    },
  };
}

function* each<T>({ rows }: Table, read: (row: number) => T | null): Generator<T> {
  for (let row = 0; row < rows; row++) {
    const found = read(row);
    if (found !== null) yield found;
  }
}

/** What an attribute of a type says, where it is one of those that name the class that the type stands for (II.23.3). */
function registeredName(
  bytes: Uint8Array,
  table: (number: number) => Table,
  blobs: { readonly offset: number; readonly length: number },
  nameAt: (index: number) => NameAt,
): (row: number) => NameAt | null {
  const [attributes, members, methods] = [table(CustomAttribute), table(MemberRef), table(MethodDef)];
  const [types, typeReferences] = [table(TypeDef), table(TypeRef)];
  const isRegister = (index: number) => {
    const { start, end } = nameAt(index);
    return end - start === REGISTER.length && REGISTER.every((byte, i) => bytes[start + i] === byte);
  };
  /** Whether a constructor is that of `RegisterAttribute`, by its row and tag: asked once for each. */
  const known = new Map<number, boolean>();
  const isWanted = (maker: number): boolean => {
    const { tag, row } = decodeIndex(maker, 3);
    // A constructor of another assembly (3), whose parent is a type reference (1); one's own (2) has its type in TypeDef.
    if (tag === 3 && row > 0 && row <= members.rows) {
      const parent = decodeIndex(members.at(row - 1, 0), 3);
      return parent.tag === 1 && parent.row > 0 && parent.row <= typeReferences.rows
        ? isRegister(typeReferences.at(parent.row - 1, 1))
        : false;
    }
    if (tag !== 2 || row === 0 || row > methods.rows || types.rows === 0) return false;
    return isRegister(types.at(ownerOf(types, row), 1));
  };
  return (row) => {
    // On a type alone (3): methods have the like, which name methods.
    if (decodeIndex(attributes.at(row, 0), 5).tag !== 3) return null;
    const maker = attributes.at(row, 1);
    let wanted = known.get(maker);
    if (wanted === undefined) {
      wanted = isWanted(maker);
      known.set(maker, wanted);
    }
    if (!wanted) return null;
    let at = blobs.offset + attributes.at(row, 2);
    // The length of the blob, the prolog 0x0001, and the length of the first argument.
    at += bytes[at]! < 0x80 ? 1 : bytes[at]! < 0xc0 ? 2 : 4;
    if (bytes[at] !== 1 || bytes[at + 1] !== 0) return null;
    at += 2;
    const first = bytes[at]!;
    const length = first < 0x80 ? first : first < 0xc0 ? ((first & 0x3f) << 8) | bytes[at + 1]! : LONGEST_NAME + 1;
    const start = at + (first < 0x80 ? 1 : 2);
    const isInside = start + length <= Math.min(bytes.length, blobs.offset + blobs.length);
    return length > 0 && length <= LONGEST_NAME && isInside ? { start, end: start + length } : null;
  };
}

const REGISTER = [...'RegisterAttribute'].map((letter) => letter.charCodeAt(0));

/** The type whose list of methods holds that one: each begins where the one before ends. */
function ownerOf(types: Table, method: number): number {
  let low = 0;
  let high = types.rows - 1;
  while (low < high) {
    const middle = (low + high + 1) >>> 1;
    if (types.at(middle, 5) <= method) low = middle;
    else high = middle - 1;
  }
  return low;
}
