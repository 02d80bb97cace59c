import * as v from 'valibot';
import { lawKinds } from '../../types.ts';
import { Country, Day, Id, Source, Text } from '../basic.ts';
import { Entity } from './vendor.ts';

export const Law = v.strictObject({
  id: Id,
  title: Text,
  citation: Text,
  kind: v.picklist(lawKinds),
  says: Text,
  /** Roles of an entity in this country that it reaches. */
  reaches: v.array(Entity.entries.role),
  from: Day,
  to: v.optional(Day),
  /** The day by which it is to be read again. */
  review: v.optional(Day),
  /** It changes, or is before a court or legislature: what is said may not hold tomorrow. */
  volatile: v.optional(v.boolean()),
  source: Source,
});

/** A named list that a law keeps: of countries, or of companies (by vendor id, and by name for people). */
export const NamedList = v.strictObject({
  id: Id,
  title: Text,
  citation: Text,
  says: Text,
  countries: v.optional(v.array(Country)),
  vendors: v.optional(v.array(v.strictObject({ vendor: Id, as: Text }))),
  /** The day on which the list was read: it says nothing of a later one. */
  asOf: Day,
  from: Day,
  to: v.optional(Day),
  review: v.optional(Day),
  volatile: v.optional(v.boolean()),
  /** The day from which a list that was not read stands in its place: whether a company named here is on that is not known. */
  replaced: v.optional(Day),
  source: Source,
});
export type NamedList = v.InferOutput<typeof NamedList>;

export const Jurisdiction = v.strictObject({
  id: Id,
  /** `EU` for the European Union, which is no country. */
  country: Country,
  name: Text,
  /** Countries whose companies its laws reach too: the Member States of the European Union. */
  members: v.optional(v.array(Country)),
  laws: v.array(Law),
  lists: v.optional(v.array(NamedList), []),
});
export type Jurisdiction = v.InferOutput<typeof Jurisdiction>;
