import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { buildDex } from '../build/dex.ts';
import { scan } from '../build/verified.ts';
import { real } from './compose.ts';

const folder = mkdtempSync(join(tmpdir(), 'waybill-password-'));
afterAll(() => rmSync(folder, { recursive: true }));

const hasZip = spawnSync('zip', ['-v']).status === 0;
if (!hasZip) console.warn('zip (Debian package zip) is missing: archives behind a password are not compared');

it.skipIf(!hasZip)('what zip -P put behind a password is not read, and said so', async () => {
  const path = join(folder, 'locked.apk');
  writeFileSync(path, readFileSync(real.settings()));
  // Deflated and stored: neither may be taken for what it would be without the password.
  writeFileSync(join(folder, 'notes.txt'), 'io.agora.rtc '.repeat(1000));
  writeFileSync(join(folder, 'classes77.dex'), buildDex({ classes: [{ name: 'io.agora.rtc.RtcEngine' }] }));
  execFileSync('zip', ['-q', '-P', 'secret', path, 'notes.txt'], { cwd: folder });
  execFileSync('zip', ['-q', '-0', '-P', 'secret', path, 'classes77.dex'], { cwd: folder });
  const report = await scan(path);
  const locked = report.coverage.filter((line) => line.reason === 'password');
  expect(locked.map(({ path, state, matters }) => [path, state, matters])).toEqual([
    ['classes77.dex', 'unreadable', true],
    // What came before the noise broke the deflate stream was read: as noise.
    ['notes.txt', 'partial', true],
  ]);
  expect(report.verdict).toBe('inconclusive');
});
