import { describe, expect, it } from 'vitest';
import { defaultBudgets } from '../src/budgets.ts';
import { readNetworkConfig } from '../src/bundle/kinds/apk-network-config.ts';
import { readBinaryXml } from '../src/formats/axml/index.ts';
import { render } from '../src/index.ts';
import { permitsClear } from '../src/judge/network.ts';
import type { NetworkSecurity, Report } from '../src/types.ts';
import { buildResourceTable } from './build/arsc.ts';
import { buildBinaryXml, type XmlDescription, type XmlValue } from './build/axml.ts';
import { buildDex } from './build/dex.ts';
import { mulberry32 } from './build/random.ts';
import { cases } from './build/slow.ts';
import { scan } from './build/verified.ts';
import { buildZip } from './build/zip.ts';

/** What an APK's documents permit of connections, by the rules of AOSP's android.security.net.config. */

type Attributes = Readonly<Record<string, XmlValue>>;
const element = (name: string, attributes: Attributes = {}, children: readonly XmlDescription[] = []) => ({
  ...{ name, attributes, children },
});
const PATH = 'res/xml/rules.xml';
const REFERENCE = { reference: 0x7f010000 };

interface Described {
  readonly target?: number;
  readonly min?: number;
  readonly application?: Attributes;
  readonly paths?: readonly string[];
  readonly files?: Readonly<Record<string, Uint8Array>>;
  readonly table?: boolean;
}

function apk({ target = 34, min = 24, application = {}, paths = [PATH], files = {}, table = true }: Described) {
  const root = element('manifest', { package: 'org.example.app' }, [
    element('uses-sdk', { 'android:minSdkVersion': min, 'android:targetSdkVersion': target }),
    element('application', application),
  ]);
  const types = paths.map((path, i) => ({ id: 1, language: i === 0 ? '' : `d${'efg'[i]}`, values: [path] }));
  const all = {
    'AndroidManifest.xml': buildBinaryXml(root),
    'classes.dex': buildDex({ classes: [{ name: 'org.example.app.A' }] }),
    ...(table ? { 'resources.arsc': buildResourceTable({ types }) } : {}),
    ...files,
  };
  return scan(buildZip(Object.entries(all).map(([name, data]) => ({ name, data }))));
}

const configured = (root: XmlDescription, described: Described = {}) =>
  apk({
    ...described,
    application: { ...described.application, 'android:networkSecurityConfig': REFERENCE },
    files: { [PATH]: buildBinaryXml(root) },
  });
const rules = (...children: readonly XmlDescription[]) => element('network-security-config', {}, children);
const domain = (text: string, attributes: Attributes = {}): XmlDescription => ({ name: 'domain', attributes, text });
const certificates = (...sources: readonly XmlValue[]) =>
  element(
    'trust-anchors',
    {},
    sources.map((src) => element('certificates', { src })),
  );
const pin = (digest = 'SHA-256', text = `${'A'.repeat(43)}=`): XmlDescription => ({
  name: 'pin',
  attributes: { digest },
  text,
});
const networkOf = (report: Report): NetworkSecurity => report.bundle.app.network!;

describe('without a configuration', () => {
  it.each([
    [27, undefined, true],
    [28, undefined, false],
    [28, true, true],
    [27, false, false],
  ])('a target of %i, usesCleartextTraffic %s: cleartext %s', async (target, says, cleartext) => {
    const application: Attributes = says === undefined ? {} : { 'android:usesCleartextTraffic': says };
    const network = networkOf(await apk({ target, application }));
    expect(network).toMatchObject({ config: null, usesCleartextTraffic: says ?? null, domains: [] });
    expect(network.base).toEqual({ cleartext, trust: ['system'] });
  });

  it.each([
    [23, ['system', 'user']],
    [24, ['system']],
  ])('a target of %i trusts %j', async (target, trust) => {
    expect(networkOf(await apk({ target })).base?.trust).toEqual(trust);
  });

  it('a text is no configuration, as Android asks for a resource', async () => {
    const report = await apk({ application: { 'android:networkSecurityConfig': PATH } });
    expect(networkOf(report).config).toBeNull();
  });
});

describe('a configuration', () => {
  it('passes over usesCleartextTraffic: what it leaves out is the default of the target', async () => {
    const application = { 'android:usesCleartextTraffic': true };
    const network = networkOf(await configured(rules(), { application }));
    expect(network.config).toEqual({ path: PATH, isRead: true });
    expect(network).toMatchObject({ usesCleartextTraffic: true, base: { cleartext: false, trust: ['system'] } });
    expect(networkOf(await configured(rules(), { application, target: 27 })).base?.cleartext).toBe(true);
  });

  it('domains take what they leave out from around them, from a base behind them, and from the platform', async () => {
    const network = networkOf(
      await configured(
        rules(
          element('domain-config', { cleartextTrafficPermitted: true }, [
            domain('\n  Example.COM ', { includeSubdomains: true }),
            domain('10.0.2.2'),
            element('pin-set', { expiration: '2030-1-02' }, [pin(), pin(), pin('SHA-256', `${'B'.repeat(43)}=`)]),
            element('domain-config', { cleartextTrafficPermitted: false }, [
              domain('secure.example.com'),
              certificates({ reference: 0x7f020000 }, 'user', 'user'),
            ]),
          ]),
          element('domain-config', {}, [domain('b.example')]),
          element('base-config', { cleartextTrafficPermitted: false }, [certificates('system', 'user')]),
        ),
      ),
    );
    expect(network.base).toEqual({ cleartext: false, trust: ['system', 'user'] });
    const pins = { count: 2, expires: '2030-01-02' };
    expect(network.domains).toEqual([
      {
        names: [
          { name: 'example.com', includeSubdomains: true },
          { name: '10.0.2.2', includeSubdomains: false },
        ],
        ...{ cleartext: true, trust: ['system', 'user'], pins },
      },
      {
        names: [{ name: 'secure.example.com', includeSubdomains: false }],
        ...{ cleartext: false, trust: ['own', 'user'], pins },
      },
      {
        names: [{ name: 'b.example', includeSubdomains: false }],
        ...{ cleartext: false, trust: ['system', 'user'], pins: null },
      },
    ]);
  });

  it.each([
    ['a text', 'false'],
    ['a reference', { reference: 0x7f030000 }],
  ])('a flag that is %s counts as permitted: Android takes integers alone', async (_what, value) => {
    const network = networkOf(await configured(rules(element('base-config', { cleartextTrafficPermitted: value }))));
    expect(network.base?.cleartext).toBe(true);
  });

  it('overrides for debugging count where the app may be debugged', async () => {
    const root = rules(element('debug-overrides', {}, [certificates('user')]));
    expect(networkOf(await configured(root)).base?.trust).toEqual(['system']);
    const debuggable = await configured(root, { application: { 'android:debuggable': true } });
    expect(networkOf(debuggable).base?.trust).toEqual(['system', 'user']);
  });

  it('an empty list of anchors trusts nobody', async () => {
    const report = await configured(rules(element('base-config', {}, [certificates()])));
    expect(networkOf(report).base?.trust).toEqual([]);
    expect(render(report, 'text', { width: 200 })).toContain('no certificate is trusted');
  });

  it('of which other devices read another names those', async () => {
    const application = { 'android:networkSecurityConfig': REFERENCE };
    const files = { [PATH]: buildBinaryXml(rules()), 'res/xml/b.xml': buildBinaryXml(rules()) };
    const network = networkOf(await apk({ application, files, paths: [PATH, 'res/xml/b.xml'] }));
    expect(network).toMatchObject({ config: { path: PATH, isRead: true }, variants: ['res/xml/b.xml'] });
  });

  it('more domains than are listed are counted', async () => {
    const many = Array.from({ length: 300 }, (_, i) => domain(`h${i}.example`));
    const network = networkOf(await configured(rules(element('domain-config', {}, many))));
    expect(network.domains.flatMap(({ names }) => names)).toHaveLength(256);
    expect(network.moreDomains).toBe(44);
  });
});

describe('what cannot be read is said, blocks nothing, and permits nothing that is known', () => {
  const line = (report: Report) => report.coverage.filter(({ detail }) => detail.includes('network security'));
  const application = { 'android:networkSecurityConfig': REFERENCE };

  it.each<[string, Described, string, string | null]>([
    ['no resource table', { application, table: false }, 'missing', null],
    ['a path that is not aboard', { application }, 'missing', PATH],
    ['content that is none', { application, files: { [PATH]: new Uint8Array(20).fill(7) } }, 'malformed', PATH],
    [
      'text',
      { application, files: { [PATH]: new TextEncoder().encode('<network-security-config/>') } },
      'malformed',
      PATH,
    ],
  ])('%s', async (_what, described, reason, path) => {
    const report = await apk(described);
    expect(networkOf(report)).toMatchObject({ config: { path, isRead: false }, base: null, domains: [] });
    expect(line(report)).toEqual([expect.objectContaining({ reason, matters: false })]);
    expect(report.complete).toBe(true);
    expect(render(report, 'text', { width: 200 })).toContain('not read, so that what it permits is not known');
  });

  it.each<[string, XmlDescription]>([
    ['another root', element('manifest')],
    ['two bases', rules(element('base-config'), element('base-config'))],
    ['no domain', rules(element('domain-config'))],
    ['a domain in the base', rules(element('base-config', {}, [domain('a.example')]))],
    ['pins in the base', rules(element('base-config', {}, [element('pin-set')]))],
    ['a domain twice', rules(element('domain-config', {}, [domain('a.example'), domain('A.example')]))],
    ['a domain without a name', rules(element('domain-config', {}, [element('domain')]))],
    ['two lists of anchors', rules(element('base-config', {}, [certificates(), certificates()]))],
    ['an unknown source', rules(element('base-config', {}, [certificates('everyone')]))],
    ['no source', rules(element('base-config', {}, [element('trust-anchors', {}, [element('certificates')])]))],
    ['another digest', rules(element('domain-config', {}, [domain('a.b'), element('pin-set', {}, [pin('SHA-1')])]))],
    ['no digest', rules(element('domain-config', {}, [domain('a.b'), element('pin-set', {}, [pin('SHA-256', 'x')])]))],
    ['no day', rules(element('domain-config', {}, [domain('a.b'), element('pin-set', { expiration: 'soon' })]))],
  ])('%s, which Android refuses', async (_what, root) => {
    const report = await configured(root);
    expect(networkOf(report)).toMatchObject({ config: { path: PATH, isRead: false }, base: null });
    expect(line(report)).toEqual([expect.objectContaining({ path: PATH, reason: 'malformed', matters: false })]);
  });
});

it('the text report says it in one line', async () => {
  const root = rules(
    element('base-config', { cleartextTrafficPermitted: false }),
    element('domain-config', { cleartextTrafficPermitted: true }, [domain('a.example', { includeSubdomains: true })]),
    element('domain-config', {}, [domain('b.example'), element('pin-set', { expiration: '2018-01-01' }, [pin()])]),
  );
  const text = render(await configured(root, { min: 21 }), 'text', { width: 1000 });
  expect(text).toContain(
    'Network    res/xml/rules.xml: connections without TLS are refused, but permitted to a.example and below; ' +
      'pins of keys have expired for b.example; devices before Android 7.0 do not read it; ' +
      'sockets that code opens by itself do not ask\n',
  );
});

it('rules nested to the depth of a document, and anchors by the thousand, cost what they weigh', () => {
  const anchors = certificates(...Array.from({ length: 5000 }, () => 'user'));
  let deep: XmlDescription = element('domain-config', {}, [domain('d0.example')]);
  for (let i = 1; i < 120; i++) deep = element('domain-config', {}, [domain(`d${i}.example`), deep]);
  const { root } = readBinaryXml(buildBinaryXml(rules(element('base-config', {}, [anchors]), deep)), defaultBudgets);
  const { domains } = readNetworkConfig(root!, { cleartext: false, trust: ['system'] }, false);
  expect(domains).toHaveLength(120);
  expect(domains.every(({ trust }) => trust.join() === 'user')).toBe(true);
});

describe('a flow in clear is read with it, and judged as without', () => {
  const HOST = 'argus.agoralab.co';
  const TEMPLATE = `http://${HOST}/vosdk/public/report?listener=%u&venderID=%s&channelName=%s`;
  const code = buildDex({ classes: [{ name: 'org.example.app.A' }], strings: [TEMPLATE] });
  const withCode = async (described: Described) => {
    const report = await apk({ ...described, files: { ...described.files, 'classes.dex': code } });
    const found = report.findings.find(({ id }) => id === 'identifiers-in-clear/agora/user-id')!;
    return {
      report,
      found,
      says: found.grounds.map(({ says }) => says).filter((says) => says.includes('without TLS')),
    };
  };
  const application = { 'android:networkSecurityConfig': REFERENCE };
  const withRules = (root: XmlDescription) => withCode({ application, files: { [PATH]: buildBinaryXml(root) } });
  const judged = ({ findings, verdict, risk }: Report) =>
    JSON.stringify([findings.map(({ grounds: _, ...finding }) => finding), verdict, risk]);

  it.each<[string, Described, RegExp]>([
    [
      'the default refuses',
      { target: 34 },
      /^Android’s default .* refuses connections without TLS to argus\.agoralab\.co: /,
    ],
    [
      'the default permits',
      { target: 27 },
      /^Android’s default for the app’s target permits connections without TLS to/,
    ],
    ['the manifest permits', { application: { 'android:usesCleartextTraffic': true } }, /^the app’s manifest permits /],
  ])('%s', async (_what, described, says) => {
    const read = await withCode(described);
    expect(read.says).toEqual([expect.stringMatching(says)]);
    expect(read.found).toMatchObject({ level: 'high', state: 'holds' });
  });

  it('refused or permitted, by whatever rules, everything but the ground is the same', async () => {
    const refused = await withRules(rules(element('base-config', { cleartextTrafficPermitted: false })));
    const permitted = await withRules(rules(element('base-config', { cleartextTrafficPermitted: true })));
    expect(refused.says).toEqual([expect.stringMatching(/^res\/xml\/rules\.xml refuses .*native code/)]);
    expect(permitted.says).toEqual([`${PATH} permits connections without TLS to ${HOST}`]);
    expect(judged(refused.report)).toBe(judged(permitted.report));
    const unread = await withCode({ application });
    expect(unread.says).toEqual([]);
    expect(judged(unread.report)).toBe(judged(refused.report));
  });

  it.each<[string, boolean | null, ...(readonly [string, boolean, boolean])[]]>([
    ['the host itself', true, [HOST, false, true], ['agoralab.co', true, false]],
    ['what the host lies below', true, ['agoralab.co', true, true]],
    ['the longest of those', false, ['co', true, true], ['agoralab.co', true, false]],
    ['not a domain that stands for itself', false, ['agoralab.co', false, true]],
    ['not one that ends alike', false, ['ralab.co', true, true]],
  ])('by %s', (_what, cleartext, ...domains) => {
    const network: NetworkSecurity = {
      ...{ config: null, usesCleartextTraffic: null, moreDomains: 0, variants: [] },
      base: { cleartext: false, trust: [] },
      domains: domains.map(([name, includeSubdomains, permitted]) => {
        return { names: [{ name, includeSubdomains }], cleartext: permitted, trust: [], pins: null };
      }),
    };
    expect(permitsClear(network, HOST)).toBe(cleartext);
    // Which host code makes of it is not known, nor whether rules that are not listed name it.
    expect(permitsClear(network, 'vocs%d.agoralab.co')).toBeNull();
    expect(permitsClear({ ...network, moreDomains: 1 }, HOST)).toBeNull();
    expect(permitsClear({ ...network, domains: [] }, 'vocs%d.agoralab.co')).toBe(false);
  });
});

it('mutated documents give rules that were read, or a line that says why not, and never an error', async () => {
  const root = rules(
    element('base-config', { cleartextTrafficPermitted: false }, [certificates('system', 'user')]),
    element('domain-config', { cleartextTrafficPermitted: true }, [
      domain('a.example', { includeSubdomains: true }),
      element('pin-set', { expiration: '2030-01-02' }, [pin()]),
    ]),
  );
  const config = buildBinaryXml(root);
  const table = buildResourceTable({ types: [{ id: 1, values: [PATH] }] });
  const application = { 'android:networkSecurityConfig': REFERENCE };
  const random = mulberry32(11);
  const mutated = (bytes: Uint8Array) => {
    const copy = bytes.slice();
    for (let i = 0; i < 2; i++) copy[Math.floor(random() * copy.length)] = Math.floor(random() * 256);
    return copy;
  };
  const outcomes = { read: 0, said: 0 };
  for (let round = 0; round < cases(400, 100); round++) {
    const files = { [PATH]: mutated(config), ...(round % 2 ? { 'resources.arsc': mutated(table) } : {}) };
    const report = await apk({ application, files });
    const { config: named, base } = networkOf(report);
    expect(named).not.toBeNull();
    const said = report.coverage.some(({ detail }) => detail.includes('network security'));
    expect(base === null).toBe(said);
    expect(base === null).toBe(!named!.isRead);
    outcomes[base === null ? 'said' : 'read']++;
  }
  expect(Math.min(outcomes.read, outcomes.said)).toBeGreaterThan(20);
});
