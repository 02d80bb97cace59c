import { describe, expect, it } from 'vitest';
import { FormatError } from '../../src/errors.ts';
import {
  type CodedString,
  openDex,
  staticConstant,
  visitAllCodedStrings,
  visitCodedStrings,
} from '../../src/formats/dex/index.ts';
import { codeAt, Instructions } from '../../src/formats/dex/instructions.ts';
import { visitMethodsOf } from '../../src/formats/dex/members.ts';
import { buildDex, type Instruction } from '../build/dex.ts';
import { mulberry32 } from '../build/random.ts';
import { cases } from '../build/slow.ts';
import { Spending } from '../build/spending.ts';

const name = 'a.b.C';
const everything = () => true;
const load = (register: number, string: string) => ({ register, string });
const units = (...words: number[]) => ({ units: words });
const giveBack = (register: number) => units(0x11 | (register << 8));

const fields = [
  { name: 'V' },
  { name: 'W' },
  { name: 'I', type: 'I' },
  { name: 'J', type: 'J' },
  { name: 'Z', type: 'Z' },
];
const built = (code: Readonly<Record<string, readonly Instruction[]>>, initialiser: readonly Instruction[] = []) =>
  buildDex({ classes: [{ name, methods: ['<init>'], staticFields: fields, code, initialiser }] });

function coded(bytes: Uint8Array, wants: (method: string) => boolean = everything) {
  const found: CodedString[] = [];
  const dex = openDex(bytes);
  visitCodedStrings(dex, { class: name, wants }, everything, (each) => found.push(each));
  const at = (as: CodedString['as']) => found.filter((each) => each.as === as).map((each) => each.value);
  return { found, loaded: at('loaded'), returned: at('returned'), problems: dex.problems };
}

/** What our reader shows of one method: unit and opcode, or that it is a table. */
function shownOf(words: readonly number[]): (readonly [number, number | 'table', number])[] {
  const dex = openDex(built({ run: [units(...words)] }));
  const all: (readonly [number, number | 'table', number])[] = [];
  visitMethodsOf(dex, dex.view.getUint32(dex.classes.offset + 24, true), everything, ({ code, name: index }) => {
    const at = dex.view.getUint32(dex.strings.offset + 4 * index, true) + 1;
    if (dex.bytes[at] !== 'r'.charCodeAt(0)) return;
    const shown = new Instructions(dex, codeAt(dex, code), everything);
    while (shown.next()) all.push([shown.at, shown.isTable ? 'table' : shown.opcode, shown.units]);
  });
  return all;
}

describe('the tables of switches and arrays', () => {
  it.each([
    ['packed-switch', [0x0100, 2, 0, 0, 1, 0, 2, 0], 8],
    ['an empty packed-switch', [0x0100, 0, 0, 0], 4],
    ['sparse-switch', [0x0200, 2, 1, 0, 5, 0, 1, 0, 2, 0], 10],
    ['fill-array-data of three bytes', [0x0300, 1, 3, 0, 0x0201, 3], 6],
    ['fill-array-data of two longs', [0x0300, 8, 2, 0, 1, 0, 0, 0, 2, 0, 0, 0], 12],
    ['nothing but a no-op', [0x0000], 1],
  ] as const)('%s', (_, words, length) =>
    expect(shownOf(words)).toEqual([
      [0, words[0] === 0 ? 0 : 'table', length],
      [length, 0x0e, 1],
    ]));

  it.each([
    ['rows of a packed-switch', [0x0100, 3, 0, 0]],
    ['rows of a sparse-switch', [0x0200, 0xffff]],
    ['elements of an array', [0x0300, 8, 0xffff, 0xffff]],
    ['the head of an array', [0x0300, 1]],
    ['an instruction', [0x0018, 0]],
    ['an opcode that does not exist', [0x003e]],
    ['another', [0x00e3]],
  ] as const)('%s that are not there: a FormatError', (_, words) => expect(() => shownOf(words)).toThrow(FormatError));
});

describe('what a method returns', () => {
  it.each([
    ['a string', [load(0, '3.3.4'), giveBack(0)]],
    ['beside a call', [units(0x0071, 0, 0), load(1, '3.3.4'), giveBack(1)]],
    ['moved', [load(0, '3.3.4'), units(0x0307), giveBack(3)]],
    ['moved far', [load(0, '3.3.4'), units(0x0308, 0), giveBack(3)]],
    ['that was cast', [load(0, '3.3.4'), units(0x001f, 0), giveBack(0)]],
    ['a static field', [{ register: 2, get: 'V' }, giveBack(2)]],
  ] satisfies [string, Instruction[]][])('%s', (_, code) =>
    expect(coded(built({ version: code }, [load(0, '3.3.4'), { field: 'V', register: 0 }])).returned).toEqual([
      '3.3.4',
    ]));

  it.each([
    ['after a test', [load(0, '3.3.4'), units(0x0138, 2), giveBack(0)]],
    ['what a call gave', [load(0, '3.3.4'), units(0x0071, 0, 0), units(0x000c), giveBack(0)]],
    ['a number', [units(0x0012), giveBack(0)]],
    ['another field', [{ register: 2, get: 'W' }, giveBack(2)]],
    ['half of a wide value', [load(1, '3.3.4'), units(0x0016, 7), giveBack(1)]],
    ['nothing', [load(0, '3.3.4')]],
  ] satisfies [string, Instruction[]][])('not known: %s', (_, code) =>
    expect(coded(built({ version: code }, [load(0, '1.2.3'), { field: 'V', register: 0 }])).returned).toEqual([]));
});

describe('what code loads', () => {
  const bytes = built({
    one: [load(0, 'sdk_version'), load(1, '3.3.4'), units(0x0138, 2), load(1, '3.3.4'), load(2, 'behind a test')],
    two: [units(0x011b, 0, 0), load(0, 'long '.repeat(60)), giveBack(0)],
  });

  it('is every string, each once a method, with its place', () => {
    const { found, loaded, problems } = coded(bytes, (method) => method === 'one');
    expect(loaded).toEqual(['sdk_version', '3.3.4', 'behind a test']);
    expect(problems).toEqual([]);
    const { offset } = found[1]!;
    expect(new TextDecoder().decode(bytes.subarray(offset, offset + 6))).toBe('3.3.4\0');
  });

  it('is read of the methods that are wanted, by const-string/jumbo too, and short', () => {
    const { loaded, returned } = coded(bytes, (method) => method === 'two');
    expect(loaded).toHaveLength(1);
    expect(returned).toEqual([]);
    expect(coded(bytes, () => false).found).toEqual([]);
  });
});

describe('constants that are no strings', () => {
  const value = (field: string, type: string, initialiser: Instruction[]) =>
    staticConstant(openDex(built({}, initialiser)), { class: name, field, type }, everything)?.value ?? null;
  // Fields are sorted by name: I 0, J 1, V 2, W 3, Z 4.
  it.each([
    ['int', 'I', 'I', [units(0x0013, 334), units(0x0067, 0)], 334n],
    ['a negative one', 'I', 'I', [units(0x0014, 0xffff, 0xffff), units(0x0067, 0)], -1n],
    ['long', 'J', 'J', [units(0x0018, 0, 1, 0, 0x8000), units(0x0068, 1)], -(2n ** 63n) + 65536n],
    ['boolean', 'Z', 'Z', [units(0x1012), units(0x006a, 4)], true],
    ['of another type', 'Z', 'I', [units(0x1012), units(0x006a, 4)], null],
    ['a string that is none', 'V', 'Ljava/lang/String;', [units(0x1012), units(0x0069, 2)], null],
  ] as const)('%s', (_, field, type, code, expected) => expect(value(field, type, [...code])).toBe(expected));

  it('are initial values too, unless code stores others', () => {
    const classes = [
      {
        name,
        staticFields: [
          { name: 'N', value: -77_000 },
          { name: 'Y', value: true },
          { name: 'S', value: '1.0' },
        ],
      },
    ];
    const of = (field: string, type: string, initialiser?: Instruction[]) =>
      staticConstant(
        openDex(buildDex({ classes: classes.map((each) => ({ ...each, ...(initialiser ? { initialiser } : {}) })) })),
        { class: name, field, type },
        everything,
      )?.value ?? null;
    const string = 'Ljava/lang/String;';
    expect([of('N', 'I'), of('Y', 'Z'), of('S', string)]).toEqual([-77_000n, true, '1.0']);
    expect(of('S', string, [load(0, '2.0'), { field: 'S', register: 0 }])).toBe('2.0');
    // What a call gave, or what is stored in one branch of two, is not known: the initial value is not what counts.
    expect(of('S', string, [units(0x000c), { field: 'S', register: 0 }])).toBe(null);
    expect(of('S', string, [units(0x0138, 4), load(0, '2.0'), { field: 'S', register: 0 }])).toBe(null);
    expect(
      of('S', string, [load(0, '2.0'), { field: 'S', register: 0 }, units(0x0138, 4), { field: 'S', register: 1 }]),
    ).toBe(null);
  });
});

describe('hostile code', () => {
  const bytes = built(
    {
      one: [load(0, 'k'), load(1, '3.3.4'), units(0x0138, 2), giveBack(1)],
      two: [{ register: 2, get: 'V' }, giveBack(2)],
    },
    [load(0, '1.0'), { field: 'V', register: 0 }, units(0x0026, 4, 0), units(0x000e, 0x0300, 1, 2, 0, 0x0101)],
  );

  it('is paid for by its length, each time it is asked for', () => {
    const long = built({ run: [{ units: new Array(16_000).fill(0) }, load(0, '3.3.4')] });
    let spent = 0;
    const spend = (steps: number) => {
      spent += steps;
      return true;
    };
    visitCodedStrings(openDex(long), { class: name, wants: everything }, spend, () => {});
    expect(spent).toBeGreaterThan(2 * 1000);
    expect(spent).toBeLessThan(2 * 1000 + 50);
  });

  it('is left, with a line that says so, where nothing may be spent any more', () => {
    const dex = openDex(bytes);
    const found: unknown[] = [];
    visitCodedStrings(
      dex,
      { class: name, wants: everything },
      () => false,
      (each) => found.push(each),
    );
    expect(found).toEqual([]);
    expect(dex.problems).toMatchObject([{ reason: 'budget' }]);
    expect(dex.problems[0]?.message).toContain('code of a.b.C');
  });

  const rounds = cases(20_000, 2000);
  it(`gives strings or a problem, cut at every byte and on ${rounds} seeded mutations`, { timeout: 120_000 }, () => {
    const random = mulberry32(0xc0de);
    let [read, broken] = [0, 0];
    const tryOut = (some: Uint8Array) => {
      let dex: ReturnType<typeof openDex>;
      try {
        dex = openDex(some);
      } catch {
        return;
      }
      let found = 0;
      const { spend } = new Spending(100_000);
      visitAllCodedStrings(dex, spend, ({ offset, value }) => {
        found++;
        expect(offset + value.length).toBeLessThanOrEqual(some.length);
      });
      staticConstant(dex, { class: name, field: 'V' }, spend);
      if (found > 0) read++;
      if (dex.problems.length > 0) broken++;
    };
    for (let length = 0x70; length < bytes.length; length++) tryOut(bytes.subarray(0, length));
    for (let round = 0; round < rounds; round++) {
      const mutated = bytes.slice();
      for (let i = 0; i < 2; i++)
        mutated[0x70 + Math.floor(random() * (bytes.length - 0x70))] = Math.floor(random() * 256);
      tryOut(mutated);
    }
    expect(read).toBeGreaterThan(rounds / 4);
    expect(broken).toBeGreaterThan(rounds / 10);
  });
});
