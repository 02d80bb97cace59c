import { deflateRawSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { defaultBudgets } from '../../src/budgets.ts';
import { singleArchive } from '../../src/bundle/archive.ts';
import { Streamer } from '../../src/bundle/content.ts';
import { readIpa } from '../../src/bundle/kinds/ipa-documents.ts';
import { instancesOf } from '../../src/detect/instances.ts';
import { CoverageLog } from '../../src/features/coverage-log.ts';
import { GatheredFeatures } from '../../src/features/gathered.ts';
import { libraryName } from '../../src/features/kinds/macho.ts';
import { readFat, readMachO } from '../../src/formats/macho/index.ts';
import { readBytes } from '../../src/formats/parsing.ts';
import { entryName, passageOfName } from '../../src/formats/passage.ts';
import { type Coverage, loadRules, type Report, render, scan } from '../../src/index.ts';
import type { EntryFeatures } from '../../src/inventory/facts.ts';
import { nodeRuntime } from '../../src/runtime/node.ts';
import { memorySource } from '../../src/runtime/runtime.ts';
import { growth } from '../build/growth.ts';
import { buildMachO } from '../build/macho.ts';
import { buildPlist } from '../build/plist.ts';
import { isSlow } from '../build/slow.ts';
import { buildZip } from '../build/zip.ts';
import { report as sample } from '../render/fixture.ts';
import { MOST_MEMORY, scanApart } from './apart.ts';

/** Four times the input: 4 where work grows in step with it, 16 where it is quadratic. */
const IN_STEP = 12;

const times = <T>(count: number, make: (i: number) => T) => Array.from({ length: count }, (_, i) => make(i));
const text = (value: string) => new TextEncoder().encode(value);

/** Entries of these names that share the bytes of one: as large a directory as one likes, on nearly no content. */
function sharing(names: readonly string[], data: Uint8Array | string = ''): Uint8Array {
  return buildZip([
    { name: 'AndroidManifest.xml', data, method: 0 },
    ...names.map((name) => ({ name, data, method: 0 as const, local: null, central: { headerOffset: 0 } })),
  ]);
}

/** A scan of one such file for each size, built beforehand. */
function scans(size: number, make: (count: number) => Uint8Array): (count: number) => Promise<Report> {
  const files = new Map([size, 4 * size].map((count) => [count, make(count)]));
  return (count) => scan(files.get(count)!);
}

const gaps = (report: Pick<Report, 'coverage'>) =>
  report.coverage.filter((line) => line.matters && line.state !== 'read');

describe('names of libraries', () => {
  it.each([
    ['X.framework/X', 'X.framework'],
    ['@rpath/A.framework/Versions/A/A', 'A.framework'],
    ['/a/.framework/B.framework/B', 'B.framework'],
    ['/usr/lib/libz.dylib', 'libz.dylib'],
    ['.framework/x', 'x'],
    ['libz.framework', 'libz.framework'],
  ])('%s is %s', (path, name) => expect(libraryName(path)).toBe(name));

  it.each(['a', '.framework', '.framework/'])('of any length, made of %s', async (part) => {
    expect(await growth((count) => libraryName(part.repeat(count)), 8000)).toBeLessThan(IN_STEP);
  });

  it('are cut where a load command holds more than a path may have', () => {
    const bytes = buildMachO({ dylibs: ['a'.repeat(240_000), '/usr/lib/libz.dylib'] });
    const [slice] = readBytes(readFat(bytes.length, defaultBudgets), bytes).slices;
    const image = readBytes(readMachO(slice!, defaultBudgets), bytes);
    expect(image.dylibs.map((dylib) => dylib.name.length)).toEqual([4096, 19]);
    const message = 'a name of 240000 bytes is cut to 4096';
    expect(image.problems).toEqual([{ offset: expect.any(Number), message, reason: 'budget' }]);
  });
});

describe('many entries', () => {
  it('with libraries of one name are one line that counts them', async () => {
    const run = scans(2000, (count) => sharing(times(count, (i) => `lib/${i}/libx.so`)));
    const { unidentified } = await run(2000);
    expect(unidentified).toEqual([
      expect.objectContaining({
        name: 'libx.so',
        paths: ['lib/0/libx.so', 'lib/1/libx.so', 'lib/10/libx.so', 'lib/100/libx.so'],
        more: 1996,
      }),
    ]);
    expect(await growth(run, 2000)).toBeLessThan(IN_STEP);
  });

  it('with an SDK in each are counted beyond what is listed', async () => {
    const macho = buildMachO({ exports: ['_OBJC_CLASS_$_AgoraRtcEngineKit'], objcClasses: ['AgoraRtcEngineKit'] });
    const run = scans(500, (count) =>
      sharing(
        times(count, (i) => `Payload/A.app/${i}`),
        macho,
      ),
    );
    const agora = (await run(500)).detections.find((d) => d.sdk === 'agora-rtc');
    expect(agora?.instances).toHaveLength(200);
    // The manifest's bytes are the same Mach-O: they are no manifest, which is said, and are searched like any data.
    expect(agora?.moreInstances).toBe(301);
    const sdk = (await loadRules()).sdks.get('agora-rtc')!;
    const clue = sdk.clues.find((c) => c.strength === 'strong')!;
    // By name alone: a place without an instruction set was compared with every other.
    const hit = { clue: 'agora-rtc/x', grade: 'defined', seen: entryName('x'), arch: null } as const;
    const met = (count: number) =>
      times(count, (i) => ({ clue, id: 'agora-rtc/x', hit, entry: features({ path: `lib/${i}/x.so` }) }));
    const lists = new Map([3000, 12_000].map((count) => [count, met(count)]));
    expect(await growth((count) => instancesOf(sdk, lists.get(count)!, []), 3000)).toBeLessThan(IN_STEP);
  });

  it('with an anomaly each list a few of a kind', async () => {
    const run = scans(2000, (count) => sharing(times(count, (i) => `a/${i}`)));
    const { anomalies } = await run(2000);
    expect(anomalies.length).toBeLessThan(400);
    expect(anomalies).toContainEqual(
      expect.objectContaining({
        path: null,
        detail: expect.stringMatching(/^\d+ more of the kind, in other entries$/),
      }),
    );
    expect(await growth(run, 2000)).toBeLessThan(IN_STEP);
  });

  it('that cannot be read list a thousand and count the rest', () => {
    const log = new CoverageLog();
    const line: Coverage = {
      path: '',
      format: 'elf',
      state: 'unreadable',
      reason: 'malformed',
      offset: 4,
      detail: 'x',
      matters: true,
    };
    for (let i = 0; i < 1500; i++) log.add({ ...line, path: `${i}`, detail: `detail ${i}` });
    log.add({ ...line, path: 'other', reason: 'budget' });
    for (let i = 0; i < 7; i++) log.add({ ...line, path: `${i}`, state: 'read', reason: null });
    const lines = log.list();
    expect(lines).toHaveLength(1003);
    expect(lines).toContainEqual(expect.objectContaining({ path: 'other' }));
    expect(lines).toContainEqual(
      expect.objectContaining({ path: '(500 more entries)', reason: 'malformed', matters: true }),
    );
    expect(lines).toContainEqual(expect.objectContaining({ path: '(7 entries)', state: 'read' }));
  });

  it('that say nothing are not kept', () => {
    const kept = new GatheredFeatures(defaultBudgets);
    for (let i = 0; i < 100; i++) kept.add(features({ path: `a/${i}` }));
    kept.add(features({ native: { kind: 'library', name: 'libx.so', main: false } }));
    expect(kept.entries).toHaveLength(1);
    expect(kept.coverage.list()).toEqual([]);
  });

  it('that say the same without end say so: no SDK hides behind another', () => {
    const kept = new GatheredFeatures({ ...defaultBudgets, endpoints: 1 });
    const hit = { grade: 'defined', seen: entryName('x'), arch: null } as const;
    const endpoint = { host: 'example.com', url: null, scheme: null, seen: passageOfName('example.com', 1, 'x') };
    const flood = features({ hits: times(5000, () => ({ ...hit, clue: 'a/1' })), endpoints: [endpoint] });
    for (let i = 0; i < 50; i++) kept.add(flood);
    kept.add(features({ path: 'last', hits: [{ ...hit, clue: 'a/2' }] }));
    expect(kept.entries.flatMap((e) => e.hits).length).toBe(200_001);
    expect(kept.entries.at(-1)?.hits).toEqual([{ ...hit, clue: 'a/2' }]);
    expect(kept.entries.flatMap((e) => e.endpoints).length).toBe(20);
    expect(kept.entries.reduce((sum, e) => sum + e.moreEndpoints, 0)).toBe(30);
    expect(kept.dropped).toEqual([
      expect.objectContaining({ reason: 'budget', matters: true, detail: expect.stringMatching(/^50000 hits more/) }),
    ]);
  });

  it.runIf(isSlow)('take little memory, be they 199,000: those over the budget are said to be unread', () => {
    const report = scanApart(sharing(times(199_000, (i) => `a/${i}`)));
    expect(gaps(report)).toContainEqual(expect.objectContaining({ detail: expect.stringMatching(/entries.*65536/) }));
    expect(report.maxRSS).toBeLessThan(MOST_MEMORY);
  });
});

it('the text of a report groups in step with what it groups', async () => {
  const anomaly = { code: 'zip.duplicate-name', path: 'a', offset: 1, detail: 'again' } as const;
  const flow = sample.flows[0]!;
  const run = (count: number) =>
    render(
      {
        ...sample,
        anomalies: times(count, () => anomaly),
        flows: times(count / 10, (i) => ({ ...flow, id: `${flow.id}${i}` })),
      },
      'text',
    );
  expect(await growth(run, 5000)).toBeLessThan(IN_STEP);
});

describe('property lists', () => {
  const plist = buildPlist({ CFBundleExecutable: 'A' }, 'binary');
  const framework = (i: number) => `Payload/A.app/Frameworks/X${i}.framework/Info.plist`;

  it('are asked for their executables in step with the paths', async () => {
    const content = { source: memorySource(plist), offset: 0, length: plist.length, claimed: plist.length };
    const locate = async () => ({ content: { ...content, coding: 'stored' as const }, anomalies: [], close() {} });
    const entries = (count: number) =>
      [...times(count, framework), ...times(40 * count, (i) => `Payload/A.app/Y/${i}`)].map((path) => ({
        ...{ path, size: 0, position: 0, crc32: null },
        locate,
      }));
    const streamer = new Streamer(nodeRuntime.inflater());
    const reader = { streamer, runtime: nodeRuntime, budgets: defaultBudgets };
    const archive = { ...singleArchive(memorySource(plist), ''), listed: 0 };
    const lists = new Map([480, 1920].map((count) => [count, { ...archive, entries: entries(count) }]));
    const shared = { roots: ['Payload/A.app/'], folder: '', reader, wantsKey: () => false };
    const run = (count: number) => readIpa({ archive: lists.get(count)!, ...shared });
    // Theirs, the app's own, and its Info.plist.
    expect((await run(480)).coverage.filter((line) => line.reason === 'missing')).toHaveLength(482);
    // Reading the lists is most of it: asking each of them for every path made 10 to 14.
    expect(await growth(run, 480)).toBeLessThan(8);
  });

  it('an executable under Versions is not missing, one under another name is', async () => {
    const report = await scan(
      sharing(
        ['Payload/A.app/Info.plist', framework(1), framework(2), 'Payload/A.app/Frameworks/X1.framework/Versions/A/A'],
        plist,
      ),
    );
    const missing = report.coverage.filter((line) => line.reason === 'missing').map((line) => line.path);
    expect(missing).toEqual(['Payload/A.app/A', 'Payload/A.app/Frameworks/X2.framework/A']);
  });

  it('beyond 2,000 are counted as unread, and the app’s own is among those that are read', async () => {
    const report = await scan(sharing([...times(2005, framework), 'Payload/A.app/Info.plist'], plist));
    expect(gaps(report)).toContainEqual(
      expect.objectContaining({ reason: 'budget', detail: '6 Info.plist files more than 2000 were not read' }),
    );
    expect(gaps(report)).toContainEqual(expect.objectContaining({ path: 'Payload/A.app/A', reason: 'missing' }));
  });
});

describe('archives in archives', () => {
  const noise = (length: number) => {
    let seed = 1;
    return Uint8Array.from({ length }, () => {
      seed = Math.imul(seed, 48_271) >>> 0;
      return seed >>> 24;
    });
  };
  const zip = (name: string, data: Uint8Array, method: 0 | 8) => buildZip([{ name, data, method }]);
  const apk = (name: string, data: Uint8Array, method: 0 | 8) =>
    buildZip([
      { name: 'AndroidManifest.xml', data: 'x' },
      { name, data, method },
    ]);
  const reads = (report: Report, what: string) => report.coverage.some((line) => line.path === what);

  it('packed, share one budget of bytes', async () => {
    const inner = zip('b.zip', zip('c.js', noise(40_000), 8), 8);
    const bytes = apk('a.zip', inner, 8);
    const roomy = await scan(bytes, { budgets: { nestedBytes: 100_000 } });
    expect(reads(roomy, 'a.zip!b.zip')).toBe(false);
    const tight = await scan(bytes, { budgets: { nestedBytes: 60_000 } });
    expect(gaps(tight)).toContainEqual(expect.objectContaining({ path: 'a.zip!b.zip', reason: 'budget' }));
  });

  it('stored, are read where they stand, whatever their size', async () => {
    const url = text(`fetch('https://deep.example.com/${'x'.repeat(500)}')`);
    const inner = zip(
      'b.zip',
      zip(
        'c.zip',
        buildZip([
          { name: 'pad', data: noise(40_000), method: 0 },
          { name: 'd.js', data: url },
        ]),
        0,
      ),
      0,
    );
    const report = await scan(apk('a.zip', inner, 0), { budgets: { nestedBytes: 1000 } });
    expect(report.endpoints).toContainEqual(
      expect.objectContaining({
        host: 'deep.example.com',
        at: [expect.objectContaining({ path: 'a.zip!b.zip!c.zip!d.js' })],
      }),
    );
    expect(gaps(report).filter((line) => line.path.startsWith('a.zip'))).toEqual([]);
  });

  it('have one budget of entries with the bundle; those with the same bytes are listed once', async () => {
    const inner = (i: number) => buildZip(times(30, (j) => ({ name: `${i}-${j}`, data: 'x' })));
    const over = (report: Report) =>
      gaps(report).filter((line) => line.detail === 'the bundle holds more than 100 entries');
    const apart = buildZip([
      { name: 'AndroidManifest.xml', data: 'x' },
      ...times(50, (i) => ({ name: `${i}.zip`, data: inner(i) })),
    ]);
    expect(over(await scan(apart, { budgets: { entries: 100 } })).length).toBeGreaterThan(40);
    const same = sharing(
      times(50, (i) => `${i}.zip`),
      inner(0),
    );
    expect(over(await scan(same, { budgets: { entries: 100 } }))).toEqual([]);
  });

  it.runIf(isSlow)('three of 63 MiB stored in one another, packed once, take little memory', () => {
    let bytes = zip('pad', new Uint8Array(62 * 1024 * 1024), 0);
    for (let level = 0; level < 2; level++) bytes = zip('n.zip', bytes, 0);
    const raw = deflateRawSync(bytes);
    const sizes = { size: bytes.length };
    const report = scanApart(
      buildZip([
        { name: 'AndroidManifest.xml', data: 'x' },
        { name: 'n.zip', data: '', raw, central: sizes, local: sizes },
      ]),
    );
    expect(report.maxRSS).toBeLessThan(MOST_MEMORY);
  });
});

it('a second pass over an entry counts as much as the first', async () => {
  const script = (i: number) => ({
    name: `${i}.js`,
    data: `fetch('https://e${i}.example.com/')${' '.repeat(100_000)}`,
  });
  const bytes = buildZip([{ name: 'AndroidManifest.xml', data: 'x' }, script(1), script(2)]);
  // Each is read twice, the second time for its digest.
  const whole = await scan(bytes, { budgets: { totalBytes: 410_000 } });
  expect(gaps(whole).filter((line) => line.reason === 'budget')).toEqual([]);
  const cut = await scan(bytes, { budgets: { totalBytes: 210_000 } });
  expect(gaps(cut)).toContainEqual(expect.objectContaining({ path: '2.js', reason: 'budget' }));
});

function features(some: Partial<EntryFeatures>): EntryFeatures {
  return {
    path: 'a',
    format: 'data',
    platform: null,
    size: 0,
    sha256: null,
    arch: null,
    slices: [],
    container: null,
    entitlements: null,
    hits: [],
    moreHits: new Map(),
    versions: [],
    endpoints: [],
    moreEndpoints: 0,
    native: null,
    loads: [],
    libraries: [],
    signature: null,
    linkage: null,
    packages: new Map(),
    opaque: null,
    coverage: [],
    anomalies: [],
    ...some,
  };
}
