import { zipSync } from 'fflate';
import { afterAll, describe, expect, it } from 'vitest';
import { buildBinaryXml } from '../build/axml.ts';
import { scan } from '../build/verified.ts';
import { hasJava } from '../real/maven.ts';
import { dexesOf } from './compile.ts';
import { configurations } from './configurations.ts';

const table: string[][] = [];

describe.skipIf(!hasJava())('Agora as apps call it, compiled against its real releases', () => {
  const dexes = hasJava() ? dexesOf(configurations) : new Map<string, readonly Uint8Array[]>();

  afterAll(() => {
    const widths = table[0]!.map((_, i) => Math.max(...table.map((line) => line[i]!.length)));
    console.log(table.map((line) => line.map((cell, i) => cell.padEnd(widths[i]!)).join('  ')).join('\n'));
  });

  it.each(configurations.map((each) => [each.name, each] as const))('%s', async (name, each) => {
    const files = dexes.get(name)!.map((bytes, i) => [`classes${i === 0 ? '' : i + 1}.dex`, bytes] as const);
    const attributes = { package: `com.acme.app${configurations.indexOf(each)}` };
    const manifest = buildBinaryXml({ name: 'manifest', attributes });
    const report = await scan(zipSync({ 'AndroidManifest.xml': manifest, ...Object.fromEntries(files) }));
    const detection = report.detections.find(({ sdk }) => sdk === 'agora-rtc');
    const flow = report.flows.find(({ sdk, data }) => sdk === 'agora-rtc' && data === 'room-id');
    const stateOf = (id: string) => flow?.controls.find((control) => control.id === id);
    const [encryption, region] = [stateOf('media-encryption'), stateOf('region')];
    table.push([
      `${each.agora}.x`,
      each.language,
      each.by,
      name,
      encryption?.state ?? '-',
      region?.state ?? '-',
      `${encryption?.reason ?? ''}`.slice(0, 140),
    ]);
    expect(`${encryption?.state} ${encryption?.reason}`).toMatch(new RegExp(`^${each.encryption} `));
    expect(`${region?.state} ${region?.reason}`).toMatch(new RegExp(`^${each.region} `));
    if (each.in) expect(flow?.region?.in).toContain(each.in);
    if (each.out) expect(flow?.region?.out).toContain(each.out);
    if (each.in && each.in !== 'CN') expect(flow?.region?.in).not.toContain('CN');
    const callers = (detection?.calledBy ?? []).map((caller) => caller.name);
    if (each.calledBy === '') expect(callers).toEqual([]);
    // Renamed code is nobody's that can be told.
    else expect(callers.length).toBeGreaterThan(0);
    if (each.calledBy) expect(callers[0]).toContain(each.calledBy);
  });
});
