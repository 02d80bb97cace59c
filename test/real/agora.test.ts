import { beforeAll, describe, expect, it } from 'vitest';
import type { Report } from '../../src/index.ts';
import { scan } from '../build/verified.ts';
import { addToApk, agora202, agoraJar, dexOfJar, real } from './compose.ts';

describe('Agora RTC 2.0.2 in a real APK', () => {
  let report: Report;

  beforeAll(async () => {
    report = await scan(addToApk(real.apiDemos(), { ...agora202(), 'classes2.dex': dexOfJar(agoraJar()) }));
  });

  const agora = () => report.detections.find((d) => d.sdk === 'agora-rtc');

  it('is found with its version in every instruction set, at the place it was read', () => {
    expect(report.detections.map((d) => d.sdk)).toEqual(['agora-rtc']);
    expect(agora()).toMatchObject({ vendor: 'agora', version: '2.0.2', confidence: 'high', scored: true });
    expect(agora()?.presence).toContain('bundled');
    const instances = agora()?.instances ?? [];
    expect(instances.map((i) => [i.path, i.arch, i.version])).toEqual([
      ['classes2.dex', 'dex', null],
      ['lib/arm64-v8a/libagora-rtc-sdk-jni.so', 'arm64', '2.0.2'],
      ['lib/armeabi-v7a/libagora-rtc-sdk-jni.so', 'armv7', '2.0.2'],
      ['lib/x86/libagora-rtc-sdk-jni.so', 'x86', '2.0.2'],
    ]);
    expect(instances[1]?.versionAt).toMatchObject({
      spans: [{ offset: 8515328, length: 5 }],
      text: '2.0.2',
      entrySha256: '66b7e3c53fcc22924eec575d0d58cf8bbacb46a96a9072b981f1961844177850',
    });
  });

  it('never reports the decoys in the same library as a version', () => {
    const versions = JSON.stringify(report.detections.flatMap((d) => d.instances.map((i) => i.version)));
    for (const decoy of ['2.0.21', '1.2.3.4', '9.1.15', '1.3.0']) expect(versions).not.toContain(decoy);
  });

  it('shows the flow that the bytes hold: user and room id, in clear, to a named host', () => {
    const coded = report.flows.filter((flow) => flow.basis === 'coded');
    expect(coded.map((f) => [f.data, f.host, f.protection, f.recipient])).toEqual([
      ['room-id', 'argus.agoralab.co', 'cleartext', 'agora'],
      ['user-id', 'argus.agoralab.co', 'cleartext', 'agora'],
    ]);
    expect(coded[0]?.evidence).toContainEqual(
      expect.objectContaining({
        path: 'lib/arm64-v8a/libagora-rtc-sdk-jni.so',
        spans: [{ offset: 8517544, length: 83 }],
        text: 'http://argus.agoralab.co/vosdk/public/report?listener=%u&venderID=%s&channelName=%s',
      }),
    );
    expect(coded[0]?.says).not.toMatch(/\bsends\b/);
    const finding = report.findings.find((f) => f.id === 'identifiers-in-clear/agora/user-id');
    expect(finding).toMatchObject({ state: 'holds', basis: 'coded' });
  });

  it('lists hosts as the vendor’s, and the IP literal of libevent as an endpoint of unknown use', () => {
    const hosts = new Map(report.endpoints.map((e) => [e.host, e]));
    for (const host of [
      'qos.agoralab.co',
      'qoslbs.agoralab.co',
      'vocs%d.agora.io',
      'config.agora.io',
      'recording.agora.io',
    ]) {
      expect(hosts.get(host)).toMatchObject({ vendor: 'agora', sdk: 'agora-rtc' });
    }
    expect(hosts.get('18.244.0.188')).toMatchObject({ vendor: null, sdk: null });
    expect(report.flows.map((f) => f.host)).not.toContain('18.244.0.188');
  });

  it('finds the jar as well when it stands in the bundle as a file', async () => {
    const nested = await scan(addToApk(real.apiDemos(), { 'assets/agora-rtc-sdk.jar': agoraJar() }));
    const found = nested.detections.find((d) => d.sdk === 'agora-rtc');
    expect(found).toMatchObject({ scored: true, version: null });
    expect(found?.instances.map((i) => i.path)).toEqual(['assets/agora-rtc-sdk.jar']);
  });
});
