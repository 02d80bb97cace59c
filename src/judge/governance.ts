import { knownOn } from '../asof.ts';
import type { TracedFlow } from '../trace/flow.ts';
import type { EntityFact, EntityRole } from '../types.ts';
import { any, not, one, setOf, someOf, type Truth, type Value } from './conditions.ts';
import { isHome, knowsForeign } from './distribution.ts';
import { entitiesOf, operatorOf, type Party } from './links.ts';
import type { Setting } from './setting.ts';

/** Who governs what receives a flow, as far as the report's date knows: its companies, and those who run its hosts. */

/** What a tie to a country means: its law decides what the company does, a company acts there, or staff there can reach data. */
export const parts = ['control', 'operating', 'access'] as const;
export type Part = (typeof parts)[number];

export function partOf(role: EntityRole | undefined): Part {
  if (role === undefined || role === 'operating') return 'operating';
  return role === 'access' ? 'access' : 'control';
}

/** Press alone carries no finding: what only a newspaper says of who governs leaves it open. */
function isCarried({ source }: EntityFact): boolean {
  return source.how !== 'press';
}

/**
 * Countries that a party is governed from: of each company the seat of its head office, or where none is known that of its
 * registration. A holding registered elsewhere (a letter box) is named, and is not where decisions are taken.
 */
export function seats(entities: readonly EntityFact[]): EntityFact[] {
  const control = entities.filter((entity) => partOf(entity.role) === 'control' && isCarried(entity));
  const seated = new Set(control.filter((e) => seatOf(e) === 'headquartered').map((e) => e.name));
  return control.filter((e) => seatOf(e) !== 'incorporated' || !seated.has(e.name));
}

/** Whether a fact says where a company is registered or where its head office is; of one above, what its rule says. */
export function seatOf({ role, seat }: EntityFact): string | undefined {
  return role === 'incorporated' || role === 'headquartered' ? role : seat;
}

interface Known {
  readonly entities: readonly EntityFact[];
  /** False where a company, or who governs, is not known. */
  readonly complete: boolean;
}

/** Entities on the report's date, and whether they say all there is to say of who governs. */
function governance(party: Pick<Party, 'entities' | 'countriesComplete'>, asOf: string): Known {
  const entities = entitiesOf(party.entities, asOf);
  const open = entities.some((e) => partOf(e.role) === 'control' && !isCarried(e));
  return { entities, complete: party.countriesComplete && !open && seats(entities).length > 0 };
}

/** The parts by which a recipient is tied to a country that is neither the operator's nor the users'. */
export function foreignParts(flow: TracedFlow, setting: Setting, others: Truth): Value {
  const { entities, complete } = governance(flow.recipient, setting.asOf);
  // A company that is not known may be anywhere: foreign where the caller said what is not.
  const rest = complete ? [] : [others === true && !knowsForeign(setting) ? 'unknown' : others];
  const of: Record<Part, readonly EntityFact[]> = {
    control: seats(entities),
    operating: entities.filter((e) => partOf(e.role) === 'operating'),
    access: entities.filter((e) => partOf(e.role) === 'access'),
  };
  const foreign = (part: Part) =>
    any([...of[part].map(({ country }) => not(isHome(country, setting))), ...(part === 'control' ? rest : [])]);
  return { has: (part) => (part in of ? foreign(part as Part) : false), one: null };
}

/** Countries whose law decides what a recipient does: every country of control, that of a mere registration too. */
export function governedBy(flow: TracedFlow, setting: Setting, others: Truth): Value {
  const { entities, complete } = governance(flow.recipient, setting.asOf);
  const control = entities.filter((e) => partOf(e.role) === 'control' && isCarried(e)).map(({ country }) => country);
  return complete ? setOf(control) : someOf(control, others);
}

/** Where the company that contracts is organised: the first of the file. Unknown where it does not say. */
export function organisedIn(flow: TracedFlow, setting: Setting): Value | undefined {
  const [first, ...rest] = entitiesOf(flow.recipient.entities, setting.asOf);
  return one([first, ...rest].find((e) => e?.role === 'incorporated' && e.name === first?.name)?.country);
}

/** Foreign countries that govern a recipient, as far as they are known. */
export function foreignSeats(flow: TracedFlow, setting: Setting): string[] {
  const { entities } = governance(flow.recipient, setting.asOf);
  return seats(entities)
    .map(({ country }) => country)
    .filter((country) => isHome(country, setting) === false);
}

/** @param others what is said of a country beside those known, where the day does not know them all */
export function countriesOf(flow: TracedFlow, setting: Setting, others: Truth): Value | undefined {
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

export function operatorCountry(flow: TracedFlow, setting: Setting, others: Truth): Value | undefined {
  const operator = flow.host === null ? undefined : operatorOf(flow.recipient, flow.host, setting);
  if (operator?.country === undefined) return undefined;
  return operator.known ? one(operator.country) : someOf([], others);
}

/** Whether who runs the host is in a country that is neither the operator's nor the users'. */
export function operatorForeign(flow: TracedFlow, setting: Setting): Value | undefined {
  const operator = flow.host === null ? undefined : operatorOf(flow.recipient, flow.host, setting);
  if (operator?.country === undefined || !knownOn(operator.source, setting.asOf)) return undefined;
  const home = isHome(operator.country, setting);
  return home === 'unknown' ? undefined : one(home ? 'no' : 'yes');
}
