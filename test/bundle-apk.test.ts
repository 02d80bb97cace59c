import { describe, expect, it } from 'vitest';
import type { Report } from '../src/types.ts';
import { buildResourceTable } from './build/arsc.ts';
import { buildBinaryXml, type XmlDescription, type XmlValue } from './build/axml.ts';
import { buildDex } from './build/dex.ts';
import { buildElf } from './build/elf.ts';
import { scan } from './build/verified.ts';
import { buildZip } from './build/zip.ts';

/** What an APK's own documents say: what is missing, what it asks for, what it is called. */

type Attributes = Readonly<Record<string, XmlValue>>;
const element = (name: string, attributes: Attributes = {}, children: readonly XmlDescription[] = []) => ({
  ...{ name, attributes, children },
});
const meta = (name: string, value: XmlValue) => element('meta-data', { 'android:name': name, 'android:value': value });
const dexOf = (...names: string[]) => buildDex({ classes: names.map((name) => ({ name })) });

interface Described {
  readonly manifest?: Attributes;
  readonly beside?: readonly XmlDescription[];
  readonly application?: Attributes;
  readonly within?: readonly XmlDescription[];
  readonly files?: Readonly<Record<string, Uint8Array>>;
}

function apk({ manifest, beside = [], application = {}, within = [], files }: Described): Promise<Report> {
  const root = element('manifest', { package: 'org.example.app', ...manifest }, [
    ...beside,
    element('application', application, within),
  ]);
  const all = {
    'AndroidManifest.xml': buildBinaryXml(root),
    ...(files ?? { 'classes.dex': dexOf('org.example.app.A') }),
  };
  return scan(buildZip(Object.entries(all).map(([name, data]) => ({ name, data }))));
}

const gaps = (report: Report) => report.coverage.filter((line) => line.matters && line.state !== 'read');
const details = (report: Report) => gaps(report).map(({ detail }) => detail);

describe('splits', () => {
  it.each([
    ['isSplitRequired', { manifest: { 'android:isSplitRequired': true } }, 'isSplitRequired'],
    [
      'types',
      { manifest: { 'android:requiredSplitTypes': 'base__abi,base__density' } },
      '"base__abi", "base__density"',
    ],
    ['meta-data', { within: [meta('com.android.vending.splits.required', true)] }, 'splits.required'],
    [
      'a component of a module',
      { within: [element('activity', { 'android:name': '.B', 'android:splitName': 'feature' })] },
      '"feature"',
    ],
  ])('a base that needs them is not complete, by %s', async (_how, described, says) => {
    const report = await apk(described);
    expect(report.complete).toBe(false);
    expect(details(report)).toEqual([expect.stringContaining(says)]);
    expect(gaps(report)[0]).toMatchObject({ path: 'AndroidManifest.xml', reason: 'missing' });
    expect(details(report)[0]).toContain('universal APK');
  });

  it('what a universal APK holds is not missing', async () => {
    const report = await apk({
      manifest: { 'android:requiredSplitTypes': 'base__abi', 'android:splitTypes': 'base__abi' },
      within: [
        meta('com.android.vending.splits.required', false),
        meta('com.android.dynamic.apk.fused.modules', 'base,feature'),
        element('activity', { 'android:name': '.A', 'android:splitName': 'feature' }),
      ],
    });
    expect(gaps(report)).toEqual([]);
  });

  const LIST = 'res/xml/splits0.xml';
  const listed = (list: XmlDescription | null): Described => ({
    within: [
      element('meta-data', {
        'android:name': 'com.android.vending.splits',
        'android:resource': { reference: 0x7f010000 },
      }),
    ],
    files: {
      'classes.dex': dexOf('org.example.app.A'),
      'resources.arsc': buildResourceTable({ types: [{ id: 1, values: [LIST] }] }),
      ...(list ? { [LIST]: buildBinaryXml(list) } : {}),
    },
  });
  const language = element('language', {}, [element('entry', { key: 'de', split: 'base.config.de' })]);

  it('the list of splits names modules that are missing, and the base is none of them', async () => {
    const list = element('splits', {}, [
      element('module', { name: '' }, [language]),
      element('module', { name: 'feature' }, [language]),
      element('module', { 'x:name': 'of another vocabulary' }),
    ]);
    expect(details(await apk(listed(list)))).toEqual([
      expect.stringMatching(/^feature modules are missing that hold code: "feature"; /),
    ]);
  });

  it.each([
    ['that names the base alone', element('splits', {}, [element('module', { name: '' }, [language])])],
    ['that is not aboard', null],
  ])('a list %s leaves nothing open: splits of languages hold no code', async (_what, list) => {
    expect(gaps(await apk(listed(list)))).toEqual([]);
  });

  it('a module that the base uses is missing, and a fused one is not', async () => {
    const uses = element('uses-split', { 'android:name': 'feature' });
    expect(details(await apk({ beside: [uses] }))).toEqual([expect.stringContaining('"feature"')]);
    const within = [meta('com.android.dynamic.apk.fused.modules', 'base,feature')];
    expect(gaps(await apk({ beside: [uses], within }))).toEqual([]);
  });

  it('a feature module alone names what it is of and what it needs', async () => {
    const manifest = { split: 'chat', 'android:isFeatureSplit': true, configForSplit: 'media' };
    const beside = [element('uses-split', { 'android:name': 'calls' })];
    expect(details(await apk({ manifest, beside }))).toEqual([
      expect.stringMatching(/^this is the feature module "chat" .*: media is missing, it needs "calls"; hand in/),
    ]);
  });

  it('a flag that is a text says what Android makes of it', async () => {
    const required = (value: string) => apk({ within: [meta('com.android.vending.splits.required', value)] });
    expect(gaps(await required('false'))).toEqual([]);
    expect(details(await required('true'))).toEqual([expect.stringContaining('splits.required')]);
  });

  it('a split alone says that it is one', async () => {
    const files = { 'lib/arm64-v8a/libx.so': buildElf({ soname: 'libx.so' }) };
    const report = await apk({ manifest: { split: 'config.arm64_v8a' }, files });
    expect(details(report)).toEqual([expect.stringMatching(/^this is the split "config\.arm64_v8a".* alone/)]);
  });
});

describe('classes that the manifest starts', () => {
  it.each([
    [
      'the application class',
      { application: { 'android:name': 'com.packer.Stub' } },
      'application class com.packer.Stub',
    ],
    ['a service', { within: [element('service', { 'android:name': '.Work' })] }, 'service org.example.app.Work'],
    ['a provider of others', { within: [element('provider', { 'android:name': 'com.x.P' })] }, 'provider com.x.P'],
  ])('%s that no DEX defines leaves the answer open', async (_what, described, says) => {
    expect(details(await apk(described))).toEqual([expect.stringContaining(says)]);
  });

  it('of others are a remark: they may be dead', async () => {
    const report = await apk({ within: [element('activity', { 'android:name': 'com.ads.Ad' })] });
    expect(gaps(report)).toEqual([]);
    expect(report.coverage).toContainEqual(
      expect.objectContaining({ matters: false, detail: expect.stringContaining('activity com.ads.Ad') }),
    );
  });

  it.each([
    ['aboard', [element('activity', { 'android:name': 'A' })]],
    ['an alias', [element('activity-alias', { 'android:name': '.X', 'android:targetActivity': '.A' })]],
    ['disabled', [element('activity', { 'android:name': '.X', 'android:enabled': false })]],
    ['the platform’s', [element('provider', { 'android:name': 'android.app.X' })]],
    ['a place holder', [element('service', { 'android:name': `\${applicationId}.X` })]],
    [
      'of a library of the device',
      [
        element('uses-library', { 'android:name': 'org.example.app.maps' }),
        element('activity', { 'android:name': '.maps.X' }),
      ],
    ],
  ])('are not missed where they are %s', async (_how, within) => {
    const report = await apk({ within });
    expect(report.coverage.filter(({ format, reason }) => format === 'manifest' && reason === 'missing')).toEqual([]);
  });
});

describe('code', () => {
  it('an app without any never passes', async () => {
    const report = await apk({ files: {} });
    expect(details(report)).toEqual([expect.stringContaining('no code of the app was read')]);
  });

  it('a library that a native activity runs has to be there', async () => {
    const within = [
      element('activity', { 'android:name': 'android.app.NativeActivity' }, [meta('android.app.lib_name', 'game')]),
    ];
    expect(details(await apk({ within }))).toEqual([expect.stringContaining('libgame.so')]);
    const files = { 'lib/x86/libgame.so': buildElf({ soname: 'libgame.so' }) };
    expect(gaps(await apk({ within, application: { 'android:hasCode': false }, files }))).toEqual([]);
  });

  it('a DEX behind a gap in the numbers is not loaded, and said', async () => {
    const code = dexOf('org.example.app.A');
    const report = await apk({ files: { 'classes.dex': code, 'classes3.dex': dexOf('org.example.app.B') } });
    expect(report.anomalies).toEqual([expect.objectContaining({ code: 'apk.dex-not-loaded', path: 'classes3.dex' })]);
    expect(report.complete).toBe(true);
  });
});

describe('what an app asks for and is called', () => {
  const asks = (name: string, more: Attributes = {}) =>
    element('uses-permission', { 'android:name': `android.permission.${name}`, ...more });

  it('limits of permissions, and what comes without being asked', async () => {
    const { bundle } = await apk({
      beside: [
        element('uses-sdk', { 'android:minSdkVersion': 21, 'android:targetSdkVersion': 33 }),
        asks('CAMERA', { 'android:maxSdkVersion': 20 }),
        asks('RECORD_AUDIO', { 'android:maxSdkVersion': 28 }),
        asks('WRITE_EXTERNAL_STORAGE'),
      ],
    });
    expect(bundle.app.permissions).toEqual([
      'android.permission.RECORD_AUDIO',
      'android.permission.WRITE_EXTERNAL_STORAGE',
    ]);
    expect(bundle.app.permissionLimits).toEqual([{ name: 'android.permission.RECORD_AUDIO', maxSdk: 28 }]);
    expect(bundle.app.implied).toEqual([
      { name: 'android.permission.READ_EXTERNAL_STORAGE', by: 'android.permission.WRITE_EXTERNAL_STORAGE' },
    ]);
  });

  it('an old target brings the permissions that there were not yet', async () => {
    const { bundle } = await apk({ beside: [element('uses-sdk', { 'android:minSdkVersion': 3 })] });
    const byTarget = bundle.app.implied.filter(({ by }) => by === 'targetSdkVersion').map(({ name }) => name);
    expect(byTarget).toContain('android.permission.READ_PHONE_STATE');
    expect(byTarget).toContain('android.permission.WRITE_EXTERNAL_STORAGE');
    expect(bundle.app.permissions).toEqual([]);
  });

  it('attributes of other vocabularies say nothing: Android finds its own by their ids', async () => {
    const { bundle } = await apk({
      manifest: { 'x:package': 'com.decoy', 'x:versionName': '9' },
      beside: [element('uses-permission', { 'x:name': 'android.permission.CAMERA' }), asks('RECORD_AUDIO')],
      application: { 'x:label': 'Decoy', 'android:label': 'Real' },
    });
    expect(bundle.app).toMatchObject({ id: 'org.example.app', name: 'Real', version: null });
    expect(bundle.app.permissions).toEqual(['android.permission.RECORD_AUDIO']);
  });

  it('a manifest without a resource map is read by its names, and said to be one that no device reads so', async () => {
    const root = element('manifest', { package: 'org.example.app' }, [asks('CAMERA'), element('application')]);
    const manifest = buildBinaryXml(root);
    // RES_XML_RESOURCE_MAP_TYPE becomes a chunk of no known type.
    const at = manifest.findIndex((_, i) => manifest[i] === 0x80 && manifest[i + 1] === 1 && manifest[i + 2] === 8);
    manifest[at + 1] = 7;
    const files = { 'AndroidManifest.xml': manifest, 'classes.dex': dexOf('org.example.app.A') };
    const report = await scan(buildZip(Object.entries(files).map(([name, data]) => ({ name, data }))));
    expect(report.bundle.app.permissions).toEqual(['android.permission.CAMERA']);
    expect(report.anomalies.map(({ code }) => code)).toContain('axml.attribute-id');
  });

  it('the upper half of the version code counts', async () => {
    const { bundle } = await apk({ manifest: { 'android:versionCode': 25, 'android:versionCodeMajor': 1 } });
    expect(bundle.app.build).toBe('4294967321');
  });

  it.each([
    'utf-8',
    'utf-16',
  ] as const)('label and version by reference, the default language first, %s', async (encoding) => {
    const layout = encoding === 'utf-8' ? 'sparse' : 'compact';
    const table = buildResourceTable({
      encoding,
      types: [
        { id: 1, layout, language: 'de', values: ['Räume', 'nur deutsch'] },
        { id: 1, layout: 'offset16', values: ['Rooms', null, '4.2'] },
      ],
    });
    const files = { 'classes.dex': dexOf('org.example.app.A'), 'resources.arsc': table };
    const manifest = { 'android:versionName': { reference: 0x7f010002 } };
    const named = (reference: number) => apk({ manifest, application: { 'android:label': { reference } }, files });
    expect((await named(0x7f010000)).bundle.app).toMatchObject({ name: 'Rooms', nameIn: '', version: '4.2' });
    expect((await named(0x7f010001)).bundle.app).toMatchObject({ name: 'nur deutsch', nameIn: 'de' });
    expect((await named(0x7f0100ff)).bundle.app).toMatchObject({ name: null, nameIn: null });
  });
});

describe('classes of the app that no DEX defines', () => {
  const names = ['A', 'B', 'C'].map((name) => `org.example.app.${name}`);
  const within = names.map((name) => element('activity', { 'android:name': name }));

  it('are a remark where most are there: developers leave dead ones behind', async () => {
    const report = await apk({ within, files: { 'classes.dex': dexOf(...names.slice(0, 2)) } });
    expect(gaps(report)).toEqual([]);
    expect(report.coverage.map(({ detail }) => detail)).toContainEqual(
      expect.stringContaining('activity org.example.app.C'),
    );
  });

  it('leave the answer incomplete where half of them are missing, as in a packed app', async () => {
    const report = await apk({ within, files: { 'classes.dex': dexOf('com.packer.Loader', names[0]!) } });
    expect(details(report)).toEqual([
      expect.stringContaining('activity org.example.app.B, activity org.example.app.C'),
    ]);
  });
});
