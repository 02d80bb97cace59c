import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { countryCodes, countryOf } from '../src/countries.ts';
import {
  explain,
  listRules,
  loadRules,
  outputFormats,
  type Report,
  type Rules,
  render,
  ruleKinds,
} from '../src/index.ts';
import { topics } from '../src/render/explain/topics.ts';
import { paint } from '../src/render/text/layout.ts';
import { Sources } from '../src/render/text/sources.ts';
import { report as fixture } from './render/fixture.ts';

/** A country is named: two letters alone say nothing to a reader, and some of them read as words. */

const rules = loadRules();
const golden = new URL('golden/', import.meta.url);
const reports: [string, Report][] = readdirSync(golden, { withFileTypes: true })
  .filter((item) => item.isDirectory())
  .map(({ name }) => [name, JSON.parse(readFileSync(new URL(`${name}/report.json`, golden), 'utf8'))]);
reports.push(['fixture', fixture]);

/** Codes that are also English words in capitals, or short for something else, in texts of the rules. */
const words = [
  'US',
  'EU',
  'IM',
  'IO',
  'AI',
  'ID',
  'IP',
  'PC',
  'IT',
  'IN',
  'NO',
  'SO',
  'TV',
  'ST',
  'ME',
  'MS',
  'AD',
  'AT',
];
const strange = countryCodes.filter((code) => !words.includes(code));

function namesOf(code: string): string[] {
  return [countryOf(code), ...[...rules.jurisdictions.values()].flatMap((j) => (j.country === code ? [j.name] : []))];
}

/** Lines in which a code stands without its name before it. */
function bare(text: string, codes: readonly string[]): string[] {
  // 90 FR 1636 is the Federal Register; headings are in capitals.
  const flat = text
    .replace(/^[^a-z\n]{12,}$/gm, (heading) => heading.toLowerCase())
    .replace(/\s+/g, ' ')
    .replace(/(\d) FR (\d)/g, '$1 Fed. Reg. $2');
  return codes.flatMap((code) =>
    [...flat.matchAll(new RegExp(`(?<![\\w.@/\`-])${code}(?![\\w./\`-])`, 'g'))]
      .filter(({ index }) => !namesOf(code).some((name) => flat.slice(0, index).endsWith(`${name} (`)))
      .map(({ index }) => flat.slice(Math.max(0, index - 40), index + 10)),
  );
}

const people = outputFormats.filter((format) => !['json', 'ndjson', 'sarif'].includes(format));

/** Each country of a report turned into one whose code is no word and stands in no text of ours. */
function elsewhere(report: Report): Report {
  const codes = ['TJ', 'MZ', 'ZW', 'PY', 'LK', 'QA', 'GY', 'KM', 'BZ'];
  const turned = new Map<string, string>();
  const turn = (code: string) => {
    if (!turned.has(code)) turned.set(code, codes[turned.size % codes.length]!);
    return turned.get(code)!;
  };
  const fields = ['country', 'countries', 'in', 'out', 'offered', 'notOffered'];
  const isCode = (value: unknown) => typeof value === 'string' && /^[A-Z]{2}$/.test(value);
  return JSON.parse(JSON.stringify(report), (name, value) => {
    if (!fields.includes(name)) return value;
    return Array.isArray(value)
      ? value.map((each) => (isCode(each) ? turn(each) : each))
      : isCode(value)
        ? turn(value)
        : value;
  });
}

describe.each(reports)('report %s', (_, report) => {
  it.each(people)('names its countries as %s', (format) => {
    expect(bare(render(report, format, { width: 100 }), strange)).toEqual([]);
    const moved = elsewhere(report);
    const text = render(moved, format, { width: 100 });
    // Others name a country where a finding does, and its words were written before.
    if (['text', 'markdown', 'csv'].includes(format)) expect(text).toMatch(/Tajikistan/);
    expect(
      bare(
        text,
        countryCodes.filter((code) => !words.includes(code)),
      ),
    ).toEqual([]);
  });

  it('names them where a finding is explained', () => {
    for (const { id } of report.findings) expect(bare(explain(id, rules, { report })!, strange), id).toEqual([]);
  });
});

/** Rules in which each company and host is in a country whose code is no word. */
function moved(of: Rules): Rules {
  const turn = (name: string, value: unknown) => (name === 'country' ? 'TJ' : name === 'countries' ? ['TJ'] : value);
  const each = <T>(map: ReadonlyMap<string, T>): Map<string, T> =>
    new Map([...map].map(([id, rule]) => [id, JSON.parse(JSON.stringify(rule), turn) as T]));
  return { ...of, vendors: each(of.vendors) };
}

it('explain and rules list name countries', () => {
  for (const set of [rules, moved(rules)]) {
    for (const { names, tell, short } of topics(set, null)) {
      const whole = paint(tell({ rules: set, report: null, sources: new Sources(true), width: 100 }), false);
      expect(bare(`${whole}\n${short()}`, strange), names[0]).toEqual([]);
    }
    for (const kind of ruleKinds) {
      expect(bare(listRules(set, kind, { asOf: '2026-11-26' }), strange), kind).toEqual([]);
    }
  }
});

it('what is bare is met', () => {
  expect(bare('Agora (KY CN)', strange)).toHaveLength(2);
  expect(bare('registered in TJ', strange)).toHaveLength(1);
  expect(bare('Agora, in China (CN)', strange)).toEqual([]);
});

it('each code has the name that the Unicode CLDR gives it', () => {
  const names = new Intl.DisplayNames(['en'], { type: 'region' });
  const others = countryCodes.filter((code) => countryOf(code) !== names.of(code));
  expect(countryCodes).toHaveLength(249);
  // An older Node, or a later one, may have another word for a few.
  expect(others.length).toBeLessThan(6);
  expect([countryOf('EU'), countryOf('XK'), countryOf('ZZ'), countryOf('cn')]).toEqual([
    'European Union',
    'Kosovo',
    'ZZ',
    'cn',
  ]);
});
