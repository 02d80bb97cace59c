import { zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import type { Report, ScanOptions } from '../src/index.ts';
import { buildBinaryXml } from './build/axml.ts';
import { buildCode, type CodeClass } from './build/dex-code.ts';
import { buildElf } from './build/elf.ts';
import { scan } from './build/verified.ts';

const STRING = 'Ljava/lang/String;';
const CONNECT = `io.livekit.android.room.Room.connect(${STRING}${STRING}Lio/livekit/android/ConnectOptions;Lkotlin/coroutines/Continuation;)Ljava/lang/Object;`;
const JOIN = `io.agora.rtc2.RtcEngine.joinChannel(${STRING}${STRING}${STRING}I)I`;

/** SDKs by their names alone, as their rules know them; what is called has no code. */
const livekit: CodeClass = {
  name: 'io.livekit.android.room.Room',
  methods: [{ is: CONNECT.slice(CONNECT.lastIndexOf('.connect') + 1) }],
};
const agora: CodeClass = {
  name: 'io.agora.rtc2.RtcEngine',
  methods: [{ is: JOIN.slice(JOIN.indexOf('joinChannel')) }],
};
/** Classes of an SDK beside the one that is called: fewer are a remnant. */
const more = (name: string, count: number): CodeClass[] =>
  Array.from({ length: count }, (_, i) => ({ name: `${name}.C${i}` }));
const sdk = [livekit, agora, ...more('io.livekit.android', 6), ...more('io.agora.rtc2', 6)];

const activity = (code: readonly string[], methods: CodeClass['methods'] = []): CodeClass => ({
  name: 'com.acme.Main',
  super: 'android.app.Activity',
  methods: [{ is: 'onCreate(Landroid/os/Bundle;)V', code: [...code, 'return-void'] }, ...methods],
});
const connect = (url: readonly string[]) => [
  ...url,
  'const-string v2 token',
  'const v3 0',
  `invoke-virtual ${CONNECT} v0 v1 v2 v3 v3`,
];
const text = (value: string) => [`const-string v1 ${value}`];

const permissions = ['RECORD_AUDIO', 'CAMERA'].map((name) => ({
  name: 'uses-permission',
  attributes: { 'android:name': `android.permission.${name}` },
}));

async function scanned(
  app: CodeClass | readonly CodeClass[],
  options: ScanOptions = {},
  id = 'com.acme.app',
): Promise<Report> {
  const manifest = buildBinaryXml({ name: 'manifest', attributes: { package: id }, children: permissions });
  const classes = Array.isArray(app) ? app : [app];
  return scan(zipSync({ 'AndroidManifest.xml': manifest, 'classes.dex': buildCode([...sdk, ...classes]) }), options);
}

const flowsOf = ({ flows }: Report, id: string) => flows.filter(({ sdk }) => sdk === id);
const handedOf = ({ detections }: Report, id: string) =>
  (detections.find(({ sdk }) => sdk === id)?.handed ?? []).map(({ what, from, value }) =>
    `${what} ${from} ${value}`.trim(),
  );

describe('a server that a call hands an SDK which anybody can run', () => {
  it('is the vendor’s where the host is', async () => {
    const report = await scanned(activity(connect(text('wss://demo-1.livekit.cloud'))));
    const media = flowsOf(report, 'livekit').find(({ data }) => data === 'microphone');
    expect(media).toMatchObject({
      recipient: 'livekit',
      host: 'demo-1.livekit.cloud',
      basis: 'configured',
      protection: 'transport',
    });
    expect(media?.evidence.map((piece) => piece.text)).toContain('wss://demo-1.livekit.cloud');
    expect(report.findings.map(({ rule }) => rule)).not.toContain('recipient-unknown');
  });

  it('is whoever runs the app, by the domain of its id, and nobody else where anybody gets a name below', async () => {
    const own = await scanned(activity(connect(text('wss://rtc.acme.com/'))));
    expect(flowsOf(own, 'livekit').map(({ recipient }) => recipient)).toEqual(expect.arrayContaining(['first-party']));
    expect(own.recipients.find(({ id }) => id === 'first-party')?.name).toContain('acme.com');
    const shared = await scanned(activity(connect(text('wss://x.herokuapp.com'))), {}, 'com.herokuapp.y');
    expect(flowsOf(shared, 'livekit').map(({ recipient }) => recipient)).not.toContain('first-party');
  });

  it('is somebody not known elsewhere: the report names the host, and asks whose it is', async () => {
    const report = await scanned(activity(connect(text('ws://rtc.other.net:7880'))));
    const media = flowsOf(report, 'livekit').find(({ data }) => data === 'microphone');
    expect(media).toMatchObject({
      recipient: 'unknown:rtc.other.net',
      basis: 'configured',
      protection: 'undetermined',
    });
    expect(media?.says).toContain('of its maker or of a third party');
    expect(report.findings.find(({ rule }) => rule === 'recipient-unknown')?.reason).toContain('rtc.other.net');
  });

  it('of an address says where it is registered, with registry data', async () => {
    const addresses = { name: 'test', sha256: '0'.repeat(64), built: '2026-01-01', countryOf: () => 'SG' };
    const report = await scanned(activity(connect(text('wss://203.0.113.7:443'))), { addresses });
    expect(report.recipients.map(({ name }) => name)).toContain(
      'whoever runs 203.0.113.7, an address registered in SG',
    );
  });

  it('leaves open where another goes as well: two servers and one that nobody knows', async () => {
    const both = [...connect(text('wss://a.livekit.cloud')), ...connect(text('wss://rtc.other.net'))];
    const unknown = [`invoke-static com.acme.Config.url()${STRING}`, 'move-result-object v1'];
    const report = await scanned(activity([...both, ...connect(unknown)]));
    const rooms = flowsOf(report, 'livekit').filter(({ data }) => data === 'microphone');
    expect(rooms.map(({ recipient }) => recipient).sort()).toEqual(['livekit', 'unknown', 'unknown:rtc.other.net']);
    expect(new Set(rooms.map(({ id }) => id)).size).toBe(3);
  });

  it('counts only where code leads to it', async () => {
    const unused = {
      is: 'unused()V',
      static: true,
      code: [...connect(text('wss://demo.livekit.cloud')), 'return-void'],
    };
    const report = await scanned(activity([], [unused]));
    expect(flowsOf(report, 'livekit').filter(({ evidence }) => evidence.some(({ kind }) => kind === 'use'))).toEqual(
      [],
    );
    expect(handedOf(report, 'livekit')).toContain('server constant wss://demo.livekit.cloud');
    expect(report.findings.map(({ rule }) => rule)).not.toContain('secret-in-app');
  });
});

describe('what calls hand over', () => {
  const join = (token: readonly string[], user: readonly string[] = ['const-string v3 info', 'const v4 0']) => [
    ...token,
    'const-string v2 room',
    ...user,
    `invoke-virtual ${JOIN} v0 v1 v2 v3 v4`,
  ];

  it('a secret is never repeated: its beginning and length, and no byte of it as evidence', async () => {
    const token = '006abcdefSECRETSECRETSECRET';
    const report = await scanned(activity(join([`const-string v1 ${token}`])));
    expect(handedOf(report, 'agora-rtc')).toContain('token constant 006a… (27 characters)');
    expect(JSON.stringify(report)).not.toContain('SECRET');
    expect(report.findings.find(({ rule }) => rule === 'secret-in-app')).toMatchObject({
      state: 'holds',
      recipient: 'agora',
    });
  });

  it('of a short secret less is shown', async () => {
    const report = await scanned(activity(join(['const-string v1 abcdef'])));
    expect(handedOf(report, 'agora-rtc')).toContain('token constant a… (6 characters)');
  });

  it('no token, and a user 0 that is a number', async () => {
    const report = await scanned(activity(join(['const v1 0'])));
    expect(handedOf(report, 'agora-rtc')).toEqual(expect.arrayContaining(['token none', 'user-id constant 0']));
    const finding = report.findings.find(({ rule }) => rule === 'rooms-without-token');
    expect(finding).toMatchObject({ state: 'holds', level: 'medium' });
    expect(finding?.remedy.maker).toContain('joinChannel(tokenFromYourServer');
  });

  it('a token on one way alone decides nothing', async () => {
    const other = [`invoke-static com.acme.Net.token()${STRING}`, 'move-result-object v1'];
    const report = await scanned(activity([...join(['const v1 0']), ...join(other)]));
    expect(report.findings.map(({ rule }) => rule)).not.toContain('rooms-without-token');
  });

  it.each([
    [
      'the phone number',
      ['const v5 0', `invoke-virtual android.telephony.TelephonyManager.getLine1Number()${STRING} v5`],
      'phone-number',
    ],
    [
      'the advertising ID',
      [
        'const v5 0',
        `invoke-virtual com.google.android.gms.ads.identifier.AdvertisingIdClient$Info.getId()${STRING} v5`,
      ],
      'advertising-id',
    ],
    [
      'the Android ID',
      [
        'const v5 0',
        'const-string v6 android_id',
        `invoke-static android.provider.Settings$Secure.getString(Landroid/content/ContentResolver;${STRING})${STRING} v5 v6`,
      ],
      'device-id',
    ],
  ])('a user that is %s', async (name, code, kind) => {
    const given = [...code, 'move-result-object v2'];
    const account = `io.agora.rtc2.RtcEngine.joinChannelWithUserAccount(${STRING}${STRING}${STRING})I`;
    const call = [...given, 'const v1 0', `invoke-virtual ${account} v0 v1 v1 v2`];
    const engine = {
      name: agora.name,
      methods: [...agora.methods!, { is: account.slice(account.indexOf('joinChannelWith')) }],
    };
    const manifest = buildBinaryXml({ name: 'manifest', attributes: { package: 'com.acme.app' } });
    const dex = buildCode([...sdk.filter((each) => each !== agora), engine, activity(call)]);
    const report = await scan(zipSync({ 'AndroidManifest.xml': manifest, 'classes.dex': dex }));
    const user = report.detections
      .find(({ sdk }) => sdk === 'agora-rtc')
      ?.handed?.find(({ what }) => what === 'user-id');
    expect(user).toMatchObject({ from: 'identifier', identifier: kind, value: expect.stringContaining(name) });
    const finding = report.findings.find(({ rule }) => rule === 'identifiers-of-people');
    expect(finding).toMatchObject({ state: 'holds', recipient: 'agora' });
    expect(finding?.reason).toContain(name);
  });

  it('a setting of the system that is no identifier is none', async () => {
    const code = [
      'const v5 0',
      'const-string v6 location_mode',
      `invoke-static android.provider.Settings$Secure.getString(Landroid/content/ContentResolver;${STRING})${STRING} v5 v6`,
      'move-result-object v2',
    ];
    const report = await scanned(
      activity([...code, 'const v1 0', 'const v4 0', `invoke-virtual ${JOIN} v0 v1 v2 v1 v4`]),
    );
    expect(report.findings.map(({ rule }) => rule)).not.toContain('identifiers-of-people');
  });

  it('the text null is a token, and not the lack of one', async () => {
    const handed = async (token: string) => {
      const code = ['const v5 0', token, 'const-string v2 room', `invoke-virtual ${JOIN} v0 v1 v2 v5 v5`];
      return handedOf(await scanned(activity(code)), 'agora-rtc').filter((each) => each.startsWith('token'));
    };
    expect(await handed('const-string v1 null')).toEqual(['token constant n… (4 characters)']);
    expect(await handed('const v1 0')).toEqual(['token none']);
  });
});

describe('an SDK that nothing calls', () => {
  const uncalled = ({ detections }: Report) => detections.filter(({ isUncalled }) => isUncalled).map(({ sdk }) => sdk);

  it('is said to be so, and its findings weigh half', async () => {
    const report = await scanned(activity([]));
    expect(uncalled(report)).toEqual(['agora-rtc', 'livekit']);
    const called = await scanned(activity(connect(text('wss://demo.livekit.cloud'))));
    expect(uncalled(called)).toEqual(['agora-rtc']);
    const weights = ({ findings }: Report, recipient: string) =>
      findings
        .filter((each) => each.recipient === recipient && each.weight > 0)
        .map(({ rule, weight }) => [rule, weight] as const);
    expect(weights(report, 'agora').length).toBeGreaterThan(0);
    const rule = (await import('../rules/policies/store.json', { with: { type: 'json' } })).default.rules;
    for (const [id, weight] of weights(report, 'agora'))
      expect(weight).toBeCloseTo(rule.find((each) => each.id === id)!.weight / 2, 1);
    for (const [id, weight] of weights(report, 'agora'))
      expect(weight).toBeLessThan(rule.find((each) => each.id === id)!.weight);
    expect(report.risk.overall.possible).toBeLessThan(called.risk.overall.possible);
    expect(report.risk.overall.possible).toBeGreaterThan(0);
    expect(report.findings.find(({ recipient }) => recipient === 'agora')?.reason).toContain('weighs half');
  });

  it.each([
    ['reflects', [`invoke-virtual java.lang.Class.getMethod(${STRING})V v0 v1`]],
    ['loads code', ['const v1 0', `invoke-direct dalvik.system.DexClassLoader.<init>(${STRING})V v0 v1`]],
  ])('is not said of an app that %s', async (_, code) => {
    expect(uncalled(await scanned(activity(code)))).toEqual([]);
  });

  it('is not said where code of its vendor that no rule knows calls it, or another SDK of the vendor is aboard', async () => {
    const bridge = {
      name: 'io.agora.agora_rtc_ng.Bridge',
      methods: [
        { is: 'go()V', static: true, code: ['const v1 0', `invoke-virtual ${JOIN} v0 v1 v1 v1 v1`, 'return-void'] },
      ],
    };
    expect(uncalled(await scanned([activity([]), bridge]))).toEqual(['livekit']);
    const messages = Array.from({ length: 6 }, (_, i) => ({ name: `io.agora.rtm.C${i}` }));
    const both = await scanned([activity([]), ...messages]);
    expect(both.detections.map(({ sdk }) => sdk)).toContain('agora-rtm');
    expect(uncalled(both)).toEqual(['livekit']);
  });

  it('is not said where the manifest names a class of it, or native code of somebody else’s is aboard', async () => {
    const dex = buildCode([...sdk, activity([])]);
    const service = { name: 'service', attributes: { 'android:name': 'io.agora.rtc2.C0' } };
    const manifest = buildBinaryXml({
      name: 'manifest',
      attributes: { package: 'com.acme.app' },
      children: [{ name: 'application', children: [service] }],
    });
    expect(uncalled(await scan(zipSync({ 'AndroidManifest.xml': manifest, 'classes.dex': dex })))).toEqual(['livekit']);
    const plain = buildBinaryXml({ name: 'manifest', attributes: { package: 'com.acme.app' } });
    const files = { 'AndroidManifest.xml': plain, 'classes.dex': dex, 'lib/arm64-v8a/libother.so': buildElf({}) };
    expect(uncalled(await scan(zipSync(files)))).toEqual([]);
  });
});
