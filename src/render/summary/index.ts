import type { Finding, Report } from '../../types.ts';
import { type Outcome, outcomeOf } from '../outcome.ts';
import type { Around, Renderer } from '../renderer.ts';
import { type TextOptions, widthFor } from '../text/index.ts';
import { bold, clippedRow, dim, gap, indented, type Line, paint, span } from '../text/layout.ts';
import { printable } from '../text/safety.ts';
import { heading, number } from '../text/words.ts';
import { fileLines } from './files.ts';
import { findingLists } from './findings.ts';
import { headLines, LABEL } from './head.ts';
import { unknownLines, unreadLines } from './limits.ts';
import { sdkLines, sdkLinesWanted } from './sdks.ts';

/** Lines of a screen that somebody reads without scrolling, at any width. */
const MOST_LINES = 40;

/** Lines that a list gets at least where others ask for more, as far as there are so many. */
const LEAST = 7;
/** Of questions on which nothing stands. */
const HEAD_AND_COUNT = 2;

/** The answer on one screen; `text` says what it stands on. */
export const summary: Renderer<TextOptions & Around> = {
  render: (report, options = {}) =>
    paint(screen(report, outcomeOf(report, options), widthFor(options)), options.colour === true),
  join: {
    begin: '',
    before: (file, index) => `${index > 0 ? '\n' : ''}==> ${printable(file)} <==\n\n`,
    end: '',
    overview: (files, options = {}) => `${paint(fileLines(files, widthFor(options)), options.colour === true)}\n`,
  },
};

function screen(report: Report, outcome: Outcome, width: number): Line[] {
  const { holds, asked } = findingLists(report, outcome, width);
  const head = headLines(report, outcome, width);
  const unread = unreadLines(report, outcome, width);
  const waived = waivedLines(report, outcome, width);
  const unknown = unknownLines(report, width);
  const more = moreLines(report, holds.findings[0] ?? asked.findings[0], width);
  // Where bytes that were not read decide, they come first.
  const isOpen = outcome.gate.verdict === 'inconclusive' || outcome.gate.exitCode === 2;
  const first = isOpen ? [head, unread] : [head];
  const last = [...(isOpen ? [] : unread), ...unknown, ...more];
  const around = [...first, waived, last].filter((part) => part.length > 0);
  // One empty line between two parts, of which three are to come.
  const room = MOST_LINES - around.flat().length - (around.length + 3 - 1);
  const least = Math.min(LEAST, Math.floor(room / 3));
  const leastAsked = Math.min(asked.wanted, asked.decides ? least : HEAD_AND_COUNT);
  const wanted = sdkLinesWanted(report);
  const ofHolds = Math.min(holds.wanted, room - Math.min(wanted, least) - leastAsked);
  const ofSdks = Math.min(wanted, room - ofHolds - leastAsked);
  const sdks = sdkLines(report, width, ofSdks);
  return separated([...first, holds.lines(ofHolds), sdks, asked.lines(room - ofHolds - ofSdks), waived, last]);
}

function separated(parts: readonly (readonly Line[])[]): Line[] {
  return parts.filter((part) => part.length > 0).flatMap((part, i) => (i === 0 ? part : [[], ...part]));
}

const WAIVERS_SHOWN = 3;

function waivedLines(report: Report, outcome: Outcome, width: number): Line[] {
  const waived = report.findings.filter((finding) => outcome.waiver(finding));
  if (waived.length === 0) return [];
  const shown = waived.length <= WAIVERS_SHOWN + 1 ? waived : waived.slice(0, WAIVERS_SHOWN);
  return [
    heading('WAIVED', number(waived.length)),
    ...shown.flatMap((finding) => {
      const { expires, by, reason } = outcome.waiver(finding)!;
      const until = dim(`until ${expires}, by ${by}: ${reason}`);
      return clippedRow(gap(2), [`${finding.level.toUpperCase()} ${finding.title} `, until], width, 2);
    }),
    ...(shown.length === waived.length
      ? []
      : indented([[dim(`+ ${number(waived.length - shown.length)} more (-o json)`)]], 2)),
  ];
}

const EXPLAIN = 'waybill explain ';

function moreLines({ detections, verdict }: Report, finding: Finding | undefined, width: number): Line[] {
  // A command is whole or of no use, and an id may hold a host of the app's.
  const isWhole = finding !== undefined && finding.id.length <= width - LABEL - EXPLAIN.length;
  const ofFinding = isWhole ? finding.id : finding?.rule;
  const word = ofFinding ?? detections[0]?.sdk ?? verdict;
  const row = (label: string, command: string, says: string) =>
    clippedRow(bold(label), [span(command, 'cyan'), ' ', dim(says)], width, LABEL);
  return [
    ...row('More', '--full', 'all grounds, bytes and sources (-o text)'),
    ...row('', `${EXPLAIN}${word}`, 'or any word'),
  ];
}
