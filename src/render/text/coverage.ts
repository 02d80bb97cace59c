import type { Anomaly, Coverage, Report } from '../../types.ts';
import { dim, type Inline, indented, type Line, labelled, listed, span, wrap } from './layout.ts';
import { cutTo, heading, number, place, plural, reasonWords } from './words.ts';

const GAPS_SHOWN = 15;
const CODES_SHOWN = 15;
const PLACES_SHOWN = 2;
const NOTICES_SHOWN = 10;

/** What was read, and what was not and why: first what could hide an SDK. */
export function coverageSection(report: Report, width: number): Line[] {
  const { coverage } = report;
  const read = coverage.filter((line) => line.state === 'read');
  const gaps = coverage.filter((line) => line.state !== 'read' && line.matters);
  const harmless = coverage.filter((line) => line.state !== 'read' && !line.matters);
  const { shown, more } = cutTo(gaps, GAPS_SHOWN);
  const row = (label: string, text: string) => indented(labelled(dim(label), text, width - 2, 12), 2);
  return [
    heading('COVERAGE', report.complete ? 'complete' : 'not complete'),
    ...row(
      'read',
      read.length === 0
        ? 'no entry is listed as read whole'
        : countBy(read, (line) => line.format)
            .map(([format, count]) => `${number(count)} ${format}`)
            .join(', '),
    ),
    ...(gaps.length === 0 ? row('not read', 'nothing that could hide an SDK') : []),
    ...indented(listed('not read', [...shown.map(gapInline), ...(more ? [more] : [])], width - 2, 12), 2),
    ...(harmless.length === 0
      ? []
      : indented(listed('left out', ['None of it can hide an SDK.', ...leftOut(harmless)], width - 2, 12), 2)),
  ];
}

function gapInline(line: Coverage) {
  const why = line.reason === null ? '' : `, ${reasonWords[line.reason]}`;
  const detail = line.detail === '' ? '' : `; ${line.detail}`;
  return [span(place(line), 'cyan'), span(` ${line.state}`, 'yellow'), ` (${line.format})${why}${detail}`];
}

/** Entries that a line stands for: the report joins equal lines as `(12 entries)`. */
function entriesOf({ path }: Coverage): number {
  return Number(/^\((\d+) entries\)$/.exec(path)?.[1] ?? 1);
}

function countBy(lines: readonly Coverage[], of: (line: Coverage) => string): [string, number][] {
  const counts = new Map<string, number>();
  for (const line of lines) counts.set(of(line), (counts.get(of(line)) ?? 0) + entriesOf(line));
  return [...counts];
}

function leftOut(lines: readonly Coverage[]): Inline[] {
  const { shown, more } = cutTo(
    countBy(lines, (line) => line.detail || line.format),
    GAPS_SHOWN,
  );
  return [...shown.map(([why, count]) => `${plural(count, 'entry', 'entries')}: ${why}`), ...(more ? [more] : [])];
}

/** Tricks of the container, each kind once. */
export function anomalySection({ anomalies }: Report, width: number): Line[] {
  if (anomalies.length === 0) return [heading('ANOMALIES OF THE CONTAINER', 'none')];
  const byCode = new Map<string, Anomaly[]>();
  for (const anomaly of anomalies) {
    const same = byCode.get(anomaly.code);
    if (same) same.push(anomaly);
    else byCode.set(anomaly.code, [anomaly]);
  }
  const { shown, more } = cutTo([...byCode], CODES_SHOWN);
  return [
    heading('ANOMALIES OF THE CONTAINER', number(anomalies.length)),
    ...shown.flatMap(([code, all]) => indented(anomalyLines(code, all, width - 2), 2)),
    ...(more ? indented(wrap(more, width - 2), 2) : []),
  ];
}

function anomalyLines(code: string, all: readonly Anomaly[], width: number): Line[] {
  const { shown, more } = cutTo(all, PLACES_SHOWN);
  return [
    [span(code), dim(all.length > 1 ? `, ${number(all.length)} times` : '')],
    ...shown.flatMap(({ path, offset, detail }) =>
      indented(wrap([span(place({ path: path ?? '(archive)', offset }), 'cyan'), ` ${detail}`], width - 2), 2),
    ),
    ...(more ? indented(wrap(more, width - 2), 2) : []),
  ];
}

export function noticeSection({ notices }: Report, width: number): Line[] {
  if (notices.length === 0) return [];
  const { shown, more } = cutTo(notices, NOTICES_SHOWN);
  return [
    heading('NOTICES', number(notices.length)),
    ...shown.flatMap((notice) => indented(labelled('- ', notice, width - 2, 2), 2)),
    ...(more ? indented(wrap(more, width - 2), 2) : []),
  ];
}
