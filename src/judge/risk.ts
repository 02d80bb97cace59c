import { order } from '../order.ts';
import { type Axis, axes, type Risk, type RiskPair, type RiskTerm } from '../types.ts';

/** What one finding adds to one cause: a company and a concern. A finding that gains a kind of data touches the same. */
export interface Contribution extends RiskTerm {
  readonly axis: Axis;
}

/** The heavier first; of equals the one that holds. */
function weigh(a: Contribution, b: Contribution): number {
  const settled = (c: Contribution) => (c.state === 'holds' ? 0 : 1);
  return b.weight - a.weight || settled(a) - settled(b) || order(a.finding, b.finding);
}

/** 1 − Π(1 − w), as 0 to 100. */
function sum(weights: readonly number[]): number {
  return Math.round(100 * (1 - weights.reduce((left, weight) => left * (1 - weight), 1)));
}

/**
 * The worst of each cause counts once; causes combine by 1 − Π(1 − w). `terms` holds each cause once, and twice where
 * an undetermined finding outweighs one that holds: the lighter one then makes `proven`, the heavier `possible`.
 */
export function combine(contributions: readonly Contribution[]): Risk {
  const causes = new Map<string, Contribution[]>();
  for (const contribution of contributions) {
    if (contribution.weight <= 0) continue;
    const already = causes.get(contribution.cause);
    if (already) already.push(contribution);
    else causes.set(contribution.cause, [contribution]);
  }
  const worst = [...causes.values()]
    .map((members) => {
      members.sort(weigh);
      return { possible: members[0]!, proven: members.find((m) => m.state === 'holds') };
    })
    // Products of floats depend on their order; by name, a cause that grows cannot change places and so lower a sum.
    .sort((a, b) => order(a.possible.cause, b.possible.cause));
  const pair = (axis: Axis | null): RiskPair => {
    const part = worst.filter((w) => axis === null || w.possible.axis === axis);
    return {
      proven: sum(part.flatMap((w) => w.proven?.weight ?? [])),
      possible: sum(part.map((w) => w.possible.weight)),
    };
  };
  const byWeight = [...worst].sort((a, b) => b.possible.weight - a.possible.weight);
  const term = ({ cause, weight, finding, state }: Contribution): RiskTerm => ({ cause, weight, finding, state });
  return {
    overall: pair(null),
    axes: Object.fromEntries(axes.map((axis) => [axis, pair(axis)])) as Record<Axis, RiskPair>,
    terms: byWeight.flatMap(({ possible, proven }) =>
      proven && proven !== possible ? [term(possible), term(proven)] : [term(possible)],
    ),
  };
}
