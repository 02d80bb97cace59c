import { readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, test } from 'vitest';
import { loadRules } from '../../src/index.ts';
import { twinCases } from './proof/index.ts';
import { JurisdictionTwin, parseTwin, SdkTwin, VendorTwin } from './twin-schema.ts';

/** A pack of somebody's own, on top of the shipped rules; its twins stand in `../test/rules`, as `rules check` finds them. */
const pack = process.env.WAYBILL_RULES;
const ruleFolder = pack ? pathToFileURL(`${resolve(pack)}/`) : new URL('../../rules/', import.meta.url);
const twinFolder = pack ? new URL('../test/rules/', ruleFolder) : new URL('.', import.meta.url);

function filesIn(folder: URL): string[] {
  const names = readdirSync(folder, { recursive: true }) as string[];
  return names
    .map((name) => name.replaceAll('\\', '/'))
    .filter((name) => /^[a-z]+\/[^/]+\.json$/.test(name))
    .sort();
}

const twins = filesIn(twinFolder).map((path) => ({ path, text: readFileSync(new URL(path, twinFolder), 'utf8') }));
const cases = twinCases(filesIn(ruleFolder), twins, loadRules(...(pack ? [pack] : [])));

test('there is a rule to prove', () => {
  expect(cases, `no rules in ${ruleFolder.pathname}`).not.toEqual([]);
});

for (const rule of new Set(cases.map((each) => each.rule))) {
  describe(rule, () => {
    for (const { says, prove } of cases.filter((each) => each.rule === rule)) {
      test(says, async () => expect(await prove()).toBeNull());
    }
  });
}

describe('a typo in a twin is an error that names file and field', () => {
  const hit = { says: 'x', platform: 'android', classes: ['a.B'], expect: { version: null, confidence: 'high' } };
  const miss = { says: 'x', platform: 'ios', classes: ['B'] };
  const law = { asOf: '2021-02-12', role: 'parent', laws: ['x'] };
  test.each([
    ['an unknown field', SdkTwin, { hit: [{ ...hit, clases: ['a.B'] }], miss: [miss] }, 'hit.0.clases'],
    ['a field of the other platform', SdkTwin, { hit: [hit], miss: [{ ...miss, libraries: [] }] }, 'miss.0.libraries'],
    ['an unknown platform', SdkTwin, { hit: [hit], miss: [{ ...miss, platform: 'iOS' }] }, 'miss.0.platform'],
    ['nothing expected', SdkTwin, { hit: [{ ...hit, expect: undefined }], miss: [miss] }, 'hit.0.expect'],
    [
      'an unknown field deeper',
      SdkTwin,
      { hit: [{ ...hit, fields: [{ class: 'a', nam: '' }] }], miss: [miss] },
      'hit.0.fields.0',
    ],
    [
      'a file without its text',
      SdkTwin,
      { hit: [{ ...hit, files: [{ path: 'a.js' }] }], miss: [miss] },
      'hit.0.files.0',
    ],
    ['no miss', SdkTwin, { hit: [hit], miss: [] }, 'miss'],
    ['an empty bundle', SdkTwin, { hit: [hit], miss: [{ says: 'x', platform: 'ios' }] }, 'miss.0'],
    [
      'a host of two kinds',
      VendorTwin,
      { hit: [{ host: 'a.b', asOf: '2021-02-12' }], miss: [{ host: 'a.c' }] },
      'hit.0',
    ],
    ['laws and a list', JurisdictionTwin, { hit: [{ ...law, list: 'x' }], miss: [law] }, 'hit.0'],
    ['a list of nobody', JurisdictionTwin, { hit: [{ asOf: '2021-02-12', list: 'x' }], miss: [law] }, 'hit.0'],
    ['an unknown role', JurisdictionTwin, { hit: [{ ...law, role: 'ower' }], miss: [law] }, 'hit.0.role'],
  ])('%s', (_, schema, twin, field) => {
    const parse = () => parseTwin(schema, 'test/rules/x.json', JSON.stringify(twin));
    expect(parse).toThrow(new RegExp(`^test/rules/x\\.json: ${field.replaceAll('.', '\\.')}(\\.\\w+)?: `));
  });
});
