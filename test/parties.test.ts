import { describe, expect, it } from 'vitest';
import type { Report } from '../src/index.ts';
import { buildBundle, type FileDescription } from './build/bundle.ts';
import { scan } from './build/verified.ts';

/** Who is aboard that no rule knows. Every scan here verifies its evidence. */

type Files = Readonly<Record<string, FileDescription>>;

const classes = (name: string, count: number) => Array.from({ length: count }, (_, i) => ({ name: `${name}.C${i}` }));
const dex = (packages: Readonly<Record<string, number>>, ...strings: string[]): FileDescription => ({
  dex: { classes: Object.entries(packages).flatMap(([name, count]) => classes(name, count)), strings },
});

function app(files: Files): Promise<Report> {
  const axml = { name: 'manifest', attributes: { package: 'org.example.app' }, children: [{ name: 'application' }] };
  return scan(buildBundle({ files: { 'AndroidManifest.xml': { axml }, ...files } }));
}

const listed = ({ unidentified }: Report) =>
  unidentified.map(({ kind, name, size, hosts }) => [kind, name, size, hosts]);

describe('packages', () => {
  it('stand at the depth at which people name them, over all DEX files', async () => {
    const report = await app({
      'classes.dex': dex({
        'com.google.android.gms.ads': 80,
        'com.google.android.gms.common': 70,
        'okhttp3.internal': 120,
      }),
      'classes2.dex': dex({ 'com.google.firebase.messaging': 110, 'com.acme.ads': 100, 'com.acme.ads.ui': 30 }),
    });
    expect(listed(report)).toEqual([
      ['package', 'com.acme', 130, []],
      ['package', 'com.google.android.gms', 150, []],
      ['package', 'com.google.firebase', 110, []],
      ['package', 'okhttp3', 120, []],
    ]);
  });

  it('of one or two classes are listed where hosts of their own domain stand beside them, and from three on in any case', async () => {
    const report = await app({
      'classes.dex': dex(
        { 'com.pusher.client': 2, 'io.socket.engineio': 9, 'org.helper': 2, 'org.wrapper': 3 },
        'https://ws.pusher.com/app',
        'https://demo.socket.io/x',
      ),
    });
    expect(listed(report)).toEqual([
      ['package', 'com.pusher', 2, ['ws.pusher.com']],
      ['package', 'io.socket', 9, ['demo.socket.io']],
      ['package', 'org.wrapper', 3, []],
    ]);
    // Information, and no more: a pass says what it is a pass of.
    expect(report.findings.map(({ rule, level, weight }) => [rule, level, weight])).toContainEqual([
      'unknown-party-with-hosts',
      'info',
      0,
    ]);
    expect(report.verdictReasons).toEqual([
      expect.stringMatching(/^none of the \d+ .* known; 3 pieces of code that no rule knows$/),
    ]);
  });

  it('of one library of Meta are one party; the interfaces of Java for XML are none, whoever implements them is', async () => {
    const report = await app({
      'classes.dex': dex({
        'com.facebook.imagepipeline.core': 40,
        'com.facebook.drawee.view': 20,
        'com.facebook.cache': 5,
        'com.facebook.react.bridge': 30,
        'javax.xml.parsers': 12,
        'org.w3c.dom': 20,
        'org.xml.sax': 9,
        'org.apache.xerces.dom': 50,
        'javax.mail': 8,
        'org.jetbrains.annotations': 7,
      }),
    });
    expect(listed(report)).toEqual([
      ['package', 'com.facebook', 65, []],
      ['package', 'javax.mail', 8, []],
      ['package', 'org.apache.xerces', 50, []],
    ]);
    expect(report.runtimes.map(({ id }) => id)).toEqual(['java-xml', 'jetbrains-annotations', 'react-native-aar']);
  });

  it('of the app’s maker are its own, but for those who only share a host of code', async () => {
    const files = (id: string) => ({
      'AndroidManifest.xml': {
        axml: { name: 'manifest', attributes: { package: id }, children: [{ name: 'application' }] },
      },
      'classes.dex': dex({
        'io.acme.core.net': 20,
        'io.github.other.lib': 20,
        'io.github.own.lib': 20,
        'info.maker.x': 9,
      }),
    });
    const names = async (id: string) => listed(await scan(buildBundle({ files: files(id) }))).map(([, name]) => name);
    expect(await names('io.acme.server')).toEqual(['info.maker', 'io.github.other', 'io.github.own']);
    expect(await names('io.github.own.app')).toEqual(['info.maker', 'io.acme', 'io.github.other']);
  });

  it('that a shrinker renamed are one', async () => {
    const report = await app({ 'classes.dex': dex({ 'a.a': 60, 'a.b.c': 70, 'b.a': 20 }) });
    expect(listed(report)).toEqual([['package', '(renamed packages)', 150, []]]);
  });
});

describe('native code', () => {
  it('is told with who asks the system to load it', async () => {
    const report = await app({
      'classes.dex': dex({ 'org.example.app': 1 }),
      'lib/arm64-v8a/libengine.so': { elf: { soname: 'libengine.so', needed: ['libcore.so', 'libc.so'] } },
      'lib/arm64-v8a/libcore.so': { elf: { soname: 'libcore.so', rodata: ['https://api.core.example/v1'] } },
    });
    const core = report.unidentified.find(({ name }) => name === 'libcore.so');
    expect(core).toMatchObject({
      hosts: ['api.core.example'],
      referrers: ['lib/arm64-v8a/libengine.so'],
      moreReferrers: 0,
    });
  });

  it('of a framework has the id and version of its property list', async () => {
    const report = await scan(
      buildBundle({
        files: {
          'Payload/A.app/Info.plist': { plist: { CFBundleIdentifier: 'org.a', CFBundleExecutable: 'A' } },
          'Payload/A.app/A': { macho: { fileType: 'execute', dylibs: ['@rpath/Kit.framework/Kit'] } },
          'Payload/A.app/Frameworks/Kit.framework/Info.plist': {
            plist: {
              CFBundleIdentifier: 'com.kit.sdk',
              CFBundleExecutable: 'Kit',
              CFBundleShortVersionString: '3.4.5',
            },
          },
          'Payload/A.app/Frameworks/Kit.framework/Kit': {
            macho: { fileType: 'dylib', cstrings: ['https://api.kit.example/'] },
          },
        },
      }),
    );
    expect(report.unidentified).toMatchObject([
      {
        kind: 'framework',
        id: 'com.kit.sdk',
        version: '3.4.5',
        hosts: ['api.kit.example'],
        referrers: ['Payload/A.app/A'],
      },
    ]);
  });
});

describe('types inside an executable', () => {
  it('are told by what their names begin with, but for those of a known SDK', async () => {
    const names = ['MTGMessage', 'MTGUser', 'MTGConversation', 'GeTuiSdk', 'GeTuiApi', 'GeTuiNotice', 'ViewController'];
    const report = await scan(
      buildBundle({
        files: {
          'Payload/A.app/Info.plist': { plist: { CFBundleIdentifier: 'org.a', CFBundleExecutable: 'A' } },
          'Payload/A.app/A': { macho: { fileType: 'execute', objcClasses: names } },
        },
      }),
    );
    expect(listed(report)).toEqual([
      ['classes', 'GeTui', 3, []],
      ['classes', 'MTG', 3, []],
    ]);
  });
});

describe('libraries that files of the build name', () => {
  it('stand with their versions, each with its place', async () => {
    const report = await app({
      'classes.dex': dex({ 'org.example.app': 1 }),
      'META-INF/androidx.core_core-ktx.version': { text: '1.12.0\n' },
      'META-INF/androidx.emoji2_emoji2.version': { text: "task ':emoji2:emoji2:writeVersionFile' property 'version'" },
      'META-INF/maven/com.squareup.okio/okio/pom.properties': {
        text: '#x\nversion=3.6.0\ngroupId=com.squareup.okio\nartifactId=okio\n',
      },
      'firebase-messaging.properties': { text: 'version=23.4.0\nclient=firebase-messaging\n' },
      'app.properties': { text: 'version=9\nname=own\n' },
    });
    expect(report.libraries.map(({ name, version, evidence }) => [name, version, evidence.path])).toEqual([
      ['androidx.core:core-ktx', '1.12.0', 'META-INF/androidx.core_core-ktx.version'],
      ['androidx.emoji2:emoji2', null, 'META-INF/androidx.emoji2_emoji2.version'],
      ['com.squareup.okio:okio', '3.6.0', 'META-INF/maven/com.squareup.okio/okio/pom.properties'],
      ['firebase-messaging', '23.4.0', 'firebase-messaging.properties'],
    ]);
    expect(report.libraries[3]?.evidence).toMatchObject({ text: '23.4.0', spans: [{ offset: 8, length: 6 }] });
  });
});
