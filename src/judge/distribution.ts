import { any, not, one, type Truth, type Value } from './conditions.ts';
import type { Setting } from './setting.ts';

/** Where the app is offered, as the caller stated. */
type Stated = Pick<Setting, 'context'>;

function lists({ context }: Stated) {
  return { offered: context?.distribution?.offered ?? [], without: context?.distribution?.notOffered ?? [] };
}

/**
 * Whether the app is offered in a country: the one answer for every condition. A list of countries where it is offered
 * is the whole of them. A list of those where it is not says nothing of any other: whoever states "not in Antarctica"
 * has not stated that everybody's country is home.
 */
export function offeredIn(country: string, stated: Stated): Truth {
  const { offered, without } = lists(stated);
  if (without.includes(country)) return false;
  return offered.length > 0 ? offered.includes(country) : 'unknown';
}

/** Countries where the app is offered, to be asked one by one; undefined where the caller stated none. */
export function countriesOffered(stated: Stated): Value | undefined {
  const { offered, without } = lists(stated);
  if (offered.length + without.length === 0) return undefined;
  return { has: (country) => offeredIn(country, stated), one: null };
}

/** The same of those where it is not. */
export function countriesNotOffered(stated: Stated): Value | undefined {
  return countriesOffered(stated) && { has: (country) => not(offeredIn(country, stated)), one: null };
}

/** Whether a country is the operator's or the users'. */
export function isHome(country: string, stated: Stated): Truth {
  const operator = one(stated.context?.operator?.country)?.has(country) ?? 'unknown';
  return any([operator, offeredIn(country, stated)]);
}

/** Whether the caller stated enough for some country to be known as foreign. */
export function knowsForeign(stated: Stated): boolean {
  const { offered, without } = lists(stated);
  return stated.context?.operator?.country !== undefined && offered.length + without.length > 0;
}
