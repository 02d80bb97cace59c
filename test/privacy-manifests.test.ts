import { describe, expect, it } from 'vitest';
import { defaultBudgets } from '../src/budgets.ts';
import { noApp } from '../src/bundle/app.ts';
import { readPrivacyManifest } from '../src/bundle/privacy-manifest.ts';
import { listedAboard } from '../src/detect/listed.ts';
import { FormatError } from '../src/errors.ts';
import { atOnce } from '../src/formats/plist/parsing.ts';
import { loadRules } from '../src/index.ts';
import type { EntryFeatures } from '../src/inventory/facts.ts';
import { render } from '../src/render/index.ts';
import type { PrivacyManifest, Report } from '../src/types.ts';
import { buildMachO, type MachODescription } from './build/macho.ts';
import { buildPlist } from './build/plist.ts';
import { mulberry32 } from './build/random.ts';
import { cases } from './build/slow.ts';
import { scan } from './build/verified.ts';
import { buildZip } from './build/zip.ts';

type Keys = Parameters<typeof buildPlist>[0];

const read = (bytes: Uint8Array, budgets = defaultBudgets) =>
  atOnce(readPrivacyManifest(bytes, budgets, { bytes: 0, objects: 0 }));
const keys = {
  NSPrivacyTracking: true,
  NSPrivacyTrackingDomains: ['track.example.com', 'ads.example.net'],
  NSPrivacyCollectedDataTypes: [
    {
      NSPrivacyCollectedDataType: 'NSPrivacyCollectedDataTypeAudioData',
      NSPrivacyCollectedDataTypeLinked: true,
      NSPrivacyCollectedDataTypeTracking: false,
      NSPrivacyCollectedDataTypePurposes: [
        'NSPrivacyCollectedDataTypePurposeAppFunctionality',
        'NSPrivacyCollectedDataTypePurposeAnalytics',
      ],
    },
    { NSPrivacyCollectedDataType: 'something of its own' },
  ],
  NSPrivacyAccessedAPITypes: [
    {
      NSPrivacyAccessedAPIType: 'NSPrivacyAccessedAPICategoryUserDefaults',
      NSPrivacyAccessedAPITypeReasons: ['CA92.1', '1C8F.1'],
    },
    { NSPrivacyAccessedAPIType: 'NSPrivacyAccessedAPICategoryDiskSpace' },
  ],
  NSPrivacyOther: ['left'],
};
const said = {
  tracking: true,
  trackingDomains: ['track.example.com', 'ads.example.net'],
  collects: [
    {
      ...{ type: 'NSPrivacyCollectedDataTypeAudioData', linked: true, tracking: false },
      purposes: ['NSPrivacyCollectedDataTypePurposeAppFunctionality', 'NSPrivacyCollectedDataTypePurposeAnalytics'],
    },
    { type: 'something of its own', linked: null, tracking: null, purposes: [] },
  ],
  accesses: [
    { type: 'NSPrivacyAccessedAPICategoryUserDefaults', reasons: ['CA92.1', '1C8F.1'] },
    { type: 'NSPrivacyAccessedAPICategoryDiskSpace', reasons: [] },
  ],
};
const nothing = { tracking: null, trackingDomains: [], collects: [], accesses: [] };

describe('a privacy manifest', () => {
  it.each(['xml', 'binary'] as const)('says what is collected, linked, tracked and used, as %s', (format) => {
    expect(read(buildPlist(keys, format))).toEqual({ said, problems: [] });
    expect(read(buildPlist({}, format))).toEqual({ said: nothing, problems: [] });
  });

  it('of another form than the documented one says what it can, and what was left out', () => {
    const odd = read(
      buildPlist(
        {
          NSPrivacyTracking: 'no',
          NSPrivacyTrackingDomains: ['a.example', 1, ['b.example']],
          NSPrivacyCollectedDataTypes: 'all',
          NSPrivacyAccessedAPITypes: [
            'NSPrivacyAccessedAPICategoryUserDefaults',
            { NSPrivacyAccessedAPIType: 3 },
            { NSPrivacyAccessedAPIType: 'a', NSPrivacyAccessedAPITypeReasons: 'CA92.1' },
          ],
        },
        'xml',
      ),
    );
    expect(odd.said).toEqual({
      ...nothing,
      trackingDomains: ['a.example'],
      accesses: [{ type: 'a', reasons: [] }],
    });
    expect(odd.problems.map(({ message, reason }) => `${reason}: ${message}`)).toEqual([
      'malformed: NSPrivacyTracking is neither true nor false',
      'malformed: 2 items of NSPrivacyTrackingDomains are of no known form',
      'malformed: NSPrivacyCollectedDataTypes is no array',
      'malformed: NSPrivacyAccessedAPITypeReasons is no array',
      'malformed: 2 items of NSPrivacyAccessedAPITypes are of no known form',
    ]);
  });

  it('keeps 256 items of a list and says how many there are', () => {
    const many = read(
      buildPlist({ NSPrivacyTrackingDomains: Array.from({ length: 300 }, (_, i) => `d${i}.example`) }, 'binary'),
    );
    expect(many.said.trackingDomains).toHaveLength(256);
    expect(many.problems).toEqual([
      { offset: 0, reason: 'budget', message: 'NSPrivacyTrackingDomains has 300 items, 256 are kept' },
    ]);
  });

  it('that makes more objects than a list may is over a budget', () => {
    const shared = buildPlist(keys, 'binary');
    expect(() => read(shared, { ...defaultBudgets, plistObjects: 20 })).toThrow(/plistObjects/);
  });

  it.each([
    ['nothing', new Uint8Array(0)],
    ['an array', buildPlist(['a'], 'xml')],
    ['text', new TextEncoder().encode('NSPrivacyTracking: true')],
  ])('is not %s', (_name, bytes) => {
    expect(() => read(bytes)).toThrow(FormatError);
  });

  const binary = buildPlist(keys, 'binary');
  const xml = buildPlist(keys, 'xml');

  it('cut at every byte of its binary form is a FormatError; of its text it says no more than the whole', () => {
    for (let length = 0; length < binary.length; length++) {
      if (readOrNull(binary.subarray(0, length))) expect.fail(`${length} bytes are read`);
    }
    for (let length = 0; length < xml.length; length++) {
      const found = readOrNull(xml.subarray(0, length));
      const most = said.collects.length + said.accesses.length;
      if (found && found.collects.length + found.accesses.length > most) expect.fail(`${length} bytes say more`);
    }
  });

  it.each([
    ['binary', binary],
    ['xml', xml],
  ])('gives a value of the documented form, or a FormatError, on seeded mutations of %s', (_name, whole) => {
    const random = mulberry32(0x9717);
    let opened = 0;
    for (let round = 0; round < cases(20_000, 2000); round++) {
      const mutated = whole.slice();
      for (let i = 1 + Math.floor(random() * 3); i > 0; i--) {
        mutated[Math.floor(random() * mutated.length)] = Math.floor(random() * 256);
      }
      const found = readOrNull(mutated);
      if (found && !isOfForm(found)) expect.fail(`round ${round}: ${JSON.stringify(found)}`);
      if (found) opened++;
    }
    expect(opened).toBeGreaterThan(300);
  });
});

/** What is said; null for a FormatError. */
function readOrNull(bytes: Uint8Array): ReturnType<typeof read>['said'] | null {
  try {
    return read(bytes).said;
  } catch (error) {
    if (error instanceof FormatError) return null;
    throw error;
  }
}

const areTexts = (list: readonly unknown[]) => list.every((item) => typeof item === 'string');
const isFlag = (value: unknown) => value === null || typeof value === 'boolean';

function isOfForm({ tracking, trackingDomains, collects, accesses }: ReturnType<typeof read>['said']): boolean {
  return (
    isFlag(tracking) &&
    areTexts(trackingDomains) &&
    collects.every((item) => areTexts([item.type, ...item.purposes]) && isFlag(item.linked) && isFlag(item.tracking)) &&
    accesses.every(({ type, reasons }) => areTexts([type, ...reasons]))
  );
}

const APP = 'Payload/A.app';
const executable = (more: MachODescription = {}) =>
  buildMachO({ fileType: 'execute', platform: { name: 'ios', minos: '13.0' }, ...more });
const dylib = (more: MachODescription = {}) => buildMachO({ fileType: 'dylib', ...more });
const app = (files: Readonly<Record<string, Uint8Array | string>>, options: { readonly asOf?: string } = {}) =>
  scan(
    buildZip(
      Object.entries({
        'Info.plist': buildPlist({ CFBundleExecutable: 'A' }, 'binary'),
        A: executable(),
        ...files,
      }).map(([name, data]) => ({ name: `${APP}/${name}`, data })),
    ),
    options,
  );
const manifest = (more: Keys & object = {}) => buildPlist({ NSPrivacyTracking: false, ...more }, 'xml');
const manifestsOf = ({ bundle }: Report): readonly PrivacyManifest[] => bundle.privacyManifests ?? [];

describe('the privacy manifests of a bundle', () => {
  const MANIFEST = 'PrivacyInfo.xcprivacy';

  it('are those of the app, its extensions, frameworks and bundles of resources, each with its unit', async () => {
    const report = await app({
      [MANIFEST]: buildPlist(keys, 'binary'),
      'PlugIns/S.appex/Info.plist': buildPlist({ CFBundleExecutable: 'S' }, 'binary'),
      'PlugIns/S.appex/S': executable(),
      [`PlugIns/S.appex/${MANIFEST}`]: manifest(),
      'Frameworks/F.framework/F': dylib(),
      [`Frameworks/F.framework/${MANIFEST}`]: manifest(),
      [`R.bundle/${MANIFEST}`]: manifest(),
      [`R.bundle/Not${MANIFEST}`]: manifest(),
    });
    expect(manifestsOf(report).map(({ path, unit }) => [path.slice(APP.length + 1), unit])).toEqual([
      [`Frameworks/F.framework/${MANIFEST}`, APP],
      [`PlugIns/S.appex/${MANIFEST}`, `${APP}/PlugIns/S.appex`],
      [MANIFEST, APP],
      [`R.bundle/${MANIFEST}`, APP],
    ]);
    expect(manifestsOf(report)[2]).toMatchObject({ ...said, sha256: expect.stringMatching(/^[0-9a-f]{64}$/) });
    expect(report.complete).toBe(true);
  });

  it('are left out of a report where there is none', async () => {
    expect((await app({})).bundle).not.toHaveProperty('privacyManifests');
  });

  it('that cannot be read are said, and hide no SDK', async () => {
    const report = await app({
      [MANIFEST]: 'bplist00 and no more',
      [`R.bundle/${MANIFEST}`]: manifest({ NSPrivacyTracking: 'x' }),
    });
    expect(manifestsOf(report).map(({ path, tracking }) => [path, tracking])).toEqual([
      [`${APP}/R.bundle/${MANIFEST}`, null],
    ]);
    const lines = report.coverage.filter(({ path, state }) => path.endsWith(MANIFEST) && state !== 'read');
    expect(lines.map(({ state, reason, matters }) => [state, reason, matters])).toEqual([
      ['unreadable', 'malformed', false],
      ['partial', 'malformed', false],
    ]);
    expect(report.complete).toBe(true);
  });

  it('beyond 512 are counted', async () => {
    const files = Object.fromEntries(Array.from({ length: 515 }, (_, i) => [`R${i}.bundle/${MANIFEST}`, manifest()]));
    const report = await app(files);
    expect(manifestsOf(report)).toHaveLength(512);
    expect(report.coverage).toContainEqual(
      expect.objectContaining({ path: `${APP}/(all privacy manifests)`, reason: 'budget', matters: false }),
    );
  });

  it('are printed as what their makers say, and what an app wrote in one does nothing to a terminal', async () => {
    const report = await app({
      [MANIFEST]: buildPlist(keys, 'binary'),
      [`R.bundle/${MANIFEST}`]: manifest({ NSPrivacyTrackingDomains: ['a\u202eb.example'] }),
    });
    const text = render(report, 'text', { width: 200 });
    const section = text.slice(text.indexOf('PRIVACY MANIFESTS')).split('\n\n')[0]!;
    expect(section.split('\n').map((line) => line.trim())).toEqual([
      'PRIVACY MANIFESTS  2; what their makers say, not what the code does',
      `${APP}/${MANIFEST}`,
      'tracking  yes; domains track.example.com, ads.example.net',
      'collects  AudioData (linked to the user, for AppFunctionality, for Analytics), something of its own',
      'uses      UserDefaults (CA92.1, 1C8F.1), DiskSpace (no reason given)',
      `${APP}/R.bundle/${MANIFEST}`,
      'tracking  no; domains a\\\\u202eb.example',
      'collects  nothing named',
      'uses      nothing named',
    ]);
    expect(text).not.toMatch(/undeclared/i);
  });
});

describe('SDKs of Apple’s list', () => {
  const MANIFEST = 'PrivacyInfo.xcprivacy';
  const aboard = ({ listed }: Report) =>
    listed.flatMap(({ aboard }) =>
      aboard.map(({ name, found, path, manifest }) => [
        name,
        found,
        path.slice(APP.length + 1),
        manifest?.slice(APP.length + 1) ?? null,
      ]),
    );

  it('are told by framework or CocoaPods’ class, each once, with the manifest of their name', async () => {
    const report = await app({
      A: executable({
        objcClasses: ['PodsDummy_lottie_ios', 'PodsDummy_SDWebImage', 'PodsDummy_Mine'],
      }),
      [MANIFEST]: manifest(),
      [`LottiePrivacyInfo.bundle/${MANIFEST}`]: manifest(),
      'Frameworks/hermes.framework/hermes': dylib(),
      'Frameworks/SDWebImage.framework/SDWebImage': dylib(),
      [`Frameworks/SDWebImage.framework/Resources/${MANIFEST}`]: manifest(),
      'Frameworks/Flutter.framework/Flutter': dylib(),
      [`Frameworks/Flutter.framework/${MANIFEST}`]: manifest(),
      'Frameworks/NotListed.framework/NotListed': dylib(),
    });
    expect(aboard(report)).toEqual([
      ['Flutter', 'framework', 'Frameworks/Flutter.framework', `Frameworks/Flutter.framework/${MANIFEST}`],
      ['Lottie', 'pod', 'A', null],
      [
        'SDWebImage',
        'framework',
        'Frameworks/SDWebImage.framework',
        `Frameworks/SDWebImage.framework/Resources/${MANIFEST}`,
      ],
      ['hermes', 'framework', 'Frameworks/hermes.framework', null],
    ]);
    const text = render(report, 'text', { width: 200 });
    expect(text).toContain(
      'LISTED  SDKs that require a privacy manifest and signature (Apple): 4 SDKs aboard by name, 2 without',
    );
    expect(text).not.toMatch(/undeclared/i);
  });

  it('are told by a Swift module as well, where nothing else says more', () => {
    const place = (path: string) => ({ path: `${APP}/${path}`, unit: APP, sha256: '', ...nothing });
    const file = (path: string, more: Partial<EntryFeatures>) =>
      ({
        path: `${APP}/${path}`,
        format: 'macho',
        native: null,
        libraries: [],
        packages: new Map(),
        ...more,
      }) as EntryFeatures;
    const framework = { kind: 'framework', name: 'RxSwift.framework', main: false } as const;
    const entries = [
      file('A', {
        packages: new Map([
          ['Alamofire.', 12],
          ['RxSwift.', 3],
          ['SnapKit', 4],
        ]),
      }),
      file('Frameworks/RxSwift.framework/RxSwift', { native: framework, packages: new Map([['RxSwift.', 90]]) }),
    ];
    const units = [{ path: APP, kind: 'app', platform: 'ios', app: noApp }] as const;
    const privacyManifests = [place(`Alamofire_Alamofire.bundle/${MANIFEST}`)];
    const lists = listedAboard(entries, { units, privacyManifests }, loadRules(), '2026-11-26');
    expect(lists.flatMap(({ aboard }) => aboard).map(({ name, found, manifest }) => [name, found, manifest])).toEqual([
      ['Alamofire', 'module', privacyManifests[0]!.path],
      ['RxSwift', 'framework', null],
    ]);
  });

  it('a bundle of a longer listed name is no other’s, and one of another unit is none', async () => {
    const report = await app({
      A: executable({ objcClasses: ['PodsDummy_FirebaseCore', 'PodsDummy_path_provider', 'PodsDummy_FMDB'] }),
      [`FirebaseCoreExtension_Privacy.bundle/${MANIFEST}`]: manifest(),
      [`path_provider_ios_privacy.bundle/${MANIFEST}`]: manifest(),
      'PlugIns/S.appex/Info.plist': buildPlist({ CFBundleExecutable: 'S' }, 'binary'),
      'PlugIns/S.appex/S': executable({ objcClasses: ['PodsDummy_FMDB'] }),
      [`PlugIns/S.appex/FMDB.bundle/${MANIFEST}`]: manifest(),
    });
    expect(aboard(report)).toEqual([
      ['FMDB', 'pod', 'A', null],
      ['FMDB', 'pod', 'PlugIns/S.appex/S', `PlugIns/S.appex/FMDB.bundle/${MANIFEST}`],
      ['FirebaseCore', 'pod', 'A', null],
      ['path_provider', 'pod', 'A', null],
    ]);
  });

  it('are none before there was the list, and none where nothing of it is aboard', async () => {
    const flutter = { 'Frameworks/Flutter.framework/Flutter': dylib() };
    expect(aboard(await app(flutter, { asOf: '2023-12-07' }))).toHaveLength(1);
    expect((await app(flutter, { asOf: '2023-12-06' })).listed).toEqual([]);
    expect((await app({})).listed).toEqual([]);
  });

  it('change no finding', async () => {
    const findings = async (files: Readonly<Record<string, Uint8Array>>) =>
      (await app(files)).findings.map(({ id }) => id);
    expect(await findings({ 'Frameworks/Flutter.framework/Flutter': dylib() })).toEqual(await findings({}));
  });
});
