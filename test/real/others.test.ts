import { describe, expect, it } from 'vitest';
import { buildPlist } from '../build/plist.ts';
import { scan } from '../build/verified.ts';
import { buildZip } from '../build/zip.ts';
import { addToApk, dexOfJar, real } from './compose.ts';

describe('RongCloud IMLib 2.9.22', () => {
  const jar = () =>
    real.rongcloud('libs/Rong_IMLib.jar', '9d28c2642fba2c7fe0a86b47a60e9398aca1a79ef24181cf74c7257ce699094b');
  const files = () => ({
    'lib/arm64-v8a/libRongIMLib.so': real.rongcloud(
      'src/main/jniLibs/arm64-v8a/libRongIMLib.so',
      '2310693a4ce90401ab44ddbd7b199e1207d114088644e8b1f66d6f4c50b2a14b',
    ),
    'lib/arm64-v8a/libsqlite.so': real.rongcloud(
      'src/main/jniLibs/arm64-v8a/libsqlite.so',
      '96426789eb9173a6ce7f08b4e404e7cbbf2efc2e83678d6c4bddb1f4a55b6bd0',
    ),
  });

  it('is found by its vendor, with its own version or none, never the bundled SQLite’s', async () => {
    const report = await scan(addToApk(real.settings(), { ...files(), 'classes10.dex': dexOfJar(jar()) }));
    expect(report.detections.map((d) => [d.sdk, d.vendor, d.scored])).toEqual([['rongcloud-im', 'rongcloud', true]]);
    const [found] = report.detections;
    expect(['2.9.22', null]).toContain(found?.version);
    expect(JSON.stringify(found?.instances)).not.toContain('3.29.0');
  });

  it('shows its version where the classes of the jar are aboard', async () => {
    const report = await scan(addToApk(real.settings(), { 'assets/Rong_IMLib.jar': jar() }));
    const path = 'assets/Rong_IMLib.jar';
    expect(report.detections.find((d) => d.sdk === 'rongcloud-im')).toMatchObject({
      scored: true,
      version: '2.9.22',
      // Hundreds of classes, one instance.
      instances: [
        {
          path,
          version: '2.9.22',
          versionAt: {
            path: `${path}!io/rong/imlib/navigation/NavigationClient.class`,
            spans: [{ offset: 5390, length: 6 }],
            text: '2.9.22',
          },
        },
      ],
    });
  });
});

describe('Voximplant on WebRTC', () => {
  it('is Voximplant’s, with WebRTC as its component and no flow to nobody', async () => {
    const jar = real.voximplant(
      'android/libs/voximplantsdk.jar',
      'f89c1c7ad5150e84b7c8ac44d03a10a796a8d04ccd7a4c215bc34adbf35c1713',
    );
    const so = real.voximplant(
      'android/libs/arm64-v8a/libjingle_peerconnection_so.so',
      '442ec4ffc197e8b629275138b2afc7ea55fca5e0ff9593a61ec7f3c0044da95c',
    );
    const report = await scan(
      addToApk(real.apiDemos(), {
        'lib/arm64-v8a/libjingle_peerconnection_so.so': so,
        'classes2.dex': dexOfJar(jar),
      }),
    );
    const found = new Map(report.detections.map((d) => [d.sdk, d]));
    expect([...found.keys()]).toEqual(['voximplant', 'webrtc']);
    expect(found.get('voximplant')).toMatchObject({ vendor: 'voximplant', scored: true });
    expect(found.get('webrtc')).toMatchObject({ componentOf: ['voximplant'], version: null });
    expect(report.recipients.filter(({ kind }) => kind === 'unknown')).toEqual([]);
  });
});

describe('plain WebRTC (cordova-plugin-iosrtc)', () => {
  const folder = 'lib/WebRTC.xcframework/ios-arm64_armv7/WebRTC.framework';
  const framework = () => ({
    WebRTC: real.iosrtc(`${folder}/WebRTC`, 'f9693d62a277ba91d4061be54bcbfdb91a316f4fc9c6fffe331d6c58b9ee19e4'),
    'Info.plist': real.iosrtc(
      `${folder}/Info.plist`,
      '70c118df3dc5d99e6ec1c96655bec7218eafcc9f4c9a9eb98f5d7fb8fafd2029',
    ),
  });

  it('names no vendor and no version, and its media has an unknown recipient', async () => {
    const info = {
      CFBundleIdentifier: 'org.example.calls',
      CFBundleExecutable: 'Calls',
      NSMicrophoneUsageDescription: 'To talk',
      NSCameraUsageDescription: 'To be seen',
    };
    const files = Object.entries(framework()).map(([name, data]) => ({
      name: `Payload/Calls.app/Frameworks/WebRTC.framework/${name}`,
      data,
      method: 0 as const,
    }));
    const report = await scan(
      buildZip([{ name: 'Payload/Calls.app/Info.plist', data: buildPlist(info, 'binary') }, ...files]),
    );
    expect(report.detections.map((d) => [d.sdk, d.vendor, d.version])).toEqual([['webrtc', 'webrtc-project', null]]);
    // The plist says 1.0, which is no milestone.
    expect(report.detections[0]?.instances.map((i) => i.version)).not.toContain('1.0');
    expect(report.detections[0]?.instances.map((i) => i.arch)).toEqual(['arm64', 'armv7']);
    expect(report.flows.map((f) => [f.data, f.recipient, f.permission?.state])).toEqual(
      expect.arrayContaining([
        ['microphone', 'unknown', 'declared'],
        ['camera', 'unknown', 'declared'],
      ]),
    );
    expect(report.flows.filter((f) => f.basis === 'coded')).toEqual([]);
    // Info.plist names an executable that is not in this bundle.
    expect(report.complete).toBe(false);
  });
});
