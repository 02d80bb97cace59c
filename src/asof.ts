import type { EntityFact, Source } from './types.ts';

/** The one answer to what a report of a day may know. Days are YYYY-MM-DD. */

/** Whether a text is a day that the calendar has. */
export function isDay(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const time = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
}

/** Whether a fact could be known on a day: when its source was published, else when we saw it. */
export function knownOn(source: Source, asOf: string): boolean {
  return (source.published ?? source.seen) <= asOf;
}

/**
 * What a source published after the report's date says cannot be cited on that date. Of what has a day of its own (a law,
 * a claim), an undated source may be: it is a later look at something that stood then.
 */
export function citable(source: Source, asOf: string): boolean {
  return source.published === undefined || source.published <= asOf;
}

/** Whether something with these days is true on `asOf`; an open end counts. The last day is the first that is not. */
export function inForce(days: { from?: string | undefined; to?: string | undefined }, asOf: string): boolean {
  return (days.from === undefined || days.from <= asOf) && (days.to === undefined || asOf < days.to);
}

/** When a law or list is to be read again, and whether it may change before. */
export interface Review {
  readonly review?: string | null | undefined;
  readonly volatile?: boolean | undefined;
}

/** ` Review due 2027-05-26.`; of a day that is past ` Review was due …`. Empty where the rules name no day. */
export function reviewWords({ review, volatile }: Review, asOf: string): string {
  if (!review) return '';
  const change = volatile ? ' Subject to change.' : '';
  return review > asOf
    ? `${change} Review due ${review}.`
    : `${change} Review was due ${review}: it may say otherwise now.`;
}

/** Whether something that may change at any time was to be read again by that day, and was not. */
export function isOverdue({ review, volatile }: Review, asOf: string): boolean {
  return volatile === true && typeof review === 'string' && review <= asOf;
}

interface Companies {
  readonly entities: readonly EntityFact[];
}

/** Entities of a vendor that a report of that day may name, in the order of the rule: contracting entity first. */
export function entitiesOn(vendor: Companies, asOf: string): EntityFact[] {
  return vendor.entities.filter((entity) => inForce(entity, asOf) && knownOn(entity.source, asOf));
}

/** Who stands behind a vendor, as far as a day knows. */
export interface Known extends Companies {
  readonly countries: readonly string[];
  /** False: beside these countries stands *not known*. */
  readonly countriesComplete: boolean;
}

/**
 * What a day knows of a vendor. A fact in force that day whose source came later is left out, and what is left is not the
 * whole: half of a vendor is no ground to clear it. That goes for every role, since a policy counts the countries of each.
 */
export function knownOf(vendor: Companies, asOf: string): Known {
  const entities = entitiesOn(vendor, asOf);
  const inForceThen = vendor.entities.filter((entity) => inForce(entity, asOf)).length;
  return {
    entities,
    countries: [...new Set(entities.map((entity) => entity.country))].sort(),
    countriesComplete: entities.length > 0 && entities.length === inForceThen,
  };
}
