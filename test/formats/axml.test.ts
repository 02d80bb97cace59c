import { describe, expect, it } from 'vitest';
import { defaultBudgets } from '../../src/budgets.ts';
import { FormatError } from '../../src/errors.ts';
import {
  androidNamespace,
  attribute,
  readBinaryXml,
  type XmlDocument,
  type XmlElement,
} from '../../src/formats/axml/index.ts';
import { passageAt } from '../../src/formats/passage.ts';
import { buildBinaryXml, type XmlBuildOptions, type XmlDescription, type XmlValue } from '../build/axml.ts';
import { mulberry32 } from '../build/random.ts';

const manifest: XmlDescription = {
  name: 'manifest',
  attributes: {
    'android:versionCode': 192,
    'android:versionName': '8.0.10 ä😀',
    'android:compileSdkVersion': -1,
    package: 'com.clubhouse.app',
    platformBuildVersionCode: 30,
  },
  children: [
    { name: 'uses-sdk', attributes: { 'android:minSdkVersion': 21, 'android:targetSdkVersion': 30 } },
    { name: 'uses-permission', attributes: { 'android:name': 'android.permission.RECORD_AUDIO' } },
    {
      name: 'uses-permission',
      attributes: { 'android:name': 'android.permission.INTERNET', 'android:maxSdkVersion': 28 },
    },
    {
      name: 'application',
      attributes: {
        'android:debuggable': true,
        'android:allowBackup': false,
        'android:label': { reference: 0x7f0a0001 },
        'android:name': '.App',
      },
      children: [
        { name: 'meta-data', attributes: { 'android:name': 'agora.appId', 'android:value': 1.5 } },
        { name: 'service', attributes: { 'android:name': '.Call', 'android:foregroundServiceType': { hex: 0x80 } } },
      ],
    },
  ],
};

const read = (bytes: Uint8Array, budgets = defaultBudgets): XmlDocument => readBinaryXml(bytes, budgets);
const codes = (document: XmlDocument): string[] => document.anomalies.map(({ code }) => code);

/** The description a document was built from. */
function described(element: XmlElement): XmlDescription {
  const attributes: Record<string, XmlValue> = {};
  for (const each of element.attributes) {
    const key = each.namespace === androidNamespace ? `android:${each.name}` : each.name;
    if (each.reference !== null) attributes[key] = { reference: each.reference };
    else attributes[key] = each.type === 0x11 ? { hex: each.value as number } : (each.value as XmlValue);
  }
  const children = element.children.map(described);
  return {
    name: element.name,
    ...(element.attributes.length > 0 ? { attributes } : {}),
    ...(children.length > 0 ? { children } : {}),
  };
}

function view(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset);
}

interface Chunk {
  readonly type: number;
  readonly offset: number;
  readonly size: number;
}

function chunks(bytes: Uint8Array): Chunk[] {
  const words = view(bytes);
  const found: Chunk[] = [];
  for (let offset = 8; offset < bytes.length; offset += found.at(-1)!.size) {
    found.push({ type: words.getUint16(offset, true), offset, size: words.getUint32(offset + 4, true) });
  }
  return found;
}

/** The built manifest after a change in place. */
function tampered(change: (words: DataView, chunks: Chunk[]) => void, options?: XmlBuildOptions): Uint8Array {
  const bytes = buildBinaryXml(manifest, options);
  change(view(bytes), chunks(bytes));
  return bytes;
}

const find = (list: Chunk[], type: number): Chunk => list.find((each) => each.type === type)!;

/** What vetting needs from the manifest: the same whatever a tamperer did. */
function gist(document: XmlDocument): unknown[] {
  const root = document.root!;
  const permissions = root.children.filter(({ name }) => name === 'uses-permission');
  return [
    attribute(root, 'package')?.value,
    attribute(root, 'versionCode')?.value,
    attribute(root, 'versionName')?.value,
    ...permissions.map((each) => attribute(each, 'name')?.value),
  ];
}
const plainGist: unknown[] = [
  'com.clubhouse.app',
  192,
  '8.0.10 ä😀',
  'android.permission.RECORD_AUDIO',
  'android.permission.INTERNET',
];

describe('binary XML reader', () => {
  it.each(['utf-8', 'utf-16'] as const)('reads back what was built in %s', (encoding) => {
    const document = read(buildBinaryXml(manifest, { encoding }));
    expect(document.problems).toEqual([]);
    expect(document.anomalies).toEqual([]);
    expect(described(document.root!)).toEqual(manifest);
    expect(gist(document)).toEqual(plainGist);
  });

  it('keeps type, source text, resource id and place of an attribute', () => {
    const bytes = buildBinaryXml(manifest);
    const { root } = read(bytes);
    const name = attribute(root!, 'versionName')!;
    expect(name).toMatchObject({ resourceId: 0x0101021c, namespace: androidNamespace, type: 3, raw: '8.0.10 ä😀' });
    expect(view(bytes).getUint8(name.offset + 15)).toBe(3);
    expect(view(bytes).getUint16(root!.offset, true)).toBe(0x0102);
    const { start, end, encoding } = name.place!;
    expect(passageAt(bytes.subarray(start, end), start, encoding, 'manifest').text).toBe('8.0.10 ä😀');
    const label = attribute(root!.children[3]!, 'label')!;
    expect(label).toMatchObject({ value: null, raw: null, reference: 0x7f0a0001, type: 1 });
  });

  it('finds framework attributes by resource id and others by name', () => {
    const element: XmlElement = {
      name: 'activity',
      namespace: null,
      offset: 0,
      children: [],
      texts: [],
      attributes: [
        { name: 'name', resourceId: null, value: 'decoy' },
        { name: 'name', resourceId: 0x7f010001, value: 'of the app' },
        { name: '', resourceId: 0x01010003, value: 'real' },
        { name: 'constructor', resourceId: null, value: 'own' },
      ].map((each) => ({ ...each, namespace: null, raw: null, place: null, type: 3, reference: null, offset: 0 })),
    };
    expect(attribute(element, 'name')?.value).toBe('real');
    expect(attribute({ ...element, attributes: element.attributes.slice(0, 2) }, 'name')).toBeUndefined();
    expect(attribute({ ...element, attributes: element.attributes.slice(1, 2) }, 'name')).toBeUndefined();
    expect(attribute(element, 'constructor')?.value).toBe('own');
    expect(attribute(element, 'toString')).toBeUndefined();
  });

  it.each(['utf-8', 'utf-16'] as const)('reads strings of every length form in %s', (encoding) => {
    // A length is one byte up to 127 (UTF-8), one unit up to 32767 (UTF-16), else two of them.
    for (const length of [0, 1, 127, 128, 300, 0x7fff, 0x8000, 70_000]) {
      const text = 'x'.repeat(length);
      const document = read(buildBinaryXml({ name: 'a', attributes: { text } }, { encoding }));
      expect(document.root!.attributes[0]?.value === text, String(length)).toBe(true);
      expect(document.problems).toEqual([]);
    }
  });

  it('reads a document that starts inside a larger buffer', () => {
    const bytes = buildBinaryXml(manifest);
    const larger = new Uint8Array(bytes.length + 5);
    larger.set(bytes, 5);
    expect(read(larger.subarray(5))).toEqual(read(bytes));
  });

  it.each([
    ['nothing', new Uint8Array(0)],
    ['zeros', new Uint8Array(100)],
    ['text XML', new TextEncoder().encode('<?xml version="1.0" encoding="utf-8"?><manifest package="a.b"/>')],
  ])('refuses %s', (_, bytes) => {
    expect(() => read(bytes)).toThrow(FormatError);
  });
});

describe('tampered binary XML', () => {
  const pool = 8;
  // The tricks seen in the wild are in axml.variants.ts.
  const cases: [name: string, bytes: () => Uint8Array, code: string][] = [
    ['file size 0', () => tampered((words) => words.setUint32(4, 0, true)), 'axml.file-size'],
    [
      'a string count of 2^32 - 1',
      () => tampered((words) => words.setUint32(pool + 8, 0xffff_ffff, true)),
      'axml.string-count',
    ],
    [
      'styles that are not there',
      () => tampered((words) => words.setUint32(pool + 12, 0xffff_ffff, true)),
      'axml.string-count',
    ],
  ];

  it.each(cases)('reads the same from %s', (_, build, code) => {
    const document = read(build());
    expect(gist(document)).toEqual(plainGist);
    expect(document.problems).toEqual([]);
    expect(codes(document)).toEqual([code]);
  });

  it('names attributes by resource id where their names are blank', () => {
    const { root } = read(buildBinaryXml(manifest, { blankNames: true }));
    expect(described(root!)).toEqual(manifest);
  });

  it('leaves out only the string whose offset is bad', () => {
    const bytes = tampered((words) => {
      const values = [...read(buildBinaryXml(manifest)).root!.attributes];
      const versionName = values.find(({ name }) => name === 'versionName')!;
      words.setUint32(pool + 28 + 4 * words.getUint32(versionName.offset + 16, true), 0x00ff_ffff, true);
    });
    const document = read(bytes);
    expect(gist(document)).toEqual(plainGist.with(2, null));
    expect(codes(document)).toEqual(['axml.string-offset']);
    expect(document.problems).toEqual([
      { offset: expect.any(Number), message: expect.stringContaining('cannot be read'), reason: 'malformed' },
    ]);
  });

  it('follows attributeStart', () => {
    // The root's attributes are moved 8 bytes on, into the space its own chunk has after it grew.
    const bytes = buildBinaryXml({ name: 'a', attributes: { x: 1 } });
    const start = find(chunks(bytes), 0x0102);
    const moved = new Uint8Array(bytes.length + 8);
    moved.set(bytes.subarray(0, start.offset + 36));
    moved.set(bytes.subarray(start.offset + 36), start.offset + 44);
    const words = view(moved);
    words.setUint32(4, moved.length, true);
    words.setUint32(start.offset + 4, start.size + 8, true);
    words.setUint16(start.offset + 24, 28, true);
    const document = read(moved);
    expect(document.root!.attributes[0]).toMatchObject({ name: 'x', value: 1 });
    expect(codes(document)).toEqual(['axml.attribute-start']);
    expect(document.problems).toEqual([]);
  });

  it('stops at a zero-size chunk in the middle and says what may be missing', () => {
    const bytes = tampered((words, list) =>
      words.setUint32(list.filter(({ type }) => type === 0x0102)[3]!.offset + 4, 0, true),
    );
    const document = read(bytes);
    expect(document.root!.children).toHaveLength(2);
    expect(codes(document)).toEqual(['axml.zero-size-chunk']);
    expect(document.problems[0]?.message).toBe('elements left open: 1, more may be missing');
  });

  it('tells framework attributes that the platform does not find, for want of a resource map', () => {
    const bytes = tampered((words, list) => words.setUint16(find(list, 0x0180).offset, 0x017e, true));
    const document = read(bytes);
    expect(gist(document)).toEqual(plainGist);
    expect(codes(document)).toEqual(['axml.junk-chunk', 'axml.attribute-id']);
    expect(document.anomalies[1]?.detail).toMatch(/\(16 times\)$/);
  });

  it('tells a source text that differs from the value', () => {
    const { offset } = attribute(read(buildBinaryXml(manifest)).root!, 'package')!;
    const document = read(tampered((words) => words.setUint32(offset + 8, words.getUint32(offset + 4, true), true)));
    expect(attribute(document.root!, 'package')).toMatchObject({ value: 'com.clubhouse.app', raw: 'package' });
    expect(codes(document)).toEqual(['axml.raw-value']);
  });

  it('leaves out attributes that lie outside their element', () => {
    const document = read(tampered((words, list) => words.setUint16(find(list, 0x0102).offset + 28, 0xffff, true)));
    expect(gist(document)).toEqual(plainGist);
    expect(document.problems).toHaveLength(1);
    expect(document.problems[0]?.message).toMatch(/of 65535 attributes lie outside/);
  });

  it('is not led astray by ends without a start and by a second root', () => {
    const bytes = buildBinaryXml(manifest);
    const list = chunks(bytes);
    const nodes = bytes.subarray(find(list, 0x0100).offset);
    const end = list.filter(({ type }) => type === 0x0103)[0]!;
    const more = new Uint8Array(bytes.length + nodes.length + end.size);
    more.set(bytes);
    more.set(bytes.subarray(end.offset, end.offset + end.size), bytes.length);
    more.set(nodes, bytes.length + end.size);
    view(more).setUint32(4, more.length, true);
    const document = read(more);
    expect(described(document.root!)).toEqual(manifest);
    expect(codes(document)).toEqual(['axml.unbalanced-end', 'axml.second-root']);
  });

  it('bounds depth without recursion', () => {
    let deep: XmlDescription = { name: 'leaf' };
    for (let i = 0; i < 300; i++) deep = { name: 'level', children: [deep] };
    const document = read(buildBinaryXml(deep));
    let depth = 0;
    for (let element = document.root; element; element = element.children[0] ?? null) depth++;
    expect(depth).toBe(128);
    expect(document.problems).toEqual([
      { offset: expect.any(Number), message: 'elements deeper than 128 are left out', reason: 'budget' },
    ]);
  });

  it('stops at the budget of elements', () => {
    const children = Array.from({ length: 50 }, () => ({ name: 'item' }));
    const document = read(buildBinaryXml({ name: 'root', children }), { ...defaultBudgets, xmlElements: 20 });
    expect(document.root!.children).toHaveLength(19);
    expect(document.problems[0]?.message).toBe('budget xmlElements (20) is used up');
  });

  it('stops at the budget of bytes', () => {
    const bytes = buildBinaryXml(manifest);
    const document = read(bytes, { ...defaultBudgets, documentBytes: bytes.length - 300 });
    expect(gist(document).slice(0, 3)).toEqual(plainGist.slice(0, 3));
    expect(document.problems[0]?.message).toContain('budget documentBytes');
  });

  it('does not decode overlapping strings to gigabytes', () => {
    // 20,000 strings of 32,767 units, each one unit behind the last, over 100 kB.
    const count = 20_000;
    const children = Array.from({ length: count }, (_, i) => ({ name: `n${i}` }));
    const bytes = buildBinaryXml({ name: 'root', children }, { encoding: 'utf-16' });
    const words = view(bytes);
    const start = pool + words.getUint32(pool + 20, true);
    const end = pool + words.getUint32(pool + 4, true);
    for (let at = start; at < end; at += 2) words.setUint16(at, 0x7fff, true);
    for (let i = 0; i < count; i++) words.setUint32(pool + 28 + 4 * i, 2 * i, true);
    const started = performance.now();
    const document = read(bytes);
    expect(performance.now() - started).toBeLessThan(5000);
    expect(document.problems.length).toBeGreaterThan(0);
    expect(codes(document)).toContain('axml.string-length');
  });

  it.each(['utf-8', 'utf-16'] as const)('gives a value or a FormatError, cut at every byte, in %s', (encoding) => {
    const bytes = buildBinaryXml(manifest, { encoding });
    const names = new Set(JSON.stringify(described(read(bytes).root!)).match(/"[^"]*"/g));
    for (let length = 0; length < bytes.length; length++) {
      try {
        const document = read(bytes.subarray(0, length));
        expect(document.problems.length).toBeGreaterThan(0);
        if (!document.root) continue;
        // Never something that the whole document does not say.
        const texts = JSON.stringify(described(document.root)).match(/"[^"]*"/g) ?? [];
        expect(texts.filter((text) => text !== '""' && !names.has(text))).toEqual([]);
      } catch (error) {
        if (!(error instanceof FormatError)) throw error;
      }
    }
  });

  it('gives a value or a FormatError on 1000 seeded mutations', () => {
    const random = mulberry32(0xa8e1);
    const bytes = buildBinaryXml(manifest);
    let opened = 0;
    for (let round = 0; round < 1000; round++) {
      const mutated = bytes.slice();
      for (let i = 1 + Math.floor(random() * 4); i > 0; i--) {
        mutated[Math.floor(random() * mutated.length)] = Math.floor(random() * 256);
      }
      try {
        const document = read(mutated);
        if (document.root) opened++;
      } catch (error) {
        expect(error).toBeInstanceOf(FormatError);
      }
    }
    expect(opened).toBeGreaterThan(800);
  });
});
