import { describe, expect, it } from 'vitest';
import { loadRules } from '../src/index.ts';
import type { CallHit, EntryFeatures } from '../src/inventory/facts.ts';
import { configuredBy } from '../src/trace/configured.ts';

const agora = loadRules().sdks.get('agora-rtc')!;

/** What this stage does not look at. */
const rest = { isConditional: false, relies: [], follows: [], dex: 0 };

const hit = (id: string, offset: number, chain: readonly string[] = ['com.acme.Main.onCreate']): CallHit => ({
  id: `agora-rtc/api/${id}`,
  by: { class: 'com.acme.Main', method: 'join' },
  values: [],
  chain,
  ...rest,
  seen: {
    text: '6e10',
    encoding: 'hex',
    spans: [{ offset, length: 6 }],
    how: 'code of a DEX',
    value: `com.acme.Main.join calls ${id}`,
  },
});
/** What an extractor would have made of a DEX with these calls, as far as this stage looks. */
const entry = (path: string, ...calls: CallHit[]) =>
  ({ path, sha256: 'ab'.repeat(32), calls }) as unknown as EntryFeatures;

describe('what code aboard makes an SDK take', () => {
  it('what is started takes what it takes by itself, and a join hands over user and room', () => {
    const started = configuredBy(agora, [entry('classes.dex', hit('create-config-4', 40))]);
    expect([...started.keys()].sort()).toEqual(['camera', 'microphone', 'screen']);
    const joined = configuredBy(agora, [entry('classes.dex', hit('join-4', 80))]);
    expect([...joined.keys()].sort()).toEqual(['room-id', 'user-id']);
  });

  it('nothing by a call that no chain leads to, by a call of another SDK, or by one that the rule does not have', () => {
    const other = { ...hit('join-4', 8), id: 'livekit/api/connect' };
    expect(configuredBy(agora, [entry('classes.dex', hit('join-4', 80, []), other, hit('nothing', 4))]).size).toBe(0);
  });

  it('tells of the first place by file and byte, and cites three', () => {
    const places = [hit('join-4', 400), hit('join-4', 80), hit('join-4', 200)];
    const found = configuredBy(agora, [entry('classes2.dex', hit('join-4', 8)), entry('classes.dex', ...places)]);
    const room = found.get('room-id')!;
    expect(room.evidence.map(({ path, spans }) => [path, spans[0]?.offset])).toEqual([
      ['classes.dex', 80],
      ['classes.dex', 200],
      ['classes.dex', 400],
    ]);
    expect(room.evidence[0]?.clue).toBe('agora-rtc/join-4');
    expect(room.says).toBe('com.acme.Main.join calls join-4.');
  });

  it('says by which methods it is reached', () => {
    const chain = ['com.acme.Main.onCreate', 'com.acme.Main.open', 'com.acme.Main.join'];
    const found = configuredBy(agora, [entry('classes.dex', hit('join-4', 80, chain))]);
    expect(found.get('user-id')?.says).toContain('reached by com.acme.Main.onCreate and com.acme.Main.open');
  });
});
