import { readFileSync } from 'node:fs';
import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import type { Truth } from '../src/judge/conditions.ts';
import { isHome, offeredIn } from '../src/judge/distribution.ts';
import { Jurisdiction, Policy } from '../src/rules/schema.ts';
import type { Context } from '../src/types.ts';
import { caseOf, jurisdictions, roomsApp, rulesOf } from './build/case.ts';
import { judge } from './build/judged.ts';

const json = (path: string) => JSON.parse(readFileSync(new URL(`../rules/${path}.json`, import.meta.url), 'utf8'));
const lists = ['us', 'eu'].flatMap((id) => v.parse(Jurisdiction, json(`jurisdictions/${id}`)).lists);
const rules = rulesOf({
  jurisdictions: [...jurisdictions, { id: 'lists', country: 'EU', name: 'European Union', laws: [], lists }],
});

function judged(policy: string, context: Context, asOf = '2026-11-01') {
  return judge(caseOf({ flows: roomsApp() }), {
    rules,
    policy: v.parse(Policy, json(`policies/${policy}`)),
    context,
    asOf,
  }).findings.filter((f) => f.axis === 'jurisdiction');
}

const operator = { name: 'Maker', country: 'US' };

describe('where the app is offered', () => {
  test.each<[Context['distribution'], CN: Truth, US: Truth]>([
    [undefined, 'unknown', 'unknown'],
    [{}, 'unknown', 'unknown'],
    [{ offered: [], notOffered: [] }, 'unknown', 'unknown'],
    [{ offered: ['US'] }, false, true],
    // What is not offered in one country was not said of another.
    [{ notOffered: ['CN'] }, false, 'unknown'],
    [{ offered: ['US'], notOffered: ['CN'] }, false, true],
    [{ offered: ['CN', 'US'], notOffered: ['CN'] }, false, true],
  ])('%j', (distribution, cn, us) => {
    const context = distribution === undefined ? null : { distribution };
    expect([offeredIn('CN', { context }), offeredIn('US', { context })]).toEqual([cn, us]);
  });

  test.each<[Context, country: string, Truth]>([
    [{ operator }, 'US', true],
    [{ operator }, 'CN', 'unknown'],
    [{ operator, distribution: { notOffered: ['CN'] } }, 'CN', false],
    [{ operator, distribution: { notOffered: ['CN'] } }, 'RU', 'unknown'],
    [{ operator, distribution: { notOffered: ['US'] } }, 'US', true],
    [{ operator, distribution: { offered: ['DE'] } }, 'RU', false],
    [{ distribution: { offered: ['DE'] } }, 'RU', 'unknown'],
  ])('%j makes %s home: %s', (context, country, home) => expect(isHome(country, { context })).toBe(home));

  test('a statement about one country clears no vendor of another: it stays a question', () => {
    const [asked, ...others] = judged('store', { operator, distribution: { notOffered: ['AQ'] } });
    expect(asked).toMatchObject({ rule: 'recipient-under-foreign-law', state: 'undetermined', open: 'context' });
    expect(others).toEqual([]);
  });

  test.each([
    ['us-data-security', 'covered-person', 'US'],
    ['eu-transfer', 'transfer-beyond-adequacy', 'DE'],
  ])('%s: whether users are there is read the same way', (policy, rule, country) => {
    const at = (distribution: Context['distribution']) =>
      judged(policy, { operator, distribution }).find((f) => f.rule === rule);
    expect(at({ offered: [country] })?.level).toBe('medium');
    expect(at({ notOffered: ['CN'] })).toMatchObject({
      level: 'info',
      state: 'undetermined',
      open: 'context',
      reason: expect.stringContaining('whether the app is offered where this asks of'),
    });
    expect(at({ offered: ['JP'] })).toBe(undefined);
  });
});
