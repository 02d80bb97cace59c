import { countryWords } from '../../countries.ts';
import type { Jurisdiction, NamedList } from '../../rules/schema.ts';
import { bold, dim, type Inline, indented, type Line, labelled } from '../text/layout.ts';
import { heading, plural } from '../text/words.ts';
import { listsWith, vendorsIn } from './country.ts';
import type { Telling } from './telling.ts';

type Law = Jurisdiction['laws'][number];

const kindWords: Record<Law['kind'], string> = {
  compulsion: 'can compel access or help',
  blocking: 'can block disclosure abroad',
  transfer: 'limits transfer abroad',
  listing: 'names companies or countries',
};

/** A law: what it says, whom it reaches, since when, and where it stands. */
export function explainLaw(jurisdiction: Jurisdiction, law: Law, { sources, width }: Telling): Line[] {
  return [
    heading('LAW', `${law.id}, of ${jurisdiction.name} (${jurisdiction.country})`),
    ...lawRows(law, width, sources.cite(law.source)),
  ];
}

function lawRows(law: Law, width: number, cited: Inline): Line[] {
  const row = (label: string, content: Inline) => indented(labelled(dim(label), content, width - 2, 10), 2);
  return [
    ...row('title', bold(law.title)),
    ...row('citation', law.citation),
    ...row('says', [law.says, ...[cited].flat()]),
    ...row('kind', `${law.kind}: ${kindWords[law.kind]}`),
    ...row('reaches', `companies that are, in this country: ${law.reaches.join(', ')}`),
    ...row('in force', `from ${law.from}${law.to === undefined ? '' : `, until ${law.to}`}`),
    ...reviewRow(law, row),
  ];
}

function reviewRow({ review, volatile }: Law | NamedList, row: (label: string, content: string) => Line[]): Line[] {
  if (review === undefined) return [];
  return row('review', `due ${review}${volatile ? '; subject to change: look whether it still says so' : ''}`);
}

/** `from 2025-04-08, in force; review due 2027-02-28`. */
function days({ from, to, review }: Law | NamedList): string {
  return `from ${from}${to === undefined ? '' : ` until ${to}`}${review === undefined ? '' : `; review due ${review}`}`;
}

export function shortLaw({ name }: Jurisdiction, law: Law): string {
  return `${law.id} (law of ${name}, ${law.kind}): ${law.title}; ${days(law)}; ${law.citation}.`;
}

export function explainJurisdiction(jurisdiction: Jurisdiction, { rules, sources, width }: Telling): Line[] {
  const row = (label: string, content: string) => indented(labelled(dim(label), content, width - 2, 10), 2);
  const { id, name, country, laws, lists } = jurisdiction;
  return [
    heading('JURISDICTION', `${id}: ${name} (${country}), ${plural(laws.length, 'law')}`),
    ...(jurisdiction.members === undefined ? [] : row('members', jurisdiction.members.map(countryWords).join(', '))),
    ...row('vendors', vendorsIn(country, rules)),
    ...row('on lists', listsWith(country, rules).join(', ') || 'none of the rules names it'),
    ...row('its lists', lists.map((list) => list.id).join(', ') || 'none in the rules'),
    ...laws.flatMap((law) => [[], ...indented([[bold(law.id)]], 2), ...lawRows(law, width, sources.cite(law.source))]),
  ];
}

export function shortJurisdiction({ id, name, country, laws, lists }: Jurisdiction): string {
  return `${id} (jurisdiction): ${name} (${country}); ${plural(laws.length, 'law')} and ${plural(lists.length, 'list')} in the rules.`;
}

/** A list that a law keeps, with all that stands on it as far as the rules have it. */
export function explainList(jurisdiction: Jurisdiction, list: NamedList, { sources, width }: Telling): Line[] {
  const row = (label: string, content: Inline) => indented(labelled(dim(label), content, width - 2, 10), 2);
  const { countries, vendors, replaced } = list;
  return [
    heading('LIST', `${list.id}, of ${jurisdiction.name} (${jurisdiction.country})`),
    ...row('title', bold(list.title)),
    ...row('citation', list.citation),
    ...row('says', [list.says, sources.cite(list.source)]),
    ...(countries === undefined ? [] : row('countries', countries.map(countryWords).join(', '))),
    ...(vendors === undefined ? [] : row('companies', vendors.map(({ vendor, as }) => `${as} (${vendor})`).join(', '))),
    ...row('as read', `of ${list.asOf}: what it says of a later day is not known`),
    ...(replaced === undefined ? [] : row('replaced', `from ${replaced} by one that was not read`)),
    ...row('in force', `from ${list.from}${list.to === undefined ? '' : `, until ${list.to}`}`),
    ...reviewRow(list, row),
  ];
}

export function shortList({ name }: Jurisdiction, list: NamedList): string {
  return `${list.id} (list of ${name}): ${list.title}; as read of ${list.asOf}, ${days(list)}; ${list.citation}.`;
}
