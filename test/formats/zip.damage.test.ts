import { describe, expect, test } from 'vitest';
import { defaultBudgets } from '../../src/budgets.ts';
import { FormatError } from '../../src/errors.ts';
import { readBytes } from '../../src/formats/parsing.ts';
import { locateEntry, readZipDirectory } from '../../src/formats/zip/index.ts';
import { type BuildEntry, buildZip, concat, extraField } from '../build/zip.ts';
import { codesOf, contentOf, list, mulberry32, noise, orphan, requests } from './zip.content.ts';

const utf8 = new TextEncoder();
const manifest = utf8.encode('<manifest package="org.example"/>'.repeat(9));
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
