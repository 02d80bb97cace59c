import type { Flow } from '../types.ts';
import { one, setOf, someOf, type Truth, type Value } from './conditions.ts';
import { entitiesOf, operatorOf } from './links.ts';
import type { Setting } from './setting.ts';

/** Who governs what receives a flow, as far as the report's date knows: its companies, and those who run its hosts. */

/** Fields that ask it. */
const governing = [
  'recipient.country',
  'recipient.list',
  'recipient.role',
  'recipient.notOffered',
  'host.operator.country',
  'vendor.country',
];

export function asksWhoGoverns(field: string): boolean {
  return governing.includes(field);
}

/** @param others what is said of a country beside those known, where the day does not know them all */
export function countriesOf(flow: Flow, setting: Setting, others: Truth): Value | undefined {
  const { recipient, host } = flow;
  const countries = entitiesOf(recipient.entities, setting.asOf).map((entity) => entity.country);
  if (recipient.kind === 'first-party' && countries.length === 0) return one(setting.context?.operator?.country);
  let complete = recipient.countriesComplete && countries.length > 0;
  const operator = host === null ? undefined : operatorOf(recipient, host, setting);
  if (operator?.country !== undefined) {
    if (operator.known) countries.push(operator.country);
    else complete = false;
  }
  return complete ? setOf(countries) : someOf(countries, others);
}

export function operatorCountry(flow: Flow, setting: Setting, others: Truth): Value | undefined {
  const operator = flow.host === null ? undefined : operatorOf(flow.recipient, flow.host, setting);
  if (operator?.country === undefined) return undefined;
  return operator.known ? one(operator.country) : someOf([], others);
}
