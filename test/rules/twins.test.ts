import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, test } from 'vitest';
import { entitiesOn } from '../../src/asof.ts';
import { Owners } from '../../src/detect/owners.ts';
import { loadRules, type Report, type Rules } from '../../src/index.ts';
import { setOf } from '../../src/judge/conditions.ts';
import { lawsOf } from '../../src/judge/links.ts';
import { onList } from '../../src/judge/lists.ts';
import { hostOwners } from '../../src/rules/hosts.ts';
import { caseOf } from '../build/case.ts';
import { scan } from '../build/verified.ts';
import { twinBundle } from './twin-bundle.ts';
import { JurisdictionTwin, parseTwin, SdkTwin, type TwinCase, VendorTwin } from './twin-schema.ts';

const kinds = ['sdks', 'vendors', 'jurisdictions', 'policies'] as const;
type Kind = (typeof kinds)[number];
/** A pack of somebody's own, on top of the shipped rules; its twins stand in `../test/rules`, as `rules check` finds them. */
const pack = process.env.WAYBILL_RULES;
const ruleFolder = pack ? pathToFileURL(`${resolve(pack)}/`) : new URL('../../rules/', import.meta.url);
const twinFolder = pack ? new URL('../test/rules/', ruleFolder) : new URL('.', import.meta.url);

function idsIn(folder: URL, kind: Kind): string[] {
  const path = new URL(`${kind}/`, folder);
  // A pack need not have every kind.
  const names = existsSync(path) ? readdirSync(path).filter((name) => name.endsWith('.json')) : [];
  return names.map((name) => name.slice(0, -'.json'.length)).sort();
}

/** A twin, or the error that the tests of its rule file then fail with. */
function twinOf<T extends typeof SdkTwin | typeof VendorTwin | typeof JurisdictionTwin>(
  schema: T,
  kind: Kind,
  id: string,
) {
  const path = `${kind}/${id}.json`;
  try {
    const text = readFileSync(new URL(path, twinFolder), 'utf8');
    return { twin: parseTwin(schema, `test/rules/${path}`, text), error: null };
  } catch (error) {
    return { twin: null, error: error as Error };
  }
}

// A broken rule file must fail the tests that need rules, not keep the others from being listed.
let loaded: Rules | null = null;
function rules(): Rules {
  loaded ??= loadRules(...(pack ? [pack] : []));
  return loaded;
}

const scanTwin = (twin: TwinCase): Promise<Report> => scan(twinBundle(twin, rules()), { rules: rules() });
const scored = (report: Report) => report.detections.filter((d) => d.scored).map((d) => d.sdk);

describe('every rule file has a twin, and every twin a rule file', () => {
  test.each(kinds)('%s', (kind) => {
    expect(idsIn(twinFolder, kind)).toEqual(idsIn(ruleFolder, kind));
  });
});

test('there is a rule to prove', () => {
  expect(
    kinds.flatMap((kind) => idsIn(ruleFolder, kind)),
    `no rules in ${ruleFolder.pathname}`,
  ).not.toEqual([]);
});

for (const id of idsIn(ruleFolder, 'sdks')) {
  describe(`sdks/${id}`, () => {
    const { twin, error } = twinOf(SdkTwin, 'sdks', id);

    test('has a twin for each platform of its clues, and for its version', () => {
      if (!twin) throw error;
      const sdk = rules().sdks.get(id)!;
      const platforms = new Set(twin.hit.map((hit) => hit.platform as string));
      // A clue of both platforms asks for a hit on either.
      const asked = new Set(sdk.clues.map((clue) => clue.platform).filter((platform) => platform !== undefined));
      expect([...asked].filter((platform) => !platforms.has(platform))).toEqual([]);
      if (sdk.versions.length > 0) expect(twin.hit.some((hit) => hit.expect.version !== null)).toBe(true);
      const unheard = twin.hit.flatMap((hit) => hit.expect.also).filter((also) => !rules().sdks.has(also));
      expect(unheard, 'expect.also names SDKs that have no rule').toEqual([]);
    });

    const met = new Set<string>();
    for (const { expect: wanted, ...bundle } of twin?.hit ?? []) {
      test(`${bundle.platform}: ${bundle.says}`, async () => {
        const report = await scanTwin(bundle as TwinCase);
        const as = wanted.family ?? id;
        const found = report.detections.find((d) => d.sdk === as);
        // A family lists the evidence of its first product: the clues that all products share have the same ids.
        for (const { clue } of found?.evidence ?? []) met.add(`${id}/${clue.slice(clue.indexOf('/') + 1)}`);
        if (wanted.family !== undefined) expect([found?.vendor, found?.products.includes(id)]).toEqual([null, true]);
        const { version, confidence, versionBounds } = found ?? {};
        expect({ version, confidence }).toEqual({ version: wanted.version, confidence: wanted.confidence });
        const { from, before } = versionBounds ?? { from: null, before: null };
        if (wanted.bounds) expect({ from, before }).toEqual(wanted.bounds);
        // Cross-talk: no rule but these may take the bundle for its own.
        expect(scored(report)).toEqual([as, ...wanted.also].sort());
      });
    }

    // One with a slip in its name or its kind is never met, and nobody would see it.
    test('every clue that counts is met by a hit', ({ skip }) => {
      if (met.size === 0) skip('its hits did not run');
      const counted = rules()
        .sdks.get(id)!
        .clues.filter(({ strength }) => strength === 'strong' || strength === 'supporting');
      expect(counted.map((clue) => `${id}/${clue.id}`).filter((clue) => !met.has(clue))).toEqual([]);
    });

    for (const bundle of twin?.miss ?? []) {
      test(`not ${id}, ${bundle.platform}: ${bundle.says}`, async () => {
        expect(scored(await scanTwin(bundle))).not.toContain(id);
      });
    }
  });
}

for (const id of idsIn(ruleFolder, 'vendors')) {
  describe(`vendors/${id}`, () => {
    const { twin, error } = twinOf(VendorTwin, 'vendors', id);
    const owner = (host: string) => hostOwners(rules())(host)?.vendor ?? null;
    const maker = (c: { package?: string | undefined; file?: string | undefined }) => {
      const owners = new Owners(rules());
      return c.file === undefined ? (owners.ofPackage(c.package ?? '')?.vendor ?? null) : owners.ofFile(c.file);
    };
    const countries = (asOf: string) => [
      ...new Set(entitiesOn(rules().vendors.get(id)!, asOf).map((entity) => entity.country)),
    ];

    test('has a twin', () => {
      if (!twin) throw error;
    });

    for (const { host, asOf, countries: wanted, ...code } of twin?.hit ?? []) {
      if (host !== undefined) test(`${host} is its host`, () => expect(owner(host)).toBe(id));
      else if (asOf === undefined) test(`${code.package ?? code.file} is its own`, () => expect(maker(code)).toBe(id));
      else {
        test(`on ${asOf} it is in ${wanted!.join(', ')} and nowhere else`, () => {
          expect(countries(asOf!).sort()).toEqual([...wanted!].sort());
        });
      }
    }

    test('every package and file of its code is met by a hit', () => {
      const named = (rules().vendors.get(id)?.code ?? []).flatMap(({ packages, files }) => [...packages, ...files]);
      const met = (twin?.hit ?? []).flatMap((c) => c.package ?? c.file ?? []);
      const isMet = (name: string) =>
        met.some(
          (m) =>
            m === name ||
            m.startsWith(`${name}.`) ||
            new RegExp(`^${name.replaceAll('.', '\\.').replace('*', '.*')}$`).test(m),
        );
      expect(named.filter((name) => !isMet(name))).toEqual([]);
    });

    for (const { host, asOf, countries: wanted, ...code } of twin?.miss ?? []) {
      if (host !== undefined) test(`${host} is not its host`, () => expect(owner(host)).not.toBe(id));
      else if (asOf === undefined)
        test(`${code.package ?? code.file} is not its own`, () => expect(maker(code)).not.toBe(id));
      else {
        test(`on ${asOf} it is not known to be in ${wanted!.join(', ')}`, () => {
          expect(wanted!.filter((country) => countries(asOf!).includes(country))).toEqual([]);
        });
      }
    }
  });
}

for (const id of idsIn(ruleFolder, 'jurisdictions')) {
  describe(`jurisdictions/${id}`, () => {
    const { twin, error } = twinOf(JurisdictionTwin, 'jurisdictions', id);
    type Case = NonNullable<typeof twin>['hit'][number];
    const setting = (asOf: string) => ({
      found: caseOf({}),
      rules: rules(),
      context: null,
      asOf,
      scored: new Map(),
    });
    const cited = ({ asOf, role }: Case) => {
      const { country } = rules().jurisdictions.get(id)!;
      const source = { how: 'register', url: 'https://registry.example', seen: asOf } as const;
      const link = { country, says: '', entity: { name: 'A company', role: role!, country, source }, source };
      return lawsOf([link], setting(asOf)).map((law) => law.id);
    };
    const stands = ({ asOf, list, country, vendor }: Case) =>
      onList(list!, vendor ?? '', setOf(country === undefined ? [] : [country]), setting(asOf));

    test('has a twin that names laws and lists of its file alone', () => {
      if (!twin) throw error;
      const { laws, lists } = rules().jurisdictions.get(id)!;
      const known = [...laws, ...lists].map((each) => each.id);
      const named = [...twin.hit, ...twin.miss].flatMap((each) => each.laws ?? each.list!);
      expect(named.filter((law) => !known.includes(law))).toEqual([]);
    });

    for (const each of twin?.hit ?? []) {
      const { asOf, role, laws, list } = each;
      if (laws) {
        test(`on ${asOf} a company there (${role}) is reached by ${laws.join(', ')}`, () => {
          expect(cited(each)).toEqual(expect.arrayContaining(laws));
        });
      } else {
        test(`on ${asOf} ${each.country ?? each.vendor} stands on ${list}`, () => expect(stands(each)).toBe(true));
      }
    }

    for (const each of twin?.miss ?? []) {
      const { asOf, role, laws, list } = each;
      if (laws) {
        test(`on ${asOf} a company there (${role}) is not reached by ${laws.join(', ')}`, () => {
          const found = cited(each);
          expect(laws.filter((law) => found.includes(law))).toEqual([]);
        });
      } else {
        test(`on ${asOf} ${each.country ?? each.vendor} does not stand on ${list}`, () =>
          expect(stands(each)).toBe(false));
      }
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
