import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { render } from '../../src/render/index.ts';
import { advice, code, prose } from '../../src/render/markdown/escape.ts';
import { gate } from '../../src/report/gate.ts';
import type { Finding, Report } from '../../src/types.ts';
import { emptyReport, report } from './fixture.ts';
import { htmlOf } from './formats.ts';

const golden: Report = JSON.parse(readFileSync(new URL('../golden/clubhouse/report.json', import.meta.url), 'utf8'));
const waivers = [{ finding: 'identifiers-in-clear/*', reason: 'a ticket', by: 'somebody', expires: '9999-01-01' }];
const flat = (text: string) => text.replace(/\s+/g, ' ');

describe('markdown', () => {
  it.each(['markdown', 'markdown-comment', 'letter'] as const)('%s is the one that was reviewed', async (format) => {
    // Any new rule file changes the digest and the counts.
    const rules = { digest: '(of all rules)', sdks: 0, vendors: 0 };
    const ending = format === 'letter' ? 'txt' : 'md';
    await expect(render({ ...golden, rules }, format)).toMatchFileSnapshot(`clubhouse-${format}.${ending}`);
  });

  it.each([
    'plain words, with (brackets) and 100%.',
    'lib/arm64-v8a/libx.so',
    'a|b `c` <b>d</b> [e](f) @g www.h.i #1 *j* _k_ ~l~ $m$ \\n &amp; !o',
    '`` a `',
    '|',
    '\\',
    '\\|<b>x</b>`',
  ])('writes %j so that it reads as it was, in a table and out of it', (text) => {
    for (const written of [code(text), prose(text)]) {
      const html = htmlOf(`| a |\n| --- |\n| x ${written} x |\n`);
      const cells = [...html.matchAll(/<td>(.*?)<\/td>/gs)].map(([, cell = '']) => cell.replace(/<\/?code>/g, ''));
      const decoded = cells
        .join('')
        .replace(/&(lt|gt|quot|amp);/g, (_, name: string) => ({ lt: '<', gt: '>', quot: '"', amp: '&' })[name] ?? '')
        .replaceAll('\\u007c', '|');
      expect(decoded).toBe(`x ${text} x`);
    }
  });

  it('a line of code in what to do is one piece; what looks like one in a name stays inert', () => {
    const line = 'config.key = keyOfYours; engine.enable(true, config); // before join';
    expect(advice(`Switch it on. In Agora RTC 4.2.6: \`${line}\`. Then join.`)).toBe(
      `Switch it on. In Agora RTC 4.2.6: \`${line}\`. Then join.`,
    );
    for (const attack of ['`<b>x</b>`', '`a` `b`', 'a`<b>`c', '`` <b>x</b> `', '`[x](https://e.example)`', '`a|b`']) {
      const html = htmlOf(`| a |\n| --- |\n| x ${advice(`Ask ${attack} for it.`)} x |\n`);
      expect(html).not.toMatch(/<b>|<a /);
      expect(html.match(/<td>/g)).toHaveLength(1);
    }
  });

  it('keeps to what a summary and a comment hold, and counts what it left out', () => {
    const [first] = golden.findings;
    const findings = Array.from(
      { length: 5000 },
      (_, i): Finding => ({ ...first!, id: `f${i}`, reason: '漢'.repeat(500) }),
    );
    const of = { ...golden, findings, unidentified: [] };
    const comment = render(of, 'markdown-comment');
    expect(comment.length).toBeLessThanOrEqual(65_536);
    expect(comment.length).toBeGreaterThan(50_000);
    const summary = render(of, 'markdown');
    expect(new TextEncoder().encode(summary).length).toBeLessThanOrEqual(1024 * 1024);
    for (const text of [comment, summary]) expect(text).toMatch(/_\d+ more: see the JSON report\._/);
    expect(render(of, 'markdown-comment', { of: 4 }).length).toBeLessThanOrEqual(65_536 / 4);
    const long = { ...golden, findings: [...findings.slice(0, 200), ...golden.findings] };
    expect(render(long, 'markdown-comment', { of: 3 })).toContain(
      '_Left out for want of room: Holds, below the gate (2)',
    );
  });

  it('says what fails, what holds, what is open and what was waived apart', () => {
    const text = render(golden, 'markdown', { gate: gate(golden, { waivers }) });
    expect(text).not.toContain('### Fails the gate');
    expect(text).toMatch(/### Holds, below the gate \(2\)[\s\S]*### Not decided \(5\)[\s\S]*### Waived \(2\)/);
    expect(text).toContain('| a ticket |');
    expect(text).toContain('**Gate:** passes; 2 waived');
  });
});

describe('a letter', () => {
  it('numbers its requests, and names the file by its digest', () => {
    const text = render(golden, 'letter');
    expect(text).toContain(golden.bundle.sha256);
    expect(text.match(/^1\. {2}Code aboard can pass room ID/gm)).toHaveLength(1);
    expect(flat(text)).toContain('We write with 9 requests');
    expect(text.match(/^9\. /gm)).toHaveLength(1);
    expect(flat(text)).toContain('This letter gives no legal advice.');
  });

  it('carries the proof of each request, with where and which bytes', () => {
    const text = render(golden, 'letter');
    const [piece] = golden.findings[0]!.evidence;
    const numbers = [...text.matchAll(/Appendix A: (.*)/g)].flatMap(([, list = '']) => list.match(/A\d+/g) ?? []);
    for (const number of numbers) expect(text).toMatch(new RegExp(`^${number} `, 'm'));
    expect(text).toContain(`byte ${piece!.spans[0]!.offset}, ${piece!.spans[0]!.length} bytes`);
    for (const [, number = ''] of text.matchAll(/\) \[(\d+)\]$/gm)) expect(text).toContain(`\n  [${number}] `);
  });

  it('says of a question only what is not known, grades nobody, and speaks to the maker', () => {
    const text = flat(render(golden, 'letter'));
    expect(text).toContain('Open Not known: from which countries clients connect');
    expect(text).not.toMatch(/can still be used there|caller|verdict|\bhigh\b|reject|risk/i);
  });

  it('asks for nothing that was waived, and for what could not be read', () => {
    const waived = render(golden, 'letter', { gate: gate(golden, { waivers }) });
    expect(waived).not.toContain('in plaintext.\n');
    expect(waived).not.toContain('a ticket');
    expect(flat(waived)).toContain(
      'We write with 7 requests, and would be glad of an answer to each by its number. We know of 2 further points and do not ask about them today.',
    );
    expect(waived).not.toContain('identifiers-in-clear');
    const all = golden.findings.map(({ id: finding }) => ({ ...waivers[0]!, finding }));
    const nothing = flat(render(golden, 'letter', { gate: gate(golden, { waivers: all }) }));
    expect(nothing).toContain(`We have nothing to ask of you today. We know of ${all.length} further points`);
    expect(flat(render(golden, 'letter'))).not.toContain('further point');
    expect(flat(render(emptyReport, 'letter'))).toContain('We have nothing to ask of you.');
    const unread = flat(render({ ...emptyReport, coverage: report.coverage, complete: false }, 'letter'));
    expect(unread).toContain('We write with one request');
    expect(unread).toContain('1. 1 place in the file we could not read');
  });
});
