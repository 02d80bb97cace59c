import { concat, fields } from './zip.ts';

/** What to write into the metadata of C# code that Unity compiled. */
export interface Il2cppDescription {
  version?: number;
  /** Bytes of a row of types, by which layouts differ that have one number. */
  typeRow?: 88 | 92 | 100 | 104 | 108 | 112 | 120;
  literals?: readonly string[];
  /** Types by their full names. */
  types?: readonly string[];
  assemblies?: readonly { name: string; version: readonly [number, number, number, number] }[];
  /** Bytes behind all tables. */
  rest?: Uint8Array;
}

const utf8 = (text: string) => new TextEncoder().encode(text);

/** Writes a `global-metadata.dat`: the tables that are read, in their places, and empty ones between them. */
export function buildIl2cpp(description: Il2cppDescription): Uint8Array {
  const { version = 29, typeRow = 88, literals = [], types = [], assemblies = [] } = description;
  const names: Uint8Array[] = [];
  let namesLength = 0;
  const name = (text: string): number => {
    const bytes = utf8(`${text}\0`);
    names.push(bytes);
    namesLength += bytes.length;
    return namesLength - bytes.length;
  };
  const row = (size: number, ...cells: readonly (readonly [at: number, value: number])[]) => {
    const bytes = new Uint8Array(size).fill(0xee);
    for (const [at, value] of cells) bytes.set(fields([4, value]), at);
    return bytes;
  };
  let place = 0;
  const literalRows = literals.map((text) => {
    const { length } = utf8(text);
    place += length;
    return fields([4, length], [4, place - length]);
  });
  const typeRows = types.map((full) => {
    const dot = full.lastIndexOf('.');
    const own = name(full.slice(dot + 1));
    return row(typeRow, [0, own], [4, name(full.slice(0, Math.max(0, dot)))]);
  });
  const withContexts = typeRow >= 100;
  const [imageRow, assemblyRow, nameAt] = withContexts ? [32, 68, 16] : [40, 64, 16];
  const imageRows = assemblies.map((assembly) => row(imageRow, [0, name(`${assembly.name}.dll`)]));
  const assemblyRows = assemblies.map((assembly) =>
    row(
      assemblyRow,
      [nameAt, name(assembly.name)],
      ...assembly.version.map((part, i) => [assemblyRow - 24 + 4 * i, part] as const),
    ),
  );
  const tables = new Array<Uint8Array>(31).fill(new Uint8Array(0));
  tables[0] = Buffer.concat(literalRows);
  tables[1] = utf8(literals.join(''));
  tables[19] = Buffer.concat(typeRows);
  tables[withContexts ? 21 : 20] = Buffer.concat(imageRows);
  tables[withContexts ? 22 : 21] = Buffer.concat(assemblyRows);
  tables[2] = Buffer.concat(names);
  let at = 8 + 8 * tables.length;
  const header = [fields([4, 0xfab11baf], [4, version])];
  for (const { length } of tables) {
    header.push(fields([4, at], [4, length]));
    at += length;
  }
  return concat(...header, ...tables, description.rest ?? new Uint8Array(0));
}
