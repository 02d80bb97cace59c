import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, expect, it } from 'vitest';
import { moduleOf } from '../../scripts/pack.ts';
import { vocabulary } from '../../src/judge/vocabulary.ts';
import { nodePlatform } from '../../src/platform/node.ts';
import { digestOf, parseRules } from '../../src/rules/load.ts';
import { pack, packedRules, unpack } from '../../src/rules/pack.ts';

const directory = parseRules([nodePlatform.readRules(nodePlatform.shippedRules)], nodePlatform.sha256(), vocabulary);
const folder = mkdtempSync(join(tmpdir(), 'waybill-pack-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('the module that the build writes holds the rules of the directory, and their digest', async () => {
  const file = join(folder, 'packed.mjs');
  writeFileSync(file, moduleOf(directory));
  const { packed } = (await import(pathToFileURL(file).href)) as { packed: string };
  const rules = unpack(packed);
  expect(rules.digest).toBe(directory.digest);
  expect(digestOf(rules, nodePlatform.sha256())).toBe(directory.digest);
  expect(rules).toEqual(directory);
});

it('another word in a rule is another digest', () => {
  const text = pack(directory);
  const changed = unpack(text.replace('"name":"Agora"', '"name":"Agor4"'));
  expect(digestOf(changed, nodePlatform.sha256())).not.toBe(directory.digest);
});

it('any text stands in the module as it is', async () => {
  const name = 'quotes " \' ` backslash \\ line \u2028 ${code} </script> 声';
  const sdks = new Map([...directory.sdks].map(([id, sdk]) => [id, { ...sdk, name }]));
  const file = join(folder, 'odd.mjs');
  writeFileSync(file, moduleOf({ ...directory, sdks }));
  const { packed } = (await import(pathToFileURL(file).href)) as { packed: string };
  expect(unpack(packed).sdks.get('agora-rtc')?.name).toBe(name);
});

it('the sources hold no packed rules: their directory is read', () => {
  expect(packedRules()).toBeNull();
});
