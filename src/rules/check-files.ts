import type { Report, Vocabulary } from './check.ts';
import { isCountry, isLawgiver } from './countries.ts';
import type { Jurisdiction, Policy, Vendor } from './schema.ts';

/** A host says who gets data, so it has one owner. A name below another vendor's is taken: the longest name counts. */
export function checkVendors(vendors: ReadonlyMap<string, Vendor>, reportOn: (vendor: string) => Report): void {
  const owners = new Map<string, string[]>();
  for (const { id, hosts } of vendors.values()) {
    for (const { host } of hosts) owners.set(host, [...(owners.get(host) ?? []), id]);
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

/** Ids of laws begin with their country's code, so that a law in the wrong file shows. */
export function checkJurisdiction({ id, country, laws }: Jurisdiction, report: Report): void {
  const foreign = (text: string) => {
    const code = /^([a-z]{2})(?:-|$)/.exec(text)?.[1]?.toUpperCase() ?? country;
    return code !== country && isLawgiver(code) ? code : null;
  };
  const other = foreign(id);
  if (other !== null) report('country', `the id is that of ${other}, the country is ${country}`);
  laws.forEach((law, i) => {
    const of = foreign(law.id);
    if (of === null) return;
    const own = country.toLowerCase();
    report(`laws.${i}.id`, `"${law.id}" begins as a law of ${of} does, the file is of ${country}: write ${own}-…`);
  });
}

/** Fields whose values are countries: a code that is none would make a condition false for ever. */
const ofCountries = /country$|countries$|notOffered$|^region\.|^reached-from$/;

export function checkPolicy({ rules }: Policy, vocabulary: Vocabulary, report: Report): void {
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
      if (!ofCountries.test(field)) return;
      for (const operator of ['in', 'notIn'] as const) {
        condition[operator]?.forEach((code, n) => {
          if (!isCountry(code)) report(`${at}.${operator}.${n}`, `"${code}" is no country of ISO 3166-1`);
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
