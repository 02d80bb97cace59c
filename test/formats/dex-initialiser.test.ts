import { describe, expect, it } from 'vitest';
import { openDex, staticConstant } from '../../src/formats/dex/index.ts';
import { buildDex, type Instruction } from '../build/dex.ts';
import { mulberry32 } from '../build/random.ts';

const name = 'cn.jpush.android.JPushConstants';
const fields = [{ name: 'SDK_VERSION' }, { name: 'OTHER' }];
const dexOf = (initialiser: readonly Instruction[]) =>
  buildDex({ classes: [{ name, methods: ['<init>'], staticFields: fields, initialiser }] });
const versionOf = (initialiser: readonly Instruction[]) =>
  staticConstant(openDex(dexOf(initialiser)), { class: name, field: 'SDK_VERSION' }, () => true)?.value ?? null;

const load = (register: number, string: string) => ({ register, string });
const store = (register: number, field = 'SDK_VERSION') => ({ field, register });
const units = (...words: number[]) => ({ units: words });

describe('what a static initialiser stores', () => {
  it.each([
    ['a constant', [load(0, '3.3.4'), store(0)]],
    ['the right one of two', [load(0, '1.0'), load(1, '3.3.4'), store(0, 'OTHER'), store(1)]],
    ['the last', [load(0, '1.0'), store(0), load(0, '3.3.4'), store(0)]],
    ['moved to another register', [load(0, '3.3.4'), units(0x07 | (2 << 8)), store(2)]],
    ['behind an array of numbers', [units(0x0012, 0x0023, 0), load(1, '3.3.4'), store(1)]],
    ['beside an invocation', [load(0, '3.3.4'), units(0x0071, 0, 0), store(0)]],
    ['beside a wide constant', [load(4, '3.3.4'), units(0x0018, 1, 2, 3, 4), store(4)]],
  ] satisfies [string, Instruction[]][])('%s', (_, code) => expect(versionOf(code)).toBe('3.3.4'));

  it.each([
    ['what an invocation gives', [load(0, '3.3.4'), units(0x000c), store(0)]],
    ['what was written over', [load(0, '3.3.4'), units(0x0013, 7), store(0)]],
    ['the upper half of a wide value', [load(1, '3.3.4'), units(0x0016, 7), store(1)]],
    ['behind a jump', [units(0x0038, 3), load(0, '3.3.4'), store(0)]],
    ['behind a throw', [units(0x0027), load(0, '3.3.4'), store(0)]],
    ['another field', [load(0, '3.3.4'), store(0, 'OTHER')]],
    ['nothing', []],
  ] satisfies [string, Instruction[]][])('not known: %s', (_, code) => expect(versionOf(code)).toBe(null));

  it('says where the string stands', () => {
    const bytes = dexOf([load(0, '3.3.4'), store(0)]);
    const { offset } = staticConstant(openDex(bytes), { class: name, field: 'SDK_VERSION' }, () => true)!;
    expect(new TextDecoder().decode(bytes.subarray(offset, offset + 5))).toBe('3.3.4');
  });

  it('gives a string or null, cut at every byte and on 1000 seeded mutations', () => {
    const bytes = dexOf([load(0, '1.0'), store(0, 'OTHER'), load(1, '3.3.4'), store(1)]);
    const random = mulberry32(0xc11);
    let read = 0;
    const tryOut = (some: Uint8Array) => {
      let dex: ReturnType<typeof openDex>;
      try {
        dex = openDex(some);
      } catch {
        return;
      }
      if (staticConstant(dex, { class: name, field: 'SDK_VERSION' }, () => true) !== null) read++;
    };
    for (let length = 0x70; length < bytes.length; length++) tryOut(bytes.subarray(0, length));
    for (let round = 0; round < 1000; round++) {
      const mutated = bytes.slice();
      for (let i = 0; i < 2; i++)
        mutated[0x70 + Math.floor(random() * (bytes.length - 0x70))] = Math.floor(random() * 256);
      tryOut(mutated);
    }
    expect(read).toBeGreaterThan(300);
  });
});
