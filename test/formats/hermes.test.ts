import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { finished } from '../../src/allowance.ts';
import { FormatError } from '../../src/errors.ts';
import { hermesStrings, hermesVersion, isHermes, openHermes } from '../../src/formats/hermes/index.ts';
import { visitPieces } from '../../src/formats/text-pieces.ts';
import { buildHermes } from '../build/hermes.ts';
import { mulberry32 } from '../build/random.ts';
import { cases } from '../build/slow.ts';
import { made } from './hermes-made.ts';

const texts = [
  'global',
  'io.agora.rtc',
  'RtcEngine',
  '',
  'ünïcode',
  'x'.repeat(254),
  'y'.repeat(255),
  'wss://a.example/',
];

function tablesOf(bytes: Uint8Array) {
  const file = openHermes(bytes);
  return { storage: file.storage, strings: finished(hermesStrings(bytes, file)) };
}

function textsOf(bytes: Uint8Array): string[] {
  const { offsets, lengths, wide } = tablesOf(bytes).strings;
  return Array.from(offsets, (from, i) =>
    new TextDecoder(wide[i] ? 'utf-16le' : 'latin1').decode(bytes.subarray(from, from + lengths[i]!)),
  );
}

/** Pieces as they come. */
function piecesOf(bytes: Uint8Array, mayRepeat: () => boolean = () => true) {
  const pieces: [from: number, to: number][] = [];
  let isNew = true;
  const take = {
    begin: () => {
      isNew = true;
    },
    add: (from: number, to: number) => {
      if (isNew) pieces.push([from, to]);
      else pieces.at(-1)![1] = to;
      isNew = false;
    },
  };
  const leftOut = finished(visitPieces(bytes.length, tablesOf(bytes), take, mayRepeat));
  return { pieces, leftOut };
}

describe('strings of Hermes bytecode', () => {
  it.each([59, 84, 96, 97, 99])('of version %i, short and long, in one byte and in two', (version) => {
    const bytes = buildHermes({ version, strings: texts });
    expect(isHermes(bytes)).toBe(true);
    expect(hermesVersion(bytes)).toEqual({ version, unread: null });
    expect(textsOf(bytes)).toEqual(texts);
    expect(tablesOf(bytes).strings.problems).toEqual([]);
  });

  it.each<[by: string, version: number, pieces: string]>([
    ['hermes-engine@0.1.0', 59, '0-176 176-182 182-187 186-211 211-237 237-238 238-252 252-353'],
    ['react-native@0.82.1', 96, '0-176 176-182 182-187 186-211 211-237 237-238 238-252 252-399'],
    ['hermes-compiler@260318099.0.8', 99, '0-172 172-178 178-183 182-207 207-233 233-234 234-248 248-396'],
  ])('made by %s', (by, version, places) => {
    const bytes = gunzipSync(Buffer.from(made[by]!, 'base64'));
    const { pieces } = piecesOf(bytes);
    expect(hermesVersion(bytes).version).toBe(version);
    expect(textsOf(bytes)).toEqual([
      'global',
      'https://ap-web-1.agora.io',
      'https://second.example.com',
      'häßlich',
      'fetch',
    ]);
    // `fetch` and `https://…` share a byte, and before UTF-16 stands one that is no string's.
    expect(pieces.map(([from, to]) => `${from}-${to}`).join(' ')).toBe(places);
  });

  it('of versions that nobody has seen, and of the form that is made to be compared, are not read', () => {
    for (const version of [58, 100]) {
      expect(hermesVersion(buildHermes({ version, strings: texts })).unread).toBe('version');
    }
    const delta = buildHermes({ strings: texts });
    for (let i = 0; i < 8; i++) delta[i] = 255 - delta[i]!;
    expect(isHermes(delta)).toBe(true);
    expect(hermesVersion(delta).unread).toBe('delta');
  });

  it('that lie outside of the storage are none, and that is said once', () => {
    const bytes = buildHermes({
      strings: ['abc', { offset: 1, length: 9 }, { offset: 2, length: 1 }, { offset: 4, length: 1 }],
    });
    expect(textsOf(bytes)).toEqual(['abc', '', 'c', '']);
    expect(tablesOf(bytes).strings.problems.map(({ message, reason }) => [message, reason])).toEqual([
      ['strings lie outside of the string storage', 'malformed'],
    ]);
  });
});

describe('pieces of Hermes bytecode', () => {
  it('are each string, and every byte that is no string', () => {
    const code = new Uint8Array(100_000).fill(7);
    const bytes = buildHermes({ strings: ['abc', { offset: 5, length: 2 }, { offset: 1, length: 3 }, 'defgh'], code });
    const { storage } = tablesOf(bytes);
    const { pieces, leftOut } = piecesOf(bytes);
    const inside = pieces.map(([from, to]) => [from - storage.offset, to - storage.offset]);
    const end = bytes.length - storage.offset;
    expect(inside).toEqual([
      [-storage.offset, 0],
      [0, 3],
      [1, 4],
      [3, 8],
      [5, 7],
      [8, end],
    ]);
    expect(leftOut).toBe(0);
  });

  it('are in the order of their bytes, few or many', () => {
    const random = mulberry32(3);
    const places = (count: number) =>
      Array.from({ length: count }, () => ({ offset: Math.floor(random() * 70_000), length: 1 }));
    for (const count of [200, 3000]) {
      const strings = ['x'.repeat(70_000), ...places(count)];
      const { pieces } = piecesOf(buildHermes({ strings }));
      const inside = pieces.slice(1).map(([from]) => from);
      expect(inside).toHaveLength(count + 1);
      expect(inside).toEqual(inside.toSorted((a, b) => a - b));
    }
  });

  it('hold bytes of the storage that no string has', () => {
    const bytes = buildHermes({ strings: ['abcdef'] });
    const { storage, strings } = tablesOf(bytes);
    bytes[storage.offset - 1] = 2;
    const { pieces } = piecesOf(bytes);
    expect(strings.lengths[0]).toBe(6);
    expect(pieces.map(([from, to]) => [from - storage.offset, to - storage.offset])).toEqual([
      [-storage.offset, 0],
      [0, 2],
      [2, 6],
      [6, bytes.length - storage.offset],
    ]);
  });

  it('of strings that share bytes are left out where they may not be searched again, and no byte with them', () => {
    const strings = ['a'.repeat(200), ...Array.from({ length: 101 }, (_, i) => ({ offset: i, length: 100 }))];
    const bytes = buildHermes({ strings });
    let left = 5;
    const { pieces, leftOut } = piecesOf(bytes, () => left-- > 0);
    expect([pieces.length, leftOut]).toEqual([1 + 1 + 5, 96]);
    expect(covered(pieces, bytes.length)).toBe(bytes.length);
  });
});

/** Bytes that lie in a piece. */
function covered(pieces: readonly (readonly [number, number])[], size: number): number {
  const seen = new Uint8Array(size);
  for (const [from, to] of pieces) seen.fill(1, from, to);
  return seen.reduce((sum, one) => sum + one, 0);
}

it('cut at every byte, or mutated, every byte is in a piece, or it is a FormatError', () => {
  const bytes = buildHermes({ strings: texts, code: new Uint8Array(64).fill(1) });
  const random = mulberry32(59);
  let read = 0;
  const tryOut = (some: Uint8Array) => {
    try {
      const { unread } = hermesVersion(some);
      if (unread) return;
      const { pieces } = piecesOf(some);
      expect(covered(pieces, some.length)).toBe(some.length);
      read++;
    } catch (error) {
      expect(error).toBeInstanceOf(FormatError);
    }
  };
  for (let length = 0; length < bytes.length; length++) tryOut(bytes.subarray(0, length));
  for (let round = 0; round < cases(20_000, 2000); round++) {
    const mutated = bytes.slice();
    // Half of them where the header and the tables are.
    const within = round % 2 === 0 ? 200 : bytes.length;
    for (let i = 0; i < 3; i++) mutated[Math.floor(random() * within)] = Math.floor(random() * 256);
    tryOut(mutated);
  }
  // A reader that refuses everything would pass else.
  expect(read).toBeGreaterThan(1000);
});
