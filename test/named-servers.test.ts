import { describe, expect, it } from 'vitest';
import { loadRules } from '../src/index.ts';
import type { CallHit, EntryFeatures, OriginHit } from '../src/inventory/facts.ts';
import { addressIn, namedServers } from '../src/trace/named-servers.ts';

const rules = loadRules();
const origin = (kind: OriginHit['kind'], text: string, strings: readonly string[] = []): OriginHit => ({
  kind,
  text,
  calls: [],
  strings,
  seen: null,
});
const constant = (text: string) => origin('constant', text, [text]);

/** What this stage does not look at. */
const rest = { isConditional: false, relies: [], follows: [], dex: 0 };

function hit(id: string, values: CallHit['values'], offset = 8): CallHit {
  const seen = {
    text: '6e',
    encoding: 'hex' as const,
    spans: [{ offset, length: 6 }],
    how: 'code of a DEX',
    value: null,
  };
  const by = { class: 'com.acme.Main', method: 'call' };
  return { id, by, values, chain: ['com.acme.Main.onCreate'], ...rest, seen };
}

/** What calls with these values name for an SDK. */
function servers(sdk: string, ...calls: readonly CallHit[]) {
  const entry = { path: 'classes.dex', sha256: null, calls } as unknown as EntryFeatures;
  const naming = { entries: [entry], appId: 'com.acme.app', addresses: null, rules, asOf: '2026-11-26' };
  const named = namedServers(rules.sdks.get(sdk)!, naming);
  return { ...named, servers: named.servers.map(({ host, isSecure, recipient }) => [host, isSecure, recipient.id]) };
}

describe('an address in a text', () => {
  it.each([
    ['wss://a.example.org/x?y#z', 'a.example.org', 'wss'],
    ['A.Example.ORG:7880', 'a.example.org', null],
    ['ws://203.0.113.7:80', '203.0.113.7', 'ws'],
    ['https://a.example.org.', 'a.example.org', 'https'],
  ])('%s', (text, host, scheme) => {
    expect(addressIn(text)).toEqual({ host, scheme });
  });

  it.each([
    '',
    'localhost',
    'wss://',
    '1.2.3',
    'wss://u:p@a.example.org',
    'wss://a.example.org:443@b.example',
    'a b.c',
    'wss://[::1]/',
    'wss://münchen.example',
    `${'a.'.repeat(500)}!`,
  ])('none in %j', (text) => {
    expect(addressIn(text)).toBeNull();
  });
});

describe('servers that calls hand an SDK', () => {
  it('inside of a URL too, and of several schemes the open one counts', () => {
    const url = origin('object', 'java.net.URL', ['https://meet.acme.com']);
    expect(servers('jitsi-meet', hit('jitsi-meet/api/server', [[url]]))).toEqual({
      servers: [['meet.acme.com', true, 'first-party']],
      isOpen: false,
    });
    const connect = (text: string, offset: number) => hit('livekit/api/connect', [[constant(text)], []], offset);
    expect(
      servers('livekit', connect('wss://x.livekit.cloud', 8), connect('ws://x.livekit.cloud', 16)).servers,
    ).toEqual([['x.livekit.cloud', false, 'livekit']]);
  });

  it('leave open what is computed, left out, or comes from elsewhere', () => {
    const of = (value: OriginHit) => servers('livekit', hit('livekit/api/connect', [[value], []]));
    for (const value of [
      origin('made', 'computed', ['wss://', 'x.livekit.cloud']),
      origin('absent', ''),
      origin('constant', '0'),
      origin('call', 'com.acme.Config.url', ['wss://x.livekit.cloud']),
      origin('object', 'java.net.URL', ['https://a.example', 'b']),
    ]) {
      expect(of(value)).toEqual({ servers: [], isOpen: true });
    }
  });

  it('that only begin like the vendor’s are not the vendor’s', () => {
    const call = hit('livekit/api/connect', [[constant('wss://x.livekit.cloud.example.net')], []]);
    expect(servers('livekit', call).servers).toEqual([['x.livekit.cloud.example.net', true, 'unknown']]);
  });

  it('are none without a call', () => {
    expect(servers('livekit')).toEqual({ servers: [], isOpen: true });
  });
});
