import { describe, expect, it } from 'vitest';
import { defaultBudgets } from '../../src/budgets.ts';
import { readBinaryXml } from '../../src/formats/axml/index.ts';
import { scan } from '../../src/index.ts';
import { buildBinaryXml } from '../build/axml.ts';
import { buildDex } from '../build/dex.ts';
import { buildZip } from '../build/zip.ts';
import { control, controlGist, gistOf, tamperings } from './axml.variants.ts';

const read = (bytes: Uint8Array) => readBinaryXml(bytes, defaultBudgets);
const code = buildDex({ classes: [{ name: 'com.clubhouse.app.Main' }] });
const scanned = (manifest: Uint8Array) =>
  scan(
    buildZip([
      { name: 'AndroidManifest.xml', data: manifest },
      { name: 'classes.dex', data: code },
    ]),
  );

describe('the thirteen tampered manifests', () => {
  it('are thirteen, and the control is ordinary', () => {
    expect(tamperings).toHaveLength(13);
    expect(new Set(tamperings.map(({ name }) => name)).size).toBe(13);
    const document = read(buildBinaryXml(control));
    expect(gistOf(document)).toEqual(controlGist);
    expect([document.anomalies, document.problems]).toEqual([[], []]);
  });

  // Those that aapt reads in part or not at all are read, too: a tool that gives up is what the trick is for.
  it.each(tamperings)('$name: package, version and permissions of the control, and $code', ({ bytes, code }) => {
    const document = read(bytes());
    expect(gistOf(document)).toEqual(controlGist);
    expect(document.problems).toEqual([]);
    expect(document.anomalies.map((anomaly) => anomaly.code)).toEqual([code]);
  });
});

describe('what a scan makes of them', () => {
  it('the control is no finding', async () => {
    const report = await scanned(buildBinaryXml(control));
    expect(report).toMatchObject({ findings: [], anomalies: [], complete: true, verdict: 'pass' });
  });

  it.each(
    tamperings.map(({ name, bytes, code }) => [name, code, bytes] as const),
  )('%s: %s', async (_name, code, bytes) => {
    const report = await scanned(bytes());
    expect(report.bundle.app).toMatchObject({
      id: controlGist.package,
      version: controlGist.versionName,
      permissions: [...controlGist.permissions].sort(),
    });
    expect(report.anomalies).toMatchObject([{ code, path: 'AndroidManifest.xml' }]);
    expect(report.complete).toBe(true);
  });

  it.each([
    'a million strings too many',
    'attributes of 24 bytes',
    'a junk chunk before the nodes',
  ])('%s is a trick for a person to look at', async (name) => {
    const { bytes, code } = tamperings.find((each) => each.name === name)!;
    const report = await scanned(bytes());
    expect(report.findings).toMatchObject([
      {
        id: `container-trick/${code}`,
        state: 'holds',
        level: 'medium',
        evidence: [{ path: 'AndroidManifest.xml', how: expect.stringMatching(/^form at byte \d+$/) }],
      },
    ]);
    expect(report.verdict).toBe('review');
  });

  it.each(['trailing bytes', 'no namespace', 'blanked attribute names'])('%s is an oddity', async (name) => {
    const { bytes, code } = tamperings.find((each) => each.name === name)!;
    const report = await scanned(bytes());
    expect(report.findings).toMatchObject([{ id: `container-oddity/${code}`, level: 'info' }]);
    expect(report.verdict).toBe('pass');
  });
});
