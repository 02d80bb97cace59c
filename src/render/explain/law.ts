import type { Jurisdiction } from '../../rules/schema.ts';
import { bold, dim, type Inline, indented, type Line, labelled } from '../text/layout.ts';
import { heading, plural } from '../text/words.ts';
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
  ];
}

export function explainJurisdiction(jurisdiction: Jurisdiction, { sources, width }: Telling): Line[] {
  return [
    heading(
      'JURISDICTION',
      `${jurisdiction.id}: ${jurisdiction.name} (${jurisdiction.country}), ${plural(jurisdiction.laws.length, 'law')}`,
    ),
    ...jurisdiction.laws.flatMap((law, i) => [
      ...(i > 0 ? [[]] : []),
      ...indented([[bold(law.id)]], 2),
      ...lawRows(law, width, sources.cite(law.source)),
    ]),
  ];
}
