import { createHash } from 'node:crypto';
import { readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Evidence, type Report, verify } from '../src/index.ts';
import { buildBinaryXml } from './build/axml.ts';
import { buildBundle } from './build/bundle.ts';
import { buildDex } from './build/dex.ts';
import { buildElf } from './build/elf.ts';
import { flipBit } from './build/flip.ts';
import { scan } from './build/verified.ts';
import { buildZip } from './build/zip.ts';
import { folder, type } from './cli/terminal.ts';

const times = <T>(count: number, make: (i: number) => T) => Array.from({ length: count }, (_, i) => make(i));
const json = (path: string) => JSON.parse(readFileSync(new URL(path, import.meta.url), 'utf8'));
const ios = () => buildBundle(json('golden/clubhouse/bundle.json'));

const manifest = {
  name: 'manifest',
  attributes: { package: 'cn.jpush.android.ui' },
  children: [
    {
      name: 'application',
      children: [
        { name: 'activity', attributes: { 'android:name': '.PushActivity' } },
        { name: 'service', attributes: { 'android:name': 'io.rong.imlib.ipc.RongService' } },
        { name: 'meta-data', attributes: { 'android:name': 'RONG_CLOUD_APP_KEY', 'android:value': 'schlüssel' } },
      ],
    },
  ],
};

/** An APK with a piece of every kind that Android has. */
function android(encoding: 'utf-8' | 'utf-16'): Uint8Array {
  const elf = buildElf({
    soname: 'libagora-rtc-sdk-jni.so',
    needed: ['libRongIMLib.so'],
    exports: ['createAgoraRtcEngine', 'Java_io_agora_rtc_Äöü_nativeInit', '_ZN8AgoraRTC5Audio4playEv'],
    imports: ['Java_io_rong_imlib_NativeObject_connect'],
    rodata: ['%d: Agora SDK ver %s build %d', 'vocs%d.agora.io', 'rtc.video.set_remote_default_video_stream_type'],
  });
  const stored = (files: Record<string, Uint8Array | string>, method: 0 | 8) =>
    buildZip(Object.entries(files).map(([name, data]) => ({ name, data, method })));
  const script = 'fetch("https://x.agora.io:8443/é?listener=%u&venderID=%s")\n';
  return stored(
    {
      'AndroidManifest.xml': buildBinaryXml(manifest, { encoding }),
      'classes.dex': dex(),
      'lib/arm64-v8a/libagora-rtc-sdk-jni.so': elf,
      'assets/stored.zip': stored({ 'lib/x.so': elf, 'deep.zip': stored({ 'a!b.js': script }, 8) }, 0),
      'assets/sdk.jar': stored({ 'io/agora/rtc/RtcEngine.class': new Uint8Array(4) }, 8),
      'assets/page.js.gz': gzipSync(script),
    },
    encoding === 'utf-8' ? 8 : 0,
  );
}

function dex(): Uint8Array {
  return buildDex({
    classes: [
      { name: 'io.agora.rtc.RtcEngine' },
      { name: `io.agora.rtc2.${'ä'.repeat(150)}` },
      { name: 'io.rong.imlib.common.BuildVar', staticFields: [{ name: 'SDK_VERSION', value: '2.9.22' }] },
    ],
    strings: ['http://argus.agoralab.co/x?listener=%u\u0001é😀', 'vocs%d.agora.io', '8.8.4.4'],
  });
}

/** Every place that evidence is shown at. */
function evidenceOf(report: Report): Evidence[] {
  return [
    ...report.detections.flatMap((d) => [...d.evidence, ...d.instances.flatMap((i) => i.versionAt ?? [])]),
    ...[...report.flows, ...report.findings].flatMap((each) => each.evidence),
    ...report.endpoints.flatMap((endpoint) => endpoint.at),
  ];
}

/** The same report without digests: what is left to tell are names and bytes. */
const withoutDigests = (report: Report) =>
  JSON.parse(JSON.stringify(report, (key, value) => (key === 'entrySha256' ? null : value)));

describe.each([
  ['an APK with UTF-8 strings', () => android('utf-8')],
  ['an APK with UTF-16 strings, stored', () => android('utf-16')],
  ['an IPA', ios],
])('the report of %s', (_name, build) => {
  it('does not hold once a bit of any span is turned, and says which piece', async () => {
    const bundle = build();
    const report = await scan(bundle);
    const bare = withoutDigests(report);
    const evidence = evidenceOf(report);
    const places = new Map(evidence.flatMap(({ path, spans }) => spans.map((s) => [`${path}@${s.offset}`, [path, s]])));
    expect(places.size).toBeGreaterThan(10);
    let turn = 0;
    for (const [path, { offset, length }] of places.values() as Iterable<
      [string, { offset: number; length: number }]
    >) {
      const at = offset + (turn % length);
      const changed = flipBit(bundle, path, at, turn++ % 8);
      const covering = evidence.filter(
        (e) => e.path === path && e.spans.some((s) => s.offset <= at && at < s.offset + s.length),
      );
      const failed = new Set((await verify(bare, changed)).failures.map((f) => `${f.path} ${f.clue} ${f.text}`));
      expect(failed).toEqual(new Set(covering.map((e) => `${e.path} ${e.clue} ${e.text}`)));
      // With digests all that the entry holds is in doubt, and what holds the entry.
      const all = await verify(JSON.parse(JSON.stringify(report)), changed);
      expect(all.bundle.holds).toBe(false);
      const paths = new Set(all.failures.map((f) => f.path));
      expect(paths.has(path)).toBe(true);
      for (const other of paths) expect(path === other || path.startsWith(`${other}!`)).toBe(true);
    }
  });

  it('has pieces of which none says more than its bytes', async () => {
    for (const { text, spans, encoding, how } of evidenceOf(await scan(build()))) {
      expect(how).not.toBe('');
      expect(text).not.toMatch(/…$/);
      const bytes = spans.reduce((sum, { length }) => sum + length, 0);
      expect(bytes).toBeLessThanOrEqual(170);
      if (encoding === 'ascii') expect(text.length).toBe(bytes);
    }
  });
});

it('names of any length and form are found again, in archives as well', async () => {
  const zip = (files: Record<string, Uint8Array | string>) =>
    buildZip(Object.entries(files).map(([name, data]) => ({ name, data })));
  const names = ['a!b.js', 'é\u0001\u202e.js', `${'ä'.repeat(900)}.js`, 'a.js', 'a.js (copy 2)', '__proto__'];
  // A host of its own for each, since of one host a few places are listed.
  const hosts: string[] = [];
  const scripts = (folder: string) =>
    Object.fromEntries(names.map((name) => [folder + name, `fetch("https://h${hosts.push(name)}.agora.io/a")`]));
  const bundle = zip({
    'AndroidManifest.xml': buildBinaryXml(manifest),
    'classes.dex': dex(),
    ...scripts('assets/'),
    'assets/a.zip': zip(scripts('')),
    [`assets/${'x'.repeat(1500)}.zip`]: zip({ 'deep\u0007.zip': zip(scripts('')) }),
    [`assets/a!b${'!'.repeat(40)}.zip`]: zip(scripts('')),
  });
  const report = await scan(bundle);
  expect(hosts).toHaveLength(4 * names.length);
  expect(report.endpoints.filter(({ host }) => /^h\d+\.agora\.io$/.test(host))).toHaveLength(hosts.length);
});

describe('what a report says is bounded and checked', () => {
  const piece = {
    clue: 'x/y',
    kind: 'string',
    path: 'Payload/Clubhouse.app/Info.plist',
    text: 'bplist00',
    encoding: 'ascii',
    spans: [{ offset: 0, length: 8 }],
    how: 'text in bytes',
    value: null,
    entrySha256: null,
  };
  const bundle = ios();
  const sha256 = createHash('sha256').update(bundle).digest('hex');
  const reportWith = (evidence: unknown) => ({
    schema: '2.0.0',
    bundle: { sha256 },
    detections: [{ evidence, instances: [] }],
  });
  const check = async (evidence: unknown) => verify(reportWith(evidence), bundle);

  it('takes a piece that holds', async () => {
    expect(await check([piece])).toMatchObject({ pieces: 1, holds: 1, decoded: 0, failures: [] });
    // Shown twice it is one piece.
    expect(await check([piece, { ...piece }])).toMatchObject({ pieces: 1, holds: 1 });
  });

  it.each<[string, object, RegExp]>([
    ['another text', { text: 'bplist01' }, /there stands "bplist00"/],
    ['another place', { spans: [{ offset: 1, length: 8 }] }, /there stands "plist00/],
    [
      'pieces in another order',
      {
        spans: [
          { offset: 4, length: 4 },
          { offset: 0, length: 4 },
        ],
      },
      /"st00bpli"/,
    ],
    ['bytes behind the end', { spans: [{ offset: 1e9, length: 8 }] }, /ends before/],
    ['another entry', { path: 'Payload/Clubhouse.app/Else.plist' }, /no entry of that name/],
    ['an archive that is none', { path: 'Payload/Clubhouse.app/Info.plist!a' }, /no entry of that name/],
    ['a name that is another', { encoding: 'name', spans: [], text: 'a' }, /name of the entry is another/],
    ['another digest', { entrySha256: 'ab'.repeat(32) }, /the entry has sha256/],
    ['another digest of what is decoded', { encoding: 'decoded', spans: [], entrySha256: 'ab'.repeat(32) }, /sha256/],
    ['no spans', { spans: [] }, /no piece of evidence/],
    ['a span without end', { spans: [{ offset: 0, length: 1e15 }] }, /no piece of evidence/],
    ['more spans than text', { spans: times(500, () => ({ offset: 0, length: 1 })) }, /no piece of evidence/],
    ['a span before the start', { spans: [{ offset: -1, length: 8 }] }, /no piece of evidence/],
    ['a length that is no number', { spans: [{ offset: 0, length: '8' }] }, /no piece of evidence/],
    ['an encoding that nobody knows', { encoding: 'rot13' }, /no piece of evidence/],
    ['a digest that is none', { entrySha256: 'ab' }, /no piece of evidence/],
  ])('%s does not hold', async (_name, change, why) => {
    const { failures, pieces, holds, decoded } = await check([piece, { ...piece, ...change }]);
    expect(failures.map((f) => f.why)).toEqual([expect.stringMatching(why)]);
    expect(holds).toBe(1);
    expect(pieces + decoded).toBe(2);
  });

  it('finds evidence wherever it stands, and what stands in its place', async () => {
    const bad = { ...piece, text: 'other' };
    for (const hidden of [
      { evidence: [bad] },
      { endpoints: [{ at: [bad] }] },
      { versionAt: bad },
      { new: [{ a: bad }] },
    ])
      expect((await verify({ ...reportWith([]), ...hidden }, bundle)).failures).toHaveLength(1);
    for (const none of [null, 3, 'x', [], {}]) expect((await check([none])).failures[0]?.why).toMatch(/no piece/);
    expect((await check({})).failures).toHaveLength(1);
  });

  it('takes the report of this bundle out of several, bare or beside a name', async () => {
    const other = { ...reportWith([{ ...piece, text: 'x' }]), bundle: { sha256: 'ab'.repeat(32) } };
    const own = reportWith([piece]);
    for (const document of [
      [other, own],
      [
        { file: 'a', report: other },
        { file: 'b', report: own },
      ],
      { report: own },
    ])
      expect(await verify(document, bundle)).toMatchObject({ pieces: 1, holds: 1, bundle: { holds: true } });
    expect((await verify(other, bundle)).bundle.holds).toBe(false);
    await expect(verify([other, other], bundle)).rejects.toThrow(/none of the 2 reports/);
  });

  it.each([
    null,
    3,
    'x',
    [],
    {},
    { schema: '1.0.0' },
    { schema: '2.0.0' },
    { schema: '2.0.0', bundle: { sha256: 'x' } },
    [[]],
    { ...reportWith([]), deep: times(100_000, () => 0).reduce<unknown>((deep) => [deep], piece) },
    reportWith(times(100_000, () => ({}))),
  ])('what is none is no report: %#', async (document) => {
    await expect(verify(document, bundle)).rejects.toMatchObject({ name: 'ScanError', code: 'bad-report' });
  });
});

describe('waybill verify', () => {
  const here = folder();
  afterAll(here.remove);
  const paths = { bundle: here.path('app.ipa'), report: here.path('report.json') };
  beforeAll(async () => {
    writeFileSync(paths.bundle, ios());
    await type(['scan', paths.bundle, '-o', `json=${paths.report}`, '--fail-on', 'none', '-q']);
  });

  it('0: says how many pieces hold', async () => {
    const { code, stdout, stderr } = await type(['verify', paths.report, paths.bundle]);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^(\d+) of \1 pieces hold\n/);
  });

  it('1: names each piece that does not hold, in words that a terminal does not obey', async () => {
    const text = readFileSync(paths.report, 'utf8').replaceAll('"config.agora.io"', '"\\u001b[2Jevil"');
    writeFileSync(here.path('bad.json'), text);
    const { code, stdout, stderr } = await type(['verify', here.path('bad.json'), paths.bundle]);
    expect(code).toBe(1);
    expect(stdout).toMatch(
      /AgoraRtcKit@\d+: endpoint: the report says "\\x1b\[2Jevil"; there stands "config\.agora\.io"/,
    );
    expect(stdout).not.toContain('\u001b');
    expect(stdout).toMatch(/(\d+) of (?!\1)\d+ pieces hold/);
    expect(stderr).toContain('does not hold');
    const other = here.path('other.ipa');
    writeFileSync(other, buildZip([{ name: 'Payload/A.app/Info.plist', data: 'x' }]));
    const swapped = await type(['verify', paths.report, other]);
    expect(swapped).toMatchObject({ code: 1, stdout: expect.stringMatching(/another bundle: its sha256 is/) });
  });

  it('64 for what is no report or too large, 65 for no bundle, 66 for what is not there', async () => {
    const none = here.path('none');
    writeFileSync(here.path('empty.json'), '{}');
    truncateSync(closed(here.path('large.json')), 65 * 1024 * 1024);
    expect((await type(['verify', here.path('empty.json'), paths.bundle])).code).toBe(64);
    expect((await type(['verify', here.path('large.json'), paths.bundle])).code).toBe(64);
    expect((await type(['verify', paths.report])).code).toBe(64);
    expect((await type(['verify', paths.report, paths.report])).code).toBe(65);
    expect((await type(['verify', none, paths.bundle])).code).toBe(66);
    expect((await type(['verify', paths.report, none])).code).toBe(66);
  });
});

function closed(path: string): string {
  writeFileSync(path, '');
  return path;
}
