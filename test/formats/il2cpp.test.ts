import { describe, expect, it } from 'vitest';
import { FormatError } from '../../src/errors.ts';
import { isIl2cpp, metadataVersion, openIl2cpp } from '../../src/formats/il2cpp.ts';
import type { ByteRange } from '../../src/formats/parsing.ts';
import { buildBinaryXml } from '../build/axml.ts';
import { buildElf } from '../build/elf.ts';
import { buildIl2cpp, type Il2cppDescription } from '../build/il2cpp.ts';
import { mulberry32 } from '../build/random.ts';
import { cases } from '../build/slow.ts';
import { scan } from '../build/verified.ts';
import { buildZip } from '../build/zip.ts';
import { ipa } from '../hostile/place.ts';

const game: Il2cppDescription = {
  literals: ['https://api.agora.io', 'https://ads.example.org/v1', 'ä', ''],
  types: ['Agora.Rtc.RtcEngine', 'Bare', 'UnityEngine.UI.Button'],
  assemblies: [
    { name: 'mscorlib', version: [4, 0, 0, 0] },
    { name: 'Assembly-CSharp', version: [0, 0, 0, 0] },
  ],
};

function told(bytes: Uint8Array) {
  const metadata = openIl2cpp(bytes);
  const text = ({ offset, length }: ByteRange) => Buffer.from(bytes.subarray(offset, offset + length)).toString();
  return {
    literals: [...metadata.literals.offsets].map((offset, i) =>
      text({ offset, length: metadata.literals.lengths[i]! }),
    ),
    types: metadata.types && [...metadata.types].map(({ namespace, name }) => `${text(namespace)}/${text(name)}`),
    assemblies: metadata.assemblies?.map(({ name, version }) => `${text(name)} ${version}`) ?? null,
  };
}

const expected = {
  literals: ['https://api.agora.io', 'https://ads.example.org/v1', 'ä', ''],
  types: ['Agora.Rtc/RtcEngine', '/Bare', 'UnityEngine.UI/Button'],
  assemblies: ['mscorlib 4.0.0.0', 'Assembly-CSharp 0.0.0.0'],
};

describe('metadata of IL2CPP', () => {
  it.each([88, 92, 100, 104, 108, 112, 120] as const)('is read with types of %i bytes', (typeRow) => {
    const bytes = buildIl2cpp({ ...game, typeRow });
    expect([isIl2cpp(bytes), metadataVersion(bytes)]).toEqual([true, 29]);
    expect(told(bytes)).toEqual(expected);
  });

  it('says where the length of rows is none that is known', () => {
    const bytes = buildIl2cpp(game);
    const view = new DataView(bytes.buffer);
    // One byte less of types.
    view.setUint32(8 + 8 * 19 + 4, view.getUint32(8 + 8 * 19 + 4, true) - 1, true);
    expect(told(bytes)).toEqual({ ...expected, types: null, assemblies: null });
  });

  it('gives what it has or a FormatError, cut at every byte', () => {
    const bytes = buildIl2cpp(game);
    let refused = 0;
    for (let length = 8; length < bytes.length; length++) {
      try {
        told(bytes.subarray(0, length));
      } catch (error) {
        if (!(error instanceof FormatError)) throw error;
        refused++;
      }
    }
    expect(refused).toBeGreaterThan(bytes.length / 2);
  });

  it('gives texts of the file or a FormatError on seeded mutations', () => {
    const bytes = buildIl2cpp(game);
    const random = mulberry32(0xfab11baf);
    const seen = { read: 0, error: 0 };
    for (let round = 0; round < cases(20_000, 2000); round++) {
      const mutated = bytes.slice();
      for (let i = 1 + Math.floor(random() * 4); i > 0; i--) {
        mutated[8 + Math.floor(random() * (mutated.length - 8))] = Math.floor(random() * 256);
      }
      try {
        told(mutated);
        seen.read++;
      } catch (error) {
        if (!(error instanceof FormatError)) throw error;
        seen.error++;
      }
    }
    for (const count of Object.values(seen)) expect(count).toBeGreaterThan(cases(1000, 100));
  });
});

describe('a Unity app', () => {
  const path = 'assets/bin/Data/Managed/Metadata/global-metadata.dat';
  const scanned = (data: Uint8Array) =>
    scan(
      buildZip([
        { name: 'AndroidManifest.xml', data: buildBinaryXml({ name: 'manifest', attributes: { package: 'org.x' } }) },
        { name: 'lib/arm64-v8a/libil2cpp.so', data: buildElf({ soname: 'libil2cpp.so' }) },
        { name: path, data },
      ]),
    );
  const gaps = (report: Awaited<ReturnType<typeof scanned>>) =>
    report.coverage.filter(({ matters, state }) => matters && state !== 'read');

  it('names its hosts and assemblies, each text by itself', async () => {
    const report = await scanned(
      buildIl2cpp({ ...game, rest: new TextEncoder().encode('\0https://rest.example.net/\0') }),
    );
    const hosts = report.endpoints.map(({ host, at }) => [host, at[0]?.path]);
    expect(hosts).toEqual([
      ['api.agora.io', path],
      ['ads.example.org', path],
      ['rest.example.net', path],
    ]);
    const libraries = report.libraries.map(({ name, version }) => [name, version]);
    expect(libraries).toEqual([
      ['Assembly-CSharp', null],
      ['mscorlib', '4.0.0.0'],
    ]);
    expect(gaps(report)).toEqual([]);
  });

  it('of another version is searched as it stands, and that is said', async () => {
    for (const version of [15, 32, 106]) {
      const report = await scanned(buildIl2cpp({ ...game, version }));
      expect(report.endpoints.map(({ host }) => host)).toContain('ads.example.org');
      expect(gaps(report)).toMatchObject([{ path, reason: 'unsupported', format: 'il2cpp' }]);
    }
  });

  it('is not read whole where its metadata is nowhere', async () => {
    const report = await scan(
      buildZip([
        { name: 'AndroidManifest.xml', data: buildBinaryXml({ name: 'manifest', attributes: { package: 'org.x' } }) },
        { name: 'lib/arm64-v8a/libil2cpp.so', data: buildElf({ soname: 'libil2cpp.so' }) },
      ]),
    );
    expect(gaps(report)).toMatchObject([{ path: 'lib/arm64-v8a/libil2cpp.so', reason: 'missing', format: 'elf' }]);
  });

  it('is not read whole where its metadata is encrypted', async () => {
    const hidden = buildIl2cpp(game).map((byte) => byte ^ 0x5a);
    expect(gaps(await scanned(hidden))).toMatchObject([
      {
        path,
        state: 'unreadable',
        reason: 'malformed',
        detail: expect.stringContaining('the system loads this as code'),
      },
    ]);
  });

  it('is told on iOS too', async () => {
    const path = 'Data/Managed/Metadata/global-metadata.dat';
    const plain = await scan(ipa({ [path]: buildIl2cpp(game) }));
    expect([plain.libraries.length, gaps(plain)]).toEqual([2, []]);
    const hidden = await scan(ipa({ [path]: buildIl2cpp(game).map((byte) => byte ^ 0x5a) }));
    expect(gaps(hidden)).toMatchObject([{ path: `Payload/App.app/${path}`, state: 'unreadable' }]);
  });
});
