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
  packages: new Map<string, number>(),
});
const entry = (path: string, format: Format) => ({ path, format, native: null, packages: new Map<string, number>() });
const classes = (name: string, count: number) => ({
  ...entry('classes.dex', 'dex'),
  packages: new Map([[name, count]]),
});

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
  ['libunity.so', entry('assets/bin/Data/Managed/A.dll', 'pe')],
  ['libunity.so', entry('assets/bin/Data/Managed/Metadata/global-metadata.dat', 'data')],
  ['libreactnative.so', entry('assets/index.android.bundle', 'data')],
  ['libreactnativejni.so', entry('base.apk!assets/rn/shop.bundle', 'text')],
  ['hermes.framework', entry('Payload/A.app/main.jsbundle', 'text')],
  ['libhermesvm.so', entry('assets/x', 'hermes')],
  ['libjsc.so', entry('assets/a.hbc', 'data')],
  ['libNativeScript.so', entry('assets/app/bundle.js', 'text')],
  ['libkroll-v8.so', entry('assets/Resources/app.js', 'text')],
  ['Capacitor.framework', entry('Payload/A.app/public/index.html', 'text')],
  ['libnode.so', entry('assets/nodejs-project/main.js', 'text')],
  ['libcocos2dlua.so', entry('assets/src/main.luac', 'data')],
  ['libgodot_android.so', entry('assets/main.gdc', 'data')],
  ['libpython3.11.so', entry(`${lib}/libpybundle.so`, 'gzip')],
  ['libpython3.8.so', entry('assets/chaquopy/app.imy!main.pyc', 'data')],
  ['librenpython.so', entry('assets/x-game/x-script.rpyc', 'data')],
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

it.each([
  ['com.facebook.react.bridge', 1, entry('assets/index.android.bundle', 'text')],
  ['RCT', 40, entry('Payload/A.app/main.jsbundle', 'hermes')],
  ['org.apache.cordova.engine', 1, entry('assets/www/index.html', 'text')],
  ['CDV', 10, entry('Payload/A.app/www/index.html', 'text')],
  ['com.ansca.corona', 1, entry('assets/resource.car', 'data')],
  ['org.love2d.android', 1, entry('assets/game.love!main.lua', 'text')],
  ['com.dynamo.android', 1, entry('assets/game.arcd', 'data')],
  ['com.chaquo.python', 1, entry('assets/chaquopy/app.imy!main.pyc', 'data')],
])('%s: an engine is told by %i of its classes', (name, least, code) => {
  const absentOf = (...entries: Parameters<EngineCode['take']>[0][]) => {
    const met = new EngineCode();
    for (const each of entries) met.take(each);
    return met.absent(false).length;
  };
  expect([
    absentOf(classes(name, least)),
    absentOf(classes(name, least - 1)),
    absentOf(classes(name, least), code),
  ]).toEqual([1, 0, 0]);
});

it.each([
  ['libreactnative.so', entry('assets/levels.bundle', 'data')],
  ['libreactnative.so', entry('assets/www/index.html', 'text')],
  ['libNativeScript.so', entry('assets/internal/ts_helpers.js', 'text')],
  ['libkroll-v8.so', entry('assets/Resources/other.js', 'text')],
  ['libpython3.11.so', entry('assets/chaquopy/stdlib-common.imy!os.pyc', 'data')],
  ['libgodot_android.so', entry('assets/game.pck', 'data')],
  ['libpython3.11.so', entry('assets/private.mp3', 'data')],
  ['libreactnative.so', entry('assets/index.android.bundle', 'empty')],
  ['libUnreal.so', entry('assets/main.obb.png', 'zip')],
])('%s: %o is none of its code', (name, other) => {
  const met = new EngineCode();
  for (const each of [engine(name), other]) met.take(each);
  expect(met.absent(false)).toHaveLength(1);
});

it('what an engine of Blueprints runs is said to be unread, whatever is aboard', () => {
  const met = new EngineCode();
  met.take(engine('libUE4.so'));
  expect(met.absent(false)).toMatchObject([{ path: `${lib}/libUE4.so`, reason: 'unsupported', matters: true }]);
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
