import { describe, expect, it } from 'vitest';
import { FormatError } from '../../src/errors.ts';
import { openDex, visitCalls } from '../../src/formats/dex/index.ts';
import { buildCode } from '../build/dex-code.ts';
import { mulberry32 } from '../build/random.ts';
import { cases } from '../build/slow.ts';
import { Spending } from '../build/spending.ts';

const STRING = 'Ljava/lang/String;';
const ENCRYPT = 'sdk.Engine.encrypt(ZLsdk/Config;)I';
const wanted = {
  calls: [
    {
      id: 'sdk/encryption/on',
      ...{
        classes: ['sdk.Engine'],
        method: 'encrypt',
        own: ['sdk'],
        before: ['join'],
        group: 'sdk/encryption',
        starts: [],
      },
      values: [{ argument: 0 }, { argument: 1, of: { class: 'sdk.Config', fields: ['key'], calls: [] } }],
    },
    {
      id: 'sdk/api/create',
      ...{ classes: ['sdk.Engine'], method: 'create', own: ['sdk'], before: [], group: 'sdk/api' },
      ...{ values: [], starts: ['sdk/encryption'] },
    },
  ],
  packages: ['sdk'],
};

/** An app with all that is followed: a wrapper, fields, an array of ways, a loop, a callback, what is made and handed on. */
const bytes = buildCode([
  {
    name: 'sdk.Engine',
    methods: [{ is: 'create()Lsdk/Engine;', static: true }, { is: 'encrypt(ZLsdk/Config;)I' }, { is: 'join()V' }],
  },
  { name: 'sdk.Config', fields: [`key:${STRING}`], methods: [{ is: '<init>()V', code: ['return-void'] }] },
  {
    name: 'app.Main',
    super: 'android.app.Activity',
    fields: ['engine:Lsdk/Engine;', 'is:Z'],
    staticFields: [`KEY:${STRING}`],
    methods: [
      {
        is: '<clinit>()V',
        static: true,
        code: ['const-string v0 secret', `sput-object v0 app.Main.KEY:${STRING}`, 'return-void'],
      },
      {
        is: 'onCreate()V',
        code: [
          'invoke-static sdk.Engine.create()Lsdk/Engine;',
          'move-result-object v0',
          'iput-object v0 v15 app.Main.engine:Lsdk/Engine;',
          'const v1 1',
          'iput-boolean v1 v15 app.Main.is:Z',
          'invoke-virtual app.Main.relax()V v15',
          'iget-boolean v1 v15 app.Main.is:Z',
          `invoke-virtual app.Main.wrap(ZLsdk/Engine;)V v15 v1 v0`,
          'invoke-virtual sdk.Engine.join()V v0',
          'return-void',
        ],
      },
      {
        is: 'relax()V',
        code: ['const v0 0', 'if-eqz v9 1', 'const v0 1', 'iput-boolean v0 v15 app.Main.is:Z', 'return-void'],
      },
      {
        is: 'wrap(ZLsdk/Engine;)V',
        code: [
          'new-instance v1 sdk.Config',
          'invoke-direct sdk.Config.<init>()V v1',
          `sget-object v2 app.Main.KEY:${STRING}`,
          `iput-object v2 v1 sdk.Config.key:${STRING}`,
          `invoke-virtual ${ENCRYPT} v15 v14 v1`,
          'return-void',
        ],
      },
    ],
  },
]);

/** What it says, in words; or the error. More steps than are given are never taken. */
function tryOut(changed: Uint8Array, most: number): string {
  const spending = new Spending(most);
  const said: unknown[] = [];
  try {
    const work = visitCalls(openDex(changed), wanted, spending.spend, {
      call: ({ id, by, values }) =>
        said.push([id, by, values.map((origins) => origins.map(({ kind, text }) => [kind, text]))]),
      order: (found) => said.push(found),
      caller: ({ kind, class: by, called }) => said.push([kind, by, called]),
    });
    while (!work.next().done);
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    said.push('unreadable');
  }
  expect(spending.steps).toBeLessThan(2 * most);
  return JSON.stringify(said);
}

describe('calls of hostile files', () => {
  const whole = tryOut(bytes, 1_000_000);

  it('the file as it is says what its code does', () => {
    expect(whole).toContain('"constant","0"');
    expect(whole).toContain('"constant","1"');
    expect(whole).toContain('"constant","secret"');
    expect(whole).toContain(
      '{"group":"sdk/encryption","later":{"count":1,"open":null},"start":{"count":1,"open":null}',
    );
  });

  it('cut at every byte it gives something or a FormatError', () => {
    for (let end = 0; end < bytes.length; end++) tryOut(bytes.slice(0, end), 100_000);
  });

  const rounds = cases(10_000, 300);
  it(`${rounds} times changed by chance it does so in bounded steps`, { timeout: 120_000 }, () => {
    const random = mulberry32(0xca11e5);
    let same = 0;
    for (let round = 0; round < rounds; round++) {
      const changed = bytes.slice();
      for (let i = 0; i < 1 + (round % 3); i++)
        changed[0x70 + Math.floor(random() * (bytes.length - 0x70))] = Math.floor(random() * 256);
      if (tryOut(changed, 100_000) === whole) same++;
    }
    // Most bytes are those of names and of what is not followed: a reader that gives up would say nothing.
    expect(same).toBeGreaterThan(rounds / 20);
    expect(same).toBeLessThan(rounds);
  });

  it('what is said of the file does not hang on bytes that mean nothing', () => {
    const changed = bytes.slice();
    changed.fill(0xff, 8, 32);
    expect(tryOut(changed, 1_000_000)).toBe(whole);
  });
});
