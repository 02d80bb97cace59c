import type { Difference } from '../../diff/index.ts';
import type { Trend } from '../../types.ts';
import { type TextOptions, widthFor } from '../text/index.ts';
import {
  bold,
  dim,
  gap,
  type Inline,
  indented,
  type Line,
  labelled,
  padded,
  paint,
  type Style,
  span,
  wrap,
} from '../text/layout.ts';
import { cutTo, heading, name, number } from '../text/words.ts';
import { answer, countsOf, type Row, type Section, sectionsOf, sideWords, trendWords } from './rows.ts';

const ROWS_SHOWN = 20;
const LABEL = 8;

const trendStyles: Record<Trend, Style> = {
  better: 'green',
  worse: 'red',
  mixed: 'yellow',
  same: 'bold',
  unclear: 'yellow',
};

/** First whether it got better or worse, then what cannot be compared, then each group. */
export function differenceText(difference: Difference, options: TextOptions = {}): string {
  const width = widthFor(options);
  const row = (label: string, text: Inline) => labelled(bold(label), text, width, LABEL);
  const head: Line[] = [
    ...wrap(
      [span(trendWords[difference.trend].toUpperCase(), trendStyles[difference.trend]), `: ${answer(difference)}.`],
      width,
    ),
    [],
    ...(['old', 'new'] as const).flatMap((side) => {
      const { app, judged } = sideWords(difference[side]);
      const sha256 = dim(`, sha256 ${difference[side].sha256.slice(0, 12)}`);
      return row(side === 'old' ? 'Old' : 'New', [`${name(app)}: ${judged}`, sha256]);
    }),
    ...difference.remarks.flatMap(({ says }, i) => row(i === 0 ? 'Note' : '', says)),
  ];
  return paint(
    [...head, ...sectionsOf(difference).flatMap((section) => [[], ...sectionLines(section, width)])],
    options.colour === true,
  );
}

function sectionLines({ title, same, rows }: Section, width: number): Line[] {
  const { shown, more } = cutTo(rows, ROWS_SHOWN);
  const label = Math.max(...shown.map(({ became }) => became.length)) + 2;
  return [
    heading(title.toUpperCase(), `${countsOf(rows)}, ${number(same)} as before`),
    ...shown.flatMap((row) => rowLines(row, label, width - 2)),
    ...(more ? indented(wrap(more, width - 2), 2) : []),
  ];
}

/** On one line where there is room; else what differs stands below. */
function rowLines({ became, what, how }: Row, label: number, width: number): Line[] {
  const [thing, words] = [span(name(what)), dim(how)];
  const fits = label + thing.width + 2 + words.width <= width;
  if (how !== '' && fits) return indented([[...padded([bold(became)], label), thing, gap(2), words]], 2);
  const below = how === '' ? [] : labelled('', words, width, label);
  return indented([...labelled(bold(became), thing, width, label), ...below], 2);
}
