import { deflateRawSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { type Report, ScanError, scan } from '../../src/index.ts';
import { buildBinaryXml } from '../build/axml.ts';
import { buildDex } from '../build/dex.ts';
import { buildElf } from '../build/elf.ts';
import { cases } from '../build/slow.ts';
import { type BuildEntry, type BuildOptions, buildZip } from '../build/zip.ts';
import { mulberry32 } from '../rules/rules-of.ts';

type Entry = BuildEntry & { readonly data: Uint8Array };

const manifest: Entry = {
  name: 'AndroidManifest.xml',
  data: buildBinaryXml({
    name: 'manifest',
    attributes: { package: 'org.example.rooms' },
    children: [
      { name: 'uses-permission', attributes: { 'android:name': 'android.permission.RECORD_AUDIO' } },
      { name: 'application' },
    ],
  }),
};
const dex: Entry = {
  name: 'classes.dex',
  data: buildDex({
    classes: [
      { name: 'org.example.rooms.Main', methods: ['onCreate'] },
      { name: 'io.agora.rtc.RtcEngine', methods: ['joinChannel'] },
    ],
  }),
};
/** Names and neighbours as in Agora RTC 2.0.2, arm64 (rules/sdks/agora-rtc.json says where). */
const library: Entry = {
  name: 'lib/arm64-v8a/libagora-rtc-sdk-jni.so',
  data: buildElf({
    soname: 'libagora-rtc-sdk-jni.so',
    needed: ['libc.so'],
    exports: ['createAgoraRtcEngine', 'Java_io_agora_rtc_internal_RtcEngineImpl_nativeGetSdkVersion'],
    rodata: [
      '2.0.2',
      '4f21afa',
      'rtc.api.rate',
      'rtc.api.send_report_message',
      'http://argus.agoralab.co/vosdk/public/report?listener=%u&venderID=%s&channelName=%s',
      'Agora Rtc Engine SDK ver %s build %d, built on %s %s',
    ],
  }),
};
const text: Entry = { name: 'assets/words.txt', data: new TextEncoder().encode('one word and another '.repeat(20)) };
const app = [manifest, dex, library, text];

const agora = (report: Report) => report.detections.find((d) => d.sdk === 'agora-rtc');

/** Copies with 1 to 8 bytes, anywhere, set to anything. The same seed gives the same copies. */
function* mutations(whole: Uint8Array, count: number, seed: number) {
  const random = mulberry32(seed);
  for (let round = 0; round < count; round++) {
    const bytes = whole.slice();
    const changed: number[] = [];
    for (let left = 1 + Math.floor(random() * 8); left > 0; left--) {
      const at = Math.floor(random() * bytes.length);
      bytes[at] = Math.floor(random() * 256);
      changed.push(at);
    }
    yield { bytes, where: `seed ${seed}, round ${round}: bytes ${changed.join(', ')} of ${whole.length}` };
  }
}

/** The report, or null where the input was refused as it should be. */
async function scanned(bytes: Uint8Array, where: string): Promise<Report | null> {
  try {
    return await scan(bytes);
  } catch (error) {
    expect(error, where).toBeInstanceOf(ScanError);
    return null;
  }
}

describe('300 mutations of an app with Agora', () => {
  it.each([
    ['stored', 0, 20210212],
    ['deflated', 8, 20210213],
  ] as const)('%s: each is still Agora, or not complete, or refused', async (_, method, seed) => {
    const rounds = cases(150, 30);
    let still = 0;
    for (const { bytes, where } of mutations(buildZip(app.map((entry) => ({ ...entry, method }))), rounds, seed)) {
      const report = await scanned(bytes, where);
      if (!report) continue;
      if (agora(report)?.scored) still++;
      else expect(report.complete, where).toBe(false);
    }
    // Classes, symbols and strings each tell it; a damaged library's name alone no longer does. A reader that rejects
    // everything fails here.
    expect(still / rounds).toBeGreaterThan(115 / 150);
  });

  // Where one sign is all there is, a changed byte can make it another name. That must leave a trace.
  it.each([
    ['a class', dex, 1],
    ['a symbol', { name: 'lib/arm64-v8a/libx.so', data: buildElf({ exports: ['createAgoraRtcEngine'] }) }, 2],
    [
      'a string',
      {
        name: 'lib/arm64-v8a/libx.so',
        data: buildElf({ rodata: ['Agora Rtc Engine SDK ver %s build %d, built on %s %s'] }),
      },
      3,
    ],
  ])('%s alone is never lost in silence', async (_, entry, seed) => {
    const rounds = cases(60, 20);
    let still = 0;
    for (const method of [0, 8] as const) {
      const whole = buildZip([manifest, entry].map((each) => ({ ...each, method })));
      for (const { bytes, where } of mutations(whole, rounds, seed + method)) {
        const report = await scanned(bytes, where);
        if (!report) continue;
        if (agora(report)?.scored) still++;
        else expect(report.complete && report.anomalies.length === 0, where).toBe(false);
      }
    }
    expect(still / (2 * rounds)).toBeGreaterThan(40 / 120);
  });
});

/** Sets date and time of every entry in both headers (APPNOTE 4.4.6). */
function stamped(zip: Uint8Array, time: number, date: number): Uint8Array {
  const bytes = zip.slice();
  const view = new DataView(bytes.buffer);
  for (let at = view.getUint32(bytes.length - 22 + 16, true); view.getUint32(at, true) === 0x02014b50; ) {
    const local = view.getUint32(at + 42, true);
    for (const place of [at + 12, local + 10]) {
      view.setUint16(place, time, true);
      view.setUint16(place + 2, date, true);
    }
    at += 46 + view.getUint16(at + 28, true) + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
  }
  return bytes;
}

describe('what means nothing changes nothing', () => {
  const plain = buildZip(app);
  const picture = {
    name: 'res/drawable/rtc.png',
    data: Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10, 0, 0]),
  };
  const all = (change: Partial<BuildEntry>, options: BuildOptions = {}) =>
    buildZip(
      app.map((entry) => ({ ...entry, ...change })),
      options,
    );

  it.each<[string, Uint8Array]>([
    ['entries in reverse order', buildZip(app.toReversed())],
    ['entries in another order', buildZip([dex, text, manifest, library])],
    ['other time stamps', stamped(plain, 0xbf7d, 0x5c97)],
    ['time stamps of zero', stamped(plain, 0, 0)],
    ['a picture more', buildZip([...app, picture])],
    ['a picture first', buildZip([picture, ...app])],
    ['nothing compressed', all({ method: 0 })],
    ['nothing compressed, aligned', all({ method: 0 }, { align: 4096 })],
    ['compressed fast', buildZip(app.map((entry) => ({ ...entry, raw: deflateRawSync(entry.data, { level: 1 }) })))],
    ['in stored blocks', buildZip(app.map((entry) => ({ ...entry, raw: deflateRawSync(entry.data, { level: 0 }) })))],
    ['sizes behind the data', all({ descriptor: true })],
    ['ZIP64 sizes', all({ zip64: true }, { zip64: true })],
    ['a comment', all({}, { comment: new TextEncoder().encode('made by hand') })],
    ['a signing block', all({}, { signingBlock: new Uint8Array(64) })],
  ])('%s', async (_, changed) => {
    const [before, after] = [await scan(plain), await scan(changed)];
    expect(agora(before)).toMatchObject({ scored: true, version: '2.0.2', confidence: 'high' });
    expect(changed).not.toEqual(plain);
    expect(after.detections).toEqual(before.detections);
    expect(after.flows).toEqual(before.flows);
    expect(after.complete).toBe(true);
  });
});
