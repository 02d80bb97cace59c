import { readFileSync } from 'node:fs';
import { gate, scan, verify } from 'waybill';
import { buildBundle } from '../test/build/bundle.ts';

/** A review pipeline in twenty lines: scan bytes, list what is aboard, check the evidence, and write to the maker. */
const root = new URL('../../', import.meta.url);
const json = (path: string) => JSON.parse(readFileSync(new URL(path, root), 'utf8'));

const bundle = buildBundle(json('test/golden/clubhouse/bundle.json'));
const report = await scan(bundle, {
  asOf: '2021-02-12',
  context: json('test/golden/clubhouse/context.json'),
});
for (const { sdk, version, vendor } of report.detections) {
  console.log(`${sdk}\t${version ?? 'version not known'}\t${vendor}`);
}
const { pieces, holds } = await verify(report, bundle);
console.log(`\n${holds} of ${pieces} pieces hold`);
const { verdict, failing } = gate(report, { failOn: 'high' });
console.log(`\nverdict: ${verdict}\n`);
for (const finding of report.findings.filter((f) => failing.includes(f.id))) {
  console.log(`${finding.title}\n${finding.reason}\n${finding.remedy}\n`);
}
