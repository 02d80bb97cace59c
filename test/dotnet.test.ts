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

const bySymbol = (width: 32 | 64) => {
  const rodata = buildAssemblyStore(files, { version: 4 });
  return buildElf({ class: width, rodata, rodataSymbol: '_assembly_store', sections: false });
};

it('a library of Windows where an assembly is loaded is none, and is said', async () => {
  const native = buildAssembly({ name: 'Native', isNative: true });
  const report = await scanned('assets/bin/Data/Managed/Native.dll', native);
  const unread = report.coverage.filter(({ matters, state }) => matters && state !== 'read');
  expect(unread.map(({ path, reason, format }) => [path, reason, format])).toEqual([
    ['assets/bin/Data/Managed/Native.dll', 'malformed', 'windows'],
  ]);
  const elsewhere = await scanned('assets/native.dll', native);
  expect(elsewhere.coverage.filter(({ matters, state }) => matters && state !== 'read')).toMatchObject([
    { path: 'lib/arm64-v8a/libmonodroid.so', reason: 'missing' },
  ]);
});

it.each([
  ['a store of its own', 'assemblies/assemblies.blob', buildAssemblyStore(files, { version: 1 }), '!(assembly 1)!'],
  ['a library around a store', 'lib/arm64-v8a/libassemblies.arm64-v8a.blob.so', inElf(2), /!@\d+\+\d+!Xamarin.*dll!$/],
  ['the same of .NET 10', 'lib/arm64-v8a/libassembly-store.so', inElf(3), /!@\d+\+\d+!Xamarin.*dll!$/],
  ['the same of CoreCLR', 'lib/arm64-v8a/libassembly-store.so', inElf(4), /!@\d+\+\d+!Xamarin.*dll!$/],
  [
    'a library that a symbol alone tells of',
    'lib/arm64-v8a/libassembly-store.so',
    bySymbol(64),
    /!@\d+\+\d+!Xamarin.*dll!$/,
  ],
  ['the same of 32 bits', 'lib/armeabi-v7a/libassembly-store.so', bySymbol(32), /!@\d+\+\d+!Xamarin.*dll!$/],
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

it.each([
  ['assemblies/A.dll', binding, []],
  ['assemblies/arm64-v8a/A.dll', xalz(binding), []],
  ['assemblies/A.dll', binding.map((byte) => byte ^ 0x5a), ['the system loads this as code']],
  ['assets/bin/Data/Managed/A.dll', binding.map((byte) => byte ^ 0x5a), ['the system loads this as code']],
  [
    'assemblies/assemblies.arm64_v8a.blob',
    buildAssemblyStore(files, { version: 1 }).map((byte) => byte ^ 0x5a),
    ['the system loads this as code'],
  ],
  ['assemblies/A.dll', xalz(binding).subarray(0, 300), ['packed with XALZ: an LZ4 block ends']],
])('an assembly that is none is said: %s', async (name, data, expected) => {
  const report = await scanned(name, data);
  const gaps = report.coverage.filter(({ matters, state }) => matters && state !== 'read');
  expect(gaps.map(({ path, detail }, i) => [path, detail?.slice(0, expected[i]?.length)])).toEqual(
    expected.map((detail) => [name, detail]),
  );
});

const budgets = (report: Awaited<ReturnType<typeof scanned>>) =>
  report.coverage.flatMap(({ reason, detail }) => (reason === 'budget' ? [detail] : []));

it('an assembly that refers to thousands of others is read as far as it is worth, and that is said', async () => {
  const modules = Array.from({ length: 1500 }, (_, i) => `m${i}`);
  const report = await scanned('assets/a.dll', buildAssembly({ name: 'A', modules }));
  expect(budgets(report)).toEqual(['an assembly that refers to more than 1000 others: the rest was not compared']);
});

it('of a store with more room between assemblies than builds leave, some is searched, and that is said', async () => {
  const many = Array.from({ length: 300 }, (_, i) => ({
    name: `A${i}.dll`,
    data: new TextEncoder().encode('textgap!'),
  }));
  const store = buildAssemblyStore(many, { version: 3 });
  // Each file says that it has half of its bytes.
  const view = new DataView(store.buffer);
  for (let i = 0; i < many.length; i++) view.setUint32(20 + 300 * 18 + 28 * i + 8, 4, true);
  expect(budgets(await scanned('assets/store', store))).toEqual([
    '300 places that no file of the store claims; 256 were searched',
  ]);
});

it('two files of a store that claim the same bytes are read once, and each is told', async () => {
  const store = buildAssemblyStore([files[1]!, files[1]!], { version: 3 });
  const view = new DataView(store.buffer);
  const first = 20 + 2 * 18;
  for (const word of [4, 8]) view.setUint32(first + 28 + word, view.getUint32(first + word, true), true);
  const report = await scanned('assets/store', store);
  const paths = report.unidentified.find(({ name }) => name === 'Xamarin.Agora.Full.Android.dll')?.paths;
  // What no file claims any more is searched as well.
  const gap = `assets/store!(gap at ${view.getUint32(first + 4, true) + view.getUint32(first + 8, true)})!`;
  expect(paths).toEqual([gap, 'assets/store!Xamarin.Agora.Full.Android.dll!']);
  expect(report.coverage.filter(({ detail }) => detail?.includes('that another entry has as well'))).toHaveLength(1);
});

it('a URL that packed bytes spell up to a repetition is told as a whole alone', async () => {
  const userStrings = ['http://schemas.example.org/one', 'http://schemas.example.net/two'];
  const packed = xalz(buildAssembly({ name: 'A', userStrings }));
  expect(Buffer.from(packed).includes(Buffer.from('http://schemas.example.org', 'utf16le'))).toBe(true);
  const { endpoints } = await scanned('assemblies/A.dll', packed);
  expect(endpoints.map(({ url }) => url)).toEqual(userStrings.toReversed());
  // What breaks off is searched as it stands.
  const cut = await scanned('assemblies/A.dll', packed.subarray(0, packed.length - 20));
  expect(cut.endpoints).not.toEqual([]);
});
