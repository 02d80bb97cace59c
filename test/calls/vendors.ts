import type { ControlState } from '../../src/index.ts';

/** SDKs of other vendors than Agora, as Maven Central has them. */
export const sdks = {
  'tencent-trtc': 'com.tencent.liteav:LiteAVSDK_TRTC:13.2.0.20058:aar',
  'twilio-video': 'com.twilio:video-android:7.10.2:aar',
  livekit: 'io.livekit:livekit-android:2.26.0:aar',
} as const;

/** An app as a developer would write it, in the body of `onCreate`, and what its code says of one control. */
export interface Case {
  readonly name: string;
  readonly sdk: keyof typeof sdks;
  readonly body: string;
  readonly control: 'media-encryption' | 'end-to-end-encryption' | 'region';
  readonly state: ControlState;
  /** A piece of the reason that is given. */
  readonly reason: string;
  /** Who gets media, where a server that is handed over says it. */
  readonly recipient?: string;
}

const KEY = 'fetch("https://keys.acme.example/room")';

const trtc = (body: string) => `
    com.tencent.trtc.TRTCCloud cloud = com.tencent.trtc.TRTCCloud.sharedInstance(this);
    ${body}
    cloud.enterRoom(new com.tencent.trtc.TRTCCloudDef.TRTCParams(1400000001, "ann", "sig", 7, "", ""), 0);`;
const payload = (key: string, on = 'true') => `
    com.tencent.trtc.TRTCCloudDef.TRTCPayloadPrivateEncryptionConfig c = new com.tencent.trtc.TRTCCloudDef.TRTCPayloadPrivateEncryptionConfig();
    c.encryptionKey = ${key};
    cloud.enablePayloadPrivateEncryption(${on}, c);`;
const twilio = (more: string) =>
  `com.twilio.video.Video.connect(this, new com.twilio.video.ConnectOptions.Builder("token")${more}.build(), null);`;
const TYPE = 'livekit.LivekitModels.Encryption.Type';
const livekit = (options: string) => `
    io.livekit.android.LiveKit.INSTANCE.create(this, new io.livekit.android.RoomOptions(), new io.livekit.android.LiveKitOverrides());
    ${options}`;
/** Connects as Kotlin's compiler has a suspending call: with a continuation. */
const connect = (url: string) => `
    io.livekit.android.room.Room room = io.livekit.android.LiveKit.INSTANCE.create(this, new io.livekit.android.RoomOptions(), new io.livekit.android.LiveKitOverrides());
    try { room.connect(${url}, fetch("https://keys.acme.example/token"), new io.livekit.android.ConnectOptions(), null); } catch (Exception e) { throw new IllegalStateException(e); }`;
const shared = (key: string, type = 'GCM') =>
  livekit(`new io.livekit.android.e2ee.E2EEOptions(${key}, ${TYPE}.${type});`);

const of =
  (sdk: Case['sdk'], control: Case['control']) =>
  (name: string, body: string, state: ControlState, reason: string): Case => ({
    name,
    sdk,
    control,
    body,
    state,
    reason,
  });
const encryption = of('tencent-trtc', 'media-encryption');
const environment = of('tencent-trtc', 'region');
const region = of('twilio-video', 'region');
const endToEnd = of('livekit', 'end-to-end-encryption');

export const cases: readonly Case[] = [
  encryption(
    'key from the server, mode of the constructor',
    trtc(payload(KEY)),
    'undetermined',
    'Tencent has to allow it',
  ),
  encryption('key is a constant', trtc(payload('"s3cr3t-0123456789"')), 'weak', 'constant in the app'),
  encryption('switched off', trtc(payload(KEY, 'false')), 'off', 'onCreate (false)'),
  encryption('never switched on', trtc(''), 'off', 'no code aboard calls'),
  encryption('after entering the room', `${trtc('')}${payload(KEY)}`, 'undetermined', 'enterRoom'),
  environment(
    'default',
    trtc('com.tencent.live2.V2TXLivePremier.setEnvironment("default");'),
    'off',
    'best access point',
  ),
  environment(
    'GDPR',
    trtc('com.tencent.live2.V2TXLivePremier.setEnvironment("GDPR");'),
    'undetermined',
    'live streaming',
  ),
  region('nearest', twilio(''), 'off', 'wherever is nearest'),
  region('Germany for signalling', twilio('.region("de1")'), 'undetermined', 'media belongs to the room'),
  endToEnd('key from the server', shared(KEY), 'on', 'keys.acme.example'),
  endToEnd('key is a constant', shared('"s3cr3t-0123456789"'), 'weak', 'constant in the app'),
  endToEnd('type NONE', shared(KEY, 'NONE'), 'off', 'NONE'),
  endToEnd(
    'provider with a key from the server',
    livekit(
      `io.livekit.android.e2ee.BaseKeyProvider keys = new io.livekit.android.e2ee.BaseKeyProvider(); keys.setSharedKey(${KEY}, 0); new io.livekit.android.e2ee.E2EEOptions(keys, ${TYPE}.GCM);`,
    ),
    'on',
    'keys.acme.example',
  ),
  endToEnd(
    'provider without a key',
    livekit(`new io.livekit.android.e2ee.E2EEOptions(new io.livekit.android.e2ee.BaseKeyProvider(), ${TYPE}.GCM);`),
    'undetermined',
    'not given',
  ),
  endToEnd('never switched on', livekit(''), 'off', 'no code aboard calls'),
  {
    ...endToEnd('a server of the vendor', connect('"wss://acme-1.livekit.cloud"'), 'off', 'no code aboard calls'),
    recipient: 'livekit',
  },
  {
    ...endToEnd('a server of its own', connect('"wss://rtc.acme.com"'), 'off', 'no code aboard calls'),
    recipient: 'first-party',
  },
  {
    ...endToEnd('a server by a wrapper', connect('server("rtc.other.net")'), 'off', 'no code aboard calls'),
    recipient: 'unknown',
  },
];

/** The source of the app: an activity. */
export function sourceOf({ body }: Case): string {
  return `package com.acme.app;
public class Main extends android.app.Activity {
  protected void onCreate(android.os.Bundle b) { super.onCreate(b); ${body} }
  static String server(String host) { return "wss://" + host; }
  static String fetch(String from) {
    try {
      java.net.HttpURLConnection c = (java.net.HttpURLConnection) new java.net.URL(from).openConnection();
      return new java.io.BufferedReader(new java.io.InputStreamReader(c.getInputStream())).readLine();
    } catch (java.io.IOException e) { throw new IllegalStateException(e); }
  }
}
`;
}
