import type { ChangeKind, Report, Trend } from '../types.ts';
import { levels } from '../types.ts';
import { type Change, compare } from './compare.ts';
import { findingItems } from './items.ts';
import { absenceBy, isRead } from './read.ts';
import type { Difference, FindingChange, FindingItem } from './shape.ts';

/** Findings of two reports, each with which way it went. */
export function compareFindings(old: Report, next: Report): Difference['findings'] {
  const isNewRead = isRead(next, old);
  const unread = absenceBy<FindingItem>(isRead(old, next), isNewRead);
  const asked = [old, next].map(({ policy }) => new Set(policy.rules.map(({ id }) => id)));
  const rules = new Map([...old.findings, ...next.findings].map(({ id, rule }) => [id, rule]));
  const isAsked = (side: 0 | 1, { id }: FindingItem) => asked[side]!.has(rules.get(id) ?? '');
  const { same, changes } = compare(findingItems(old), findingItems(next), {
    added: (item) => (isAsked(0, item) ? unread.added(item) : 'unasked-old'),
    removed: (item) => (isAsked(1, item) ? unread.removed(item) : 'unasked-new'),
  });
  return { same, changes: changes.map((change) => ({ ...change, trend: trendOf(change, isNewRead) })) };
}

const ofAbsence: Record<Exclude<ChangeKind, 'changed'>, Trend> = {
  added: 'worse',
  removed: 'better',
  'unread-old': 'unclear',
  'unread-new': 'unclear',
  'unasked-old': 'unclear',
  'unasked-new': 'unclear',
};

/**
 * Info asks nothing of anybody: what comes or goes at that level makes an app neither better nor worse. What is lower, or
 * a question now, is no better where the new bundle was not read whole: the bytes that proved it may be there.
 */
function trendOf({ change, old, new: next }: Change<FindingItem>, isNewRead: boolean): Trend {
  if (change !== 'changed') return (old ?? next)?.level === 'info' ? 'same' : ofAbsence[change];
  if (!old || !next || (old.level === 'info' && next.level === 'info')) return 'same';
  const steps = [levels.indexOf(next.level) - levels.indexOf(old.level), sureness(next) - sureness(old)];
  const [isWorse, isBetter] = [steps.some((step) => step > 0), steps.some((step) => step < 0)];
  return isBetter && !isWorse && !isNewRead ? 'unclear' : trendBy(isWorse, isBetter);
}

/** What waits for who governs a recipient alone is nearer to holding than what the bundle shows too little of. */
function sureness({ state, open }: FindingItem): number {
  if (state === 'holds') return 2;
  return open === 'governance' ? 1 : 0;
}

function trendBy(worse: boolean, better: boolean): Trend {
  if (worse) return better ? 'mixed' : 'worse';
  return better ? 'better' : 'same';
}

/**
 * Which way the app went. What got worse is said whatever else is not known; that it got better only where nothing that
 * decides was left unread or was judged by other terms.
 */
export function overallTrend(changes: readonly FindingChange[], isAlike: boolean): Trend {
  const some = (...wanted: readonly Trend[]) => changes.some(({ trend }) => wanted.includes(trend));
  const known = trendBy(some('worse', 'mixed'), some('better', 'mixed'));
  const isDoubtful = some('unclear') || !isAlike;
  return isDoubtful && (known === 'better' || known === 'same') ? 'unclear' : known;
}

/**
 * Whether a finding of the new report fails a gate and is one that the old one did not have, had milder, or had in a way
 * that failed nothing.
 */
export function isNewlyFailing(
  { change, trend, old, new: next }: FindingChange,
  isFailing: (finding: Pick<FindingItem, 'level' | 'state' | 'open'>) => boolean,
): boolean {
  if (next === null || !isFailing(next)) return false;
  return change !== 'changed' || trend === 'worse' || trend === 'mixed' || (old !== null && !isFailing(old));
}
