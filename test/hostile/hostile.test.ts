import { readFileSync } from 'node:fs';
import { deflateRawSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Report, ScanError, scan } from '../../src/index.ts';
import { buildBinaryXml } from '../build/axml.ts';
import { buildDex } from '../build/dex.ts';
import { buildMachO } from '../build/macho.ts';
import { buildPlist } from '../build/plist.ts';
import { cases } from '../build/slow.ts';
import { buildZip } from '../build/zip.ts';
import { real } from '../real/compose.ts';
import { MOST_MEMORY, scanApart } from './apart.ts';

const manifest = buildBinaryXml({
  name: 'manifest',
  attributes: { package: 'org.example.app' },
  children: [{ name: 'application' }],
});
const apk = (files: Record<string, Uint8Array>) =>
  buildZip(Object.entries({ 'AndroidManifest.xml': manifest, ...files }).map(([name, data]) => ({ name, data })));
const ipa = (files: Record<string, Uint8Array>) =>
  buildZip(
    Object.entries({
      'Info.plist': buildPlist({ CFBundleIdentifier: 'org.example.app', CFBundleExecutable: 'App' }, 'binary'),
      App: buildMachO({ fileType: 'execute', platform: { name: 'ios', minos: '13.0' } }),
      ...files,
    }).map(([name, data]) => ({ name: `Payload/App.app/${name}`, data })),
  );
const gaps = (report: Report) => report.coverage.filter((line) => line.matters && line.state !== 'read');

async function refused(bytes: Uint8Array): Promise<ScanError> {
  const error = await scan(bytes).then(
    () => null,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(ScanError);
  return error as ScanError;
}

describe('what is no bundle', () => {
  it('empty', async () => {
    expect(await refused(new Uint8Array(0))).toMatchObject({
      code: 'not-a-bundle',
      message: 'the input: the file is empty',
    });
  });
  it('text', async () => {
    const error = await refused(new TextEncoder().encode('Dear reviewer, please find the app attached.'));
    expect(error).toMatchObject({ code: 'not-a-bundle' });
    expect(error.message).toContain('a text file');
  });
  it('a ZIP of something else', async () => {
    expect(await refused(buildZip([{ name: 'word/document.xml', data: 'x' }]))).toMatchObject({ code: 'not-a-bundle' });
  });
  it.each([
    'BundleConfig.pb',
    'toc.pb',
    'base.apk',
    'classes.jar',
    'X.xcframework/Info.plist',
    'X.framework/Info.plist',
    'Products/Applications/X.app/Info.plist',
  ])('the sign of a kind, and nothing of it: %s is no pass', async (name) => {
    const answer = await scan(buildZip([{ name, data: 'x' }])).catch((error: ScanError) => error.code);
    expect(['not-a-bundle', 'inconclusive']).toContain(typeof answer === 'string' ? answer : answer.verdict);
  });
});

it.each([
  ['BundleConfig.pb', 'aab'],
  ['toc.pb', 'apks'],
  ['base.apk', 'apks'],
])('what has nothing but the sign of a kind is of that kind, and not complete: %s', async (name, kind) => {
  const { bundle, complete } = await scan(buildZip([{ name, data: 'x' }]));
  expect([bundle.kind, complete]).toEqual([kind, false]);
});

it('truncated at seeded places: a typed error or an incomplete report, never complete', async () => {
  const places = cases(200, 40);
  const whole = readFileSync(real.settings());
  let seed = 20210212;
  const random = () => {
    // mulberry32
    seed = (seed + 0x6d2b79f5) | 0;
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  const outcomes = { errors: 0, incomplete: 0 };
  for (let i = 0; i < places; i++) {
    const length = Math.floor(random() * whole.length);
    try {
      const report = await scan(whole.subarray(0, length), { depth: 'names' });
      expect(report.complete, `cut at ${length}`).toBe(false);
      expect(gaps(report).some((line) => line.offset !== null || line.reason === 'depth')).toBe(true);
      outcomes.incomplete++;
    } catch (error) {
      expect(error, `cut at ${length}`).toBeInstanceOf(ScanError);
      outcomes.errors++;
    }
  }
  expect(outcomes.errors + outcomes.incomplete).toBe(places);
});

it('one corrupt entry among 1,000 is named with its place, and the rest is read', async () => {
  const entries = Array.from({ length: 1000 }, (_, i) => ({
    name: `assets/${i}.js`,
    data: new TextEncoder().encode(`const n = ${i}; fetch('https://host${i}.example.com/x');`),
  }));
  const broken = entries.map((entry) =>
    entry.name === 'assets/500.js' ? { ...entry, raw: new Uint8Array(60).fill(0xff) } : entry,
  );
  const code = { name: 'classes.dex', data: buildDex({ classes: [{ name: 'org.example.Main' }] }) };
  const report = await scan(buildZip([{ name: 'AndroidManifest.xml', data: manifest }, code, ...broken]));
  expect(gaps(report)).toEqual([
    expect.objectContaining({ path: 'assets/500.js', state: 'partial', reason: 'malformed', offset: 0 }),
  ]);
  expect(report.endpoints).toHaveLength(999);
  expect(report.verdict).toBe('inconclusive');
});

it('AXML with a zero-size chunk', async () => {
  const bytes = manifest.slice();
  // The chunk after the string pool: its size becomes zero, on which a naive reader never moves on.
  const view = new DataView(bytes.buffer);
  view.setUint32(8 + view.getUint32(12, true) + 4, 0, true);
  const report = await scan(buildZip([{ name: 'AndroidManifest.xml', data: bytes }]));
  expect(gaps(report)[0]).toMatchObject({
    path: 'AndroidManifest.xml',
    reason: 'malformed',
    offset: expect.any(Number),
  });
});

it('DEX with offsets past the end', async () => {
  const dex = buildDex({ classes: [{ name: 'org.example.Main' }] });
  const view = new DataView(dex.buffer);
  view.setUint32(0x3c, 0x7fffff00, true);
  view.setUint32(0x60, 0xffffffff, true);
  const report = await scan(apk({ 'classes.dex': dex }));
  expect(gaps(report)).toEqual([
    expect.objectContaining({ path: 'classes.dex', format: 'dex', reason: 'malformed', offset: expect.any(Number) }),
  ]);
  expect(report.verdict).toBe('inconclusive');
});

it('Mach-O that claims four billion load commands', async () => {
  const binary = buildMachO({ fileType: 'execute' });
  new DataView(binary.buffer).setUint32(16, 0xffffffff, true);
  const report = await scan(ipa({ App: binary }));
  expect(gaps(report)[0]).toMatchObject({ path: 'Payload/App.app/App', format: 'macho', offset: expect.any(Number) });
});

it('names that would climb out of a folder, or out of an object, are only names', async () => {
  const report = await scan(apk({ '../../evil.js': manifest, ['__proto__']: manifest, constructor: manifest }));
  expect(report.bundle.entries).toBe(4);
  expect(report.anomalies).toContainEqual(expect.objectContaining({ code: 'zip.hostile-name', path: '../../evil.js' }));
  expect(Object.getPrototypeOf(report)).toBe(Object.prototype);
});

describe('what grows', () => {
  let bomb: Uint8Array;
  beforeAll(() => {
    bomb = deflateRawSync(new Uint8Array(500_000_000));
  });

  it.each([
    ['honest', 500_000_000],
    ['claiming ten bytes', 10],
  ])('a 500 MB deflate bomb, %s, stops at its budget', (_name, size) => {
    const report = scanApart(
      buildZip([
        { name: 'AndroidManifest.xml', data: manifest },
        { name: 'assets/bomb.bin', data: new Uint8Array(1), raw: bomb, central: { size }, local: { size } } as never,
      ]),
    );
    const lines = report.coverage.filter((line) => line.path === 'assets/bomb.bin');
    expect(lines).toContainEqual(
      expect.objectContaining({ reason: 'budget', offset: expect.any(Number), matters: true }),
    );
    expect(report.maxRSS).toBeLessThan(MOST_MEMORY);
    expect(report.verdict).toBe('inconclusive');
  });

  it('a 160-byte property list of shared references', () => {
    // Nine arrays, each ten times the next one: ten to the ninth objects when expanded.
    const parts: number[] = [...new TextEncoder().encode('bplist00')];
    const offsets: number[] = [];
    for (let level = 0; level < 9; level++) {
      offsets.push(parts.length);
      parts.push(0xaa, ...new Array<number>(10).fill(level + 1));
    }
    offsets.push(parts.length);
    parts.push(0x51, 0x78);
    const table = parts.length;
    parts.push(...offsets);
    parts.push(0, 0, 0, 0, 0, 0, 1, 1, ...[10, 0, table].flatMap((n) => [0, 0, 0, 0, 0, 0, 0, n]));
    const bytes = Uint8Array.from(parts);
    expect(bytes.length).toBeLessThanOrEqual(160);
    const report = scanApart(ipa({ 'Info.plist': bytes }));
    expect(report.coverage).toContainEqual(
      expect.objectContaining({ path: 'Payload/App.app/Info.plist', state: 'unreadable', offset: expect.any(Number) }),
    );
    expect(report.maxRSS).toBeLessThan(MOST_MEMORY);
  });
});

describe('an entry marked as encrypted', () => {
  const dex = buildDex({ classes: [{ name: 'io.agora.rtc.RtcEngine' }] });
  const scanned = (raw?: Uint8Array) =>
    scan(
      buildZip([
        { name: 'AndroidManifest.xml', data: manifest },
        { name: 'classes.dex', data: dex, local: { flags: 1 }, central: { flags: 1 }, ...(raw ? { raw } : {}) },
      ]),
    );

  it('that is not, is read', async () => {
    const report = await scanned();
    expect(report.detections.map(({ sdk }) => sdk)).toContain('agora-rtc');
    expect(report.anomalies.map(({ code }) => code)).toContain('zip.encryption-flag');
    expect(gaps(report)).toEqual([]);
  });

  it('whose noise happens to be a whole deflate stream, is behind a password too', async () => {
    // An empty final block, then noise.
    const report = await scanned(Uint8Array.from([3, 0, ...Array.from({ length: 300 }, (_, i) => (i * 31) & 0xff)]));
    expect(gaps(report)).toContainEqual(expect.objectContaining({ path: 'classes.dex', reason: 'password' }));
    expect(report.verdict).toBe('inconclusive');
  });

  it('that is, is behind a password, and the answer incomplete', async () => {
    const packed = deflateRawSync(dex);
    const report = await scanned(packed.map((byte, i) => byte ^ (i * 73 + 41)));
    expect(gaps(report)).toContainEqual(expect.objectContaining({ path: 'classes.dex', reason: 'password' }));
    expect(report.verdict).toBe('inconclusive');
  });
});
