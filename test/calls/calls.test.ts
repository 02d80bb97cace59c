import { describe, expect, it } from 'vitest';
import { type FoundCall, type FoundOrder, openDex, visitCalls } from '../../src/formats/dex/index.ts';
import { buildCode, type CodeClass } from '../build/dex-code.ts';
import { Spending } from '../build/spending.ts';

const STRING = 'Ljava/lang/String;';
const wanted = {
  calls: [
    {
      id: 'key',
      classes: ['sdk.Engine'],
      method: 'encrypt',
      parameters: ['boolean', 'sdk.Config'],
      values: [{ argument: 0 }, { argument: 1, of: { class: 'sdk.Config', fields: ['key'], calls: [] } }],
      own: ['sdk'],
      before: ['join'],
      group: 'encryption',
      starts: [],
    },
  ],
  packages: ['sdk'],
};
const ENCRYPT = 'sdk.Engine.encrypt(ZLsdk/Config;)I';
const sdk: readonly CodeClass[] = [
  { name: 'sdk.Engine', methods: [{ is: 'encrypt(ZLsdk/Config;)I' }, { is: 'join()V' }] },
  {
    name: 'sdk.Config',
    fields: [`key:${STRING}`],
    methods: [{ is: '<init>()V', code: ['return-void'] }],
  },
];
const config = (key: readonly string[]) => [
  'new-instance v1 sdk.Config',
  'invoke-direct sdk.Config.<init>()V v1',
  ...key,
  `iput-object v2 v1 sdk.Config.key:${STRING}`,
];

/** What is found in an activity whose `onCreate` does this; the engine stands in v0, which nobody set. */
function callsOf(
  code: readonly string[],
  more: readonly CodeClass[] = [],
  methods: CodeClass['methods'] = [],
): FoundCall[] {
  const main = {
    name: 'app.Main',
    super: 'android.app.Activity',
    methods: [{ is: 'onCreate()V', code: [...code, 'return-void'] }, ...methods],
  };
  return found([...sdk, main, ...more]).calls;
}

function found(classes: readonly CodeClass[], spend = (_steps: number) => true) {
  const dex = openDex(buildCode(classes));
  const calls: FoundCall[] = [];
  const callers: string[] = [];
  const orders: FoundOrder[] = [];
  const work = visitCalls(dex, wanted, spend, {
    call: (each) => calls.push(each),
    order: (each) => orders.push(each),
    caller: ({ kind, class: by, called }) => callers.push(`${kind} ${by} ${called}`),
  });
  for (;;) {
    const step = work.next();
    if (step.done) return { calls, callers, orders, unread: step.value, problems: dex.problems };
  }
}

const values = (call: FoundCall | undefined) =>
  call?.values.map((origins) => origins.map(({ kind, text }) => `${kind} ${text}`).sort());

describe('calls of an API, and what they hand over', () => {
  it('constants, with their places in the file', () => {
    const [call] = callsOf(['const v3 1', ...config(['const-string v2 secret']), `invoke-virtual ${ENCRYPT} v0 v3 v1`]);
    expect(values(call)).toEqual([['constant 1'], ['constant secret']]);
    expect(call).toMatchObject({
      by: { class: 'app.Main', method: 'onCreate' },
      called: 'calls sdk.Engine.encrypt',
    });
    expect(call?.chain).toEqual(['app.Main.onCreate']);
    const bytes = buildCode([
      ...sdk,
      {
        name: 'app.Main',
        super: 'android.app.Activity',
        methods: [
          {
            is: 'onCreate()V',
            code: [
              'const v3 1',
              ...config(['const-string v2 secret']),
              `invoke-virtual ${ENCRYPT} v0 v3 v1`,
              'return-void',
            ],
          },
        ],
      },
    ]);
    const at = call?.values[1]?.[0]?.at;
    expect(new TextDecoder().decode(bytes.subarray(at!.offset, at!.offset + at!.length))).toBe('secret');
    expect(bytes[call!.offset]).toBe(0x6e);
  });

  it('both values where two ways meet, and one where a test is decided', () => {
    const either = ['const v2 0', 'if-eqz v9 1', 'const-string v2 secret'];
    const [open] = callsOf([...config(either), 'const v3 1', `invoke-virtual ${ENCRYPT} v0 v3 v1`], [], []);
    expect(values(open)).toEqual([['constant 1'], ['constant 0', 'constant secret']]);
    const decided = ['const v9 1', ...either];
    const [one] = callsOf([...config(decided), 'const v3 1', `invoke-virtual ${ENCRYPT} v0 v3 v1`]);
    expect(values(one)).toEqual([['constant 1'], ['constant secret']]);
  });

  it('each call of a wrapper by itself: what one hands over never stands for the other', () => {
    const wrapper = {
      is: `wrap(ZLsdk/Engine;${STRING})V`,
      static: true,
      code: [...config(['move-object v2 v15']), `invoke-virtual ${ENCRYPT} v14 v13 v1`, 'return-void'],
    };
    const WRAP = `app.Main.wrap(ZLsdk/Engine;${STRING})V`;
    const [both] = callsOf(
      [
        'const v3 1',
        'const-string v4 one',
        `invoke-static ${WRAP} v3 v0 v4`,
        'const v3 0',
        'const-string v4 two',
        `invoke-static ${WRAP} v3 v0 v4`,
      ],
      [],
      [wrapper],
    );
    expect(values(both)).toEqual([
      ['constant 0', 'constant 1'],
      ['constant one', 'constant two'],
    ]);
    expect(both?.chain).toEqual(['app.Main.onCreate', 'app.Main.wrap']);
  });

  it('no chain to what nobody calls, and an argument that nobody hands over is open', () => {
    const unused = {
      is: `unused(Z${STRING})V`,
      static: true,
      code: [...config(['move-object v2 v15']), `invoke-virtual ${ENCRYPT} v0 v14 v1`, 'return-void'],
    };
    const [call] = callsOf([], [], [unused]);
    expect(call?.chain).toEqual([]);
    expect(call?.values.map(([origin]) => origin?.kind)).toEqual(['parameter', 'parameter']);
  });

  it('an object that other code may write to is open', () => {
    const keep = { name: 'lib.Keep', methods: [{ is: 'it(Lsdk/Config;)V', static: true }] };
    const other = {
      name: 'app.Other',
      methods: [
        {
          is: 'set(Lsdk/Config;)V',
          static: true,
          code: ['const-string v2 other', `iput-object v2 v15 sdk.Config.key:${STRING}`, 'return-void'],
        },
      ],
    };
    const code = [
      ...config(['const-string v2 secret']),
      'invoke-static lib.Keep.it(Lsdk/Config;)V v1',
      'const v3 1',
      `invoke-virtual ${ENCRYPT} v0 v3 v1`,
    ];
    const [call] = callsOf(code, [keep, other]);
    expect(call?.values[1]?.map(({ kind }) => kind)).toContain('unknown');
  });

  it('whether a condition decides it: a test for the object itself is none', () => {
    const call = ['const v3 1', ...config(['const-string v2 secret']), `invoke-virtual ${ENCRYPT} v0 v3 v1`];
    expect(callsOf(call)[0]?.isConditional).toBe(false);
    expect(callsOf([...call.slice(0, -1), 'if-eqz v0 1', call.at(-1)!])[0]?.isConditional).toBe(false);
    expect(callsOf([...call.slice(0, -1), 'if-eqz v9 1', call.at(-1)!])[0]?.isConditional).toBe(true);
  });

  it('nothing of a file that names no such class, and nothing of what the SDK calls itself', () => {
    expect(found([{ name: 'app.Main', methods: [{ is: 'a()V', code: ['return-void'] }] }])).toMatchObject({
      calls: [],
      callers: [],
      unread: null,
    });
    const own = {
      name: 'sdk.Inner',
      methods: [
        { is: 'a()V', code: ['const v3 1', 'const v1 0', `invoke-virtual ${ENCRYPT} v0 v3 v1`, 'return-void'] },
      ],
    };
    expect(found([...sdk, own])).toMatchObject({ calls: [], callers: [] });
    const main = { ...own, name: 'app.Main' };
    expect(found([...sdk, main]).callers).toEqual(['call app.Main sdk.Engine.encrypt']);
  });

  it('ends in bounded steps, whatever the bytes say', () => {
    const code = [
      'const v3 1',
      ...config(['const-string v2 secret']),
      `invoke-virtual ${ENCRYPT} v0 v3 v1`,
      'return-void',
    ];
    const bytes = buildCode([
      ...sdk,
      { name: 'app.Main', super: 'android.app.Activity', methods: [{ is: 'onCreate()V', code }] },
    ]);
    let seed = 1;
    for (let round = 0; round < 300; round++) {
      const changed = bytes.slice();
      for (let i = 0; i < 3; i++) {
        seed = (Math.imul(seed, 1103515245) + 12345) >>> 0;
        changed[0x70 + (seed % (changed.length - 0x70))] = seed >>> 24;
      }
      const spending = new Spending(100_000);
      const work = visitCalls(openDex(changed), wanted, spending.spend, {
        call: () => {},
        order: () => {},
        caller: () => {},
      });
      while (!work.next().done);
      expect(spending.steps).toBeLessThan(200_000);
    }
  });
});
