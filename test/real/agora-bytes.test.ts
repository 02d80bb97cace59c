import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { ByteScanner, hostAround, versionNear } from '../../src/match/byte-scanner.ts';
import { compileRules } from '../../src/match/compile.ts';
import { clue, rulesOf } from '../rules/rules-of.ts';
import { pinned } from './corpus.ts';

const SPEC = 'react-native-agora@1.2.5';
const PATH = 'android/src/main/jniLibs/arm64-v8a/libagora-rtc-sdk-jni.so';
const SHA256 = '66b7e3c53fcc22924eec575d0d58cf8bbacb46a96a9072b981f1961844177850';

const matcher = compileRules(
  rulesOf(
    {
      'agora-rtc': {
        clues: [
          clue('string', { is: 'rtc.api.join_channel' }),
          clue('string', { like: 'Agora Rtc Engine SDK ver * build *, built on' }),
          clue('string', { is: 'rtc.api.no_such_call' }),
        ],
        versions: [{ from: 'near', anchor: 'rtc.api.send_report_message', step: -3, parts: [3, 4] }],
      },
    },
    { agora: ['agora.io', 'agoralab.co'] },
  ),
);

/** Scans in chunks of one size and lists what was met. */
function scan(content: Uint8Array, size: number) {
  const clues: [number, string][] = [];
  const versions: [number, string][] = [];
  const hosts: [number, string | null][] = [];
  const urls: [number, string][] = [];
  const addresses: [number, string][] = [];
  const scanner = new ByteScanner(matcher.bytes);
  scanner.begin({
    looks: () => true,
    literal(pattern, offset, window, at) {
      if (pattern.kind === 'clue') clues.push([offset, matcher.clues[pattern.clue]!.id]);
      else if (pattern.kind === 'host') hosts.push([offset, hostAround(window, at, pattern.length)?.host ?? null]);
      else if (pattern.kind === 'version') {
        const rule = matcher.versions[pattern.version]!.at;
        const found = rule.from === 'near' ? versionNear(window, at, pattern.length, rule) : null;
        if (found) versions.push([offset + found.delta, found.version]);
      }
    },
    url: (offset, text) => urls.push([offset, text]),
    address: (offset, text) => addresses.push([offset, text]),
  });
  for (let at = 0; at < content.length; at += size) scanner.push(content.subarray(at, at + size));
  scanner.end();
  return { clues, versions, hosts, urls, addresses };
}

describe(`${SPEC} ${PATH}`, () => {
  let content: Uint8Array;
  let found: ReturnType<typeof scan>;

  beforeAll(() => {
    content = readFileSync(pinned(SPEC, PATH, SHA256));
    found = scan(content, 256 * 1024);
  });

  it('shows its version, and none of the decoys', () => {
    expect(found.versions).toEqual([[8_515_328, '2.0.2']]);
  });

  it('holds the strings of the rule', () => {
    expect(found.clues.map(([, id]) => id).sort()).toEqual([
      'agora-rtc/agora-rtc-engine-sdk-ver-build-built-on',
      'agora-rtc/rtc-api-join-channel',
    ]);
  });

  it('holds the templates that carry user and room', () => {
    expect(found.urls).toContainEqual([
      8_517_544,
      'http://argus.agoralab.co/vosdk/public/report?listener=%u&venderID=%s&channelName=%s',
    ]);
    expect(found.urls.filter(([, url]) => url.includes('agora'))).toHaveLength(2);
  });

  it("holds the vendor's hosts", () => {
    expect([...new Set(found.hosts.map(([, host]) => host))].sort()).toEqual([
      'argus.agoralab.co',
      'config.agora.io',
      'qos.agoralab.co',
      'qoslbs.agoralab.co',
      'recording.agora.io',
      'upload.agora.io',
      'vocs%d.agora.io',
      'vocs.agora.io',
    ]);
    for (const [, host] of found.hosts) expect(matcher.ownerOf(host!)?.vendor).toBe('agora');
  });

  it('holds twelve addresses, and one that libevent made up', () => {
    expect(found.addresses).toEqual([
      [8_533_720, '221.228.202.134'],
      [8_533_736, '69.28.51.138'],
      [8_533_752, '119.9.92.49'],
      [8_533_768, '14.152.50.26'],
      [8_535_080, '119.9.108.79'],
      [8_536_208, '119.9.116.105'],
      [8_538_920, '123.155.153.69'],
      [8_538_936, '183.236.26.162'],
      [8_556_312, '223.111.12.227'],
      [8_556_328, '221.228.78.123'],
      [8_556_344, '221.6.115.123'],
      [8_574_016, '1.2.3.4'],
      [8_574_640, '18.244.0.188'],
    ]);
  });

  it.each([4096, 65_537, 20_000_000])('shows the same in chunks of %d bytes', (size) => {
    expect(scan(content, size)).toEqual(found);
  });
});
