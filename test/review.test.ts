import { describe, expect, it } from 'vitest';
import { isOverdue, reviewWords } from '../src/asof.ts';
import { loadRules, render, scan } from '../src/index.ts';
import { buildBundle } from './build/bundle.ts';
import bundle from './golden/clubhouse/bundle.json' with { type: 'json' };

/** When a law is to be read again stands beside what is said of it. */

const rules = loadRules();
const context = { operator: { name: 'One', country: 'US' }, distribution: { offered: ['US'], notOffered: ['CN'] } };
const on = (asOf: string, policy = 'store') => scan(buildBundle(bundle as never), { asOf, context, policy, rules });

describe('a report', () => {
  it('prints when each law that it cites is due, in text and JSON', async () => {
    const report = await on('2026-11-26');
    const { laws } = report;
    expect(laws.length).toBeGreaterThan(3);
    for (const { id, review, volatile } of laws) {
      expect(review, id).toMatch(/^2027-/);
      expect(typeof volatile, id).toBe('boolean');
    }
    const text = render(report, 'text').replace(/\s+/g, ' ');
    for (const { title, citation, says, review } of laws) {
      const change = text.slice(text.indexOf(`${title} (${citation}): ${says}`));
      expect(change, title).toMatch(
        new RegExp(
          `^.{${title.length + citation.length + says.length + 5}}(?: Subject to change\\.)? Review due ${review}\\.`,
        ),
      );
    }
    expect(report.notices).toEqual([]);
  });

  it('warns of what is subject to change and was to be read again, and of nothing else', async () => {
    const report = await on('2028-01-01');
    const late = report.laws.filter(({ volatile }) => volatile);
    expect(late.length).toBeGreaterThan(0);
    for (const { id, review } of late) {
      expect(
        report.notices.filter((notice) => notice.includes(`(${id})`) && notice.includes(`by ${review}`)),
      ).toHaveLength(1);
    }
    // Beside them one line says that the day is over a year behind all that the rules know.
    expect(report.notices.filter((notice) => notice.includes('2028-01-01'))).toHaveLength(1);
    expect(report.notices).toHaveLength(new Set(late.map(({ id }) => id)).size + 1);
    const text = render(report, 'text', { width: 400 });
    expect(text).toContain('NOTICES');
    expect(text).toMatch(/Review was due 2027-\d\d-\d\d: it may say otherwise now\./);
  });

  it('warns of a list that a rule asks too', async () => {
    const report = await on('2028-01-01', 'us-data-security');
    expect(report.notices.some((notice) => notice.includes('(us-28cfr202-countries)'))).toBe(true);
    expect((await on('2026-11-26', 'us-data-security')).notices).toEqual([]);
  });
});

it('the words follow the day', () => {
  expect(reviewWords({}, '2026-11-26')).toBe('');
  expect(reviewWords({ review: '2027-01-01' }, '2026-11-26')).toBe(' Review due 2027-01-01.');
  expect(reviewWords({ review: '2027-01-01', volatile: true }, '2027-01-01')).toContain('Review was due 2027-01-01');
  expect(isOverdue({ review: '2027-01-01', volatile: true }, '2026-12-31')).toBe(false);
  expect(isOverdue({ review: '2027-01-01', volatile: true }, '2027-01-01')).toBe(true);
  expect(isOverdue({ review: '2027-01-01' }, '2028-01-01')).toBe(false);
});
