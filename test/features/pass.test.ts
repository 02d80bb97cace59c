import { expect, it } from 'vitest';
import { defaultBudgets } from '../../src/budgets.ts';
import { singleArchive } from '../../src/bundle/archive.ts';
import { Streamer } from '../../src/bundle/content.ts';
import { Extractor } from '../../src/features/entry.ts';
import type { EntryFeatures } from '../../src/inventory/facts.ts';
import { matching } from '../../src/match/taker.ts';
import { nodeRuntime } from '../../src/runtime/node.ts';
import { memorySource } from '../../src/runtime/runtime.ts';
import { clue, rulesOf } from '../rules/rules-of.ts';

it('wildcard clues that cost too much to compare make an entry partly read', async () => {
  const taker = matching(rulesOf({ sdk: { clues: [clue('string', { like: 'agoraagora*x*y*z' })] } }));
  const unit = {
    platform: 'android',
    root: '',
    executable: null,
    container: null,
    isCode: () => false,
    installed: (place: string) => place,
  } as const;
  const scene = {
    isDocument: () => false,
    isRepeated: () => false,
    appIds: [],
    hasPermission: () => false,
    defines: () => {},
    asks: () => {},
    unitOf: () => unit,
    beside: null,
  };
  const streamer = new Streamer(nodeRuntime.inflater());
  const extractor = new Extractor({
    enter: async () => [],
    ...{ taker, streamer, scene, referable: null },
    ...{ runtime: nodeRuntime, budgets: defaultBudgets, depth: 'deep' },
  });
  const coverage = async (text: string) => {
    const { entries } = singleArchive(memorySource(new TextEncoder().encode(text)), 'assets/x.js');
    const found: EntryFeatures[] = [];
    await extractor.extract(entries[0]!, (features) => found.push(features));
    return found[0]!.coverage;
  };
  expect(await coverage(`;${'agoraagora'.repeat(300_000)}`)).toEqual([
    {
      ...{ path: 'assets/x.js', format: 'text', state: 'partial', reason: 'budget', offset: null, matters: true },
      detail: expect.stringMatching(/^[2-9]\d{5} possible hits of wildcard clues were not compared$/),
    },
  ]);
  // The next entry starts afresh.
  expect(await coverage('agoraagora')).toMatchObject([{ state: 'read' }]);
});
