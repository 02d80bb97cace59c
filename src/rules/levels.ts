import { type Level, levels } from '../types.ts';
import type { Advisory, PolicyRule } from './schema.ts';

/**
 * The level of a finding on an advisory: the advisory's own, and no more than the rule allows.
 * @param decided whether a version aboard is known to lie in its range
 */
export function advisoryLevel(
  rule: Pick<PolicyRule, 'level' | 'undetermined'>,
  advisory: Pick<Advisory, 'level'>,
  decided: boolean,
): Level {
  const most = decided ? rule.level : rule.undetermined;
  return levels[Math.min(levels.indexOf(advisory.level), levels.indexOf(most))]!;
}
