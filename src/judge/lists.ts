import { inForce, reviewWords } from '../asof.ts';
import type { NamedList, PolicyRule, Rules } from '../rules/schema.ts';
import type { Ground } from '../types.ts';
import { any, not, type Truth, type Value } from './conditions.ts';
import type { Setting } from './setting.ts';

/** A list by its id, whichever jurisdiction keeps it. */
export function listOf(id: string, rules: Rules): NamedList | undefined {
  for (const { lists } of rules.jurisdictions.values()) {
    const list = lists.find((l) => l.id === id);
    if (list) return list;
  }
  return undefined;
}

/**
 * Whether a recipient stands on a list on the report's date: by one of its countries, or as a company by vendor id.
 * Unknown for a list that no rule file has, and for a country list where the recipient's countries are not known.
 */
export function onList(id: string, vendor: string, countries: Value | undefined, setting: Setting): Truth {
  const list = listOf(id, setting.rules);
  if (!list) return 'unknown';
  if (!inForce(list, setting.asOf)) return false;
  const named = list.vendors?.some((v) => v.vendor === vendor) ?? false;
  if (named && list.replaced !== undefined && list.replaced <= setting.asOf) return 'unknown';
  if (named || !list.countries) return named;
  return countries ? any(list.countries.map(countries.has)) : 'unknown';
}

/** Whether some country of a recipient stands on none of these lists in force on the report's date. */
export function outsideLists(ids: readonly string[], countries: Value | undefined, setting: Setting): Truth {
  const lists = ids.map((id) => listOf(id, setting.rules));
  if (!countries || lists.includes(undefined)) return 'unknown';
  const inside = new Set(lists.flatMap((list) => (list && inForce(list, setting.asOf) ? (list.countries ?? []) : [])));
  const known = countries.some ?? (countries.one === null ? [] : [countries.one]);
  return any([...known.map((country) => not(inside.has(country))), countries.others ?? false]);
}

/**
 * Whether a country is one that a rule's lists are about: outside of them where it asks for that, on them else. A list of
 * companies is about none.
 */
export function isAskedByLists(rule: PolicyRule, country: string, { rules, asOf }: Setting): boolean {
  const conditions = rule.when.filter((c) => c.field === 'recipient.list');
  const without = conditions.flatMap((c) => c.outside ?? c.notIn ?? []);
  const ids = without.length > 0 ? without : conditions.flatMap((c) => c.in ?? []);
  const lists = ids.flatMap((id) => listOf(id, rules) ?? []).filter((list) => list.countries && inForce(list, asOf));
  if (lists.length === 0) return true;
  return lists.some((list) => list.countries?.includes(country)) === (without.length === 0);
}

/** Ids of the lists that a rule asks for. */
export function listsAsked(rule: PolicyRule): string[] {
  return rule.when.flatMap((c) =>
    c.field === 'recipient.list' ? [...(c.in ?? []), ...(c.notIn ?? []), ...(c.outside ?? [])] : [],
  );
}

/** The lists that a rule asks for, each with the day it was read: what a list says is not what it says today. */
export function listGrounds(rule: PolicyRule, { rules, asOf }: Setting): Ground[] {
  return listsAsked(rule).flatMap((id) => {
    const list = listOf(id, rules);
    if (!list || !inForce(list, asOf)) return [];
    const { title, citation, says, asOf: read, source } = list;
    const due = reviewWords(list, asOf);
    return { kind: 'law', says: `${title} (${citation}), as read of ${read}: ${says}${due}`, source };
  });
}
