import { expect } from 'vitest';
import { render, type ScanOptions, type ScanSource, scan as scanOnly, verify } from '../../src/index.ts';

/** Scans a bundle, and reads every piece of the report's evidence again from it. */
export async function scan(source: ScanSource, options: ScanOptions = {}) {
  const report = await scanOnly(source, options);
  const { bundle, pieces, holds, failures } = await verify(JSON.parse(render(report, 'json')), source);
  expect(failures).toEqual([]);
  expect([bundle.holds, holds]).toEqual([true, pieces]);
  return report;
}
