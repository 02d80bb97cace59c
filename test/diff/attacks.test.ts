import { describe, expect, it } from 'vitest';
import { diff, differenceFormats, renderDifference } from '../../src/index.ts';
import type { Report } from '../../src/types.ts';
import { attacked, attacks } from '../render/attacks.ts';
import { emptyReport, hostileReport, report } from '../render/fixture.ts';
import { checkClean, checkMarkdown } from '../render/formats.ts';
import { variants } from './variants.ts';

/** What each format of a difference must be, whatever stands in the reports. */
const checks: Readonly<Record<(typeof differenceFormats)[number], (text: string) => void>> = {
  text: (text) => expect(text.match(/^(?:Old|New) {5}/gm)).toHaveLength(2),
  markdown: checkMarkdown,
  json: (text) => expect(JSON.parse(text).schema).toBe('1.0.0'),
};

function check(old: Report, next: Report): void {
  const difference = diff(old, next);
  for (const format of differenceFormats) {
    const text = renderDifference(difference, format);
    checkClean(text);
    checks[format](text);
  }
}

describe.each(Object.entries(attacks))('%s', (_name, attack) => {
  it.each([false, true])('breaks no format wherever an app writes it (alone: %s)', (whole) => {
    const [old, next] = [attacked(report, attack, whole), attacked(variants['with a stranger'], attack, whole)];
    check(old, next);
    check(old, emptyReport);
    check(attacked(variants.encrypted, attack, whole), attacked(variants['cut short'], attack, whole));
  });
});

it('nor a report of hostile text', () => {
  check(hostileReport, variants.first);
  check(variants.first, hostileReport);
});

it('colour is the only thing that text writes to a terminal besides text', () => {
  const text = renderDifference(diff(hostileReport, variants.first), 'text', { colour: true, width: 60 });
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is asked for
  checkClean(text.replace(/\u001b\[[\d;]*m/g, ''));
});

describe('two reports of very much', () => {
  const many = (mark: string): Report => ({
    ...report,
    endpoints: Array.from({ length: 20_000 }, (_, i) => ({ ...report.endpoints[0]!, host: `${mark}${i}.example` })),
    unidentified: Array.from({ length: 20_000 }, (_, i) => ({ ...report.unidentified[0]!, name: `${mark}.n${i % 7}` })),
  });
  const difference = diff(many('a'), many('b'));

  it('are compared in a moment, and counted in full', () => {
    const start = performance.now();
    expect(diff(many('a'), many('b')).endpoints.changes).toHaveLength(40_000);
    expect(difference.parties.changes).toHaveLength(40_000);
    expect(performance.now() - start).toBeLessThan(4000);
  });

  it('fill no screen and no comment', () => {
    expect(renderDifference(difference, 'text').split('\n').length).toBeLessThan(300);
    expect(renderDifference(difference, 'text')).toContain('20,000 not read in new, 20,000 not read in old');
    const markdown = renderDifference(difference, 'markdown');
    expect(new TextEncoder().encode(markdown).length).toBeLessThan(1024 * 1024);
  });
});
