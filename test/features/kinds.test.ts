import { gzipSync } from 'fflate';
import { expect, it } from 'vitest';
import { contentKinds, sniff } from '../../src/features/kinds/index.ts';
import { type ContentFormat, contentFormats } from '../../src/types.ts';
import { buildArchive } from '../build/ar.ts';
import { buildAssembly } from '../build/assembly.ts';
import { buildAssemblyStore } from '../build/assembly-store.ts';
import { buildBinaryXml } from '../build/axml.ts';
import { buildDex } from '../build/dex.ts';
import { buildElf } from '../build/elf.ts';
import { buildHermes } from '../build/hermes.ts';
import { buildIl2cpp } from '../build/il2cpp.ts';
import { buildJavaClass } from '../build/java-class.ts';
import { buildMachO } from '../build/macho.ts';
import { scan } from '../build/verified.ts';
import { buildZip } from '../build/zip.ts';

const text = (value: string) => new TextEncoder().encode(value);
const manifest = buildBinaryXml({ name: 'manifest', attributes: { package: 'org.example' } });
const inner = buildZip([{ name: 'a.js', data: 'var agora' }]);

/** One of each kind, and the words of coverage for it at depth deep and at standard (null: the same). */
const examples: Readonly<Record<ContentFormat, readonly [Uint8Array, deep: string, standard: string | null]>> = {
  empty: [new Uint8Array(0), 'read every byte, for strings', null],
  dex: [buildDex({ classes: [{ name: 'org.example.Main' }] }), 'read strings, types and classes', null],
  vdex: [
    Uint8Array.from([...'vdex027'].map((c) => c.charCodeAt(0)).concat(new Array<number>(40).fill(0))),
    'read where its DEX files stand, and every byte for strings',
    null,
  ],
  elf: [
    buildElf({ soname: 'libx.so', exports: ['x'] }),
    'read dynamic symbols, and every byte for strings',
    'skipped strings of a library that no rule names were not read at depth standard',
  ],
  macho: [buildMachO({}), 'read load commands, symbols, class names, and every byte for strings', null],
  hermes: [
    buildHermes({ strings: ['global'] }),
    'read each string of the string table, and every other byte for strings',
    null,
  ],
  class: [buildJavaClass({ name: 'org.example.Main' }), 'read constant pool, fields and methods', null],
  ar: [
    buildArchive([{ name: 'm.o', data: text('x'), symbols: ['_x'] }]),
    'read symbol table, and every byte for strings',
    null,
  ],
  pe: [
    buildAssembly({ name: 'Example' }),
    'read assembly name, references and types, and every byte for strings',
    'skipped strings of a .NET assembly that no rule names were not read at depth standard',
  ],
  windows: [
    buildAssembly({ name: 'Example', isNative: true }),
    'read every byte, for strings: it is code of Windows, which is not read and which no phone runs by itself',
    'skipped strings of a library of Windows that no rule names were not read at depth standard',
  ],
  'assembly-store': [buildAssemblyStore([], { version: 3 }), 'read every assembly inside', null],
  il2cpp: [buildIl2cpp({}), 'read names of types, each text of code, and every other byte for strings', null],
  zip: [inner, 'read every entry inside', null],
  gzip: [gzipSync(text('var agora'), { mtime: 0 }), 'read what is packed inside', null],
  packed: [
    Uint8Array.of(...text('BZh9'), 0x17, 0x72, 0x45, 0x38, 0x50, 0x90, 0, 0, 0, 0),
    'read every byte, for strings',
    null,
  ],
  media: [
    text('GIF89a'),
    'read every byte, for strings',
    'skipped pictures, sound and fonts were not read at depth standard',
  ],
  resources: [manifest, 'read every byte, for strings', 'skipped compiled resources were not read at depth standard'],
  text: [text('var agora'), 'read every byte, for strings', null],
  data: [
    Uint8Array.of(1, 2, 3),
    'read every byte, for strings',
    'skipped content of no known kind was not read at depth standard',
  ],
};

it('are looked for in the order of their list, whatever order JavaScript gives the rows', () => {
  expect(Object.keys(contentKinds)).toEqual(contentFormats);
});

it.each(contentFormats)('%s is told by its first bytes, and read as its row says', async (format) => {
  const [data, deep, standard] = examples[format];
  expect(sniff(data)).toBe(format);
  // Stored and packed: what the container does to it changes nothing.
  for (const method of [0, 8] as const) {
    const bundle = buildZip([
      { name: 'AndroidManifest.xml', data: manifest },
      { name: 'assets/example', data, method },
    ]);
    for (const [depth, words] of Object.entries({ deep, standard: standard ?? deep })) {
      const { coverage } = await scan(bundle, { depth: depth as 'deep' | 'standard' });
      const own = coverage.filter(({ path }) => path === 'assets/example');
      expect(own.map(({ format, state, detail }) => [format, `${state} ${detail}`])).toEqual([[format, words]]);
    }
  }
});

it('a library that a rule names is searched at standard depth, whatever its bytes are', async () => {
  const data = new Uint8Array(64).map((_, i) => i);
  const at = async (name: string) => {
    const { coverage } = await scan(
      buildZip([
        { name: 'AndroidManifest.xml', data: manifest },
        { name, data },
      ]),
      {
        depth: 'standard',
      },
    );
    return coverage.filter(({ path, reason }) => path === name && reason === 'depth').length;
  };
  expect([await at('assets/libagora-rtc-sdk.so'), await at('assets/libnobody.so')]).toEqual([0, 1]);
});

it('a gzip file is read in place where it is stored, however long the name in its header', async () => {
  const packed = gzipSync(text('https://argus.agora.example/x'), { mtime: 0 });
  // A name of 70,000 characters: FNAME is the flag 8 (RFC 1952, 2.3.1).
  const long = Uint8Array.of(...packed.subarray(0, 10), ...new Uint8Array(70_000).fill(65), 0, ...packed.subarray(10));
  long[3] = 8;
  const hosts = async (data: Uint8Array, method: 0 | 8, budgets = {}) => {
    const bundle = buildZip([
      { name: 'AndroidManifest.xml', data: manifest },
      { name: 'a.gz', data, method },
    ]);
    const { endpoints, coverage } = await scan(bundle, { budgets });
    const gaps = coverage.filter(({ path, state }) => path.startsWith('a.gz') && state !== 'read');
    return [endpoints.map(({ host }) => host), gaps.map(({ reason }) => reason)];
  };
  expect(await hosts(packed, 0)).toEqual([['argus.agora.example'], []]);
  expect(await hosts(packed, 8)).toEqual([['argus.agora.example'], []]);
  expect(await hosts(long, 0)).toEqual([['argus.agora.example'], []]);
  expect(await hosts(long, 8)).toEqual([['argus.agora.example'], []]);
  // Held, it takes of what archives inside the bundle may take; in place it does not.
  expect(await hosts(packed, 8, { nestedBytes: 16 })).toEqual([[], ['budget']]);
  expect(await hosts(packed, 0, { nestedBytes: 16 })).toEqual([['argus.agora.example'], []]);
  const twice = gzipSync(packed, { mtime: 0 });
  expect(await hosts(twice, 0)).toEqual([['argus.agora.example'], []]);
  expect(await hosts(twice, 0, { nesting: 1 })).toEqual([[], ['budget']]);
});
