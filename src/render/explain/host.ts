import { countryWords } from '../../countries.ts';
import type { Host, Vendor } from '../../rules/schema.ts';
import { dim, type Inline, indented, type Line, labelled } from '../text/layout.ts';
import { heading } from '../text/words.ts';
import type { Telling } from './telling.ts';

/** A host of a vendor, with every name below it. */
export function explainHost(vendor: Vendor, host: Host, { sources, width }: Telling): Line[] {
  const row = (label: string, text: Inline) => indented(labelled(dim(label), text, width - 2, 12), 2);
  const { operator, country, purpose, serves, until, defaultOf } = host;
  return [
    heading('HOST', `${host.host}, of ${vendor.name} (explain ${vendor.id})`),
    ...row('purpose', purpose ?? 'not known'),
    ...row('serves', serves?.join(', ') ?? 'not known'),
    ...row('run by', operator ?? `${vendor.name}, as far as the rules know`),
    ...(country === undefined ? [] : row('country', countryWords(country))),
    ...(until === undefined ? [] : row('until', `${until}: from then on the rules attribute it to nobody`)),
    ...(defaultOf === undefined ? [] : row('default of', defaultOf.join(', '))),
    ...row('seen', ['in', sources.cite(host.source)]),
  ];
}

export function shortHost({ name }: Vendor, { host, purpose, until }: Host): string {
  const end = until === undefined ? '' : `; nobody's from ${until} on`;
  return `${host} (host): of ${name}${purpose === undefined ? '' : `: ${purpose}`}${end}.`;
}

/** `: relay of media, run by X, in Singapore (SG)`. */
export function hostWords({ operator, country, purpose }: Host): string {
  const parts = [
    purpose ?? '',
    operator === undefined ? '' : `run by ${operator}`,
    country === undefined ? '' : `in ${countryWords(country)}`,
  ].filter((part) => part !== '');
  return parts.length === 0 ? '' : `: ${parts.join(', ')}`;
}
