import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { setOf, type Truth } from '../src/judge/conditions.ts';
import { listGrounds, onList } from '../src/judge/lists.ts';
import { type NamedList, Policy, type PolicyRule } from '../src/rules/schema.ts';
import { caseOf, type flowOf, jurisdictions, rulesOf } from './build/case.ts';
import { judge } from './build/judged.ts';

const DAY = '2021-02-12';

function list(id: string, parts: Partial<NamedList>): NamedList {
  return {
    id,
    title: `List ${id}`,
    citation: `No. ${id}`,
    says: 'What it means.',
    asOf: '2021-01-15',
    from: '2020-01-01',
    source: { how: 'statute', url: 'https://law.example/list', seen: '2026-01-01' },
    ...parts,
  };
}

// Two jurisdictions keep them: a list is found by its id alone.
const rules = rulesOf({
  jurisdictions: jurisdictions.map((file) => {
    if (file.id === 'us') {
      return {
        ...file,
        lists: [
          list('us-countries', { countries: ['CN', 'RU'], to: '2022-01-01' }),
          list('us-companies', { vendors: [{ vendor: 'agora-like', as: 'Agora-like, Inc.' }] }),
          list('us-both', { countries: ['RU'], vendors: [{ vendor: 'agora-like', as: 'Agora-like, Inc.' }] }),
          list('us-older', { countries: ['CN'], from: '2010-01-01' }),
          list('us-empty', {}),
        ],
      };
    }
    return file.id === 'hk' ? { ...file, lists: [list('hk-countries', { countries: ['HK'] })] } : file;
  }),
});

const setting = (asOf = DAY) => ({ found: caseOf({}), rules, context: null, asOf, scored: new Map() });

/** `countries` null: not known. */
function stands(id: string, vendor: string, countries: string[] | null, asOf = DAY): Truth {
  return onList(id, vendor, countries === null ? undefined : setOf(countries), setting(asOf));
}

describe('a recipient stands on a list', () => {
  test('of countries: by any one of its own', () => {
    expect(stands('us-countries', 'x', ['RU'])).toBe(true);
    expect(stands('us-countries', 'x', ['US', 'CN'])).toBe(true);
    expect(stands('us-countries', 'x', ['US', 'HK'])).toBe(false);
    expect(stands('us-countries', 'x', [])).toBe(false);
    expect(stands('hk-countries', 'x', ['US', 'HK'])).toBe(true);
  });

  test('of companies: by its id, wherever it is', () => {
    expect(stands('us-companies', 'agora-like', ['US'])).toBe(true);
    expect(stands('us-companies', 'agora-like', null)).toBe(true);
    expect(stands('us-companies', 'agora', ['CN'])).toBe(false);
    expect(stands('us-companies', 'agora', null)).toBe(false);
  });

  test('of both: by either', () => {
    expect(stands('us-both', 'agora-like', null)).toBe(true);
    expect(stands('us-both', 'x', ['RU'])).toBe(true);
    expect(stands('us-both', 'x', ['CN'])).toBe(false);
    expect(stands('us-both', 'x', null)).toBe('unknown');
  });

  test('unknown: a list of countries where its own are not known, a list that no rule file has', () => {
    expect(stands('us-countries', 'agora-like', null)).toBe('unknown');
    expect(stands('us-contries', 'agora-like', ['CN'])).toBe('unknown');
    expect(stands('cn-2017', 'agora-like', ['CN'])).toBe('unknown');
  });

  test('from the first day on, and no more on the last', () => {
    const days = ['2019-12-31', '2020-01-01', '2021-12-31', '2022-01-01'];
    expect(days.map((day) => stands('us-countries', 'x', ['CN'], day))).toEqual([false, true, true, false]);
    expect(days.map((day) => stands('us-companies', 'agora-like', null, day))).toEqual([false, true, true, true]);
    // Out of force it says of nobody that he is on it, known or not.
    expect(stands('us-countries', 'x', null, '2019-12-31')).toBe(false);
  });

  test('an empty list has nobody on it', () => {
    expect(stands('us-empty', 'agora-like', ['CN'])).toBe(false);
    expect(stands('us-empty', 'agora-like', null)).toBe(false);
  });
});

function ruleOf(when: PolicyRule['when']): Policy {
  const texts = { title: 'T', question: 'Q?', reason: 'R', settle: 'S', remedy: { maker: 'M' } };
  const rule = {
    id: 'rule',
    axis: 'jurisdiction',
    over: 'flow',
    per: 'recipient',
    when,
    level: 'medium',
    undetermined: 'low',
    weight: 0.5,
    ...texts,
  };
  return v.parse(Policy, { id: 'p', name: 'P', says: 'P', reject: 'critical', review: 'medium', rules: [rule] });
}

/** State of a rule that asks `recipient.list`, over a flow; null where it does not hold. */
function decide(
  condition: Omit<PolicyRule['when'][number], 'field'>,
  flow: Parameters<typeof flowOf>[0],
  { asOf = DAY, entities }: { asOf?: string; entities?: [] } = {},
) {
  const found = caseOf({ flows: [flow] });
  const flows = found.flows.map((f) => ({ ...f, recipient: { ...f.recipient, ...(entities ? { entities } : {}) } }));
  const policy = ruleOf([{ field: 'recipient.list', ...condition }]);
  return judge({ ...found, flows }, { rules, policy, context: null, asOf }).findings[0]?.state ?? null;
}

describe('a rule asks recipient.list', () => {
  const agora = { data: 'messages' } as const;
  const twilio = { data: 'messages', sdk: 'twilio-sdk' } as const;

  test('in: any of several lists', () => {
    expect(decide({ in: ['us-countries'] }, agora)).toBe('holds');
    expect(decide({ in: ['us-empty', 'hk-countries'] }, agora)).toBe('holds');
    expect(decide({ in: ['us-countries', 'hk-countries', 'us-companies'] }, twilio)).toBe(null);
    expect(decide({ in: ['us-countries'] }, { data: 'messages', sdk: 'daughter-sdk' })).toBe('holds');
  });

  test('notIn: none of several lists', () => {
    expect(decide({ notIn: ['us-countries', 'hk-countries'] }, twilio)).toBe('holds');
    expect(decide({ notIn: ['us-empty', 'hk-countries'] }, agora)).toBe(null);
    expect(decide({ notIn: ['us-companies'] }, agora)).toBe(null);
  });

  test('what is not known is undetermined in either, unless another list decides', () => {
    for (const operator of ['in', 'notIn'] as const) {
      expect(decide({ [operator]: ['us-countries'] }, agora, { entities: [] })).toBe('undetermined');
      expect(decide({ [operator]: ['nobody-has-it'] }, agora)).toBe('undetermined');
    }
    expect(decide({ in: ['nobody-has-it', 'us-countries'] }, agora)).toBe('holds');
    expect(decide({ notIn: ['nobody-has-it', 'us-countries'] }, agora)).toBe(null);
    expect(decide({ notIn: ['us-countries'] }, { data: 'microphone', sdk: 'rtc', to: 'unknown' })).toBe('undetermined');
  });

  test('a list that is not in force holds for nobody', () => {
    expect(decide({ in: ['us-countries'] }, agora, { asOf: '2019-12-31' })).toBe(null);
    expect(decide({ in: ['us-countries'] }, agora, { asOf: '2022-01-01' })).toBe(null);
    expect(decide({ notIn: ['us-countries'] }, agora, { asOf: '2022-01-01' })).toBe('holds');
  });

  test('a company that left a country is on its list until that day', () => {
    const moved = { data: 'messages', sdk: 'moved-sdk' } as const;
    expect(decide({ in: ['us-older'] }, moved, { asOf: '2019-12-31' })).toBe('holds');
    expect(decide({ in: ['us-older'] }, moved, { asOf: '2020-01-01' })).toBe(null);
  });
});

describe('grounds name the lists that were asked, with the day they were read', () => {
  const policy = ruleOf([
    { field: 'data', in: ['us-companies'] },
    { field: 'recipient.list', in: ['us-countries', 'nobody-has-it'] },
    { field: 'recipient.list', notIn: ['hk-countries'] },
  ]);

  test('those in force, and only those of recipient.list', () => {
    const grounds = listGrounds(policy.rules[0]!, setting());
    expect(grounds.map(({ kind, says }) => [kind, says])).toEqual([
      ['law', 'List us-countries (No. us-countries), as read of 2021-01-15: What it means.'],
      ['law', 'List hk-countries (No. hk-countries), as read of 2021-01-15: What it means.'],
    ]);
    expect(grounds[0]!.source?.url).toBe('https://law.example/list');
    expect(listGrounds(policy.rules[0]!, setting('2022-01-01'))).toHaveLength(1);
    expect(listGrounds(policy.rules[0]!, setting('2019-12-31'))).toEqual([]);
  });

  test('a finding carries them', () => {
    const asked = ruleOf([{ field: 'recipient.list', in: ['us-countries'] }]);
    const { findings } = judge(caseOf({ flows: [{ data: 'messages' }] }), {
      rules,
      policy: asked,
      context: null,
      asOf: DAY,
    });
    expect(findings[0]!.grounds.map(({ says }) => says)).toContain(
      'List us-countries (No. us-countries), as read of 2021-01-15: What it means.',
    );
  });
});
