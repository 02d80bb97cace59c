import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { render } from '../../src/index.ts';
import { buildBundle } from '../build/bundle.ts';
import { scan } from '../build/verified.ts';

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
    // Any new rule file changes the digest and the counts, and nothing else here.
    const rules = { digest: '(of all rules)', sdks: 0, vendors: 0 };
    await expect(render({ ...report, rules }, 'json')).toMatchFileSnapshot(`${name}/report.json`);
  });
});
