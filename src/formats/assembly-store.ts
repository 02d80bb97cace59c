import { FormatError } from '../errors.ts';
import type { ByteRange, Parsing } from './parsing.ts';

/** The part of the second word that is the version of the format; beside it, whether hashes are wide, and the instruction set. */
const VERSION = 0xffff;

/** Versions of .NET for Android that are read: 1 (Xamarin.Android 12, .NET 6 to 8), 2 (.NET 9), 3 and 4 (.NET 10 and later). */
const NEWEST = 4;

/** Assemblies that a store may list: an app of MAUI has 120 to 300. */
const MOST = 50_000;
/** Bytes of a name that are believed. */
const LONGEST_NAME = 1024;

/** A file in a store. */
export interface StoredFile extends ByteRange {
  /** The name that the store says, with its extension; null in version 1, which keeps names in a file of its own. */
  readonly name: string | null;
  readonly index: number;
  /** An assembly, what debuggers read of it, or its configuration. */
  readonly part: 'assembly' | 'symbols' | 'configuration';
}

/** By its first bytes, `XABA`. Thousands of entries pass here: no view is made of them. */
export const isAssemblyStore = (head: Uint8Array): boolean =>
  head[0] === 0x58 && head[1] === 0x41 && head[2] === 0x42 && head[3] === 0x41 && head.length >= 20;

/**
 * Lists a store of .NET for Android (dotnet/android, AssemblyStoreGenerator.cs and AssemblyBlobs.md; seen 2026-11-26).
 * @param size of the store in bytes, of which all that is listed lies inside
 * @throws FormatError where the version is none that is known, or a table lies outside
 */
export function* readAssemblyStore(size: number): Parsing<{ readonly files: StoredFile[]; readonly tables: number }> {
  const head = yield* exactly(0, 20, size, 'the header');
  const version = head.getUint32(4, true) & VERSION;
  if (version < 1 || version > NEWEST)
    throw new FormatError(`an assembly store of version ${version}; 1 to ${NEWEST} are read`, 4);
  const count = head.getUint32(8, true);
  if (count > MOST) throw new FormatError(`an assembly store of ${count} assemblies; ${MOST} are read`, 8);
  const isFirst = version === 1;
  // A descriptor of version 1 has six words; later ones have the place in an array of the runtime before them.
  const [index, words] = isFirst ? [0, 6] : [head.getUint32(16, true), 7];
  const start = (version >= 4 ? 28 : 20) + index;
  const descriptors = yield* exactly(start, count * words * 4, size, 'the table of assemblies');
  let at = start + count * words * 4;
  const files: StoredFile[] = [];
  for (let i = 0; i < count; i++) {
    let name: string | null = null;
    if (!isFirst) {
      const length = (yield* exactly(at, 4, size, 'the names of assemblies')).getUint32(0, true);
      if (length > LONGEST_NAME) throw new FormatError(`a name of ${length} bytes`, at);
      const bytes = yield* exactly(at + 4, length, size, 'the names of assemblies');
      name = utf8.decode(bytes);
      at += 4 + length;
    }
    for (const [n, part] of parts.entries()) {
      const word = (i * words + (isFirst ? 0 : 1) + 2 * n) * 4;
      const [offset, length] = [descriptors.getUint32(word, true), descriptors.getUint32(word + 4, true)];
      if (length === 0) continue;
      if (offset + length > size)
        throw new FormatError(`file ${i} of an assembly store lies outside of it`, start + word);
      files.push({ offset, length, name, index: i, part });
    }
  }
  // Hashes of names, by which the runtime looks them up: narrow and wide ones, in the first store of an app.
  if (isFirst && head.getUint32(16, true) === 0) at += 2 * 20 * head.getUint32(12, true);
  return { files, tables: Math.min(at, size) };
}

const parts = ['assembly', 'symbols', 'configuration'] as const;
const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });

/** @throws FormatError where as many bytes are not there */
function* exactly(offset: number, length: number, size: number, what: string): Parsing<DataView> {
  const bytes = offset + length > size ? null : yield { offset, length };
  if (bytes === null || bytes.length < length)
    throw new FormatError(`${what} of an assembly store lies outside of it`, offset);
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
