import { knownOf } from '../asof.ts';
import type { Rules } from '../rules/schema.ts';
import type { Receiver } from './flow.ts';

export const unknownRecipient: Receiver = {
  kind: 'unknown',
  id: 'unknown',
  name: 'not known from the bundle',
  entities: [],
  countries: [],
  countriesComplete: false,
};

/** The vendor as a recipient; unknown where the vendor publishes code and receives nothing. */
export function recipientOf(vendorId: string, rules: Rules, asOf: string): Receiver {
  const vendor = rules.vendors.get(vendorId);
  if (!vendor?.recipient) return unknownRecipient;
  return { kind: 'entity', id: vendor.id, name: vendor.name, ...knownOf(vendor, asOf) };
}
