import { citable, inForce, knownOn } from '../asof.ts';
import { countryWords } from '../countries.ts';
import { order } from '../order.ts';
import type { Rules } from '../rules/schema.ts';
import type { EntityFact, EntityRole, LawFact, Source } from '../types.ts';
import type { Setting } from './setting.ts';
import { some } from './words.ts';

/** Who receives, as far as the report's date knows it; `countriesComplete` as of a recipient. */
export interface Party {
  readonly kind: 'entity' | 'first-party' | 'unknown';
  readonly id: string;
  readonly name: string;
  readonly entities: readonly EntityFact[];
  readonly countriesComplete: boolean;
}

/** One way by which a party is in a country; or who runs a host of its, where the country is not documented. */
export interface Link {
  readonly country: string | null;
  readonly says: string;
  readonly entity: EntityFact | null;
  readonly source: Source;
}

const above: readonly EntityRole[] = ['parent', 'owner'];

const roleWords: Record<EntityRole, string> = {
  incorporated: 'is incorporated in',
  headquartered: 'has its headquarters in',
  operating: 'operates in',
  access: 'has staff who can reach data of customers in',
  parent: 'is the parent, in',
  owner: 'is an owner, in',
  'controlled-by-contract': 'is controlled by contract, in',
};

export function entitiesOf(entities: readonly EntityFact[], asOf: string): EntityFact[] {
  return entities.filter((entity) => inForce(entity, asOf));
}

/** The name a person knows, with the code that rules use. */
export function countryName(rules: Rules, code: string): string {
  const named = [...rules.jurisdictions.values()].filter((j) => j.country === code).sort((a, b) => order(a.id, b.id));
  return named[0] ? `${named[0].name} (${code})` : countryWords(code);
}

/**
 * Who runs a host of a party, by the longest name in its file that is the host or stands above it. A country counts
 * only with an operator: alone, it says where a server stands. `known`: whether the report's date knows it.
 */
export function operatorOf(party: Party, host: string, { rules, asOf }: Pick<Setting, 'rules' | 'asOf'>) {
  const line = rules.vendors
    .get(party.id)
    ?.hosts.filter((h) => host === h.host || host.endsWith(`.${h.host}`))
    .sort((a, b) => b.host.length - a.host.length)[0];
  if (line?.operator === undefined) return undefined;
  return {
    host: line.host,
    operator: line.operator,
    country: line.country,
    source: line.source,
    known: knownOn(line.source, asOf),
  };
}

/** How a party is tied to countries, in the order findings name it: contracting entity, operator of hosts, parent. */
export function linksOf(party: Party, hosts: readonly string[], setting: Setting): Link[] {
  const { rules, asOf } = setting;
  const entities = entitiesOf(party.entities, asOf);
  const link = (entity: EntityFact): Link => ({
    country: entity.country,
    says: `${entity.name} ${roleWords[entity.role]} ${countryName(rules, entity.country)}`,
    entity,
    source: entity.source,
  });
  const operators = new Map<string, Link>();
  const unplaced = new Map<string, { readonly hosts: Set<string>; readonly source: Source }>();
  for (const host of hosts) {
    const line = operatorOf(party, host, setting);
    if (!line?.known) continue;
    const { country, operator, source } = line;
    if (country === undefined) {
      const known = unplaced.get(operator);
      if (known) known.hosts.add(line.host);
      else unplaced.set(operator, { hosts: new Set([line.host]), source });
      continue;
    }
    const says = `${line.host} is run by ${operator}, in ${countryName(rules, country)}`;
    operators.set(says, { country, says, entity: null, source });
  }
  for (const [operator, { hosts: run, source }] of unplaced) {
    const says = `operator of ${some([...run])}: ${operator}`;
    operators.set(says, { country: null, says, entity: null, source });
  }
  return [
    ...entities.filter((e) => !above.includes(e.role)).map(link),
    ...operators.values(),
    ...entities.filter((e) => above.includes(e.role)).map(link),
  ];
}

/**
 * The steps to a link: what belongs to a company above the party reaches it through the contracting entity and those who
 * run the hosts. One whose country is not documented is no step to a country.
 */
export function wayTo(link: Link, links: readonly Link[]): Link[] {
  if (!link.entity || !above.includes(link.entity.role)) return [link];
  const contracting = links.find(({ entity }) => entity !== null && !above.includes(entity.role));
  return [...(contracting ? [contracting] : []), ...links.filter((l) => l.entity === null && l.country !== null), link];
}

/** Laws in force on the report's date that reach a role which a linked entity has in the law's country. */
export function lawsOf(links: readonly Link[], setting: Setting): LawFact[] {
  const laws: LawFact[] = [];
  for (const { country, members = [], laws: known } of setting.rules.jurisdictions.values()) {
    const within = new Set<string | null>([country, ...members]);
    const roles = new Set(links.filter((l) => within.has(l.country)).map((l) => l.entity?.role));
    for (const law of known) {
      if (!inForce(law, setting.asOf) || !citable(law.source, setting.asOf)) continue;
      if (!law.reaches.some((role) => roles.has(role))) continue;
      const { id, title, citation, kind, says, source, review = null, volatile = false } = law;
      laws.push({ id, country, title, citation, kind, says, review, volatile, source });
    }
  }
  return laws.sort((a, b) => order(a.country, b.country) || order(a.id, b.id));
}

/** The company at the top, by which causes are counted once: products of one owner are one risk. */
export function ownerOf(party: Party, asOf: string): string {
  const entities = entitiesOf(party.entities, asOf);
  const top = entities.findLast((e) => e.role === 'parent') ?? entities.find((e) => e.role === 'incorporated');
  return top?.name ?? party.id;
}
