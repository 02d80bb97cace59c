import { zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { buildBinaryXml } from '../build/axml.ts';
import { scan } from '../build/verified.ts';
import { hasJava } from '../real/maven.ts';
import { adversaries } from './adversaries.ts';
import { dexesOf } from './compile.ts';
import type { Configuration } from './configurations.ts';
import { moreAdversaries } from './more-adversaries.ts';

/** States of encryption and region that are right as well where the app is one DEX, or R8 worked out what is left of it. */
const shown: Readonly<Record<string, string>> = {
  // R8 follows the writes in their order, and keeps what is left.
  'a field that a method resets': 'off off',
  'a static field that a method resets': 'off off',
  'a key that a method overwrites': 'weak off',
  'a field that a lambda resets': 'off off',
  'a configuration that is weakened through a field': 'weak off',
  'settings whose constructor is too long to follow': 'off off',
  'areas that are negated': 'on on',
  'a flavour that the build parses': 'off off',
  'an interface whose class a loader names': 'off off',
  'Kotlin: a field of an object that other code sets': 'off off',
  // Nothing makes an object of that class, so that R8 takes out what needs one.
  'settings that a library fills': 'off off',
  'settings that a library makes of a class': 'off off',
  'Kotlin: what a scope function does for an engine that may not be there': 'off off',
  // `RtcEngine.create` gives the one engine that there is, as its code shows.
  'another engine': 'on off',
  // Nothing is left that may throw before the call itself.
  'Kotlin: what fails in runCatching': 'on off',
};

async function statesOf(each: Configuration, id: string, dexes: readonly Uint8Array[]): Promise<string> {
  const files = dexes.map((bytes, i) => [`classes${i === 0 ? '' : i + 1}.dex`, bytes] as const);
  const manifest = buildBinaryXml({ name: 'manifest', attributes: { package: id } });
  const report = await scan(zipSync({ 'AndroidManifest.xml': manifest, ...Object.fromEntries(files) }, { level: 0 }));
  const flow = report.flows.find(({ sdk, data }) => sdk === 'agora-rtc' && data === 'room-id');
  const controls = ['media-encryption', 'region'].map((name) => flow?.controls.find((one) => one.id === name));
  console.log(`${each.by} ${each.name}: ${controls.map((one) => `${one?.state} ${one?.reason}`).join(' | ')}`);
  return controls.map((one) => one?.state).join(' ');
}

const every = [...adversaries, ...moreAdversaries];
const named = (apps: readonly Configuration[]) => apps.map((each) => [each.name, each] as const);

describe.skipIf(!hasJava())('apps that only look as if they encrypted, compiled against Agora 4.2.6', () => {
  const dexes = hasJava() ? dexesOf(every) : new Map<string, readonly Uint8Array[]>();

  it.each(named(every))('%s', async (name, each) => {
    const states = await statesOf(each, `com.acme.app${every.indexOf(each)}`, dexes.get(name)!);
    expect(states).toBe(`${each.encryption} ${each.region}`);
  });
});

/** What is decided has to be right; what is not may stay so, since code that is put in line is often harder to follow. */
describe.skipIf(!hasJava())('the same apps by R8, which shrinks and renames them, with the SDK in one DEX', () => {
  const apps = every.map((each): Configuration => ({ ...each, by: 'r8-own' }));
  const dexes = hasJava() ? dexesOf(apps) : new Map<string, readonly Uint8Array[]>();

  it.each(named(apps))('%s', async (name, each) => {
    const states = await statesOf(each, `com.acme.app${apps.indexOf(each)}`, dexes.get(name)!);
    const right = [`${each.encryption} ${each.region}`, shown[name] ?? ''].map((one) => one.split(' '));
    states.split(' ').forEach((state, i) => {
      expect([...right.map((one) => one[i]), 'undetermined']).toContain(state);
    });
  });
});
