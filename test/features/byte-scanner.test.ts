import { describe, expect, it } from 'vitest';
import type { BytePattern, BytePatterns } from '../../src/match/byte-patterns.ts';
import { ByteScanner, hostAround, type ScanSink, versionLike, versionNear } from '../../src/match/byte-scanner.ts';
import { compileRules } from '../../src/match/compile.ts';
import { clue, mulberry32, rulesOf } from '../rules/rules-of.ts';

const latin1 = new TextDecoder('latin1');
const bytesOf = (text: string) => Uint8Array.from(text, (character) => character.charCodeAt(0));

function nameOf(pattern: BytePattern): string {
  if (pattern.kind === 'clue') return `clue ${pattern.clue}`;
  if (pattern.kind === 'code') return `code ${pattern.format}`;
  return pattern.kind === 'version' ? `version ${pattern.version}` : `host ${pattern.vendor} ${pattern.host.host}`;
}

interface Scanned {
  /** Sorted: the two engines report in different orders. */
  readonly lines: string[];
}

/** Scans content cut at these offsets, and checks of each literal that the window is what it should be. */
function scan(scanner: ByteScanner, content: Uint8Array, cuts: readonly number[] = []): Scanned {
  const lines: string[] = [];
  const sink: ScanSink = {
    looks: () => true,
    literal(pattern, offset, window, at) {
      const start = Math.max(0, offset - 1024);
      const end = Math.min(content.length, offset + pattern.length + 1024);
      if (at !== offset - start || Buffer.compare(window, content.subarray(start, end)) !== 0)
        throw new Error(`the window at ${offset} is not the content around it`);
      lines.push(`${offset} ${nameOf(pattern)}`);
    },
    url: (offset, text) => lines.push(`${offset} ${text}`),
    address: (offset, text) => lines.push(`${offset} ip ${text}`),
  };
  scanner.begin(sink);
  let from = 0;
  for (const cut of [...cuts, content.length]) {
    scanner.push(content.subarray(from, cut));
    from = cut;
  }
  scanner.end();
  return { lines: lines.sort((a, b) => Number.parseInt(a, 10) - Number.parseInt(b, 10) || (a < b ? -1 : 1)) };
}

function literals(texts: readonly string[]): BytePatterns {
  return compileRules(rulesOf({ sdk: { clues: texts.map((is) => clue('string', { is })) } })).bytes;
}

/** All places of all literals by indexOf. */
function naive(texts: readonly string[], content: Uint8Array): string[] {
  const text = latin1.decode(content);
  const found: [number, number][] = [];
  texts.forEach((literal, index) => {
    for (let at = text.indexOf(literal); at !== -1; at = text.indexOf(literal, at + 1)) found.push([at, index]);
  });
  const lines = found.map(([at, index]) => `${at} clue ${index}`);
  return lines.sort((a, b) => Number.parseInt(a, 10) - Number.parseInt(b, 10) || (a < b ? -1 : 1));
}

const engines = [
  ['filter', Number.POSITIVE_INFINITY],
  ['automaton', Number.NEGATIVE_INFINITY],
  ['filter until it is too dear', 3],
] as const;

describe.each(engines)('literals by the %s', (_, spare) => {
  it('are those that indexOf finds, on random content of few letters', () => {
    const random = mulberry32(7);
    let found = 0;
    for (let round = 0; round < 60; round++) {
      const letters = ['ab', 'abc', 'ab\0\xff', 'abcdefgh'][round % 4]!;
      const text = (length: number) =>
        Array.from({ length }, () => letters[Math.floor(random() * letters.length)]).join('');
      const content = bytesOf(text(3000));
      const texts = new Set<string>();
      for (let i = 0; i < 30; i++) {
        const length = 7 + Math.floor(random() * 9);
        const from = Math.floor(random() * (content.length - length));
        // Half of the literals are sure to occur.
        texts.add(i % 2 ? text(length) : latin1.decode(content.subarray(from, from + length)));
      }
      const ascii = [...texts].filter((t) => /^[\0-\x7f]*$/.test(t));
      const expected = naive(ascii, content);
      const scanner = new ByteScanner(literals(ascii), spare);
      const cuts = [Math.floor(random() * 1000), 1000 + Math.floor(random() * 1000)];
      expect(scan(scanner, content, cuts).lines).toEqual(expected);
      found += expected.length;
    }
    expect(found).toBeGreaterThan(1000);
  });

  it('are found over several blocks, at every alignment and at both ends', () => {
    const literal = 'rtc.api.send';
    const content = new Uint8Array(400_003);
    const places = [0, content.length - literal.length];
    for (let at = 1021; at < content.length - 100; at += 4099) places.push(at);
    // Around the borders of the blocks.
    for (let at = 131_072 - 40; at < 131_072 + 40; at += 13) places.push(at, at + 131_072);
    for (const at of places) content.set(bytesOf(literal), at);
    const expected = naive([literal], content);
    expect(expected.length).toBeGreaterThan(100);
    const scanner = new ByteScanner(literals([literal]), spare);
    expect(scan(scanner, content).lines).toEqual(expected);
    const cuts = Array.from({ length: 400 }, (_, i) => (i + 1) * 1000);
    // The same scanner again, with chunks, after other content.
    scan(scanner, bytesOf(`${literal}${literal}`));
    expect(scan(scanner, content, cuts).lines).toEqual(expected);
  });

  it('that begin, end or hold one another are all reported', () => {
    const texts = ['abcdefgh', 'abcdefghi', 'cdefghi', 'bcdefgh', 'abcdefghijkl'];
    const content = bytesOf('..abcdefghijklm..abcdefgh');
    expect(scan(new ByteScanner(literals(texts), spare), content).lines).toEqual(naive(texts, content));
  });

  it('that several rules ask for are reported to each', () => {
    const { bytes } = compileRules(
      rulesOf(
        {
          a: { clues: [clue('string', { is: 'qos.agora.io' })] },
          b: { clues: [clue('string', { is: 'qos.agora.io' })] },
        },
        { agora: ['agora.io', 'qos.agora.io'] },
      ),
    );
    expect(scan(new ByteScanner(bytes, spare), bytesOf('\0qos.agora.io\0')).lines).toEqual([
      '1 clue 0',
      '1 clue 1',
      '1 host agora qos.agora.io',
      '5 host agora agora.io',
    ]);
  });
});

describe('content that is made to be slow', () => {
  const random = mulberry32(11);
  const word = () => Array.from({ length: 12 }, () => 'abcdefghij'[Math.floor(random() * 10)]).join('');
  // Literals that share their middle, so that every gram there has a long chain.
  const texts = Array.from({ length: 200 }, (_, i) => `${word()}agoragoragora${word()}${i}`);

  it.each([
    ['the grams that literals share', 'agor'],
    ['a literal but for its last byte', texts[0]!.slice(0, -1)],
    ['schemes', 'http://'],
    ['addresses', '1.2.3.4.'],
    ['colons', '://'],
    ['quads', '1.2.3.4 '],
    ['relays', 'turn:a.bc '],
  ])('%s', (_, piece) => {
    const content = bytesOf(piece.repeat(Math.ceil(2_000_000 / piece.length)));
    content.set(bytesOf(texts[5]!), 1_500_001);
    content.set(bytesOf(texts[7]!), 1001);
    const expected = naive(texts, content);
    const scanner = new ByteScanner(literals(texts));
    const started = performance.now();
    let at: string[] = [];
    scanner.begin({
      looks: () => true,
      literal: (pattern, offset) => at.push(`${offset} ${nameOf(pattern)}`),
      url: () => {},
      address: () => {},
    });
    scanner.push(content);
    scanner.end();
    at = at.sort((a, b) => Number.parseInt(a, 10) - Number.parseInt(b, 10));
    // A hundredfold of what it takes on an idle machine is still far from work that grows with the square.
    expect(performance.now() - started).toBeLessThan(5000);
    expect(at).toEqual(expected);
    expect(at).toHaveLength(2);
  });

  it('a like clue whose literal is everywhere', () => {
    const { bytes } = compileRules(rulesOf({ sdk: { clues: [clue('string', { like: 'agoraagora*x*y*z' })] } }));
    const content = bytesOf('agoraagora'.repeat(300_000));
    const scanner = new ByteScanner(bytes);
    const started = performance.now();
    expect(scan(scanner, content).lines).toEqual([]);
    expect(performance.now() - started).toBeLessThan(5000);
    expect(scanner.uncompared).toBeGreaterThan(200_000);
    expect(scan(scanner, bytesOf('agoraagora.x.y.z')).lines).toEqual(['0 clue 0']);
    expect(scanner.uncompared).toBe(0);
  });
});

describe('every cut of a small content', () => {
  const matcher = compileRules(
    rulesOf(
      {
        sdk: {
          clues: [clue('string', { is: 'join_channel' }), clue('string', { like: 'Engine *version: * end' })],
          versions: [
            { from: 'near', anchor: 'rtc.api.send_report', step: -1, parts: [3, 4] },
            { from: 'like', like: 'agora-v{version} ', parts: [2, 4] },
            { from: 'like', like: 'agora{version}', parts: [2, 4] },
          ],
        },
      },
      { agora: ['agora.io', 'qq.com', '69.28.51.138'] },
    ),
  );

  it('gives the same hits', () => {
    const content = bytesOf(
      '\x002.0.2\0\0rtc.api.send_report\0join_channel\0vocs%d.agora.io\0http://argus.agora.io/r?uid=%u\0' +
        '69.28.51.138\0Engine x version: 1 end\0agora3.4 im.qq.com stun:stun.qq.com:3478 ',
    );
    const scanner = new ByteScanner(matcher.bytes);
    const { lines } = scan(scanner, content);
    expect(lines).toEqual([
      '8 version 0',
      '28 clue 0',
      '48 host agora agora.io',
      '57 http://argus.agora.io/r?uid=%u',
      '70 host agora agora.io',
      '88 host agora 69.28.51.138',
      '88 ip 69.28.51.138',
      '110 clue 1',
      '125 version 2',
      '137 host agora qq.com',
      '144 stun:stun.qq.com:3478',
      '154 host agora qq.com',
    ]);
    for (let cut = 0; cut <= content.length; cut++) {
      expect([cut, scan(scanner, content, [cut]).lines]).toEqual([cut, lines]);
    }
    expect(scan(scanner, content, [...content.keys()]).lines).toEqual(lines);
  });

  it('nothing is found in nothing, and nothing of the content before', () => {
    const scanner = new ByteScanner(matcher.bytes);
    expect(scan(scanner, bytesOf('join_channel http://a.bc/ 8.8.8.8')).lines).toHaveLength(3);
    expect(scan(scanner, new Uint8Array(0)).lines).toEqual([]);
    // What is cut off here was in the buffer before.
    expect(scan(scanner, bytesOf('join_chann')).lines).toEqual([]);
    expect(scan(scanner, bytesOf('join_channel http://a.bc/')).lines).toHaveLength(2);
  });
});

describe('like clues', () => {
  const found = (like: string, content: string) => {
    const { bytes } = compileRules(rulesOf({ sdk: { clues: [clue('string', { like })] } }));
    return scan(new ByteScanner(bytes), bytesOf(content)).lines;
  };

  it.each([
    ['Engine * started', 'Agora Engine RTC started', ['16 clue 0']],
    ['Engine * started', 'Agora Engine RTC\0 started', []],
    ['Engine * started', 'Agora Engine RTC\n started', []],
    ['Engine * started', 'Agora Engin RTC started', []],
    ['*long literal*', 'a long literal', ['2 clue 0']],
    ['SDK {version} of long literal', 'SDK 1.2 of long literal', ['7 clue 0']],
    ['SDK {version} of long literal', 'SDK x of long literal', []],
    ['a*b*long literal', 'a1b2b3long literal', ['6 clue 0']],
    ['a*b*long literal', 'b1a2long literal', []],
    ['long literal*end', `long literal${'.'.repeat(1021)}end`, ['0 clue 0']],
    ['long literal*end', `long literal${'.'.repeat(1022)}end`, []],
  ])('%s', (like, content, expected) => {
    expect(found(like, content)).toEqual(expected);
  });
});

describe('URLs', () => {
  const scanner = new ByteScanner(literals(['nothing of this']));
  const urls = (text: string) => {
    const results = [0, 1, 2, 3].map((shift) => {
      const { lines } = scan(scanner, bytesOf(`${' '.repeat(shift)}${text}`));
      return lines.map((line) => `${Number.parseInt(line, 10) - shift}${line.slice(line.indexOf(' '))}`);
    });
    // The same at every distance from a multiple of four.
    for (const result of results) expect(result).toEqual(results[0]);
    return results[0];
  };

  it.each([
    [
      '\0http://argus.agoralab.co/report?listener=%u&venderID=%s\0',
      ['1 http://argus.agoralab.co/report?listener=%u&venderID=%s'],
    ],
    ['http://a.bc', ['0 http://a.bc']],
    ['"https://{region}.x.com/[a]@b"', ['1 https://{region}.x.com/[a]@b']],
    ["'wss://x.y'", ['1 wss://x.y']],
    ['`ws://x.y`', ['1 ws://x.y']],
    ['ws://x.y>', ['0 ws://x.y']],
    ['news://x.y', []],
    ['x-ws://x.y', []],
    ['fileshttp://x.y', ['5 http://x.y']],
    ['HTTP://x.y', []],
    ['http:/x.y http//x.y http: //x.y', []],
    ['http:// https://"', []],
    ['rtmp://%s/live', ['0 rtmp://%s/live']],
    ['udp://1.2.3.4:9', ['0 udp://1.2.3.4:9', '6 ip 1.2.3.4']],
    [
      'quic://q.x srt://s.x grpc://g.x mqtts://m.x rtsps://r.x',
      ['0 quic://q.x', '11 srt://s.x', '21 grpc://g.x', '32 mqtts://m.x', '44 rtsps://r.x'],
    ],
    ['http://a.b/c\\d', ['0 http://a.b/c']],
    ['http://a.b/c d', ['0 http://a.b/c']],
    ['http://a.b/c\xe5\x90', ['0 http://a.b/c']],
    ['http://a.b/?u=https://c.d/e', ['0 http://a.b/?u=https://c.d/e', '14 https://c.d/e']],
    [
      'http://a.b/xhttp://c.d/yhttp://e.f',
      ['0 http://a.b/xhttp://c.d/yhttp://e.f', '12 http://c.d/y', '24 http://e.f'],
    ],
    ['https://a.comhttps://b.com', ['0 https://a.com', '13 https://b.com']],
    ['stun:stun.l.google.com:19302', ['0 stun:stun.l.google.com:19302']],
    ['"turn:%s:%d?transport=udp"', ['1 turn:%s:%d?transport=udp']],
    ['turns:t.x.io', ['0 turns:t.x.io']],
    ['stuns:8.8.8.8', ['0 stuns:8.8.8.8', '6 ip 8.8.8.8']],
    ['stun://a.bc', ['0 stun://a.bc']],
    ['return:a.bc', []],
    ['{turn:a.bc}', []],
    ['turn:left', []],
    ['turn: a.bc', []],
    ['turn:a.b', []],
  ])('%j', (text, expected) => {
    expect(urls(text)).toEqual(expected);
  });

  it('are cut at 1,024 bytes', () => {
    const long = `https://a.bc/${'x'.repeat(3000)}`;
    expect(scan(scanner, bytesOf(long)).lines).toEqual([`0 ${long.slice(0, 1024)}`]);
  });
});

describe('addresses', () => {
  const scanner = new ByteScanner(literals(['nothing of this']));
  it.each([
    ['18.244.0.188', ['18.244.0.188']],
    ['1.2.3.4', ['1.2.3.4']],
    ['255.255.255.254 223.255.255.255', ['223.255.255.255']],
    ['\x001.2.3.4\0"119.9.92.49",8.8.8.8:53', ['1.2.3.4', '119.9.92.49', '8.8.8.8']],
    ['1.2.3.4.5', []],
    ['v1.2.3.4', []],
    ['-1.2.3.4', []],
    ['_1.2.3.4', []],
    ['1.2.3.4a 1.2.3.4_ 1.2.3.4-rc', []],
    ['1.2.3.256', []],
    ['1.2.3.04 01.2.3.4', []],
    ['1.2..3.4 1.2.3. .1.2.3.4', []],
    ['1234.2.3.4 1.2.3.1234', []],
    [
      '0.0.0.0 127.0.0.1 10.1.2.3 192.168.0.1 172.16.0.1 172.31.255.255 169.254.1.1 224.0.0.1 240.1.1.1 255.255.255.255',
      [],
    ],
    ['172.15.0.1 172.32.0.1 192.167.1.1 169.253.1.1', ['172.15.0.1', '172.32.0.1', '192.167.1.1', '169.253.1.1']],
  ])('%j', (text, expected) => {
    for (let shift = 0; shift < 4; shift++) {
      const { lines } = scan(scanner, bytesOf(`${' '.repeat(shift)}${text}`));
      expect(lines.map((line) => line.replace(/^\d+ ip /, ''))).toEqual(expected);
    }
  });
});

describe('hostAround', () => {
  it.each([
    ['\0[agora.io]\0', 'agora.io'],
    ['\0vocs%d.[agora.io]\0', 'vocs%d.agora.io'],
    ['//{region}.$z.[agora.io]:443/x', '{region}.$z.agora.io'],
    ['"*.[agora.io]"', '*.agora.io'],
    ['[agora.io]', 'agora.io'],
    ['see [agora.io].', 'agora.io'],
    ['a..[agora.io]', 'agora.io'],
    ['not[agora.io]', null],
    ['%s[agora.io]', null],
    ['[agora.io]x', null],
    ['[agora.io]-cdn.com', null],
    ['[agora.io].evil.com/', 'agora.io.evil.com'],
    ['a.[agora.io].evil.com', 'a.agora.io.evil.com'],
    ['support@[agora.io]', null],
    ['support@mail.[agora.io]', null],
    [`${'a'.repeat(300)}.[agora.io]`, null],
    [`${'a.'.repeat(200)}[agora.io]`, null],
  ])('%s is in %s', (text, expected) => {
    const at = text.indexOf('[');
    const length = text.indexOf(']') - at - 1;
    const window = text.replace('[', '').replace(/\](?=.*$)/, '');
    const found = hostAround(bytesOf(window), at, length);
    expect(found?.host ?? null).toBe(expected);
    if (found) expect(window.slice(found.start, found.end)).toBe(expected);
  });
});

describe('versionNear', () => {
  const rule = { from: 'near', anchor: 'the.anchor', step: -2, parts: [3, 4], id: 'near' } as const;
  const at = (text: string, more: Partial<Parameters<typeof versionNear>[3]> = {}) => {
    const bytes = bytesOf(text);
    const where = text.indexOf('the.anchor');
    return versionNear(bytes, where, 10, { ...rule, parts: [3, 4], ...more });
  };

  it.each([
    ['\x002.0.2\0other\0the.anchor\0', { version: '2.0.2', delta: -12 }],
    ['\x002.0.2\0\0\0other\0\0the.anchor\0', { version: '2.0.2', delta: -15 }],
    ['2.0.2\0other\0the.anchor', { version: '2.0.2', delta: -12 }],
    ['\x0012345.0.2.9\0other\0the.anchor\0', { version: '12345.0.2.9', delta: -18 }],
    ['\x00123456.0.2\0other\0the.anchor\0', null],
    ['\x002.0\0other\0the.anchor\0', null],
    ['\x002.0.2.3.4\0other\0the.anchor\0', null],
    ['\x002.0.2-rc1\0other\0the.anchor\0', null],
    ['\x002.0.2.\0other\0the.anchor\0', null],
    ['\0v2.0.2\0other\0the.anchor\0', null],
    ['\x022.0.2\0other\0the.anchor\0', null],
    ['\x002.0.2\0oth\x80er\0the.anchor\0', null],
    ['\x002.0.2\0other\0xthe.anchor\0', null],
    ['\x002.0.2\0other\0the.anchorx\0', null],
    ['other\0the.anchor\0', null],
    ['\0\0\0the.anchor\0', null],
  ])('%j', (text, expected) => {
    expect(at(text)).toEqual(expected);
  });

  it('reads forward, the anchor itself, and around other text', () => {
    expect(at('\0the.anchor\0\0a b\n\0build 1.2.3 x\0', { step: 2, like: 'build {version} x' })).toEqual({
      version: '1.2.3',
      delta: 23,
    });
    expect(at('\0the.anchor\0a\0build 1.2.3 y\0', { step: 2, like: 'build {version} x' })).toBeNull();
    expect(at('\0the.anchor\0a\0build  x\0', { step: 2, like: 'build {version} x' })).toBeNull();
    expect(at('\0the.anchor\x001.2.3', { step: 2 })).toBeNull();
    expect(at('\0the.anchor\0a\x001.2.3', { step: 2 })).toEqual({ version: '1.2.3', delta: 13 });
  });

  it('does not take the edge of a full window for the border of a string', () => {
    const before = `2.0.2\0${'x'.repeat(1017)}\0`;
    expect(before).toHaveLength(1024);
    expect(at(`${before}the.anchor\0`)).toBeNull();
    expect(at(`${before.slice(1)}the.anchor\0`, { parts: [2, 3] })).toBeNull();
    expect(at(`2.0.2\0${'x'.repeat(1016)}\0the.anchor\0`)).toEqual({ version: '2.0.2', delta: -1023 });
  });
});

describe('versionLike', () => {
  const read = (like: string, text: string, parts: [number, number] = [2, 4]) => {
    const rules = rulesOf({ sdk: { versions: [{ from: 'like', like, parts }] } });
    const matcher = compileRules(rules);
    const content = bytesOf(text);
    const found: string[] = [];
    const scanner = new ByteScanner(matcher.bytes);
    scanner.begin({
      looks: () => true,
      literal(pattern, offset, window, at) {
        const rule = matcher.versions[0]!.at;
        if (pattern.kind !== 'version' || rule.from !== 'like') throw new Error('not the rule of the test');
        const version = versionLike(window, at, pattern.length, rule);
        if (version) found.push(`${offset + version.delta} ${version.version}`);
      },
      url: () => {},
      address: () => {},
    });
    scanner.push(content);
    scanner.end();
    return found;
  };

  it.each([
    ['AgoraRTC_N-{version}', 'x AgoraRTC_N-4.18.2" AgoraRTC_N-4.18.2-beta', ['13 4.18.2']],
    ['AgoraRTC_N-{version}.js', '/AgoraRTC_N-4.18.2.js', ['12 4.18.2']],
    ['SDK {version} (built', 'SDK 3.1 (built SDK 3 (built', ['4 3.1']],
    ['v{version}-release', 'v1.2.3-release v1-release', ['1 1.2.3']],
    ['v{version}-release', 'w1.2.3-release', []],
    ['{version}-release', 'x 1.2.3-release y1.2.3-release', ['2 1.2.3']],
    ['agora{version}', 'agora2.0 agora12.1 agora7 agorax', ['5 2.0', '14 12.1']],
    ['agora-{version}', '"agora-2.0"', ['7 2.0']],
    ['{version}agora', ' 2.0agora 12.10agora 7agora', ['1 2.0', '10 12.10']],
    ['long literal {version}', 'long literal 1.2.3.4.5', []],
    ['long literal {version}', 'long literal 1..2', []],
    ['long literal {version}', `long literal ${'1'.repeat(2000)}`, []],
  ])('%s in %j', (like, text, expected) => {
    expect(read(like, text)).toEqual(expected);
  });
});
