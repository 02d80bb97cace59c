import { dim, indented, type Line, labelled } from '../../text/layout.ts';
import { heading } from '../../text/words.ts';
import type { Telling } from '../telling.ts';
import { anomalyWords } from './anomalies.ts';
import { bundleWords } from './bundle.ts';
import { errorWords } from './errors.ts';
import { judgementWords } from './judgement.ts';
import { ruleWords } from './rules.ts';
import { placeWords, termWords, valueWords } from './terms.ts';
import type { WordList } from './word-list.ts';

export type { WordList } from './word-list.ts';

/** Every closed list whose words a report prints, or what stands in its place. */
export const wordLists: readonly WordList[] = [
  ...judgementWords,
  ...bundleWords,
  ...ruleWords,
  anomalyWords,
  errorWords,
  termWords,
  valueWords,
  placeWords,
];

const LABEL = 10;
/** Of a longer list `explain` of one word names none of the others. */
const OTHERS = 16;

/** One word of a list, and what else the list has. */
export function explainWord(list: WordList, word: string, { width }: Telling): Line[] {
  const row = (label: string, text: string) => indented(labelled(dim(label), text, width - 2, LABEL), 2);
  const others = list.members.filter((other) => other !== word);
  const printed = list.printed[word] ?? [];
  return [
    heading('WORD', `${word}: ${list.of}`),
    ...row('means', list.words[word] ?? ''),
    ...(printed.length === 0 ? [] : row('printed', `also as ${printed.map((text) => `"${text}"`).join(', ')}`)),
    ...(others.length > OTHERS || list === termWords || list === placeWords
      ? []
      : row('others', `${others.join(', ')} (explain ${list.id})`)),
  ];
}

/** A whole list, each word with its meaning. */
export function explainWords(list: WordList, { width }: Telling): Line[] {
  const longest = Math.max(...list.members.map((word) => word.length));
  const label = Math.min(longest, 24) + 2;
  return [
    heading('WORDS', `${list.id}: ${list.of}`),
    ...list.members.flatMap((word) =>
      indented(
        word.length + 2 > label
          ? [
              ...labelled(word, '', width - 2, label),
              ...indented(labelled('', list.words[word] ?? '', width - 2, label), 0),
            ]
          : labelled(word, list.words[word] ?? '', width - 2, label),
        2,
      ),
    ),
  ];
}
