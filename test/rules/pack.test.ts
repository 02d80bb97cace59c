import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { moduleOf } from '../../src/build/pack.ts';
import { digestOf, parseRules } from '../../src/check/load.ts';
import { vocabulary } from '../../src/judge/vocabulary.ts';
import { pack, packedRules, unpack } from '../../src/rules/pack.ts';
import { nodeRuntime } from '../../src/runtime/node.ts';

const directory = parseRules([nodeRuntime.readRules(nodeRuntime.shippedRules)], nodeRuntime.sha256(), vocabulary);
const folder = mkdtempSync(join(tmpdir(), 'waybill-pack-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('the module that the build writes holds the rules of the directory, and their digest', async () => {
  const file = join(folder, 'packed.mjs');
  writeFileSync(file, moduleOf(directory));
  const { packed } = (await import(pathToFileURL(file).href)) as { packed: string };
  const rules = unpack(packed);
  expect(rules.digest).toBe(directory.digest);
  expect(digestOf(rules, nodeRuntime.sha256())).toBe(directory.digest);
  expect(rules).toEqual(directory);
});

it('another word in a rule is another digest', () => {
  const text = pack(directory);
  const changed = unpack(text.replace('"name":"Agora"', '"name":"Agor4"'));
  expect(digestOf(changed, nodeRuntime.sha256())).not.toBe(directory.digest);
});

it('any text stands in the module as it is', async () => {
  const name = 'quotes " \' ` backslash \\ line \u2028 </script> 声 \\声 😀 $'.concat('{code}');
  const sdks = new Map([...directory.sdks].map(([id, sdk]) => [id, { ...sdk, name }]));
  const file = join(folder, 'odd.mjs');
  const text = moduleOf({ ...directory, sdks });
  // V8 keeps two bytes of each character of a text that is not ASCII.
  expect(text).not.toMatch(/[\u0080-\uffff]/);
  writeFileSync(file, text);
  const { packed } = (await import(pathToFileURL(file).href)) as { packed: string };
  expect(unpack(packed).sdks.get('agora-rtc')?.name).toBe(name);
});

it('the sources hold no packed rules: their directory is read', () => {
  expect(packedRules()).toBeNull();
});

const built = new URL('../../dist/rules/packed.js', import.meta.url);
describe.skipIf(!existsSync(built))('as a package (needs npm run build)', () => {
  it('waybill/rules is what loadRules() gives, and what waybill/web takes', () => {
    const script = `
      import { loadRules } from 'waybill';
      import { shippedRules } from 'waybill/rules';
      import * as web from 'waybill/web';
      const policy = { ...shippedRules.policies.get('store'), id: 'mine' };
      const more = web.loadRules(shippedRules, [{ path: 'policies/mine.json', text: JSON.stringify(policy) }]);
      console.log(JSON.stringify([
        loadRules() === shippedRules,
        web.loadRules(shippedRules) === shippedRules,
        [...more.policies.keys()].includes('mine') && more.sdks.size === shippedRules.sdks.size,
        more.digest !== shippedRules.digest,
      ]));`;
    const cwd = fileURLToPath(new URL('../../', import.meta.url));
    const out = execFileSync(process.execPath, ['--input-type=module', '-e', script], { cwd, encoding: 'utf8' });
    expect(JSON.parse(out)).toEqual([true, true, true, true]);
  });
});
