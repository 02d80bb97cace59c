import { readFileSync } from 'node:fs';
import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { Jurisdiction, Policy } from '../src/rules/schema.ts';
import type { TracedFlow } from '../src/trace/flow.ts';
import type { Context, EntityFact, Finding } from '../src/types.ts';
import { caseOf, flowOf, jurisdictions, rulesOf, vendors } from './build/case.ts';
import { judge } from './build/judged.ts';

/** What a finding says of the companies and countries that it is about, and of no others. */

const json = (path: string) => JSON.parse(readFileSync(new URL(`../rules/${path}.json`, import.meta.url), 'utf8'));
const lists = ['us', 'eu'].flatMap((id) => v.parse(Jurisdiction, json(`jurisdictions/${id}`)).lists);
const asOf = '2026-11-01';
const us: Context = { operator: { name: 'Maker', country: 'US' }, distribution: { offered: ['US', 'DE'] } };

const fact = (name: string, role: EntityFact['role'], country: string, published?: string): EntityFact => ({
  ...{ name, role, country },
  source: { how: 'filing', url: 'https://registry.example/x', seen: '2026-01-01', ...(published ? { published } : {}) },
});

/** Findings on messages to a company with these facts, by rule. */
function findings(policy: string, entities: EntityFact[], flow: Partial<TracedFlow> = {}): Map<string, Finding> {
  const rules = rulesOf({
    jurisdictions: [...jurisdictions, { id: 'lists', country: 'EU', name: 'European Union', laws: [], lists }],
    vendors: vendors.map((vendor) => (vendor.id === 'agora-like' ? { ...vendor, entities } : vendor)),
  });
  const made = flowOf({ data: 'messages' });
  const countries = [...new Set(entities.map((e) => e.country))].sort();
  const flows = [{ ...made, ...flow, recipient: { ...made.recipient, entities, countries } }];
  const found = { ...caseOf({ flows: [{ data: 'messages' }] }), flows };
  const by = { rules, policy: v.parse(Policy, json(`policies/${policy}`)), context: us, asOf };
  return new Map(judge(found, by).findings.map((finding) => [finding.rule, finding]));
}

describe('companies and countries that a finding names', () => {
  test('the head office before how a company is held, whichever the file says first', () => {
    const found = findings('store', [
      fact('Held Co.', 'controlled-by-contract', 'CN'),
      fact('Top Ltd', 'headquartered', 'CN'),
    ]);
    expect(found.get('recipient-under-foreign-law')?.link).toBe('Top Ltd has its headquarters in China (CN)');
  });

  test('the age is that of the step named: a later look at another company makes it no younger', () => {
    const old = fact('Top Ltd', 'headquartered', 'CN', '2020-06-15');
    const held = fact('Held Co.', 'controlled-by-contract', 'CN');
    const reason = findings('store', [old, held]).get('recipient-under-foreign-law')?.reason;
    expect(reason).toContain('The newest source for that is of 2020-06-15, 6 years before this report');
    const newer = fact('Top Ltd', 'headquartered', 'CN', '2026-04-01');
    expect(findings('store', [old, newer]).get('recipient-under-foreign-law')?.reason).not.toContain('years before');
  });

  test('countries outside of a list are those, and not one that stands on it', () => {
    const finding = findings('eu-transfer', [fact('A', 'incorporated', 'US'), fact('B', 'operating', 'CN')]).get(
      'transfer-beyond-adequacy',
    );
    expect(finding?.title).toBe('Transfer to Agora-like needs an assessment where it reaches China (CN)');
    expect(finding?.reason).toContain('without an adequacy decision: China (CN).');
  });

  test('each step of a way to a parent has its source', () => {
    const found = findings('store', [
      fact('Co.', 'operating', 'US', '2026-01-01'),
      fact('Top', 'parent', 'CN', '2025-01-01'),
    ]);
    const finding = found.get('recipient-under-foreign-law')!;
    expect(finding.link).toBe('Co. operates in United States (US) → Top is the parent, in China (CN)');
    for (const step of finding.link!.split(' → ')) {
      expect(finding.grounds.find(({ says }) => says === step)?.source?.how).toBe('filing');
    }
  });

  test('a finding on data names no company and no country', () => {
    const clear = { protection: 'cleartext', basis: 'coded', host: 'a.agora.example', data: 'user-id' } as const;
    const finding = findings('store', [fact('Top Ltd', 'headquartered', 'CN')], clear).get('identifiers-in-clear')!;
    expect(finding).toMatchObject({ state: 'holds', link: null });
    expect(JSON.stringify(finding)).not.toContain('Top Ltd');
  });
});

describe('where calls go unless the app names another server', () => {
  test('what hangs on its vendor is a question', () => {
    const entities = [fact('Top Ltd', 'headquartered', 'CN')];
    const at = (byDefault: true | undefined) =>
      findings('store', entities, { host: 'a.agora.example', byDefault }).get('recipient-under-foreign-law');
    expect(at(undefined)).toMatchObject({ state: 'holds', level: 'medium' });
    expect(at(true)).toMatchObject({ state: 'undetermined', level: 'low', open: 'bundle' });
    expect(at(true)?.reason).toContain('whether the app names another server than the default, a.agora.example');
  });
});
