import { describe, expect, it } from 'vitest';
import { NameMatcher, type NameTest } from '../../src/match/name-matcher.ts';
import type { FeatureKind } from '../../src/types.ts';
import { mulberry32 } from './rules-of.ts';

const encoder = new TextEncoder();

function hits(matcher: NameMatcher, name: string): number[] {
  const found: number[] = [];
  matcher.match(name, (id) => found.push(id));
  return found.sort((a, b) => a - b);
}

function hitsOfBytes(matcher: NameMatcher, text: string): number[] {
  const found: number[] = [];
  // Other bytes on both sides must not be looked at.
  const bytes = encoder.encode(`xx.${text}.xx`);
  matcher.matchBytes(bytes, 3, bytes.length - 3, (id) => found.push(id));
  return found.sort((a, b) => a - b);
}

function meets(kind: FeatureKind, operator: NameTest['operator'], value: string, name: string): boolean {
  const matcher = new NameMatcher(kind, [{ operator, value, id: 7 }]);
  const found = hits(matcher, name);
  expect(hitsOfBytes(matcher, name)).toEqual(found);
  expect([[], [7]]).toContainEqual(found);
  return found.length === 1;
}

describe('operators', () => {
  it.each([
    ['class', 'is', 'io.agora.rtc.RtcEngine', 'io.agora.rtc.RtcEngine', true],
    ['class', 'is', 'io.agora.rtc.RtcEngine', 'io.agora.rtc.RtcEngineEx', false],
    ['class', 'is', 'io.agora.rtc.RtcEngine', 'io.agora.rtc.RtcEngine$1', false],
    ['class', 'is', 'io.agora.rtc.RtcEngine', 'io.agora.rtc', false],
    ['class', 'is', 'io.agora.rtc.RtcEngine', 'Io.agora.rtc.RtcEngine', false],
    ['class', 'under', 'io.agora.rtc', 'io.agora.rtc.RtcEngine', true],
    ['class', 'under', 'io.agora.rtc', 'io.agora.rtc', true],
    ['class', 'under', 'io.agora.rtc', 'io.agora.rtc2.RtcEngine', false],
    ['class', 'under', 'io.agora.rtc', 'io.agora.rt', false],
    ['class', 'under', 'io.agora.rtc', 'a.io.agora.rtc.RtcEngine', false],
    ['class', 'under', 'io.agora.rtc.', 'io.agora.rtc.RtcEngine', true],
    ['class', 'under', 'io.agora.rtc.RtcEngine', 'io.agora.rtc.RtcEngine$1', true],
    ['class', 'under', 'io.agora.rtc.RtcEngine', 'io.agora.rtc.RtcEngine$', false],
    ['class', 'under', 'io.agora.rtc.RtcEngine', 'io.agora.rtc.RtcEngineImpl', false],
    ['class', 'tail', 'webrtc.PeerConnectionFactory', 'org.webrtc.PeerConnectionFactory', true],
    ['class', 'tail', 'webrtc.PeerConnectionFactory', 'tvi.webrtc.PeerConnectionFactory', true],
    ['class', 'tail', 'webrtc.PeerConnectionFactory', 'webrtc.PeerConnectionFactory', true],
    ['class', 'tail', '.webrtc.PeerConnectionFactory', 'org.webrtc.PeerConnectionFactory', true],
    ['class', 'tail', 'webrtc.PeerConnectionFactory', 'org.mywebrtc.PeerConnectionFactory', false],
    ['class', 'tail', 'webrtc.PeerConnectionFactory', 'org.webrtc.PeerConnectionFactory$Options', false],
    ['class', 'tail', 'webrtc.PeerConnectionFactory', '.webrtc.PeerConnectionFactory', false],
    ['class', 'tail', 'webrtc.X', 'com.foo.webrtc.X', true],
    ['class', 'tail', 'webrtc.X', 'com.foowebrtc.X', false],
    ['class', 'tail', 'Options', 'a.B$Options', true],
    ['class', 'like', 'io.agora.*.RtcEngine', 'io.agora.rtc.RtcEngine', true],
    ['class', 'like', 'io.agora.*.RtcEngine', 'io.agora.rtc.internal.RtcEngine', false],
    ['class', 'like', 'io.agora.rtc.Rtc*', 'io.agora.rtc.RtcEngine$1', false],
    ['class', 'like', '*.webrtc.*Factory', 'org.webrtc.PeerConnectionFactory', true],
    ['class', 'like', '*.webrtc.*Factory', 'a.org.webrtc.PeerConnectionFactory', false],
    ['class', 'like', '*Agora*', 'MyAgoraView', true],
    ['class', 'like', '*Agora*', 'a.MyAgoraView', false],
    ['component', 'under', 'io.agora', 'io.agora.Service', true],
    ['component', 'under', 'a.B', 'a.B$C', true],
    ['bundle-id', 'under', 'io.agora', 'io.agora.AgoraRtcKit', true],
    ['bundle-id', 'under', 'io.agora', 'io.agora$x', false],
    ['key', 'is', 'AgoraAppId', 'AgoraAppId', true],
    ['symbol', 'under', 'agora.rtc', 'agora.rtc.IRtcEngine', true],
    ['symbol', 'like', '_OBJC_CLASS_$_Agora*', '_OBJC_CLASS_$_AgoraRtcEngineKit', true],
    ['library', 'is', 'libagora-rtc-sdk.so', 'libagora-rtc-sdk.so', true],
    ['library', 'like', 'libagora*.so', 'libagora-rtc-sdk.x.so', true],
    ['library', 'like', 'libagora*.so', 'libagora.so.1', false],
    ['library', 'like', 'libzego-{version}.so', 'libzego-3.19.0.so', true],
    ['library', 'like', 'libzego-{version}.so', 'libzego-x.so', false],
    ['library', 'like', 'libzego-{version}.so', 'libzego-.so', false],
    ['library', 'under', 'libagora', 'libagora.so', false],
    ['file', 'under', 'assets/agora', 'assets/agora/model.bin', true],
    ['file', 'under', 'assets/agora', 'assets/agora/', true],
    ['file', 'under', 'assets/agora', 'assets/agora.bin', false],
    ['file', 'tail', 'libagora.so', 'lib/arm64-v8a/libagora.so', true],
    ['file', 'tail', 'libagora.so', 'lib/arm64-v8a/xlibagora.so', false],
    ['file', 'like', 'lib/*/libagora.so', 'lib/arm64-v8a/libagora.so', true],
    ['file', 'like', 'lib/*/libagora.so', 'lib/a/b/libagora.so', false],
    ['file', 'like', '**/libagora.so', 'lib/a/b/libagora.so', true],
    [
      'file',
      'like',
      'Payload/**/Agora*.framework/*',
      'Payload/A.app/Frameworks/AgoraRtcKit.framework/AgoraRtcKit',
      true,
    ],
    ['file', 'like', 'Payload/**/Agora*.framework/*', 'Payload/A.app/Frameworks/AgoraRtcKit.framework/a/b', false],
    ['string', 'is', 'rtc.api.join_channel', 'rtc.api.join_channel', true],
    ['string', 'is', 'rtc.api.join_channel', 'rtc.api.join_channel_ex', true],
    ['string', 'is', 'rtc.api.join_channel', 'my rtc.api.join_channel', false],
    ['string', 'like', 'Agora SDK ver * build', 'Agora SDK ver 2.0.2 build 5', true],
    ['string', 'like', 'Agora SDK ver * build', 'Agora SDK ver 2.0.2\nbuild', false],
    ['string', 'like', '*.agora.*', 'a.b.agora.c', true],
    ['library', 'is', 'lib声网.so', 'lib声网.so', true],
  ] as const)('%s %s %s meets %s: %s', (kind, operator, value, name, expected) => {
    expect(meets(kind, operator, value, name)).toBe(expected);
  });

  it('reads a type descriptor as the class it names', () => {
    const matcher = new NameMatcher('class', [
      { operator: 'under', value: 'io.agora.rtc', id: 1 },
      { operator: 'is', value: 'io.agora.rtc.RtcEngine', id: 2 },
      { operator: 'tail', value: 'rtc.RtcEngine', id: 3 },
      { operator: 'like', value: 'io.*.rtc.*', id: 4 },
    ]);
    expect(hitsOfBytes(matcher, 'io/agora/rtc/RtcEngine')).toEqual([1, 2, 3, 4]);
    expect(hitsOfBytes(matcher, 'io/agora/rtc/RtcEngine$1')).toEqual([1]);
    expect(hitsOfBytes(matcher, 'io/agora/rtc2/RtcEngine')).toEqual([]);
  });

  it('reports every test that a name meets, and equal values of several SDKs each', () => {
    const matcher = new NameMatcher('class', [
      { operator: 'under', value: 'com.tencent', id: 1 },
      { operator: 'under', value: 'com.tencent.imsdk', id: 2 },
      { operator: 'under', value: 'com.tencent.imsdk', id: 3 },
    ]);
    expect(hits(matcher, 'com.tencent.imsdk.v2.V2TIMManager')).toEqual([1, 2, 3]);
    expect(hits(matcher, 'com.tencent.mm')).toEqual([1]);
  });

  it('finds nothing in an empty name, nor with no tests', () => {
    expect(hits(new NameMatcher('class', []), 'a.b')).toEqual([]);
    expect(meets('class', 'is', 'a', '')).toBe(false);
  });
});

describe('bounded work', () => {
  it.each([
    ['file', `**${'a*'.repeat(40)}b`],
    ['file', '**a**a**a**a**a**b'],
    ['class', `${'*a'.repeat(40)}b`],
  ] as const)('%s like %s against a long run', (kind, value) => {
    const matcher = new NameMatcher(kind, [{ operator: 'like', value, id: 1 }]);
    const started = performance.now();
    expect(hits(matcher, 'a'.repeat(20_000))).toEqual([]);
    expect(hits(matcher, `${'a'.repeat(20_000)}b`)).toEqual([1]);
    expect(performance.now() - started).toBeLessThan(5000);
  });
});

describe('against a plain reading of the operators', () => {
  const random = mulberry32(20210212);
  const text = (most: number) =>
    Array.from({ length: 1 + Math.floor(random() * most) }, () => 'ab.$'[Math.floor(random() * 4)]).join('');
  const operators = ['is', 'under', 'tail'] as const;

  function plainly({ operator, value }: NameTest, name: string): boolean {
    if (operator === 'is') return name === value;
    if (operator === 'under') {
      const prefix = /[.$]$/.test(value) ? value.slice(0, -1) : value;
      return name === prefix || (name.startsWith(prefix) && /^[.$]./.test(name.slice(prefix.length)));
    }
    const suffix = /^[.$]/.test(value) ? value.slice(1) : value;
    return name === suffix || (name.endsWith(suffix) && /.[.$]$/.test(name.slice(0, name.length - suffix.length)));
  }

  it('agrees on a thousand random names with forty random tests each', () => {
    let met = 0;
    for (let round = 0; round < 25; round++) {
      const tests = Array.from(
        { length: 40 },
        (_, id): NameTest => ({ operator: operators[id % 3]!, value: `a${text(5)}a`.slice(id % 2, 6), id }),
      );
      const matcher = new NameMatcher('class', tests);
      for (let i = 0; i < 40; i++) {
        const name = text(9);
        const expected = tests.filter((test) => plainly(test, name)).map(({ id }) => id);
        expect([name, hits(matcher, name)]).toEqual([name, expected]);
        expect(hitsOfBytes(matcher, name)).toEqual(expected);
        met += expected.length;
      }
    }
    expect(met).toBeGreaterThan(100);
  });

  it('agrees with a regular expression on random globs', () => {
    let met = 0;
    for (let i = 0; i < 4000; i++) {
      const parts = Array.from(
        { length: 1 + Math.floor(random() * 5) },
        () => ['a', 'b', '/', '*', '**', 'ab'][Math.floor(random() * 6)]!,
      );
      const value = parts.join('');
      const name = Array.from({ length: 1 + Math.floor(random() * 8) }, () => 'ab/'[Math.floor(random() * 3)]).join('');
      const pattern = value.replace(/\*+/g, (stars) => (stars.length > 1 ? '.*' : '[^/]*'));
      const expected = new RegExp(`^${pattern}$`).test(name);
      expect([value, name, meets('file', 'like', value, name)]).toEqual([value, name, expected]);
      if (expected) met++;
    }
    expect(met).toBeGreaterThan(100);
  });
});
