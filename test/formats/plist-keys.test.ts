import { describe, expect, it } from 'vitest';
import { defaultBudgets } from '../../src/budgets.ts';
import { type PlistValue, readPlistKeys } from '../../src/formats/plist/index.ts';
import { REAL } from '../../src/formats/plist/xml.ts';
import { assembleBinaryPlist, buildPlist } from '../build/plist.ts';

const bytesOf = (text: string) => new TextEncoder().encode(text);
const xml = (body: string, encoding = 'UTF-8') => `<?xml version="1.0" encoding="${encoding}"?><plist>${body}</plist>`;
const utf16 = (text: string, littleEndian: boolean, mark: boolean) => {
  const marked = `${mark ? '\ufeff' : ''}${text}`;
  const bytes = new Uint8Array(marked.length * 2);
  for (let i = 0; i < marked.length; i++)
    new DataView(bytes.buffer).setUint16(2 * i, marked.charCodeAt(i), littleEndian);
  return bytes;
};
const read = (bytes: Uint8Array, wanted: (key: string) => boolean, budgets = defaultBudgets) => {
  const tally = { bytes: 0, objects: 0 };
  return { ...readPlistKeys(bytes, budgets, wanted, tally), tally };
};

describe('readPlistKeys', () => {
  const value = new Map<string, PlistValue>([
    ['junk', [new Map([['Name', 'inside']]), 1, 'x']],
    ['Name', '声网 🎙'],
    ['more', new Map([['Name', 'inside too']])],
    ['Modes', ['audio', 'voip']],
  ]);
  const openStep =
    '{ junk = ( { Name = inside; }, x ); Name = "声网 🎙"; more = { Name = i; }; Modes = (audio, voip); }';

  it.each([
    ['xml', buildPlist(value, 'xml')],
    ['binary', buildPlist(value, 'binary')],
    ['openstep', bytesOf(openStep)],
  ])('keeps what is wanted of the outermost dictionary, with all it holds: %s', (_, bytes) => {
    const { entries, problems } = read(bytes, (key) => key === 'Name' || key === 'Modes');
    expect(problems).toEqual([]);
    expect([...entries].map(([key, entry]) => [key, entry.value])).toEqual([
      ['Name', '声网 🎙'],
      ['Modes', ['audio', 'voip']],
    ]);
  });

  it('counts what is passed over, and stops there too', () => {
    const budgets = { ...defaultBudgets, plistObjects: 100 };
    const list = xml(`<dict><key>junk</key><array>${'<true/>'.repeat(100)}</array></dict>`);
    expect(() => read(bytesOf(list), () => false, budgets)).toThrow('plistObjects');
    const unknown = xml(`<dict><key>junk</key><x>${'<y/>'.repeat(100)}</x></dict>`);
    expect(() => read(bytesOf(unknown), () => false, budgets)).toThrow('plistObjects');
    const keys = new Map(Array.from({ length: 60 }, (_, i) => [`key ${i}`, i]));
    expect(() => read(buildPlist(keys, 'binary'), () => false, budgets)).toThrow('plistObjects');
  });

  it('sees broken tags in what is passed over: no key behind them goes missing in silence', () => {
    for (const inside of ['<array><string>a</array></string>', '<string>a</integer>', '<dict><key>a</dict>']) {
      const { problems } = read(
        bytesOf(xml(`<dict><key>junk</key>${inside}<key>Name</key><string>b</string></dict>`)),
        (key) => key === 'Name',
      );
      expect(problems.length, inside).toBeGreaterThan(0);
    }
  });

  it('counts the objects of all lists together', () => {
    const tally = { bytes: 0, objects: 0 };
    const budgets = { ...defaultBudgets, allPlistObjects: 50 };
    const bytes = buildPlist(value, 'binary');
    const all = () => {
      for (let i = 0; i < 20; i++) readPlistKeys(bytes, budgets, () => false, tally);
    };
    expect(all).toThrow('allPlistObjects');
    expect(tally.objects).toBe(51);
  });

  it('stops at shared references that stand for many objects, however small the lists are', () => {
    const tally = { bytes: 0, objects: 0 };
    const budgets = { ...defaultBudgets, allPlistObjects: 250_000 };
    const bomb = assembleBinaryPlist([
      [0xd1, 1, 2],
      [0x51, 0x61],
      ...Array.from({ length: 12 }, (_, i) => [0xaa, ...Array(10).fill(i + 3)]),
      [0x09],
    ]);
    expect(() => readPlistKeys(bomb, budgets, () => true, tally)).toThrow('plistObjects');
    expect(() => readPlistKeys(bomb, budgets, () => true, tally)).toThrow('plistObjects');
    expect(() => readPlistKeys(bomb, budgets, () => true, tally)).toThrow('allPlistObjects');
    expect(tally.objects).toBeLessThan(250_100);
  });
});

describe('the places of keys and values', () => {
  const body = '<dict><!-- é 🎙 --><key>声</key><string>网 🎙 b</string><key>Plain</key><string>text</string></dict>';
  const long = xml(`<dict><key>pad</key><string>${'é🎙'.repeat(2000)}</string>${body.slice(6)}`);

  it.each([
    ['UTF-8', bytesOf(xml(body)), 'utf-8'],
    ['UTF-8 with a mark', bytesOf(`\ufeff${xml(body)}`), 'utf-8'],
    ['UTF-8 beyond the first marks', bytesOf(long), 'utf-8'],
    ['UTF-16, little endian', utf16(xml(body), true, true), 'utf-16le'],
    ['UTF-16, big endian', utf16(xml(body), false, true), 'utf-16be'],
    ['UTF-16 without a mark', utf16(xml(body), true, false), 'utf-16le'],
    ['binary', buildPlist(new Map(Object.entries({ 声: '网 🎙 b', Plain: 'text' })), 'binary'), null],
  ])('are bytes that decode to them: %s', (_, bytes, encoding) => {
    const { entries } = read(bytes, (key) => key !== 'pad');
    expect([...entries.keys()]).toEqual(['声', 'Plain']);
    for (const [key, { value, at }] of entries) {
      for (const [span, text] of [
        [at.key, key],
        [at.value, value],
      ] as const) {
        expect(span).not.toBeNull();
        if (encoding) expect(span!.encoding).toBe(encoding);
        const cut = bytes.subarray(span!.offset, span!.offset + span!.length);
        expect(new TextDecoder(span!.encoding, { ignoreBOM: true }).decode(cut)).toBe(text);
      }
    }
  });

  it('are bytes of other encodings where each is one character', () => {
    const text = xml('<dict><key>é</key><string>ü</string></dict>', 'ISO-8859-1');
    const bytes = Uint8Array.from(text, (character) => character.charCodeAt(0));
    const { at } = read(bytes, () => true).entries.get('é')!;
    expect(at.value).toEqual({ offset: text.indexOf('ü'), length: 1, encoding: 'windows-1252' });
  });

  it('are not told where a text is put together, nor behind bytes that are no text', () => {
    const pieces = ['a&amp;b', 'a<!-- -->b', 'a<![CDATA[b]]>', '&#97;'];
    for (const piece of pieces) {
      const { entries } = read(bytesOf(xml(`<dict><key>k</key><string>${piece}</string></dict>`)), () => true);
      expect(entries.get('k')!.at.value, piece).toBeNull();
      expect(entries.get('k')!.at.key, piece).not.toBeNull();
    }
    const cdata = xml('<dict><key>k</key><string><![CDATA[a&amp;]]></string></dict>');
    const span = read(bytesOf(cdata), () => true).entries.get('k')!.at.value;
    expect(span).toEqual({ offset: cdata.indexOf('a&amp;'), length: 6, encoding: 'utf-8' });
    const broken = bytesOf(xml('<dict><key>\u0000\u0000x</key><true/><key>k</key><string>é v</string></dict>'));
    broken.set([0xff, 0xf0], broken.indexOf(0));
    const { at, value } = read(broken, (key) => key === 'k').entries.get('k')!;
    expect(value).toBe('é v');
    expect([at.key, at.value]).toEqual([null, null]);
  });
});

it('a real is what it was before its expression went through a text one way only', () => {
  const before = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
  let texts = [''];
  let matched = 0;
  for (let length = 0; length < 7; length++) {
    texts = texts.flatMap((text) => ['0', '.', 'e', '-', 'x'].map((character) => text + character));
    for (const text of texts) {
      if (REAL.test(text) !== before.test(text)) expect.unreachable(text);
      if (REAL.test(text)) matched++;
    }
  }
  expect(matched).toBeGreaterThan(100);
});
