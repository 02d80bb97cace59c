import { describe, expect, it } from 'vitest';
import { FormatError } from '../../src/errors.ts';
import { isAssemblyStore, readAssemblyStore } from '../../src/formats/assembly-store.ts';
import { readBytes } from '../../src/formats/parsing.ts';
import { buildAssemblyStore } from '../build/assembly-store.ts';
import { mulberry32 } from '../build/random.ts';
import { cases } from '../build/slow.ts';

const text = (value: string) => new TextEncoder().encode(value);
const files = [
  { name: 'A.dll', data: text('first'), symbols: text('debug'), config: text('<xml/>') },
  { name: 'fr/A.resources.dll', data: text('second one') },
];
const read = (bytes: Uint8Array) => readBytes(readAssemblyStore(bytes.length), bytes);
const versions = [1, 2, 3, 4] as const;

describe('a store of assemblies', () => {
  it.each(versions)('version %i lists each file with its place', (version) => {
    const bytes = buildAssemblyStore(files, { version });
    expect(isAssemblyStore(bytes)).toBe(true);
    const names = version === 1 ? [null, null] : ['A.dll', 'fr/A.resources.dll'];
    const { files: found, tables } = read(bytes);
    const shown = found.map(({ name, index, part, offset, length }) => [
      name,
      index,
      part,
      Buffer.from(bytes.subarray(offset, offset + length)).toString(),
    ]);
    expect(shown).toEqual([
      [names[0], 0, 'assembly', 'first'],
      [names[0], 0, 'symbols', 'debug'],
      [names[0], 0, 'configuration', '<xml/>'],
      [names[1], 1, 'assembly', 'second one'],
    ]);
    expect(tables).toBe(found[0]!.offset);
  });

  it('of version 1 has no hashes but in the first', () => {
    const bytes = buildAssemblyStore(files, { version: 1, id: 2 });
    expect(read(bytes).tables).toBe(20 + 2 * 24);
  });

  it.each([
    ['another version', (view: DataView) => view.setUint32(4, 0x80010005, true), 'an assembly store of version 5'],
    ['version 0', (view: DataView) => view.setUint32(4, 0, true), 'of version 0; 1 to 4 are read'],
    [
      'more assemblies than there is room for',
      (view: DataView) => view.setUint32(8, 2000, true),
      'the table of assemblies',
    ],
    ['a million assemblies', (view: DataView) => view.setUint32(8, 1e6, true), '1000000 assemblies; 50000 are read'],
    ['an index beyond its end', (view: DataView) => view.setUint32(16, 0xfffffff0, true), 'lies outside of it'],
    [
      'a file beyond its end',
      (view: DataView) => view.setUint32(20 + 36 + 8, 1e6, true),
      'file 0 of an assembly store',
    ],
    ['a name beyond its end', (view: DataView) => view.setUint32(20 + 36 + 56, 1000, true), 'the names of assemblies'],
  ])('is refused with %s', (_, change, message) => {
    const bytes = buildAssemblyStore(files, { version: 3 });
    change(new DataView(bytes.buffer));
    expect(() => read(bytes)).toThrow(FormatError);
    expect(() => read(bytes)).toThrow(message);
  });

  it.each(versions)('version %i gives a FormatError, cut at every byte', (version) => {
    const bytes = buildAssemblyStore(files, { version });
    for (let length = 0; length < bytes.length; length++) {
      expect(() => read(bytes.subarray(0, length))).toThrow(FormatError);
    }
  });

  it('gives files that lie inside or a FormatError on seeded mutations', () => {
    const random = mulberry32(0x58414241);
    const seen = { read: 0, error: 0 };
    for (let round = 0; round < cases(20_000, 2000); round++) {
      const bytes = buildAssemblyStore(files, { version: versions[round % 4]! });
      for (let i = 1 + Math.floor(random() * 4); i > 0; i--) {
        bytes[Math.floor(random() * bytes.length)] = Math.floor(random() * 256);
      }
      try {
        const { files: found, tables } = read(bytes);
        const isInside = found.every(({ offset, length }) => length > 0 && offset + length <= bytes.length);
        if (!isInside || tables > bytes.length) throw new Error(`round ${round}`);
        seen.read++;
      } catch (error) {
        if (!(error instanceof FormatError)) throw error;
        seen.error++;
      }
    }
    for (const count of Object.values(seen)) expect(count).toBeGreaterThan(cases(1000, 100));
  });
});
