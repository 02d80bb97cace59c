import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { gate, render, scan, version } from '../src/index.ts';
import { buildBundle } from './build/bundle.ts';

const read = (path: string) => readFileSync(new URL(`../${path}`, import.meta.url), 'utf8');

it('shows the report that npm start prints', async () => {
  const report = await scan(buildBundle(JSON.parse(read('test/golden/clubhouse/bundle.json'))), {
    asOf: '2021-02-12',
    context: JSON.parse(read('test/golden/clubhouse/context.json')),
  });
  const shown = /<!-- report:[^>]*-->\n```\n([\s\S]*?)\n```/.exec(read('README.md'))?.[1] ?? '';
  const lines = shown.split('\n');
  expect(render(report, 'summary', { gate: gate(report, { failOn: 'none' }) })).toBe(`${lines.join('\n')}\n`);
});

it('the version is package.json’s', () => {
  expect(JSON.parse(read('package.json')).version).toBe(version);
});
