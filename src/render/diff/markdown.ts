import type { Difference } from '../../diff/index.ts';
import { type Block, filled, list, table } from '../markdown/blocks.ts';
import { code, prose } from '../markdown/escape.ts';
import { MOST_OF_SUMMARY } from '../markdown/index.ts';
import { answer, countsOf, sectionsOf, sideWords, trendWords } from './rows.ts';

/** For a job's summary, a pull request or a ticket. */
export function differenceMarkdown(difference: Difference): string {
  const side = (which: 'old' | 'new') => {
    const { app, judged } = sideWords(difference[which]);
    return `**${which === 'old' ? 'Old' : 'New'}:** ${prose(app)}: ${prose(judged)}; SHA-256 ${code(difference[which].sha256)}`;
  };
  const head = [
    `## Waybill: ${trendWords[difference.trend].toLowerCase()}`,
    '',
    `${trendWords[difference.trend]}: ${prose(answer(difference))}.`,
    '',
    `${side('old')}  `,
    side('new'),
    '',
    '',
  ].join('\n');
  const remarks = list('What does not compare', difference.remarks, ({ says }) => `- ${prose(says)}\n`);
  const sections = sectionsOf(difference).map(
    ({ title, same, rows }): Block =>
      table(
        `${title} (${countsOf(rows)}, ${same} as before)`,
        ['Change', 'What', 'How'],
        rows,
        ({ became, what, how }) => [became, prose(what, 600), prose(how, 1000)],
      ),
  );
  return filled(head, [remarks, ...sections], '', Math.floor(MOST_OF_SUMMARY / 3));
}
