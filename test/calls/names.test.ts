import { describe, expect, it } from 'vitest';
import { openDex, visitCalls, type Wanted } from '../../src/formats/dex/index.ts';
import { buildCode, type CodeClass } from '../build/dex-code.ts';

const STRING = 'Ljava/lang/String;';
const rest = { own: ['sdk'], before: [], group: 'encryption', starts: [] };
const inside = { class: 'sdk.Config', fields: ['key'], calls: [] };
const wanted = {
  calls: [
    { id: 'on', classes: ['sdk.Engine'], method: 'switchOn', values: [{ argument: 0, of: inside }], ...rest },
    { id: 'own', classes: ['sdk.Engine'], method: 'open', values: [], ...rest },
  ],
  packages: ['sdk'],
};
const sdk: readonly CodeClass[] = [
  { name: 'sdk.Engine', methods: [{ is: 'switchOn(Lsdk/Config;)V' }, { is: 'open()V' }] },
  { name: 'sdk.Config', fields: [`key:${STRING}`] },
];
const naming = (name: string, text: string, more: readonly string[] = []): CodeClass => ({
  name,
  methods: [{ is: 'go()V', code: [`const-string v0 ${text}`, ...more, 'return-void'] }],
});
const INVOKE = `invoke-virtual java.lang.reflect.Method.invoke(Ljava/lang/Object;[Ljava/lang/Object;)Ljava/lang/Object; v1 v1 v1`;
const FIELDS = 'invoke-virtual java.lang.Class.getFields()[Ljava/lang/reflect/Field; v1';
const reflecting = (name: string, code = INVOKE): CodeClass => ({
  name,
  methods: [{ is: 'call()V', code: [code, 'return-void'] }],
});

/** Classes that are told to have the name of a wanted member, with the name. */
function namesIn(...classes: readonly CodeClass[]): string[] {
  return namesOf(wanted, classes);
}

function namesOf(wanted: Wanted, classes: readonly CodeClass[]): string[] {
  const names: string[] = [];
  const work = visitCalls(openDex(buildCode([...sdk, ...classes])), wanted, () => true, {
    ...{ call: () => {}, order: () => {} },
    caller: ({ kind, class: by, called }) => kind === 'name' && names.push(`${by} ${called}`),
  });
  while (!work.next().done);
  return names.sort();
}

describe('names of members that are wanted, as texts', () => {
  it('in a class that reflects, however many others it loads', () => {
    expect(namesIn(naming('com.acme.Main', 'key', [INVOKE]))).toEqual(['com.acme.Main key']);
    expect(namesIn(naming('com.acme.Main', 'open', [INVOKE]))).toEqual(['com.acme.Main open']);
  });

  it('in a class beside one of the same maker that reflects, or looks through all members', () => {
    const main = naming('com.acme.app.Main', 'key');
    expect(namesIn(main, reflecting('com.acme.Reflect'))).toEqual(['com.acme.app.Main key']);
    expect(namesIn(main, reflecting('com.acme.Reflect', FIELDS))).toEqual(['com.acme.app.Main key']);
    expect(namesIn(main, reflecting('net.library.Reflect'))).toEqual([]);
    expect(namesIn(naming('a.b', 'key'), reflecting('a.c'))).toEqual(['a.b key']);
    expect(namesIn(main)).toEqual([]);
  });

  it('of what comes before or behind it, where the name is hardly that of anything else', () => {
    const [call] = wanted.calls;
    const around = { ...wanted, calls: [{ ...call!, before: ['joinRoom', 'create'], undoneBy: ['leaveRoom'] }] };
    const texts = ['joinRoom', 'create', 'leaveRoom'];
    const all = texts.map((text, i) => naming(`com.acme.${'ABC'[i]}`, text, [INVOKE]));
    expect(namesOf(around, all)).toEqual(['com.acme.A joinRoom', 'com.acme.C leaveRoom']);
    expect(namesOf(around, [naming('com.acme.A', 'joinRoom')])).toEqual([]);
  });

  it('of a method, in any class, where the name is hardly that of anything else; not in the SDK itself', () => {
    expect(namesIn(naming('com.acme.Main', 'switchOn'))).toEqual(['com.acme.Main switchOn']);
    expect(namesIn(naming('com.acme.Main', 'open'))).toEqual([]);
    expect(namesIn(naming('sdk.Inner', 'switchOn'))).toEqual([]);
  });
});

it('a text is no write of the field whose row has its number', () => {
  const plain = { ...rest, id: 'x', values: [] };
  const wanted = {
    // Of all strings `Aa` is the first, as `key` is of all fields.
    calls: [
      { ...plain, classes: ['sdk.Config'], field: 'key' },
      { ...plain, classes: ['sdk.Engine'], method: 'Aa' },
    ],
    packages: ['sdk'],
  };
  const calls: string[] = [];
  const main = naming('com.acme.Main', 'Aa', [INVOKE]);
  const work = visitCalls(openDex(buildCode([...sdk, main])), wanted, () => true, {
    ...{ order: () => {}, caller: () => {} },
    call: ({ id }) => calls.push(id),
  });
  while (!work.next().done);
  expect(calls).toEqual([]);
  expect(namesOf(wanted, [main])).toEqual(['com.acme.Main Aa']);
});
