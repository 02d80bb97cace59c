import { expect, it } from 'vitest';
import { loadRules } from '../src/index.ts';
import { advisoriesOf } from '../src/judge/advisories.ts';
import type { Detection } from '../src/types.ts';

const rules = loadRules();

/** An Agora RTC of which each library says one of these versions. */
const aboard = (...versions: (string | null)[]) =>
  [
    {
      sdk: 'agora-rtc',
      scored: true,
      instances: versions.map((version, i) => ({
        version,
        versionAt: version === null ? null : { path: `${i}.so`, offset: i },
      })),
    },
  ] as unknown as Detection[];

// CVE-2020-25605: before 3.1.0, published 2021-02-17.
const states = async (detections: Detection[], asOf = '2026-11-25') =>
  (await advisoriesOf(detections, rules, asOf))
    .filter(({ advisory }) => advisory.id === 'CVE-2020-25605')
    .map(({ state, version, evidence }) => [state, version, evidence.length]);

it.each([
  [['2.0.2'], [['holds', '2.0.2', 1]]],
  [['3.1.0'], []],
  [['3.1.0.177'], []],
  [['3.1.0', '2.0.2', '2.0.2'], [['holds', '2.0.2', 2]]],
  [[null], [['undetermined', null, 0]]],
  // What cannot be compared clears nothing, and hides nothing, in whatever order.
  [['12345678.1', '3.1.0'], [['undetermined', '12345678.1', 1]]],
  [['12345678.1', '2.0.2'], [['holds', '2.0.2', 1]]],
  [['2.0.2', '12345678.1'], [['holds', '2.0.2', 1]]],
])('%j meets %j', async (versions, expected) => {
  expect(await states(aboard(...versions))).toEqual(expected);
});

const bounded = (from: string | null, before: string | null) =>
  aboard(null).map((detection) => ({
    ...detection,
    versionBounds: { from, before, clues: ['agora-rtc/java'] },
    evidence: [{ clue: 'agora-rtc/java' }, { clue: 'agora-rtc/other' }],
  })) as unknown as Detection[];

// Of a version that was not read, what stands aboard rules a range in or out.
it.each([
  [null, '3.1.0', [['holds', null, 1]]],
  ['2.0', '3.0', [['holds', null, 1]]],
  ['3.1', null, []],
  ['4.0', '5.0', []],
  [null, '3.2', [['undetermined', null, 0]]],
  ['3.0', null, [['undetermined', null, 0]]],
])('from %s, before %s meets %j', async (from, before, expected) => {
  expect(await states(bounded(from, before))).toEqual(expected);
});

it('an advisory that was not published on the day is not known', async () => {
  expect(await states(aboard('2.0.2'), '2021-02-16')).toEqual([]);
  expect(await states(aboard('2.0.2'), '2021-02-17')).toEqual([['holds', '2.0.2', 1]]);
});
