import { describe, expect, it } from 'vitest';
import { type Report, scan } from '../../src/index.ts';
import { buildElf } from '../build/elf.ts';
import { buildMachO } from '../build/macho.ts';
import type { MachODescription, MachODylib } from '../build/macho-types.ts';
import { buildPlist } from '../build/plist.ts';
import { type BuildEntry, buildZip } from '../build/zip.ts';

/** Code that the system would load and that is not aboard: what it holds is not known, so that nothing is complete. */

const ios = { name: 'ios', minos: '13.0' } as const;
const executable = (image: MachODescription = {}) => buildMachO({ fileType: 'execute', platform: ios, ...image });
const library = (image: MachODescription = {}) => buildMachO({ fileType: 'dylib', platform: ios, ...image });
const plist = (CFBundleExecutable?: string) =>
  buildPlist({ CFBundleIdentifier: 'org.example', ...(CFBundleExecutable ? { CFBundleExecutable } : {}) }, 'binary');

type Files = Readonly<Record<string, Uint8Array | string>>;
const app = { 'Info.plist': plist('App'), App: executable() };
const framework = 'Frameworks/F.framework';

/** As Info-ZIP writes it: made on Unix, the kind of file in the upper half of the attributes. */
const link = (name: string, target: string): BuildEntry => ({
  ...{ name, data: target, method: 0 },
  central: { versionMadeBy: 0x31e, externalAttributes: (0o120777 << 16) >>> 0 },
});
const bytesOf = (files: Files, links: Readonly<Record<string, string>> = {}) =>
  buildZip([
    ...Object.entries(files).map(([name, data]) => ({ name: `Payload/App.app/${name}`, data })),
    ...Object.entries(links).map(([name, target]) => link(`Payload/App.app/${name}`, target)),
  ]);
const gaps = (report: Report) =>
  report.coverage
    .filter((line) => line.matters && line.reason !== null)
    .map((line) => `${line.reason} ${line.path.replace('Payload/App.app/', '')}`);
const ipa = async (files: Files, links: Readonly<Record<string, string>> = {}) => {
  const report = await scan(bytesOf(files, links));
  expect(report.complete).toBe(gaps(report).length === 0);
  return gaps(report);
};

describe('executables', () => {
  it.each<[string, Files, string[]]>([
    ['the app’s', { 'Info.plist': plist('App') }, ['missing App']],
    ['the app’s, named by nothing', { 'Info.plist': plist() }, ['missing App']],
    ['the app’s, without a list', { 'a.txt': 'a' }, ['missing Info.plist', 'missing App']],
    ['empty', { ...app, App: '' }, ['malformed App']],
    ['of another system', { ...app, App: buildElf({ soname: 'a' }) }, ['malformed App']],
    ['by a path that leads out', { 'Info.plist': plist('../../../sh') }, ['missing ../../../sh']],
    ['a framework’s', { ...app, [`${framework}/Info.plist`]: plist('F') }, [`missing ${framework}/F`]],
    ['a framework’s, named by nothing', { ...app, [`${framework}/Info.plist`]: plist() }, [`missing ${framework}/F`]],
    ['a framework’s, without a list', { ...app, [`${framework}/a.txt`]: 'a' }, [`missing ${framework}/F`]],
    [
      'a framework’s, by another name and empty',
      { ...app, [`${framework}/Info.plist`]: plist('G'), [`${framework}/G`]: '' },
      [`malformed ${framework}/G`],
    ],
    ['an extension’s', { ...app, 'PlugIns/S.appex/Info.plist': plist('S') }, ['missing PlugIns/S.appex/S']],
    [
      'an extension’s, a text',
      { ...app, 'PlugIns/S.appex/Info.plist': plist('S'), 'PlugIns/S.appex/S': 'a' },
      ['malformed PlugIns/S.appex/S'],
    ],
    ['a watch app’s', { ...app, 'Watch/W.app/Info.plist': plist('W') }, ['missing Watch/W.app/W']],
    [
      'an app clip’s, without a list',
      { ...app, 'AppClips/C.app/a.txt': 'a' },
      ['missing AppClips/C.app/Info.plist', 'missing AppClips/C.app/C'],
    ],
  ])('%s', async (_name, files, expected) => {
    expect((await ipa(files)).sort()).toEqual([...expected].sort());
  });

  it.each<[string, Files]>([
    ['by the name of the folder', { 'Info.plist': plist(), App: executable() }],
    ['of a framework without a list', { ...app, [`${framework}/F`]: library() }],
    ['with letters put together otherwise', { 'Info.plist': plist('Caf\u00e9'), 'Cafe\u0301': executable() }],
    [
      'of a framework whose links were lost',
      {
        ...app,
        [`${framework}/Versions/B/F`]: library(),
        [`${framework}/Versions/B/Resources/Info.plist`]: plist('F'),
      },
    ],
  ])('found %s', async (_name, files) => {
    expect(await ipa(files)).toEqual([]);
  });

  it('more folders than are looked at are over budget, and said once', async () => {
    const many = Object.fromEntries(Array.from({ length: 2100 }, (_, i) => [`${i}.framework/${i}`, library()]));
    // Its weight pays for reading them all.
    const weight = { 'a.bin': Uint8Array.from({ length: 1 << 22 }, (_, i) => Math.imul(i, 0x9e3779b1) >>> 24) };
    expect(await ipa({ ...app, ...weight, ...many })).toEqual(['budget (all containers)']);
  });
});

describe('links in an archive', () => {
  const versioned = {
    ...app,
    [`${framework}/Versions/A/F`]: library(),
    [`${framework}/Versions/A/Resources/Info.plist`]: plist('F'),
  };
  const links = {
    [`${framework}/F`]: 'Versions/Current/F',
    [`${framework}/Resources`]: 'Versions/Current/Resources',
    [`${framework}/Versions/Current`]: 'A',
  };

  it('are followed by their text to what is aboard', async () => {
    const report = await scan(bytesOf(versioned, links));
    expect([report.complete, report.bundle.entries]).toEqual([true, 7]);
    expect(report.coverage.filter((line) => line.format === 'link')).not.toEqual([]);
    expect(
      await ipa({ ...versioned, App: executable({ dylibs: ['@executable_path/Frameworks/F.framework/F'] }) }, links),
    ).toEqual([]);
    expect(await ipa({ 'Info.plist': plist('App'), real: executable() }, { App: './b/real', b: '.' })).toEqual([]);
  });

  it('lead to the list under a version, which says which version that is', async () => {
    const id = 'io.agora.AgoraRtcKit';
    const list = buildPlist(
      { CFBundleExecutable: 'AgoraRtcKit', CFBundleIdentifier: id, CFBundleShortVersionString: '4.2.6' },
      'binary',
    );
    const kit = 'Frameworks/AgoraRtcKit.framework';
    const code = library({ exports: ['_OBJC_CLASS_$_AgoraRtcEngineKit'] });
    const files = { ...app, [`${kit}/Versions/A/AgoraRtcKit`]: code, [`${kit}/Versions/A/Resources/Info.plist`]: list };
    const report = await scan(
      bytesOf(files, { [`${kit}/AgoraRtcKit`]: 'Versions/Current/AgoraRtcKit', [`${kit}/Versions/Current`]: 'A' }),
    );
    expect(report.complete).toBe(true);
    expect(report.detections.map(({ sdk, version }) => [sdk, version])).toEqual([['agora-rtc', '4.2.6']]);
  });

  it.each<[string, string]>([
    ['out of the app', '../../Other/App'],
    ['to the system', '/bin/sh'],
    ['nowhere', 'none'],
    ['to themselves', 'App'],
    ['to a folder', 'res'],
    ['to nothing at all', ''],
    ['further than a path may', `${'./'.repeat(600)}real`],
  ])('that lead %s are no executable', async (_name, target) => {
    const found = await ipa({ 'Info.plist': plist('App'), real: executable(), 'res/a': 'a' }, { App: target });
    expect(found).toContain('missing App');
  });

  it('that lead astray are said whatever they stand for', async () => {
    expect(await ipa(app, { 'a.dat': '/etc/hosts' })).toEqual(['missing a.dat']);
  });

  it('are none to Android, which reads the entry', async () => {
    const report = await scan(buildZip([{ name: 'AndroidManifest.xml', data: 'x' }, link('classes.dex', 'other.dex')]));
    expect(gaps(report)).toContain('malformed classes.dex');
  });

  it('through links through links are followed so far, and no further', async () => {
    const chain = Object.fromEntries(Array.from({ length: 4000 }, (_, i) => [`l${i}`, `l${i + 1}/../l${i + 1}/x`]));
    expect((await ipa(app, chain)).length).toBeGreaterThan(0);
  });
});

describe('libraries', () => {
  const asking = (...dylibs: (string | MachODylib)[]) => ({
    ...app,
    App: executable({ dylibs, rpaths: ['/usr/lib/swift', '@executable_path/Frameworks'] }),
  });
  const F = { [`${framework}/F`]: library() };

  it.each<[string, Files]>([
    ['by a run path', asking('@rpath/F.framework/F')],
    ['beside the executable', asking('@executable_path/libx.dylib')],
    ['beside the image', asking('@loader_path/libx.dylib')],
    ['passed on', asking({ name: '@rpath/F.framework/F', kind: 'reexport' })],
    ['upward', asking({ name: '@rpath/F.framework/F', kind: 'upward' })],
    ['lazily', asking({ name: '@rpath/F.framework/F', kind: 'lazy' })],
    ['outside of app and system', asking('/Library/Frameworks/F.framework/F')],
    ['that leave the system’s folders', asking('/usr/lib/../../x/libx.dylib')],
    ['in folders of Swift’s name', asking('@rpath/libswiftX/libx.dylib')],
    ['called as if they were Swift’s', asking('@rpath/libswiftAgora.dylib')],
    ['by other case', { ...asking('@rpath/f.framework/F'), ...F }],
    ['elsewhere than a run path leads', { ...asking('@rpath/F.framework/F'), 'res/F.framework/F': library() }],
    [
      'in an archive inside',
      { ...asking('@rpath/libx.dylib'), 'a.zip': buildZip([{ name: 'libx.dylib', data: library() }]) },
    ],
    ['of a debug build', asking('@rpath/App.debug.dylib')],
    [
      'of a debug build, opened by the stub itself',
      {
        ...app,
        App: executable({ sections: [{ segment: '__TEXT', section: '__debug_dylib', bytes: Uint8Array.of(65, 0) }] }),
      },
    ],
  ])('%s, absent', async (_name, files) => {
    expect(await ipa(files)).toEqual(['missing App']);
  });

  it.each<[string, Files]>([
    ['by a run path', { ...asking('@rpath/F.framework/F'), ...F }],
    ['beside the image', { ...asking('@loader_path/libx.dylib'), 'libx.dylib': library() }],
    ['the system’s', asking('/usr/lib/libz.1.dylib', '/System/Library/Frameworks/UIKit.framework/UIKit')],
    ['Swift’s', asking('@rpath/libswiftCore.dylib', '@rpath/libswift_Concurrency.dylib')],
    ['where no run path could be read', { ...app, App: executable({ dylibs: ['@rpath/F.framework/F'] }), ...F }],
    [
      'of an extension, in the app’s folder',
      {
        ...{ ...app, ...F, 'PlugIns/S.appex/Info.plist': plist('S') },
        'PlugIns/S.appex/S': executable({
          dylibs: ['@rpath/F.framework/F'],
          rpaths: ['@executable_path/../../Frameworks'],
        }),
      },
    ],
  ])('%s, there', async (_name, files) => {
    expect(await ipa(files)).toEqual([]);
  });

  it('linked weakly may be absent: said, and no reason to doubt', async () => {
    const report = await scan(bytesOf(asking({ name: '@rpath/F.framework/F', kind: 'weak' })));
    expect(report.complete).toBe(true);
    const detail = expect.stringMatching(/F\.framework\/F.*weakly/);
    expect(report.coverage).toContainEqual(expect.objectContaining({ reason: 'missing', detail, matters: false }));
    const both = asking({ name: '@rpath/F.framework/F', kind: 'weak' }, '@rpath/F.framework/F');
    expect(await ipa(both)).toEqual(['missing App']);
  });

  it('linked weakly by the thousand take a few lines', async () => {
    const many = Array.from({ length: 5000 }, (_, i) => ({ name: `@rpath/l${i}.dylib`, kind: 'weak' as const }));
    const report = await scan(bytesOf(asking(...many)));
    expect([report.complete, report.coverage.length < 40]).toEqual([true, true]);
    expect(report.coverage.map((line) => line.detail)).toContain('4980 more weakly linked libraries are absent');
  });

  it('that are no code are not there', async () => {
    const gaps = await ipa({ ...asking('@rpath/libx.dylib'), 'Frameworks/libx.dylib': 'a' });
    expect(gaps).toEqual(['missing App', 'malformed Frameworks/libx.dylib']);
  });

  it('that many ask for are said once', async () => {
    const other = library({ dylibs: ['@rpath/G.framework/G'] });
    const report = await scan(bytesOf({ ...asking('@rpath/G.framework/G'), 'a.dylib': other, 'b.dylib': other }));
    const lines = report.coverage.filter((line) => line.reason === 'missing');
    expect(lines.map((line) => line.detail)).toEqual([expect.stringContaining('2 others')]);
  });

  it('of a bare Mach-O are not aboard by nature: one line says so', async () => {
    const report = await scan(executable({ dylibs: ['@rpath/F.framework/F', '@rpath/G.framework/G'] }));
    expect(gaps(report)).toEqual(['missing Info.plist']);
  });

  it('by the ten thousand cost lookups up to a budget', async () => {
    const rpaths = Array.from({ length: 60 }, (_, i) => `@executable_path/d${i}`);
    const dylibs = Array.from({ length: 9000 }, (_, i) => `@rpath/lib${i}.dylib`);
    const folders = Object.fromEntries(rpaths.map((_, i) => [`d${i}/a`, 'a']));
    expect(await ipa({ ...app, ...folders, App: executable({ dylibs, rpaths }) })).toContain('budget (all libraries)');
  });
});
