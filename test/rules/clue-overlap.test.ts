import { expect, it } from 'vitest';
import { type OwnedClue, overlaps } from '../../src/check/clue-overlap.ts';
import type { Clue } from '../../src/rules/schema.ts';

const clue = (test: Partial<Clue>) => ({ id: 'c', kind: 'class', strength: 'strong', seen: [], ...test }) as Clue;
const MANY = 3000;

it.each([
  ['one name', () => ({ under: 'com.acme' })],
  ['one glob', () => ({ like: 'com.*.acme' })],
  ['one string', () => ({ kind: 'string' as const, is: 'the same string' })],
  ['names below one', (i: number) => (i % 2 ? { under: 'com.acme' } : { is: `com.acme.N${i}` })],
])('thousands of SDKs that share %s are each told, in a number of steps that grows as they do', (_, test) => {
  const clues: OwnedClue[] = Array.from({ length: MANY }, (_, i) => ({ sdk: `s${i}`, at: 0, clue: clue(test(i)) }));
  let calls = 0;
  const told = new Set<string>();
  overlaps(
    clues,
    ({ sdk }) => sdk,
    (a, b) => {
      calls++;
      expect(a.sdk).not.toBe(b.sdk);
      told.add(a.sdk).add(b.sdk);
    },
  );
  expect(told.size).toBe(MANY);
  expect(calls).toBeLessThan(3 * MANY);
});

it('clues of one group are not told, and one of another among them is', () => {
  const clues: OwnedClue[] = ['a', 'b', 'x', 'c'].map((sdk) => ({ sdk, at: 0, clue: clue({ is: 'com.acme' }) }));
  const told = new Set<string>();
  const groupOf = ({ sdk }: OwnedClue) => (sdk === 'x' ? 'other' : 'family');
  overlaps(clues.slice(0, 2), groupOf, (a) => told.add(a.sdk));
  expect(told.size).toBe(0);
  overlaps(clues, groupOf, (a, b) => told.add(a.sdk).add(b.sdk));
  expect([...told].sort()).toEqual(['a', 'b', 'c', 'x']);
});
