import { readFileSync } from 'node:fs';
import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import type { Case } from '../src/judge/index.ts';
import { Policy, type PolicyRule } from '../src/rules/schema.ts';
import { axes, bases, type ControlState, dataKinds, levels, type Risk, type RiskPair } from '../src/types.ts';
import { type CaseDescription, caseOf, context, detectionOf, type FlowDescription, rulesOf } from './build/case.ts';
import { judge } from './build/judged.ts';
import { mulberry32 } from './build/random.ts';
import { cases } from './build/slow.ts';

const store = v.parse(
  Policy,
  JSON.parse(readFileSync(new URL('../rules/policies/store.json', import.meta.url), 'utf8')),
);
const rules = rulesOf();
const CASES = cases(600, 120);

type Random = () => number;

function pick<T>(random: Random, list: readonly T[]): T {
  return list[Math.floor(random() * list.length)]!;
}

function shuffled<T>(random: Random, list: readonly T[]): T[] {
  const copy = [...list];
  for (let i = copy.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [copy[i], copy[j]] = [copy[j]!, copy[i]!];
  }
  return copy;
}

const states: readonly ControlState[] = ['off', 'weak', 'on', 'undetermined'];
const sdks = ['agora-sdk', 'agora-chat', 'twilio-sdk', 'moved-sdk', 'daughter-sdk', 'rtc'];

function someFlow(random: Random): FlowDescription {
  const sdk = pick(random, sdks);
  const host = pick(random, [null, 'a.agora.example', 'run-by-cn.agora.example', 'run-by-us.agora.example']);
  const permission = pick(random, [null, 'declared', 'absent', 'undetermined'] as const);
  const region = pick(random, [
    null,
    { in: ['CN'], out: [] },
    { in: ['US'], out: ['CN'] },
    { in: [], out: ['CN', 'HK'] },
  ]);
  return {
    data: pick(random, dataKinds),
    sdk,
    ...(sdk === 'rtc' ? { to: pick(random, ['unknown', 'first-party']) } : {}),
    ...(host === null ? {} : { host }),
    ...(permission === null ? {} : { permission }),
    ...(region === null ? {} : { region }),
    basis: pick(random, bases),
    protection: pick(random, ['cleartext', 'transport', 'end-to-end', 'undetermined'] as const),
    controls: { 'media-encryption': pick(random, states) },
  };
}

const anomalies = ['zip.unknown-method', 'zip.orphan-entry', 'zip.zip64', 'dex.trailing-bytes'];

function someAdvisory(random: Random) {
  const state = pick(random, ['holds', 'undetermined']);
  return {
    sdk: pick(random, sdks),
    id: pick(random, ['CVE-1', 'CVE-2']),
    level: pick(random, levels),
    state,
    version: '1.0',
  };
}

function someCase(random: Random): CaseDescription {
  const times = <T>(most: number, make: (random: Random) => T) =>
    Array.from({ length: Math.floor(random() * (most + 1)) }, () => make(random));
  return {
    flows: times(12, someFlow),
    weak: random() < 0.2 ? [pick(random, sdks)] : [],
    advisories: times(2, someAdvisory),
    anomalies: times(3, (r) => pick(r, anomalies)),
    unidentified: times(2, (r) => ({
      kind: pick(r, ['library', 'package'] as const),
      name: `n${Math.floor(r() * 9)}`,
    })),
  };
}

const conditions: PolicyRule['when'] = [
  { field: 'recipient.country', in: ['CN', 'HK'] },
  { field: 'recipient.country', notIn: ['US'] },
  { field: 'protection', below: 'transport' },
  { field: 'basis', atLeast: 'coded' },
  { field: 'region.in', in: ['CN'] },
  { field: 'encryption', below: 'on' },
  { field: 'control.media-encryption', atLeast: 'weak' },
  { field: 'data', notIn: ['location'] },
  { field: 'recipient.notOffered', in: ['CN'] },
  { field: 'no-such-field', in: ['x'] },
];

/** Half the time the shipped policy, half the time rules put together at random. */
function somePolicy(random: Random): Policy {
  if (random() < 0.5) return store;
  const rule = (id: string): PolicyRule => ({
    id,
    axis: pick(random, axes),
    over: 'flow',
    per: pick(random, ['data', 'recipient'] as const),
    ...(random() < 0.3 ? { together: [pick(random, dataKinds), pick(random, dataKinds)] } : {}),
    when: shuffled(random, conditions).slice(0, Math.floor(random() * 3)),
    level: pick(random, levels),
    undetermined: pick(random, levels),
    weight: Math.round(random() * 100) / 100,
    cites: [],
    laws: random() < 0.5,
    title: '{data} {recipient}',
    reason: '{fact} {link} {countries}',
    question: '{sdk}?',
    settle: '{sdk}',
    remedy: { maker: '{host}' },
  });
  return { ...store, rules: ['r1', 'r2', 'r3', 'r4'].map(rule) };
}

function riskOf(found: Case, policy: Policy): Risk {
  return judge(found, { rules, policy, context, asOf: '2021-02-12' }).risk;
}

function pairs(risk: Risk): RiskPair[] {
  return [risk.overall, ...axes.map((axis) => risk.axes[axis])];
}

function forCases(run: (random: Random, found: Case, policy: Policy, seed: number) => void): void {
  for (let seed = 1; seed <= CASES; seed++) {
    const random = mulberry32(seed);
    run(random, caseOf(someCase(random)), somePolicy(random), seed);
  }
}

describe('risk', () => {
  test('proven never exceeds possible; the terms are the arithmetic: the worst of each cause, by 1 − Π(1 − w)', () => {
    const seen = new Set<string>();
    forCases((_random, found, policy, seed) => {
      const { findings, risk } = judge(found, { rules, policy, context, asOf: '2021-02-12' });
      for (const { proven, possible } of pairs(risk)) {
        expect(proven <= possible, `seed ${seed}: ${proven} ≤ ${possible}`).toBe(true);
        expect([proven, possible].every((n) => Number.isInteger(n) && n >= 0 && n <= 100)).toBe(true);
      }
      const { overall, terms } = risk;
      const worst = new Map<string, number>();
      const worstHeld = new Map<string, number>();
      for (const { cause, weight, state } of terms) {
        worst.set(cause, Math.max(weight, worst.get(cause) ?? 0));
        if (state === 'holds') worstHeld.set(cause, Math.max(weight, worstHeld.get(cause) ?? 0));
      }
      const sum = (weights: Iterable<number>) => 100 * (1 - [...weights].reduce((left, w) => left * (1 - w), 1));
      expect(Math.abs(sum(worst.values()) - overall.possible), `seed ${seed}`).toBeLessThanOrEqual(0.5000001);
      expect(Math.abs(sum(worstHeld.values()) - overall.proven), `seed ${seed}`).toBeLessThanOrEqual(0.5000001);

      for (const finding of findings) seen.add(finding.state);
      for (const axis of axes) if (risk.axes[axis].possible > 0) seen.add(axis);
      if (overall.proven > 50) seen.add('much');
      if (overall.possible === 0) seen.add('none');
      if (overall.proven < overall.possible) seen.add('open');
      if (terms.length > worst.size) seen.add('outweighed');
    });
    // The cases are worth trying only if they reach all of these.
    expect([...seen].sort()).toEqual([...axes, 'holds', 'much', 'none', 'open', 'outweighed', 'undetermined'].sort());
  });

  test('order never matters, to findings or to risk', () => {
    forCases((random, found, policy, seed) => {
      const other: Case = {
        ...found,
        flows: shuffled(random, found.flows),
        detections: shuffled(random, found.detections),
        anomalies: shuffled(random, found.anomalies),
        unidentified: shuffled(random, found.unidentified),
        advisories: shuffled(random, found.advisories),
      };
      const turned = { ...policy, rules: shuffled(random, policy.rules) };
      const a = JSON.stringify(judge(found, { rules, policy, context, asOf: '2021-02-12' }));
      const b = JSON.stringify(judge(other, { rules, policy: turned, context, asOf: '2021-02-12' }));
      expect(a === b, `seed ${seed}`).toBe(true);
    });
  });

  test('one more risk never lowers a number', () => {
    forCases((random, found, policy, seed) => {
      const more = caseOf({
        flows: random() < 0.7 ? [someFlow(random)] : [],
        advisories: random() < 0.2 ? [someAdvisory(random)] : [],
        anomalies: random() < 0.2 ? [pick(random, anomalies)] : [],
        unidentified: random() < 0.2 ? [{ kind: 'library', name: 'more' }] : [],
      });
      const known = new Set(found.detections.filter((d) => d.scored).map((d) => d.sdk));
      const together: Case = {
        ...found,
        flows: [...found.flows, ...more.flows],
        detections: [...found.detections, ...more.detections.filter((d) => !known.has(d.sdk))],
        anomalies: [...found.anomalies, ...more.anomalies],
        unidentified: [...found.unidentified, ...more.unidentified],
        advisories: [...found.advisories, ...more.advisories],
      };
      const before = pairs(riskOf(found, policy));
      const after = pairs(riskOf(together, policy));
      before.forEach((pair, i) => {
        expect(after[i]!.proven >= pair.proven, `seed ${seed}: proven ${pair.proven} → ${after[i]!.proven}`).toBe(true);
        expect(after[i]!.possible >= pair.possible, `seed ${seed}: possible`).toBe(true);
      });
    });
  });

  test('a recognised SDK never weighs less than a weak sign of it', () => {
    forCases((_random, found, policy, seed) => {
      const sure = { ...found, detections: found.detections.map((d) => detectionOf(d.sdk)) };
      const before = pairs(riskOf(found, policy));
      pairs(riskOf(sure, policy)).forEach((pair, i) => {
        expect(pair.proven >= before[i]!.proven && pair.possible >= before[i]!.possible, `seed ${seed}`).toBe(true);
      });
    });
  });

  test('encryption: on ≤ weak ≤ undetermined = off in what is possible, on = undetermined ≤ weak ≤ off in what is proven', () => {
    let moved = 0;
    forCases((_random, found, _policy, seed) => {
      const at = (state: ControlState) => {
        const flows = found.flows.map((f) => ({ ...f, controls: f.controls.map((c) => ({ ...c, state })) }));
        return pairs(riskOf({ ...found, flows }, store));
      };
      const [on, weak, undetermined, off] = [at('on'), at('weak'), at('undetermined'), at('off')];
      on.forEach((best, i) => {
        const message = `seed ${seed}, pair ${i}`;
        expect(best.possible <= weak[i]!.possible, message).toBe(true);
        expect(weak[i]!.possible <= undetermined[i]!.possible, message).toBe(true);
        expect(undetermined[i]!.possible, message).toBe(off[i]!.possible);
        expect(undetermined[i]!.proven, message).toBe(best.proven);
        expect(best.proven <= weak[i]!.proven && weak[i]!.proven <= off[i]!.proven, message).toBe(true);
      });
      if (on[0]!.possible < off[0]!.possible && on[0]!.proven < off[0]!.proven) moved++;
    });
    expect(moved).toBeGreaterThan(20);
  });
});
