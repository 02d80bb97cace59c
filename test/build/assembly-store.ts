import { concat, fields } from './zip.ts';

/** A file in a store. */
export interface StoredAssembly {
  name: string;
  data: Uint8Array;
  symbols?: Uint8Array;
  config?: Uint8Array;
}

export interface StoreOptions {
  version: 1 | 2 | 3 | 4;
  /** Of version 1: the number of this store; the first has tables of hashes. */
  id?: number;
  /** Bytes that stand behind the tables and that nothing points to. */
  gap?: Uint8Array;
}

/** Writes a store of assemblies of .NET for Android (dotnet/android, AssemblyStoreGenerator.cs; version 1: AssemblyBlobs.md). */
export function buildAssemblyStore(files: readonly StoredAssembly[], options: StoreOptions): Uint8Array {
  const { version, id = 0, gap = new Uint8Array(0) } = options;
  const none = new Uint8Array(0);
  const isFirst = version === 1;
  const names = isFirst
    ? none
    : Buffer.concat(files.map(({ name }) => concat(fields([4, name.length]), new TextEncoder().encode(name))));
  // A hash and the number of the assembly, by the name with its extension and without; from version 3 on, whether to ignore it.
  const index = isFirst ? none : new Uint8Array(files.length * 2 * (version === 2 ? 12 : 9));
  const hashes = isFirst && id === 0 ? new Uint8Array(2 * 20 * files.length) : none;
  const header = version === 4 ? 28 : 20;
  const tables = header + index.length + files.length * (isFirst ? 24 : 28) + names.length + hashes.length;
  let at = tables + gap.length;
  const descriptors: Uint8Array[] = [];
  const contents: Uint8Array[] = [];
  for (const [i, { data, symbols = none, config = none }] of files.entries()) {
    const place = (bytes: Uint8Array) => {
      const start = at;
      contents.push(bytes);
      at += bytes.length;
      return [[4, bytes.length === 0 ? 0 : start] as const, [4, bytes.length] as const];
    };
    const words = [...place(data), ...place(symbols), ...place(config)];
    descriptors.push(isFirst ? fields(...words) : fields([4, i], ...words));
  }
  const counts = isFirst
    ? fields([4, files.length], [4, id === 0 ? files.length : 0], [4, id])
    : fields([4, files.length], [4, 2 * files.length], [4, index.length]);
  const wideForArm64 = isFirst ? 1 : 0x80010000 + version;
  const head = concat(
    fields([4, 0x41424158], [4, wideForArm64]),
    counts,
    fields(...(version === 4 ? [[8, 7] as const] : [])),
  );
  return Uint8Array.from(Buffer.concat([head, index, ...descriptors, names, hashes, gap, ...contents]));
}
