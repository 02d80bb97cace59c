import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { field } from '../../src/render/csv.ts';
import { joinOf, render, renderFailure } from '../../src/render/index.ts';
import type { Around } from '../../src/render/renderer.ts';
import { gate } from '../../src/report/gate.ts';
import type { Report } from '../../src/types.ts';
import { emptyReport, report } from './fixture.ts';
import { csvOf, xmlOf } from './formats.ts';

const golden: Report = JSON.parse(readFileSync(new URL('../golden/clubhouse/report.json', import.meta.url), 'utf8'));
const waivers = [{ finding: 'identifiers-in-clear/*', reason: 'a ticket', by: 'somebody', expires: '9999-01-01' }];

describe('csv', () => {
  it('has a row for the app, each SDK and each finding, under one header', () => {
    const rows = csvOf(render(golden, 'csv', { file: 'build/app.ipa' }));
    const count = (row: string) => rows.filter((each) => each.row === row).length;
    expect([count('app'), count('sdk'), count('finding')]).toEqual([
      1,
      golden.detections.length,
      golden.findings.length,
    ]);
    expect(rows[0]).toMatchObject({ file: 'build/app.ipa', app_id: 'co.alphaexploration.clubhouse', title: 'review' });
    expect(rows.find(({ id }) => id === 'identifiers-in-clear/agora/user-id')).toMatchObject({
      level: 'high',
      gate: 'fails',
      sdk: 'agora-rtc',
      data: 'user-id',
      ask: expect.stringMatching(/^Please show/),
    });
    const { begin, part, end } = joinOf('csv');
    expect(csvOf(`${begin}${part(golden)}${part(emptyReport)}${end}`).filter(({ row }) => row === 'app')).toHaveLength(
      2,
    );
  });

  it('says of an app in which nothing was found that it was looked at', () => {
    expect(csvOf(render(emptyReport, 'csv'))).toMatchObject([{ row: 'app', title: 'pass', state: 'complete' }]);
  });

  it('has a row for a library by that name, and for a file that was not read', () => {
    const unit = { ...emptyReport.bundle.units[0]!, kind: 'library' as const };
    const library = { ...emptyReport, bundle: { ...emptyReport.bundle, units: [unit] } };
    expect(csvOf(render(library, 'csv'))).toMatchObject([{ row: 'library', title: 'pass' }]);
    const error = { code: 'not-found', message: 'a.apk: no such file', exitCode: 66 } as const;
    expect(csvOf(renderFailure({ file: 'a.apk', error }, 'csv')!)).toMatchObject([
      { row: 'file', file: 'a.apk', title: 'not scanned', state: 'not-found', reason: 'a.apk: no such file' },
    ]);
  });

  it.each([
    ['=1+1', `"'=1+1"`],
    ['+1', `"'+1"`],
    ['-1', `"'-1"`],
    ['@SUM(A1)', `"'@SUM(A1)"`],
    [' =1', `"' =1"`],
    ['"=1', `"'""=1"`],
    ['\t=1', '"\\u0009=1"'],
    ['\r=1', '"\\u000d=1"'],
    ['＝1', `"'＝1"`],
    ['a=1', '"a=1"'],
    ['a "b", c', '"a ""b"", c"'],
    [null, '""'],
    [0, '"0"'],
  ])('writes %j so that no spreadsheet takes it for a formula', (value, written) => {
    expect(field(value)).toBe(written);
  });

  it('ends lines as RFC 4180 does, and keeps a cell within what Excel holds', () => {
    const [first] = golden.findings;
    const long = { ...golden, findings: [{ ...first!, reason: 'x'.repeat(100_000) }] };
    const text = render(long, 'csv');
    expect(text.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/);
    for (const cell of csvOf(text).flatMap((row) => Object.values(row))) expect(cell.length).toBeLessThan(32_767);
  });
});

describe('junit', () => {
  const casesOf = (of: Report, around: Around = {}) =>
    Array.from(xmlOf(render(of, 'junit', around)).getElementsByTagName('testcase')).map((each) => ({
      rule: each.getAttribute('classname')?.split('.').pop(),
      name: each.getAttribute('name'),
      is: Array.from(each.childNodes).find(({ nodeType }) => nodeType === 1)?.nodeName ?? 'passed',
    }));

  it('fails what fails the gate, skips what is a question or waived, and passes what holds below the gate, said', () => {
    const is = (rule: string, around?: Around) => casesOf(golden, around).find((each) => each.rule === rule)?.is;
    expect(is('identifiers-in-clear')).toBe('failure');
    expect(is('linkable-identifiers')).toBe('system-out');
    expect(is('relay-through-country')).toBe('skipped');
    const waiving = { gate: gate(golden, { waivers }) };
    expect(is('identifiers-in-clear', waiving)).toBe('skipped');
    expect(render(golden, 'junit', waiving)).toContain('waived until 9999-01-01, by somebody: a ticket');
  });

  it('has a case for each rule that gave no finding', () => {
    const rules = new Set(casesOf(golden).map(({ rule }) => rule));
    for (const { id } of golden.policy.rules) expect(rules).toContain(id);
    expect(golden.policy.rules.length).toBeGreaterThan(15);
  });

  it('is an error where something was not read that nobody accepted, and no rule passes then', () => {
    const of = { ...golden, findings: [], coverage: report.coverage, complete: false };
    expect(casesOf(of).at(-1)).toMatchObject({ rule: 'coverage', is: 'error' });
    expect(casesOf(of).filter(({ is }) => is === 'passed')).toEqual([]);
    const reasons = of.coverage.flatMap(({ reason }) => reason ?? []);
    // A weak sign of an SDK, with bytes not read, is accepted by nobody.
    const accepted = { ...of, detections: [] };
    expect(casesOf(accepted, { gate: gate(accepted, { accept: reasons }) }).at(-1)).toMatchObject({ is: 'skipped' });
  });
});
