import type { Rules } from './schema.ts';

const days = new WeakMap<Rules, string>();

/**
 * The newest day on which any rule's source was seen: what a scan judges by when the caller names no date.
 * @param enough the first day from which on any will do, in the place of the newest
 */
export function rulesDay(rules: Rules, enough?: string): string {
  const known = days.get(rules);
  if (known !== undefined) return known;
  const day = newestDay(rules, enough);
  if (enough === undefined) days.set(rules, day);
  return day;
}

/** Of rules whose day was found out before. */
export function rememberDay(rules: Rules, day: string): void {
  days.set(rules, day);
}

function newestDay(rules: Rules, enough = '9999-12-31'): string {
  let newest = '1970-01-01';
  const waiting: unknown[] = [...rules.sdks.values(), ...rules.vendors.values(), ...rules.jurisdictions.values()];
  for (let item = waiting.pop(); item !== undefined && newest < enough; item = waiting.pop()) {
    if (typeof item !== 'object' || item === null) continue;
    const { seen } = item as { seen?: unknown };
    if (typeof seen === 'string' && seen > newest) newest = seen;
    waiting.push(...Object.values(item));
  }
  return newest;
}
