import type { Ground } from '../../types.ts';
import { groundWords } from '../outcome.ts';
import { indented, type Line, labelled, wrap } from '../text/layout.ts';

export const WIDTH = 80;
export const LABEL = 13;

/** A label of the letter: what a statement stands on, or that it is open. */
export type Label = Ground['kind'] | 'open';

const meanings: readonly (readonly [Label, string])[] = [
  [
    'bytes',
    'These bytes are in the file, at the places in Appendix A. That code was run, or that anything was sent, they do not show.',
  ],
  ['vendor', "The vendor's own documents say so."],
  ['filing', 'A company filed it with an authority or an exchange.'],
  ['law', 'A statute says so.'],
  ['register', 'A public register holds it.'],
  ['research', 'Others found and published it, or we read it in published files.'],
  ['press', 'A newspaper or the like wrote it; we repeat it as theirs.'],
  ['copy', 'It stands in a copy of a document that we could not see where it was published.'],
  ['context', 'We were told so about the app, and did not check it.'],
  ['nothing', 'We looked for it and do not know it.'],
  ['open', 'The file does not decide it. It is a question, and no reproach.'],
];

/** What the labels that stand in a letter mean. */
export function glossary(used: ReadonlySet<Label>): Line[] {
  const lines = meanings
    .filter(([label]) => used.has(label))
    .flatMap(([label, means]) => labelled(label === 'open' ? 'Open' : groundWords[label], means, WIDTH - 2, LABEL));
  if (lines.length === 0) return [];
  return [...wrap('What the words below stand for:', WIDTH), [], ...indented(lines, 2)];
}

export function caution(): Line[] {
  return wrap(
    'Nothing here says that a law was broken or that data was misused. If we read something wrongly, please tell us: with the places given, anyone can check each statement about the file against the file. This letter gives no legal advice.',
    WIDTH,
  );
}

/** What a report says to whoever ran the scan, said to the maker. */
const asLetter: readonly (readonly [RegExp, string])[] = [
  [/\bThe caller states that\b/g, 'We were told that'],
  [/\bthe caller states that\b/g, 'we were told that'],
  [/\bThe caller states the operator's country\b/g, "You can tell us the operator's country"],
  [/\bthe caller's statement\b/g, 'your statement'],
  [/\bthe caller stated (?=none|no |too little)/g, 'we were told '],
  [/^the rules read the parameter\b/, 'we read the parameter'],
  [/\bon the date of this report are listed with this finding\b/g, 'on that day are listed below'],
  [/\bthat Waybill reads in the bundle\b/g, 'that we read in the file'],
];

export function forMaker(text: string): string {
  return asLetter.reduce((said, [report, letter]) => said.replace(report, letter), text);
}
