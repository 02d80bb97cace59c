import { afterEach, beforeEach, describe, expect, it, type MockInstance, vi } from 'vitest';
import { defaultBudgets } from '../../src/budgets.ts';
import { BudgetError, FormatError } from '../../src/errors.ts';
import { type Plist, type PlistValue, readPlist } from '../../src/formats/plist/index.ts';
import { growth } from '../build/growth.ts';
import { assembleBinaryPlist, buildPlist } from '../build/plist.ts';
import { mulberry32 } from '../build/random.ts';

const read = (bytes: Uint8Array | string, budgets = defaultBudgets): Plist =>
  readPlist(typeof bytes === 'string' ? new TextEncoder().encode(bytes) : bytes, budgets);
const xml = (body: string) => `<?xml version="1.0" encoding="UTF-8"?>\n<plist version="1.0">${body}</plist>`;
const messages = ({ problems }: Plist) => problems.map(({ message }) => message).join('; ');
const map = (entries: Record<string, PlistValue>): ReadonlyMap<string, PlistValue> => new Map(Object.entries(entries));

// Nothing that a file holds may reach the user's terminal.
let spies: MockInstance[] = [];
beforeEach(() => {
  spies = (['error', 'warn', 'log', 'info'] as const).map((method) => vi.spyOn(console, method));
});
afterEach(() => {
  for (const spy of spies) expect(spy).not.toHaveBeenCalled();
  vi.restoreAllMocks();
});

const info = map({
  CFBundleIdentifier: 'com.alphaexplorationco.clubhouse',
  CFBundleShortVersionString: '0.1.27',
  NSMicrophoneUsageDescription: 'So that others hear you. 你好 🎙 <&> "quoted" \u0085\u2028\t\r\n',
  UIBackgroundModes: ['audio', 'voip'],
  'key with blanks  ': true,
  '': 'empty key',
  10: 'ten',
  2: 'two',
  UIRequiresFullScreen: false,
  integers: [0, 1, 255, 256, 65_536, 4_294_967_295, 4_294_967_296, -1, -4_294_967_296, Number.MAX_SAFE_INTEGER],
  real: [0.5, -1.25e-7, 2.5e-300],
  date: new Date('2021-02-12T10:20:30Z'),
  data: new Uint8Array([0, 1, 254, 255, 65]),
  nothing: '',
  empty: [map({}), []],
  nested: map({ a: map({ b: map({ c: ['deep'] }) }) }),
  long: 'x'.repeat(70_000),
  many: Array.from({ length: 300 }, (_, i) => `item ${i}`),
  reference: { uid: 7 },
});

describe('readPlist', () => {
  it.each(['xml', 'binary'] as const)('gives back what was written: %s', (format) => {
    const plist = read(buildPlist(info, format));
    expect(plist.problems).toEqual([]);
    expect(plist).toEqual({ value: info, format, problems: [] });
  });

  it.each(['xml', 'binary'] as const)('takes __proto__ for a key like any other: %s', (format) => {
    const value = new Map<string, PlistValue>([
      ['__proto__', map({ polluted: true })],
      ['constructor', 'x'],
    ]);
    const plist = read(buildPlist(value, format));
    expect(plist).toEqual({ value, format, problems: [] });
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });

  it('reads values without a dictionary around', () => {
    expect(read(xml('<string>alone</string>')).value).toBe('alone');
    expect(read('<array><true/></array>').value).toEqual([true]);
    expect(read(buildPlist(['a'], 'binary')).value).toEqual(['a']);
    expect(read(xml('<array><array><integer>1</integer></array></array>')).value).toEqual([[1]]);
  });
});

describe('readPlist on XML', () => {
  it('reads UTF-8 with a byte order mark, blanks in front, both orders of UTF-16 and other encodings', () => {
    const body = xml('<dict><key>Agora</key><string>声网 é</string></dict>');
    const value = map({ Agora: '声网 é' });
    const wide = (littleEndian: boolean, mark: boolean) => {
      const text = `${mark ? '\ufeff' : ''}${body.replace('UTF-8', 'UTF-16')}`;
      const bytes = new Uint8Array(text.length * 2);
      for (let i = 0; i < text.length; i++)
        new DataView(bytes.buffer).setUint16(2 * i, text.charCodeAt(i), littleEndian);
      return bytes;
    };
    for (const bytes of [
      `\ufeff${body}`,
      `\n \t${body}`,
      wide(true, true),
      wide(false, true),
      wide(true, false),
      wide(false, false),
    ])
      expect(read(bytes)).toEqual({ value, format: 'xml', problems: [] });
    const latin1 = Uint8Array.from(body.replace('UTF-8', 'ISO-8859-1').replace('声网 ', ''), (c) => c.charCodeAt(0));
    expect(read(latin1).value).toEqual(map({ Agora: 'é' }));
    expect(read(body.replace('UTF-8', 'UTF-16')).value).toEqual(value);
    expect(read(body.replace('UTF-8', 'no-such-thing')).value).toEqual(value);
  });

  it('leaves out comments and instructions and resolves CDATA and entities, in keys too', () => {
    const plist = read(
      `<?xml version="1.0"?><!-- <dict> --><!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
      <plist><dict><!-- </dict> --><key>Agora<!-- x -->App&#73;d</key><string>a<![CDATA[<b>&amp;]]>&amp;&lt;&#x58f0;<?x y?></string></dict></plist>`,
    );
    expect(plist).toEqual({ value: map({ AgoraAppId: 'a<b>&amp;&<声' }), format: 'xml', problems: [] });
  });

  it('reads integers of any notation, beyond 2^53 without rounding', () => {
    const body = ['0x1F', '-5', '+5', ' 12 ', '9007199254740993', '18446744073709551615', '-9223372036854775808'];
    expect(read(xml(`<array>${body.map((text) => `<integer>${text}</integer>`).join('')}</array>`)).value).toEqual([
      31,
      -5,
      5,
      12,
      9007199254740993n,
      18446744073709551615n,
      -9223372036854775808n,
    ]);
    expect(read(xml('<array><real>nan</real><real>-Infinity</real><real>1e5</real></array>')).value).toEqual([
      Number.NaN,
      Number.NEGATIVE_INFINITY,
      100_000,
    ]);
  });

  it('keeps malformed values as strings, with a problem, and all others', () => {
    const plist = read(
      xml(
        '<dict><key>a</key><integer>12x</integer><key>b</key><date>yesterday</date><key>c</key><data>%%</data><key>d</key><real/><key>e</key><string>fine</string></dict>',
      ),
    );
    expect(plist.value).toEqual(map({ a: '12x', b: 'yesterday', c: '%%', d: '', e: 'fine' }));
    expect(plist.problems).toHaveLength(4);
  });

  it('keeps going past what has no place', () => {
    const plist = read(
      xml(
        '<dict><key>a</key><key>b</key><string>B</string><string>stray</string><mystery><dict><key>x</key></dict></mystery><key>c</key><mystery/><key>d</key><null/><key>e</key></dict>',
      ),
    );
    expect(plist.value).toEqual(map({ a: '', b: 'B', c: '', d: '', e: '' }));
    for (const message of ['a key without a value', 'a value without a key', 'element mystery', 'element null'])
      expect(messages(plist)).toContain(message);
  });

  it('reports keys that are there twice and values behind the value', () => {
    const plist = read(xml('<dict><key>a</key><true/><key>a</key><false/></dict><string>more</string>'));
    expect(plist.value).toEqual(map({ a: false }));
    expect(messages(plist)).toContain('key a is there twice');
    expect(messages(plist)).toContain('more than one value');
  });

  it('gives what came before a break, with a problem', () => {
    for (const rest of [
      '<string>cut',
      '</array>',
      '<string><true/></string>',
      '<',
      '<!-- cut',
      '<string a="',
      '<![CDATA[',
    ]) {
      const plist = read(`<plist><dict><key>AgoraAppId</key><string>abc</string><key>b</key>${rest}`);
      expect(plist.value, rest).toEqual(map({ AgoraAppId: 'abc', b: '' }));
      expect(messages(plist), rest).toContain('breaks off');
    }
  });

  it('leaves an unknown entity as it is, without a word on the console', () => {
    const plist = read(xml('<string>&a; &b &#x110000; &#xD800;</string>'));
    expect(plist.value).toBe('&a; &b &#x110000; \ud800');
    expect(messages(plist)).toContain('entity &a; is unknown');
  });

  it('refuses document types with declarations, and texts that hold no value', () => {
    const laughs = '<!DOCTYPE plist [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><plist><string>&b;</string></plist>';
    for (const text of [laughs, '<!ENTITY a "b"><plist><true/></plist>', xml(''), '<html></html>', 'plain text', ''])
      expect(() => read(text), text).toThrow(FormatError);
  });
});

describe('readPlist on binary property lists', () => {
  it('reads every kind of object', () => {
    const bytes = assembleBinaryPlist([
      [0xaf, 0x10, 16, ...Array.from({ length: 16 }, (_, i) => i + 1)],
      [0x00],
      [0x08],
      [0x09],
      [0x11, 0xff, 0xfe],
      [0x13, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xfe],
      [0x13, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
      [0x14, ...Array(8).fill(0), ...Array(8).fill(0xff)],
      [0x22, 0x3f, 0, 0, 0],
      [0x23, 0x3f, 0xe0, 0, 0, 0, 0, 0, 0],
      [0x33, 0, 0, 0, 0, 0, 0, 0, 0],
      [0x42, 1, 2],
      [0x53, 0x61, 0x62, 0x63],
      [0x62, 0x58, 0xf0, 0x7f, 0x51],
      [0x73, 0xe5, 0xa3, 0xb0],
      [0x81, 1, 0],
      [0xc1, 3],
    ]);
    expect(read(bytes)).toEqual({
      value: [
        null,
        false,
        true,
        65_534,
        -2,
        2n ** 63n - 1n,
        2n ** 64n - 1n,
        0.5,
        0.5,
        new Date('2001-01-01'),
        new Uint8Array([1, 2]),
        'abc',
        '声网',
        '声',
        { uid: 256 },
        [true],
      ],
      format: 'binary',
      problems: [],
    });
  });

  it('stops the bomb of shared references at once', () => {
    // 16 arrays, each naming the next ten times: 10^15 objects in under 300 bytes.
    const bomb = assembleBinaryPlist([
      ...Array.from({ length: 15 }, (_, i) => [0xaa, ...Array(10).fill(i + 1)]),
      [0x51, 0x61],
    ]);
    expect(bomb.length).toBeLessThan(300);
    const start = performance.now();
    expect(() => read(bomb)).toThrow(BudgetError);
    expect(performance.now() - start).toBeLessThan(1000);
    const small = assembleBinaryPlist([
      ...Array.from({ length: 9 }, (_, i) => [0xaa, ...Array(10).fill(i + 1)]),
      [0x09],
    ]);
    expect(small.length).toBeLessThan(170);
    expect(() => read(small)).toThrow('plistObjects');
  });

  it('stops strings that overlap', () => {
    const long = [0x5f, 0x12, 0, 0, 0xff, 0, ...Array(0xff00).fill(0x61)];
    const bytes = assembleBinaryPlist([
      [0xaf, 0x10, 200, ...Array.from({ length: 200 }, (_, i) => i + 1)],
      long,
      ...Array.from({ length: 199 }, () => []),
    ]);
    // All two hundred offsets name the same bytes: 13 MB of text in 66 KB.
    const view = new DataView(bytes.buffer);
    const table = bytes.length - 32 - 201 * 2;
    for (let i = 1; i <= 200; i++) view.setUint16(table + 2 * i, view.getUint16(table + 2));
    expect(() => read(bytes)).toThrow('documentBytes');
  });

  it('ends where objects hold themselves, and keeps the rest', () => {
    const plist = read(
      assembleBinaryPlist([
        [0xd2, 1, 2, 0, 3],
        [0x51, 0x61],
        [0x51, 0x62],
        [0x53, 0x61, 0x62, 0x63],
      ]),
    );
    expect(plist.value).toEqual(map({ a: null, b: 'abc' }));
    expect(messages(plist)).toContain('holds itself');
  });

  it('ends where nesting is deeper than the budget', () => {
    const chain = [...Array.from({ length: 200 }, (_, i) => [0xa1, i + 1]), [0x09]];
    expect(() => read(assembleBinaryPlist(chain))).toThrow('plistDepth');
    expect(() => read(assembleBinaryPlist(chain), { ...defaultBudgets, plistDepth: 200 })).not.toThrow();
  });

  it('keeps the rest where one object cannot be read', () => {
    const plist = read(
      assembleBinaryPlist([
        [0xd5, 1, 2, 3, 4, 6, 7, 5, 9, 8, 200],
        [0x51, 0x61],
        [0x51, 0x62],
        [0x51, 0x63],
        [0x09], // a key that is no string
        [0x33, 0x7f, 0xf8, 0, 0, 0, 0, 0, 0],
        [0x5f, 0x11, 0xff, 0xff], // neither a key nor a string that ends
        [0xf0],
        [0x51, 0x7a],
        [0xaf, 0x12, 0x7f, 0xff, 0xff, 0xff],
      ]),
    );
    expect(plist.value).toEqual(map({ a: null, b: null, c: null, 'object 4': 'z', 'object 6': null }));
    expect(plist.problems.length).toBeGreaterThan(4);
  });

  it('refuses trailers that lie', () => {
    const objects = [[0xa1, 1], [0x09]];
    for (const trailer of [
      { top: 2 },
      { count: 1_000_000 },
      { count: Number.MAX_SAFE_INTEGER },
      { offsetSize: 0 },
      { offsetSize: 9 },
      { referenceSize: 0 },
      { table: 0 },
      { table: 1_000_000 },
    ])
      expect(() => read(assembleBinaryPlist(objects, trailer)), JSON.stringify(trailer)).toThrow(FormatError);
    expect(() => read('bplist00')).toThrow(FormatError);
  });
});

describe('readPlist on OpenStep property lists', () => {
  it('reads dictionaries, arrays, data, strings and comments', () => {
    const plist = read(`// !$*UTF8*$!
      { /* one */ AgoraAppId = "a\\"b\\n\\U58f0\\101"; __proto__ = ( a, 'b c', ); 2 = <0fbd 77>; "" = {}; 1 = (); }`);
    expect(plist).toEqual({
      value: new Map<string, PlistValue>([
        ['AgoraAppId', 'a"b\n声A'],
        ['__proto__', ['a', 'b c']],
        ['2', new Uint8Array([0x0f, 0xbd, 0x77])],
        ['', map({})],
        ['1', []],
      ]),
      format: 'openstep',
      problems: [],
    });
  });

  it('refuses what does not fit', () => {
    for (const text of [
      '{ a = ',
      '{ a }',
      '( a',
      '( a b )',
      '{ a = b } c',
      '{ a = "b',
      '( <0> )',
      '{ = b; }',
      '(/* a',
      '// only',
    ])
      expect(() => read(text), text).toThrow(FormatError);
  });
});

describe('readPlist on hostile files', () => {
  it('keeps to its budgets', () => {
    const deep = (n: number) => xml(`${'<array>'.repeat(n)}${'</array>'.repeat(n)}`);
    expect(() => read(deep(65))).toThrow('plistDepth');
    expect(read(deep(64)).problems).toEqual([]);
    // The budget is the only bound: no depth reaches the end of the call stack.
    expect(read(deep(20_000), { ...defaultBudgets, plistDepth: 1e9 }).problems).toEqual([]);
    expect(() => read('('.repeat(20_000))).toThrow('plistDepth');
    expect(() =>
      read(xml(`<array>${'<true/>'.repeat(100)}</array>`), { ...defaultBudgets, plistObjects: 100 }),
    ).toThrow('plistObjects');
    expect(() => read(`(${'a,'.repeat(100)})`, { ...defaultBudgets, plistObjects: 100 })).toThrow('plistObjects');
    expect(() => read(xml(' '.repeat(1000)), { ...defaultBudgets, documentBytes: 1000 })).toThrow('documentBytes');
  });

  it.each([
    ['comments without an end', 900_000, (n: number) => `<plist><dict>${'<!--'.repeat(n)}`],
    ['tags without an end', 1_200_000, (n: number) => `<plist><dict>${'<a '.repeat(n)}`],
    ['quotes without an end', 600_000, (n: number) => `<plist><dict>${'<a b="'.repeat(n)}`],
    ['ampersands', 900_000, (n: number) => xml(`<string>${'&amp'.repeat(n)}</string>`)],
    ['entities', 700_000, (n: number) => xml(`<string>${'&#65;'.repeat(n)}</string>`)],
    ['CDATA', 300_000, (n: number) => xml(`<string>${'<![CDATA[a]]>'.repeat(n)}</string>`)],
    ['unknown elements', 500_000, (n: number) => xml(`<array>${'<a></a>'.repeat(n)}</array>`)],
    ['an integer of a million digits', 1_000_000, (n: number) => xml(`<integer>${'9'.repeat(n)}</integer>`)],
    ['keys of one name', 30_000, (n: number) => xml(`<dict>${'<key>a</key><true/>'.repeat(n)}</dict>`)],
    ['a key of a million characters', 1_000_000, (n: number) => xml(`<dict><key>${'k'.repeat(n)}</key><true/></dict>`)],
    ['blanks', 4_000_000, (n: number) => ' '.repeat(n)],
    ['OpenStep comments', 900_000, (n: number) => `{${'/**/'.repeat(n)}`],
    ['OpenStep stars', 4_000_000, (n: number) => `{/*${'*'.repeat(n)}`],
    ['OpenStep escapes', 1_500_000, (n: number) => `{"${'\\"'.repeat(n)}`],
  ])('takes time in step with its size for %s', async (_, most, text) => {
    const bytes = new Map([1, 4, 8].map((part) => [part, new TextEncoder().encode(text(most * (part / 8)))]));
    settles(bytes.get(8)!);
    expect(await growth((part) => settles(bytes.get(part)!), 1)).toBeLessThan(12);
  });

  it('reads the largest list the budgets admit', async () => {
    const list = (count: number) =>
      xml(
        `<dict>${Array.from({ length: count }, (_, i) => `<key>key ${i}</key><string>${'v'.repeat(60)}</string>`).join('')}</dict>`,
      );
    expect((read(list(33_000)).value as Map<string, PlistValue>).size).toBe(33_000);
    const texts = new Map([2000, 8000].map((count) => [count, list(count)]));
    expect(await growth((count) => read(texts.get(count)!), 2000)).toBeLessThan(12);
  });

  it.each(['xml', 'binary'] as const)('gives a value or a FormatError for every cut: %s', (format) => {
    const bytes = buildPlist(small, format);
    for (let length = 0; length < bytes.length; length++) settles(bytes.subarray(0, length));
  });

  it.each(['xml', 'binary'] as const)('gives a value or a FormatError for seeded mutations: %s', (format) => {
    const original = buildPlist(small, format);
    const random = mulberry32(42);
    let read = 0;
    for (let round = 0; round < 600; round++) {
      const bytes = original.slice();
      for (let i = 0; i < 1 + (round % 3); i++) bytes[Math.floor(random() * bytes.length)] = Math.floor(random() * 256);
      if (settles(bytes)) read++;
    }
    expect(read).toBeGreaterThan(300);
  });
});

const small = map({
  CFBundleIdentifier: 'com.example',
  UIBackgroundModes: ['audio', 'voip'],
  n: [1, -2, 2.5, true, new Date(0), new Uint8Array([1, 2, 3])],
  unicode: '声网',
});

function settles(bytes: Uint8Array): boolean {
  try {
    readPlist(bytes, defaultBudgets);
    return true;
  } catch (error) {
    expect(error).toBeInstanceOf(FormatError);
    return false;
  }
}
