import { zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { buildBinaryXml } from '../build/axml.ts';
import { scan } from '../build/verified.ts';
import { hasJava } from '../real/maven.ts';
import { adversaries } from './adversaries.ts';
import { dexesOf } from './compile.ts';

describe.skipIf(!hasJava())('apps that only look as if they encrypted, compiled against Agora 4.2.6', () => {
  const dexes = hasJava() ? dexesOf(adversaries) : new Map<string, readonly Uint8Array[]>();

  it.each(adversaries.map((each) => [each.name, each] as const))('%s', async (name, each) => {
    const files = dexes.get(name)!.map((bytes, i) => [`classes${i === 0 ? '' : i + 1}.dex`, bytes] as const);
    const attributes = { package: `com.acme.app${adversaries.indexOf(each)}` };
    const manifest = buildBinaryXml({ name: 'manifest', attributes });
    const report = await scan(zipSync({ 'AndroidManifest.xml': manifest, ...Object.fromEntries(files) }, { level: 0 }));
    const flow = report.flows.find(({ sdk, data }) => sdk === 'agora-rtc' && data === 'room-id');
    const said = (id: string) => {
      const control = flow?.controls.find((one) => one.id === id);
      return `${control?.state}: ${control?.reason}`;
    };
    expect(said('media-encryption')).toMatch(new RegExp(`^${each.encryption}: `));
    expect(said('region')).toMatch(new RegExp(`^${each.region}: `));
  });
});
