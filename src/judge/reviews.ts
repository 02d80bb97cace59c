import { inForce, isOverdue } from '../asof.ts';
import { order } from '../order.ts';
import type { Policy } from '../rules/schema.ts';
import type { Finding, LawFact } from '../types.ts';
import { listOf, listsAsked } from './lists.ts';
import type { Setting } from './setting.ts';

/**
 * One line for each law or list which findings cite, that are subject to change, and that were to be read again by the
 * report's date: what is said of it stands, and may no longer hold.
 */
export function overdueReviews(
  findings: readonly Finding[],
  laws: readonly LawFact[],
  policy: Policy,
  { rules, asOf }: Setting,
): string[] {
  const cited = new Set(findings.map(({ rule }) => rule));
  const lists = policy.rules.filter(({ id }) => cited.has(id)).flatMap((rule) => listsAsked(rule));
  const known = [...laws, ...lists.flatMap((id) => listOf(id, rules) ?? [])];
  const overdue = known.filter((item) => isOverdue(item, asOf) && ('asOf' in item ? inForce(item, asOf) : true));
  const lines = overdue.map(
    ({ id, title, review }) =>
      `${title} (${id}) is subject to change and was to be read again by ${review}: look whether it still says what is cited here.`,
  );
  return [...new Set(lines)].sort(order);
}
