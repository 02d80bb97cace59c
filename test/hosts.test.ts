import { describe, expect, it } from 'vitest';
import type { Report } from '../src/index.ts';
import { agoraClasses } from './build/agora.ts';
import { buildBundle, type FileDescription } from './build/bundle.ts';
import { recipientOf } from './build/recipient.ts';
import { scan } from './build/verified.ts';

/** Hosts of vendors, and what explains that they are there. Every scan here verifies its evidence. */

const TEMPLATE = 'http://argus.agoralab.co/vosdk/public/report?listener=%u&venderID=%s&channelName=%s';

function app(files: Readonly<Record<string, FileDescription>>, id = 'org.example.app'): Promise<Report> {
  const axml = { name: 'manifest', attributes: { package: id }, children: [{ name: 'application' }] };
  // An APK without code is not whole.
  return scan(buildBundle({ files: { 'AndroidManifest.xml': { axml }, 'classes.dex': dex(), ...files } }));
}

const dex = (...strings: string[]): FileDescription => ({ dex: { classes: [{ name: 'a.b.C' }], strings } });
const lib = (...rodata: string[]): FileDescription => ({ elf: { soname: 'libx.so', rodata } });
const ids = (report: Report) => report.findings.map(({ level, id, state }) => `${level} ${id} ${state}`);
const about = (report: Report, rule: string) => report.findings.filter((finding) => finding.rule === rule);

describe('a host of a vendor in code that no detection explains', () => {
  it('is a finding with its places, and a template says which data', async () => {
    const report = await app({ 'classes.dex': dex(TEMPLATE), 'lib/arm64-v8a/libx.so': lib('qoslbs.agoralab.co') });
    expect(report.verdict).toBe('review');
    expect(report.detections).toEqual([]);
    expect(report.flows.map(({ id, sdk, protection }) => [id, sdk, protection])).toEqual([
      ['room-id:agora:no-known-sdk:argus.agoralab.co', null, 'cleartext'],
      ['user-id:agora:no-known-sdk:argus.agoralab.co', null, 'cleartext'],
    ]);
    expect(ids(report)).toEqual(
      expect.arrayContaining([
        'high identifiers-in-clear/agora/user-id holds',
        'high identifiers-in-clear/agora/room-id holds',
        'medium hosts-without-sdk/agora holds',
      ]),
    );
    const [finding] = about(report, 'hosts-without-sdk');
    expect(finding?.title).toBe('Code aboard holds hosts of Agora; no known SDK of it was found');
    expect(finding?.evidence.map(({ path }) => path).sort()).toEqual(['classes.dex', 'lib/arm64-v8a/libx.so']);
    expect(finding?.sdks).toEqual([]);
  });

  it.each([
    ['a .NET assembly', 'assemblies/A.dll', 'MZ\0\0rs.easemob.com\0', 'easemob'],
    ['a script', 'assets/app.js', 'x="wss://chunderm.gll.twilio.com/signal"', 'twilio'],
    ['a page with a script', 'assets/index.html', '<script>open("wss://rtc.telnyx.com")</script>', 'telnyx'],
    ['content of no known kind', 'assets/x.bin', '\x01\x02\0lbs.netease.im\0', 'netease'],
  ])('in %s', async (_, path, text, vendor) => {
    const report = await app({ [path]: { text } });
    expect(ids(report)).toContain(`medium hosts-without-sdk/${vendor} holds`);
  });

  it('asks for a review of a host of a use that is not known, and of a host that code connects to', async () => {
    expect(ids(await app({ 'classes.dex': dex('https://x.rtnsvc.com/') }))).toContain(
      'medium hosts-without-sdk/agora holds',
    );
    expect(ids(await app({ 'classes.dex': dex('wss://zoom.us/x') }))).toContain('medium hosts-without-sdk/zoom holds');
  });

  it.each([
    ['documentation', 'https://docs.agora.io/en/introduction/firewall'],
    ['a site, by its name', 'https://www.voximplant.com/pricing'],
    ['a host that only ends like one', 'https://notagora.io/x'],
    ['a mail address', 'help@agora.io'],
  ])('is none where it is %s', async (_, text) => {
    const report = await app({ 'classes.dex': dex(text), 'lib/arm64-v8a/libx.so': lib(text) });
    const others = ['unidentified-native-code', 'unknown-party-with-hosts'];
    expect(report.findings.map(({ rule }) => rule).filter((rule) => !others.includes(rule))).toEqual([]);
    expect(report.verdict).toBe('pass');
  });

  it.each([
    ['a licence', { 'assets/LICENSE.txt': { text: 'See https://ap.agora.io/ and argus.agoralab.co.' } }],
    ['a help page', { 'assets/help.html': { text: '<a href="https://agora.io/en/">Agora</a>' } }],
    ['a link to the domain itself', { 'classes.dex': dex('https://agora.io/legal') }],
    ['an interface for customers', { 'classes.dex': dex('https://api.twilio.com/2010-04-01/Accounts') }],
    ['a page that people open', { 'classes.dex': dex('https://zoom.us/j/123') }],
  ])('is worth a line, and no review, in %s', async (_, files) => {
    const report = await app(files as Record<string, FileDescription>);
    expect(report.verdict).toBe('pass');
    expect(report.findings.map(({ rule, level }) => [rule, level])).toContainEqual(['other-hosts-of-vendor', 'info']);
  });

  it('is worth a line in an app of the vendor by its id, and a template in clear is more', async () => {
    const hosts = await app({ 'classes.dex': dex('https://ap.agora.io/x') }, 'io.agora.demo');
    expect(hosts.verdict).toBe('pass');
    expect(about(hosts, 'other-hosts-of-vendor')).toHaveLength(1);
    const template = await app({ 'classes.dex': dex(TEMPLATE) }, 'io.agora.demo');
    expect(template.verdict).toBe('review');
    // A name that holds the vendor's is not of its domain.
    const other = await app({ 'classes.dex': dex('https://ap.agora.io/x') }, 'com.agorafans.demo');
    expect(other.verdict).toBe('review');
  });

  it('is explained by an SDK of the vendor, and of its owner, in the same file', async () => {
    const agora: FileDescription = {
      dex: { classes: agoraClasses, strings: ['https://ap.agora.io/x'] },
    };
    const report = await app({ 'classes.dex': agora, 'classes2.dex': dex('qos.agoralab.co') });
    expect(about(report, 'hosts-without-sdk')).toEqual([]);
    expect(about(report, 'other-hosts-of-vendor').map(({ evidence }) => evidence.map(({ path }) => path))).toEqual([
      ['classes2.dex'],
    ]);
    const easemob: FileDescription = {
      dex: { classes: [{ name: 'com.hyphenate.chat.EMClient', methods: ['init'] }], strings: ['ap1.agora.io'] },
    };
    expect(about(await app({ 'classes.dex': easemob }), 'hosts-without-sdk')).toEqual([]);
    const named: FileDescription = {
      dex: {
        classes: [{ name: 'a.b.C', methods: ['x'] }],
        references: ['io.agora.rtc.RtcEngine'],
        strings: ['ap1.agora.io'],
      },
    };
    expect(about(await app({ 'classes.dex': named }), 'hosts-without-sdk')[0]?.title).toContain(
      'named, and was not found',
    );
    // Texts of an SDK can stand in any code: they explain nothing but scripts.
    const texts = { text: 'MZ\0\0wss://<region>.vss.twilio.com/signaling\0' };
    const [finding] = about(await app({ 'assemblies/T.dll': texts }), 'hosts-without-sdk');
    expect(finding?.title).toContain('texts alone');
    const script = { text: 'x="wss://<region>.vss.twilio.com/signaling"' };
    expect(about(await app({ 'assets/t.js': script }), 'hosts-without-sdk')).toEqual([]);
  });
});

describe('what goes to a vendor in clear', () => {
  const sdk = (...strings: string[]): FileDescription => ({
    dex: { classes: [{ name: 'com.twilio.video.Room', methods: ['x'] }], strings },
  });

  it('is a finding without known parameters, and an encrypted address does not hide it', async () => {
    const report = await app({
      'classes.dex': sdk('https://ecs.us1.twilio.com/v2', 'http://ecs.us1.twilio.com/v1', 'ecs.us1.twilio.com'),
    });
    expect(report.endpoints.map(({ host, scheme, url }) => [host, scheme, url])).toEqual([
      ['ecs.us1.twilio.com', null, null],
      ['ecs.us1.twilio.com', 'http', 'http://ecs.us1.twilio.com/v1'],
      ['ecs.us1.twilio.com', 'https', 'https://ecs.us1.twilio.com/v2'],
    ]);
    const [finding] = about(report, 'plaintext-of-unknown-content');
    expect([finding?.level, finding?.state, finding?.recipient]).toEqual(['medium', 'holds', 'twilio']);
    expect(finding?.evidence.map(({ text }) => text)).toEqual(['http://ecs.us1.twilio.com/v1']);
  });

  it('is none where all is encrypted, where a page is linked, and where another finding names the data', async () => {
    const report = await app({ 'classes.dex': sdk('https://ecs.us1.twilio.com/v2', 'http://www.twilio.com/legal') });
    expect(about(report, 'plaintext-of-unknown-content')).toEqual([]);
    // An error text of the SDK that links a page at the vendor's own domain.
    const link = await app({ 'classes.dex': sdk('http://twilio.com/docs/errors/53000') });
    expect(about(link, 'plaintext-of-unknown-content')).toEqual([]);
    const agora: FileDescription = {
      dex: { classes: agoraClasses, strings: [TEMPLATE] },
    };
    const known = await app({ 'classes.dex': agora });
    expect(about(known, 'identifiers-in-clear').length).toBeGreaterThan(0);
    expect(about(known, 'plaintext-of-unknown-content')).toEqual([]);
  });
});

describe('whose servers', () => {
  const jitsi = (...strings: string[]): FileDescription => ({
    dex: { classes: [{ name: 'org.jitsi.meet.sdk.JitsiMeetView', methods: ['join'] }], strings },
  });
  const livekit = (...strings: string[]): FileDescription => ({
    dex: { classes: [{ name: 'io.livekit.android.LiveKit', methods: ['create'] }], strings },
  });
  const recipients = (report: Report) => [
    ...new Set(
      report.flows.filter(({ data }) => data === 'room-id').map(({ recipient, host }) => `${recipient} ${host}`),
    ),
  ];

  it('the default that the bytes name, the server that the app names, or nobody’s', async () => {
    expect(recipients(await app({ 'classes.dex': jitsi('https://meet.jit.si') }))).toEqual([
      '8x8 meet.jit.si',
      'unknown null',
    ]);
    expect(recipients(await app({ 'classes.dex': jitsi('https://meet.example.org') }))).toEqual(['unknown null']);
    expect(recipients(await app({ 'classes.dex': livekit('wss://rooms-x1.livekit.cloud') }))).toEqual([
      'livekit rooms-x1.livekit.cloud',
    ]);
    // The suffix by which the SDK tells its maker's cloud names no server.
    expect(recipients(await app({ 'classes.dex': livekit('livekit.cloud') }))).toEqual(['unknown null']);
  });

  it('a STUN server sees the address, whoever runs it', async () => {
    const report = await app({
      'classes.dex': { dex: { classes: [{ name: 'org.webrtc.PeerConnectionFactory', methods: ['x'] }] } },
      'assets/ice.js': {
        text: 'a=["stun:stun.l.google.com:19302","turn:relay.example.org:3478","stun:global.stun.twilio.com"]',
      },
    });
    const seen = report.flows.filter(({ data, host }) => data === 'network-info' && host !== null);
    expect(seen.map((flow) => [flow.host, flow.recipient, recipientOf(report, flow).name])).toEqual([
      ['global.stun.twilio.com', 'twilio', 'Twilio'],
      ['relay.example.org', 'unknown:relay.example.org', 'whoever runs relay.example.org'],
      ['stun.l.google.com', 'unknown:stun.l.google.com', 'Google, by the domain google.com'],
    ]);
    const relayed = await app({
      'classes.dex': { dex: { classes: [{ name: 'org.webrtc.PeerConnectionFactory', methods: ['x'] }] } },
      'assets/ice.js': { text: 'a=["turn:turn.telnyx.com:3478","turn:relay.example.org:3478"]' },
    });
    const media = relayed.flows.filter(({ data, host }) => data === 'microphone' && host !== null);
    expect(media.map(({ host, recipient }) => [host, recipient])).toEqual([
      ['turn.telnyx.com', 'telnyx'],
      ['relay.example.org', 'unknown:relay.example.org'],
    ]);
    // A help text of an app without such code is not asked.
    const help = await app({ 'assets/help.txt': { text: 'Use stun:stun.l.google.com:19302 if it fails.' } });
    expect(help.flows).toEqual([]);
  });
});

it('a vendor is named with its countries, also where no flow goes to it', async () => {
  const report = await app({ 'assets/a.txt': { text: 'https://ap.agora.io/' } });
  expect(report.flows).toEqual([]);
  expect(report.vendors.map(({ id, name, presence, confidence }) => [id, name, presence, confidence])).toEqual([
    ['agora', 'Agora', [], null],
  ]);
  expect(report.vendors[0]?.countries).toEqual(expect.arrayContaining(['CN', 'US']));
});
