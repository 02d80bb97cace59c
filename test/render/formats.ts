import { DOMParser, type Element, onErrorStopParsing } from '@xmldom/xmldom';
import { parse } from 'csv-parse/sync';
import { micromark } from 'micromark';
import { gfm, gfmHtml } from 'micromark-extension-gfm';
import { expect } from 'vitest';
import type { OutputFormat } from '../../src/render/index.ts';
import { checkSarif } from './sarif-shape.ts';

/** What no output may hold besides line ends: controls, and what is not seen. */
const unsafe = /[^\P{Cc}\n]|[\p{Cf}\p{Zl}\p{Zp}\p{Co}\p{Cs}\p{Default_Ignorable_Code_Point}]/u;

/** HTML that GitHub Flavored Markdown makes, by an independent implementation, with HTML of the text left as it is. */
export function htmlOf(text: string): string {
  return micromark(text, { allowDangerousHtml: true, extensions: [gfm()], htmlExtensions: [gfmHtml()] });
}

const elements = 'h2 h3 p strong em code br hr ul ol li table thead tbody tr th td details summary'.split(' ');

export function checkMarkdown(text: string): void {
  const html = htmlOf(text);
  for (const [tag, name = ''] of html.matchAll(/<\/?([a-z0-9]*)[^>]*>?/gi)) {
    expect(elements, tag).toContain(name);
    // No attribute at all: no link, picture, style or handler.
    expect(tag).toMatch(/^<\/?[a-z0-9]+(?: \/)?>$/);
  }
  // What GitHub makes of text behind the parser, outside of code.
  const outside = html.replace(/<code>.*?<\/code>/gs, '');
  expect(outside).not.toMatch(/@[a-z\d]|:\/\/|\bwww\.|#\d|\bGH-\d|:[a-z+]+:|\$/i);
  const opened = html.match(/<details>/g)?.length ?? 0;
  expect(html.match(/<\/details>/g)?.length ?? 0).toBe(opened);
  expect(html.match(/<h2>/g)).toHaveLength(1);
  for (const table of html.matchAll(/<table>.*?<\/table>/gs)) {
    const widths = [...table[0].matchAll(/<tr>(.*?)<\/tr>/gs)].map(([, row = '']) => row.match(/<t[hd]>/g)?.length);
    expect(new Set(widths).size, table[0].slice(0, 300)).toBe(1);
  }
}

export function xmlOf(text: string): Element {
  const document = new DOMParser({ onError: onErrorStopParsing }).parseFromString(text, 'text/xml');
  return document.documentElement as Element;
}

const children: Readonly<Record<string, readonly string[]>> = {
  testsuites: ['testsuite'],
  testsuite: ['properties', 'testcase'],
  properties: ['property'],
  property: [],
  testcase: ['failure', 'error', 'skipped', 'system-out'],
  failure: [],
  error: [],
  skipped: [],
  'system-out': [],
};

function checkJunit(text: string): void {
  expect(text).not.toMatch(/<!(?!--)|<!\[CDATA/);
  const visit = (element: Element, within: readonly string[]) => {
    expect(within).toContain(element.tagName);
    for (const child of Array.from(element.childNodes)) {
      if (child.nodeType === 1) visit(child as Element, children[element.tagName] ?? []);
    }
  };
  const root = xmlOf(text);
  visit(root, ['testsuites']);
  for (const suite of Array.from(root.getElementsByTagName('testsuite'))) {
    for (const [count, of] of [
      ['tests', 'testcase'],
      ['failures', 'failure'],
      ['errors', 'error'],
      ['skipped', 'skipped'],
    ] as const) {
      expect(Number(suite.getAttribute(count)), count).toBe(suite.getElementsByTagName(of).length);
    }
  }
}

export const csvOf = (text: string): Record<string, string>[] =>
  parse(text, { columns: true, record_delimiter: '\r\n' });

function checkCsv(text: string): void {
  const rows = csvOf(text);
  for (const cell of rows.flatMap((row) => Object.values(row)))
    expect(cell).not.toMatch(/^[\s"]*[=+\-@\t\r\n＝＋－＠]/);
  for (const { row } of rows) expect(['app', 'library', 'sdk', 'finding', 'file']).toContain(row);
}

/** The fields that GitLab documents, each of its kind; a fingerprint once, or all but the first are lost. */
function checkGitlab(text: string): void {
  const issues: Record<string, unknown>[] = JSON.parse(text);
  expect(issues).toBeInstanceOf(Array);
  for (const issue of issues) {
    expect(Object.keys(issue).sort()).toEqual(['check_name', 'description', 'fingerprint', 'location', 'severity']);
    expect(issue.description).toMatch(/\S/);
    expect(issue.check_name).toMatch(/^waybill\/[a-z-]+$/);
    expect(issue.fingerprint).toMatch(/^[0-9a-f]{64}$/);
    expect(['info', 'minor', 'major', 'critical', 'blocker']).toContain(issue.severity);
    expect(issue.location).toEqual({ path: expect.stringMatching(/^(?!\.?\/)./), lines: { begin: 1 } });
  }
  expect(new Set(issues.map(({ fingerprint }) => fingerprint)).size).toBe(issues.length);
}

/** What each format must be whatever stands in a report. A format without its check does not compile. */
export const checks: Readonly<Record<OutputFormat, (text: string) => void>> = {
  summary: (text) => {
    expect(text.match(/^Verdict/gm)).toHaveLength(1);
    expect(text.trimEnd().split('\n').length).toBeLessThanOrEqual(40);
    expect(text).not.toMatch(/^\s*::/m);
  },
  text: (text) => {
    expect(text.match(/^Verdict/gm)).toHaveLength(1);
    expect(text).not.toMatch(/^\s*::/m);
  },
  json: (text) => expect(JSON.parse(text)).toBeTypeOf('object'),
  ndjson: (text) => {
    expect(text.match(/\n/g)).toHaveLength(1);
    expect(JSON.parse(text)).toBeTypeOf('object');
  },
  markdown: checkMarkdown,
  'markdown-comment': checkMarkdown,
  letter: (text) => {
    expect(text.match(/^Dear maker,$/gm)).toHaveLength(1);
    expect(text).not.toMatch(/^\s*::/m);
  },
  sarif: (text) => checkSarif(JSON.parse(text)),
  'sarif-github': (text) => checkSarif(JSON.parse(text)),
  gitlab: checkGitlab,
  junit: checkJunit,
  csv: checkCsv,
};

/** What every output is: no control but line ends, nothing that hides, a newline at its end. */
export function checkClean(text: string): void {
  expect(text).not.toMatch(unsafe);
  expect(text.endsWith('\n')).toBe(true);
}

export function checkOutput(format: OutputFormat, text: string): void {
  // CSV ends its lines as RFC 4180 says.
  checkClean(format === 'csv' ? text.replaceAll('\r\n', '\n') : text);
  checks[format](text);
}
