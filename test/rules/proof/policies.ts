import type { Rules } from '../../../src/index.ts';
import type { Policy } from '../../../src/rules/schema.ts';
import type { Receiver } from '../../../src/trace/flow.ts';
import type { Context, EntityFact, Finding } from '../../../src/types.ts';
import { type CaseDescription, caseOf, jurisdictions, rulesOf } from '../../build/case.ts';
import { judge } from '../../build/judged.ts';
import { none, same, type TwinCase } from './case.ts';

interface Sample {
  why?: string;
  /** In place of the twin's. */
  asOf?: string;
  case: CaseDescription;
  /** In place of the made-up vendor's: the id that a list of companies names, the countries of its entities. */
  recipient?: { id?: string; countries?: string[] };
  context?: Context;
}
interface Hit extends Sample {
  finding: { of: string; state: Finding['state']; level: Finding['level'] };
}
export interface PolicyTwin {
  policy: string;
  asOf: string;
  rules: Record<string, { hits: Hit[]; misses: Sample[] }>;
}

function recipientOf(recipient: Receiver, { id, countries }: NonNullable<Sample['recipient']>): Receiver {
  const source = { how: 'register', url: 'https://registry.example', seen: '2026-01-01' } as const;
  const entities = countries?.map((country): EntityFact => {
    return { name: `A company of ${country}`, role: 'incorporated', country, source };
  });
  return {
    ...recipient,
    ...(id === undefined ? {} : { id }),
    ...(entities === undefined ? {} : { entities, countries: countries! }),
  };
}

/** What the twin of a policy says: companies and laws are made up, lists are the rules', for a policy names them. */
export function policyCases(policy: Policy, twin: PolicyTwin, given: Rules): TwinCase[] {
  const rule = `policies/${policy.id}`;
  const lists = [...given.jurisdictions.values()].flatMap((file) => file.lists);
  const rules = rulesOf({
    jurisdictions: [...jurisdictions, { id: 'lists', country: 'EU', name: 'European Union', laws: [], lists }],
  });
  const findingsOf = (sample: Sample, id: string): Finding[] => {
    const found = caseOf(sample.case);
    const { recipient: other } = sample;
    const flows = other ? found.flows.map((f) => ({ ...f, recipient: recipientOf(f.recipient, other) })) : found.flows;
    const setting = { rules, policy, context: sample.context ?? null, asOf: sample.asOf ?? twin.asOf };
    return judge({ ...found, flows }, setting).findings.filter((finding) => finding.rule === id);
  };
  const isNamed = same(rule, 'the twin is of this policy, and tries each of its rules', () => ({
    found: [twin.policy, ...Object.keys(twin.rules).sort()],
    wanted: [policy.id, ...policy.rules.map(({ id }) => id).sort()],
  }));
  const cases = Object.entries(twin.rules).flatMap(([id, { hits, misses }]) => [
    ...hits.map((hit, i) =>
      same(rule, `${id}: ${hit.why ?? `hit ${i + 1}`}`, () => ({
        found: findingsOf(hit, id).map((f) => [f.id, f.state, f.level]),
        wanted: [[`${id}/${hit.finding.of}`, hit.finding.state, hit.finding.level]],
      })),
    ),
    ...hits.map((hit, i) =>
      none(rule, `${id}: ${hit.why ?? `hit ${i + 1}`}: its words are whole, and say no more than is known`, () => {
        const texts = findingsOf(hit, id).flatMap((f) => [
          ...[f.title, f.reason, f.settle ?? ''],
          ...[f.remedy.maker, f.remedy.reviewer ?? ''],
        ]);
        return texts.filter((text) => /[{}]|undefined|\bsends?\b|\bsp(y|ies)\b|\.\./.test(text));
      }),
    ),
    ...misses.map((miss, i) =>
      none(rule, `not ${id}: ${miss.why ?? `miss ${i + 1}`}`, () => findingsOf(miss, id).map((f) => f.id)),
    ),
  ]);
  return [isNamed, ...cases];
}
