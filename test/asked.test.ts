import { expect, it } from 'vitest';
import { loadRules } from '../src/index.ts';
import { asked } from '../src/report/asked.ts';

const rules = [...loadRules().policies.values()].flatMap((policy) =>
  policy.rules.map((rule) => [policy.id, rule] as const),
);

it.each(
  rules.map(([policy, rule]) => [`${policy}/${rule.id}`, rule] as const),
)('%s is asked of nobody in particular, and each list that has it is named with its source', (_name, rule) => {
  const { question, taxa, askedBy } = asked(rule);
  expect(question).toMatch(/^[A-Z][^{}…]*\?$/);
  for (const { taxonomy, id, source } of taxa) {
    expect(id.startsWith(`${taxonomy}-`)).toBe(true);
    expect(source.url).toMatch(/^https:/);
  }
  expect(askedBy).toEqual([...new Set(askedBy)]);
});

it('leaves out what only one case has', () => {
  const [, rule] = rules.find(([, { id }]) => id === 'known-vulnerability')!;
  expect(asked(rule).question).toBe('Is a known vulnerability in an SDK?');
  const relay = rules.find(([, { id }]) => id === 'relay-through-country')![1];
  expect(asked(relay).askedBy).toEqual(['recipient-under-foreign-law']);
});
