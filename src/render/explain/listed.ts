import type { Listed } from '../../rules/schema.ts';
import { dim, type Inline, indented, type Line, labelled } from '../text/layout.ts';
import { heading } from '../text/words.ts';
import type { Telling } from './telling.ts';

/** A list of SDKs that somebody publishes, and what the list asks of them. */
export function explainListed({ id, name, by, platform, says, from, sources: seen, sdks }: Listed, telling: Telling) {
  const { sources, width } = telling;
  const row = (label: string, content: Inline) => indented(labelled(dim(label), content, width - 2, 10), 2);
  const lines: Line[] = [
    heading('LIST', `${id}: ${name}`),
    ...row('by', by),
    ...row('platform', platform),
    ...row('says', [says, sources.numbers(seen)]),
    ...row('from', from),
    ...row('told by', 'names of frameworks, Swift modules and pods, which anybody can take; no finding stands on it'),
    ...row('SDKs', sdks.map((sdk) => sdk.name).join(', ')),
  ];
  return lines;
}

export function shortListed({ id, name, by, sdks }: Listed): string {
  return `${id} (list): ${name}, by ${by}: ${sdks.length} SDKs.`;
}
