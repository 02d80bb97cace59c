import { describe, expect, test } from 'vitest';
import { loadRules } from '../../src/index.ts';
import { dataList } from '../../src/judge/words.ts';
import type { Policy, PolicyRule, Rules } from '../../src/rules/schema.ts';
import type { TracedFlow } from '../../src/trace/flow.ts';
import {
  type Context,
  categories,
  type DataKind,
  dataKinds,
  type Finding,
  type Handed,
  identifierKinds,
} from '../../src/types.ts';
import { caseOf, flowOf, jurisdictions, rulesOf, sdks } from '../build/case.ts';
import { judge } from '../build/judged.ts';

/**
 * Every sentence of the policies, for every category of SDK and every kind of data that it can meet: a push service carries
 * no calls, and who gets a location gets no key of media.
 */

type Category = (typeof categories)[number];

const shipped = loadRules();
const lists = [...shipped.jurisdictions.values()].flatMap((each) => each.lists);
const asOf = '2026-12-01';
const media: readonly DataKind[] = ['microphone', 'camera', 'screen'];
const identifiers: readonly DataKind[] = ['user-id', 'room-id'];

/** Who is told of what: the recipient is foreign, at home, or not stated. */
const contexts: readonly (Context | null)[] = [
  null,
  { operator: { name: 'Maker', country: 'US' }, distribution: { offered: ['US', 'DE'], notOffered: ['CN'] } },
  { operator: { name: 'Maker', country: 'CN' }, distribution: { offered: ['CN', 'DE', 'US'] } },
];

const rulesFor = (category: Category) =>
  rulesOf({
    jurisdictions: [...jurisdictions, { id: 'lists', country: 'EU', name: 'European Union', laws: [], lists }],
    sdks: sdks.map((sdk) => ({ ...sdk, name: 'Widget', category })),
  });

/** Flows of one kind of data as bytes, documents and settings may show it, to a company and to nobody known. */
function flowsOf(data: readonly DataKind[]): TracedFlow[][] {
  const off = { 'media-encryption': 'off' } as const;
  const shapes = [
    { basis: 'coded', host: 'run-by-cn.agora.example', protection: 'cleartext', controls: { ...off, token: 'off' } },
    { basis: 'capable', permission: 'declared', controls: { 'media-encryption': 'undetermined' } },
    { basis: 'documented', permission: 'undetermined', region: { in: ['CN'], out: [] } },
    { basis: 'reported', to: 'unknown', permission: 'declared' },
  ] as const;
  const all = shapes.flatMap((shape) =>
    ['agora-sdk', 'abroad-sdk', 'staffed-sdk'].map((sdk) =>
      data.map((kind) => flowOf({ ...shape, sdk, data: kind } as Parameters<typeof flowOf>[0])),
    ),
  );
  return [...all, ...all.map((flows) => flows.map(inOneCountry))];
}

/** All that an app had better not hand over. */
const rest = { isReached: true, evidence: [], more: 0 } as const;
const handed: readonly Handed[] = [
  { what: 'key', from: 'constant', value: 'abc', identifier: null, ...rest },
  { what: 'secret', from: 'constant', value: 'abc', identifier: null, ...rest },
  { what: 'token', from: 'none', value: '', identifier: null, ...rest },
  ...identifierKinds.map(
    (identifier): Handed => ({ what: 'user-id', from: 'identifier', value: `a ${identifier}`, identifier, ...rest }),
  ),
];

/** The same to a company of one country, by the id that a list of companies names. */
function inOneCountry(flow: TracedFlow): TracedFlow {
  if (flow.recipient.kind !== 'entity') return flow;
  const entities = flow.recipient.entities.filter(({ country }) => country === 'CN');
  return { ...flow, recipient: { ...flow.recipient, id: 'tencent', entities, countries: ['CN'] } };
}

function findingsOf(policy: Policy, rules: Rules, data: readonly DataKind[]): Finding[] {
  return flowsOf(data).flatMap((flows) =>
    contexts.flatMap((context) => {
      const found = caseOf({ flows: [{ data: data[0]!, sdk: flows[0]!.sdk! }] });
      const named = found.detections.map((detection) => ({ ...detection, name: 'Widget', handed }));
      return judge({ ...found, detections: named, flows }, { rules, policy, context, asOf }).findings;
    }),
  );
}

/** What a category is never told of, and what data at hand is needed for a word. */
const foreignTo: Readonly<Record<Category, RegExp>> = {
  'real-time': /\b(push|chat|conversation|topic|session)\b/i,
  messaging: /\b(calls?|rooms?|push|meetings?|topic|session)\b/i,
  push: /\b(calls?|rooms?|meetings?|chats?|conversation|relayed?|session)\b/i,
  'media-engine': /\b(calls?|rooms?|push|chat|conversation|topic)\b/i,
};
const wordsOf: readonly (readonly [RegExp, readonly DataKind[]])[] = [
  [/\bmedia\b/i, [...media]],
  [/\b(audio|microphone)\b/i, ['microphone']],
  [/\b(video|camera)\b/i, ['camera']],
  [/\bscreen\b/i, ['screen']],
  [/\b(location|place of the device)\b/i, ['location']],
  [/\bencrypted messages\b/i, ['messages']],
  [/\bidentifiers that lead to people\b/i, [...identifiers]],
  [/\bidentifiers of the device\b/i, ['device-ids']],
];
/** What the law itself lists, whichever of it is at hand; and what relays a call, whatever it carries. */
const exempt: Readonly<Record<string, RegExp>> = {
  'covered-person': /\blocation\b/gi,
  'relay-through-country': /\bfor media, signalling\b/gi,
  // An engine is for media, and its name says so.
  'location-to-recipient': /\bcarrying live media\b/gi,
};

/** The finding's own sentences, without the names of the data and of what the code says of it. */
function sentences({ title, reason, settle, remedy, rule, data }: Finding): string {
  const text = [title, reason, settle ?? '', remedy.maker, remedy.reviewer ?? ''].join('\n');
  const without = [...dataKinds.map((kind) => dataList([kind])), dataList(data)];
  const plain = without.reduce(
    (left, words) =>
      left.replaceAll(words, '_').replaceAll(
        words.replace(/^./, (c) => c.toUpperCase()),
        '_',
      ),
    text,
  );
  return plain.replace(/use-[a-z-]+/g, '_').replace(exempt[rule] ?? /$^/, '_');
}

const met = new Set<string>();

describe.each(
  [...shipped.policies.values()].map((policy) => [policy.id, policy] as const),
)('policy %s', (_, policy) => {
  describe.each(categories)('%s', (category) => {
    const groups: readonly (readonly DataKind[])[] = [...dataKinds.map((kind) => [kind]), identifiers, dataKinds];
    test.each(groups.map((data) => [dataList(data), data] as const))('%s', (_words, data) => {
      const findings = findingsOf(policy, rulesFor(category), data);
      for (const finding of findings) {
        met.add(`${policy.id} ${finding.rule} ${finding.state}`);
        const text = sentences(finding);
        const at = `${finding.id} (${finding.state}) of ${category}:\n${text}`;
        expect(text.match(foreignTo[category])?.[0], at).toBe(undefined);
        for (const [word, kinds] of wordsOf) {
          if (!kinds.some((kind) => finding.data.includes(kind))) expect(text.match(word)?.[0], at).toBe(undefined);
        }
        // Every sentence ends, nothing is left to be filled in, and no blank is doubled.
        expect(text.match(/\{[a-z]+\}| {2}|\.\.|undefined|null| ,| \./)?.[0], at).toBe(undefined);
        for (const part of [
          finding.reason,
          finding.remedy.maker,
          finding.remedy.reviewer ?? '.',
          finding.settle ?? '.',
        ])
          expect(part, at).toMatch(/[.?]$/);
        expect(finding.title, at).toMatch(/^[A-Z<]/);
      }
    });
  });
});

test('findings on an SDK of a category that a pack adds have its words', () => {
  const own = {
    ...{ id: 'push-to-talk', name: 'Push to talk', says: 'Radio.' },
    purpose: 'a relay of voices',
    room: 'channel',
  };
  const rules = { ...rulesFor('messaging'), categories: new Map([[own.id, own]]) };
  const renamed = { ...rules, sdks: new Map([...rules.sdks].map(([id, sdk]) => [id, { ...sdk, category: own.id }])) };
  const store = shipped.policies.get('store')!;
  const asking = (rule: PolicyRule): PolicyRule => ({
    ...rule,
    when: rule.when.map((each) => (each.field === 'category' ? { ...each, in: [...each.in!, own.id] } : each)),
  });
  const policy = { ...store, rules: store.rules.map(asking) };
  const text = findingsOf(policy, renamed, [...identifiers, 'location'])
    .map(sentences)
    .join('\n');
  expect(text).toContain('channel');
  expect(text).toContain('a relay of voices');
  expect(text).not.toMatch(/\b(conversation|carrying messages|what it is for)\b/);
});

test('each rule over flows is read as a fact and as a question, where it can be both', () => {
  const over: [Policy, PolicyRule][] = [...shipped.policies.values()].flatMap((policy) =>
    policy.rules.filter((rule) => rule.over === 'flow').map((rule): [Policy, PolicyRule] => [policy, rule]),
  );
  const unmet = over.filter(
    ([{ id }, rule]) => !['holds', 'undetermined'].some((s) => met.has(`${id} ${rule.id} ${s}`)),
  );
  expect(unmet.map(([policy, rule]) => `${policy.id}/${rule.id}`)).toEqual([]);
});
