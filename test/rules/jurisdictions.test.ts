import { expect, it } from 'vitest';
import { loadRules, scan } from '../../src/index.ts';
import type { Rules } from '../../src/rules/schema.ts';
import { buildBundle } from '../build/bundle.ts';
import clubhouse from '../golden/clubhouse/bundle.json' with { type: 'json' };

const files = [...loadRules().jurisdictions.values()];
const laws = files.flatMap(({ laws: all }) => all);

/** Laws that say so address every person, staff of a company too. */
const everybody = [
  'cn-counter-espionage-law-2023',
  'cn-data-security-law-35',
  'cn-data-security-law-36',
  'cn-intelligence-law',
  'sg-cpc-39',
];

it.each(
  laws.map((law) => [law.id, law] as const),
)('%s reaches companies by the measure of all countries', (id, law) => {
  const companies = law.reaches.filter((role) => ['incorporated', 'headquartered', 'operating'].includes(role));
  expect(companies).toHaveLength(3);
  expect(law.reaches).toContain('controlled-by-contract');
  expect(law.reaches).not.toContain('owner');
  expect(law.reaches.includes('parent')).toBe(law.kind === 'compulsion' || law.kind === 'blocking');
  expect(law.reaches).toHaveLength(
    companies.length + (law.reaches.includes('parent') ? 2 : 1) + (everybody.includes(id) ? 1 : 0),
  );
});

it('a day to look again stands at every law and list in force, within the year that follows its look', () => {
  for (const { laws: some, lists } of files) {
    for (const item of [...some, ...lists]) {
      if (item.to !== undefined && item.to <= '2026-11-26') continue;
      expect(item.review, item.id).toBeDefined();
      expect(item.review! > item.source.seen && item.review! <= '2027-11-30', item.id).toBe(true);
    }
  }
});

it('what changes, or is before a court or a legislature, is marked', () => {
  const marked = files.flatMap((file) =>
    [...file.laws, ...file.lists].filter((item) => item.volatile).map(({ id }) => id),
  );
  expect(marked.sort()).toEqual([
    'cn-cybersecurity-law',
    'cn-pipl-38-2024',
    'eu-adequacy',
    'eu-us-dpf',
    'gb-gdpr-transfer',
    'us-1260h',
    'us-28cfr202',
    'us-28cfr202-countries',
    'us-fisa-702-transition',
    'us-pafaca-adversaries',
  ]);
});

/** Of these the rules hold no law: a report names the country and says so. */
const nameAlone = ['SE'];

it('each country that a chain of companies brings has laws, dated and sourced, or is named alone', () => {
  const rules = loadRules();
  const brought = new Set(
    [...rules.vendors.values()].flatMap(({ entities }) => entities.map(({ country }) => country)),
  );
  expect([...brought].sort()).toEqual(['CN', 'GB', 'HK', 'IN', 'KY', 'SE', 'SG', 'US']);
  for (const country of brought) {
    const own = files.filter((file) => file.country === country);
    if (nameAlone.includes(country)) {
      expect(own, country).toEqual([]);
      continue;
    }
    expect(own, country).toHaveLength(1);
    expect(own[0]!.laws.length, country).toBeGreaterThan(0);
    for (const law of own[0]!.laws) {
      expect(law.source.url, law.id).toMatch(/^https?:/);
      expect(law.source.seen > '2026-01-01', law.id).toBe(true);
    }
  }
});

it('a report says where the rules hold no law of a country that governs', async () => {
  const shipped = loadRules();
  const agora = shipped.vendors.get('agora')!;
  const of = (country: string): Rules => ({
    ...shipped,
    vendors: new Map(shipped.vendors).set('agora', {
      ...agora,
      entities: agora.entities.map((entity) => ({ ...entity, country })),
    }),
  });
  const context = { operator: { name: 'One', country: 'US' }, distribution: { offered: ['US'] } };
  const grounds = async (country: string) => {
    const report = await scan(buildBundle(clubhouse as never), { asOf: '2026-11-26', context, rules: of(country) });
    const finding = report.findings.find(({ id }) => id === 'recipient-under-foreign-law/agora');
    return (finding?.grounds ?? []).filter(({ kind }) => kind === 'nothing').map(({ says }) => says);
  };
  expect((await grounds('TJ')).join()).toContain('the rules hold no law of Tajikistan (TJ)');
  expect((await grounds('CN')).join()).not.toContain('the rules hold no law');
});
