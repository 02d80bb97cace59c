import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { assess, loadRules, type Report, read, scan } from '../../src/index.ts';
import { buildBundle } from '../build/bundle.ts';
import { buildHermes } from '../build/hermes.ts';
import { twinBundle } from '../rules/twin-bundle.ts';
import { parseTwin, SdkTwin, type TwinCase } from '../rules/twin-schema.ts';
import { Recorder, replay } from './recorder.ts';

/**
 * The seam between reading and judging: what a taker wrote down without an SDK's rule is enough, once the rule is there,
 * for the report that a scan of the bundle gives.
 */
const rules = loadRules();
const folder = new URL('../rules/sdks/', import.meta.url);
const sdks = readdirSync(folder).map((name) => name.replace(/\.json$/, ''));

const without = <T>(all: ReadonlyMap<string, T>, id: string) => new Map([...all].filter(([key]) => key !== id));

async function replayed(bundle: Uint8Array, asOf?: string): Promise<Report> {
  const recorder = new Recorder();
  const reading = await read(bundle, recorder);
  return assess(replay(recorder.entries, reading, rules), { rules, asOf });
}

describe.each(sdks)('%s: taken out, put back, replayed', (id) => {
  const { hit } = parseTwin(SdkTwin, id, readFileSync(new URL(`${id}.json`, folder), 'utf8'));
  for (const twin of hit) {
    it(`${twin.platform}: ${twin.says}`, async () => {
      const bundle = twinBundle(twin as TwinCase);
      const blind = await scan(bundle, { rules: { ...rules, sdks: without(rules.sdks, id) } });
      const whole = await scan(bundle, { rules });
      expect(blind.detections).not.toEqual(whole.detections);
      expect(await replayed(bundle)).toEqual(whole);
    });
  }
});

describe.each(
  [...rules.vendors.values()].map(({ id, hosts }) => [id, hosts.map(({ host }) => host)] as const),
)('%s: taken out, put back, replayed', (id, hosts) => {
  it.skipIf(hosts.length === 0)('its hosts, in a library and in a DEX', async () => {
    const texts = hosts.flatMap((host) => [`x ${host}`, `https://${host}/v1?user=%s`]);
    const bundle = buildBundle({
      files: {
        'AndroidManifest.xml': { axml: { name: 'manifest', attributes: { package: 'org.example.app' } } },
        'classes.dex': { dex: { classes: [{ name: 'org.example.Main' }], strings: [...hosts, ...texts] } },
        'lib/arm64-v8a/libown.so': { elf: { soname: 'libown.so', exports: [], rodata: texts } },
      },
    });
    // A day on which every host of the rules was its vendor's: those of old SDKs are nobody's later.
    const asOf = '2024-12-31';
    const blind = await scan(bundle, { rules: { ...rules, vendors: without(rules.vendors, id) }, asOf });
    const whole = await scan(bundle, { rules, asOf });
    expect(blind.endpoints.filter(({ vendor }) => vendor === id)).toEqual([]);
    expect(new Set(whole.endpoints.filter(({ vendor }) => vendor === id).map(({ host }) => host))).toEqual(
      new Set(hosts),
    );
    expect(await replayed(bundle, asOf)).toEqual(whole);
  });
});

it('strings of Hermes, which are searched in another order than they stand in, replayed', async () => {
  const strings = [
    'x',
    'upload.agora.io',
    'com',
    'Agora Rtc Engine SDK ver %s build %d, built on %s %s',
    'https://ä.example/',
  ];
  const axml = { name: 'manifest', attributes: { package: 'org.example.app' } };
  const bundle = buildBundle({
    files: { 'AndroidManifest.xml': { axml }, 'assets/a.bundle': { bytes: buildHermes({ strings }) } },
  });
  const whole = await scan(bundle, { rules });
  expect(whole.detections.map(({ sdk }) => sdk)).toEqual(['agora-rtc']);
  expect(await replayed(bundle)).toEqual(whole);
});
