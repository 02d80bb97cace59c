import { describe, expect, it } from 'vitest';
import { loadRules, type Report, render, scan } from '../../src/index.ts';
import { twinBundle } from '../rules/twin-bundle.ts';
import { supported } from './supported.ts';
import { asOf, cellOf, contexts, readApps } from './table.ts';

const rules = loadRules();

describe.each(readApps().map((app) => [app.id, app] as const))('%s', (_id, { aboard, cells }) => {
  const reports = new Map<string, Promise<Report>>();
  const judged = (policy: string, context: keyof typeof contexts) => {
    const key = `${policy} ${context}`;
    const report =
      reports.get(key) ?? scan(twinBundle(aboard, rules), { rules, asOf, policy, context: contexts[context] });
    reports.set(key, report);
    return report;
  };

  it.each(cells)('$policy, stated: $context → $verdict. $why', async ({ policy, context, verdict, findings }) => {
    expect(cellOf(await judged(policy, context))).toEqual({ verdict, findings });
  });

  it.each(cells)('$policy, stated: $context: no sentence is stronger than its ground', async ({ policy, context }) => {
    expect(supported(await judged(policy, context), rules)).toEqual([]);
  });

  it('is judged under the three policies, and told as text', async () => {
    expect([...new Set(cells.map(({ policy }) => policy))].sort()).toEqual([...rules.policies.keys()].sort());
    const [cell] = cells;
    if (cell) expect(render(await judged(cell.policy, cell.context), 'text')).toContain(cell.verdict.toUpperCase());
  });
});
