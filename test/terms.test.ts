import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { assess, type Context, loadRules, type Reading, read, remarksOn } from '../src/index.ts';
import { type BundleDescription, buildBundle } from './build/bundle.ts';

/** What a caller states and nobody asks, and days of which the rules know nothing, are said. */

const rules = loadRules();
const asOf = '2021-02-12';
const bundle = readFileSync(new URL('golden/clubhouse/bundle.json', import.meta.url), 'utf8');
let reading: Reading;
beforeAll(async () => {
  reading = await read(buildBundle(JSON.parse(bundle) as BundleDescription));
});

const whole: Context = {
  operator: { name: 'One', country: 'US' },
  distribution: { offered: ['DE', 'FR'], notOffered: ['CN'] },
  audience: 'children',
  sector: 'health',
};
const without: readonly [string, Context][] = [
  ['operator.country', { ...whole, operator: { name: 'One' } }],
  ['distribution.offered', { ...whole, distribution: { notOffered: ['CN'] } }],
  ['distribution.notOffered', { ...whole, distribution: { offered: ['DE', 'FR'] } }],
  ['audience', { ...whole, audience: undefined }],
  ['sector', { ...whole, sector: undefined }],
];
const about = (context: Context, policy: string) =>
  remarksOn({ rules, policy, context, asOf }).map(({ about, says }) => `${about}: ${says}`);

describe.each([...rules.policies.keys()])('policy %s', (policy) => {
  it('what is said to decide nothing decides nothing, and is named while it is stated', async () => {
    const judged = async (context: Context) => {
      const { findings, risk, verdict, notices } = await assess(reading, { rules, policy, context, asOf });
      return { said: { findings, risk, verdict }, notices };
    };
    const { said, notices } = await judged(whole);
    const words = about(whole, policy).join();
    expect(words).toContain(`No rule of the policy ${policy} asks for the `);
    expect(notices.map((notice) => `context: ${notice}`)).toContain(words);
    for (const [field, context] of without) {
      if (!new RegExp(`(?:the|,|and) ${field.replace('.', '\\.')}\\b`).test(words)) continue;
      expect((await judged(context)).said, field).toEqual(said);
      expect(about(context, policy).join(), field).not.toContain(field);
    }
    expect(words).toContain('audience and sector that the context states: they decide nothing.');
  });
});

it('a policy that asks for it has nothing said, and one that does not says so of one field', () => {
  const store = rules.policies.get('store')!;
  const asking = { ...store.rules[0]!, when: [{ field: 'context.audience', in: ['children'] }] };
  const policies = new Map([['store', { ...store, rules: [...store.rules, asking] }]]);
  const context = { audience: 'children' };
  expect(remarksOn({ rules: { ...rules, policies }, context, asOf })).toEqual([]);
  expect(about(context, 'store')).toEqual([
    'context: No rule of the policy store asks for the audience that the context states: it decides nothing.',
  ]);
});

describe('a day', () => {
  const says = (day: string) => remarksOn({ rules, asOf: day }).map(({ says }) => says);
  it.each([
    ['2005-01-01', /^The rules know nothing of 2005-01-01: the first day .* is 20\d\d-\d\d-\d\d\.$/],
    ['1900-01-01', /^The rules know nothing of 1900-01-01/],
    ['2099-12-31', /^The newest source of the rules was seen on 20\d\d-\d\d-\d\d, \d{5} days before 2099-12-31/],
  ])('%s is said', (day, words) => {
    expect(says(day)).toEqual([expect.stringMatching(words)]);
  });

  it.each(['2021-02-12', '2027-06-01'])('%s is nothing to say of', (day) => {
    expect(says(day)).toEqual([]);
  });
});
