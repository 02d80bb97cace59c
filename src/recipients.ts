import type { Rules, Vendor } from './rules/schema.ts';
import type { EntityFact, Recipient, Source } from './types.ts';

/** Whether a fact could be known on a day: when its source was published, else when we saw it. */
export function knownOn(source: Source, asOf: string): boolean {
  return (source.published ?? source.seen) <= asOf;
}

/** Entities of a vendor that a report of that day may name, in the order of the rule: contracting entity first. */
export function entitiesOn(vendor: Vendor, asOf: string): EntityFact[] {
  return vendor.entities.filter(
    (e) => (e.from ?? '') <= asOf && (e.to === undefined || asOf < e.to) && knownOn(e.source, asOf),
  );
}

export const unknownRecipient: Recipient = {
  kind: 'unknown',
  id: 'unknown',
  name: 'not known from the bundle',
  entities: [],
  countries: [],
};

/** The vendor as a recipient; unknown where the vendor publishes code and receives nothing. */
export function recipientOf(vendorId: string, rules: Rules, asOf: string): Recipient {
  const vendor = rules.vendors.get(vendorId);
  if (!vendor?.recipient) return unknownRecipient;
  const entities = entitiesOn(vendor, asOf);
  return {
    kind: 'entity',
    id: vendor.id,
    name: vendor.name,
    entities,
    countries: [...new Set(entities.map((e) => e.country))].sort(),
  };
}
