import { describe, expect, test } from 'vitest';
import { loadRules } from '../src/index.ts';
import type { Case } from '../src/judge/index.ts';
import { decideVerdict } from '../src/report/gate.ts';
import type { Jurisdiction, Policy, Rules, Sdk, Vendor } from '../src/rules/schema.ts';
import type { TracedFlow } from '../src/trace/flow.ts';
import { recipientOf } from '../src/trace/recipients.ts';
import { axes, type Context, type ControlState, dataKinds, type Finding, verdicts } from '../src/types.ts';
import { caseOf, detectionOf, type FlowDescription, flowOf } from './build/case.ts';
import { judge } from './build/judged.ts';
import { mulberry32 } from './build/random.ts';
import { cases } from './build/slow.ts';

/** The same measure for all: properties over every shipped vendor and policy, from fixed seeds. */

const shipped = loadRules();
const vendors = [...shipped.vendors.values()].filter(({ recipient }) => recipient);
const policies = [...shipped.policies.values()];
const asOf = '2026-12-01';
const categories: readonly Sdk['category'][] = ['real-time', 'messaging', 'push', 'media-engine'];
const contexts: readonly (Context | null)[] = [
  null,
  { operator: { name: 'Maker', country: 'US' }, distribution: { offered: ['US'], notOffered: ['CN'] } },
  { operator: { name: 'Maker', country: 'CN' }, distribution: { offered: ['CN'] } },
  { operator: { name: 'Maker', country: 'DE' }, distribution: { offered: ['DE', 'FR', 'US'] } },
  { operator: { name: 'Maker', country: 'SG' }, distribution: { notOffered: ['CN'] } },
];

type Random = () => number;
const pick = <T>(random: Random, list: readonly T[]): T => list[Math.floor(random() * list.length)]!;

function shuffled<T>(random: Random, list: readonly T[]): T[] {
  return list
    .map((item) => [random(), item] as const)
    .sort((a, b) => a[0] - b[0])
    .map(([, item]) => item);
}

/** An SDK of each vendor that differs in nothing but the vendor. */
const probeOf = (vendor: string, category: Sdk['category']): Sdk => ({
  ...shipped.sdks.get('twilio-video')!,
  ...{ id: `probe-${vendor}`, name: 'Probe', vendor, category, claims: [], advisories: [] },
});
const hostOf = (id: string) => `probe.${id}.example`;

/** A vendor with one host more, which whoever runs a host of its runs. */
function withHost(vendor: Vendor): Vendor {
  const { operator, country, source } = vendor.hosts.find((h) => h.operator !== undefined) ?? vendor.hosts[0]!;
  const host = { host: hostOf(vendor.id), source, ...(operator === undefined ? {} : { operator, country }) };
  // A name that stands in the name of no company, so that it can be told from them.
  return { ...vendor, name: `<${vendor.id}>`, hosts: [...vendor.hosts, host] };
}

function rulesWith(parts: readonly Vendor[], category: Sdk['category'], jurisdictions?: Rules['jurisdictions']): Rules {
  return {
    ...shipped,
    vendors: new Map([...shipped.vendors, ...parts.map((each) => [each.id, each] as const)]),
    sdks: new Map([...shipped.sdks, ...parts.map(({ id }) => [`probe-${id}`, probeOf(id, category)] as const)]),
    jurisdictions: jurisdictions ?? shipped.jurisdictions,
  };
}

type Shape = Omit<FlowDescription, 'sdk' | 'host'> & { readonly named: boolean };

function someShape(random: Random): Shape {
  const permission = pick(random, [null, 'declared', 'declared', 'undetermined'] as const);
  const region = pick(random, [null, null, { in: ['US'], out: [] }, { in: [], out: ['CN', 'HK'] }]);
  return {
    data: pick(random, dataKinds),
    named: random() < 0.5,
    ...(permission === null ? {} : { permission }),
    ...(region === null ? {} : { region }),
    basis: pick(random, ['coded', 'capable', 'documented', 'reported'] as const),
    protection: pick(random, ['cleartext', 'transport', 'undetermined'] as const),
    controls: { 'media-encryption': pick(random, ['off', 'weak', 'undetermined'] as const) },
  };
}

function caseOfVendor(id: string, shapes: readonly Shape[], rules: Rules): Case {
  const recipient = recipientOf(id, rules, asOf);
  const flows = shapes.map(({ named, ...shape }): TracedFlow => {
    const flow = flowOf({ ...shape, ...(named ? { host: hostOf(id) } : {}) });
    return { ...flow, id: `${shape.data}:${id}:probe${named ? ':host' : ''}`, sdk: `probe-${id}`, recipient };
  });
  const detection = { ...detectionOf('agora-sdk'), ...{ sdk: `probe-${id}`, products: [`probe-${id}`] } };
  return { ...caseOf({}), detections: [{ ...detection, name: 'Probe', vendor: id, candidates: [id] }], flows };
}

function someShapes(random: Random): Shape[] {
  return Array.from({ length: 1 + Math.floor(random() * 6) }, () => someShape(random));
}

/** Entities, who runs hosts, and lists of companies, of two vendors exchanged; names and all else left. */
function exchanged(a: Vendor, b: Vendor): { vendors: [Vendor, Vendor]; jurisdictions: Rules['jurisdictions'] } {
  const [hostA, hostB] = [a.hosts.at(-1)!, b.hosts.at(-1)!];
  const run = (host: string, { operator, country, source }: Vendor['hosts'][number]) => {
    return { host, source, ...(operator === undefined ? {} : { operator, country }) };
  };
  const other = (id: string) => (id === a.id ? b.id : id === b.id ? a.id : id);
  const turned = [...shipped.jurisdictions].map(([id, jurisdiction]): [string, Jurisdiction] => {
    const lists = jurisdiction.lists.map((list) =>
      list.vendors ? { ...list, vendors: list.vendors.map((v) => ({ ...v, vendor: other(v.vendor) })) } : list,
    );
    return [id, { ...jurisdiction, lists }];
  });
  return {
    vendors: [
      { ...a, entities: b.entities, hosts: [...a.hosts.slice(0, -1), run(hostA.host, hostB)] },
      { ...b, entities: a.entities, hosts: [...b.hosts.slice(0, -1), run(hostB.host, hostA)] },
    ],
    jurisdictions: new Map(turned),
  };
}

/** What a finding decides, without the name of the vendor that it is about. */
function decided({ id, level, state, open, title, link, laws }: Finding, { id: vendor, name }: Vendor): string {
  const said = [title, link ?? ''].map((text) => text.replaceAll(name, 'V').replaceAll(hostOf(vendor), 'H'));
  return JSON.stringify([id.replace(`/${vendor}`, '/V'), level, state, open, said, laws]);
}

const onAxis = (findings: readonly Finding[], vendor: Vendor, axis: Finding['axis']) =>
  findings
    .filter((f) => f.axis === axis)
    .map((f) => decided(f, vendor))
    .sort();

/** Each pair of vendors once, each with every policy: a few hundred judgements of each. */
const pairs = vendors.flatMap((a, i) => vendors.slice(i + 1).map((b) => [withHost(a), withHost(b)] as const));

describe('the same measure for every vendor', () => {
  test('entities and hosts of two vendors exchanged exchange the jurisdiction axis, and nothing else', () => {
    const random = mulberry32(12);
    let differed = 0;
    const some = cases(pairs.length, 60) < pairs.length ? shuffled(random, pairs).slice(0, 60) : pairs;
    for (const [a, b] of some) {
      const category = pick(random, categories);
      const shapes = someShapes(random);
      const turned = exchanged(a, b);
      const before = rulesWith([a, b], category);
      const after = rulesWith(turned.vendors, category, turned.jurisdictions);
      for (const policy of policies) {
        const context = pick(random, contexts);
        const judged = (vendor: Vendor, rules: Rules) =>
          judge(caseOfVendor(vendor.id, shapes, rules), { rules, policy, context, asOf });
        const [asIs, asB, asTurned] = [judged(a, before), judged(b, before), judged(a, after)];
        const what = `${a.id} and ${b.id}, ${policy.id}, ${JSON.stringify(context)}`;
        expect(onAxis(asTurned.findings, a, 'jurisdiction'), what).toEqual(onAxis(asB.findings, b, 'jurisdiction'));
        expect(asTurned.risk.axes.jurisdiction, what).toEqual(asB.risk.axes.jurisdiction);
        expect(onAxis(asTurned.findings, a, 'data-flow'), what).toEqual(onAxis(asIs.findings, a, 'data-flow'));
        expect(asTurned.risk.axes['data-flow'], what).toEqual(asIs.risk.axes['data-flow']);
        if (onAxis(asIs.findings, a, 'jurisdiction').join() !== onAxis(asB.findings, b, 'jurisdiction').join())
          differed++;
      }
    }
    // Vendors of two countries are what the property is about.
    expect(differed).toBeGreaterThan(20);
  });

  test('what is found of data flow is the same for all of them', () => {
    const random = mulberry32(5);
    for (const policy of policies) {
      for (let i = 0; i < 12; i++) {
        const category = pick(random, categories);
        const [shapes, context] = [someShapes(random), pick(random, contexts)];
        const found = vendors.map(withHost).map((vendor) => {
          const rules = rulesWith([vendor], category);
          const { findings } = judge(caseOfVendor(vendor.id, shapes, rules), { rules, policy, context, asOf });
          return onAxis(findings, vendor, 'data-flow').join('\n');
        });
        expect([...new Set(found)], `${policy.id} ${JSON.stringify([context, category, shapes])}`).toHaveLength(1);
      }
    }
  });
});

const harder = (findings: readonly Finding[], policy: Policy) =>
  verdicts.indexOf(decideVerdict(findings, [], policy, []).verdict);

describe('evidence of a mitigation', () => {
  /** What an app does about a flow, as its code shows it. */
  const mitigations: Readonly<Record<string, (flow: TracedFlow, vendor: Vendor) => TracedFlow>> = {
    'media encryption on': (flow) => ({
      ...flow,
      controls: flow.controls.map((c) => ({ ...c, state: 'on' as ControlState })),
    }),
    'end to end': (flow) => ({ ...flow, protection: 'end-to-end' }),
    'transport encryption': (flow) => ({ ...flow, protection: 'transport' }),
    'the region kept away': (flow, { entities }) => ({
      ...flow,
      region: { in: [], out: [...new Set([...(flow.region?.out ?? []), ...entities.map((e) => e.country)])].sort() },
    }),
    'the permission given up': (flow) =>
      flow.permission ? { ...flow, permission: { ...flow.permission, state: 'absent' } } : flow,
  };

  test.each(Object.keys(mitigations))('%s: raises no risk and no verdict', (name) => {
    const mitigate = mitigations[name]!;
    const random = mulberry32(name.length);
    let lowered = 0;
    for (const vendor of vendors.map(withHost)) {
      for (const policy of policies) {
        const category = pick(random, categories);
        const rules = rulesWith([vendor], category);
        const context = pick(random, contexts);
        const found = caseOfVendor(vendor.id, someShapes(random), rules);
        const by = { rules, policy, context, asOf };
        const before = judge(found, by);
        const after = judge({ ...found, flows: found.flows.map((flow) => mitigate(flow, vendor)) }, by);
        const what = `${vendor.id}, ${policy.id}, ${JSON.stringify(context)}`;
        const all = [
          ['overall', before.risk.overall, after.risk.overall] as const,
          ...axes.map((axis) => [axis, before.risk.axes[axis], after.risk.axes[axis]] as const),
        ];
        for (const [axis, was, is] of all) {
          expect(is.proven <= was.proven && is.possible <= was.possible, `${what}, ${axis}`).toBe(true);
          if (is.possible < was.possible || is.proven < was.proven) lowered++;
        }
        if (after.findings.length < before.findings.length) lowered++;
        expect(harder(after.findings, policy) <= harder(before.findings, policy), what).toBe(true);
      }
    }
    expect(lowered).toBeGreaterThan(0);
  });
});

test('the order of flows, detections, entities, hosts and rules never matters', () => {
  const random = mulberry32(3);
  for (const vendor of vendors.map(withHost)) {
    for (const policy of policies) {
      const category = pick(random, categories);
      const shapes = someShapes(random);
      const context = pick(random, contexts);
      const rules = rulesWith([vendor], category);
      const found = caseOfVendor(vendor.id, shapes, rules);
      const turned = {
        ...rules,
        sdks: new Map(shuffled(random, [...rules.sdks])),
        vendors: new Map(shuffled(random, [...rules.vendors])),
        jurisdictions: new Map(shuffled(random, [...rules.jurisdictions])),
      };
      const other = { ...found, flows: shuffled(random, found.flows) };
      const otherPolicy = { ...policy, rules: shuffled(random, policy.rules) };
      const one = judge(found, { rules, policy, context, asOf });
      const two = judge(other, { rules: turned, policy: otherPolicy, context, asOf });
      expect(JSON.stringify(two), `${vendor.id}, ${policy.id}`).toBe(JSON.stringify(one));
    }
  }
});
