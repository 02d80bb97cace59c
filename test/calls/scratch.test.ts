import { readFileSync } from 'node:fs';
import { zipSync } from 'fflate';
import { it } from 'vitest';
import { scan } from '../../src/index.ts';

it('x', async () => {
  for (const f of (process.env.DEX ?? '').split(' ')) {
    const report = await scan(zipSync({ 'classes.dex': readFileSync(f) }));
    for (const flow of report.flows)
      console.log(flow.id, flow.basis, JSON.stringify(flow.region), JSON.stringify(flow.controls, null, 1));
    for (const d of report.detections) console.log(d.sdk, d.presence, d.version, (d as any).calledBy);
    for (const d of report.coverage) if (d.state !== 'read') console.log(d);
  }
});
