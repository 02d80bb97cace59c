import type { Jurisdiction, Policy, Vendor } from '../rules/schema.ts';
import { isCountry, isLawgiver, noCountry } from './countries.ts';
import type { Complain, Vocabulary } from './problem.ts';

/** A host says who gets data, so it has one owner. A name below another vendor's is taken: the longest name counts. */
export function checkVendors(vendors: ReadonlyMap<string, Vendor>, reportOn: (vendor: string) => Complain): void {
  /** The first two of each. */
  const owners = new Map<string, string[]>();
  for (const { id, hosts } of vendors.values()) {
    for (const { host } of hosts) {
      const named = owners.get(host);
      if (!named) owners.set(host, [id]);
      else if (named.length < 2 && named[0] !== id) named.push(id);
    }
  }
  for (const { id, hosts } of vendors.values()) {
    const own = new Set<string>();
    hosts.forEach(({ host }, i) => {
      const other = owners.get(host)?.find((owner) => owner !== id);
      if (other !== undefined) reportOn(id)(`hosts.${i}.host`, `vendors/${other}.json claims "${host}" too`);
      if (own.has(host)) reportOn(id)(`hosts.${i}.host`, `"${host}" stands twice`);
      own.add(host);
    });
  }
}

/** Ids of laws and lists begin with their country's code, so that one in the wrong file shows. */
export function checkJurisdiction(
  { id, country, members = [], laws, lists }: Jurisdiction,
  exists: (path: string) => boolean,
  report: Complain,
): void {
  const foreign = (text: string) => {
    const code = /^([a-z]{2})(?:-|$)/.exec(text)?.[1]?.toUpperCase() ?? country;
    return code !== country && isLawgiver(code) ? code : null;
  };
  const other = foreign(id);
  if (other !== null) report('country', `the id is that of ${other}, the country is ${country}`);
  for (const [field, items] of Object.entries({ laws, lists })) {
    items.forEach((item, i) => {
      const of = foreign(item.id);
      if (of === null) return;
      const own = country.toLowerCase();
      report(`${field}.${i}.id`, `"${item.id}" begins as those of ${of} do, the file is of ${country}: write ${own}-…`);
    });
  }
  members.forEach((code, i) => {
    if (!isCountry(code)) report(`members.${i}`, noCountry(code));
  });
  lists.forEach(({ countries = [], vendors = [] }, i) => {
    countries.forEach((code, k) => {
      if (!isCountry(code)) report(`lists.${i}.countries.${k}`, noCountry(code));
    });
    vendors.forEach(({ vendor }, k) => {
      const path = `vendors/${vendor}.json`;
      if (!exists(path)) report(`lists.${i}.vendors.${k}.vendor`, `there is no ${path}`);
    });
  });
}

/** Fields whose values are countries: a code that is none would make a condition false for ever. */
const ofCountries = /country$|countries$|notOffered$|^region\.|^reached-from$/;

/** What a policy rests on besides its own file. */
export interface PolicyGround {
  readonly vocabulary: Vocabulary;
  /** Ids of the named lists of all jurisdictions. */
  readonly lists: ReadonlySet<string>;
}

export function checkPolicy({ rules }: Policy, { vocabulary, lists }: PolicyGround, report: Complain): void {
  const ids = new Set<string>();
  rules.forEach((rule, i) => {
    if (ids.has(rule.id)) report(`rules.${i}.id`, `the rule id "${rule.id}" stands twice`);
    ids.add(rule.id);
    rule.when.forEach((condition, k) => {
      const at = `rules.${i}.when.${k}`;
      const { field } = condition;
      if (!vocabulary.asks(rule.over, field)) {
        report(`${at}.field`, `a rule over ${rule.over} cannot ask "${field}": there is no such field`);
        return;
      }
      for (const operator of ['in', 'notIn'] as const) {
        condition[operator]?.forEach((value, n) => {
          const where = `${at}.${operator}.${n}`;
          if (ofCountries.test(field) && !isCountry(value)) report(where, noCountry(value));
          if (field === 'recipient.list' && !lists.has(value)) report(where, `no jurisdiction has a list "${value}"`);
        });
      }
    });
    for (const text of ['title', 'reason', 'settle', 'remedy'] as const) {
      const names = [...rule[text].matchAll(/\{([^{}]*)\}/g)].map(([, name = '']) => name);
      const unknown = names.find((name) => !vocabulary.placeholders.includes(name));
      if (unknown === undefined) continue;
      const known = vocabulary.placeholders.map((name) => `{${name}}`).join(' ');
      report(`rules.${i}.${text}`, `nothing fills {${unknown}}; there is ${known}`);
    }
  });
}
