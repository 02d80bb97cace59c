import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import type { Report } from '../../src/index.ts';
import { scan } from '../build/verified.ts';
import { real } from './compose.ts';

/** What aapt says of an APK; null where there is no aapt. */
function aapt(path: string) {
  try {
    const badging = execFileSync('aapt', ['dump', 'badging', path], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const one = (pattern: RegExp) => pattern.exec(badging)?.[1] ?? null;
    // aapt also prints what Android grants unasked with another permission; the manifest does not say those.
    const implied = new Set([...badging.matchAll(/^uses-implied-permission: name='([^']+)'/gm)].map((m) => m[1]));
    const permissions = [...badging.matchAll(/^uses-permission(?:-sdk-23)?: name='([^']+)'/gm)]
      .map((m) => m[1] as string)
      .filter((name) => !implied.has(name));
    return {
      id: one(/^package: name='([^']+)'/m),
      version: one(/versionName='([^']+)'/),
      build: one(/versionCode='([^']+)'/),
      minOs: one(/^sdkVersion:'([^']+)'/m),
      targetOs: one(/^targetSdkVersion:'([^']+)'/m),
      permissions: [...new Set(permissions)].sort(),
    };
  } catch {
    return null;
  }
}

const expected = [
  ['apiDemos', real.apiDemos, 'io.appium.android.apis', 880],
  ['settings', real.settings, 'io.appium.settings', null],
  ['uiautomator2', real.uiautomator2, 'io.appium.uiautomator2.server', 3841],
] as const;

describe.each(expected)('%s', (_name, path, id, entries) => {
  let report: Report;

  it('is read whole, without a real-time SDK', async () => {
    report = await scan(path());
    expect(report.bundle).toMatchObject({ kind: 'apk', platform: 'android', app: { id } });
    expect(report.detections).toEqual([]);
    expect(report.flows).toEqual([]);
    expect(report.anomalies).toEqual([]);
    expect(report.coverage.filter((line) => line.matters && line.state !== 'read')).toEqual([]);
    expect(report.complete).toBe(true);
    expect(report.verdict).toBe('pass');
    if (entries !== null) expect(report.bundle.entries).toBeLessThanOrEqual(entries);
  });

  it('says of the app what aapt says', ({ skip }) => {
    const said = aapt(path());
    if (!said) {
      skip('aapt is not installed: package, version and permissions were not compared');
      return;
    }
    const { app } = report.bundle;
    expect({
      id: app.id,
      version: app.version,
      build: app.build,
      minOs: app.minOs,
      targetOs: app.targetOs,
      permissions: app.permissions,
    }).toEqual(said);
  });
});
