import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { unzipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { scan } from '../build/verified.ts';
import { addToApk, real } from './compose.ts';

const cache = fileURLToPath(new URL('../../.cache/maven/', import.meta.url));

/** An artifact of Maven Central; null, said aloud, where Maven or the repository cannot be had. */
function maven(artifact: string, file: string): string | null {
  const path = join(cache, file);
  if (existsSync(path)) return path;
  try {
    mkdirSync(cache, { recursive: true });
    execFileSync('mvn', ['-q', '-B', 'dependency:copy', `-Dartifact=${artifact}`, `-DoutputDirectory=${cache}`], {
      stdio: 'pipe',
    });
    return path;
  } catch {
    console.warn(`SKIPPED: ${artifact} could not be fetched (needs mvn and Maven Central)`);
    return null;
  }
}

const file = maven('io.agora.rtc:full-sdk:3.4.0:aar', 'full-sdk-3.4.0.aar');

describe.skipIf(file === null)('Agora RTC 3.4.0 in a real APK: the second version', () => {
  it('is read as 3.4.0 in each library that shows it, and the release is new enough for the advisory', async () => {
    const aar = unzipSync(readFileSync(file as string));
    const libraries = Object.entries(aar).filter(
      ([name]) => name.endsWith('/libagora-rtc-sdk.so') || name.endsWith('libagora-rtc-sdk-jni.so'),
    );
    expect(libraries.length).toBeGreaterThan(0);
    const files = Object.fromEntries(libraries.map(([name, bytes]) => [name.replace(/^jni\//, 'lib/'), bytes]));
    const report = await scan(addToApk(real.settings(), files));
    const agora = report.detections.find((d) => d.sdk === 'agora-rtc');
    expect(agora).toMatchObject({ version: '3.4.0', scored: true });
    for (const { path, version, versionAt } of agora?.instances ?? []) {
      if (version === null) continue;
      const bytes = files[path] as Uint8Array;
      expect(versionAt?.entrySha256).toBe(createHash('sha256').update(bytes).digest('hex'));
      const at = versionAt?.spans[0]?.offset as number;
      expect(Buffer.from(bytes.subarray(at, at + 5)).toString('latin1')).toBe('3.4.0');
    }
    expect(report.findings.map((f) => f.id)).not.toContain('known-vulnerability/agora-rtc/CVE-2020-25605');
  });
});
