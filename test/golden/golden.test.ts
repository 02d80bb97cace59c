import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { render, scan } from '../../src/index.ts';
import { buildBundle } from '../build/bundle.ts';

const here = new URL('.', import.meta.url);
const json = (path: string) => JSON.parse(readFileSync(new URL(path, here), 'utf8'));
const days: Record<string, string> = json('days.json');

describe.each(
  readdirSync(here, { withFileTypes: true })
    .filter((item) => item.isDirectory())
    .map((item) => item.name),
)('golden %s', (name) => {
  it('gives the report that was reviewed', async () => {
    const report = await scan(buildBundle(json(`${name}/bundle.json`)), {
      asOf: days[name] as string,
      context: json(`${name}/context.json`),
    });
    await expect(render(report, 'json')).toMatchFileSnapshot(`${name}/report.json`);
  });
});
