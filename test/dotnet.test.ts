import { expect, it } from 'vitest';
import { buildAssembly } from './build/assembly.ts';
import { buildAssemblyStore } from './build/assembly-store.ts';
import { buildBinaryXml } from './build/axml.ts';
import { buildElf } from './build/elf.ts';
import { xalz } from './build/lz4.ts';
import { scan } from './build/verified.ts';
import { buildZip } from './build/zip.ts';

const manifest = buildBinaryXml({ name: 'manifest', attributes: { package: 'org.example.app' } });

/** An app, and a binding of an SDK: the classes of Java that its types stand for are those that rules name. */
const app = buildAssembly({
  name: 'Example.App',
  version: [1, 0, 0, 0],
  references: [{ name: 'Xamarin.Agora.Full.Android', version: [3, 5, 0, 2] }],
  types: [{ name: 'Example.App.MainActivity' }],
  userStrings: ['https://api.agora.io/v1/token'],
});
const binding = buildAssembly({
  name: 'Xamarin.Agora.Full.Android',
  version: [3, 5, 0, 2],
  references: [{ name: 'Mono.Android' }],
  types: [{ name: 'DT.Xamarin.Agora.RtcEngine', registered: 'io/agora/rtc/RtcEngine' }],
  modules: ['agora-rtc-sdk-jni'],
});

const scanned = (name: string, data: Uint8Array) =>
  scan(
    buildZip([
      { name: 'AndroidManifest.xml', data: manifest },
      { name: 'lib/arm64-v8a/libmonodroid.so', data: buildElf({ soname: 'libmonodroid.so' }) },
      { name, data },
    ]),
  );

const files = [
  { name: 'Example.App.dll', data: xalz(app) },
  { name: 'Xamarin.Agora.Full.Android.dll', data: xalz(binding) },
];
const inElf = (version: 2 | 3 | 4) =>
  buildElf({ soname: 'libassemblies.arm64-v8a.blob.so', payload: buildAssemblyStore(files, { version }) });

it.each([
  ['a store of its own', 'assemblies/assemblies.blob', buildAssemblyStore(files, { version: 1 }), '!(assembly 1)!'],
  ['a library around a store', 'lib/arm64-v8a/libassemblies.arm64-v8a.blob.so', inElf(2), /!@\d+\+\d+!Xamarin.*dll!$/],
  ['the same of .NET 10', 'lib/arm64-v8a/libassembly-store.so', inElf(3), /!@\d+\+\d+!Xamarin.*dll!$/],
  ['the same of CoreCLR', 'lib/arm64-v8a/libassembly-store.so', inElf(4), /!@\d+\+\d+!Xamarin.*dll!$/],
  [
    'a library around one',
    'lib/x86/lib_Xamarin.Agora.Full.Android.dll.so',
    buildElf({ payload: binding }),
    /!@\d+\+\d+$/,
  ],
  ['a file', 'assets/bin/Data/Managed/Xamarin.Agora.Full.Android.dll', binding, 'Xamarin.Agora.Full.Android.dll'],
])('an assembly is read in %s', async (_, name, data, place) => {
  const report = await scanned(name, data);
  const library = report.libraries.find((each) => each.name === 'Xamarin.Agora.Full.Android');
  expect(library).toMatchObject({ version: '3.5.0.2', evidence: { text: 'Xamarin.Agora.Full.Android' } });
  if (typeof place === 'string') expect(library?.evidence.path.endsWith(place)).toBe(true);
  else expect(library?.evidence.path).toMatch(place);
  expect(report.unidentified.map(({ name }) => name)).toContain('Xamarin.Agora.Full.Android.dll');
  const agora = report.detections.find(({ sdk }) => sdk === 'agora-rtc');
  const texts = agora?.evidence.map(({ text, value }) => [text, value]);
  expect(texts).toContainEqual(['io/agora/rtc/RtcEngine', 'io.agora.rtc.RtcEngine']);
  expect(report.coverage.filter(({ matters, state }) => matters && state !== 'read')).toEqual([]);
});
