import { type Gate, identityOf, type Report, ScanError, type Waiver } from '../index.ts';
import { remark } from './remarks.ts';

const SHOWN = 20;

/** The reports of a baseline file: of one app, or of several that are scanned together. */
export interface Baselines {
  readonly path: string;
  readonly reports: readonly Report[];
}

/**
 * The baseline of an app. A file with one report is taken as it is: the gate refuses it where it is of another app.
 * @throws ScanError bad-option where none of several is of this app, or more than one
 */
export function baselineFor(report: Report, baselines: Baselines | null): Report | undefined {
  if (baselines === null || baselines.reports.length === 1) return baselines?.reports[0];
  const { id, subject, says } = identityOf(report.bundle);
  const own = baselines.reports.filter(({ bundle }) => {
    const its = identityOf(bundle);
    return its.id === id && its.subject === subject && bundle.platform === report.bundle.platform;
  });
  if (own.length === 1) return own[0];
  const why = `${own.length === 0 ? 'none' : own.length} of its ${baselines.reports.length} reports ${own.length > 1 ? 'are' : 'is'} of ${says}`;
  throw new ScanError('bad-option', `${baselines.path}: ${why}; a baseline has one of each app`);
}

/** A finding that is accepted is said, not hidden. */
export function waivedRemarks({ waived }: Gate): string[] {
  return some(
    waived,
    ({ finding, waiver: w }) => `waived ${finding} until ${w.expires}, by ${w.by}: ${w.reason}`,
    'waived findings',
  );
}

/** What was known before is said with its number, and what is gone, and why the two cannot be compared in all. */
export function baselineRemarks({ baseline, failing }: Gate, file: string): string[] {
  if (baseline === null) return [];
  const { version, asOf, known, gone, open, remarks } = baseline;
  const counts = [
    `${failing.length} new or worse`,
    `${known.length} known`,
    `${gone.length} gone`,
    ...(open.length > 0 ? [`${open.length} not read or not asked this time`] : []),
  ];
  return [
    remark(
      `${file}: against the baseline (version ${version ?? 'not known'}, judged on ${asOf}): ${counts.join(', ')}`,
    ),
    ...some(gone, (id) => `gone since the baseline: ${id}`, 'findings'),
    ...remarks.map(({ says }) => remark(`baseline: ${says}`)),
  ];
}

/** What became of waivers over the bundles so far: one that meets nothing in one may meet something in another. */
export interface WaiverTally {
  readonly met: Set<Waiver>;
  readonly expired: Set<Waiver>;
  readonly unused: Set<Waiver>;
  readonly unknown: Set<Waiver>;
}

export function noWaivers(): WaiverTally {
  return { met: new Set(), expired: new Set(), unused: new Set(), unknown: new Set() };
}

export function tally(waivers: WaiverTally, gate: Gate): void {
  for (const { waiver } of gate.waived) waivers.met.add(waiver);
  for (const list of ['expired', 'unused', 'unknown'] as const)
    for (const waiver of gate[list]) waivers[list].add(waiver);
}

/** What waivers need, said once for all bundles. */
export function waiverRemarks({ met, expired, unused, unknown }: WaiverTally): string[] {
  const of = ({ finding, app }: Waiver) => `the waiver for ${finding}${app === undefined ? '' : ` of ${app}`}`;
  const idle = (waivers: ReadonlySet<Waiver>) => [...waivers].filter((waiver) => !met.has(waiver));
  return [
    ...some([...expired], (w) => `${of(w)} ran out on ${w.expires} and does not count`, 'waivers'),
    ...some(idle(unused), (w) => `${of(w)} meets no finding; take it out`, 'waivers'),
    ...some(idle(unknown), (w) => `${of(w)} is of a rule that the policy does not have; is it mistyped?`, 'waivers'),
  ];
}

/** A line for each of the first, and how many more there are: a file may hold the waivers of a thousand apps. */
function some<Item>(items: readonly Item[], say: (item: Item) => string, what: string): string[] {
  const lines = items.slice(0, SHOWN).map((item) => remark(say(item)));
  const rest = items.length - lines.length;
  return rest > 0 ? [...lines, remark(`and so with ${rest} more ${what}`)] : lines;
}
