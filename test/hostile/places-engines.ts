import { buildAssembly } from '../build/assembly.ts';
import { buildAssemblyStore } from '../build/assembly-store.ts';
import { buildElf } from '../build/elf.ts';
import { buildIl2cpp } from '../build/il2cpp.ts';
import { xalz } from '../build/lz4.ts';
import { concat } from '../build/zip.ts';
import { apk, assetPlaces, type Payload, type Place, utf8 } from './place.ts';

type Wrap = (bytes: Uint8Array) => Uint8Array;

const other = { name: 'A.dll', data: buildAssembly({ name: 'A' }) };
const store = (data: Uint8Array) => buildAssemblyStore([other, { name: 'B.dll', data }], { version: 3 });
const latin1 = (bytes: Uint8Array) => Buffer.from(bytes).toString('latin1');
const texts = ['first', 'https://example.org/'];

/** Where .NET and Unity keep what they run, and what of it no table names. */
const files: Readonly<Record<string, Readonly<Record<string, Wrap>>>> = {
  pe: {
    'behind the metadata': (rest) => buildAssembly({ name: 'A', rest }),
    'behind the image': (bytes) => concat(other.data, bytes),
    'in an image that is no assembly': (bytes) => concat(other.data.slice(0, 0xf8), new Uint8Array(1000), bytes),
  },
  'assembly-store': {
    'as an assembly': store,
    'as a packed one': (bytes) => store(xalz(bytes)),
    'as debug information': (symbols) => buildAssemblyStore([{ ...other, symbols }], { version: 2 }),
    'as configuration': (config) => buildAssemblyStore([{ ...other, config }], { version: 4 }),
    'behind the tables': (gap) => buildAssemblyStore([other], { version: 1, gap }),
    'behind the last assembly': (bytes) => concat(store(utf8('x')), bytes),
    'in a store of a later version': (bytes) => {
      const later = store(bytes);
      later[4] = 9;
      return later;
    },
    'in a library around a store': (bytes) => buildElf({ soname: 'libassembly-store.so', payload: store(bytes) }),
    'in a library around an assembly': (payload) => buildElf({ soname: 'lib_A.dll.so', payload }),
  },
  il2cpp: {
    'behind the tables': (rest) => buildIl2cpp({ literals: texts, rest }),
    'in the metadata of a later version': (rest) => buildIl2cpp({ literals: texts, version: 39, rest }),
  },
};

/** What can be a text of code. */
const literals: readonly Place[] = [
  ['as a text of code', 29],
  ['as a text of code of a later version', 106],
].map(([name, version]) => ({
  format: 'il2cpp',
  name: String(name),
  platform: 'android' as const,
  textOnly: true,
  build: ({ bytes }: Payload) =>
    apk([
      {
        name: 'assets/bin/Data/Managed/Metadata/global-metadata.dat',
        data: buildIl2cpp({ literals: ['first', latin1(bytes), 'last'], version: Number(version) }),
      },
    ]),
}));

export const enginePlaces: readonly Place[] = [...assetPlaces(files), ...literals];
