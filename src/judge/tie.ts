import { asksWhoGoverns } from '../rules/field-words.ts';
import type { PolicyRule } from '../rules/schema.ts';
import type { EntityFact, Finding } from '../types.ts';
import { isHome } from './distribution.ts';
import { partOf, seatOf, seats } from './governance.ts';
import { type Link, linksOf, type Party, wayTo } from './links.ts';
import { isAskedByLists } from './lists.ts';
import type { Setting } from './setting.ts';

/** How what a finding is about ties a recipient to countries. */
export interface Tie {
  /** All there is, and of it what the rule asks for. */
  readonly links: readonly Link[];
  readonly matched: readonly Link[];
  /** The steps to the link that the text names. */
  readonly way: readonly Link[];
  /** Those steps in words; null where none is known, or the rule does not ask who governs. */
  readonly says: string | null;
  /** Whether the rule names countries, or asks for foreign ones. */
  readonly asksCountries: boolean;
  readonly asksForeign: boolean;
}

const countryFields = ['recipient.country', 'vendor.country'];

interface Asked {
  readonly rule: PolicyRule;
  readonly state: Finding['state'];
  readonly party: Party | null;
  readonly hosts: readonly string[];
}

export function tieOf({ rule, state, party, hosts }: Asked, setting: Setting): Tie {
  const links = party ? linksOf(party, hosts, setting) : [];
  const asked = rule.when.flatMap((c) => (countryFields.includes(c.field) ? (c.in ?? []) : []));
  const foreign = rule.when.flatMap((c) => (c.field === 'recipient.foreign' ? (c.in ?? []) : []));
  const governed = rule.when.some((c) => c.field === 'recipient.governed');
  const seated = new Set(seats(party?.entities ?? []));
  const governs = (entity: EntityFact) => partOf(entity.role) !== 'control' || seated.has(entity);
  // What holds names countries that are known as foreign; a question those that may be.
  const isForeign = (country: string) => {
    const home = isHome(country, setting);
    return state === 'holds' ? home === false : home !== true;
  };
  const matched = links.filter(({ country, entity }) => {
    const part = partOf(entity?.role);
    return (
      country !== null &&
      (asked.length === 0 || asked.includes(country)) &&
      isAskedByLists(rule, country, setting) &&
      (foreign.length === 0 ||
        (foreign.includes(part) && isForeign(country) && (entity === null || governs(entity)))) &&
      (!governed || part === 'control')
    );
  });
  // Where decisions are taken says more of who governs than how a company is held.
  const named = matched.find(({ entity }) => entity && seatOf(entity) === 'headquartered') ?? matched[0];
  const way = named ? wayTo(named, links) : [];
  // It is said where the rule asks for it, and is nothing to one on encryption.
  const isSaid = way.length > 0 && rule.when.some((c) => asksWhoGoverns(c.field));
  return {
    ...{ links, matched, way, says: isSaid ? way.map((link) => link.says).join(' → ') : null },
    ...{ asksCountries: asked.length > 0, asksForeign: foreign.length > 0 },
  };
}
