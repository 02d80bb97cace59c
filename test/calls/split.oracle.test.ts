import { zipSync } from 'fflate';
import { afterAll, describe, expect, it } from 'vitest';
import { buildBinaryXml } from '../build/axml.ts';
import { scan } from '../build/verified.ts';
import { hasJava } from '../real/maven.ts';
import { adversaries } from './adversaries.ts';
import { dexesOf } from './compile.ts';
import { type Configuration, configurations } from './configurations.ts';

/** The apps of both other tests, each class in a DEX of its own. */
const split = (apps: readonly Configuration[]): readonly Configuration[] =>
  apps.filter(({ by, language }) => by !== 'r8' && language === 'java').map((each) => ({ ...each, by: 'each' }));

const open: string[] = [];

describe.skipIf(!hasJava()).each([
  ['as apps call it', split(configurations)],
  ['adversaries', split(adversaries)],
] as const)('each class of an app in a DEX of its own: %s', (_, apps) => {
  const dexes = hasJava() ? dexesOf(apps) : new Map<string, readonly Uint8Array[]>();

  afterAll(() => {
    console.log(`left open: ${open.length}\n${open.join('\n')}`);
  });

  it.each(apps.map((each) => [each.name, each] as const))('%s', async (name, each) => {
    const files = dexes.get(name)!.map((bytes, i) => [`classes${i === 0 ? '' : i + 1}.dex`, bytes] as const);
    const attributes = { package: each.package ?? `com.acme.app${apps.indexOf(each)}` };
    const manifest = buildBinaryXml({ name: 'manifest', attributes });
    const report = await scan(zipSync({ 'AndroidManifest.xml': manifest, ...Object.fromEntries(files) }, { level: 0 }));
    const flow = report.flows.find(({ sdk, data }) => sdk === 'agora-rtc' && data === 'room-id');
    for (const [id, state] of [
      ['media-encryption', each.encryption],
      ['region', each.region],
    ] as const) {
      const control = flow?.controls.find((one) => one.id === id);
      if (control?.state === 'undetermined' && state !== 'undetermined')
        open.push(`${name} (${state}): ${control.reason}`);
      else expect(`${control?.state}: ${control?.reason}`).toMatch(new RegExp(`^${state}: `));
    }
  });
});
