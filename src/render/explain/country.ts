import { countryCodes, countryOf, countryWords } from '../../countries.ts';
import type { Rules } from '../../rules/schema.ts';
import { dim, indented, type Line, labelled } from '../text/layout.ts';
import { heading } from '../text/words.ts';
import type { Telling } from './telling.ts';

/** Countries of which the rules have no file of laws. */
export function countriesWithoutLaws(rules: Rules): string[] {
  const known = new Set([...rules.jurisdictions.values()].map(({ country }) => country));
  return countryCodes.filter((code) => !known.has(code));
}

/** Vendors that have a company in a country, with what ties each. */
export function vendorsIn(code: string, rules: Rules): string {
  const tied = [...rules.vendors.values()].flatMap(({ id, entities }) => {
    const roles = [...new Set(entities.filter(({ country }) => country === code).map(({ role }) => role))];
    return roles.length === 0 ? [] : [`${id} (${roles.join(', ')})`];
  });
  return tied.length === 0 ? 'none of the rules has a company there' : tied.join('; ');
}

/** Lists of countries with this one. */
export function listsWith(code: string, rules: Rules): string[] {
  return [...rules.jurisdictions.values()].flatMap(({ lists }) =>
    lists.filter(({ countries }) => countries?.includes(code)).map(({ id }) => id),
  );
}

/** A country whose laws no rule file has: its name, and who and what names it. */
export function explainCountry(code: string, { rules, width }: Telling): Line[] {
  const row = (label: string, text: string) => indented(labelled(dim(label), text, width - 2, 10), 2);
  const unions = [...rules.jurisdictions.values()].filter(({ members }) => members?.includes(code));
  return [
    heading('COUNTRY', countryWords(code)),
    ...row(
      'laws',
      unions.length === 0
        ? 'The rules hold no law of it: a report names the country alone, and that is no sign that it has none.'
        : `The rules hold no law of its own; those of ${unions.map(({ name }) => name).join(', ')} reach it (explain ${unions.map(({ id }) => id).join(', ')}).`,
    ),
    ...row('vendors', vendorsIn(code, rules)),
    ...row('lists', listsWith(code, rules).join(', ') || 'none of the rules names it'),
  ];
}

export function shortCountry(code: string, rules: Rules): string {
  return `${countryOf(code)} (${code}): a country; the rules hold no law of its own. Vendors with a company there: ${vendorsIn(code, rules)}.`;
}
