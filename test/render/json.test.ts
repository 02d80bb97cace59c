import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { render } from '../../src/render/index.ts';
import { emptyReport, hostileReport, report } from './fixture.ts';

it.each([
  ['a report', report],
  ['an empty one', emptyReport],
  ['one with hostile text', hostileReport],
])('%s reads back as it was', (_name, of) => {
  const output = render(of, 'json');
  expect(JSON.parse(output)).toEqual(of);
  expect(output.endsWith('}\n')).toBe(true);
  expect(output.split('\n')[1]).toMatch(/^ {2}"schema": /);
});

it('holds no character that a terminal acts on or does not show', () => {
  expect(render(hostileReport, 'json')).not.toMatch(
    /[^\P{Cc}\n]|[\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u,
  );
  expect(render(hostileReport, 'json')).toContain('\\u202egnp.exe');
});

it('keeps the keys in the order of its type', () => {
  const types = readFileSync(new URL('../../src/types/report.ts', import.meta.url), 'utf8');
  const body = /export interface Report \{(.*?)^\}/ms.exec(types)?.[1] ?? '';
  const keys = [...body.matchAll(/^ {2}readonly (\w+)\??:/gm)].map(([, key]) => key);
  expect(keys.length).toBeGreaterThan(15);
  expect(Object.keys(JSON.parse(render(report, 'json')))).toEqual(keys);
});
