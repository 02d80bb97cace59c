import { gzipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { loadRules, type Report } from '../../src/index.ts';
import { scan as webScan } from '../../src/web.ts';
import { agoraClasses } from '../build/agora.ts';
import { buildBinaryXml } from '../build/axml.ts';
import { buildDex } from '../build/dex.ts';
import { buildElf } from '../build/elf.ts';
import { buildFat, buildMachO } from '../build/macho.ts';
import { buildPlist } from '../build/plist.ts';
import { buildPairs } from '../build/signing.ts';
import { scan } from '../build/verified.ts';
import { type BuildEntry, type BuildOptions, buildZip, concat, extraField, fields } from '../build/zip.ts';

/** A payload at every place that a format leaves room for: it is found, or the answer is not complete. */

const utf8 = new TextEncoder();
const manifest = buildBinaryXml({ name: 'manifest', attributes: { package: 'org.example' } });
const empty = buildDex({ classes: [{ name: 'org.example.Main' }] });

const payloads: Readonly<Record<string, Uint8Array>> = {
  text: utf8.encode('x=1 https://ap1.agora.io/v1/join?uid={uid}&channel={channel} '),
  DEX: buildDex({ classes: [{ name: 'io.agora.rtc.RtcEngine' }] }),
  ELF: buildElf({ soname: 'libagora-rtc-sdk-jni.so', exports: ['createAgoraRtcEngine'] }),
  ZIP: buildZip([{ name: 'classes.dex', data: buildDex({ classes: [{ name: 'io.agora.rtc.RtcEngine' }] }) }]),
  gzip: gzipSync(buildDex({ classes: [{ name: 'io.agora.rtc.RtcEngine' }] })),
};

const apk = (files: Record<string, Uint8Array>, change: Partial<BuildEntry> = {}, options: BuildOptions = {}) =>
  buildZip(
    [
      { name: 'AndroidManifest.xml', data: manifest },
      { name: 'classes.dex', data: empty },
      ...Object.entries(files).map(([name, data]) => ({ name, data })),
      { name: 'assets/a.txt', data: 'nothing, nothing, nothing, nothing', ...change },
    ],
    options,
  );
const ipa = (files: Record<string, Uint8Array>, executable = buildMachO({})) =>
  buildZip(
    Object.entries({
      'Info.plist': buildPlist({ CFBundleIdentifier: 'org.example', CFBundleExecutable: 'App' }, 'binary'),
      App: executable,
      ...files,
    }).map(([name, data]) => ({ name: `Payload/App.app/${name}`, data })),
  );

/** A deflate stream as the builder writes it, and what is put behind it inside the claimed size. */
const packed = () => buildZip([{ name: 'a', data: 'nothing, nothing, nothing, nothing' }]);
const stream = () => {
  const zip = packed();
  const length = new DataView(zip.buffer, zip.byteOffset).getUint32(18, true);
  return zip.slice(31, 31 + length);
};
const extra = (id: number) => (payload: Uint8Array) => extraField(id, payload);

const inZip: Readonly<Record<string, (payload: Uint8Array) => Uint8Array>> = {
  'before the archive, not counted in': (p) => apk({}, {}, { prepend: { bytes: p, fixed: false } }),
  'before the archive, counted in': (p) => apk({}, {}, { prepend: { bytes: p, fixed: true } }),
  'behind the archive': (p) => apk({}, {}, { append: p }),
  'comment of the archive': (p) => apk({}, {}, { comment: p }),
  'comment of an entry': (p) => apk({}, { central: { comment: p } }),
  'extra field of the directory': (p) => apk({}, { central: { extra: extra(0x4242)(p) } }),
  'known extra field of the directory, too long': (p) => apk({}, { central: { extra: extra(0x5455)(p) } }),
  'extra field that is no record': (p) => apk({}, { central: { extra: concat(fields([2, 7], [2, 0xffff]), p) } }),
  'extra field of a local header': (p) => apk({}, { local: { extra: extra(0x4242)(p) } }),
  'padding of a local header that is none': (p) =>
    apk({}, { local: { extra: extra(0xd935)(concat(fields([2, 4]), p)) } }),
  'another name in the local header': (p) => apk({}, { local: { name: p } }),
  'between entries': (p) => apk({}, { before: concat(new Uint8Array(40), p) }),
  'behind a directory': (p) =>
    buildZip([
      { name: 'AndroidManifest.xml', data: manifest },
      { name: 'classes.dex', data: empty },
      { name: 'assets/', data: '', method: 0 },
      { name: 'assets/b', data: 'nothing', before: p },
    ]),
  'extra field of a directory': (p) =>
    buildZip([
      { name: 'AndroidManifest.xml', data: manifest },
      { name: 'classes.dex', data: empty },
      { name: 'assets/', data: '', method: 0, local: { extra: extra(0x4242)(p) } },
    ]),
  'content of a directory': (p) => apk({}, { name: 'assets/x/', raw: p, local: { size: 0 }, central: { size: 0 } }),
  'stored content of a directory': (p) => apk({}, { name: 'assets/x/', data: p, method: 0 }),
  'behind a deflate stream, inside its claimed size': (p) => apk({}, { raw: concat(stream(), p) }),
  'behind stored content, inside its packed size': (p) =>
    apk(
      {},
      { method: 0, data: 'nothing', raw: concat(utf8.encode('nothing'), p), local: { size: 7 }, central: { size: 7 } },
    ),
  'in the place of a data descriptor': (p) =>
    apk({}, { descriptor: false, local: { flags: 8 }, central: { flags: 8 }, raw: concat(stream(), p) }),
  'between directory and end record': (p) => apk({}, {}, { afterDirectory: p }),
  'pair of the signing block': (p) => apk({}, {}, { signingBlock: buildPairs([{ id: 0x0badcafe, value: p }]) }),
};

const inEntries: Readonly<Record<string, (payload: Uint8Array) => Uint8Array>> = {
  'behind a DEX': (p) => concat(empty, p),
  'link section of a DEX': (p) => {
    const bytes = concat(empty, p);
    const view = new DataView(bytes.buffer);
    view.setUint32(32, bytes.length, true);
    view.setUint32(44, p.length, true);
    view.setUint32(48, empty.length, true);
    view.setUint32(104, bytes.length - view.getUint32(108, true), true);
    return bytes;
  },
  'data section of a DEX, behind its map': (p) => {
    const bytes = concat(empty, p);
    const view = new DataView(bytes.buffer);
    view.setUint32(32, bytes.length, true);
    view.setUint32(104, bytes.length - view.getUint32(108, true), true);
    return bytes;
  },
  'behind a gzip member': (p) => concat(gzipSync(utf8.encode('nothing')), p),
  'further gzip member': (p) => concat(gzipSync(utf8.encode('nothing')), gzipSync(p)),
  'name of a gzip file': (p) => {
    const plain = gzipSync(utf8.encode('nothing'), { mtime: 0 });
    return concat(plain.slice(0, 3), Uint8Array.of(8), plain.slice(4, 10), p, Uint8Array.of(0), plain.slice(10));
  },
  'extra field of a gzip file': (p) => {
    const plain = gzipSync(utf8.encode('nothing'), { mtime: 0 });
    return concat(plain.slice(0, 3), Uint8Array.of(4), plain.slice(4, 10), fields([2, p.length]), p, plain.slice(10));
  },
  'behind an ELF': (p) => concat(buildElf({ soname: 'libx.so' }), p),
  'behind binary XML': (p) => concat(manifest, p),
  'behind a ZIP inside': (p) => concat(buildZip([{ name: 'a', data: 'nothing' }]), p),
  'before a ZIP inside': (p) => concat(utf8.encode('sixteen bytes ok'), buildZip([{ name: 'a', data: p }])),
  'comment of an entry of a ZIP inside': (p) => buildZip([{ name: 'a', data: 'nothing', central: { comment: p } }]),
};

const inIpa: Readonly<Record<string, (payload: Uint8Array) => Uint8Array>> = {
  'behind a Mach-O': (p) => ipa({}, concat(buildMachO({}), new Uint8Array(8), p)),
  'slice that no fat header lists': (p) =>
    ipa({}, concat(buildFat([{ arch: 'arm64', bytes: buildMachO({}) }]), new Uint8Array(64), p)),
  'data of an Info.plist': (p) =>
    ipa({ 'X.bundle/Info.plist': buildPlist({ CFBundleIdentifier: 'org.x', Blob: p } as never, 'binary') }),
  'behind the objects of an Info.plist': (p) => {
    const plist = buildPlist({ CFBundleIdentifier: 'org.x' }, 'binary');
    const bytes = concat(plist.slice(0, -32), p, plist.slice(-32));
    return ipa({ 'X.bundle/Info.plist': bytes });
  },
};

const found = ({ detections, endpoints }: Report) =>
  detections.some(({ sdk }) => sdk === 'agora-rtc') || endpoints.some(({ host }) => host.endsWith('agora.io'));

async function check(bytes: Uint8Array, kind: string) {
  const report = await scan(bytes);
  expect({ found: found(report), complete: report.complete }).not.toEqual({ found: false, complete: true });
  // A host alone is no finding yet; code that is found or not read is.
  if (kind !== 'text') expect(report.verdict).not.toBe('pass');
}

/** Where what is packed does not end the content, or lies behind an image, it is for a decoder to tell. */
const forDecoders = (kind: string, place: string) =>
  (kind === 'gzip' && /Mach-O|ELF|XML|slice|plist/.test(place)) || (kind === 'ZIP' && place.includes('plist'));

describe.each(Object.entries(payloads))('%s', (kind, payload) => {
  const places = (all: typeof inZip) => Object.entries(all).filter(([place]) => !forDecoders(kind, place));
  it.each(places(inZip))('%s', async (_place, build) => check(build(payload), kind));
  it.each(places(inEntries))('%s', async (_place, build) => check(apk({ 'assets/a.bin': build(payload) }), kind));
  it.each(places(inIpa))('%s', async (_place, build) => check(build(payload), kind));
});

describe('what tools write is no gap', () => {
  it.each([
    ['zeros', apk({}, { before: new Uint8Array(100) })],
    ['alignment', apk({}, { method: 0, align: 16384 })],
    ['times', apk({}, { local: { extra: extra(0x5455)(Uint8Array.of(1, 1, 2, 3, 4)) } })],
    ['data descriptors', apk({}, { descriptor: true })],
    ['four bytes behind a DEX', apk({ 'classes2.dex': concat(empty, Uint8Array.of(1, 2, 3, 4)) })],
    ['a name of a gzip file', apk({ 'assets/a.gz': gzipSync(utf8.encode('nothing'), { filename: 'a.txt' }) })],
  ])('%s', async (_name, bytes) => {
    const report = await scan(bytes);
    expect([report.complete, report.coverage.filter(({ matters, state }) => matters && state !== 'read')]).toEqual([
      true,
      [],
    ]);
  });
});

it('a stream ends at the same byte in every runtime', async () => {
  const rules = loadRules();
  const bytes = inZip['behind a deflate stream, inside its claimed size']!(payloads.DEX!);
  expect(await webScan(new Uint8Array(bytes), { rules })).toEqual(await scan(bytes));
});

describe('an image whose last bytes are zeros ends a gap that begins with other bytes', () => {
  const odd = utf8.encode('of no format');
  const images = Object.entries({
    DEX: buildDex({ classes: agoraClasses }),
    ELF: buildElf({ soname: 'libagora-rtc-sdk-jni.so', exports: ['createAgoraRtcEngine'] }),
  });
  const places: Readonly<Record<string, (gap: Uint8Array) => Uint8Array>> = {
    'behind the bundle': (gap) => concat(apk({}), gap),
    'behind an archive': (gap) => apk({ 'assets/a.zip': concat(packed(), gap) }),
    'behind gzip': (gap) => apk({ 'assets/a.gz': concat(gzipSync(utf8.encode('nothing')), gap) }),
    'behind a DEX': (gap) => apk({ 'classes2.dex': concat(empty, gap) }),
  };
  it.each(
    Object.entries(places).flatMap(([place, put]) => images.map(([kind, image]) => [kind, place, put, image] as const)),
  )('%s %s', async (_kind, _place, put, image) => {
    expect(image.at(-1)).toBe(0);
    const report = await scan(put(concat(odd, image)));
    expect(report.detections.some(({ sdk, scored }) => sdk === 'agora-rtc' && scored)).toBe(true);
    expect(report.complete).toBe(true);
  });
});
