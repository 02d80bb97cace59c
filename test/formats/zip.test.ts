import { describe, expect, test } from 'vitest';
import { defaultBudgets } from '../../src/budgets.ts';
import { FormatError } from '../../src/errors.ts';
import { type ByteRange, readBytes } from '../../src/formats/reading.ts';
import { isZip, locateEntry, readZipDirectory } from '../../src/formats/zip.ts';
import { type BuildEntry, buildZip, concat, extraField, fields } from '../build/zip.ts';
import { codesOf, contentOf, list } from './zip.content.ts';
import { variants } from './zip.variants.ts';

const utf8 = new TextEncoder();
const manifest = utf8.encode('<manifest package="org.example"/>'.repeat(9));
const noise = (length: number, seed: number) => {
  const next = mulberry32(seed);
  return Uint8Array.from({ length }, () => next() * 256);
};

function mulberry32(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 0x1_0000_0000;
  };
}

/** An orphan of another archive's bytes: a local header with its data, and nothing else. */
function orphan(name: string, data: string | Uint8Array, more: Partial<BuildEntry> = {}): Uint8Array {
  const whole = buildZip([{ name, data, ...more }]);
  return whole.subarray(0, list(whole).entries[0]!.limit);
}

/** What `readZipDirectory` asks for. */
function* requests(bytes: Uint8Array): Generator<ByteRange> {
  const reading = readZipDirectory(bytes.length, defaultBudgets);
  let step = reading.next();
  while (!step.done) {
    yield step.value;
    step = reading.next(bytes.subarray(step.value.offset, step.value.offset + step.value.length));
  }
}

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
    const read = list(bytes);
    expect(read.entries.length).toBe(70_000);
    expect(read.entries[69_999]!.name).toBe('Payload/App.app/Assets/image-69999.png');
    expect(read.anomalies).toEqual([]);
    expect(read.problems).toEqual([]);
  });

  test('a count of 0xffff is looked up in the ZIP64 record, as Java writes it', () => {
    const many = Array.from({ length: 66_000 }, (_, i): BuildEntry => ({ name: `${i}`, data: '', method: 0 }));
    const bytes = buildZip(many, { zip64: true });
    const read = list(bytes);
    expect(read.entries.length).toBe(66_000);
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
      expect(read.problems).toEqual([]);
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

describe('orphans', () => {
  test('a small one between entries, though directory and local headers carry extra fields', () => {
    const extra = extraField(0x5455, new Uint8Array(9));
    const more = { local: { extra }, central: { extra }, descriptor: true };
    const bytes = buildZip([
      { name: 'a', data: 'a', ...more },
      { name: 'b', data: 'b', before: orphan('hidden.dex', 'dex\n035\0'.repeat(20)), ...more },
    ]);
    const read = list(bytes);
    expect(read.orphans.map(({ name, index }) => [name, index])).toEqual([['hidden.dex', -1]]);
    expect(contentOf(bytes, read.orphans[0]!)).toEqual(utf8.encode('dex\n035\0'.repeat(20)));
    expect(read.entries[0]!.limit).toBe(read.orphans[0]!.headerOffset);
  });

  test('before the first entry, in the directory gap, in the comment and behind the end', () => {
    const bytes = buildZip([{ name: 'a', data: 'a', before: orphan('1', 'one') }], {
      afterDirectory: orphan('2', 'two'),
      comment: orphan('3', 'three'),
      append: orphan('4', 'four'),
    });
    const read = list(bytes);
    expect(read.orphans.map(({ name }) => name)).toEqual(['1', '2', '3', '4']);
    expect(codesOf(bytes, read)).toEqual(['zip.orphan-entry', 'zip.trailing-data']);
    const texts = read.orphans.map((entry) => new TextDecoder().decode(contentOf(bytes, entry)!));
    expect(texts).toEqual(['one', 'two', 'three', 'four']);
  });

  test('one that leaves its size to a descriptor is unknown in size, and readable', () => {
    const bytes = buildZip([{ name: 'a', data: 'a', before: orphan('b', 'hello', { descriptor: true }) }]);
    const [hidden] = list(bytes).orphans;
    expect(hidden).toMatchObject({ size: -1, compressedSize: -1, directory: false });
    const data = readBytes(locateEntry(hidden!, bytes.length), bytes);
    expect(data.coding).toBe('deflate');
    expect(contentOf(bytes, hidden!)).toEqual(utf8.encode('hello'));
  });

  test('a made-up size does not hide the next one', () => {
    const liar = orphan('liar', 'x', { method: 0, local: { compressedSize: 150 } });
    const before = concat(liar, orphan('victim', noise(300, 4), { method: 0 }));
    const names = list(buildZip([{ name: 'a', data: 'a', before }])).orphans.map(({ name }) => name);
    expect(names).toEqual(['liar', 'victim']);
  });

  test('headers far apart are found by hops', () => {
    const big = [0, 1, 2, 3].map(
      (i): BuildEntry => ({ name: `${i}`, data: new Uint8Array(3 << 20).fill(i), method: 0 }),
    );
    const whole = buildZip(big);
    const cut = whole.subarray(0, whole.length - 500);
    expect(list(cut).orphans.map(({ name }) => name)).toEqual(['0', '1', '2', '3']);
    const asked = [...requests(cut)].reduce((sum, { length }) => sum + length, 0);
    expect(asked).toBeLessThan(6 << 20);
  });
});

describe('cost', () => {
  test('no entry data is read, and a small archive takes one request', () => {
    const big: BuildEntry[] = [0, 1, 2].map((i) => ({
      name: `lib/${i}.so`,
      data: noise(200_000, i),
      method: 0,
      align: 4096,
    }));
    const bytes = buildZip(big, { signingBlock: noise(4000, 9) });
    const asked = [...requests(bytes)];
    // The tail overlaps the last entry's end; between the entries, only local headers are read.
    expect(asked.slice(1).map(({ length }) => length)).toEqual([30, 30, 30]);
    const small = buildZip(big.map((entry) => ({ ...entry, data: 'x' })));
    expect([...requests(small)].length).toBe(1);
  });

  test('entries past the budget are a problem, not an error', () => {
    const bytes = buildZip(['a', 'b', 'c'].map((name) => ({ name, data: name })));
    const read = readBytes(readZipDirectory(bytes.length, { ...defaultBudgets, entries: 2 }), bytes);
    expect(read.entries.length).toBe(2);
    expect(read.problems[0]!.message).toBe('budget entries (2) is used up');
  });

  test('a thousand equal tricks are one statement', () => {
    const bytes = buildZip(Array.from({ length: 1000 }, (_, i) => ({ name: `../${i}`, data: '' })));
    const anomalies = list(bytes).anomalies;
    expect(anomalies.length).toBe(65);
    expect(anomalies.at(-1)).toMatchObject({ code: 'zip.hostile-name', entry: null, detail: '936 more of the kind' });
  });

  test.each([
    ['local header signatures', [0x50, 0x4b, 3, 4]],
    ['end record signatures', [0x50, 0x4b, 5, 6]],
    ['central header signatures', [0x50, 0x4b, 1, 2]],
    ['the letter P', [0x50]],
  ])('4 MiB of %s is read in one pass', (_, pattern) => {
    const bytes = new Uint8Array(4 << 20);
    for (let i = 0; i < bytes.length; i++) bytes[i] = pattern[i % pattern.length]!;
    valueOrFormatError(bytes);
    const inside = buildZip([{ name: 'a', data: 'a', before: bytes }], { comment: bytes.subarray(0, 60_000) });
    valueOrFormatError(inside);
    const asked = [...requests(inside)].reduce((sum, { length }) => sum + length, 0);
    expect(asked).toBeLessThan(inside.length * 1.1 + 65_557);
  });

  test('a bomb of entries that overlap is told by its shape', () => {
    // David Fifield's "full overlap": many directory records, one local header.
    const kernel: BuildEntry = { name: 'k', data: new Uint8Array(1 << 20) };
    const copies = Array.from({ length: 5000 }, (_, i): BuildEntry => {
      return {
        ...kernel,
        name: `k${i}`,
        data: '',
        raw: new Uint8Array(0),
        local: null,
        central: { headerOffset: 0, compressedSize: 1000 },
      };
    });
    const read = list(buildZip([kernel, ...copies]));
    expect(read.entries.length).toBe(5001);
    expect(read.anomalies.some(({ code }) => code === 'zip.overlapping-entries')).toBe(true);
  });
});

/** Reads everything there is to read; only a FormatError may come out. */
function valueOrFormatError(bytes: Uint8Array, size = bytes.length) {
  try {
    const read = readBytes(readZipDirectory(size, defaultBudgets), bytes);
    const codes: string[] = [];
    for (const entry of [...read.entries.slice(0, 50), ...read.orphans.slice(0, 50)]) {
      try {
        codes.push(...readBytes(locateEntry(entry, size), bytes).anomalies.map(({ code }) => code));
        contentOf(bytes, entry);
      } catch (error) {
        if (!(error instanceof FormatError)) throw error;
        codes.push('error');
      }
    }
    return { read, codes };
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    return null;
  }
}

describe('damage', () => {
  const names = ['AndroidManifest.xml', 'classes.dex', 'assets/a'];
  const bytes = buildZip([
    { name: names[0]!, data: manifest },
    { name: names[1]!, data: noise(100, 5), method: 0, align: 4 },
    { name: names[2]!, data: 'aaaaaaaaaaaaaaaaaaaaaaaa', descriptor: true },
  ]);

  test('cut at every byte: every whole entry is still there', () => {
    const whole = list(bytes);
    const directory = whole.entries[2]!.limit;
    for (let length = 0; length < bytes.length; length++) {
      const cut = bytes.slice(0, length);
      const result = valueOrFormatError(cut);
      const complete = whole.entries.filter(({ limit }) => limit <= length);
      if (!result) {
        expect(complete).toEqual([]);
        continue;
      }
      const { read } = result;
      expect(read.problems.length).toBeGreaterThan(0);
      const found = [...read.entries, ...read.orphans];
      for (const entry of complete) {
        const same = found.find(({ name }) => name === entry.name)!;
        expect(contentOf(cut, same)).toEqual(contentOf(bytes, entry));
      }
      if (length >= directory) expect(found.length).toBe(3);
    }
  });

  test('cut at the front: the directory lists what is left', () => {
    const read = list(bytes.slice(40));
    expect(read.entries.map(({ name }) => name)).toEqual(names);
    expect(read.problems[0]!.message).toBe('40 bytes are missing before the first entry');
    expect(contentOf(bytes.slice(40), read.entries[1]!)).toEqual(noise(100, 5));
  });

  test('a damaged directory record costs no entry', () => {
    const start = list(bytes).entries[2]!.limit;
    const damaged = bytes.slice();
    damaged[start + 46 + names[0]!.length] = 0; // signature of the second record
    const read = list(damaged);
    expect(read.entries.map(({ name }) => name)).toEqual([names[0], names[2]]);
    expect(read.orphans.map(({ name }) => name)).toEqual([names[1]]);
    expect(read.problems.map(({ offset }) => offset)).toEqual([start + 46 + names[0]!.length]);
  });

  test('a wrong directory offset is no prepended data', () => {
    const damaged = bytes.slice();
    new DataView(damaged.buffer).setUint32(bytes.length - 6, 7, true);
    const read = list(damaged);
    expect(read.entries.map(({ name }) => name)).toEqual(names);
    expect(read.anomalies.map(({ code }) => code)).toEqual([]);
  });

  test('no directory where the end record says: local headers are found', () => {
    const damaged = bytes.slice();
    damaged.fill(0, list(bytes).entries[2]!.limit, bytes.length - 22);
    const read = list(damaged);
    expect(read.orphans.map(({ name }) => name)).toEqual(names);
    expect(read.problems.map(({ message }) => message)).toContain(
      'the central directory is not where the end record says',
    );
  });

  test('a file that is no ZIP is a FormatError', () => {
    expect(() => list(noise(100_000, 6))).toThrow(FormatError);
    expect(() => list(new Uint8Array(0))).toThrow(FormatError);
  });

  test('a size that is larger than the content', () => {
    for (const size of [bytes.length + 1, bytes.length + 100_000])
      expect(() => valueOrFormatError(bytes, size)).not.toThrow();
  });

  test('300 mutations: what is not reported has not changed the listing', () => {
    const next = mulberry32(20260123);
    let values = 0;
    for (let i = 0; i < 300; i++) {
      const mutated = bytes.slice();
      for (let k = 0; k <= i % 3; k++) mutated[Math.floor(next() * mutated.length)] = Math.floor(next() * 256);
      const result = valueOrFormatError(mutated);
      if (!result) continue;
      values++;
      const { read, codes } = result;
      if (read.anomalies.length + read.problems.length + codes.length > 0) continue;
      expect(read.entries.map(({ name }) => name)).toEqual(names);
      expect(read.orphans).toEqual([]);
    }
    expect(values).toBe(300);
  });
});
