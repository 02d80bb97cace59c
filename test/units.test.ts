import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type UnitFacts, unitFinder, unitKindOf } from '../src/bundle/unit.ts';
import { loadRules, type Report, render } from '../src/index.ts';
import type { Unit } from '../src/types.ts';
import * as web from '../src/web.ts';
import { buildBundle } from './build/bundle.ts';
import { buildFat, buildMachO } from './build/macho.ts';
import { buildPlist } from './build/plist.ts';
import { scan } from './build/verified.ts';
import { buildZip } from './build/zip.ts';

/** The apps inside a bundle: test/golden/units holds the report of one with each kind of them. */

const golden = () =>
  buildBundle(JSON.parse(readFileSync(new URL('golden/units/bundle.json', import.meta.url), 'utf8')));

describe('an entry belongs to', () => {
  const unit = (root: string): UnitFacts => ({ root }) as UnitFacts;
  const find = (...roots: string[]) => {
    const at = unitFinder(roots.map(unit));
    return (path: string) => at(path)?.root ?? null;
  };

  it('the unit with the longest folder around it', () => {
    const of = find('Payload/A.app/', 'Payload/A.app/Watch/W.app/', 'Payload/A.app/Watch/W.app/PlugIns/E.appex/');
    expect(of('Payload/A.app/A')).toBe('Payload/A.app/');
    expect(of('Payload/A.app/Watch/x')).toBe('Payload/A.app/');
    expect(of('Payload/A.app/Watch/W.app/W')).toBe('Payload/A.app/Watch/W.app/');
    expect(of('Payload/A.app/Watch/W.app/PlugIns/E.appex/x.zip!a/b')).toMatch(/E\.appex\/$/);
    expect(of('Payload/A.app/Watch/V.app/V')).toBe('Payload/A.app/');
    expect(of('Payload/A.apple/A')).toBe(null);
    expect(of('SwiftSupport/a.dylib')).toBe(null);
    expect(of('/Payload/A.app/A')).toBe(null);
  });

  it('the bundle where that is a unit, and to the app in it where there are both', () => {
    const of = find('', 'Payload/A.app/');
    expect([of('classes.dex'), of('/'), of(''), of('Payload/A.app/A')]).toEqual(['', '', '', 'Payload/A.app/']);
    expect(find('')('Payload/A.app/A')).toBe('');
  });

  it('none by folders beyond any path that a system takes', () => {
    const of = find('Payload/A.app/');
    expect(of(`Payload/A.app/${'.app/'.repeat(13_000)}`)).toBe('Payload/A.app/');
  });
});

it.each([
  ['PlugIns/S.appex', 'extension'],
  ['Extensions/S.appex', 'extension'],
  ['Watch/W.app', 'watch-app'],
  ['Watch/W.app/PlugIns/W.appex', 'extension'],
  ['PlugIns/W.appex/W.app', 'watch-app'],
  ['com.apple.WatchPlaceholder/W.app', 'watch-app'],
  ['AppClips/C.app', 'app-clip'],
  ['Other/B.app', 'app'],
])('%s is of the kind %s', (folder, kind) => {
  expect(unitKindOf(`Payload/A.app/${folder}`)).toBe(kind);
});

describe('what a unit declares', () => {
  const app = (files: Readonly<Record<string, Uint8Array | string>>) =>
    scan(
      buildZip(
        Object.entries({ 'Info.plist': plist({}), A: executable(), ...files }).map(([name, data]) => ({
          ...{ name: `Payload/A.app/${name}`, data },
        })),
      ),
    );
  const plist = (keys: Readonly<Record<string, string>>) => buildPlist({ CFBundleExecutable: 'A', ...keys }, 'binary');
  const executable = (entitlements?: string) =>
    buildMachO({
      ...{ fileType: 'execute', platform: { name: 'ios', minos: '13.0' } },
      ...(entitlements === undefined ? {} : { entitlements }),
    });
  const xml = (...keys: string[]) =>
    `<plist version="1.0"><dict>${keys.map((key) => `<key>${key}</key><true/>`).join('')}</dict></plist>`;
  const entitled = ({ bundle }: Report) => bundle.units.map(({ app: { entitlements } }) => entitlements);
  const S = 'PlugIns/S.appex/';

  it('its keys are met as the app’s are', async () => {
    const report = await app({ [`${S}Info.plist`]: plist({ AgoraAppId: 'x' }), [`${S}A`]: executable() });
    expect(report.detections.flatMap((found) => found.evidence.map(({ text, path }) => [text, path]))).toContainEqual([
      'AgoraAppId',
      `Payload/A.app/${S}Info.plist`,
    ]);
  });

  it('one whose list cannot be read is a unit, and no permission is known to be absent', async () => {
    const agora = buildMachO({ fileType: 'dylib', exports: ['_OBJC_CLASS_$_AgoraRtcEngineKit'] });
    const files = { [`${S}A`]: executable(), 'Frameworks/AgoraRtcKit.framework/AgoraRtcKit': agora };
    const state = async (list: Uint8Array | string) => {
      const report = await app({ ...files, [`${S}Info.plist`]: list });
      expect(report.bundle.units.map(({ path }) => path)).toEqual(['Payload/A.app', `Payload/A.app/${S.slice(0, -1)}`]);
      return report.flows.find((flow) => flow.data === 'microphone')?.permission?.state;
    };
    expect(await state(plist({}))).toBe('absent');
    expect(await state('bplist00 and no more')).toBe('undetermined');
    expect(await state(plist({ NSMicrophoneUsageDescription: 'a' }))).toBe('declared');
  });

  it('entitlements are of its own executable, not of frameworks or other files', async () => {
    const report = await app({
      A: executable(xml('b', 'a')),
      Other: executable(xml('other')),
      [`${S}Info.plist`]: plist({}),
      [`${S}A`]: buildFat([
        { arch: 'armv7', bytes: buildMachO({ arch: 'armv7', fileType: 'execute' }) },
        { arch: 'arm64', bytes: executable(xml('c')) },
      ]),
      'Frameworks/F.framework/Info.plist': buildPlist({ CFBundleExecutable: 'F' }, 'binary'),
      'Frameworks/F.framework/F': executable(xml('framework')),
    });
    expect(entitled(report)).toEqual([['a', 'b'], ['c']]);
    expect(report.bundle.app.entitlements).toEqual(['a', 'b']);
  });

  it('entitlements that cannot be read, or are too many, are said and hide no SDK', async () => {
    for (const broken of ['', 'no list', '<plist><array/></plist>', '<plist><dict><key>a']) {
      const report = await app({ A: executable(broken) });
      expect(report.coverage.find(({ detail }) => detail.startsWith('entitlements: '))).toMatchObject({
        ...{ path: 'Payload/A.app/A', state: 'partial', matters: false },
      });
      expect([report.complete, ...entitled(report)]).toEqual([true, []]);
    }
    const many = await app({ A: executable(xml(...Array.from({ length: 600 }, (_, i) => `k${i}`), 'k'.repeat(300))) });
    expect(entitled(many)[0]).toHaveLength(512);
    expect(many.coverage).toContainEqual(expect.objectContaining({ detail: '600 entitlements, 512 were kept' }));
  });

  it('entitlements of a bare executable are read as well', async () => {
    expect(entitled(await scan(executable(xml('a'))))).toEqual([['a']]);
  });

  it('what its keys hold enters a report as other text does', async () => {
    const report = await app({ A: executable(xml('a&#8238;b')) });
    expect(entitled(report)).toEqual([['a\\u202eb']]);
  });
});

it('without Node the units are the same', async () => {
  const rules = loadRules();
  const bytes = golden();
  const { bundle } = await scan(bytes, { rules });
  expect(bundle.units).toHaveLength(6);
  expect((await web.scan(new Blob([bytes.slice().buffer]), { rules })).bundle).toEqual(bundle);
});

describe('the text report', () => {
  const asks = (report: Report) =>
    render(report, 'text', { width: 200 })
      .split('\nStated')[0]!
      .split('Asks for')[1]!
      .split('\n')
      .map((line) => line.trim());

  it('says which unit asks for what, where it is not the app alone', async () => {
    const report = await scan(golden());
    expect(asks(report)).toEqual([
      'iOS app Rooms.app: NSCameraUsageDescription; in the background: voip',
      'app clip Clip.app: NSLocationWhenInUseUsageDescription',
      'extension Intents.appex: NSSiriUsageDescription',
      'extension Share.appex: NSContactsUsageDescription',
      'watch app Wrist.app: NSHealthShareUsageDescription, NSMicrophoneUsageDescription',
      'extension Face.appex: NSMotionUsageDescription',
    ]);
    const { bundle } = report;
    const only = (units: readonly Unit[]) => asks({ ...report, bundle: { ...bundle, units } });
    expect(only(bundle.units.slice(0, 1))).toEqual(['NSCameraUsageDescription; in the background: voip']);
    const many = Array.from({ length: 20 }, () => bundle.units[3]!);
    expect(only(many)).toHaveLength(7);
    expect(only(many).at(-1)).toMatch(/^\+ 14 more/);
  });
});
