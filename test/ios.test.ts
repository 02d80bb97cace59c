import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { defaultBudgets } from '../src/budgets.ts';
import { baseKey, isPermission } from '../src/bundle/info-plist.ts';
import { readStrings } from '../src/formats/plist/index.ts';
import { scan } from '../src/index.ts';
import { buildMachO, type MachODescription } from './build/macho.ts';
import { buildPlist } from './build/plist.ts';
import { buildZip } from './build/zip.ts';

type Files = Readonly<Record<string, Uint8Array | string>>;
const zip = (files: Files) => buildZip(Object.entries(files).map(([name, data]) => ({ name, data })));
const below = (folder: string, files: Files): Files =>
  Object.fromEntries(Object.entries(files).map(([name, data]) => [folder + name, data]));
const built = (image: MachODescription = {}) =>
  buildMachO({ fileType: 'execute', platform: { name: 'ios', minos: '13.0' }, ...image });
const app = (keys: Parameters<typeof buildPlist>[0] & object = {}, image: MachODescription = {}): Files => ({
  'Info.plist': buildPlist({ CFBundleIdentifier: 'org.example', CFBundleExecutable: 'A', ...keys }, 'binary'),
  A: built(image),
});
const ipa = (files: Files) => scan(zip(below('Payload/A.app/', files)));
const bytes = (text: string) => new TextEncoder().encode(text);
const wide = (text: string) => Uint8Array.from([...text].flatMap((letter) => [letter.charCodeAt(0), 0]));

describe('what an app asks for', () => {
  it('is asked for by keys of one device, of other names, and by dictionaries', async () => {
    const { bundle } = await ipa(
      app({
        'NSCameraUsageDescription~ipad': 'a',
        'NSMicrophoneUsageDescription-iphoneos': 'a',
        NFCReaderUsageDescription: 'a',
        NSLocationTemporaryUsageDescriptionDictionary: { Reason: 'a' },
        NSUnrelated: 'a',
        UIBackgroundModes: ['voip'],
        'UIBackgroundModes~ipad': ['audio', 'voip'],
      }),
    );
    expect(bundle.app.permissions).toEqual([
      'NFCReaderUsageDescription',
      'NSCameraUsageDescription',
      'NSLocationTemporaryUsageDescriptionDictionary',
      'NSMicrophoneUsageDescription',
    ]);
    expect(bundle.app.background).toEqual(['audio', 'voip']);
  });

  // Apple, "Protected resources", https://developer.apple.com/documentation/bundleresources/protected-resources, as a
  // snapshot in a public repository has it, and AlarmKit's, which that page has not; seen 2026-11-26.
  const PURPOSES = ['Accessory', 'Hands']
    .map((what) => `NS${what}TrackingUsageDescription`)
    .concat(
      `NSAlarmKit NSAppBundles NSAppData NSAppleEvents NSAppleMusic NSAudioCapture NSBluetoothAlways NSBluetoothPeripheral
    NSCalendars NSCalendarsFullAccess NSCalendarsWriteOnlyAccess NSCamera NSContacts NSCriticalMessaging NSDesktopFolder
    NSDocumentsFolder NSDownloadsFolder NSEnterpriseMCAM NSFaceID NSFallDetection NSFileProviderDomain
    NSFileProviderPresence NSFinancialData NSGKFriendList NSHealthClinicalHealthRecordsShare NSHealthShare NSHealthUpdate
    NSHomeKit NSIdentity NSLocalNetwork NSLocation NSLocationAlways NSLocationAlwaysAndWhenInUse NSLocationWhenInUse
    NSMainCamera NSMicrophone NSMotion NSNearbyInteraction NSNearbyInteractionAllowOnce NSNetworkVolumes
    NSPhotoLibrary NSPhotoLibraryAdd NSReminders NSRemindersFullAccess NSRemovableVolumes NSSensorKit NSSiri
    NSSpeechRecognition NSSystemAdministration NSSystemExtension NSUserTracking NSVideoSubscriberAccount NSWorldSensing
    NFCReader OSBundle`
        .split(/\s+/)
        .map((name) => `${name}UsageDescription`),
      ['NSLocationTemporaryUsageDescriptionDictionary', 'NSSensorKitUsageDetail'],
    );

  it('is asked for by every key of Apple\u2019s list, and of each device', async () => {
    for (const device of ['', '~ipad', '~iphone', '-iphoneos~ipad']) {
      const keys = Object.fromEntries(PURPOSES.map((key) => [key + device, 'a']));
      expect((await ipa(app(keys))).bundle.app.permissions).toEqual([...PURPOSES].sort());
    }
    const onWatch = app({ 'NSCameraUsageDescription-watchos': 'a', 'NSMicrophoneUsageDescription~applewatch': 'a' });
    const { bundle } = await ipa({ ...app(), ...below('Watch/W.app/', onWatch) });
    expect(bundle.units.map((unit) => unit.app.permissions)).toEqual([
      [],
      ['NSCameraUsageDescription', 'NSMicrophoneUsageDescription'],
    ]);
  });

  it('is nothing that only looks like a purpose', () => {
    expect(['UsageDescription', 'NSUsageDescriptionX', 'xNSCameraUsageDescription'].filter(isPermission)).toEqual([]);
    expect(baseKey('NSCameraUsageDescription~tv')).toBe('NSCameraUsageDescription~tv');
  });
});

describe('the name of an app', () => {
  const strings = (name: string) => bytes(`/* a */\n"CFBundleDisplayName" = "${name}";\nCFBundleName = other;\n`);
  const localised = {
    'de.lproj/InfoPlist.strings': strings('Deutsch'),
    'en.lproj/InfoPlist.strings': strings('English'),
    'fr.lproj/InfoPlist.strings': strings('Français'),
  };
  const named = async (keys: Readonly<Record<string, string>>, files: Files) =>
    (await ipa({ ...app(keys), ...files })).bundle.app.name;

  it('is that of the language it was made in', async () => {
    expect(await named({ CFBundleDisplayName: 'Runner', CFBundleDevelopmentRegion: 'fr' }, localised)).toBe('Français');
    expect(await named({ CFBundleDisplayName: 'Runner', CFBundleDevelopmentRegion: 'de_CH' }, localised)).toBe(
      'Deutsch',
    );
    expect(await named({ CFBundleDisplayName: 'Runner', CFBundleDevelopmentRegion: 'ja' }, localised)).toBe('Runner');
    expect(await named({ CFBundleDisplayName: 'Runner' }, {})).toBe('Runner');
  });

  it('is that of an iPhone before that of all devices, but for what no device has of its own', async () => {
    const { bundle } = await ipa(
      app({
        ...{ CFBundleDisplayName: 'All', 'CFBundleDisplayName~iphone': 'Phone', 'CFBundleDisplayName~ipad': 'Pad' },
        ...{ CFBundleVersion: '1', 'CFBundleVersion-iphoneos': '2', 'CFBundleVersion-iphoneos~iphone': '3' },
        ...{ CFBundleShortVersionString: '4', 'CFBundleShortVersionString~ipad': '5' },
        ...{ 'CFBundleIdentifier~iphone': 'other', 'CFBundleExecutable~iphone': 'B' },
      }),
    );
    expect(bundle.app).toMatchObject({ id: 'org.example', name: 'Phone', build: '3', version: '4' });
    expect(bundle.app.architectures).toEqual(['arm64']);
  });

  it('is any that there is where Info.plist has none', async () => {
    expect(await named({ CFBundleDevelopmentRegion: 'ja' }, localised)).toBe('English');
    expect(await named({}, { 'pt.lproj/InfoPlist.strings': strings('Um') })).toBe('Um');
    expect(
      await named({ CFBundleDevelopmentRegion: 'en' }, { 'English.lproj/InfoPlist.strings': strings('Old') }),
    ).toBe('Old');
  });

  it.each([
    ['UTF-16 with a mark', Uint8Array.from([0xff, 0xfe, ...wide('"CFBundleDisplayName" = "N";')])],
    ['UTF-16 without one', wide('"CFBundleDisplayName"="N";')],
    ['a binary property list', buildPlist({ CFBundleDisplayName: 'N' }, 'binary')],
    ['an XML one', buildPlist({ CFBundleDisplayName: 'N' }, 'xml')],
    ['braces', bytes('{ CFBundleDisplayName = N; }')],
  ])('is read from %s', async (_, data) => {
    expect(await named({}, { 'en.lproj/InfoPlist.strings': data })).toBe('N');
  });

  it('is read from a table of all languages', async () => {
    const table = buildPlist({ de: { CFBundleDisplayName: 'D' }, en: { CFBundleDisplayName: 'E' } }, 'binary');
    expect(await named({ CFBundleDevelopmentRegion: 'de' }, { 'InfoPlist.loctable': table })).toBe('D');
    expect(await named({}, { 'InfoPlist.loctable': table })).toBe('E');
  });

  it('of strings that are none leaves that of Info.plist, and the answer whole', async () => {
    const report = await ipa({ ...app({ CFBundleName: 'Own' }), 'en.lproj/InfoPlist.strings': bytes('"a" = ;') });
    expect(report.bundle.app.name).toBe('Own');
    expect(report.complete).toBe(true);
  });

  it('may stand alone in strings, as its own key', () => {
    const tally = { bytes: 0, objects: 0 };
    const all = readStrings(bytes('// x\nalone;\n"a" = "b\\U0063";'), defaultBudgets, () => true, tally);
    expect([...all]).toEqual([
      ['alone', 'alone'],
      ['a', 'bc'],
    ]);
    expect(() => readStrings(bytes('"a"'), defaultBudgets, () => true, tally)).toThrow('a key without "="');
    expect(() => readStrings(bytes('"a" = "b"'), defaultBudgets, () => true, tally)).toThrow('no ";" behind a value');
  });
});

describe('what is laid out otherwise', () => {
  const folder = mkdtempSync(join(tmpdir(), 'waybill-ios-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const directory = (name: string, files: Files) => {
    for (const [path, data] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, name, path)), { recursive: true });
      writeFileSync(join(folder, name, path), data);
    }
    return join(folder, name);
  };

  it('an app as a Mac keeps it is read, and said', async () => {
    const wrapped = below('A.app/Wrapper/A.app/', app({ NSCameraUsageDescription: 'a' }));
    for (const source of [
      zip(wrapped),
      directory('A.app', below('Wrapper/A.app/', app({ NSCameraUsageDescription: 'a' }))),
    ]) {
      const { bundle, notices } = await scan(source);
      expect(bundle.app).toMatchObject({ id: 'org.example', permissions: ['NSCameraUsageDescription'] });
      expect(notices).toEqual([expect.stringContaining('as a Mac keeps it, in the folder Wrapper')]);
    }
  });

  const framework = (type: string) => ({
    'Info.plist': buildPlist({ CFBundlePackageType: type }, 'binary'),
    X: built(),
  });
  it.each([
    ['framework', () => zip(below('X.framework/', framework('FMWK')))],
    ['framework', () => directory('X.framework', framework('FMWK'))],
    ['framework', () => directory('renamed', framework('FMWK'))],
    ['xcframework', () => zip(below('X.xcframework/ios-arm64/X.framework/', framework('FMWK')))],
    ['xcframework', () => directory('X.xcframework', { ...framework('XFWK'), 'ios-arm64/libX.a': '!<arch>\n' })],
  ])('%s is a library, and no app', async (kind, source) => {
    const { bundle } = await scan(await source());
    expect([bundle.kind, bundle.units.map((unit) => unit.kind)]).toEqual([kind, ['library']]);
  });

  const CAFE = 'Caf\u00e9';
  it('a name is the same composed and decomposed, in files, folders and load commands', async () => {
    const [composed, decomposed] = [CAFE.normalize('NFC'), CAFE.normalize('NFD')];
    for (const [listed, there] of [
      [composed, decomposed],
      [decomposed, composed],
    ] as const) {
      const name = `@rpath/${listed}.framework/${listed}`;
      const library = { 'Info.plist': buildPlist({ CFBundleExecutable: listed }, 'binary'), [there]: built() };
      const report = await ipa({
        'Info.plist': buildPlist({ CFBundleExecutable: listed }, 'binary'),
        [there]: built({ dylibs: [name], rpaths: ['@executable_path/Frameworks'] }),
        ...below(`Frameworks/${there}.framework/`, library),
      });
      expect([report.complete, report.bundle.app.architectures]).toEqual([true, ['arm64']]);
    }
  });

  it('what the file system takes for the app\u2019s folder, by another spelling, is not passed over', async () => {
    const [composed, decomposed] = [CAFE.normalize('NFC'), CAFE.normalize('NFD')];
    const report = await scan(
      zip({ ...below(`Payload/${decomposed}.app/`, app()), [`Payload/${composed}.app/PlugIns/S.appex/S`]: 'no code' }),
    );
    expect(report.verdict).toBe('inconclusive');
    expect(report.coverage).toContainEqual(
      expect.objectContaining({ detail: expect.stringContaining('by another spelling'), matters: true }),
    );
  });

  it.each([
    ['app', ''],
    ['extension', 'PlugIns/S.appex/'],
  ])('a list that the system reads in place of Info.plist is said, of an %s', async (_, folder) => {
    const files = { ...app(), ...below(folder, app()), [`${folder}Info-iphoneos.plist`]: buildPlist({}, 'binary') };
    const report = await ipa(files);
    expect(report.verdict).toBe('inconclusive');
    const aside = { ...app(), 'x/Info-iphoneos.plist': buildPlist({}, 'binary') };
    expect((await ipa(aside)).complete).toBe(true);
  });

  it('a framework beside an app makes it no other kind', async () => {
    const { bundle } = await scan(zip({ ...below('X.framework/', framework('FMWK')), ...below('A.app/', app()) }));
    expect(bundle).toMatchObject({ kind: 'ipa', app: { id: 'org.example' } });
  });
});

describe('what an app is built for', () => {
  const told = async (image: MachODescription) =>
    (await ipa(app({}, image))).anomalies.map(({ code, detail }) => `${code}: ${detail}`);

  it('is said where no device of its users runs it', async () => {
    const rest = 'what users of iOS are given may be another build';
    expect(await told({ platform: { name: 'iossimulator', minos: '13.0' } })).toEqual([
      `macho.platform: the arm64 code is built for the simulator of iOS: ${rest}`,
    ]);
    expect(await told({ platform: { name: 'macos', minos: '13.0', command: 'version-min' } })).toEqual([
      `macho.platform: the arm64 code is built for macOS: ${rest}`,
    ]);
    expect(await told({})).toEqual([]);
  });

  // PLATFORM_* (dyld, mach_o/Platform.cpp, seen 2026-11-26)
  it.each([
    [3, 'tvOS'],
    [5, 'another system (bridgeos)'],
    [6, 'macOS (Mac Catalyst)'],
    [8, 'the simulator of tvOS'],
    [9, 'the simulator of watchOS'],
    [10, 'DriverKit'],
    [11, 'visionOS'],
    [12, 'the simulator of visionOS'],
    [13, 'another system (platform-13)'],
    [0, 'another system (platform-0)'],
  ])('is said of the platform %i: %s', async (name, where) => {
    expect(await told({ platform: { name, minos: '1.0' } })).toEqual([
      `macho.platform: the arm64 code is built for ${where}: what users of iOS are given may be another build`,
    ]);
  });

  it.each([2, 4])('is no matter for the platform %i', async (name) => {
    expect(await told({ platform: { name, minos: '1.0' } })).toEqual([]);
  });
});
