import { describe, expect, it } from 'vitest';
import { readRules } from '../src/check/load.ts';
import { vocabulary } from '../src/judge/vocabulary.ts';
import { nodeRuntime } from '../src/runtime/node.ts';

type Json = Record<string, unknown>;

/** Problems of a vendor's only source, whose site and host are its own. */
function problems(source: Json): string[] {
  const vendor = {
    id: 'one',
    name: 'One',
    entities: [{ name: 'One Ltd', role: 'incorporated', country: 'GB', source: { seen: '2026-11-26', ...source } }],
    hosts: [{ host: 'one.test', source: { how: 'document', url: 'https://docs.one.test/hosts', seen: '2026-11-26' } }],
    sites: ['docs.two.test', 'github.com/One'],
  };
  const files = [{ path: 'vendors/one.json', text: JSON.stringify(vendor) }];
  const read = readRules([files], nodeRuntime.sha256(), { vocabulary, asOf: '2026-11-26', sources: true });
  return read.problems.map(({ field, message }) => `${field}: ${message}`);
}

describe('a source lies where its kind says', () => {
  it.each([
    ['filing', 'https://www.sec.gov/Archives/edgar/data/1/a.htm'],
    ['filing', 'https://www1.hkexnews.hk/listedco/a.pdf'],
    ['register', 'https://find-and-update.company-information.service.gov.uk/company/1'],
    ['register', 'https://github.com/CVEProject/cvelistV5/blob/main/cves/a.json'],
    ['statute', 'https://www.ecfr.gov/current/title-28'],
    ['statute', 'http://www.npc.gov.cn/a.html'],
    ['document', 'https://one.test/terms'],
    ['document', 'https://docs.two.test/'],
    ['document', 'https://github.com/One/sdk/blob/main/README.md'],
    ['press', 'https://paper.test/'],
    ['research', 'https://university.test/'],
  ])('%s at %s', (how, url) => expect(problems({ how, url })).toEqual([]));

  it.each([
    ['filing', 'https://sec.gov.copies.test/Archives/a.htm'],
    ['filing', 'https://notsec.gov/Archives/a.htm'],
    ['filing', 'https://github.com/CVEProject/cvelistV5/blob/main/cves/a.json'],
    ['register', 'https://github.com/CVEProject/cvelistV5-copy/a.json'],
    ['statute', 'https://one.test/law'],
    ['document', 'https://notone.test/terms'],
    ['document', 'https://github.com/Oneself/sdk'],
    ['document', 'https://github.com/Two/One'],
  ])('no %s at %s', (how, url) => {
    const [only, ...others] = problems({ how, url });
    expect(others).toEqual([]);
    expect(only).toContain(`entities.0.source.how: ${new URL(url).hostname} is not `);
  });

  it('a copy says of what it is one, and nothing else does', () => {
    const copy = { how: 'secondary', url: 'https://copies.test/a', of: 'Form 20-F of One Ltd' };
    expect(problems(copy)).toEqual([]);
    expect(problems({ ...copy, of: undefined }).join()).toContain('a secondary source url and of');
    expect(problems({ ...copy, how: 'press' })).not.toEqual([]);
  });
});

it('a law says when it is to be read again, and is asked for from that day on', () => {
  const source = { how: 'statute', url: 'https://www.ecfr.gov/', seen: '2026-11-26' };
  const law = {
    id: 'us-law',
    title: 'A law',
    citation: '1 U.S.C. 1',
    kind: 'compulsion',
    says: 'x',
    reaches: ['incorporated'],
    from: '2020-01-01',
    source,
  };
  const warnings = (rest: Json, asOf: string) => {
    const us = { id: 'us', country: 'US', name: 'United States', laws: [{ ...law, ...rest }] };
    const files = [{ path: 'jurisdictions/us.json', text: JSON.stringify(us) }];
    return readRules([files], nodeRuntime.sha256(), { vocabulary, asOf }).problems.map((p) => [p.severity, p.field]);
  };
  expect(warnings({ review: '2027-01-31' }, '2027-01-31')).toEqual([]);
  expect(warnings({ review: '2027-01-31' }, '2027-02-01')).toEqual([['warning', 'laws.0.review']]);
  expect(warnings({}, '2026-11-26')).toEqual([['warning', 'laws.0.review']]);
  expect(warnings({ to: '2026-01-01' }, '2026-11-26')).toEqual([]);
});
