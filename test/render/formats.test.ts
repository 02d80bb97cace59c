import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { joinOf, outputFormats, render, renderFailure } from '../../src/render/index.ts';
import { gate } from '../../src/report/gate.ts';
import type { Report, Waiver } from '../../src/types.ts';
import { attacked, attacks } from './attacks.ts';
import { emptyReport, hostileReport, report } from './fixture.ts';
import { checkOutput, checks } from './formats.ts';

const golden: Report = JSON.parse(readFileSync(new URL('../golden/clubhouse/report.json', import.meta.url), 'utf8'));

it('every format has its check', () => {
  expect(Object.keys(checks).sort()).toEqual([...outputFormats].sort());
});

describe.each(outputFormats)('%s', (format) => {
  it.each([
    ['a report', report],
    ['an empty one', emptyReport],
    ['one of hostile text', hostileReport],
    ['a scan’s', golden],
  ])('is well formed: %s', (_name, of) => {
    checkOutput(format, render(of, format));
    checkOutput(format, render(of, format, { file: 'build/My App.apk', of: 3 }));
  });

  it.each(Object.entries(attacks))('an app cannot break it with %s, wherever it writes', (_name, attack) => {
    for (const whole of [false, true]) {
      const hostile = attacked(report, attack, whole);
      const waiver: Waiver = { finding: hostile.findings[1]!.id, reason: attack, by: attack, expires: '9999-01-01' };
      const text = render(hostile, format, { file: attack, gate: gate(hostile, { waivers: [waiver] }) });
      checkOutput(format, text);
      // Whatever is written to a log, GitHub's runner obeys it there.
      expect(text).not.toContain('##[');
    }
  });

  it.skipIf(joinOf(format).most === 1)('joins several: each follows the other, and none is one of its own', () => {
    const { begin, before, part, end } = joinOf(format);
    const pieces = [report, emptyReport, golden].map((of, i) => `${before(`${i}.apk`, i)}${part(of, { of: 3 })}`);
    const joined = `${begin}${pieces.join('')}${end}`;
    // Markdown and the two for people have one heading for each.
    if (['json', 'sarif', 'sarif-github', 'junit', 'csv'].includes(format)) checkOutput(format, joined);
    else expect(joined.length).toBeGreaterThan(1000);
    expect(joined).toContain('co.alphaexploration.clubhouse');
  });

  it.each([
    'not-found',
    'output',
  ] as const)('a file that was not read (%s) stands in it, and breaks nothing', (code) => {
    for (const attack of ['build/My App.apk', ...Object.values(attacks)]) {
      const failure = { file: attack, error: { code, message: `${attack}: no such file`, exitCode: 66 } };
      const alone = renderFailure(failure, format);
      const join = joinOf(format);
      if (alone === null || join.failed === undefined) continue;
      checkOutput(format, alone);
      const parts = [join.before('a', 0), join.part(report), join.before('b', 1), join.failed(failure)];
      const joined = `${join.begin}${parts.join('')}${join.end}`;
      if (['json', 'sarif', 'junit', 'csv'].includes(format)) checkOutput(format, joined);
      expect(`${alone}${joined}`).not.toContain('##[');
    }
  });

  it('is the same for the same report', () => {
    expect(render(structuredClone(golden), format)).toBe(render(golden, format));
  });
});
