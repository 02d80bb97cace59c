import { expect, it } from 'vitest';
import { loadRules } from '../../src/index.ts';

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
