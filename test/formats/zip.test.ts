import { describe, expect, test } from 'vitest';
import { readBytes } from '../../src/formats/parsing.ts';
import { isZip, locateEntry } from '../../src/formats/zip/index.ts';
import { type BuildEntry, buildZip, concat, extraField, fields } from '../build/zip.ts';
import { codesOf, contentOf, list, noise } from './zip.content.ts';
import { variants } from './zip.variants.ts';

const utf8 = new TextEncoder();
const manifest = utf8.encode('<manifest package="org.example"/>'.repeat(9));
describe('ordinary archives', () => {
  const entries: BuildEntry[] = [
    { name: 'AndroidManifest.xml', data: manifest },
    { name: 'lib/arm64-v8a/libx.so', data: noise(5000, 1), method: 0, align: 4096 },
    { name: '__proto__', data: 'not an object key' },
    { name: 'constructor/', data: '', method: 0 },
    { name: 'Payload/Grüße 你好.app/Info.plist', data: 'plist', descriptor: true },
    { name: '\ufeffbom', data: '', method: 0 },
    { name: 'stored', data: noise(300, 2), method: 0, descriptor: true },
  ];

  test('what was built is what is read', () => {
    const bytes = buildZip(entries, { comment: utf8.encode('channel=7'), signingBlock: noise(100, 3), align: 4 });
    const read = list(bytes);
    expect(read.entries.map((entry) => entry.name)).toEqual(entries.map((entry) => entry.name));
    for (const [i, entry] of read.entries.entries()) {
      const data = entries[i]!.data;
      expect(contentOf(bytes, entry)).toEqual(typeof data === 'string' ? utf8.encode(data) : data);
      expect(entry).toMatchObject({
        index: i,
        method: entries[i]!.method ?? 8,
        size: data.length === 0 ? 0 : entry.size,
      });
      expect(bytes[entry.headerOffset]).toBe(0x50);
    }
    expect(codesOf(bytes, read)).toEqual([]);
    expect(read.problems).toEqual([]);
    expect(read.orphans).toEqual([]);
    expect(read.entries.map((entry) => entry.directory)).toEqual([false, false, false, true, false, false, false]);
    const library = readBytes(locateEntry(read.entries[1]!, bytes.length), bytes);
    expect(library.offset % 4096).toBe(0);
    expect(library).toMatchObject({ coding: 'stored', length: 5000 });
    const block = read.signingBlock!;
    expect(block.length).toBe(100 + 32);
    expect(read.entries.at(-1)!.limit).toBe(block.offset);
    expect(String.fromCharCode(...bytes.subarray(read.comment!.offset))).toBe('channel=7');
  });

  test('the same description gives the same bytes', () => {
    expect(buildZip(entries)).toEqual(buildZip(entries));
  });

  test('an empty archive has no entries and nothing wrong', () => {
    expect(list(buildZip([]))).toMatchObject({ entries: [], orphans: [], anomalies: [], problems: [] });
  });

  test('a stored archive at the end is not a second end record', () => {
    const inner = buildZip([{ name: 'x', data: 'x' }]);
    const bytes = buildZip([{ name: 'inner.jar', data: inner, method: 0 }]);
    expect(codesOf(bytes, list(bytes))).toEqual([]);
    expect(list(bytes).orphans).toEqual([]);
  });

  test('the virtual entries of zipflinger are padding, unless they hold something', () => {
    const virtual = (content: Uint8Array) => {
      const extra = extraField(0xd935, content);
      return concat(fields([4, 0x04034b50], [2, 20], [8, 0], [8, 0], [4, 0], [2, 0], [2, extra.length]), extra);
    };
    const build = (content: Uint8Array) =>
      buildZip([
        { name: 'a', data: 'a', before: virtual(content) },
        { name: 'b', data: 'b' },
      ]);
    expect(list(build(new Uint8Array(500)))).toMatchObject({ anomalies: [], orphans: [] });
    const smuggling = new Uint8Array(500).fill(7, 100);
    expect(list(build(smuggling)).anomalies.map(({ code }) => code)).toEqual(['zip.unclaimed-data']);
  });

  test('70,000 entries: the count wraps, the directory needs two windows', () => {
    const many = Array.from({ length: 70_000 }, (_, i): BuildEntry => {
      return { name: `Payload/App.app/Assets/image-${i}.png`, data: '', method: 0 };
    });
    const bytes = buildZip(many, { end: { count: 70_000 & 0xffff } });
    const read = list(bytes, { entries: 100_000 });
    expect(read.entries.length).toBe(70_000);
    expect(read.entries[69_999]!.name).toBe('Payload/App.app/Assets/image-69999.png');
    expect(read.anomalies).toEqual([]);
    expect(read.problems).toEqual([]);
  });

  test('a count of 0xffff is looked up in the ZIP64 record, as Java writes it', () => {
    const many = Array.from({ length: 65_535 }, (_, i): BuildEntry => ({ name: `${i}`, data: '', method: 0 }));
    const bytes = buildZip(many, { zip64: true });
    const read = list(bytes);
    expect(read.entries.length).toBe(65_535);
    expect(read.anomalies).toEqual([]);
  });

  test('isZip', () => {
    expect(isZip(buildZip(entries))).toBe(true);
    expect(isZip(buildZip([]))).toBe(true);
    expect(isZip(utf8.encode('PK'))).toBe(false);
    expect(isZip(utf8.encode('dex\n035'))).toBe(false);
  });
});

describe('variants', () => {
  for (const variant of variants(manifest)) {
    test(`${variant.name} (Android ${variant.android})`, () => {
      const read = list(variant.bytes);
      expect(read.entries.map((entry) => entry.name)).toEqual(variant.entries);
      expect(read.orphans.map((entry) => entry.name)).toEqual(variant.orphans ?? []);
      expect(codesOf(variant.bytes, read)).toEqual(variant.codes);
      // A count beyond what is there may hide entries: of these, it alone leaves the listing open.
      expect(read.problems).toHaveLength(variant.name === 'entry count too big' ? 1 : 0);
      const entry = read.entries.find(({ name }) => name === 'AndroidManifest.xml')!;
      expect(contentOf(variant.bytes, entry)).toEqual(manifest);
      for (const hidden of read.orphans) expect(contentOf(variant.bytes, hidden)!.length).toBe(hidden.size);
    });
  }

  test('a directory name with content is no directory', () => {
    const bytes = buildZip([{ name: 'classes.dex/', data: 'content' }]);
    expect(list(bytes).entries[0]!.directory).toBe(false);
  });

  test('names that are not UTF-8 stay apart', () => {
    const name = (byte: number) => Uint8Array.of(0x61, byte);
    const bytes = buildZip([0xff, 0xfe, 0xff].map((byte) => ({ name: name(byte), data: '' })));
    expect(list(bytes).anomalies.filter(({ code }) => code === 'zip.duplicate-name').length).toBe(1);
    expect(codesOf(bytes, list(bytes))).toEqual(['zip.duplicate-name', 'zip.not-utf8']);
  });

  test('a ZIP64 record that contradicts the end record is not followed', () => {
    const plain = buildZip([{ name: 'a', data: 'a' }]);
    const at = plain.length - 22;
    const start = new DataView(plain.buffer).getUint32(at + 16, true);
    const bytes = buildZip([{ name: 'a', data: 'a' }], {
      zip64: true,
      end: { directorySize: at - start, directoryOffset: start, count: 1 },
    });
    new DataView(bytes.buffer).setUint32(at + 48, 5, true);
    expect(list(bytes).anomalies.map(({ code, detail }) => `${code} ${detail}`)).toEqual([
      'zip.zip64 the ZIP64 end record contradicts the end record',
    ]);
    expect(list(bytes).entries.length).toBe(1);
  });
});
