import { describe, expect, test } from 'vitest';
import { type Report, scan } from '../src/index.ts';
import { type BundleDescription, buildBundle } from './build/bundle.ts';
import type { ElfDescription } from './build/elf.ts';

/** Notes `distributedAs` of a report, by SDK. */
function notes(report: Report): Record<string, readonly string[]> {
  const noted = report.detections.filter((d) => d.distributedAs.length > 0);
  return Object.fromEntries(noted.map((d) => [d.sdk, d.distributedAs]));
}

async function inLibrary(name: string, elf: ElfDescription): Promise<Report> {
  const manifest = { axml: { name: 'manifest', attributes: { package: 'org.example.app' }, children: [] } };
  const library = { elf: { soname: name, ...elf } };
  return scan(buildBundle({ files: { 'AndroidManifest.xml': manifest, [`lib/arm64-v8a/${name}`]: library } }));
}

async function inFramework(
  name: string,
  bundleId: string | null,
  exports = ['_createAgoraRtcEngine'],
): Promise<Report> {
  const app = 'Payload/App.app';
  const folder = `${app}/Frameworks/${name}.framework`;
  const platform = { name: 'ios', minos: '13.0' } as const;
  const id = { name: `@rpath/${name}.framework/${name}` };
  const files: BundleDescription['files'] = {
    [`${app}/Info.plist`]: { plist: { CFBundleIdentifier: 'org.example.app', CFBundleExecutable: 'App' } },
    [`${app}/App`]: { macho: { fileType: 'execute', platform } },
    [`${folder}/Info.plist`]: {
      plist: { CFBundleExecutable: name, ...(bundleId === null ? {} : { CFBundleIdentifier: bundleId }) },
    },
    [`${folder}/${name}`]: { macho: { fileType: 'dylib', platform, id, exports } },
  };
  return scan(buildBundle({ files }));
}

describe('an SDK under the name or id of another party', () => {
  const agora = { exports: ['createAgoraRtcEngine'] };

  test.each(['com.acme.rooms', 'uk.co.acme.rooms', 'com.twilio.TwilioVideo'])('bundle id %s', async (bundleId) => {
    expect(notes(await inFramework('Rooms', bundleId))).toEqual({ 'agora-rtc': ['Rooms.framework'] });
  });

  test('name, SONAME or install name of a library of another vendor', async () => {
    const twilio = 'libtwilio_video_android_so.so';
    expect(notes(await inLibrary(twilio, agora))).toEqual({ 'agora-rtc': [twilio] });
    expect(notes(await inLibrary('libvoice.so', { ...agora, soname: twilio }))).toEqual({
      'agora-rtc': ['libvoice.so'],
    });
    expect(notes(await inFramework('TwilioVideo', null))).toEqual({ 'agora-rtc': ['TwilioVideo.framework'] });
  });
});

describe('no note where nobody else stands on it', () => {
  test.each([
    ['libagora-new-part.so', ['createAgoraRtcEngine'], 'agora-rtc'],
    ['libvoice.so', ['createAgoraRtcEngine'], 'agora-rtc'],
    ['libjingle_peerconnection_so.so', ['Java_com_zingaya_voximplant_VoxImplantClient_nativeSetContext'], 'voximplant'],
  ])('%s', async (name, exports, sdk) => {
    const report = await inLibrary(name, { exports });
    expect(report.detections.map((d) => d.sdk)).toContain(sdk);
    expect(notes(report)).toEqual({});
  });

  test.each([
    ['AgoraNewPart', 'io.agora.AgoraNewPart'],
    ['NewPart', 'co.agoralab.NewPart'],
    ['NewPart', 'com.acme.wraps.AgoraRtcKit'],
    ['Rooms', 'org.example.app.Rooms'],
    ['Rooms', 'org.example.other'],
    ['Rooms', 'org.cocoapods.Rooms'],
    ['Rooms', 'Rooms'],
    ['Rooms', null],
    ['AgoraRtcKit', 'com.acme.rooms'],
  ])('%s.framework with bundle id %s', async (name, bundleId) => {
    const report = await inFramework(name, bundleId);
    expect(report.detections.map((d) => d.sdk)).toEqual(['agora-rtc']);
    expect(notes(report)).toEqual({});
  });
});
