import { describe, expect, test } from 'vitest';
import type { Report } from '../src/index.ts';
import { scan } from './build/verified.ts';
import { twinBundle } from './rules/twin-bundle.ts';
import type { TwinCase } from './rules/twin-schema.ts';

type Android = Extract<TwinCase, { platform: 'android' }>;

const nothing: Android = {
  ...{ says: 'x', platform: 'android', alone: true, classes: [], references: [], strings: [], keys: {} },
  ...{ files: [], fields: [], methods: [], libraries: [], components: [], permissions: [] },
};
const ENGINE = 'io.agora.rtc.RtcEngine';

async function agora(parts: Partial<Android>) {
  const report: Report = await scan(twinBundle({ ...nothing, ...parts }));
  return { report, found: report.detections.find(({ sdk }) => sdk === 'agora-rtc')! };
}

describe('a stub is not the SDK', () => {
  test('one class of its name is listed, says what it lacks, and proves no flow', async () => {
    const { report, found } = await agora({ classes: [ENGINE] });
    expect(found).toMatchObject({ scored: false, confidence: 'low', presence: ['bundled'], versionBounds: null });
    expect(found.lacks).toBe(
      'stub or remnant: Agora RTC (Video and Voice SDK) needs 5 classes or libagora-rtc-sdk.so or libagora-rtc-sdk-jni.so; 1 class found, and no native code of it',
    );
    expect(report.flows).toEqual([]);
    expect(report.findings.map(({ rule }) => rule)).toContain('sign-of-unproved-sdk');
  });

  test('classes of packages that begin alike are none of it', async () => {
    const others = ['A', 'B', 'C', 'D', 'E'].map((name) => `io.agora.rtcx.${name}`);
    expect((await agora({ classes: [ENGINE, ...others] })).found.scored).toBe(false);
  });

  test('four classes are a stub, five are not', async () => {
    const classes = ['A', 'B', 'C', 'D'].map((name) => `io.agora.rtc.${name}`);
    expect((await agora({ classes })).found).toMatchObject({ scored: false });
    const { found, report } = await agora({ classes: [...classes, ENGINE] });
    expect(found).toMatchObject({ scored: true, confidence: 'high' });
    expect(found.lacks).toBeUndefined();
    expect(report.flows.length).toBeGreaterThan(0);
  });

  test.each([
    ['its library', { name: 'libagora-rtc-sdk.so', exports: [], text: [] }],
    [
      'a library of any name that exports what its engine does',
      { name: 'liba.so', exports: ['createAgoraRtcEngine'], text: [] },
    ],
    [
      'a library of any name with its JNI side',
      { name: 'liba.so', exports: ['Java_io_agora_rtc_internal_RtcEngineImpl_nativeLog'], text: [] },
    ],
    ['a library of any name with a text of it', { name: 'liba.so', exports: [], text: ['agorasdk.log'] }],
  ])('one class beside %s is no stub', async (_, library) => {
    const { found } = await agora({ classes: [ENGINE], libraries: [library] });
    expect(found).toMatchObject({ scored: true, confidence: 'high' });
    expect(found.lacks).toBeUndefined();
  });

  test('nothing is concluded where bytes could not be read', async () => {
    const broken = { path: 'classes2.dex', text: 'dex\n035\0 and nothing that follows' };
    const { report, found } = await agora({ classes: [ENGINE], files: [broken] });
    expect(report.complete).toBe(false);
    expect(found.scored).toBe(true);
    expect(found.lacks).toBeUndefined();
  });
});

type Ios = Extract<TwinCase, { platform: 'ios' }>;

describe('a stub is not the SDK on iOS', () => {
  const empty: Ios = {
    ...{ says: 'x', platform: 'ios', alone: true, classes: [], references: [], strings: [], keys: {}, files: [] },
    frameworks: [],
  };
  const keys = { NSMicrophoneUsageDescription: 'a', NSCameraUsageDescription: 'a' };
  const own = 'AgoraRtcEngineKit';
  async function agoraOf(parts: Partial<Ios>) {
    const report: Report = await scan(twinBundle({ ...empty, keys, ...parts }));
    return { report, found: report.detections.find(({ sdk }) => sdk === 'agora-rtc')! };
  }

  test('one class of its name is listed, says what it lacks, and proves no flow', async () => {
    const { report, found } = await agoraOf({ classes: [own] });
    expect(found).toMatchObject({ scored: false, confidence: 'low', presence: ['bundled'] });
    expect(found.lacks).toBe(
      'stub or remnant: Agora RTC (Video and Voice SDK) needs 5 types called Agora\u2026 or a text of its own; 1 type found, and no text of it',
    );
    expect(report.flows).toEqual([]);
    expect(report.findings.map(({ rule }) => rule)).toContain('sign-of-unproved-sdk');
  });

  test('four types are a stub, five are not, whatever they are called behind its name', async () => {
    const classes = ['AgoraA', 'AgoraBc', 'AgoraRtcStats', own];
    expect((await agoraOf({ classes })).found).toMatchObject({ scored: false });
    const { found, report } = await agoraOf({ classes: [...classes, 'AgoraRtcVideoCanvasX'] });
    expect(found).toMatchObject({ scored: true, confidence: 'high' });
    expect(report.flows.filter(({ basis }) => basis === 'capable').map(({ data }) => data)).toContain('microphone');
  });

  test.each([
    ['a text of its engine', { strings: ['agorasdk.log'] }],
    ['its framework', { frameworks: [{ name: 'AgoraRtcKit', objc: [], exports: [], text: [], binary: true }] }],
  ])('one class beside %s is no stub', async (_, parts) => {
    const { found } = await agoraOf({ classes: [own], ...parts });
    expect(found).toMatchObject({ scored: true, confidence: 'high' });
    expect(found.lacks).toBeUndefined();
  });

  test('of a rule that says nothing of iOS nothing is concluded', async () => {
    const { detections } = await scan(twinBundle({ ...empty, classes: ['TVOCallInvite'] }));
    expect(detections).toMatchObject([{ sdk: 'twilio-voice', scored: true }]);
  });

  test('nothing is concluded where names of types may not all have been kept', async () => {
    const many = Array.from({ length: 1000 }, (_, i) => `X${String.fromCharCode(97 + (i % 26))}${i}abcType`);
    const classes = many.map((name, i) => `${String.fromCharCode(65 + (i % 26))}${name.slice(1)}`);
    expect((await agoraOf({ classes: [own, ...classes] })).found.scored).toBe(true);
  });
});
