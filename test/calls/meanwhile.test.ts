import { describe, expect, it } from 'vitest';
import { openDex, visitCalls } from '../../src/formats/dex/index.ts';
import { buildCode, type CodeClass } from '../build/dex-code.ts';

const wanted = {
  calls: [
    {
      ...{ id: 'on', group: 'g', classes: ['sdk.Engine'], method: 'encrypt', values: [{ argument: 0 }] },
      ...{ own: ['sdk'], before: [], starts: [] },
    },
  ],
  packages: ['sdk'],
};
const ENCRYPT = 'invoke-virtual sdk.Engine.encrypt(Z)V v0 v1';
const sdk: CodeClass = { name: 'sdk.Engine', methods: [{ is: 'encrypt(Z)V' }] };

type Method = NonNullable<CodeClass['methods']>[number];
const method = (is: string, ...code: string[]): Method => ({ is, code: [...code, 'return-void'] });

/** What may reach the argument in an activity whose `onCreate` does this. */
function reaching(code: readonly string[], methods: readonly Method[] = [], more: readonly CodeClass[] = []): string[] {
  const main = {
    ...{ name: 'app.Main', super: 'android.app.Activity', fields: ['is:Z'], staticFields: ['IS:Z'] },
    methods: [method('onCreate()V', ...code), ...methods],
  };
  const found: string[] = [];
  const work = visitCalls(openDex(buildCode([sdk, main, ...more])), wanted, () => true, {
    call: ({ values }) => found.push(...values.flat().map(({ kind, text }) => (kind === 'constant' ? text : kind))),
    ...{ caller: () => {}, order: () => {} },
  });
  while (!work.next().done);
  return [...new Set(found)].sort();
}

describe('what other code may have changed meanwhile', () => {
  const IS = 'app.Main.is:Z';
  const set = ['const v1 1', `iput-boolean v1 v15 ${IS}`];
  const get = [`iget-boolean v1 v15 ${IS}`, ENCRYPT];
  const relax = 'invoke-virtual app.Main.relax()V v15';

  it('a field holds what was written last, where nobody else writes it', () => {
    expect(reaching([...set, ...get])).toEqual(['1']);
    expect(reaching([...set, relax, ...get], [method('relax()V')])).toEqual(['1']);
  });

  it('and what any code writes behind a call, where somebody does', () => {
    const resets = method('relax()V', 'const v0 0', `iput-boolean v0 v15 ${IS}`);
    expect(reaching([...set, relax, ...get], [resets])).toEqual(['0', '1']);
    expect(reaching([...set, 'invoke-interface java.lang.Runnable.run()V v8', ...get], [resets])).toEqual(['0', '1']);
  });

  it('the same of static fields', () => {
    const resets = { ...method('relax()V', 'const v0 0', 'sput v0 app.Main.IS:Z'), static: true };
    const code = ['const v1 1', 'sput v1 app.Main.IS:Z', 'invoke-static app.Main.relax()V', 'sget v1 app.Main.IS:Z'];
    expect(reaching([...code, ENCRYPT], [resets])).toEqual(['0', '1']);
  });

  it('a field that a constructor sets only on some ways may be zero', () => {
    const field = `iget-boolean v1 v15 ${IS}`;
    const sometimes = method('<init>()V', 'const v1 1', 'if-eqz v9 1', `iput-boolean v1 v15 ${IS}`);
    const always = method('<init>()V', ...set);
    expect(reaching([field, ENCRYPT], [sometimes])).toEqual(['0', '1']);
    expect(reaching([field, ENCRYPT], [always])).toEqual(['1']);
  });

  it('two ways to one wrapper from one method are two, and one that calls itself is open', () => {
    const wrap = (name: string, value: number, next: string): Method => ({
      ...method(`${name}(Z)V`, `const v1 ${value}`, `invoke-static app.Main.${next}(Z)V v1`),
      static: true,
    });
    const end: Method = { ...method('end(Z)V', 'move v1 v15', ENCRYPT), static: true };
    const both = ['invoke-static app.Main.yes(Z)V v1', 'invoke-static app.Main.no(Z)V v1'];
    expect(reaching(both, [wrap('yes', 1, 'end'), wrap('no', 0, 'end'), end])).toEqual(['0', '1']);
    const again: Method = {
      ...method('end(Z)V', 'const v1 0', 'invoke-static app.Main.end(Z)V v1', 'move v1 v15', ENCRYPT),
      static: true,
    };
    expect(reaching(['const v1 1', 'invoke-static app.Main.end(Z)V v1'], [again])).toContain('unknown');
  });

  it('an object that is not seen to be made may hold anything', () => {
    const settings: CodeClass = {
      ...{ name: 'app.Settings', fields: ['is:Z'] },
      methods: [method('<init>()V', 'const v1 1', 'iput-boolean v1 v15 app.Settings.is:Z')],
    };
    const read = ['iget-boolean v1 v2 app.Settings.is:Z', ENCRYPT];
    const made = ['new-instance v2 app.Settings', 'invoke-direct app.Settings.<init>()V v2'];
    const given = ['invoke-static lib.Json.read()Lapp/Settings;', 'move-result-object v2'];
    const json = { name: 'lib.Json', methods: [{ is: 'read()Lapp/Settings;', static: true }] };
    expect(reaching([...made, ...read], [], [settings])).toEqual(['1']);
    expect(reaching([...given, ...read], [], [settings, json])).toEqual(['1', 'unknown']);
  });
});
