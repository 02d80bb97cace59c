import type { Condition } from '../rules/schema.ts';
import { bases, levels } from '../types.ts';

/** Kleene's three values: what is not known is neither true nor false. */
export type Truth = boolean | 'unknown';

export function not(truth: Truth): Truth {
  return truth === 'unknown' ? truth : !truth;
}

/** False where one is false, else unknown where one is unknown. */
export function all(truths: Iterable<Truth>): Truth {
  let result: Truth = true;
  for (const truth of truths) {
    if (truth === false) return false;
    if (truth === 'unknown') result = truth;
  }
  return result;
}

/** True where one is true, else unknown where one is unknown. */
export function any(truths: Iterable<Truth>): Truth {
  let result: Truth = false;
  for (const truth of truths) {
    if (truth === true) return true;
    if (truth === 'unknown') result = truth;
  }
  return result;
}

/** What a field holds: one value or a set of them. */
export interface Value {
  readonly has: (item: string) => Truth;
  /** The one value, for operators that compare; null for a set. */
  readonly one: string | null;
  /** Of countries: whether one of them stands on none of these lists. */
  readonly outside?: (lists: readonly string[]) => Truth;
  /** Of a set the values that are known, and what is said of any other. */
  readonly some?: readonly string[];
  readonly others?: Truth;
}

/** Looks up a field of what is judged; undefined where nothing is known of it. */
export type Subject = (field: string) => Value | undefined;

/** A field with one value. `undetermined` is a word for not known, in every state of types.ts. */
export function one(value: string | null | undefined): Value | undefined {
  if (value === null || value === undefined || value === 'undetermined') return undefined;
  return { has: (item) => item === value, one: value };
}

/** A field with all its values known. */
export function setOf(values: Iterable<string>): Value {
  const set = new Set(values);
  return { has: (item) => set.has(item), some: [...set], others: false, one: null };
}

/** A field of which these values are known and others may be missing; `others` is what is said of any other value. */
export function someOf(values: Iterable<string>, others: Truth = 'unknown'): Value {
  const set = new Set(values);
  return { has: (item) => set.has(item) || others, some: [...set], others, one: null };
}

/** From least to most. */
const scales: readonly (readonly string[])[] = [
  ['off', 'weak', 'on'],
  ['cleartext', 'transport', 'end-to-end'],
  [...bases].reverse(),
  levels,
];

function compare(value: string, point: string): number | null {
  const scale = scales.find((s) => s.includes(value) && s.includes(point));
  return scale ? scale.indexOf(value) - scale.indexOf(point) : null;
}

/** Whether a condition holds for a subject; unknown where its field is, or does not lie on the scale asked for. */
export function holds(condition: Condition, subject: Subject): Truth {
  const value = subject(condition.field);
  if (!value) return 'unknown';
  if (condition.in) return any(condition.in.map(value.has));
  if (condition.notIn) return not(any(condition.notIn.map(value.has)));
  if (condition.outside) return value.outside?.(condition.outside) ?? 'unknown';
  if (value.one === null) return 'unknown';
  if (condition.before !== undefined) {
    return /^\d{4}-\d{2}-\d{2}/.test(value.one) ? value.one < condition.before : 'unknown';
  }
  const distance = compare(value.one, condition.atLeast ?? condition.below ?? '');
  if (distance === null) return 'unknown';
  return condition.atLeast !== undefined ? distance >= 0 : distance < 0;
}
