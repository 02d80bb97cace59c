import type { Condition, Jurisdiction, Policy, PolicyRule, Vendor } from '../rules/schema.ts';
import type { EntityRole } from '../types.ts';
import { isCountry, isLawgiver, noCountry } from './countries.ts';
import type { Complain, Vocabulary } from './problem.ts';

const above: readonly EntityRole[] = ['parent', 'owner', 'controlled-by-contract'];

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
  checkCode(vendors, reportOn);
  for (const { id, hosts, entities } of vendors.values()) {
    const own = new Set<string>();
    entities.forEach(({ role, seat, source }, i) => {
      // An office, an advertisement or a newspaper shows nobody who can reach data: only the vendor's own statement does.
      if (role === 'access' && source.how !== 'document' && source.how !== 'filing') {
        reportOn(id)(
          `entities.${i}.role`,
          `access stands on the vendor's own statement, not on a source that is ${source.how}`,
        );
      }
      if (seat !== undefined && !above.includes(role))
        reportOn(id)(`entities.${i}.seat`, `seat is said of ${above.join(', ')}`);
    });
    hosts.forEach(({ host }, i) => {
      const other = owners.get(host)?.find((owner) => owner !== id);
      if (other !== undefined) reportOn(id)(`hosts.${i}.host`, `vendors/${other}.json claims "${host}" too`);
      if (own.has(host)) reportOn(id)(`hosts.${i}.host`, `"${host}" stands twice`);
      own.add(host);
    });
  }
}

/** A package or file is one vendor's, once, and no name that is anybody's: `lib*.so`. */
function checkCode(vendors: ReadonlyMap<string, Vendor>, reportOn: (vendor: string) => Complain): void {
  const owners = new Map<string, string>();
  for (const { id, code } of vendors.values()) {
    code.forEach(({ packages, files }, i) => {
      for (const [list, names] of Object.entries({ packages, files })) {
        names.forEach((name, k) => {
          const at = `code.${i}.${list}.${k}`;
          const other = owners.get(`${list} ${name}`);
          if (other === id) reportOn(id)(at, `"${name}" stands twice`);
          else if (other !== undefined) reportOn(id)(at, `vendors/${other}.json claims "${name}" too`);
          owners.set(`${list} ${name}`, id);
          const own = name
            .replace(/^lib/, '')
            .replace(/\.(?:so|dylib|framework)$/, '')
            .replace('*', '');
          if (own.length < 3) reportOn(id)(at, `"${name}" may be anybody's: write out more of it`);
        });
      }
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
const ofCountries = /country$|countries$|notOffered$|^region\.(?:in|out)$|^recipient\.(?:governed|organised)$/;

/** What a policy rests on besides its own file. */
export interface PolicyGround {
  readonly vocabulary: Vocabulary;
  /** Ids of the named lists of all jurisdictions. */
  readonly lists: ReadonlySet<string>;
}

/** Whether a rule asks where it is not known what a condition takes as known. */
function asks(rule: PolicyRule, { field }: Condition): boolean {
  return rule.when.some((own) => own.field === field && own.askedBy === undefined);
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
      const { askedBy } = condition;
      if (askedBy !== undefined && !rules.some((other) => other.id === askedBy && asks(other, condition))) {
        report(`${at}.askedBy`, `the rule "${askedBy}" asks no such thing of ${field}`);
      }
      for (const operator of ['in', 'notIn', 'outside'] as const) {
        condition[operator]?.forEach((value, n) => {
          const where = `${at}.${operator}.${n}`;
          if (ofCountries.test(field) && !isCountry(value)) report(where, noCountry(value));
          if ((field === 'recipient.list' || field === 'context.list') && !lists.has(value))
            report(where, `no jurisdiction has a list "${value}"`);
        });
      }
    });
    const { title, question, reason, openReason, settle } = rule;
    const { maker, reviewer } = rule.remedy;
    const texts = { title, question, reason, openReason, settle, 'remedy.maker': maker, 'remedy.reviewer': reviewer };
    for (const [field, text = ''] of Object.entries(texts)) {
      const names = [...text.matchAll(/\{([^{}]*)\}/g)].map(([, name = '']) => name);
      const unknown = names.find((name) => !vocabulary.placeholders.includes(name));
      if (unknown === undefined) continue;
      const known = vocabulary.placeholders.map((name) => `{${name}}`).join(' ');
      report(`rules.${i}.${field}`, `nothing fills {${unknown}}; there is ${known}`);
    }
  });
}
