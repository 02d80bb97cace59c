import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Report } from '../../src/index.ts';

/** KiB that a scan of anything may take. */
export const MOST_MEMORY = 256 * 1024;

/** A small parent: Linux counts a child's peak memory from what its parent held when it forked, and a test worker holds much. */
const FRESH = `const { spawnSync } = require('node:child_process');
  process.exitCode = spawnSync(process.execPath, process.argv.slice(1), { stdio: 'inherit' }).status ?? 1;`;

/** Scans in a process of its own, so that its memory is the scan's. Needs the build that `npm test` makes first. */
export function scanApart(bytes: Uint8Array) {
  const folder = mkdtempSync(join(tmpdir(), 'waybill-'));
  try {
    const path = join(folder, 'bundle');
    writeFileSync(path, bytes);
    const index = new URL('../../dist/index.js', import.meta.url).href;
    const code = `const { scan } = await import(${JSON.stringify(index)});
      const report = await scan(process.argv[1]);
      console.log(JSON.stringify({ coverage: report.coverage, verdict: report.verdict, anomalies: report.anomalies,
        maxRSS: process.resourceUsage().maxRSS }));`;
    const out = execFileSync(process.execPath, ['-e', FRESH, '--', '--input-type=module', '-e', code, path], {
      encoding: 'utf8',
      cwd: fileURLToPath(new URL('../..', import.meta.url)),
    });
    return JSON.parse(out) as { maxRSS: number } & Pick<Report, 'coverage' | 'verdict' | 'anomalies'>;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
