import { describe, expect, it } from 'vitest';
import { type FoundOrder, openDex, visitCalls } from '../../src/formats/dex/index.ts';
import { buildCode, type CodeClass } from '../build/dex-code.ts';

const group = 'sdk/encryption';
const wanted = {
  calls: [
    {
      ...{ id: 'sdk/encryption/on', group, classes: ['sdk.Engine'], method: 'encrypt', values: [{ argument: 0 }] },
      ...{ own: ['sdk'], before: ['join'], undoneBy: ['leave'], starts: [] },
    },
    {
      ...{ id: 'sdk/api/create', group: 'sdk/api', classes: ['sdk.Engine'], method: 'create', values: [] },
      ...{ own: ['sdk'], before: [], starts: [group] },
    },
  ],
  packages: ['sdk'],
};
const sdk: CodeClass = {
  name: 'sdk.Engine',
  methods: [{ is: 'create()Lsdk/Engine;', static: true }, { is: 'encrypt(Z)V' }, { is: 'join()V' }, { is: 'leave()V' }],
};
const create = (register: string) => [
  'invoke-static sdk.Engine.create()Lsdk/Engine;',
  `move-result-object ${register}`,
];
const encrypt = (register: string) => `invoke-virtual sdk.Engine.encrypt(Z)V ${register} v5`;
const leave = (register: string) => `invoke-virtual sdk.Engine.leave()V ${register}`;
const join = (register: string) => `invoke-virtual sdk.Engine.join()V ${register}`;
/** Encrypts the engine in the last register, or not. */
const wrapper = (name: string, code: readonly string[]) => ({
  is: `${name}(Lsdk/Engine;)V`,
  static: true,
  code: [...code, 'return-void'],
});
const CALL = (name: string, register: string) => `invoke-static app.Main.${name}(Lsdk/Engine;)V ${register}`;

/** What is told of an activity with these methods, by name. */
function orderOf(
  methods: Readonly<Record<string, readonly string[]>>,
  more: CodeClass['methods'] = [],
  classes: readonly CodeClass[] = [],
): FoundOrder | undefined {
  const own = Object.entries(methods).map(([name, code]) => ({ is: `${name}()V`, code: [...code, 'return-void'] }));
  const main = {
    ...{ name: 'app.Main', super: 'android.app.Activity', fields: ['one:Lsdk/Engine;', 'two:Lsdk/Engine;'] },
    methods: [...own, ...more],
  };
  const found: FoundOrder[] = [];
  const work = visitCalls(openDex(buildCode([sdk, main, ...classes])), wanted, () => true, {
    ...{ call: () => {}, caller: () => {}, order: (each) => found.push(each) },
  });
  while (!work.next().done);
  return found[0];
}

describe('what has to come first, and what has to come later', () => {
  it('in one method, with nothing between', () => {
    expect(orderOf({ onCreate: [...create('v0'), encrypt('v0'), join('v0')] })).toMatchObject({
      ...{ group, later: { count: 1, open: null }, start: { count: 1, open: null } },
    });
  });

  it('too late, under a condition, or not at all', () => {
    const open = { count: 1, open: 'app.Main.onCreate calls sdk.Engine.join' };
    expect(orderOf({ onCreate: [...create('v0'), join('v0'), encrypt('v0')] })?.later).toEqual(open);
    expect(orderOf({ onCreate: [...create('v0'), 'if-eqz v9 1', encrypt('v0'), join('v0')] })?.later).toEqual(open);
    expect(orderOf({ onCreate: [...create('v0'), join('v0')] })?.later).toEqual(open);
  });

  it('a test of what is the engine on one way and nothing on another is a condition', () => {
    const open = 'app.Main.onCreate calls sdk.Engine.join';
    const openAfter = (code: readonly string[], more: Parameters<typeof orderOf>[1]) =>
      orderOf({ onCreate: [...code, 'if-eqz v1 1', encrypt('v1'), join('v0')] }, more)?.later.open;
    // Makes an engine or none, so that either is what both registers may hold.
    const make = {
      ...{ is: 'make()Lsdk/Engine;', static: true },
      code: [...create('v0'), 'if-eqz v9 1', 'return-object v0', 'const v0 0', 'return-object v0'],
    };
    const made = ['invoke-static app.Main.make()Lsdk/Engine;', 'move-result-object v0'];
    expect(openAfter([...made, 'move-object v1 v0', 'if-eqz v9 1', 'const v1 0'], [make])).toBe(open);
    const taken = {
      ...{ is: 'taken(Lsdk/Engine;)Lsdk/Engine;', static: true },
      code: ['if-eqz v9 1', 'return-object v15', 'const v0 0', 'return-object v0'],
    };
    const given = ['invoke-static app.Main.taken(Lsdk/Engine;)Lsdk/Engine; v0', 'move-result-object v1'];
    expect(openAfter([...made, ...given], [make, taken])).toBe(open);
    expect(openAfter([...create('v0'), ...given], [taken])).toBe(open);
  });

  it('anew after what undoes it, in the method and in those that it calls', () => {
    const open = 'app.Main.onCreate calls sdk.Engine.join';
    const begin = [...create('v0'), encrypt('v0')];
    const laterIn = (code: readonly string[], more: Parameters<typeof orderOf>[1] = []) =>
      orderOf({ onCreate: [...begin, ...code] }, more)?.later.open;
    expect(laterIn([join('v0'), leave('v0')])).toBeNull();
    expect(laterIn([leave('v0'), join('v0')])).toBe(open);
    expect(laterIn(['if-eqz v9 1', leave('v0'), join('v0')])).toBe(open);
    expect(laterIn([leave('v0'), encrypt('v0'), join('v0')])).toBeNull();
    const stop = wrapper('stop', [leave('v15')]);
    expect(laterIn([CALL('stop', 'v0'), join('v0')], [stop])).toBe(open);
    const again = wrapper('again', [leave('v15'), encrypt('v15')]);
    expect(laterIn([CALL('again', 'v0'), join('v0')], [again])).toBeNull();
    const wrong = wrapper('wrong', [encrypt('v15'), leave('v15')]);
    expect(laterIn([CALL('wrong', 'v0'), join('v0')], [wrong])).toBe(open);
  });

  it('what undoes it is told, since an object that was made with it need not have it any more', () => {
    const methods = { onCreate: [...create('v0'), encrypt('v0')], onJoin: [join('v0')], onStop: [leave('v0')] };
    expect(orderOf(methods)).toMatchObject({
      ...{ start: { count: 1, open: null }, undone: 'app.Main.onStop calls sdk.Engine.leave' },
    });
    expect(orderOf({ ...methods, onStop: [] })).toMatchObject({ start: { count: 1, open: null }, undone: null });
  });

  it('a test of whether there is the engine is none, but a register may hold something else by then', () => {
    const ONE = 'iget-object v0 v15 app.Main.one:Lsdk/Engine;';
    expect(orderOf({ go: ['if-eqz v0 1', encrypt('v0'), join('v0')] })?.later.open).toBeNull();
    expect(orderOf({ go: [ONE, 'if-eqz v0 2', ONE, encrypt('v0'), ONE, join('v0')] })?.later.open).toBeNull();
    expect(
      orderOf({ go: ['move v0 v9', 'if-eqz v0 2', ONE, encrypt('v0'), ONE, join('v0')] })?.later.open,
    ).not.toBeNull();
  });

  it('a test of whether there is another engine decides whether it comes first', () => {
    const ONE = 'iget-object v0 v15 app.Main.one:Lsdk/Engine;';
    expect(
      orderOf({ go: [...create('v1'), ONE, 'if-eqz v0 1', encrypt('v0'), join('v1')] })?.later.open,
    ).not.toBeNull();
  });

  it('in methods that are called, on every way through them', () => {
    const prepare = wrapper('prepare', [encrypt('v15')]);
    const maybe = wrapper('maybe', ['if-eqz v9 1', encrypt('v15')]);
    expect(orderOf({ go: [CALL('prepare', 'v0'), join('v0')] }, [prepare])?.later.open).toBeNull();
    expect(orderOf({ go: [CALL('maybe', 'v0'), join('v0')] }, [maybe])?.later.open).not.toBeNull();
  });

  it('in methods that call, in each of them', () => {
    const enter = wrapper('enter', [join('v15')]);
    const sure = [encrypt('v0'), CALL('enter', 'v0')];
    expect(orderOf({ onCreate: sure, onResume: sure }, [enter])?.later.open).toBeNull();
    expect(orderOf({ onCreate: sure, onResume: [CALL('enter', 'v0')] }, [enter])?.later.open).not.toBeNull();
    // Nobody is seen to call it.
    expect(orderOf({ onCreate: [encrypt('v0')] }, [enter])?.later.open).not.toBeNull();
  });

  it('of another engine', () => {
    const two = [...create('v0'), ...create('v1')];
    expect(orderOf({ onCreate: [...two, encrypt('v0'), join('v1')] })?.later.open).not.toBeNull();
    expect(orderOf({ onCreate: [...two, encrypt('v0'), encrypt('v1'), join('v1')] })?.later.open).toBeNull();
    const field = (name: string, into: string) => `iget-object ${into} v15 app.Main.${name}:Lsdk/Engine;`;
    const fields = [field('one', 'v0'), encrypt('v0'), field('two', 'v1'), join('v1')];
    expect(orderOf({ onCreate: fields })?.later.open).not.toBeNull();
  });

  it('of each engine as soon as it is made', () => {
    const init = [...create('v0'), encrypt('v0'), 'iput-object v0 v15 app.Main.one:Lsdk/Engine;'];
    const onJoin = ['iget-object v0 v15 app.Main.one:Lsdk/Engine;', join('v0')];
    expect(orderOf({ onCreate: init, onJoin })).toMatchObject({
      ...{ later: { open: 'app.Main.onJoin calls sdk.Engine.join' }, start: { count: 1, open: null } },
    });
    expect(orderOf({ onCreate: init, onJoin, onResume: create('v0') })?.start).toEqual({
      ...{ count: 2, open: 'app.Main.onResume calls sdk.Engine.create' },
    });
    const early = [...create('v0'), 'if-eqz v9 1', encrypt('v0')];
    expect(orderOf({ onCreate: early, onJoin })?.start.open).not.toBeNull();
  });

  it('what is made between may join at once, in a thread', () => {
    const task: CodeClass = {
      ...{ name: 'app.Task', interfaces: ['java.lang.Runnable'] },
      methods: [
        { is: '<init>()V', code: ['return-void'] },
        { is: 'run()V', code: [join('v0'), 'return-void'] },
      ],
    };
    const make = ['new-instance v1 app.Task', 'invoke-direct app.Task.<init>()V v1'];
    expect(orderOf({ onCreate: [...create('v0'), ...make, encrypt('v0')] }, [], [task])?.start.open).not.toBeNull();
    expect(orderOf({ onCreate: [...create('v0'), encrypt('v0'), ...make] }, [], [task])?.start.open).toBeNull();
  });

  it('says of which classes other files must not know', () => {
    const prepare = wrapper('prepare', [encrypt('v15')]);
    expect(orderOf({ go: [CALL('prepare', 'v0'), join('v0')] }, [prepare])?.relies).toEqual(['app.Main']);
  });

  it('more methods that lead to a later call than are looked at leave it open', () => {
    const encrypted = (call: string) => ({ onCreate: [...create('v0'), call, encrypt('v0')] });
    const joins = wrapper('go', [join('v15')]);
    const others = (count: number) => Array.from({ length: count }, (_, i) => wrapper(`go${i}`, [CALL('go', 'v15')]));
    // One more than are followed at one place, and in all: which one is left out is nobody's choice.
    for (const count of [2, 70, 250]) {
      const deep = others(count).map((each, i) =>
        i % 2 === 0 ? each : wrapper(`go${i}`, [CALL(`go${i - 1}`, 'v15')]),
      );
      for (const more of [others(count), deep]) {
        for (const i of [0, 1, count - 1])
          expect(orderOf(encrypted(CALL(`go${i}`, 'v0')), [joins, ...more])?.start.open).not.toBeNull();
      }
    }
  });
});
