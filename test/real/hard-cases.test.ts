import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type Report, render } from '../../src/index.ts';
import { buildBundle } from '../build/bundle.ts';
import type { DexDescription } from '../build/dex.ts';
import type { ElfDescription } from '../build/elf.ts';
import { buildMachO } from '../build/macho.ts';
import { buildPlist } from '../build/plist.ts';
import { recipientOf } from '../build/recipient.ts';
import { scan } from '../build/verified.ts';
import { buildZip } from '../build/zip.ts';
import { addToApk, agora202, real } from './compose.ts';
import { pinned } from './corpus.ts';

/*
 * Real bytes: Agora's library under another name, BytePlus' web library, an app's own WebRTC. Built bundles: cases that
 * turn on names alone, of SDKs that npm does not carry (Maven Central does); the names are as those artifacts have them.
 */

/** An APK built of nothing but these parts, which asks for the microphone. */
function builtApk(dex: DexDescription, libraries: Readonly<Record<string, ElfDescription>> = {}): Uint8Array {
  const permission = { name: 'uses-permission', attributes: { 'android:name': 'android.permission.RECORD_AUDIO' } };
  return buildBundle({
    files: {
      'AndroidManifest.xml': {
        axml: { name: 'manifest', attributes: { package: 'org.example.app' }, children: [permission] },
      },
      'classes.dex': { dex },
      ...Object.fromEntries(
        Object.entries(libraries).map(([name, elf]) => [`lib/arm64-v8a/${name}`, { elf: { soname: name, ...elf } }]),
      ),
    },
  });
}

const classes = (...names: string[]) => names.map((name) => ({ name }));
const found = (report: Report, sdk: string) => report.detections.find((d) => d.sdk === sdk);
const toUnknown = (report: Report, sdk: string) =>
  report.flows.filter((f) => f.sdk === sdk && recipientOf(report, f).kind === 'unknown');

describe('Easemob with parts of Agora (built; names and symbols of io.hyphenate:hyphenate-chat:3.9.2)', () => {
  const easemob = (rodata: string[]) =>
    builtApk(
      {
        classes: classes(
          'com.hyphenate.chat.EMClient',
          'com.hyphenate.chat.EMChatManager',
          'io.agora.utils.crypto.CryptoSslEngine',
        ),
      },
      {
        'libhyphenate.so': {
          exports: [
            'Java_com_hyphenate_chat_adapter_EMAChatClient_native_1getChatTokenbyAgoraToken',
            '_ZN5agora5utils3jni12JavaLocalRefC1EP8_jobject',
          ],
          rodata,
        },
      },
    );

  it('is Easemob alone: neither Agora’s namespace nor a host of Agora makes Agora RTC', async () => {
    const report = await scan(easemob(['easemob.pb.MSync', 'https://rs.chat.agora.io/easemob/server.json']));
    expect(report.detections.filter((d) => d.scored).map((d) => d.sdk)).toEqual(['easemob-im']);
    expect(report.endpoints.map((e) => [e.host, e.vendor, e.sdk])).toEqual([['rs.chat.agora.io', 'agora', null]]);
    expect(report.flows.map((f) => f.recipient)).not.toContain('agora');
  });

  it('is Agora RTC as well where that is aboard', async () => {
    const report = await scan(
      builtApk(
        { classes: classes('com.hyphenate.chat.EMClient', 'io.agora.rtc2.RtcEngine') },
        { 'libhyphenate.so': { rodata: ['easemob.pb.MSync'] } },
      ),
    );
    expect(report.detections.map((d) => d.sdk)).toEqual(['agora-rtc', 'easemob-im']);
  });
});

const twilio = {
  classes: ['com.twilio.video.Room', 'tvi.webrtc.PeerConnectionFactory', 'tvi.webrtc.audio.JavaAudioDeviceModule'],
  library: { exports: ['Java_tvi_webrtc_PeerConnectionFactory_nativeCreatePeerConnection'] },
};
const own = {
  classes: ['org.webrtc.PeerConnectionFactory', 'org.webrtc.audio.JavaAudioDeviceModule'],
  library: { exports: ['Java_org_webrtc_PeerConnectionFactory_nativeCreatePeerConnection'] },
};

describe('WebRTC under another name (built; names of com.twilio:video-android:5.6.0, io.livekit:livekit-android:2.26.0)', () => {
  it('is Twilio’s inside Twilio', async () => {
    const report = await scan(
      builtApk({ classes: classes(...twilio.classes) }, { 'libtwilio_video_android_so.so': twilio.library }),
    );
    expect(found(report, 'webrtc')?.instances.map((i) => [i.path, i.namespace, i.within])).toEqual([
      ['classes.dex', 'tvi.webrtc', 'twilio-video'],
      ['lib/arm64-v8a/libtwilio_video_android_so.so', null, 'twilio-video'],
    ]);
    expect(found(report, 'webrtc')).toMatchObject({ componentOf: ['twilio-video'], distributedAs: [] });
    expect(report.recipients.filter(({ kind }) => kind === 'unknown')).toEqual([]);
  });

  it('is LiveKit’s inside LiveKit: what goes to servers of unknown owners is LiveKit’s to say', async () => {
    const report = await scan(
      builtApk(
        { classes: classes('io.livekit.android.LiveKit', 'livekit.org.webrtc.PeerConnectionFactory') },
        {
          'liblkjingle_peerconnection_so.so': {
            exports: ['Java_livekit_org_webrtc_PeerConnectionFactory_nativeCreatePeerConnection'],
          },
        },
      ),
    );
    expect(found(report, 'webrtc')?.componentOf).toEqual(['livekit']);
    expect(found(report, 'webrtc')?.instances.map((i) => i.within)).toEqual(['livekit', 'livekit']);
    expect(toUnknown(report, 'webrtc')).toEqual([]);
  });

  it('is two where the app brings its own beside Twilio’s', async () => {
    const report = await scan(
      builtApk(
        { classes: classes(...twilio.classes, ...own.classes) },
        { 'libtwilio_video_android_so.so': twilio.library, 'libjingle_peerconnection_so.so': own.library },
      ),
    );
    expect(found(report, 'webrtc')?.instances.map((i) => [i.path, i.namespace, i.within])).toEqual([
      ['classes.dex', 'org.webrtc', null],
      ['classes.dex', 'tvi.webrtc', 'twilio-video'],
      ['lib/arm64-v8a/libjingle_peerconnection_so.so', null, null],
      ['lib/arm64-v8a/libtwilio_video_android_so.so', null, 'twilio-video'],
    ]);
    expect(toUnknown(report, 'webrtc').map((f) => f.data)).toContain('microphone');
    expect(report.flows.filter((f) => f.sdk === 'twilio-video').map((f) => f.recipient)).not.toContain('unknown');
  });
});

describe('an app’s own WebRTC (real: cordova-plugin-iosrtc 8.0.4) with a TURN server in its code', () => {
  const folder = 'lib/WebRTC.xcframework/ios-arm64_armv7/WebRTC.framework';
  const ipa = (cstrings: string[]) =>
    buildZip([
      {
        name: 'Payload/Calls.app/Info.plist',
        data: buildPlist(
          {
            CFBundleIdentifier: 'org.example.calls',
            CFBundleExecutable: 'Calls',
            NSMicrophoneUsageDescription: 'To talk',
          },
          'binary',
        ),
      },
      {
        name: 'Payload/Calls.app/Calls',
        data: buildMachO({ fileType: 'execute', platform: { name: 'ios', minos: '13.0' }, cstrings }),
      },
      {
        name: 'Payload/Calls.app/Frameworks/WebRTC.framework/WebRTC',
        data: real.iosrtc(`${folder}/WebRTC`, 'f9693d62a277ba91d4061be54bcbfdb91a316f4fc9c6fffe331d6c58b9ee19e4'),
        method: 0 as const,
      },
    ]);

  it('has flows to nobody known, and whoever runs the TURN server is a recipient', async () => {
    const report = await scan(ipa(['turn:turn.example.net:3478?transport=udp']));
    expect(found(report, 'webrtc')?.instances.every((i) => i.within === null)).toBe(true);
    const microphone = toUnknown(report, 'webrtc').filter((f) => f.data === 'microphone');
    expect(microphone.map((f) => [f.host, f.basis, recipientOf(report, f).name, f.evidence[0]?.path])).toEqual([
      [null, 'capable', 'not known from the bundle', 'Payload/Calls.app/Frameworks/WebRTC.framework/WebRTC'],
      ['turn.example.net', 'configured', 'whoever runs turn.example.net', 'Payload/Calls.app/Calls'],
    ]);
  });

  it('names no relay where the code names none', async () => {
    const report = await scan(ipa(['return:turn.example.net']));
    expect(toUnknown(report, 'webrtc').filter((f) => f.host !== null)).toEqual([]);
    expect(toUnknown(report, 'webrtc').map((f) => f.data)).toContain('microphone');
  });
});

describe('the engine that BytePlus and Volcengine share', () => {
  it('alone is the family: no vendor, both candidates (built)', async () => {
    const report = await scan(builtApk({ classes: classes('com.ss.bytertc.engine.RTCVideo') }));
    expect(report.detections).toMatchObject([
      { sdk: 'bytertc', vendor: null, candidates: ['byteplus', 'volcengine'], confidence: 'medium' },
    ]);
    expect(report.recipients.filter(({ id }) => report.flows.some(({ recipient }) => recipient === id))).toMatchObject([
      { id: 'unknown:byteplus,volcengine', name: 'BytePlus or Volcengine (the bundle does not tell which)' },
    ]);
    expect(report.flows.filter((f) => f.host !== null)).toEqual([]);
  });

  it('with BytePlus’ own clue leads from its hosts to who governs it, which is asked (real)', async () => {
    const bytes = readFileSync(
      pinned(
        '@byteplus/rtc@4.66.16',
        'index.min.js',
        '5c7c521daee00c7ca78e439dd569e2851f62f91a933210619fbf60e41ae16f74',
      ),
    );
    const report = await scan(addToApk(real.settings(), { 'assets/www/rtc.js': bytes }));
    expect(report.detections).toMatchObject([{ sdk: 'byteplus-rtc', vendor: 'byteplus', version: '4.66.16' }]);

    const hosts = report.flows.filter((f) => f.host !== null);
    expect(hosts.map((f) => [f.data, f.host, f.basis, f.protection])).toEqual([
      ['network-info', 'rtc-access-ag.bytedance.com', 'coded', 'undetermined'],
      ['network-info', 'rtc-access.bytedance.com', 'coded', 'undetermined'],
      ['network-info', 'rtc-access2-hl.bytedance.com', 'coded', 'undetermined'],
    ]);
    for (const { evidence } of hosts) expect(evidence[0]).toMatchObject({ path: 'assets/www/rtc.js' });

    const law = report.findings.find((f) => f.id === 'recipient-under-foreign-law/byteplus');
    const steps = law?.link?.split(' → ') ?? [];
    expect(steps[0]).toBe('BytePlus Pte. Ltd. is incorporated in Singapore (SG)');
    expect(law).toMatchObject({ state: 'undetermined', open: 'context', level: 'info' });
    expect(law?.reason).toMatch(/names rtc-access[a-z0-9.-]*\.bytedance\.com/);
    expect(law?.reason).not.toMatch(/URL template|\bsends\b/);
  });
});

describe('Agora under another name (real: the library of react-native-agora 1.2.5, renamed)', () => {
  const library = () => agora202()['lib/arm64-v8a/libagora-rtc-sdk-jni.so'];

  it('is Agora RTC, and no white label where nobody else stands on it', async () => {
    const report = await scan(addToApk(real.settings(), { 'lib/arm64-v8a/libshinycall.so': library() }));
    expect(report.detections).toMatchObject([
      { sdk: 'agora-rtc', version: '2.0.2', confidence: 'high', distributedAs: [] },
    ]);
    expect(report.unidentified.map((u) => u.name)).not.toContain('libshinycall.so');
    expect(found(report, 'agora-rtc')?.instances.map((i) => i.path)).toEqual(['lib/arm64-v8a/libshinycall.so']);
  });

  it('is a white label under the name of another vendor’s library', async () => {
    const name = 'libtwilio_video_android_so.so';
    const report = await scan(addToApk(real.settings(), { [`lib/arm64-v8a/${name}`]: library() }));
    expect(found(report, 'agora-rtc')?.distributedAs).toEqual([name]);
    expect(render(report, 'text')).toContain(`Agora RTC, distributed as ${name}`);
  });

  it('is nothing to say of where the name is Agora’s, or where the name alone is', async () => {
    const plain = await scan(addToApk(real.settings(), { 'lib/arm64-v8a/libagora-rtc-sdk-jni.so': library() }));
    expect(found(plain, 'agora-rtc')?.distributedAs).toEqual([]);
    expect(render(plain, 'text')).not.toContain('distributed as');
    const sqlite = real.rongcloud(
      'src/main/jniLibs/arm64-v8a/libsqlite.so',
      '96426789eb9173a6ce7f08b4e404e7cbbf2efc2e83678d6c4bddb1f4a55b6bd0',
    );
    const other = await scan(addToApk(real.settings(), { 'lib/arm64-v8a/libagora-rtc-sdk-jni.so': sqlite }));
    expect(found(other, 'agora-rtc')?.distributedAs ?? []).toEqual([]);
  });
});
