import { readFileSync } from 'node:fs';
import { it, expect } from 'vitest';
import { scan } from './build/verified.ts';
import { buildBundle } from './build/bundle.ts';
it('x', async () => {
  const json = (n: string) => JSON.parse(readFileSync(new URL(`golden/clubhouse/${n}`, import.meta.url), 'utf8'));
  const r = await scan(buildBundle(json('bundle.json')), { asOf: '2021-02-12', context: json('context.json') });
  for (const d of r.detections) { console.log(d.sdk, d.presence, d.moreEvidence); for (const e of d.evidence) console.log(JSON.stringify(e)); for (const i of d.instances) console.log(JSON.stringify(i.versionAt)); }
  for (const e of r.endpoints) console.log(e.host, JSON.stringify(e.at[0]));
});
