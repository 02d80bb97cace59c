import { buildArchive } from '../build/ar.ts';
import { buildAssembly } from '../build/assembly.ts';
import { buildAssemblyStore } from '../build/assembly-store.ts';
import { buildBinaryXml, type XmlDescription } from '../build/axml.ts';
import { buildDex } from '../build/dex.ts';
import { buildCode, type CodeMethod } from '../build/dex-code.ts';
import { buildElf } from '../build/elf.ts';
import { buildHermes } from '../build/hermes.ts';
import { buildIl2cpp } from '../build/il2cpp.ts';
import { buildJavaClass } from '../build/java-class.ts';
import { buildMachO } from '../build/macho.ts';
import type { MachODescription } from '../build/macho-types.ts';
import { buildPlist } from '../build/plist.ts';
import { buildDependencies, buildProtoTable, buildProtoXml } from '../build/proto.ts';
import { apkOf, baseApk, manifestOf, zipOf } from '../build/set.ts';
import { type BuildEntry, type BuildOptions, buildZip } from '../build/zip.ts';

const times = <T>(count: number, make: (i: number) => T): T[] => Array.from({ length: count }, (_, i) => make(i));
const text = (value: string) => new TextEncoder().encode(value);
/** A name of even length that no other has, spread over the letters as names are. */
const word = (i: number) => `n${(i * 7919).toString(36).padStart(6, '0')}`;

const manifest = buildBinaryXml({ name: 'manifest', attributes: { package: 'org.example.app' } });
const empty = buildDex({ classes: [{ name: 'org.example.Main' }] });

function apk(entries: readonly BuildEntry[], options: BuildOptions = {}): Uint8Array {
  const own = [
    { name: 'AndroidManifest.xml', data: manifest },
    { name: 'classes.dex', data: empty },
  ].filter(({ name }) => !entries.some((entry) => entry.name === name));
  return buildZip([...own, ...entries], options);
}

const file = (name: string, data: Uint8Array | string) => apk([{ name, data }]);

function ipa(files: Readonly<Record<string, Uint8Array>>): Uint8Array {
  const info = buildPlist({ CFBundleIdentifier: 'org.example', CFBundleExecutable: 'App' }, 'binary');
  const all = { 'Info.plist': info, App: buildMachO({ fileType: 'execute' }), ...files };
  return buildZip(Object.entries(all).map(([name, data]) => ({ name: `Payload/App.app/${name}`, data })));
}

const dylib = (image: MachODescription) => ipa({ 'a.dylib': buildMachO({ fileType: 'dylib', ...image }) });
const document = (root: XmlDescription) => file('AndroidManifest.xml', buildBinaryXml(root));
const numbers = (count: number) => Object.fromEntries(times(count, (i) => [`key${word(i)}`, i % 9 ? i : word(i)]));
const info = (more: Record<string, string | number>) => ({
  CFBundleIdentifier: 'org.example',
  CFBundleExecutable: 'App',
  ...more,
});

const secret = 'invoke-virtual io.agora.rtc.RtcEngine.setEncryptionSecret(Ljava/lang/String;)I v0 v1';
const join = 'invoke-virtual io.agora.rtc.RtcEngine.joinChannel(Ljava/lang/String;)I v0 v1';
/** The app's own class, whose methods call an SDK that another class of it is. */
const calling = (methods: readonly CodeMethod[]) =>
  file('classes.dex', buildCode([{ name: 'io.agora.rtc.RtcEngine' }, { name: 'org.example.app.Main', methods }]));
const bundle = (files: Readonly<Record<string, Uint8Array>>) =>
  buildZip(
    Object.entries({
      'base/manifest/AndroidManifest.xml': buildProtoXml({ name: 'manifest', attributes: { package: 'org.example' } }),
      ...files,
    }).map(([name, data]) => ({ name, data })),
  );

/** What an input can lengthen: as many of it as is asked for, in a bundle. `of`: how many are the first n. */
export interface Table {
  readonly of: number;
  readonly bundle: (count: number) => Uint8Array;
}

export const tables: Readonly<Record<string, Table>> = {
  'zip entries': { of: 8000, bundle: (n) => apk(times(n, (i) => ({ name: `assets/${word(i)}`, data: 'x' }))) },
  'zip entries that share bytes': {
    of: 8000,
    bundle: (n) =>
      buildZip([
        { name: 'AndroidManifest.xml', data: manifest, method: 0 },
        ...times(n, (i) => ({
          name: word(i),
          data: manifest,
          method: 0 as const,
          local: null,
          central: { headerOffset: 0 },
        })),
      ]),
  },
  'zip gaps': {
    of: 4000,
    bundle: (n) =>
      apk(
        times(n, (i) => ({
          name: `assets/${word(i)}`,
          data: 'x',
          before: text('a gap of some bytes, more than a header has'),
        })),
      ),
  },
  'zip entries that no directory names': {
    of: 4000,
    bundle: (n) => apk(times(n, (i) => ({ name: `assets/${word(i)}`, data: 'x', central: null }))),
  },
  'zip entries of one name': { of: 4000, bundle: (n) => apk(times(n, () => ({ name: 'assets/a', data: 'x' }))) },
  'coverage lines (broken entries)': {
    of: 4000,
    bundle: (n) =>
      apk(times(n, (i) => ({ name: `assets/${word(i)}.js`, data: 'x', raw: new Uint8Array(20).fill(255) }))),
  },
  'archives in an archive': {
    of: 1000,
    bundle: (n) =>
      apk(times(n, (i) => ({ name: `assets/${i}.zip`, data: buildZip([{ name: 'a', data: 'b' }]), method: 0 }))),
  },
  'hermes strings': { of: 60_000, bundle: (n) => file('a.bundle', buildHermes({ strings: times(n, word) })) },
  'hermes strings over each other': {
    of: 2000,
    bundle: (n) =>
      file('a.bundle', buildHermes({ strings: ['x'.repeat(2 * n), ...times(n, (i) => ({ offset: i, length: n }))] })),
  },
  'assembly types': {
    of: 4000,
    bundle: (n) => file('a.dll', buildAssembly({ types: times(n, (i) => ({ name: `io.agora.${word(i)}` })) })),
  },
  'files of a store': {
    of: 4000,
    bundle: (n) =>
      file(
        'a.blob',
        buildAssemblyStore(
          times(n, (i) => ({ name: `${word(i)}.dll`, data: text('x') })),
          { version: 3 },
        ),
      ),
  },
  'il2cpp texts': { of: 30_000, bundle: (n) => file('a.dat', buildIl2cpp({ literals: times(n, word) })) },
  'il2cpp types': {
    of: 30_000,
    bundle: (n) => file('a.dat', buildIl2cpp({ types: times(n, (i) => `io.agora.${word(i)}`) })),
  },
  'dex strings': { of: 60_000, bundle: (n) => file('classes.dex', buildDex({ strings: times(n, word) })) },
  'dex types': {
    of: 30_000,
    bundle: (n) => file('classes.dex', buildDex({ references: times(n, (i) => `org.${word(i)}.A`) })),
  },
  'dex classes': {
    of: 10_000,
    bundle: (n) => file('classes.dex', buildDex({ classes: times(n, (i) => ({ name: `org.${word(i)}.A` })) })),
  },
  'axml strings': {
    of: 8000,
    bundle: (n) => document({ name: 'manifest', children: times(n, (i) => ({ name: word(i) })) }),
  },
  'axml elements': {
    of: 8000,
    bundle: (n) => document({ name: 'manifest', children: times(n, () => ({ name: 'a' })) }),
  },
  'axml attributes': {
    of: 8000,
    bundle: (n) =>
      document({ name: 'manifest', attributes: Object.fromEntries(times(n, (i) => [word(i), i])), children: [] }),
  },
  'axml permissions': {
    of: 5000,
    bundle: (n) =>
      document({
        name: 'manifest',
        children: times(n, (i) => ({ name: 'uses-permission', attributes: { 'android:name': `org.${word(i)}` } })),
      }),
  },
  'plist keys, binary': { of: 20_000, bundle: (n) => ipa({ 'Info.plist': buildPlist(info(numbers(n)), 'binary') }) },
  'plist keys, XML': { of: 10_000, bundle: (n) => ipa({ 'Info.plist': buildPlist(info(numbers(n)), 'xml') }) },
  'plist elements, binary': {
    of: 20_000,
    bundle: (n) => ipa({ 'Info.plist': buildPlist({ ...info({}), list: times(n, word) }, 'binary') }),
  },
  'plist elements, OpenStep': {
    of: 20_000,
    bundle: (n) => ipa({ 'Info.plist': text(`{ CFBundleExecutable = App; list = (${times(n, word).join(', ')}); }`) }),
  },
  'property lists': {
    of: 500,
    bundle: (n) =>
      ipa(
        Object.fromEntries(
          times(n, (i) => [`Frameworks/${word(i)}.framework/Info.plist`, buildPlist(info({ a: i }), 'binary')]),
        ),
      ),
  },
  'elf symbols': {
    of: 4000,
    bundle: (n) => file('lib/arm64-v8a/libx.so', buildElf({ soname: 'libx.so', exports: times(n, word) })),
  },
  'elf libraries asked for': {
    of: 2000,
    bundle: (n) => file('lib/arm64-v8a/libx.so', buildElf({ needed: times(n, (i) => `lib${word(i)}.so`) })),
  },
  'macho symbols': {
    of: 20_000,
    bundle: (n) => dylib({ symbols: times(n, (i) => ({ name: `_${word(i)}`, defined: true, external: true })) }),
  },
  'macho export trie': { of: 10_000, bundle: (n) => dylib({ exports: times(n, (i) => `_${word(i)}`) }) },
  'macho imports': {
    of: 10_000,
    bundle: (n) => dylib({ imports: times(n, (i) => ({ name: `_${word(i)}`, library: null })) }),
  },
  'macho classes': { of: 20_000, bundle: (n) => dylib({ objcClasses: times(n, word), symbols: [] }) },
  'ar members': {
    of: 4000,
    bundle: (n) => ipa({ 'a.a': buildArchive(times(n, (i) => ({ name: `${word(i)}.o`, data: text('x') }))) }),
  },
  'ar symbols': {
    of: 20_000,
    bundle: (n) =>
      ipa({ 'a.a': buildArchive([{ name: 'a.o', data: text('x'), symbols: times(n, (i) => `_${word(i)}`) }]) }),
  },
  'hermes functions': {
    of: 100_000,
    bundle: (n) => file('a.bundle', buildHermes({ strings: ['a', 'b'], functions: n })),
  },
  'constants of a class': {
    of: 900,
    bundle: (n) =>
      file(
        'a.jar',
        buildZip([
          {
            name: 'org/A.class',
            data: buildJavaClass({
              name: 'org.A',
              fields: times(n, (i) => ({ name: word(i), value: `${word(i)}.x` })),
            }),
          },
        ]),
      ),
  },
  'class files': {
    of: 2000,
    bundle: (n) =>
      buildZip(
        times(n, (i) => ({
          name: `org/${word(i)}.class`,
          data: buildJavaClass({ name: `org.${word(i)}`, fields: [] }),
        })),
      ),
  },
  'calls of an API': {
    of: 400,
    bundle: (n) =>
      calling(
        times(n, (i) => ({ is: `${word(i)}()V`, code: [`const-string v1 ${word(i)}`, secret, join, 'return-void'] })),
      ),
  },
  'callers of a wrapper': {
    of: 400,
    bundle: (n) =>
      calling([
        { is: 'set(Ljava/lang/String;)V', registers: 2, code: [secret, 'return-void'] },
        ...times(n, (i) => ({
          is: `${word(i)}()V`,
          code: [
            `const-string v1 ${word(i)}`,
            'invoke-virtual org.example.app.Main.set(Ljava/lang/String;)V v0 v1',
            'return-void',
          ],
        })),
      ]),
  },
  'calls in a row': {
    of: 2000,
    bundle: (n) => calling([{ is: 'run()V', code: [...times(n, () => secret), join, 'return-void'] }]),
  },
  'proto elements': {
    of: 4000,
    bundle: (n) =>
      bundle({
        'base/manifest/AndroidManifest.xml': buildProtoXml({
          name: 'manifest',
          attributes: { package: 'org.example' },
          children: times(n, (i) => ({ name: word(i) })),
        }),
      }),
  },
  'proto resources': {
    of: 4000,
    bundle: (n) =>
      bundle({
        'base/manifest/AndroidManifest.xml': buildProtoXml({
          name: 'manifest',
          attributes: { package: 'org.example' },
          children: [{ name: 'application', attributes: { 'android:label': { reference: 0x7f010000 } } }],
        }),
        'base/resources.pb': buildProtoTable([{ id: 1, entries: times(n, (i) => ({ '': word(i) })) }]),
      }),
  },
  'libraries that a build names': {
    of: 2000,
    bundle: (n) =>
      bundle({
        'BUNDLE-METADATA/com.android.tools.build.libraries/dependencies.pb': buildDependencies(
          ...times(n, (i) => `org.example:${word(i)}:1.2.3`),
        ),
      }),
  },
  'packages of a set': {
    of: 200,
    bundle: (n) =>
      zipOf({
        'base.apk': baseApk({ 'android:requiredSplitTypes': '' }),
        ...Object.fromEntries(
          times(n, (i) => [`split_config.${word(i)}.apk`, apkOf(manifestOf({ split: `config.${word(i)}` }))]),
        ),
      }),
  },
  hosts: {
    of: 10_000,
    bundle: (n) => file('assets/a.js', times(n, (i) => `"https://${word(i)}.example.org"`).join(',')),
  },
  'URLs of one host': {
    of: 10_000,
    bundle: (n) => file('assets/a.js', times(n, (i) => `"https://example.org/${word(i)}?a=%s"`).join(',')),
  },
  addresses: {
    of: 10_000,
    bundle: (n) => file('assets/a.txt', times(n, (i) => `5.${i % 199}.${(i >> 8) % 251}.${i & 255}`).join(' ')),
  },
  'version anchors': {
    of: 5000,
    bundle: (n) => file('lib/arm64-v8a/libx.so', buildElf({ rodata: times(n, () => 'rtc.api.send_report_message') })),
  },
  'hits of one clue': {
    of: 5000,
    bundle: (n) =>
      file('assets/a.js', times(n, () => 'Agora Rtc Engine SDK ver %s build %d, built on %s %s').join('\0')),
  },
  'packages of one SDK': {
    of: 5000,
    bundle: (n) => file('classes.dex', buildDex({ references: times(n, (i) => `io.agora.rtc.${word(i)}`) })),
  },
};
