import type { FileFailure } from '../report/file-report.ts';
import type { Detection, Finding, Report } from '../types.ts';
import { fileOf, gapsOf, type Outcome, outcomeOf, whyOf } from './outcome.ts';
import type { Around, Renderer } from './renderer.ts';
import { cut, seen } from './seen.ts';
import { countryChain } from './text/sdks.ts';
import { placeOf, stateWords, subjectLabel } from './text/words.ts';

/** Excel holds 32,767 characters in a cell, and breaks a row that has more. */
const MOST = 32_000;

/** One table for all: a row for the app or library, one for each SDK, one for each finding; one for a file that was not read. */
const columns = [
  'row',
  'file',
  'app',
  'app_id',
  'app_version',
  'app_build',
  'platform',
  'sha256',
  'as_of',
  'policy',
  'id',
  'title',
  'level',
  'state',
  'gate',
  'sdk',
  'sdk_version',
  'vendor',
  'countries',
  'data',
  'presence',
  'confidence',
  'risk_proven',
  'risk_possible',
  'reason',
  'maker',
  'ask',
  'place',
  'proof',
] as const;
type Row = Partial<Record<(typeof columns)[number], string | number | null>>;

/**
 * A field as RFC 4180 quotes it, and as no spreadsheet takes it for a formula: what begins with `= + - @`, a tab, a
 * carriage return or a line feed gets a quotation mark before it (owasp.org/www-community/attacks/CSV_Injection, seen
 * 2026-11-26). So does what begins so behind blanks or in full width, which some spreadsheets fold.
 */
export function field(value: string | number | null | undefined): string {
  const text = cut(seen(String(value ?? '')), MOST);
  const guarded = /^[\s'"]*[=+\-@\t\r\n＝＋－＠]/.test(text) ? `'${text}` : text;
  return `"${guarded.replaceAll('"', '""')}"`;
}

const line = (row: Row): string => `${columns.map((column) => field(row[column])).join(',')}\r\n`;

const begin = `${columns.map((column) => field(column)).join(',')}\r\n`;

function rows(report: Report, around: Around = {}): string {
  const outcome = outcomeOf(report, around);
  const { app, platform, sha256 } = report.bundle;
  const common: Row = {
    file: fileOf(report, around),
    app: app.name,
    app_id: app.id,
    app_version: app.version,
    app_build: app.build,
    platform,
    sha256,
    as_of: report.asOf,
    policy: report.policy.id,
  };
  return [
    { row: subjectLabel(report.bundle).toLowerCase(), ...common, ...appRow(report, outcome) },
    ...report.detections.map((detection) => ({ row: 'sdk', ...common, ...sdkRow(detection, report) })),
    ...report.findings.map((finding) => ({ row: 'finding', ...common, ...findingRow(finding, report, outcome) })),
  ]
    .map(line)
    .join('');
}

function appRow(report: Report, { gate }: Outcome): Row {
  const gaps = gapsOf(report).length;
  return {
    title: gate.verdict,
    state: report.complete ? 'complete' : `not complete: ${gaps}`,
    gate: `exit code ${gate.exitCode}`,
    risk_proven: report.risk.overall.proven,
    risk_possible: report.risk.overall.possible,
    reason: gate.reasons.join('; '),
  };
}

function sdkRow(detection: Detection, report: Report): Row {
  const { sdk, name, version, vendor, candidates, presence, confidence, scored, evidence } = detection;
  const known = report.vendors.find(({ id }) => id === vendor);
  const [proof] = evidence;
  return {
    id: sdk,
    title: name,
    sdk,
    sdk_version: version,
    vendor: vendor ?? `one of ${candidates.join(' ')}`,
    countries: known ? countryChain(known) : null,
    presence: presence.join(' '),
    confidence,
    state: scored ? 'found' : 'a sign alone, not counted',
    place: proof ? placeOf(proof) : null,
    proof: proof?.text ?? null,
  };
}

function findingRow(finding: Finding, report: Report, outcome: Outcome): Row {
  const { id, title, level, sdks, recipient, data, evidence } = finding;
  const waiver = outcome.waiver(finding);
  const known = report.vendors.find((vendor) => vendor.id === recipient);
  const [proof] = evidence;
  const { maker, reviewer: ask } = finding.remedy;
  return {
    ...{ id, title, level, maker, ask },
    reason: whyOf(finding),
    state: stateWords(finding),
    gate: waiver
      ? `waived until ${waiver.expires}`
      : outcome.isKnown(finding)
        ? 'known'
        : outcome.fails(finding)
          ? 'fails'
          : '',
    sdk: sdks.join(' '),
    vendor: recipient,
    countries: known ? countryChain(known) : null,
    data: data.join(' '),
    place: proof ? placeOf(proof) : null,
    proof: proof?.text ?? null,
  };
}

/** Of a bundle that was not read: without it whoever counts rows would take it for one without findings. */
function failedRow({ file, error }: FileFailure): string {
  return line({
    ...{ row: 'file', file, title: 'not scanned', state: error.code },
    ...{ gate: `exit code ${error.exitCode}`, reason: error.message },
  });
}

/** RFC 4180: a header once, CRLF behind each line, every field quoted. */
export const csv: Renderer<Around> = {
  render: (report, around) => `${begin}${rows(report, around)}`,
  failed: (failure) => `${begin}${failedRow(failure)}`,
  join: { begin, before: () => '', part: rows, failed: failedRow, end: '' },
};
