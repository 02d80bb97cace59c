import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { entitiesOn, knownOf } from '../src/asof.ts';
import { type Context, gate, loadRules, type Report, type Rules, render, scan } from '../src/index.ts';
import { decideVerdict } from '../src/report/gate.ts';
import type { Policy, Sdk, Vendor } from '../src/rules/schema.ts';
import type { TracedFlow } from '../src/trace/flow.ts';
import { recipientOf } from '../src/trace/recipients.ts';
import { dataKinds, levels, type Source, type Verdict } from '../src/types.ts';
import { caseOf, detectionOf, flowOf } from './build/case.ts';
import { judge } from './build/judged.ts';
import { twinBundle } from './rules/twin-bundle.ts';
import { parseTwin, SdkTwin } from './rules/twin-schema.ts';

const rules = loadRules();
const policies = [...rules.policies.values()];

/** A bundle that a rule's twin calls a hit. */
function hitOf(sdk: string): Uint8Array {
  const path = `rules/sdks/${sdk}.json`;
  const twin = parseTwin(SdkTwin, path, readFileSync(new URL(path, import.meta.url), 'utf8'));
  return twinBundle(twin.hit[0]!);
}

const fact = (role: Vendor['entities'][number]['role'], country: string, published?: string) => ({
  name: `${role} ${country}`,
  role,
  country,
  source: {
    how: 'document' as const,
    url: 'https://vendor.example/',
    seen: '2026-01-01',
    ...(published === undefined ? {} : { published }),
  },
});

describe('what a day knows of a vendor', () => {
  const vendor = {
    entities: [fact('incorporated', 'SG', '2024-08-30'), { ...fact('parent', 'CN'), from: '2023-01-01' }],
  };

  test.each([
    ['2022-12-31', [], false],
    ['2024-08-29', [], false],
    ['2024-08-30', ['SG'], false],
    ['2025-12-31', ['SG'], false],
    ['2026-01-01', ['CN', 'SG'], true],
  ] as const)('on %s', (asOf, countries, countriesComplete) => {
    expect(knownOf(vendor, asOf)).toEqual({ entities: entitiesOn(vendor, asOf), countries, countriesComplete });
  });

  test('a fact that is not yet or no longer in force leaves nothing open', () => {
    const moved = [fact('headquartered', 'SG', '2020-01-01'), { ...fact('parent', 'CN'), to: '2025-01-01' }];
    expect(knownOf({ entities: moved }, '2025-01-01')).toMatchObject({ countries: ['SG'], countriesComplete: true });
    expect(knownOf(vendor, '2022-12-31').countriesComplete).toBe(false);
    expect(knownOf({ entities: vendor.entities.slice(0, 1) }, '2025-01-01').countriesComplete).toBe(true);
  });
});

describe('a day that knows half of a vendor clears nobody', () => {
  const byteplus = hitOf('byteplus-rtc');
  // As if its parent had been read of for the first time on 2026-11-25: no vendor of the rules is half known on all these days.
  const { entities, ...vendor } = rules.vendors.get('byteplus')!;
  const later = entities.map((e) =>
    e.role === 'parent' ? { ...e, source: { ...e.source, published: '2026-11-25' } } : e,
  );
  const half: Rules = {
    ...rules,
    vendors: new Map([...rules.vendors, ['byteplus', { ...vendor, entities: later }]]),
  };
  const american: Context = { operator: { name: 'Maker', country: 'US' }, distribution: { offered: ['US'] } };

  /** For whom Singapore is at home: of BytePlus, all that is foreign is what that day does not know. */
  const german: Context = {
    operator: { name: 'Maker', country: 'DE' },
    distribution: { offered: ['DE', 'SG'] },
  };

  test.each(policies.map(({ id }) => id))('BytePlus under %s', async (policy) => {
    const european: Context = { ...american, distribution: { offered: ['US', 'DE'] } };
    for (const context of [policy === 'eu-transfer' ? european : american]) {
      for (const [asOf, countries] of [
        ['2024-01-01', []],
        ['2026-11-20', ['SG']],
      ] as const) {
        // Before 2025-04-08 that policy's law was not in force.
        if (policy === 'us-data-security' && asOf < '2025-04-08') continue;
        const report = await scan(byteplus, { rules: half, policy, asOf, context });
        expect(report.flows.map((f) => f.recipient)).toContain('byteplus');
        for (const recipient of report.recipients) {
          expect(recipient).toMatchObject({ id: 'byteplus', countries, countriesComplete: false });
        }
        expect([asOf, report.verdict]).toEqual([asOf, 'review']);
      }
    }
  });

  test('is said in words: Singapore and not known', async () => {
    const report = await scan(byteplus, { rules: half, asOf: '2026-11-20', context: german });
    const text = render(report, 'text', { width: 200 });
    expect(text).toContain('BytePlus (Singapore and not known)');
    expect(text).not.toContain('ByteDance Ltd.');
    const question = report.findings.find((f) => f.id === 'recipient-under-foreign-law/byteplus');
    expect(question).toMatchObject({ state: 'undetermined', open: 'governance', level: 'medium', laws: [] });
    expect(question?.reason).toContain('Known on 2026-11-20: Singapore (SG), and not known.');
    const transfer = await scan(byteplus, { rules: half, asOf: '2026-11-20', policy: 'eu-transfer', context: german });
    expect(transfer.findings.find((f) => f.rule === 'transfer-without-adequacy')).toMatchObject({
      state: 'undetermined',
      level: 'medium',
      title:
        'Does data of people in the European Union go to BytePlus, where it has no adequacy decision? Who governs it is not known.',
    });
  });

  test('what is known still counts: Agora on 2021-02-12 is of China, whatever else it is', async () => {
    const report = await scan(hitOf('agora-rtc'), { asOf: '2021-02-12', context: american });
    const finding = report.findings.find((f) => f.id === 'recipient-under-foreign-law/agora');
    expect(finding).toMatchObject({ state: 'holds', level: 'medium' });
    expect(finding?.title).toContain('China (CN)');
    expect(render(report, 'text', { width: 200 })).toContain(
      'Agora (Cayman Islands, China, United States and not known)',
    );
  });

  test('where only the caller could say, the question is info; where who governs is not known, it keeps its level', async () => {
    const level = async (asOf: string, context?: Context) => {
      const report = await scan(byteplus, { rules: half, policy: 'us-data-security', asOf, context });
      const found = report.findings.find((f) => f.rule === 'covered-person');
      return [found?.state, found?.level];
    };
    expect(await level('2026-11-25')).toEqual(['undetermined', 'info']);
    expect(await level('2026-11-25', american)).toEqual(['undetermined', 'medium']);
    expect(await level('2026-11-20')).toEqual(['undetermined', 'info']);
    expect(await level('2026-11-20', american)).toEqual(['undetermined', 'medium']);
  });
});

/**
 * "Deleting a source" leaves the fact in its file with nothing that dates it: it is then known on no day, and *not known*
 * stands in its place. (A fact taken out with its source is another file, of which no reader can tell what it lacks.)
 * Claims are statements and no facts: those are taken out whole as well. Laws and lists are held fixed.
 */
const without: readonly ((source: Source) => Source)[] = [
  (source) => ({ ...source, published: '2999-01-01' }),
  ({ published: _, ...source }) => ({ ...source, seen: '2999-01-01' }),
  ({ published: _, ...source }) => source,
];

interface Sourced {
  readonly source: Source;
}

/** A list as often as it has items and ways to lose a source, each time with one source lost. */
function eachWithout<T extends Sourced>(list: readonly T[]): T[][] {
  return list.flatMap((_, i) =>
    without.map((lose) => list.map((item, k) => (k === i ? { ...item, source: lose(item.source) } : item))),
  );
}

function eachTakenOut<T>(list: readonly T[]): T[][] {
  return list.map((_, i) => list.filter((_, k) => k !== i));
}

type Part = readonly [vendor: Vendor, sdks: readonly Sdk[]];

/** The vendor and its SDKs, each time with one source less: of what is a fact, and of what somebody says. */
function oneSourceLess(vendor: Vendor, sdks: readonly Sdk[]): { facts: Part[]; statements: Part[] } {
  const put = (sdk: Sdk) => sdks.map((s) => (s.id === sdk.id ? sdk : s));
  const used = vendor.hosts.filter((h) => hostsOf(vendor).includes(h.host));
  const rest = vendor.hosts.filter((h) => !used.includes(h));
  return {
    facts: [
      ...eachWithout(vendor.entities).map((entities): Part => [{ ...vendor, entities }, sdks]),
      ...eachWithout(used).map((hosts): Part => [{ ...vendor, hosts: [...hosts, ...rest] }, sdks]),
      ...sdks.flatMap((sdk) => eachWithout(sdk.advisories).map((a): Part => [vendor, put({ ...sdk, advisories: a })])),
    ],
    statements: [
      ...eachTakenOut(vendor.claims).map((claims): Part => [{ ...vendor, claims }, sdks]),
      ...sdks.flatMap((sdk) => [
        ...eachTakenOut(sdk.claims).map((claims): Part => [vendor, put({ ...sdk, claims })]),
        ...eachWithout(sdk.takes).map((takes): Part => [vendor, put({ ...sdk, takes })]),
        ...eachWithout(sdk.controls).map((controls): Part => [vendor, put({ ...sdk, controls })]),
      ]),
    ],
  };
}

/** Hosts to send to: one of the vendor's, and those that its file says another runs. */
function hostsOf(vendor: Vendor): string[] {
  const [first] = vendor.hosts;
  const run = vendor.hosts.filter((h) => h.operator !== undefined).slice(0, 3);
  return [...new Set([...(first ? [first] : []), ...run].map((h) => h.host))];
}

const shapes = ['ids in clear', 'all data', 'messages and an advisory'] as const;

interface Judged {
  readonly policy: Policy;
  readonly asOf: string;
  readonly context: Context | null;
  readonly shape: (typeof shapes)[number];
}

/** What an app could hold of a vendor's SDKs: the same bytes, whatever the rules know of the vendor. */
function flowsOf(vendor: Vendor, shape: Judged['shape']): TracedFlow[] {
  const clear = { protection: 'cleartext' } as const;
  if (shape === 'messages and an advisory') return [flowOf({ data: 'messages' })];
  if (shape === 'all data') return dataKinds.map((data) => flowOf({ data }));
  return hostsOf(vendor).flatMap((host) => [
    flowOf({ data: 'user-id', host, ...clear }),
    flowOf({ data: 'room-id', host, ...clear }),
  ]);
}

const order: readonly Verdict[] = ['pass', 'review', 'inconclusive', 'reject'];

/** The verdict, and the exit code of the gate at each level, as numbers: more is harder. */
function outcome([vendor, sdks]: Part, { policy, asOf, context, shape }: Judged): number[] {
  const known: Rules = {
    ...rules,
    vendors: new Map(rules.vendors).set(vendor.id, vendor),
    sdks: new Map([...rules.sdks, ...sdks.map((sdk) => [sdk.id, sdk] as const)]),
  };
  const recipient = recipientOf(vendor.id, known, asOf);
  const flows = sdks
    .slice(0, 1)
    .flatMap(({ id: sdk }) => flowsOf(vendor, shape).map((flow) => ({ ...flow, sdk, recipient })));
  const detections = sdks.map((sdk) => ({ ...detectionOf('agora-sdk'), sdk: sdk.id, vendor: sdk.vendor }));
  const met = { state: 'holds', version: '1.0', evidence: [] } as const;
  const advisories = sdks.flatMap(({ id: sdk, advisories }) =>
    shape === 'messages and an advisory'
      ? advisories.filter((a) => a.published <= asOf).map((advisory) => ({ ...met, sdk, advisory }))
      : [],
  );
  const { findings } = judge({ ...caseOf({}), detections, flows, advisories }, { rules: known, policy, context, asOf });
  const { verdict } = decideVerdict(findings, [], policy, detections);
  const report = { asOf, policy, findings, coverage: [], detections } as unknown as Report;
  return [order.indexOf(verdict), ...levels.map((failOn) => gate(report, { failOn }).exitCode)];
}

const days = ['2019-06-01', '2021-02-12', '2024-01-01', '2026-11-25'];
const contexts: readonly (Context | null)[] = [
  null,
  { operator: { name: 'Maker', country: 'US' }, distribution: { offered: ['US'], notOffered: ['CN'] } },
  { operator: { name: 'Maker', country: 'CN' }, distribution: { offered: ['CN', 'DE'] } },
];

/** What no vendor of the rules has: all that is of China are the operator of a host, and people who work there. */
const madeUp: Vendor = {
  id: 'made-up',
  name: 'Made-up',
  recipient: true,
  entities: [fact('incorporated', 'US', '2019-01-01'), fact('access', 'CN', '2021-01-01')],
  hosts: [
    { ...fact('owner', 'CN', '2020-01-01'), host: 'cn.made-up.example', operator: 'A carrier' },
    { ...fact('owner', 'US', '2020-01-01'), host: 'us.made-up.example', operator: 'Another carrier' },
  ].map(({ host, operator, country, source }) => ({ host, operator, country, source })),
  claims: [],
  code: [],
  disputed: [],
};

const madeUpSdk: Sdk = { ...rules.sdks.get('twilio-video')!, id: 'made-up-sdk', vendor: madeUp.id };

describe('post-dating or deleting one source never makes verdict or exit code milder', () => {
  const vendors = [...rules.vendors.values(), madeUp].filter((vendor) => vendor.recipient);
  const sdksOf = (id: string) => [...rules.sdks.values(), madeUpSdk].filter((sdk) => sdk.vendor === id);
  const cases = policies.flatMap((policy) =>
    days.flatMap((asOf) =>
      contexts.flatMap((context) => shapes.map((shape): Judged => ({ policy, asOf, context, shape }))),
    ),
  );
  let changed = 0;

  test.each(vendors.map((vendor) => [vendor.id, vendor] as const))('%s', (id, vendor) => {
    const sdks = sdksOf(id);
    const { facts, statements } = oneSourceLess(vendor, sdks);
    const milder: string[] = [];
    for (const judged of cases) {
      const before = outcome([vendor, sdks], judged);
      // What somebody says is cited and decides nothing: one day and context are enough to see that.
      const said = judged.shape === 'all data' && judged.context === null && judged.asOf === '2026-11-25';
      for (const less of said ? [...facts, ...statements] : facts) {
        const after = outcome(less, judged);
        if (after.join() !== before.join()) changed++;
        const { policy, asOf, shape } = judged;
        if (after.some((n, i) => n < before[i]!)) milder.push(`${policy.id} ${asOf} ${shape}: ${before} → ${after}`);
      }
    }
    expect(milder).toEqual([]);
  });

  test('and the sources that were lost did matter', () => {
    expect(changed).toBeGreaterThan(100);
  });
});
