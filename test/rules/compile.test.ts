import { describe, expect, it } from 'vitest';
import { compileRules } from '../../src/match/compile.ts';
import { versionAtStart } from '../../src/match/version-at.ts';
import { clue, rulesOf } from './rules-of.ts';

describe('compileRules', () => {
  const matcher = compileRules(
    rulesOf({
      zego: { clues: [clue('class', { under: 'im.zego' }), clue('string', { is: 'zego_express_engine' })] },
      'agora-rtc': {
        clues: [clue('library', { is: 'libagora-rtc-sdk-jni.so' }), clue('class', { under: 'io.agora.rtc' })],
        versions: [
          { from: 'near', anchor: 'rtc.api.send_report_message', step: -3, parts: [3, 4] },
          { from: 'like', like: 'Agora-{version} (native)', parts: [2, 4] },
        ],
      },
    }),
  );

  it('numbers clues by SDK id, not by the order of files', () => {
    expect(matcher.clues.map(({ index, id, sdk }) => [index, id, sdk])).toEqual([
      [0, 'agora-rtc/libagora-rtc-sdk-jni-so', 'agora-rtc'],
      [1, 'agora-rtc/io-agora-rtc', 'agora-rtc'],
      [2, 'zego/im-zego', 'zego'],
      [3, 'zego/zego-express-engine', 'zego'],
    ]);
    expect(matcher.versions.map(({ index, sdk, at }) => [index, sdk, at.from])).toEqual([
      [0, 'agora-rtc', 'near'],
      [1, 'agora-rtc', 'like'],
    ]);
  });

  it('asks each kind of name for its own clues, and reports indices', () => {
    const found: number[] = [];
    matcher.names('class').match('io.agora.rtc.RtcEngine', (index) => found.push(index));
    matcher.names('class').match('libagora-rtc-sdk-jni.so', (index) => found.push(index));
    matcher.names('library').match('libagora-rtc-sdk-jni.so', (index) => found.push(index));
    expect(found).toEqual([1, 0]);
    expect(matcher.names('class')).toBe(matcher.names('class'));
  });

  it('reads versions out of DEX strings that begin with the rule', () => {
    const text = 'Agora-2.0.2 (native) build';
    const found: number[] = [];
    matcher.versionStrings.match(text, (index) => found.push(index));
    matcher.versionStrings.match(`x${text}`, (index) => found.push(index));
    expect(found).toEqual([1]);
    const rule = matcher.versions[1]!.at;
    if (rule.from !== 'like') throw new Error('not the rule of the test');
    expect(versionAtStart(new TextEncoder().encode(text), rule)).toEqual({ version: '2.0.2', delta: 6 });
    expect(versionAtStart(new TextEncoder().encode('Agora-2.0.2x (native)'), rule)).toBeNull();
    expect(versionAtStart(new TextEncoder().encode('Agora-2 (native)'), rule)).toBeNull();
  });

  it('searches bytes for strings, anchors and hosts', () => {
    const { patterns } = compileRules(
      rulesOf(
        {
          sdk: {
            clues: [
              clue('string', { is: 'exactly this' }),
              clue('string', { like: 'short*the longest of them*end' }),
              clue('class', { is: 'not.a.byte.clue' }),
            ],
            versions: [{ from: 'plist', framework: 'A.framework', key: 'CFBundleShortVersionString', parts: [2, 5] }],
          },
        },
        { vendor: ['agora.io', 'qq.com', 't.co'] },
      ),
    ).bytes;
    const asked = patterns.filter(({ kind }) => kind !== 'code');
    expect(asked.map(({ kind, bytes }) => [kind, new TextDecoder().decode(bytes)])).toEqual([
      ['clue', 'exactly this'],
      ['clue', 'the longest of them'],
      ['host', 'agora.io'],
      ['host', 'qq.com'],
    ]);
  });

  it.each<[string, Parameters<typeof rulesOf>[0][string]]>([
    ['a like clue of short literals', { clues: [clue('string', { like: 'abc*def*ghi' })] }],
    ['a like version of short literals', { versions: [{ from: 'like', like: 'abc{version}defg', parts: [2, 3] }] }],
    [
      'five bytes beside a version that may be one digit',
      { versions: [{ from: 'like', like: 'abcde{version}', parts: [1, 3] }] },
    ],
    ['an anchor beyond the window', { versions: [{ from: 'near', anchor: 'a'.repeat(1025), step: 1, parts: [2, 3] }] }],
  ])('refuses %s', (_, sdk) => {
    const rules = rulesOf({ sdk });
    expect(() => compileRules(rules).bytes).toThrow(
      expect.objectContaining({ code: 'bad-rules', message: expect.stringMatching(/^sdk/) }),
    );
  });
});

describe('hosts', () => {
  const { hosts, ownerOf } = compileRules(
    rulesOf({}, { agora: ['agora.io', '221.228.202.134'], zed: ['edge.agora.io', 'agora.io'], tencent: ['qq.com'] }),
  );
  const owner = (host: string) => {
    const found = ownerOf(host);
    const bytes = new TextEncoder().encode(`.${host}.`);
    expect(hosts.hosts[hosts.matchBytes(bytes, 1, bytes.length - 1)] ?? null).toEqual(found);
    return found && `${found.vendor} ${found.host.host}`;
  };

  it.each([
    ['agora.io', 'agora agora.io'],
    ['AGORA.IO', 'agora agora.io'],
    ['vocs%d.agora.io', 'agora agora.io'],
    ['{region}.$zone.agora.io', 'agora agora.io'],
    ['a.edge.agora.io', 'zed edge.agora.io'],
    ['myedge.agora.io', 'agora agora.io'],
    ['notagora.io', null],
    ['agora.iox', null],
    ['agora.io.evil.com', null],
    ['agora', null],
    ['', null],
    ['see www.agora.io', null],
    ['im.qq.com', 'tencent qq.com'],
    ['221.228.202.134', 'agora 221.228.202.134'],
    ['1.221.228.202.134', null],
    ['21.228.202.134', null],
    ['声.agora.io', null],
  ])('%s belongs to %s', (host, expected) => {
    expect(owner(host)).toBe(expected);
  });
});
