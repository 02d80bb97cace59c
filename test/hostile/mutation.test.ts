import { deflateRawSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { type Report, ScanError, scan } from '../../src/index.ts';
import { buildBinaryXml } from '../build/axml.ts';
import { buildDex } from '../build/dex.ts';
import { buildElf } from '../build/elf.ts';
import { type BuildEntry, buildZip } from '../build/zip.ts';
import { mulberry32 } from '../rules/rules-of.ts';

/** An app with Agora RTC 2.0.2 as dex, library and strings: names and places as in the real files (rules/sdks/agora-rtc.json). */
const entries: readonly BuildEntry[] = [
  {
    name: 'AndroidManifest.xml',
    data: buildBinaryXml({
      name: 'manifest',
      attributes: { package: 'org.example.rooms' },
      children: [
        { name: 'uses-permission', attributes: { 'android:name': 'android.permission.RECORD_AUDIO' } },
        { name: 'application' },
      ],
    }),
  },
  {
    name: 'classes.dex',
    data: buildDex({
      classes: [
        { name: 'org.example.rooms.Main', methods: ['onCreate'] },
        { name: 'io.agora.rtc.RtcEngine', methods: ['joinChannel'] },
        { name: 'io.agora.rtc.IRtcEngineEventHandler' },
      ],
    }),
  },
  {
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
        'Agora Rtc Engine SDK ver %s build %d, built on %s %s',
        'http://argus.agoralab.co/vosdk/public/report?listener=%u&venderID=%s&channelName=%s',
      ],
    }),
  },
  { name: 'res/raw/tone.txt', data: 'a tone '.repeat(20) },
];

const agora = (report: Report) => report.detections.find((d) => d.sdk === 'agora-rtc');

describe('a mutated bundle', () => {
  it('is still Agora, or not complete, or refused: 300 seeded mutations of 1 to 8 bytes', async () => {
    const outcomes = { found: 0, incomplete: 0, refused: 0 };
    for (const method of [0, 8] as const) {
      const whole = buildZip(entries.map((entry) => ({ ...entry, method })));
      const random = mulberry32(20210212 + method);
      for (let round = 0; round < 150; round++) {
        const bytes = whole.slice();
        const changed: number[] = [];
        for (let left = 1 + Math.floor(random() * 8); left > 0; left--) {
          const at = Math.floor(random() * bytes.length);
          bytes[at] = Math.floor(random() * 256);
          changed.push(at);
        }
        const where = `method ${method}, round ${round}: bytes ${changed.join(', ')} of ${whole.length}`;
        try {
          const report = await scan(bytes);
          const found = agora(report)?.scored === true;
          expect(found || !report.complete, where).toBe(true);
          outcomes[found ? 'found' : 'incomplete']++;
        } catch (error) {
          expect(error, where).toBeInstanceOf(ScanError);
          outcomes.refused++;
        }
      }
    }
    console.log(outcomes);
    // A reader that rejects everything must fail: most of these bytes prove nothing and hide nothing.
    expect(outcomes.found).toBeGreaterThan(240);
  });
});
