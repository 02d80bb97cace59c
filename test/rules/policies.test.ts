import { readdirSync, readFileSync } from 'node:fs';
import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { decideVerdict } from '../../src/gate.ts';
import { notKnown } from '../../src/judge/fields.ts';
import { placeholders } from '../../src/judge/words.ts';
import { judge } from '../../src/judge.ts';
import { Policy } from '../../src/rules/schema.ts';
import type { Context, Finding } from '../../src/types.ts';
import { type CaseDescription, caseOf, context, roomsApp, rulesOf } from '../build/case.ts';

interface Sample {
  why?: string;
  case: CaseDescription;
  context?: Context;
}
interface Hit extends Sample {
  finding: { of: string; state: Finding['state']; level: Finding['level'] };
}
interface Twin {
  policy: string;
  asOf: string;
  rules: Record<string, { hits: Hit[]; misses: Sample[] }>;
}

const folder = new URL('../../rules/policies/', import.meta.url);
const read = (url: URL): unknown => JSON.parse(readFileSync(url, 'utf8'));

for (const file of readdirSync(folder).filter((name) => name.endsWith('.json'))) {
  const policy = v.parse(Policy, read(new URL(file, folder)));
  const twin = read(new URL(`policies/${file}`, import.meta.url)) as Twin;

  describe(`policy ${policy.id}`, () => {
    test('its file bears its id; its rules have one id each and a twin', () => {
      expect(file).toBe(`${policy.id}.json`);
      expect(twin.policy).toBe(policy.id);
      const ids = policy.rules.map((rule) => rule.id);
      expect(new Set(ids).size).toBe(ids.length);
      expect(Object.keys(twin.rules).sort()).toEqual([...ids].sort());
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
        const used = [...`${rule.title}${rule.reason}${rule.settle}${rule.remedy}`.matchAll(/\{([^}]*)\}/g)];
        expect(used.map((m) => m[1]!).filter((name) => !known.includes(name))).toEqual([]);
      }
    });

    for (const [id, { hits, misses }] of Object.entries(twin.rules)) {
      const run = (sample: Sample) =>
        judge(caseOf(sample.case), rulesOf(), policy, sample.context ?? null, twin.asOf).findings.filter(
          (finding) => finding.rule === id,
        );

      test.each(hits.map((hit, i) => ({ name: hit.why ?? `hit ${i + 1}`, hit })))(`${id}: $name`, ({ hit }) => {
        const found = run(hit);
        expect(found.map((f) => [f.id, f.state, f.level])).toEqual([
          [`${id}/${hit.finding.of}`, hit.finding.state, hit.finding.level],
        ]);
        const { title, reason, remedy, settle } = found[0]!;
        expect(`${title} ${reason} ${remedy} ${settle}`).not.toMatch(/[{}]|undefined|\bsends?\b|\bsp(y|ies)\b|\.\./);
      });

      test.each(misses.map((miss, i) => ({ name: miss.why ?? `miss ${i + 1}`, miss })))(
        `not ${id}: $name`,
        ({ miss }) => {
          expect(run(miss)).toEqual([]);
        },
      );
    }
  });
}

describe('verdicts of policy store', () => {
  const store = v.parse(Policy, read(new URL('store.json', folder)));
  const verdict = (d: CaseDescription) => {
    const found = caseOf(d);
    const { findings } = judge(found, rulesOf(), store, context, '2021-02-12');
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

  test('bytes that FairPlay hides are inconclusive', () => {
    expect(verdict({ coverage: [{ state: 'unreadable', reason: 'encrypted' }] })).toEqual(['inconclusive', undefined]);
  });
});
