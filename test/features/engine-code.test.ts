import { describe, expect, it } from 'vitest';
import { EngineCode } from '../../src/features/engine-code.ts';
import type { Format } from '../../src/types.ts';
import { buildBinaryXml } from '../build/axml.ts';
import { buildElf } from '../build/elf.ts';
import { scan } from '../build/verified.ts';
import { buildZip } from '../build/zip.ts';

/** An engine of another language, and what it cannot run without. */

const lib = 'lib/arm64-v8a';
const engine = (name: string) => ({
  ...{ path: `${lib}/${name}`, format: 'elf' as Format },
  native: { kind: 'library' as const, name, main: false },
});
const entry = (path: string, format: Format) => ({ path, format, native: null });

describe.each([
  ['libil2cpp.so', entry('assets/x', 'il2cpp')],
  ['libflutter.so', entry(`${lib}/libapp.so`, 'elf')],
  ['libflutter.so', entry('assets/flutter_assets/kernel_blob.bin', 'data')],
  ['libflutter.so', entry('assets/flutter_assets/isolate_snapshot_data', 'data')],
  ['libmonodroid.so', entry('assemblies/assemblies.blob', 'assembly-store')],
  ['libmonodroid.so', entry('x', 'pe')],
  ['libmono.so', entry('assets/bin/Data/Managed/A.dll', 'data')],
  ['libreactnativejni.so', entry('assets/index.android.bundle', 'text')],
  ['libreactnative.so', entry('assets/x', 'hermes')],
  ['libmonobdwgc-2.0.so', entry('assets/bin/Data/Managed/A.dll', 'data')],
])('%s', (name, code) => {
  it(`with ${code.path} lacks nothing, in any order, and without it lacks its code`, () => {
    for (const order of [
      [engine(name), code],
      [code, engine(name)],
    ]) {
      const met = new EngineCode();
      for (const each of order) met.take(each);
      expect(met.absent(false)).toEqual([]);
    }
    const alone = new EngineCode();
    alone.take(engine(name));
    alone.take(entry('classes.dex', 'dex'));
    expect(alone.absent(false)).toMatchObject([{ path: `${lib}/${name}`, reason: 'missing', matters: true }]);
    // An app brings what an engine runs; compiled code of Unity is in the library itself.
    expect(alone.absent(true)).toHaveLength(name === 'libil2cpp.so' ? 1 : 0);
  });
});

it('an app of Flutter without Dart code is incomplete', async () => {
  const report = await scan(
    buildZip([
      {
        name: 'AndroidManifest.xml',
        data: buildBinaryXml({ name: 'manifest', attributes: { package: 'org.example' } }),
      },
      { name: `${lib}/libflutter.so`, data: buildElf({ soname: 'libflutter.so' }) },
    ]),
  );
  const gaps = report.coverage.filter(({ matters, state }) => matters && state !== 'read');
  expect([report.complete, gaps.map(({ path, reason }) => [path, reason])]).toEqual([
    false,
    [[`${lib}/libflutter.so`, 'missing']],
  ]);
});
