import { readdirSync, readFileSync } from 'node:fs';
import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { loadRules } from '../../src/index.ts';
import { placeholders } from '../../src/judge/words.ts';
import { decideVerdict } from '../../src/report/gate.ts';
import { notKnown } from '../../src/rules/field-words.ts';
import { Policy } from '../../src/rules/schema.ts';
import { type CaseDescription, caseOf, context, roomsApp, rulesOf } from '../build/case.ts';
import { judge } from '../build/judged.ts';
import type { PolicyTwin } from './proof/policies.ts';

const folder = new URL('../../rules/policies/', import.meta.url);
const read = (url: URL): unknown => JSON.parse(readFileSync(url, 'utf8'));
const lists = [...loadRules().jurisdictions.values()].flatMap((file) => file.lists);

for (const file of readdirSync(folder).filter((name) => name.endsWith('.json'))) {
  const policy = v.parse(Policy, read(new URL(file, folder)));
  const twin = read(new URL(`policies/${file}`, import.meta.url)) as PolicyTwin;

  describe(`policy ${policy.id}`, () => {
    test('its file bears its id; its rules have one id each, with hits and misses in its twin', () => {
      expect(file).toBe(`${policy.id}.json`);
      const ids = policy.rules.map((rule) => rule.id);
      expect(new Set(ids).size).toBe(ids.length);
      for (const { hits, misses } of Object.values(twin.rules)) {
        expect(hits.length).toBeGreaterThan(0);
        expect(misses.length).toBeGreaterThan(0);
      }
    });

    test('every condition asks a field that its kind of rule has', () => {
      const unheard = policy.rules.flatMap((rule) =>
        rule.when.map((c) => c.field).filter((field) => notKnown(rule.over, field) === undefined),
      );
      expect(unheard).toEqual([]);
    });

    test('every placeholder is one that is filled', () => {
      const known: readonly string[] = placeholders;
      for (const rule of policy.rules) {
        const used = [
          ...`${rule.title}${rule.question}${rule.reason}${rule.openReason ?? ''}${rule.settle}${rule.remedy.maker}${rule.remedy.reviewer ?? ''}`.matchAll(
            /\{([^}]*)\}/g,
          ),
        ];
        expect(used.map((m) => m[1]!).filter((name) => !known.includes(name))).toEqual([]);
      }
    });
  });
}

describe('verdicts of policy store', () => {
  const store = v.parse(Policy, read(new URL('store.json', folder)));
  const verdict = (d: CaseDescription) => {
    const found = caseOf(d);
    const { findings } = judge(found, { rules: rulesOf(), policy: store, context, asOf: '2021-02-12' });
    return [decideVerdict(findings, found.coverage, store, found.detections).verdict, findings[0]?.level];
  };

  test('identifiers in clear: review with a high finding, for a person decides; plain WebRTC: review; no SDK: pass', () => {
    expect(verdict({ flows: roomsApp() })).toEqual(['review', 'high']);
    expect(verdict({ flows: [{ data: 'microphone', sdk: 'rtc', to: 'unknown' }] })).toEqual(['review', 'medium']);
    expect(verdict({})).toEqual(['pass', undefined]);
    expect(verdict({ unidentified: [{ kind: 'library', name: 'libx.so' }] })).toEqual(['pass', 'info']);
  });

  test('what is no trick is an oddity: the two lists of codes are one', () => {
    const [trick, oddity] = ['container-trick', 'container-oddity'].map((id) => store.rules.find((r) => r.id === id)!);
    expect(trick!.when[0]!.in).toEqual(oddity!.when[0]!.notIn);
  });

  test('rules of the container are the same in every policy that has them', () => {
    const us = v.parse(Policy, read(new URL('us-data-security.json', folder)));
    const shared = us.rules.filter((rule) => store.rules.some(({ id }) => id === rule.id));
    expect(shared.length).toBe(6);
    for (const rule of shared) expect(rule).toEqual(store.rules.find(({ id }) => id === rule.id));
  });

  test('bytes that FairPlay hides are inconclusive', () => {
    expect(verdict({ coverage: [{ state: 'unreadable', reason: 'encrypted' }] })).toEqual(['inconclusive', undefined]);
  });
});

describe('what a policy says of countries is what the lists say', () => {
  const listed = (id: string) => lists.find((list) => list.id === id)?.countries;
  const asked = (policy: string, rule: string, field: string) =>
    v
      .parse(Policy, read(new URL(`${policy}.json`, folder)))
      .rules.find(({ id }) => id === rule)
      ?.when.find((condition) => condition.field === field)?.in;

  test('countries of concern', () => {
    const concern = asked('us-data-security', 'covered-person', 'recipient.governed');
    expect([...concern!].sort()).toEqual([...listed('us-28cfr202-countries')!].sort());
  });

  test('policy store names no country', () => {
    const store = JSON.stringify(read(new URL('store.json', folder)));
    expect(store.match(/"[A-Z]{2}"/g)).toBeNull();
  });

  test('the lists that a policy names are one for each day, without a gap', () => {
    const rule = v
      .parse(Policy, read(new URL('eu-transfer.json', folder)))
      .rules.find(({ id }) => id === 'transfer-without-adequacy')!;
    const named = rule.when.find(({ field }) => field === 'recipient.list')!.notIn!;
    for (const kind of ['eu-eea', 'eu-adequacy']) {
      const periods = lists
        .filter(({ id }) => named.includes(id) && id.startsWith(kind))
        .sort((a, b) => (a.from < b.from ? -1 : 1));
      expect(periods[0]?.from).toBe('2018-05-25');
      expect(periods.slice(0, -1).map(({ to }) => to)).toEqual(periods.slice(1).map(({ from }) => from));
      expect(periods.at(-1)?.to).toBeUndefined();
    }
    expect(named.filter((id) => listed(id) === undefined)).toEqual([]);
  });
});
