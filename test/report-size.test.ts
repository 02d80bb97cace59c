import { describe, expect, it } from 'vitest';
import { finished } from '../src/allowance.ts';
import { type App, type Coverage, gate, type Report, render, scan, type Unit } from '../src/index.ts';
import { limitReport } from '../src/report/size.ts';
import { buildBinaryXml } from './build/axml.ts';
import { buildElf } from './build/elf.ts';
import { buildZip } from './build/zip.ts';

const MiB = 1024 * 1024;
const bytes = (report: Report) => new TextEncoder().encode(render(report, 'json')).length;
const gapOf = (path: string, reason: Coverage['reason']): Coverage => ({
  ...{ path, format: 'dex', state: 'partial', reason, offset: 1, detail: 'cut', matters: true },
});
const long = (i: number) => `${i}`.padEnd(1000, '中"\\x');

async function plain(): Promise<Report> {
  const manifest = buildBinaryXml({ name: 'manifest', attributes: { package: 'org.example' } });
  const agora = buildElf({ soname: 'libagora-rtc-sdk-jni.so', rodata: ['http://x.agora.io/a?uid=%s'] });
  const files = { 'AndroidManifest.xml': manifest, 'lib/arm64-v8a/libagora-rtc-sdk-jni.so': agora };
  return scan(buildZip(Object.entries(files).map(([name, data]) => ({ name, data }))));
}

describe('a report too large', () => {
  it('keeps what it says where it is not', async () => {
    const report = await plain();
    expect(finished(limitReport(report))).toBe(report);
  });

  const floods: readonly (readonly [string, boolean, (report: Report) => Report])[] = [
    ['permissions', true, (r) => withUnits(r, [{ permissions: list(long) }])],
    [
      'architectures',
      false,
      (r) => withUnits(r, [{ architectures: list(long).slice(0, 9000) }, { architectures: list(long) }]),
    ],
    ['entitlements', false, (r) => withUnits(r, [{}, { entitlements: list(long) }])],
    [
      'units',
      true,
      (r) =>
        withUnits(
          r,
          list((i) => ({ name: long(i), architectures: [] })),
        ),
    ],
    ['hosts and addresses', true, (r) => ({ ...r, endpoints: list((i) => ({ ...r.endpoints[0]!, host: long(i) })) })],
    [
      'anomalies',
      true,
      (r) => ({ ...r, anomalies: list((i) => ({ code: 'zip.zip64', path: long(i), offset: 0, detail: 'x' })) }),
    ],
    ['flows', true, (r) => ({ ...r, flows: list((i) => ({ ...r.flows[0]!, id: long(i), host: long(i) })) })],
  ];
  function withUnits(report: Report, apps: readonly Partial<App>[]): Report {
    const [first] = report.bundle.units as [Unit];
    const units = apps.map((app) => ({ ...first, app: { ...first.app, ...app } }));
    return { ...report, bundle: { ...report.bundle, app: units[0]!.app, units } };
  }
  function list<T>(make: (i: number) => T): T[] {
    return Array.from({ length: 20_000 }, (_, i) => make(i));
  }

  it.each(floods)('of %s is cut to 16 MiB, counted, and never milder', async (what, matters, flood) => {
    const report = flood(await plain());
    const limited = finished(limitReport(report));
    const size = bytes(limited);
    expect(size).toBeLessThanOrEqual(16 * MiB);
    expect(size).toBeGreaterThan(4 * MiB);
    const [line] = limited.coverage.filter(({ path }) => path === '(the report)');
    expect(line).toMatchObject({ reason: 'budget', matters, detail: expect.stringContaining(`${what} more than`) });
    expect(limited.complete).toBe(report.complete && !matters);
    expect(limited.findings).toBe(report.findings);
    expect(limited.bundle.app).toEqual(limited.bundle.units[0]?.app);
    expect(gate(limited).exitCode === 0).toBe(gate(report).exitCode === 0 && !matters);
  });

  it('of lines of coverage keeps each reason, and what hides nothing goes first', async () => {
    const report = await plain();
    const gaps = [
      ...list((i) => gapOf(long(i), 'malformed')),
      gapOf('last', 'encrypted'),
      { ...gapOf('x', null), matters: false },
    ];
    const limited = finished(limitReport({ ...report, coverage: gaps }));
    expect(bytes(limited)).toBeLessThanOrEqual(16 * MiB);
    const unread = limited.coverage.filter((line) => line.matters);
    expect([...new Set(unread.map((line) => line.reason))].sort()).toEqual(['encrypted', 'malformed']);
    const counted = unread.map(({ path }) => Number(/^\((\d+) more lines\)$/.exec(path)?.[1] ?? 1));
    expect(counted.reduce((sum, count) => sum + count, 0)).toBe(20_001);
    expect(gate(limited, { accept: ['malformed'], failOn: 'none' }).exitCode).toBe(2);
    expect(gate(limited, { accept: ['malformed', 'encrypted'], failOn: 'none' }).exitCode).toBe(0);
  });
});

it('is measured in parts, between which the event loop may turn', async () => {
  const report = await plain();
  const [line] = report.coverage;
  let parts = 0;
  for (const _ of limitReport({ ...report, coverage: new Array(10_000).fill(line) })) parts++;
  expect(parts).toBeGreaterThan(10_000 / 1000);
});
